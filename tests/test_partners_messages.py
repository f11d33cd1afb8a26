"""What readers write reaches the right people by mail: a message for a partner at once, the rest by the hour."""

import time
from datetime import timedelta

import pytest
from django.core import mail as django_mail
from django.core import signing
from django.test import Client
from django.utils import timezone
from wagtail.models import Page
from wagtail.users.models import UserProfile

from home.due import keep_house
from hub import say
from hub.mail_queue import queue, send_due
from hub.models import Duty, Mail, Message, Thing
from partners.due import tell_of_messages
from partners.groups import coordinators
from partners.models import Partner, PartnerPage
from tests.builders import make_guide, make_user, thing_of

pytestmark = pytest.mark.usefixtures("demo")

HERE = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture(autouse=True)
def nobody_else(demo):
    """The accounts of the demo, if some test made them, get no mail here."""
    from django.contrib.auth import get_user_model

    get_user_model().objects.update(is_active=False)
    Mail.objects.all().delete()


def publisher(name="anna", partner="valmiera-library", language="lv", **more):
    group = Partner.objects.get(slug=partner).publishers
    user = make_user(name, groups=[group], **more)
    UserProfile.objects.update_or_create(user=user, defaults={"preferred_language": language})
    return user


def page_of(partner="valmiera-library") -> PartnerPage:
    return PartnerPage.objects.get(partner__slug=partner, locale__language_code="lv")


def write(code: str, lang="uk", **said):
    began = signing.dumps(time.time() - 10, salt=say.SALT)
    form = {"kind": "relay", "text": "Добрий день!", "began": began, **said}
    return Client().post(f"/{lang}/say/{code}/", form, headers=HERE)


def mails() -> list[tuple]:
    return list(Mail.objects.order_by("to").values_list("to", "language", "reply_to"))


# --- a message for a partner ------------------------------------------------------------------


def test_a_message_goes_to_the_partners_own_address_in_its_language():
    Partner.objects.filter(slug="valmiera-library").update(contact_email="desk@library.example")
    publisher()

    answer = write(page_of().code, reply_to="reader@example.org", text="Добрий день!\nЯ питаю.")

    assert answer.status_code == 302
    assert mails() == [("desk@library.example", "lv", "reader@example.org")]
    mail = Mail.objects.get()
    assert "> Добрий день!\n> Я питаю.\n" in mail.body
    assert "Valmieras bibliotēka" in mail.body
    assert "reader@example.org" not in mail.body + mail.subject


def test_what_is_sent_is_answered_to_the_reader_alone():
    Partner.objects.filter(slug="valmiera-library").update(contact_email="desk@library.example")
    write(page_of().code, reply_to="reader@example.org")
    write(page_of().code, text="Без адреси")

    send_due()

    replies = {tuple(sent.reply_to) for sent in django_mail.outbox}
    assert replies == {("reader@example.org",), ()}
    assert all(sent.from_email != "reader@example.org" for sent in django_mail.outbox)


def test_without_an_address_of_its_own_its_publishers_get_it_each_in_their_language():
    publisher("anna", language="lv")
    publisher("olena", language="uk")
    publisher("marit", partner="kardla-town-library", language="et")

    write(page_of().code)

    assert mails() == [("anna@example.org", "lv", ""), ("olena@example.org", "uk", "")]


def test_a_message_from_any_page_of_a_partner_finds_it():
    publisher()
    guide = make_guide("Tējas vakars")

    write(thing_of(guide).code)

    assert [to for to, _language, _reply in mails()] == ["anna@example.org"]
    assert "Tējas vakars" in Mail.objects.get().body


def test_a_message_about_no_partner_goes_to_the_coordinators():
    publisher()
    make_user("koordinators", groups=[coordinators()])
    contact = Thing.objects.get(
        translation_key=Page.objects.get(
            slug="contact", url_path="/home-lv/contact/"
        ).translation_key
    )

    write(contact.code)

    assert [to for to, _language, _reply in mails()] == ["koordinators@example.org"]


def test_somebody_who_left_gets_no_mail():
    publisher(is_active=False)
    make_user("admin", is_superuser=True)

    write(page_of().code)

    assert [to for to, _language, _reply in mails()] == ["admin@example.org"]


