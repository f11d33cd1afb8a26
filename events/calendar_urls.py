from django.urls import path

from .calendar_views import calendar_feed

urlpatterns = [path("events/calendar.ics", calendar_feed, name="calendar_ics")]
