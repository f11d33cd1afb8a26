"""Certificates of attendance: given by link, checked by anybody, and nothing kept of the person."""

import re
import time
from datetime import date as day
from datetime import time as clock
from io import BytesIO
from tempfile import NamedTemporaryFile
from urllib.parse import urlsplit

import pikepdf
import pypdfium2
import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone
from pdfua import validate

from events import due
from events.certificates import check, code, paper, stayed
from events.certificates.hours import length_label, minutes_of
from events.certificates.links import CERTIFICATE, STAYED, link_of
from events.models import EventPage
from events.registrations.models import Participant, Registration
from hub import say
from hub.models import Mail, Message, Picture, SiteText
from partners.models import Partner
from tests.attending import attend, date_of, past_event
from tests.builders import in_language, thing_of, translate
from tests.permission_world import picture_file
from tests.plumbing import need

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo", "own_key")]

HERE = {"Sec-Fetch-Site": "same-origin"}
ABROAD = {"Sec-Fetch-Site": "cross-site"}


@pytest.fixture
def own_key(tmp_path, settings):
    """The folder in which the key of a test's certificates is made."""
    settings.HUB_DATA = tmp_path
    return tmp_path / "certificate-key"


@pytest.fixture
def pango():
    need("pango")


def certificate_of(registration, language="lv", number=0):
    """What the button on the page behind the link answers."""
    person = registration.participants.order_by("pk")[number]
    address = link_of(registration, CERTIFICATE).replace("/lv/", f"/{language}/", 1)
    return Client().post(address, {"person": person.pk}, headers=HERE)


def code_of(registration) -> str:
    person = registration.participants.get()
    html = paper.certificate_html(person, "en")
    return re.search(r"/v/([0-9A-Z-]+)", html)[1]


def verified(letters, name="", language="en"):
    client = Client(headers={"Accept-Language": language, **HERE})
    return client.post(f"/v/{letters}", {"name": name}) if name else client.get(f"/v/{letters}")


def text_of(data: bytes) -> str:
    document = pypdfium2.PdfDocument(data)
    pages = [page.get_textpage().get_text_bounded() for page in document]
    return " ".join(" ".join(pages).split())


# --- the code ------------------------------------------------------------------------------------


def test_the_check_shows_event_and_hours_and_confirms_or_denies_a_name():
    letters = code_of(attend(date_of(past_event()), "Līga Zālīte"))

    shown = verified(letters).content.decode()
    yes = verified(letters, "līga  zālīte")
    no = verified(letters, "Anna Zālīte")

    assert "Stāstu vakars" in shown
    assert "3 March 2026, 10:00–16:30 in Valmiera (09:00 in Copenhagen)" in shown
    assert "6 hours 30 minutes" in shown
    assert "Yes, this certificate was given to this name" in yes.content.decode()
    assert "No, this certificate was not given to this name" in no.content.decode()
    assert (yes.status_code, no.status_code) == (200, 200)
    assert not yes.cookies
    assert "Zālīte" not in shown


@pytest.mark.parametrize(
    ("printed", "typed"),
    [
        ("Мар'яна Кириленко-Дяк", "кириленко дяк марʼяна"),
        ("Мар’яна", "МАР`ЯНА"),
        ("Anna-Marija Ozola", "Ozola, Anna Marija"),
        ("Jürgen Õun", "JU\u0308RGEN ÕUN"),
    ],
)
def test_a_name_is_known_again_however_it_is_typed(printed, typed):
    certificate = code.read(code.code_for(date_of(past_event()), 60, printed))

    assert certificate.is_for(typed)
    assert not certificate.is_for(f"{typed} Otrā")
    assert not certificate.is_for("’ -")


def test_a_code_is_read_as_people_copy_it_and_every_other_one_is_a_miss():
    letters = code_of(attend(date_of(past_event()), "Līga Zālīte"))
    plain = letters.replace("-", "")
    assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){5}[0-9A-HJKMNP-TV-Z]{4}", letters)

    for typed in (plain, plain.lower(), plain.replace("0", "o").replace("1", "l")):
        assert verified(typed).status_code == 200

    # Everything but the last eight letters says or proves date and hours.
    for place in range(len(plain) - 8):
        other = "Z" if plain[place] != "Z" else "Y"
        assert code.read(plain[:place] + other + plain[place + 1 :]) is None
    for odd in ("x", "Ū" * 24, plain + "0", "0" * 24, "%00", "🦊"):
        answer = verified(odd)
        assert answer.status_code == 404
        assert "Location" not in answer
    forged = code.read(plain[:-1] + ("Z" if plain[-1] != "Z" else "Y"))
    assert forged is not None
    assert not forged.is_for("Līga Zālīte")


