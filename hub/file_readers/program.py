"""The process that `ask` starts: reads one file, prints what it found as JSON, ends."""

import json
import os
import resource
import sys

from . import pdf_check, pdf_reading, text_reading

MOST_WRITTEN_BYTES = 20 * 1024 * 1024

DEEDS = {
    "check_pdfs": pdf_check.check_all,
    "pdf_facts": pdf_check.facts,
    "read_pdf": pdf_reading.read,
    "read_text": text_reading.read,
}


def main() -> None:
    deed, seconds, memory_bytes, *arguments = sys.argv[1:]
    for limit, value in (
        (resource.RLIMIT_CPU, int(seconds)),
        (resource.RLIMIT_AS, int(memory_bytes)),
        (resource.RLIMIT_FSIZE, MOST_WRITTEN_BYTES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (value, value))
    if deed.startswith("read"):
        os.nice(10)  # nobody waits for it
    json.dump(DEEDS[deed](*arguments), sys.stdout)
