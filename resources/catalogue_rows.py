"""The rows of the catalogue follow the pages, in the transaction that tells what changed."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import PurePath

from django.db import transaction
from django.db.models import Q, TextField, Value
from django.db.models.functions import Concat
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.utils import timezone

from hub.alphabets import sort_key
from hub.changes import listen, touched
from hub.frame import language_of_path
from hub.models import Audience, Document, Generation, Topic

from .models import CatalogueRow, ResourceFile, ResourcePage

THINGS_AT_ONCE = 100
FACTS = [field.attname for field in CatalogueRow._meta.concrete_fields if field.name != "uses"]
WORDS = {Topic: "topics", Audience: "audiences"}

_still: ContextVar[bool] = ContextVar("resources_catalogue_still", default=False)


@contextmanager
def written_at_the_end() -> Iterator[None]:
    """Write no row meanwhile and all of them at the end: for loading much at once."""
    token = _still.set(True)
    try:
        yield
    finally:
        _still.reset(token)
    write_all()


def write(keys: Iterable) -> int:
    """Bring the rows of these things in step with their pages; how many rows were not."""
    keys = list(keys)
    # Each part is a transaction of its own: nobody who publishes meanwhile waits for all of them.
    return sum(
        _write_some(keys[begin : begin + THINGS_AT_ONCE])
        for begin in range(0, len(keys), THINGS_AT_ONCE)
    )


def write_all() -> int:
    """Compare all rows with all pages, and write what differs; how many rows did."""
    keys = set(ResourcePage.objects.order_by().values_list("translation_key", flat=True))
    keys.update(CatalogueRow.objects.values_list("translation_key", flat=True))
    return write(sorted(keys))


@transaction.atomic(savepoint=False)
def _write_some(keys: list) -> int:
    # Who tells of a change holds this row too: pages that were read before it are not written after.
    list(Generation.objects.select_for_update().filter(pk=Generation.EVERYTHING))
    there = {row.pk: row for row in CatalogueRow.objects.filter(translation_key__in=keys)}
    uses = {row.translation_key: row.uses for row in there.values()}
    made = []
    for row in rows_of(keys):
        known = there.pop(row.pk, None)
        if known is None or _facts(known) != _facts(row):
            row.uses = uses.get(row.translation_key, 0)
            made.append(row)
    old = [*there, *(row.pk for row in made)]
    if old:
        CatalogueRow.objects.filter(pk__in=old).delete()
        CatalogueRow.objects.bulk_create(made, batch_size=500)
        Generation.renew(Generation.CATALOGUE)
    return len(old)


def _facts(row: CatalogueRow) -> list:
    # PostgreSQL hands bytes over as a view of them.
    return [
        bytes(value) if name == "title_key" else value
        for name in FACTS
        for value in [getattr(row, name)]
    ]


def rows_of(keys: list) -> list[CatalogueRow]:
    """The rows that the live pages of these things call for, not yet stored: four queries."""
    pages = list(
        ResourcePage.objects.filter(
            translation_key__in=keys, live=True, url_path__startswith="/home-"
        )
        .order_by()
        .values(
            *("pk", "translation_key", "url_path", "title", "words_language", "kind_slug"),
            *("partner_id", "minutes", "group_from", "group_to", "needs_shared_language"),
            *("licence", "first_published_at"),
        )
    )
    if not pages:
        return []
    topics, audiences = (_slugs_of(pages, name) for name in WORDS.values())
    languages, formats = _files_of(keys)
    rows = []
    for page in pages:
        key, pk = page["translation_key"], page.pop("pk")
        code = language_of_path(page.pop("url_path"))
        published_at = page.pop("first_published_at")
        row = CatalogueRow(
            page_id=pk,
            language=code,
            is_mirror=page.pop("words_language") != code,
            kind=page.pop("kind_slug"),
            published_at=published_at,
            year=published_at and timezone.localtime(published_at).year,
            topics=_joined(topics.get(pk, ())),
            audiences=_joined(audiences.get(pk, ())),
            file_languages=_joined(languages.get(key, ())),
            formats=_joined(formats.get(key, ())),
            title_key=sort_key(page.pop("title"), code),
            **page,
        )
        rows.append(row)
    return rows


def _slugs_of(pages: list[dict], name: str) -> dict[int, set[str]]:
    """The words of one controlled list by page; a mirror has those of its source's language."""
    through = ResourcePage._meta.get_field(name).remote_field.through
    word = name.removesuffix("s")
    found: dict[int, set[str]] = {}
    rows = through.objects.filter(resourcepage__in=[page["pk"] for page in pages]).order_by()
    for pk, slug in rows.values_list("resourcepage_id", f"{word}__slug"):
        found.setdefault(pk, set()).add(slug)
    return found


def _files_of(keys: list) -> tuple[dict, dict]:
    """The languages and the endings of the files of each thing, whichever page names them."""
    languages: dict = {}
    formats: dict = {}
    rows = ResourceFile.objects.filter(
        page__translation_key__in=keys, page__live=True, page__alias_of=None
    ).order_by()
    for key, language, noted, name in rows.values_list(
        "page__translation_key", "document__language", "file_language", "document__file"
    ):
        languages.setdefault(key, set()).add(language or noted)
        formats.setdefault(key, set()).add(PurePath(name).suffix.removeprefix(".").lower())
    return languages, formats


def _joined(words: Iterable[str]) -> str:
    return " ".join(sorted(word for word in words if word))


# --- what changes them ------------------------------------------------------------------------


@listen
def follow(keys, prefixes) -> None:
    """Rows follow what was published, unpublished, translated or deleted."""
    if _still.get():
        return
    write(keys)
    if prefixes:
        # Pages stand elsewhere now, and so do others that were beside them.
        Generation.renew(Generation.CATALOGUE)


@receiver(post_save, sender=Document)
def _document_changed(instance, **kwargs):
    """Another file, or another language, in the place of the old one."""
    if not kwargs.get("created"):
        rows = ResourceFile.objects.filter(document=instance, page__live=True).order_by()
        touched(rows.values_list("page__translation_key", flat=True).distinct())


@receiver([post_save, post_delete], sender=Topic)
@receiver([post_save, post_delete], sender=Audience)
def _word_changed(sender, instance, signal, **kwargs):
    """A word of a controlled list got another slug, or went."""
    name = WORDS[sender]
    words = Concat(Value(" "), name, Value(" "), output_field=TextField())
    rows = CatalogueRow.objects.annotate(words=words)
    carry = Q(words__contains=f" {instance.slug} ")
    if signal is post_save:
        through = ResourcePage._meta.get_field(name).remote_field.through
        pages = through.objects.filter(**{name.removesuffix("s"): instance})
        rows = rows.filter(~carry, page__in=pages.values("resourcepage"))
    else:
        rows = rows.filter(carry)
    touched(rows.values_list("translation_key", flat=True).distinct())