def test_nobody_keeps_the_check_and_search_engines_do_not_list_it():
    letters = code_of(attend(date_of(past_event()), "Līga Zālīte"))

    answer = verified(letters, language="uk")

    assert "no-store" in answer["Cache-Control"]
    assert answer["X-Robots-Tag"] == "noindex"
    assert "Accept-Language" in answer["Vary"]
    assert answer["Content-Language"] == "uk"
    assert '<html lang="uk"' in answer.content.decode()
    chosen = Client(headers={"Accept-Language": "uk"}).get(f"/v/{letters}?in=et")
    assert '<html lang="et"' in chosen.content.decode()


def test_names_cannot_be_tried_one_after_the_other(monkeypatch):
    monkeypatch.setattr(check, "MOST_NAMES_AN_HOUR", 3)
    first, second = (attend(date_of(past_event()), name) for name in ("Ada", "Ilze"))
    letters = code_of(first)

    answers = [verified(letters, f"Vārds {number}").status_code for number in range(5)]

    assert answers == [200, 200, 200, 429, 429]
    assert verified(letters).status_code == 200
    assert verified(code_of(second), "Ilze").status_code == 200


def test_a_form_from_elsewhere_and_an_empty_one_confirm_nothing():
    letters = code_of(attend(date_of(past_event()), "Līga Zālīte"))

    elsewhere = Client(headers=ABROAD).post(f"/v/{letters}", {"name": "Līga Zālīte"})
    empty = Client(headers=HERE).post(f"/v/{letters}", {"name": " "})
    long = Client(headers=HERE).post(f"/v/{letters}", {"name": "a\0" * 5000})

    assert elsewhere.status_code == 403
    assert (empty.status_code, long.status_code) == (422, 422)
    assert "Write the name that stands on the certificate." in empty.content.decode()


def test_the_certificate_outlives_its_people_its_page_and_the_secret_key(settings):
    event = past_event()
    letters = code_of(attend(date_of(event), "Līga Zālīte"))

    Registration.objects.all().delete()
    settings.SECRET_KEY = "another-one"
    thing_of(event).withdraw()
    EventPage.objects.get(pk=event.pk).delete()

    shown = verified(letters, "Līga Zālīte").content.decode()
    assert "Stāstu vakars" in shown
    assert "6 hours 30 minutes" in shown
    assert "Yes, this certificate was given to this name" in shown


# --- the key ---------------------------------------------------------------------------------------


def test_the_key_is_made_once_and_nobody_else_may_read_it(own_key):
    date = date_of(past_event())

    letters = {code.code_for(date, 60, "Ada") for _time in range(3)}

    assert len(letters) == 1
    assert own_key.stat().st_mode & 0o777 == 0o600
    assert len(own_key.read_text()) == 64
    assert [file.name for file in own_key.parent.glob("certificate-key*")] == ["certificate-key"]


def test_a_lost_key_is_told_of_and_no_other_one_takes_its_place(own_key, client):
    registration = attend(date_of(past_event()), "Līga Zālīte")
    assert client.get("/readyz").json()["certificates"] is True
    letters = code_of(registration)

    own_key.unlink()

    assert client.get("/readyz").json()["certificates"] is False
    assert client.get("/readyz").status_code == 200
    lost = verified(letters)
    assert lost.status_code == 503
    assert "This says nothing about yours" in lost.content.decode()
    refused = certificate_of(registration)
    assert refused.status_code == 503
    assert not own_key.exists()


# --- hours -----------------------------------------------------------------------------------------


def session(title, starts, ends, day=None):
    hours = {"starts": clock(*starts), "ends": clock(*ends)}
    return ("session", {"title": title, "day": day, **hours})


