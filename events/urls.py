from django.urls import path

from hub import converters  # noqa: F401  registers `code` and `lang`

from .calendar_views import event_file

urlpatterns = [path("r/<code:code>/<lang:lang>.ics", event_file, name="event_ics")]
