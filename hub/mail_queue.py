"""Mail waits in the database: written in the transaction of its deed, sent by the worker.

A deed that is rolled back sends nothing, and a mail server that is away delays mail but loses none.
"""

import logging
import re
import smtplib
from datetime import timedelta
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.core import mail as django_mail
from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils import timezone
from django.utils.text import Truncator

from hub.models import Mail

# 1, 4, 16 minutes, an hour, four, twelve, twelve: about a day and a quarter.
MOST_TRIES = 8
FIRST_DELAY, LONGEST_DELAY = timedelta(minutes=1), timedelta(hours=12)
# A worker that dies while it sends leaves its mail to the others after this time. Far longer than
# a mail server may take (EMAIL_TIMEOUT), or two would send the same mail.
CLAIM = timedelta(minutes=10)

CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")

logger = logging.getLogger(__name__)


class Outcome(NamedTuple):
    sent: int
    failed: int


def queue(
    to: str, subject: str, body: str, language: str, reply_to: str = "", calendar: str = ""
) -> Mail:
    """Have a mail sent once the transaction of the caller is committed. The words are `language`'s.

    `calendar`: the text of an iCalendar file that goes with it. Raises ValueError for an address that is none, and for a line break that could start another
    header in an address or the subject.
    """
    if not to or CONTROL.search(to + subject + reply_to):
        raise ValueError("A line break or control character in the head of a mail.")
    try:
        for address in filter(None, (to, reply_to)):
            Mail._meta.get_field("to").run_validators(address)
    except ValidationError as error:
        raise ValueError("Not an e-mail address.") from error
    return Mail.objects.create(
        to=to,
        reply_to=reply_to,
        subject=Truncator(subject).chars(Mail._meta.get_field("subject").max_length),
        body=body.replace("\x00", ""),
        language=language,
        calendar=calendar,
        next_try_at=timezone.now(),
    )


def one_line(words: str) -> str:
    """Words that may stand in a subject, whoever wrote them."""
    return " ".join(CONTROL.sub(" ", words).split())


def waiting():
    """Mails that are to be sent, now or later. Those given up are not among them."""
    return Mail.objects.filter(sent_at=None, tries__lt=MOST_TRIES)


def send_due(limit: int = 50) -> Outcome:
    """Send what is due, oldest first. Safe in several processes at once; not inside a transaction.

    Raises what the mail server's absence raises, before any mail has lost a try.
    """
    sent = failed = 0
    due = waiting().filter(next_try_at__lte=timezone.now()).order_by("next_try_at", "pk")
    connection = django_mail.get_connection(settings.HUB_MAIL_BACKEND)
    try:
        for mail in list(due[:limit]):
            connection.open()
            if not _claim(mail):
                continue
            try:
                _message(mail, connection).send()
            except Exception as error:  # noqa: BLE001  one mail's trouble is not the next one's
                failed += 1
                _put_off(mail, error)
                connection.close()
            else:
                sent += 1
                Mail.objects.filter(pk=mail.pk).update(sent_at=timezone.now(), failure="")
    finally:
        connection.close()
    return Outcome(sent, failed)


def _claim(mail: Mail) -> bool:
    """Take the mail, unless another worker did since it was read: one UPDATE on either database."""
    mine = waiting().filter(pk=mail.pk, tries=mail.tries, next_try_at=mail.next_try_at)
    if not mine.update(tries=F("tries") + 1, next_try_at=timezone.now() + CLAIM):
        return False
    mail.tries += 1
    return True


def _put_off(mail: Mail, error: Exception) -> None:
    if _is_final(error):
        mail.tries = MOST_TRIES
    delay = min(FIRST_DELAY * 4 ** (mail.tries - 1), LONGEST_DELAY)
    Mail.objects.filter(pk=mail.pk).update(
        tries=mail.tries,
        next_try_at=timezone.now() + delay,
        failure=f"{type(error).__name__}: {error}".replace("\x00", "")[:2000],
    )
    if mail.tries >= MOST_TRIES:
        # By its number: the log is no place for addresses.
        logger.warning("mail %s was given up: %s", mail.pk, type(error).__name__)


def _is_final(error: Exception) -> bool:
    """Whether the server said that this address will never do."""
    return isinstance(error, smtplib.SMTPRecipientsRefused) and all(
        code >= 500 for code, _reason in error.recipients.values()
    )


def _message(mail: Mail, connection) -> django_mail.EmailMessage:
    if settings.HUB_DEMO:
        # Whoever tries the demo has no mailbox to look into.
        logger.info("mail to %s\n\n%s\n\n%s\n", mail.to, mail.subject, mail.body)
    host = urlsplit(settings.HUB_ADDRESS).hostname
    message = django_mail.EmailMessage(
        mail.subject,
        mail.body,
        to=[mail.to],
        reply_to=[mail.reply_to] if mail.reply_to else None,
        headers={
            # The same at each try: a mailbox that gets it twice shows it once.
            "Message-ID": f"<{mail.pk}.{int(mail.created_at.timestamp())}@{host}>",
            "Content-Language": mail.language,
            "Auto-Submitted": "auto-generated",
        },
        connection=connection,
    )
    if mail.calendar:
        message.attach("event.ics", mail.calendar, "text/calendar; method=PUBLISH; charset=utf-8")
    return message
