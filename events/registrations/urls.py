from django.urls import path

from events.organising.check_in import here
from hub import converters  # noqa: F401  registers `code`

from . import my_views  # noqa: F401  answers the links of mails
from .views import register

urlpatterns = [
    path("register/<code:code>/", register, name="register"),
    path("register/<code:code>/here/", here, name="events_here"),
]