def test_with_nobody_to_tell_the_message_is_kept():
    answer = write(page_of().code)

    assert answer.status_code == 302
    assert mails() == []
    assert Message.objects.get(text="Добрий день!").told_at is None


def test_a_flood_stops_at_the_mailbox_and_nothing_is_lost():
    publisher()
    guides = [make_guide(f"Vakars {number}") for number in range(5)]
    for number in range(25):
        write(thing_of(guides[number % 5]).code, text=f"Spam {number}")

    assert Mail.objects.count() == 20
    assert Message.objects.filter(text__startswith="Spam").count() == 25
    assert tell_of_messages() == 1
    digest = Mail.objects.order_by("pk").last()
    assert "Spam 24" in digest.body
    assert "Spam 3" not in digest.body


@pytest.mark.parametrize(
    "text",
    ["{{ secret }} {% load x %}", "<script>alert(1)</script>", "\r\nBcc: all@example.org", "> > x"],
)
def test_hostile_words_stay_words(text):
    publisher()

    write(page_of().code, text=text)

    mail = Mail.objects.get()
    assert "Bcc" not in mail.subject
    for line in text.strip().splitlines():
        assert f"> {line}" in mail.body


@pytest.mark.parametrize("address", ["a@b\r\nBcc: c@d.example", "two@a.example, b@c.example", "@"])
def test_an_address_that_is_none_is_refused_in_words(address):
    publisher()

    answer = write(page_of().code, reply_to=address)

    assert answer.status_code == 422
    assert mails() == []
    with pytest.raises(ValueError, match="mail"):
        queue("anna@example.org", "Hello", "", "en", reply_to=address)


def test_a_title_with_control_characters_breaks_no_mail():
    publisher()
    Partner.objects.filter(slug="valmiera-library").update(name="Val\nmiera\x1b")

    assert write(page_of().code).status_code == 302
    assert "\n" not in Mail.objects.get().subject


# --- the rest, by the hour --------------------------------------------------------------------


def test_feedback_is_told_once_in_one_mail_a_person():
    publisher("anna", language="lv")
    publisher("olena", language="uk")
    guide, other = thing_of(make_guide("Tējas vakars")), thing_of(make_guide("Māls"))
    write(guide.code, kind="report", text="Посилання не працює")
    write(other.code, kind="feedback", text="Дякую")
    assert mails() == []

    assert tell_of_messages() == 2
    assert tell_of_messages() == 0

    assert [to for to, _language, _reply in mails()] == ["anna@example.org", "olena@example.org"]
    body = Mail.objects.get(to="anna@example.org").body
    assert "> Посилання не працює" in body
    assert "> Дякую" in body
    assert "Tējas vakars" in body
    assert "Māls" in body


def test_nothing_new_is_no_mail():
    publisher()

    assert tell_of_messages() == 0
    assert mails() == []


def test_what_is_done_already_is_not_told():
    publisher()
    Message.objects.create(
        thing=thing_of(make_guide()), kind="report", language="lv", text="A", done_at=timezone.now()
    )

    assert tell_of_messages() == 0


def test_one_partner_does_not_hear_of_anothers_messages():
    publisher("marit", partner="kardla-town-library", language="et")
    publisher("anna")
    write(thing_of(make_guide()).code, kind="report", text="Kļūda")

    tell_of_messages()

    assert [to for to, _language, _reply in mails()] == ["anna@example.org"]


def test_the_digest_comes_at_most_once_an_hour():
    publisher()
    guide = thing_of(make_guide())
    keep_house()
    write(guide.code, kind="report", text="Pirmā")
    keep_house()
    early = Mail.objects.count()

    Duty.objects.filter(name="partners.tell_of_messages").update(
        done_at=timezone.now() - timedelta(minutes=61)
    )
    keep_house()
    write(guide.code, kind="report", text="Otrā")
    keep_house()

    assert (early, Mail.objects.count()) == (0, 1)


def test_a_long_list_of_messages_is_cut_and_says_so():
    publisher(language="en")
    thing = thing_of(make_guide())
    Message.objects.bulk_create(
        Message(thing=thing, kind="feedback", language="lv", text=f"Nr. {number}.")
        for number in range(33)
    )

    tell_of_messages()

    body = Mail.objects.get().body
    assert body.count("> Nr. ") == 20
    assert "And 13 more." in body
