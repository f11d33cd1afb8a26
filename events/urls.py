from django.urls import path

from hub import converters  # noqa: F401  registers `code` and `lang`

from . import embed
from .calendar_views import event_file
from .certificates.check import check

urlpatterns = [
    path("r/<code:code>/<lang:lang>.ics", event_file, name="event_ics"),
    path("v/<str:code>", check, name="certificate"),
    path("embed/events.js", embed.events_js, name="embed_events_js"),
    path("embed/events.html", embed.events_html, name="embed_events_html"),
]
