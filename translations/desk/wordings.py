"""What readers tell translators: a better wording, and what they looked for in vain.

Such messages belong to the desk of the reader's language, not to the partner whose page it was.
"""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from wagtail.admin.utils import get_valid_next_url_from_request

from hub.languages import language
from hub.models import Message

from ..rights import languages_of

SHOWN = 10


def wordings_urls() -> list:
    return [path("desk/readers/<int:pk>/done/", done, name="translation_reader_done")]


def voices_for(user):
    """Messages that wait for the translators of this person's languages, the newest first."""
    codes = [locale.language_code for locale in languages_of(user)]
    return Message.objects.filter(
        kind__in=Message.OF_THE_DESK, language__in=codes, done_at=None
    ).select_related("thing__original_locale")


def voices(user, codes: list[str]) -> dict:
    """Template context of what readers said in these languages; one query."""
    found = list(voices_for(user).filter(language__in=codes)[: SHOWN + 1])
    return {"voices": [_shown(message) for message in found[:SHOWN]], "more": len(found) > SHOWN}


def _shown(message: Message) -> dict:
    thing, is_wording = message.thing, message.kind == Message.Kind.WORDING
    return {
        "message": message,
        "language": language(message.language),
        "about": thing.title_in(get_language()) if thing and is_wording else "",
        "page_url": f"/r/{thing.code}/" if thing and is_wording else "",
        # The original's language has no desk of its own.
        "work_url": reverse("translation_work", args=[thing.code, message.language])
        if thing and is_wording and thing.original_locale.language_code != message.language
        else "",
        "done_url": reverse("translation_reader_done", args=[message.pk]),
    }


@require_POST
def done(request, pk):
    """A translator of its language has seen to it; a second press changes nothing."""
    codes = [locale.language_code for locale in languages_of(request.user)]
    own = Message.objects.filter(pk=pk, kind__in=Message.OF_THE_DESK, language__in=codes)
    if not own.exists():
        raise Http404
    own.filter(done_at=None).update(done_at=timezone.now())
    messages.success(request, _("The message is done."))
    return redirect(get_valid_next_url_from_request(request) or "translation_desk")
