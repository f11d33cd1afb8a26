"""Films and sound that play in a page, and what makes them reach people who cannot hear them."""

from dataclasses import dataclass, field

from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from wagtail.rich_text import RichText

from hub.models.documents import file_languages

SOUND, FILM, CAPTIONS = "MP3", "MP4", "VTT"


@dataclass(frozen=True)
class Track:
    """Captions of a film in one language."""

    url: str
    code: str
    name: str


@dataclass(frozen=True)
class Player:
    """What components/player.html shows. `lang` is the transcript's, where it is not the page's."""

    url: str
    title: str
    is_sound: bool
    tracks: list[Track] = field(default_factory=list)
    transcript: RichText | None = None
    lang: str = ""


def is_recording(document) -> bool:
    return document is not None and document.format in (SOUND, FILM)


def tracks_of(captions) -> list[Track]:
    """Tracks of these documents (None among them is left out), each once, in the given order."""
    names = dict(file_languages())
    by_id = {one.pk: one for one in captions if one is not None}
    return [
        Track(one.url, one.language, str(names.get(one.language, one.language)))
        for one in by_id.values()
    ]


def has_words(transcript) -> bool:
    """Whether a transcript (HTML or RichText) says anything: an empty field sends an empty paragraph."""
    return bool(strip_tags(str(getattr(transcript, "source", transcript) or "")).strip())


def recording_errors(document, captions, transcript) -> dict[str, str]:
    """What is wrong with captions and transcript beside `document`, by field; empty if nothing."""
    errors = {}
    if captions is not None and captions.format != CAPTIONS:
        errors["captions"] = _(
            "Captions are a file that ends in “.vtt”. Programs that make captions can export one."
        )
    elif captions is not None and (document is None or document.format != FILM):
        errors["captions"] = _(
            "Captions belong to a film of this hub (MP4). For sound, write down what is said."
        )
    if has_words(transcript) and not is_recording(document):
        errors["transcript"] = _("Only a film (MP4) or sound (MP3) of this hub has a transcript.")
    return errors
