"""`/embed/events.js` and `.html`: the next events of a partner, or of all, on another website."""

from django.conf import settings
from django.http import Http404, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from hub.embed import Asked, Embed, embed_views, line_of

from .calendar import cards_of
from .calendar_dates import by_ids, coming_ids


def _events(asked: Asked) -> Embed:
    """Each at its next date, as the calendar's list has them: three queries."""
    section = asked.frame.section("events")
    if section is None or asked.frame.is_restricted(section.path):
        raise Http404
    params = QueryDict(mutable=True)
    if asked.partner:
        params["partner"] = asked.partner_slug
    ids = coming_ids(section, params, timezone.now(), asked.number)
    here = asked.frame.language
    query = f"?{params.urlencode()}" if params else ""
    return Embed(
        heading=asked.heading(_("Next events")),
        empty=_("No meeting is planned here at the moment."),
        more=_("The whole calendar"),
        more_url=f"{settings.HUB_ADDRESS}{section.url}{query}",
        lang=here.code,
        dir=here.dir,
        lines=[
            line_of(
                card,
                here.code,
                card.date_label,
                *card.facts,
                "" if asked.partner else card.partner,
            )
            for card in cards_of(section, by_ids(ids))
        ],
    )


events_js, events_html = embed_views(_events)
