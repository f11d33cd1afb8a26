"""Mail waits in the database and is sent once, whoever sends it."""

import smtplib
from datetime import timedelta

import pytest
from django.core import mail as django_mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from hub import mail_queue
from hub.mail_queue import MOST_TRIES, queue, send_due
from hub.models import Mail

pytestmark = pytest.mark.django_db


class RefusingServer(EmailBackend):
    """A mail server that refuses what goes to `refused@…`, for good or (`later@…`) for now."""

    def send_messages(self, messages):
        for message in messages:
            (to,) = message.to
            if to.startswith("refused@"):
                raise smtplib.SMTPRecipientsRefused({to: (550, b"no such user")})
            if to.startswith("later@"):
                raise smtplib.SMTPRecipientsRefused({to: (451, b"try again")})
        return super().send_messages(messages)


class AbsentServer(EmailBackend):
    def open(self):
        raise ConnectionRefusedError("nobody listens")


def use(settings, server) -> None:
    settings.HUB_MAIL_BACKEND = f"{__name__}.{server.__name__}"


def test_a_mail_is_sent_once_in_the_words_of_its_reader():
    queue("anna@example.org", "Pierakstīšanās", "Paldies!\n", "lv")

    assert send_due() == (1, 0)
    assert send_due() == (0, 0)

    (sent,) = django_mail.outbox
    assert sent.to == ["anna@example.org"]
    assert (sent.subject, sent.body) == ("Pierakstīšanās", "Paldies!\n")
    head = sent.message()
    assert head["Content-Language"] == "lv"
    assert head["Auto-Submitted"] == "auto-generated"


def test_a_deed_that_is_undone_sends_nothing():
    with transaction.atomic():
        queue("anna@example.org", "Seat", "You have a seat.", "en")
        transaction.set_rollback(True)

    assert send_due() == (0, 0)


@pytest.mark.parametrize(
    ("to", "subject"),
    [
        ("anna@example.org\nBcc: all@example.org", "Seat"),
        ("anna@example.org", "Seat\r\nBcc: all@example.org"),
        ("anna@example.org", "Seat\x00"),
        ("anna@example.org, all@example.org", "Seat"),
        ("no address", "Seat"),
        ("", "Seat"),
    ],
)
def test_nobody_slips_another_header_or_address_into_a_mail(to, subject):
    with pytest.raises(ValueError, match="mail"):
        queue(to, subject, "Words", "en")

    assert not Mail.objects.exists()


def test_a_long_subject_is_shortened():
    mail = queue("anna@example.org", "ж" * 300, "Words", "uk")

    assert len(mail.subject) == 200
    assert send_due() == (1, 0)


def test_a_mail_that_is_put_off_is_tried_again_later_and_in_the_end_given_up(settings):
    use(settings, RefusingServer)
    mail = queue("later@example.org", "Seat", "Words", "en")
    delays = []

    for _try in range(MOST_TRIES):
        assert send_due() == (0, 1)
        assert send_due() == (0, 0)
        mail.refresh_from_db()
        delays.append(round((mail.next_try_at - timezone.now()) / timedelta(minutes=1)))
        Mail.objects.update(next_try_at=timezone.now())

    assert send_due() == (0, 0)
    assert delays == [1, 4, 16, 64, 256, 720, 720, 720]
    assert "try again" in mail.failure


def test_one_address_that_does_not_exist_costs_one_try_and_holds_up_nobody(settings):
    use(settings, RefusingServer)
    lost = queue("refused@example.org", "Seat", "Words", "en")
    queue("anna@example.org", "Seat", "Words", "en")

    assert send_due() == (1, 1)

    lost.refresh_from_db()
    assert lost.tries == MOST_TRIES
    assert "no such user" in lost.failure


def test_while_the_mail_server_is_away_no_mail_loses_a_try(settings):
    use(settings, AbsentServer)
    mail = queue("anna@example.org", "Seat", "Words", "en")

    with pytest.raises(ConnectionRefusedError):
        send_due()

    mail.refresh_from_db()
    assert mail.tries == 0


def test_a_mail_of_a_worker_that_died_is_sent_by_another_with_the_same_number():
    mail = queue("anna@example.org", "Seat", "Words", "en")
    mail_queue._claim(mail)

    assert send_due() == (0, 0)
    Mail.objects.update(next_try_at=timezone.now())
    assert send_due() == (1, 0)

    first = mail_queue._message(mail, None).message()["Message-ID"]
    assert django_mail.outbox[0].message()["Message-ID"] == first


def test_of_two_workers_that_found_the_same_mail_one_sends_it():
    queue("anna@example.org", "Seat", "Words", "en")
    found_by_one, found_by_other = Mail.objects.get(), Mail.objects.get()

    assert mail_queue._claim(found_by_one)
    assert not mail_queue._claim(found_by_other)


def test_the_demo_shows_its_mails_where_it_runs(settings, caplog):
    settings.HUB_DEMO = True
    queue("anna@example.org", "Seat", "You have a seat.", "en")

    with caplog.at_level("INFO", logger="hub"):
        send_due()

    assert "You have a seat." in caplog.text


def test_the_command_says_how_many_it_sent(capsys):
    queue("anna@example.org", "Seat", "Words", "en")

    call_command("send_mail_queue")

    assert "1 mails sent, 0 put off." in capsys.readouterr().out