def test_the_hours_are_the_organisers_else_the_programmes_else_the_dates():
    first, second = day(2026, 3, 3), day(2026, 3, 4)
    programme = [
        session("Stāsti", (10, 0), (12, 0), first),
        session("Māls", (11, 30), (13, 0), first),
        session("Lasām", (9, 0), (10, 0), second),
    ]
    of_programme = past_event(hours=30, programme=programme)
    told = past_event(hours=30, programme=programme, certificate_minutes=90)
    days = past_event(starts="2026-03-03 10:00", hours=54)
    night = past_event(starts="2026-03-03 22:00", hours=4)
    # In Riga the clock goes back in this night: six hours, five of them on the wall.
    autumn = past_event(starts="2026-10-25 00:00", hours=5)

    assert [
        minutes_of(date_of(event), event) for event in (of_programme, told, days, night, autumn)
    ] == [240, 90, 3 * 360, 240, 360]
    assert length_label(390) == "6 hours 30 minutes"
    assert length_label(45) == "45 minutes"
    assert length_label(60) == "1 hour"


def test_of_a_series_the_hours_are_those_of_the_date():
    event = past_event(
        starts="2026-03-03 17:00", hours=2, repeats="weekly", repeats_until=day(2026, 3, 17)
    )

    assert minutes_of(date_of(event, "2026-03-10"), event) == 120


# --- the paper -------------------------------------------------------------------------------------


@pytest.mark.pdf
@pytest.mark.parametrize("language", ["en", "lv", "et", "fi", "da", "uk"])
def test_a_certificate_is_a_tagged_pdf_in_each_language(pango, language):
    programme = [session("Stāstu aplis", (10, 0), (12, 30))]
    event = past_event(programme=programme)
    translate(event, "uk")
    registration = attend(
        date_of(event), "Līga Zālīte", language=language, organisation="Cēsu bibliotēka"
    )

    answer = certificate_of(registration, language)

    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    assert "no-store" in answer["Cache-Control"]
    data = answer.content
    text = text_of(data)
    title = "Щ Stāstu vakars" if language == "uk" else "Stāstu vakars"
    letters = code_of(registration)
    for words in ("Līga Zālīte", "Cēsu bibliotēka", title, "Stāstu aplis", "Valmiera", letters):
        assert words in text
    with pikepdf.open(BytesIO(data)) as pdf:
        assert str(pdf.Root.Lang) == language
    with NamedTemporaryFile(suffix=".pdf") as file:
        file.write(data)
        file.flush()
        assert [one.message for one in validate(file.name).findings] == []
    assert verified(letters, "Līga Zālīte").status_code == 200


@pytest.mark.pdf
def test_the_paper_carries_emblem_disclaimer_and_a_code_that_leads_to_the_check(pango, settings):
    settings.HUB_ADDRESS = "https://hub.example"
    person = attend(date_of(past_event()), "Līga Zālīte").participants.get()

    html = paper.certificate_html(person, "da")

    letters = re.search(r"https://hub.example/v/([0-9A-Z-]+)", html)[1]
    assert code.read(letters).is_for("Līga Zālīte")
    assert html.count("data:image/svg+xml") == 3
    text = SiteText.objects.get(locale__language_code="da")
    assert text.disclaimer in html
    assert text.statement in html


def test_logos_of_the_partners_stand_on_it_but_for_closed_ones():
    event = past_event()
    person = attend(date_of(event), "Līga Zālīte").participants.get()
    partner = Partner.objects.get(pk=event.partner_id)
    without = paper.certificate_html(person, "lv")

    partner.logo = Picture.objects.create(
        title="Zīme", file=picture_file("zime.png"), collection=partner.collection
    )
    partner.save()

    assert "data:image/png" not in without
    assert paper.certificate_html(person, "lv").count("data:image/png") == 1
    Picture.objects.update(collection=partner.private_collection)
    assert "data:image/png" not in paper.certificate_html(person, "lv")


def test_only_those_who_attended_get_one():
    date = date_of(past_event())
    group = attend(date, "Līga Zālīte", "Ada Kalna")
    away = Participant.objects.get(name="Ada Kalna")
    Participant.objects.filter(pk=away.pk).update(attended_at=None)
    stranger = attend(date, "Ilze Bērza", email="ilze@example.org").participants.get()

    page = Client().get(link_of(group, CERTIFICATE))
    answers = [
        Client().post(link_of(group, CERTIFICATE), {"person": pk}, headers=HERE)
        for pk in (away.pk, stranger.pk, "x", "")
    ]

    assert "Līga Zālīte" in page.content.decode()
    assert "Ada Kalna" not in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert not page.cookies
    assert [answer.status_code for answer in answers] == [422] * 4


def test_a_link_with_an_old_key_or_of_an_erased_registration_says_so():
    registration = attend(date_of(past_event()), "Līga Zālīte")
    links = [link_of(registration, purpose) for purpose in (CERTIFICATE, STAYED)]
    Registration.objects.filter(pk=registration.pk).update(key="another")

    for link in links:
        assert Client().get(link).status_code == 410
    assert Client().get(links[0][:-2] + "x/").status_code == 404


