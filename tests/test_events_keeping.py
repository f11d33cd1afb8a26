"""What is known of people goes in time: needs first, then everybody, and numbers stay."""

from datetime import date as day
from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from events import due
from events.registrations.evidence import Evidence
from events.registrations.models import Attendance, Needs, Participant, Registration, State
from hub import settings as hub_settings
from partners.models import Partner
from tests.attending import attend, date_of
from tests.builders import make_event

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]


@pytest.fixture
def clock(monkeypatch):
    """Moves the clock on: `clock(days=14)`."""
    real = timezone.now

    def move(**by):
        monkeypatch.setattr(timezone, "now", lambda: real() + timedelta(**by))

    return move


def event_of_today():
    """One date that has just ended."""
    start = timezone.now() - timedelta(hours=2)
    return make_event(starts_at=start, ends_at=start + timedelta(hours=1))


def housework() -> tuple[int, int, int]:
    return due.erase_needs(), due.erase_old_registrations(), due.erase_evidence()


def test_needs_go_two_weeks_after_the_date_and_the_registration_stays(clock):
    attend(date_of(event_of_today()), "Līga Zālīte", needs="bez gaļas")

    clock(days=13, hours=22)
    assert housework() == (0, 0, 0)
    clock(days=14)
    assert (housework(), housework()) == ((1, 0, 0), (0, 0, 0))

    assert not Needs.objects.exists()
    assert Registration.objects.count() == 1


def test_what_nobody_confirmed_goes_after_two_days(clock):
    row = attend(date_of(event_of_today()), "Līga Zālīte", attended=False)
    Registration.objects.filter(pk=row.pk).update(confirmed_at=None)

    clock(hours=47)
    assert due.erase_unconfirmed() == 0
    clock(hours=49)
    assert (due.erase_unconfirmed(), due.erase_unconfirmed()) == (1, 0)

    assert not Participant.objects.exists()
    # Nobody had come to it: there is nothing to count.
    assert not Attendance.objects.exists()


def test_after_its_time_a_date_has_numbers_and_no_people(clock, settings):
    settings.HUB_KEEP_REGISTRATIONS_DAYS = 30
    date, other = date_of(event_of_today()), date_of(event_of_today())
    valmiera = Partner.objects.get(slug="valmiera-library")
    attend(date, "Līga", "Ada", country="LV", audience="librarians", partner=valmiera)
    attend(date, "Ilze", email="ilze@example.org", country="EE")
    attend(date, "Jānis", email="janis@example.org", country="EE", attended=False)
    walked_in = attend(date, "Pēteris", email="", country="EE")
    walked_in.participants.update(is_walk_in=True)
    gone = attend(date, "Olga", email="olga@example.org", attended=False)
    gone.participants.update(state=State.CANCELLED)
    attend(other, "Marta", email="marta@example.org")

    clock(days=29)
    assert housework()[1] == 0
    clock(days=31)
    assert (housework()[1], housework()[1]) == (6, 0)

    assert not Registration.objects.exists()
    assert not Participant.objects.exists()
    assert not Evidence.objects.exists()
    row = Attendance.objects.get(date=date)
    assert row.numbers == {"registered": 6, "seated": 5, "attended": 4, "walk_ins": 1}
    assert row.attended == {
        "country": {"LV": 2, "EE": 2},
        "audience": {"librarians": 2, "": 2},
        "partner": {"valmiera-library": 2, "": 2},
    }
    assert Attendance.objects.get(date=other).numbers["attended"] == 1


def test_the_evidence_list_is_kept_until_its_day_and_says_name_and_organisation_alone(
    clock, settings
):
    date = date_of(event_of_today())
    attend(date, "Līga Zālīte", organisation="Cēsu bibliotēka")
    attend(date, "Ada Kalna", email="ada@example.org", attended=False)
    settings.HUB_KEEP_EVIDENCE_UNTIL = timezone.localdate() + timedelta(days=300)

    clock(days=181)
    assert (housework(), housework()) == ((0, 2, 0), (0, 0, 0))

    assert list(Evidence.objects.values_list("date", "name", "organisation")) == [
        (date.pk, "Līga Zālīte", "Cēsu bibliotēka")
    ]
    clock(days=300)
    assert housework() == (0, 0, 0)
    clock(days=301)
    assert (housework(), housework()) == ((0, 0, 1), (0, 0, 0))


def test_without_the_setting_no_evidence_is_kept(clock, settings):
    assert settings.HUB_KEEP_EVIDENCE_UNTIL is None
    attend(date_of(event_of_today()), "Līga Zālīte")

    clock(days=181)
    housework()

    assert not Evidence.objects.exists()


def test_a_day_that_is_none_stops_the_start(monkeypatch):
    monkeypatch.setitem(hub_settings.env.ENVIRON, "HUB_KEEP_EVIDENCE_UNTIL", "next year")
    with pytest.raises(ImproperlyConfigured, match="2028-12-31"):
        hub_settings._day("HUB_KEEP_EVIDENCE_UNTIL")
    monkeypatch.setitem(hub_settings.env.ENVIRON, "HUB_KEEP_EVIDENCE_UNTIL", "2028-12-31")
    assert hub_settings._day("HUB_KEEP_EVIDENCE_UNTIL") == day(2028, 12, 31)
