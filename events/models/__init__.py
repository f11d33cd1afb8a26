from ..certificates.models import CertificateKey
from ..event_date import EventDate
from ..registrations.evidence import Evidence
from ..registrations.models import Attendance, Needs, Participant, Registration
from .calendar_page import CalendarPage
from .choices import EventCountry, EventKind, Mode, Precision, spoken_languages, time_zones
from .event_page import EventPage
from .event_rows import EventChange, EventLanguage, EventMaterial, KeptSeats

__all__ = [
    "Attendance",
    "CalendarPage",
    "CertificateKey",
    "EventChange",
    "EventCountry",
    "EventDate",
    "EventKind",
    "EventLanguage",
    "EventMaterial",
    "EventPage",
    "Evidence",
    "KeptSeats",
    "Mode",
    "Needs",
    "Participant",
    "Precision",
    "Registration",
    "spoken_languages",
    "time_zones",
]
