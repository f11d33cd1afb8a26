"""The PDFs of method guides: asked for when a guide is published, made by the worker, kept."""

import hashlib
import logging
from datetime import timedelta
from functools import partial

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F, Q
from django.dispatch import receiver
from django.utils import timezone
from django_tasks import task
from wagtail.signals import page_published

from hub.frame import get_frame
from hub.models import Thing
from hub.paper import PaperError, make_pdf

from .guide_paper import paper_html, stylesheet
from .models import GuidePdf, MethodGuidePage

# What fails so often waits until the guide changes, or until a reader asks on another day.
MOST_TRIES = 3
WAITING = Q(checked_at=None) | Q(checked_at__lt=F("asked_at"))

logger = logging.getLogger("hub.paper")


@receiver(page_published, sender=MethodGuidePage)
def ask_after_publishing(sender, instance, **kwargs):
    """In the transaction of the publication, so that a kill loses nothing."""
    if instance.alias_of_id:
        return
    now = timezone.now()
    pdfs = GuidePdf.objects.filter(thing=instance.thing)
    GuidePdf.objects.get_or_create(
        thing=instance.thing,
        language=instance.locale.language_code,
        beside="",
        defaults={"asked_at": now},
    )
    # The other languages too: what is beside each other, and what all of them share.
    pdfs.update(asked_at=now, tries=0, failure="")
    if settings.HUB_PAPER_AFTER_PUBLISHING:
        for pk in pdfs.values_list("pk", flat=True):
            transaction.on_commit(partial(make_guide_pdf.enqueue, pk), robust=True)


def ask(thing: Thing, language: str, beside: str = "") -> GuidePdf:
    """Have the worker make a PDF that is not there; one that failed is tried again on another day."""
    now = timezone.now()
    pdf, is_new = GuidePdf.objects.get_or_create(
        thing=thing, language=language, beside=beside, defaults={"asked_at": now}
    )
    failed = GuidePdf.objects.filter(pk=pdf.pk, tries__gte=MOST_TRIES)
    day_ago = now - timedelta(days=1)
    if not is_new and failed.filter(asked_at__lt=day_ago).update(asked_at=now, tries=0):
        pdf.refresh_from_db()
        is_new = True
    if is_new:
        transaction.on_commit(partial(make_guide_pdf.enqueue, pdf.pk))
    return pdf


@task(backend="slow", queue_name="slow")
def make_guide_pdf(pk: int) -> None:
    """Make the PDF if the guide says something else than it does."""
    make(pk)


def make(pk: int) -> None:
    """Bear being called twice, also at the same time: one of them keeps its file."""
    pdf = GuidePdf.objects.select_related("thing").filter(WAITING, pk=pk, tries__lt=MOST_TRIES)
    pdf = pdf.first()
    if pdf is None:
        return
    page = guide_of(pdf.thing, pdf.language)
    html = page and paper_html(page, pdf.beside)
    if not html:
        erase(pdf)
        return
    css = stylesheet()
    made_of = hashlib.sha256(f"{css}\0{html}".encode()).hexdigest()
    mine = GuidePdf.objects.filter(pk=pk, file=pdf.file.name)
    if pdf.file and pdf.made_of == made_of:
        mine.update(checked_at=pdf.asked_at, tries=0, failure="")
        return
    try:
        data = make_pdf(html, css)
    except PaperError as error:
        logger.error("no PDF of guide %s: %s", pdf, error)
        mine.update(tries=F("tries") + 1, failure=str(error).replace("\x00", ""))
        return
    name = "-".join(filter(None, [pdf.thing.code, pdf.language, pdf.beside, made_of[:12]]))
    name = default_storage.save(f"guides/{name}.pdf", ContentFile(data))
    kept = mine.update(
        file=name,
        sha256=hashlib.sha256(data).hexdigest(),
        size_bytes=len(data),
        file_changed_at=timezone.now(),
        made_of=made_of,
        checked_at=pdf.asked_at,
        tries=0,
        failure="",
    )
    old = pdf.file.name if kept else name
    if old:
        default_storage.delete(old)


def guide_of(thing: Thing, language: str) -> MethodGuidePage | None:
    """The live guide in its own words, which everybody may read."""
    page = MethodGuidePage.objects.filter(
        translation_key=thing.translation_key,
        live=True,
        alias_of=None,
        locale__language_code=language,
    ).first()
    if page is None or page.is_mirror or get_frame(language).is_restricted(page.path):
        return None
    return page


def erase(pdf: GuidePdf) -> None:
    pdf.delete()
    if pdf.file:
        default_storage.delete(pdf.file.name)
