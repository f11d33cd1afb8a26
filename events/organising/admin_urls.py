from django.urls import path

from .date_views import add_walk_in, date
from .dates import index
from .export_views import export
from .log import log
from .mail_views import mail
from .sheets import check_in_sheet, signature_sheet

urlpatterns = [
    path("registrations/", index, name="events_registrations"),
    path("registrations/<int:pk>/", date, name="events_registrations_date"),
    path("registrations/<int:pk>/walk-in/", add_walk_in, name="events_registrations_walk_in"),
    path("registrations/<int:pk>/mail/", mail, name="events_registrations_mail"),
    path("registrations/<int:pk>/export/", export, name="events_registrations_export"),
    path("registrations/<int:pk>/log/", log, name="events_registrations_log"),
    path("registrations/<int:pk>/sheet/", signature_sheet, name="events_registrations_sheet"),
    path("registrations/<int:pk>/check-in/", check_in_sheet, name="events_registrations_check_in"),
]