def test_while_one_is_made_others_wait_and_are_told(monkeypatch):
    registration = attend(date_of(past_event()), "Līga Zālīte")
    monkeypatch.setattr(paper, "PATIENCE_SECONDS", 0.05)

    with paper._alone():
        answer = certificate_of(registration)

    assert answer.status_code == 503
    assert int(answer["Retry-After"]) > 0
    assert "<html" in answer.content.decode()


# --- after the date ----------------------------------------------------------------------------------


def links_in(mail: Mail) -> list[str]:
    return [urlsplit(found).path for found in re.findall(r"http\S+/m/\S+", mail.body)]


def test_who_was_there_is_thanked_once_in_their_language():
    date = date_of(past_event())
    attend(date, "Лілія Ткач", email="lilija@example.org", language="uk")
    attend(date, "Ada Kalna", email="ada@example.org", attended=False)
    attend(date, "Pie Durvīm", email="")

    assert (due.thank(), due.thank()) == (1, 0)

    mail = Mail.objects.get(to="lilija@example.org")
    assert mail.language == "uk"
    assert "Лілія Ткач" in mail.body
    certificate, question = links_in(mail)
    assert certificate.startswith("/uk/m/")
    assert Client().get(certificate).status_code == Client().get(question).status_code == 200
    assert not Mail.objects.filter(to="ada@example.org").exists()
    # Ticked days later.
    Participant.objects.filter(name="Ada Kalna").update(attended_at=timezone.now())
    assert due.thank() == 1


def test_nobody_is_thanked_before_the_date_is_over():
    event = past_event(starts="2036-03-03 10:00")
    attend(date_of(event), "Ada Kalna")

    assert due.thank() == 0


def test_what_stayed_reaches_the_organiser_without_a_name():
    event = past_event()
    registration = attend(date_of(event), "Līga Zālīte", language="lv")
    link = link_of(registration, STAYED)
    form = {"text": "Mālu atceros.", "began": signing.dumps(time.time() - 10, salt=say.SALT)}

    empty = Client().get(link)
    sent = Client().post(link, form, headers=HERE)
    again = Client().post(link, form, headers=HERE)

    assert empty.status_code == 200
    assert not empty.cookies
    assert (sent.status_code, again.status_code) == (302, 302)
    assert Client().get(link + sent.url).status_code == 200
    message = Message.objects.get()
    assert (message.kind, message.text, message.language) == ("stayed", "Mālu atceros.", "lv")
    assert (message.thing, message.reply_to) == (thing_of(event), "")


def test_an_answer_that_is_empty_too_quick_trapped_or_from_elsewhere_is_not_kept(monkeypatch):
    registration = attend(date_of(past_event()), "Līga Zālīte")
    link = link_of(registration, STAYED)
    began = signing.dumps(time.time() - 10, salt=say.SALT)
    good = {"text": "Mālu atceros.", "began": began}
    monkeypatch.setattr(stayed, "MOST_A_DAY", 1)

    wrong = [
        {**good, "text": " "},
        {**good, "text": "ž" * (stayed.MOST_OF_AN_ANSWER + 1)},
        {**good, "website": "http://x"},
        {**good, "began": ""},
        {**good, "began": signing.dumps(time.time(), salt=say.SALT)},
    ]
    statuses = [Client().post(link, form, headers=HERE).status_code for form in wrong]
    elsewhere = Client().post(link, good, headers=ABROAD)

    assert statuses == [422] * 5
    assert elsewhere.status_code == 403
    assert not Message.objects.exists()
    assert Client().post(link, good, headers=HERE).status_code == 302
    more = Client().post(link, {**good, "text": "Un vēl."}, headers=HERE)
    assert more.status_code == 422
    assert "Un vēl." in more.content.decode()


def test_a_mirror_of_an_event_prints_its_programme_in_the_originals_words():
    event = past_event(programme=[session("Stāstu aplis", (10, 0), (12, 30))])
    person = attend(date_of(event), "Līga Zālīte").participants.get()
    assert in_language(event, "fi").is_mirror

    html = paper.certificate_html(person, "fi")

    assert '<html lang="fi"' in html
    assert re.search(r'certificate__programme"\s+lang="lv"', html)
    assert re.search(r'certificate__event"\s+lang="lv"', html)
