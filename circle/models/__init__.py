from ..directory_row import ServiceRow, ServiceSpan
from ..helper import Helper, HelperConsent
from ..service_check import ServiceCheck
from .choices import (
    HIDDEN_AFTER,
    WITHOUT_PLACE,
    Accessibility,
    CircleCountry,
    ForWhom,
    Need,
    OnHolidays,
    Weekday,
    season_days,
    spoken_languages,
)
from .circle_page import CirclePage
from .service_page import ServicePage
from .service_rows import ServiceGroup, ServiceHours, ServiceLanguage, ServiceNeed, SpecialDays

__all__ = [
    "Accessibility",
    "CircleCountry",
    "CirclePage",
    "ForWhom",
    "HIDDEN_AFTER",
    "Helper",
    "HelperConsent",
    "Need",
    "OnHolidays",
    "ServiceCheck",
    "ServiceGroup",
    "ServiceHours",
    "ServiceLanguage",
    "ServiceNeed",
    "ServicePage",
    "ServiceRow",
    "ServiceSpan",
    "SpecialDays",
    "WITHOUT_PLACE",
    "Weekday",
    "season_days",
    "spoken_languages",
]
