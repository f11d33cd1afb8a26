"""A program of its own, which knows nothing of the hub: a page on its input becomes a PDF on its output.

`hub/paper.py` starts it, with an end to its time and memory: the texts come from many hands, and
WeasyPrint is a large piece of work. It may read the fonts beside the stylesheet, and nothing else.
"""

import json
import os
import resource
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit


def main() -> None:
    asked = json.load(sys.stdin)
    limits = ((resource.RLIMIT_CPU, asked["seconds"]), (resource.RLIMIT_AS, asked["memory_bytes"]))
    for limit, most in limits:
        resource.setrlimit(limit, (most, most))
    # fontTools writes the date into fonts; the same words shall give the same bytes.
    os.environ["SOURCE_DATE_EPOCH"] = "0"
    sys.stdout.buffer.write(pdf_of(asked))


def pdf_of(asked: dict) -> bytes:
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher

    fonts_folder = Path(asked["fonts_folder"]).resolve()

    class OwnFilesAlone(URLFetcher):
        def fetch(self, url, headers=None):
            parts = urlsplit(url)
            if parts.scheme != "data":
                path = Path(unquote(parts.path)).resolve()
                if parts.scheme != "file" or fonts_folder not in path.parents:
                    raise ValueError("only the hub's own fonts are read")
            return super().fetch(url, headers)

    say_more_in_tags()
    fetcher, fonts = OwnFilesAlone(allowed_protocols=["data", "file"]), FontConfiguration()
    style = CSS(
        string=asked["css"],
        # Where the stylesheet stands in the project; it names the fonts from there.
        base_url=f"{fonts_folder.parent.parent.as_uri()}/css/",
        url_fetcher=fetcher,
        font_config=fonts,
    )
    page = HTML(string=asked["html"], base_url=asked["address"], url_fetcher=fetcher)
    return page.write_pdf(
        stylesheets=[style],
        font_config=fonts,
        pdf_variant="pdf/ua-1",
        pdf_identifier=asked["identifier"].encode(),
    )


def say_more_in_tags() -> None:
    """Let the PDF name the language of each element that has a `lang`, and what heads of tables head.

    WeasyPrint 70 names that of the whole document alone; who listens to two languages side by side
    needs the voice to change between them.
    """
    import pydyf
    from weasyprint.pdf import tags

    build = tags._build_box_tree

    def build_and_say_more(box, *args):
        element = getattr(box, "element", None)
        lang = element.get("lang") if element is not None else None
        for tagged in build(box, *args):
            if lang:
                tagged["Lang"] = pydyf.String(lang)
            if tagged["S"] == "/TH" and "A" in tagged:
                tagged["A"]["Scope"] = "/Row" if element.get("scope") == "row" else "/Column"
            yield tagged

    tags._build_box_tree = build_and_say_more


if __name__ == "__main__":
    main()
