"""The partner that owns a page: its name in the reader's language and its own page, from memory."""

from django.utils.translation import gettext

from hub.facts import Fact


def _entry(frame, partner_id):
    """The partner's own page in the frame's language, None when there is none."""
    return next((e for e in frame.shelves("partners") if e.partner_id == partner_id), None)


def partner_name(frame, partner_id) -> str:
    entry = _entry(frame, partner_id)
    return entry.title if entry else frame.partners.get(partner_id, "")


def partner_url(frame, partner_id) -> str:
    entry = _entry(frame, partner_id)
    return entry.url if entry else ""


def partner_fact(word: str, frame, partner_id) -> Fact:
    """Which partner something comes from, with the way to its page."""
    entry = _entry(frame, partner_id)
    lang = entry.lang if entry else ""
    return Fact(word, partner_name(frame, partner_id), lang, url=entry.url if entry else "")


def partner_facts(word: str, frame, page) -> list[Fact]:
    """Who keeps `page` and with whom it was made: one query."""
    keeper, *others = page.owner_ids
    together = gettext("Together with")
    return [
        partner_fact(word, frame, keeper),
        *(partner_fact(together, frame, partner_id) for partner_id in others),
    ]
