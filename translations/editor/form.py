"""The fields of a work: what is kept, what was typed, what is wrong with it."""

import hashlib
from html import unescape

from django.db import transaction
from django.utils.translation import gettext as _

from .. import work
from ..models import TranslationState
from .findings import findings_of, refusals_of


class WorkForm:
    """The fields of one thing's words: what is kept, what was typed, what is wrong.

    Beside each field stands a mark of what it showed, so that a field nobody touched never
    writes over what a colleague saved meanwhile.
    """

    def __init__(self, job: work.Work, data=None):
        self.job = job
        self.data = data
        self.errors: dict[int, list[str]] = {}
        self.typed: dict[int, str] = {}
        self.read()

    def read(self) -> None:
        self.segments = list(self.job.segments())

    def anchor(self) -> str:
        """Where to go on after a save: the place that the button named."""
        for name in ("then", "keep", "confirm", "former"):
            place = self.data.get(name, "")
            if place.isdecimal():
                return f"#s{place}"
        return ""

    def segment(self, name: str):
        """The segment that the button `name` speaks of, or None."""
        wanted = self.data.get(name, "")
        return next((one for one in self.segments if str(one.pk) == wanted), None)

    def touched(self) -> dict[int, str]:
        """Words that differ from what their field had shown, by segment."""
        found = {}
        for segment in self.segments:
            text = self.data.get(f"s{segment.pk}")
            if text is not None and mark(text) != self.data.get(f"was{segment.pk}", ""):
                found[segment.pk] = text
        return found

    def save(self, user, glossary) -> None:
        """Keep what was touched; what could not be kept stays in `typed`, with its `errors`."""
        touched = self.touched()
        if not touched:
            return
        with transaction.atomic():
            hold(self.job)
            # Read again under the lock: the fields may have been shown an hour ago.
            self.read()
            for segment in self.segments:
                if segment.pk not in touched:
                    continue
                text = touched[segment.pk]
                if self._changed_meanwhile(segment, text):
                    self.errors[segment.pk] = [
                        _("A colleague saved other words here meanwhile: “%(words)s”")
                        % {"words": words_of(segment)}
                    ]
                elif refused := refusals_of(findings_of(self.job, segment, text, glossary)):
                    self.errors[segment.pk] = refused
            free = {pk: text for pk, text in touched.items() if pk not in self.errors}
            if free:
                self.errors.update(work.save_strings(self.job, free, user))
        self.typed = {pk: touched[pk] for pk in self.errors}

    def _changed_meanwhile(self, segment, text: str) -> bool:
        kept = mark(words_of(segment))
        return kept not in (self.data.get(f"was{segment.pk}", ""), mark(text))


def hold(job: work.Work) -> TranslationState:
    """The state of the work, locked till the transaction ends: who saves words saves alone."""
    return TranslationState.objects.select_for_update().get(thing=job.thing, locale=job.locale)


def shown(segment, data: str) -> str:
    """`work.words_for_form`, without taking apart what holds no mark at all."""
    return (
        work.words_for_form(segment, data) if "<" in data + segment.string.data else unescape(data)
    )


def words_of(segment) -> str:
    """The kept words of a segment as its field shows them."""
    return shown(segment, segment.translation) if segment.translation else ""


def mark(text: str) -> str:
    """A short hash of a field's words; line ends are as the browser pleases."""
    text = text.replace("\r\n", "\n").strip()
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()[:16]
