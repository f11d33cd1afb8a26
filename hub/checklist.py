"""The checklist beside the publish button: what a reader of a page would miss.

What must be there is what publication asks for and a draft may lack, read from the editor's own
form and blocks. All else should be there, and keeps nobody from publishing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from django.forms import Field
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from wagtail import blocks
from wagtail.blocks.field_block import FieldBlock

from hub.link_finding import broken_within, links_of
from hub.models.documents import Document
from hub.models.link_checks import LinkCheck
from hub.recordings import SOUND, has_words, is_recording
from hub.upload_notices import facts_on_record, hard_to_hear

MOST_NAMED = 5


@dataclass(frozen=True)
class Check:
    """One line: what it is about, what to do where it is missing, and the field (id) to do it in."""

    title: str
    is_done: bool
    to_do: str
    field: str
    is_must: bool = False


@dataclass
class Checklist:
    """What is missing, musts first, and what is there."""

    missing: list[Check]
    done: list[Check]

    @property
    def total(self) -> int:
        return len(self.missing) + len(self.done)


def checklist_of(page) -> Checklist:
    """The list of a page (specific, as its editor shows it); the same queries however long it is."""
    checks = [*musts_of(page), *page.checks()]
    missing = [check for check in checks if not check.is_done]
    missing.sort(key=lambda check: not check.is_must)
    return Checklist(missing, [check for check in checks if check.is_done])


# --- what must be there -----------------------------------------------------------------------


@cache
def _form_of(model):
    return model.get_edit_handler().get_form_class()


def musts_of(page) -> list[Check]:
    """What the editor's form asks for at publication, and this draft lacks."""
    form = _form_of(type(page))
    checks = [
        _must(field, _place(page, name))
        for name, field in form.base_fields.items()
        if _is_missing(field, _value(page, name))
    ]
    for name, formset in form.formsets.items():
        if hasattr(page, name):
            checks += _musts_of_rows(name, formset, list(getattr(page, name).all()))
    return checks


def _musts_of_rows(name: str, formset, rows: list) -> Iterator[Check]:
    if len(rows) < (formset.min_num or 0):
        yield Check(
            capfirst(formset.model._meta.verbose_name), False, _required(), f"id_{name}-ADD", True
        )
    for number, row in enumerate(rows):
        for field_name, field in formset.form.base_fields.items():
            if _is_missing(field, _value(row, field_name)):
                yield _must(field, f"id_{name}-{number}-{field_name}")


def _must(field, place: str) -> Check:
    return Check(str(field.label), False, _required(), place, is_must=True)


def _required() -> str:
    return str(Field.default_error_messages["required"])


def _value(row, name: str):
    """A field's value, of a foreign key its id; fields of the form alone have none."""
    names = {field.name: field.attname for field in row._meta.concrete_fields}
    return getattr(row, names.get(name, name), None)


def _is_missing(field, value) -> bool:
    block = getattr(field, "block", None)
    if block is not None:
        return lacks_something(block, value)
    return field.required and value in field.empty_values


def lacks_something(block: blocks.Block, value) -> bool:
    """Whether a block, or one inside it, is empty that may not be."""
    if isinstance(block, blocks.BaseStreamBlock):
        if len(value) < max(block.meta.min_num or 0, int(block.required)):
            return True
        return any(lacks_something(child.block, child.value) for child in value)
    if isinstance(block, blocks.ListBlock):
        if len(value) < (block.meta.min_num or 0):
            return True
        return any(lacks_something(block.child_block, one) for one in value)
    if isinstance(block, blocks.BaseStructBlock):
        return any(
            lacks_something(child, value[name]) for name, child in block.child_blocks.items()
        )
    if isinstance(block, FieldBlock):
        return block.required and block.value_for_form(value) in block.field.empty_values
    return False


# --- what should be there ---------------------------------------------------------------------


def field_check(page, name: str, is_done=None, to_do="") -> Check:
    """A field that readers miss when it is empty; its own help says why, unless `to_do` does."""
    field = page._meta.get_field(name)
    done = (
        bool(getattr(page, field.attname if field.concrete else name))
        if is_done is None
        else is_done
    )
    return Check(
        capfirst(str(field.verbose_name)), done, to_do or str(field.help_text), _place(page, name)
    )


def _place(page, name: str) -> str:
    """The id in the editor of a field: what one types into, or the list of its blocks.

    Ids of Wagtail's panels are made of their headings, in the language of whoever looks.
    """
    internal = page._meta.get_field(name).get_internal_type() if _has_field(page, name) else ""
    if internal == "JSONField":
        return f"{name}-root"
    return f"id_{name}-chooser" if internal == "ForeignKey" else f"id_{name}"


def _has_field(page, name: str) -> bool:
    return any(field.name == name for field in page._meta.get_fields())


