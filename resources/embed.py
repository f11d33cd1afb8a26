"""`/embed/resources.js` and `.html`: the newest resources of a partner, or of all, on another website."""

from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from hub.embed import Asked, Embed, embed_views, line_of

from .catalogue import cards_by_ids
from .catalogue_index import get_index


def _resources(asked: Asked) -> Embed:
    """As the catalogue has them, the newest first."""
    frame = asked.frame
    section = frame.section("resources")
    if section is None or frame.is_restricted(section.path):
        raise Http404
    index = get_index(frame.language.code)
    things, query = index.everything, ""
    if asked.partner:
        things = index.facets["partner"].get(asked.partner.partner_id, 0)
        query = "?" + urlencode({"partner": asked.partner_slug})
    here = frame.language
    return Embed(
        heading=asked.heading(_("New resources")),
        empty=_("Nothing stands here yet."),
        more=_("All resources"),
        more_url=f"{settings.HUB_ADDRESS}{section.url}{query}",
        lang=here.code,
        dir=here.dir,
        lines=[
            line_of(
                card,
                here.code,
                capfirst(card.kind_label),
                *card.facts,
                "" if asked.partner else card.partner,
            )
            for card in cards_by_ids(index.newest(things, asked.number), frame)
        ],
    )


resources_js, resources_html = embed_views(_resources)
