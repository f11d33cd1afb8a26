"""From the calendar to a certificate, in the browser: a seat, a line, an offer, the day, the proof."""

import io
import re
import subprocess
from datetime import timedelta

import pytest
from django.db import connection
from django.test import override_settings
from django.utils import timezone
from PIL import Image

from events import due
from events.models import EventDate, EventPage, Participant
from tests.desk_work import sign_in
from tests.registering import an_event, link_to, states
from tests.test_partner_job import mail_to, new_page

pytestmark = pytest.mark.browser

TITLE = "Pēdējā brīvā vieta"
OLENA, PETRO = "olena@example.org", "petro@example.org"


@pytest.fixture
def database(server, django_db_blocker):
    """What the served hub stands on; what is written there stays."""
    with django_db_blocker.unblock():
        yield
        connection.close()


def register(page, name, address, **more):
    """Fill the form in and send it, as fast as a person can."""
    page.fill("input[name=name]", name)
    page.fill("input[name=email]", address)
    for field, value in more.items():
        page.fill(f"[name={field}]", value)
    page.wait_for_timeout(2200)
    page.locator("main form button[type=submit]").click()
    page.wait_for_url("**sent=1")


def confirm(page, address):
    """Open the newest link from the folder of mails and press the button."""
    mail = mail_to(address)
    page.goto(re.search(r"http://\S+/m/\S+", mail.get_body().get_content()).group())
    page.locator("button[name=confirm]").click()
    page.wait_for_url("**done=1")
    return mail


def happens_now(date, **delta):
    """Let the date begin or be over, in the database as its page would have it."""
    starts = timezone.now() + timedelta(**delta)
    times = {"starts_at": starts, "ends_at": starts + timedelta(hours=2)}
    EventPage.objects.filter(translation_key=date.thing.translation_key).update(**times)
    local = starts.astimezone(date.when.starts.tzinfo).date()
    EventDate.objects.filter(pk=date.pk).update(**times, first_day=local, last_day=local)


def test_from_the_calendar_to_the_certificate(server, accounts, chromium, database, tmp_path):
    date = an_event(TITLE, seats=1, days=20, place="Valmieras bibliotēka")

    # A reader of Ukrainian finds it in the calendar, signs up and has the seat.
    olena = new_page(chromium)
    olena.set_viewport_size({"width": 360, "height": 740})
    olena.goto(f"{server}/uk/events/?partner=valmiera-library")
    olena.get_by_role("link", name=TITLE).first.click()
    olena.locator("a.button[rel=nofollow]").click()
    olena.wait_for_url(f"{server}/uk/register/**")
    register(olena, "Олена Коваль", OLENA)
    asked = confirm(olena, OLENA)
    assert (asked["Content-Language"], states(date)) == ("uk", {"Олена Коваль": "seated"})
    told = mail_to(OLENA, "Місце для вас є")
    (calendar,) = [part for part in told.walk() if part.get_content_type() == "text/calendar"]
    assert "BEGIN:VEVENT" in calendar.get_content()

    # The next one stands in line, and sees the place.
    petro = new_page(chromium)
    petro.goto(f"{server}/uk/register/{date.thing.code}/")
    register(petro, "Петро Гай", PETRO)
    confirm(petro, PETRO)
    assert re.search(r"\b1\b", petro.locator(".people__one--waiting").inner_text())

    # She cancels; he is offered the seat and takes it.
    olena.locator(".people__cancel summary").click()
    olena.locator("button[name=cancel]").click()
    olena.wait_for_url("**done=1")
    assert states(date) == {"Олена Коваль": "cancelled", "Петро Гай": "offered"}
    offer = re.search(
        r"http://\S+/m/\S+", mail_to(PETRO, "Звільнилося місце").get_body().get_content()
    ).group()
    petro.goto(offer)
    petro.locator("button[name=take]").click()
    petro.wait_for_url("**done=1")
    assert states(date)["Петро Гай"] == "seated"

    # On the day the organiser ticks him.
    happens_now(date, hours=-1)
    organiser = new_page(chromium)
    sign_in(organiser, server, accounts["valmiera-publisher"])
    organiser.goto(f"{server}/admin/registrations/{date.pk}/")
    person = Participant.objects.get(date=date, email=PETRO)
    organiser.locator(f"#p{person.pk} button[name=here]").click()
    organiser.wait_for_selector(f"#p{person.pk} button[name=not-here]")

    # Afterwards he takes his certificate along, and somebody else checks it.
    happens_now(date, hours=-5)
    with override_settings(HUB_ADDRESS=server):
        assert due.thank() == 1
    thanks = mail_to(PETRO, "Дякуємо за участь").get_body().get_content()
    petro.goto(re.search(r"http://\S+/uk/m/\S+", thanks).group())
    with petro.expect_download() as taken:
        petro.locator("button[name=person]").click()
    file = tmp_path / "certificate.pdf"
    taken.value.save_as(file)
    words = subprocess.run(
        ["pdftotext", "-layout", str(file), "-"], capture_output=True, text=True, check=True
    ).stdout
    drawn = subprocess.run(
        ["pdftoppm", "-r", "50", "-png", str(file)], capture_output=True, check=True
    ).stdout
    assert "Петро Гай" in words
    assert TITLE in words
    picture = Image.open(io.BytesIO(drawn)).convert("L")
    assert picture.width > picture.height / 2
    assert picture.getextrema()[0] < 100 < picture.getextrema()[1]
    code = re.search(r"(?:[0-9A-Z]{4}-){5}[0-9A-Z]{4}", words).group()
    anybody = new_page(chromium)
    anybody.goto(f"{server}/v/{code}")
    for name, tone in (("Петро Гай", "good"), ("Олена Коваль", "problem")):
        anybody.fill("input[name=name]", name)
        anybody.locator("main form button[type=submit]").click()
        assert anybody.locator(f".notice--{tone}").count() == 1

    assert olena.context.cookies() == petro.context.cookies() == anybody.context.cookies() == []
    assert link_to(PETRO).startswith("/uk/m/")
