"""Files for the made-up things of `home/bulk.py`: plain texts, written and read as uploads are."""

from collections import defaultdict
from random import Random

from django.core.files.base import ContentFile

from hub.models import Document, DocumentText

from .bulk_words import Voice

# Several things share a file, as they do in life.
THINGS_A_FILE = 50
WORDS_A_PAGE = 120


def make_documents(
    voices: dict[str, Voice], chance: Random, resources: int
) -> dict[str, list[Document]]:
    """For each language files enough for so many resources, with what the worker would read in them."""
    made, found = [], defaultdict(list)
    for code, voice in voices.items():
        for _unused in range(resources // THINGS_A_FILE + 1):
            text = voice.sentences(chance.randint(1, 4) * WORDS_A_PAGE)
            document = Document(title=voice.phrase(3), language=code, licence="CC-BY-4.0")
            document.file.save(f"{document.title}.txt", ContentFile(text.encode()), save=False)
            found[code].append(document)
            made.append((document, text))
    Document.objects.bulk_create([document for document, _text in made], batch_size=200)
    DocumentText.objects.bulk_create(
        [
            DocumentText(
                document=document,
                sha256=document.sha256,
                state=DocumentText.State.DONE,
                pages=[text],
            )
            for document, text in made
        ],
        batch_size=200,
    )
    return found
