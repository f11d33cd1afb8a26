from django.urls import path

from .calendar_views import calendar_feed
from .feed import events_feed

urlpatterns = [
    path("events/calendar.ics", calendar_feed, name="calendar_ics"),
    path("feeds/events.atom", events_feed, name="events_feed"),
]