def general_checks(page) -> list[Check]:
    """What readers miss on any page: words about it, pictures and links that say something."""
    checks = [field_check(page, "summary"), field_check(page, "checked_on")]
    picture = page.listing_picture if page.listing_picture_id else None
    checks.append(
        field_check(
            page,
            "listing_picture",
            is_done=picture is None or bool(picture.description),
            to_do=_(
                "Say in the picture's description what it shows, for people who cannot see it."
            ),
        )
    )
    if pictures := [block.value for block in text_blocks(page, "picture")]:
        shown = page.body.stream_block.child_blocks["picture"].child_blocks["alt"]
        done = all(picture["alt"] for picture in pictures)
        place = _place(page, "body")
        checks.append(Check(str(shown.label), done, str(shown.field.help_text), place))
    if links := links_of(page):
        title = str(LinkCheck._meta.verbose_name_plural)
        gone = broken_links(page, links)
        to_do = _("These lead nowhere: %(names)s.") % {"names": named(gone)} if gone else ""
        checks.append(Check(capfirst(title), not gone, to_do, _place(page, "body")))
    return checks


def text_blocks(page, *kinds: str) -> list:
    """The blocks of these kinds in the text of a page."""
    return [block for block in getattr(page, "body", None) or [] if block.block_type in kinds]


def broken_links(page, links) -> list[str]:
    """Those of the links that do not work, as far as is known, by the words that are linked."""
    inside = broken_within((link.url, page.locale_id) for link in links if not link.is_external)
    urls = {url for url, _locale in inside}
    if any(link.is_external for link in links):
        known = LinkCheck.objects.filter(page=page.pk, is_external=True, is_broken=True)
        urls.update(known.values_list("url", flat=True))
    return [link.words or link.url for link in links if link.url in urls]


@dataclass(frozen=True)
class Offered:
    """A file or recording that a page offers: its title, its document's id, where it is edited."""

    title: str
    document_id: int | None
    place: str
    is_elsewhere: bool = False
    has_captions: bool = False
    # Or a short text that says what is in it.
    has_transcript: bool = False


def offered_in_text(page) -> list[Offered]:
    """The files and recordings among the blocks of a page's text."""
    place = _place(page, "body")
    offered = []
    for block in text_blocks(page, "file", "recording"):
        value = block.value
        document = value["document"]
        offered.append(
            Offered(
                title=value["title"],
                document_id=document.pk if document else None,
                place=place,
                is_elsewhere=block.block_type == "recording" and document is None,
                has_captions=bool(value.get("captions")),
                has_transcript=has_words(value.get("transcript")) or bool(value.get("description")),
            )
        )
    return offered


def file_checks(offered: list[Offered]) -> list[Check]:
    """Licence, language, and what people get who cannot see or hear them; one query for all files."""
    if not offered:
        return []
    ids = {one.document_id for one in offered if one.document_id}
    documents = Document.objects.select_related("text_inside").in_bulk(ids) if ids else {}
    known = [(one, documents[one.document_id]) for one in offered if one.document_id in documents]
    recordings = [(one, file) for one, file in known if is_recording(file)]
    recordings += [(one, None) for one in offered if one.is_elsewhere]
    fields = {name: Document._meta.get_field(name) for name in ("licence", "language")}
    say_it = _("Say it in the file's own form: %(names)s.")
    checks = []
    if known:
        checks += [
            _check_of(
                str(field.verbose_name),
                [one for one, file in known if not getattr(file, name)],
                say_it,
                known[0][0],
            )
            for name, field in fields.items()
        ]
    if any(file.format == "PDF" for _one, file in known):
        checks.append(
            _check_of(
                str(Document._meta.get_field("text_alternative").verbose_name),
                [one for one, file in known if hard_to_hear(file, facts_on_record(file))],
                _("A screen reader finds no text or no order in these PDFs: %(names)s."),
                known[0][0],
            )
        )
    if recordings:
        checks.append(
            _check_of(
                ", ".join((_("captions"), _("transcript"))),
                [one for one, file in recordings if not _can_be_read(one, file)],
                _("People who cannot hear get nothing of these: %(names)s."),
                recordings[0][0],
            )
        )
    return checks


def _can_be_read(one: Offered, file: Document | None) -> bool:
    if one.has_transcript or file is None:
        return one.has_transcript
    return bool(file.text_alternative) or (one.has_captions and file.format != SOUND)


def _check_of(title: str, lacking: list[Offered], to_do: str, first: Offered) -> Check:
    place = (lacking or [first])[0].place
    names = named(one.title for one in lacking)
    return Check(capfirst(title), not lacking, to_do % {"names": names} if lacking else "", place)


def named(titles: Iterable[str]) -> str:
    """The first few titles, in quotes."""
    titles = list(dict.fromkeys(titles))
    shown = ", ".join(_("“%(query)s”") % {"query": title} for title in titles[:MOST_NAMED])
    return f"{shown} …" if len(titles) > MOST_NAMED else shown
