"""The words inside files, for search, and pictures of first pages: read by the worker, after an upload."""

import logging
from datetime import timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.utils import timezone
from django_tasks import task

from hub import search
from hub.document_facts import local_path
from hub.file_readers.ask import ask
from hub.models import Document, DocumentText
from hub.office_to_pdf import office_as_pdf

READ_SECONDS = 60
READ_MEGABYTES = 1024
WITH_WORDS = (".pdf", ".docx", ".pptx", ".xlsx", ".odt", ".odp", ".ods", ".txt", ".csv", ".vtt")
# A job that was lost with its worker is made up for after so long, a slice of time each minute.
LOST_AFTER = timedelta(minutes=10)
SLICE_SECONDS = 20.0
MOST_AT_ONCE = 20

logger = logging.getLogger("hub.files")


def unread() -> QuerySet[Document]:
    """Documents with words whose newest bytes nobody has read yet."""
    endings = Q()
    for ending in WITH_WORDS:
        endings |= Q(file__iendswith=ending)
    return Document.objects.filter(endings).exclude(text_inside__sha256=F("sha256"))


@task(backend="slow", queue_name="slow")
def read_document(pk: int) -> None:
    """Read the words of a document, if its newest bytes were not read before."""
    document = unread().filter(pk=pk).first()
    if document is not None:
        read(document)


def read_lost() -> int:
    """Read what was uploaded a while ago and is unread still; how many. Due each minute."""
    young = timezone.now() - LOST_AFTER
    lost = unread().filter(Q(file_changed_at__lt=young) | Q(file_changed_at=None))
    until, number = monotonic() + SLICE_SECONDS, 0
    for document in list(lost.order_by("pk")[:MOST_AT_ONCE]):
        if monotonic() < until:
            read(document)
            number += 1
    return number


def read(document: Document) -> None:
    """Keeps what is read, unless other bytes came meanwhile: these have a job of their own."""
    found, picture = _found_in(document)
    state = DocumentText.State
    if found is None:
        logger.warning("document %s: its words cannot be read", document.pk)
        found = {"pages": [], "is_tagged": None, "picture": None}
        kept = state.FAILED
    else:
        kept = state.DONE if any(found["pages"]) else state.EMPTY
    text = DocumentText(
        document_id=document.pk,
        sha256=document.sha256,
        state=kept,
        pages=found["pages"],
        is_tagged=found["is_tagged"],
    )
    if picture:
        text.first_page_width, text.first_page_height = found["picture"]
        name = f"{document.pk}-{document.sha256[:8]}.webp"
        text.first_page.save(name, ContentFile(picture), save=False)
    is_kept = False
    try:
        is_kept = _keep(text)
    finally:
        if picture and not is_kept:
            text.first_page.storage.delete(text.first_page.name)


def _keep(text: DocumentText) -> bool:
    with transaction.atomic():
        same = Document.objects.select_for_update().filter(pk=text.document_id, sha256=text.sha256)
        if not same.exists():
            return False
        before = DocumentText.objects.filter(pk=text.pk).first()
        text.save(force_insert=before is None, force_update=before is not None)
        if before and before.first_page and before.first_page != text.first_page:
            storage = before.first_page.storage
            transaction.on_commit(partial(storage.delete, before.first_page.name))
        search.refresh_documents([text.document_id])
    return True


def _found_in(document: Document) -> tuple[dict | None, bytes]:
    """What a process of its own finds in the file, and the picture that it draws."""
    ending = Path(document.file.name).suffix.lower()
    limits = {"seconds": READ_SECONDS, "megabytes": READ_MEGABYTES}
    try:
        with document.file.open("rb") as file, TemporaryDirectory() as folder:
            drawn = Path(folder, "first.webp")
            with local_path(file) as path:
                if ending == ".pdf":
                    found = ask("read_pdf", path, str(drawn), **limits)
                else:
                    found = ask("read_text", path, ending, **limits)
                    pdf = office_as_pdf(path, ending, folder) if found else None
                    if pdf:
                        seen = ask("read_pdf", pdf, str(drawn), **limits) or {}
                        found["picture"] = seen.get("picture")
            is_drawn = found and found["picture"] and drawn.exists()
            return found, drawn.read_bytes() if is_drawn else b""
    except FileNotFoundError:
        return None, b""


@receiver(post_save, sender=Document)
def _saved(sender, instance, created, **kwargs):
    if not created:
        # Its title and its text alternative are words that are found, too.
        search.refresh_documents([instance.pk])
    if settings.HUB_READ_FILES and unread().filter(pk=instance.pk).exists():
        # robust: what cannot be put into the queue is found by `read_lost`.
        transaction.on_commit(partial(read_document.enqueue, instance.pk), robust=True)
