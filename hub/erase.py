"""What the ground floor holds about a person, and taking it away. `home.forget` joins the rooms.

Each room offers two functions: `held(sought)` says what there is, as plain data, and
`erase(sought, by)` takes it away, in the transaction of the caller, and counts it.
"""

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core import mail as django_mail
from django.core.mail.backends.filebased import EmailBackend as FileBackend
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django_tasks_db.models import DBTaskResult
from wagtail.admin.models import FormState
from wagtail.models import ModelLogEntry, Page, PageLogEntry, Revision

from hub.models import Duty, Mail, Message
from hub.traces import naming, take_out

LOG_WORDS = ("label", "data")
MAIL_WORDS = ("subject", "body", "calendar", "failure")

# The tables out of whose words a person is taken wherever they are named.
CLEANED = (
    "wagtailadmin.FormState",
    *("hub.Mail", "hub.Message", "hub.Duty", "sessions.Session"),
    *("wagtailcore.ModelLogEntry", "wagtailcore.PageLogEntry"),
)


class CannotErase(Exception):
    """Nothing was erased; its text is a sentence that says why."""


@dataclass(frozen=True)
class Sought:
    """A person: the address (small letters), the names that belong to it, and `named`, those by which
    rows are erased that do not hold the address.
    """

    address: str
    names: tuple[str, ...] = ()
    named: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """What is looked for in texts. A first name alone is also that of others."""
        full = (one for one in (*self.names, *self.named) if len(one.split()) > 1)
        return tuple(dict.fromkeys(filter(None, [self.address, *full])))


@dataclass(frozen=True)
class Held:
    """`what`: what these rows are, in words; `rows`: each as plain data."""

    what: str
    rows: list[dict]


def held(sought: Sought) -> list[Held]:
    mails = [
        {
            "to": one.to,
            "subject": one.subject,
            "text": one.body,
            "written": one.created_at.isoformat(),
            "sent": one.sent_at.isoformat() if one.sent_at else "",
        }
        for one in _mails_to(sought)
    ]
    messages = [
        {
            "about": one.thing.title if one.thing else "",
            "text": one.text,
            "reply_to": one.reply_to,
            "written": one.created_at.isoformat(),
        }
        for one in _messages_of(sought).select_related("thing__original_locale")
    ]
    logs = [
        {"when": one.timestamp.isoformat(), "what": one.label, "action": one.action}
        for rows in _log_entries(sought)
        for one in rows
    ]
    return [
        Held(_("Mails to this address"), mails),
        Held(_("Messages"), messages),
        Held(_("History of the site"), logs),
    ]


def erase(sought: Sought, by=None) -> int:
    """Mails to and messages of the person go; in what belongs to others "…" stands for the name."""
    number = _mails_to(sought).delete()[0] + _messages_of(sought).delete()[0]
    Mail.objects.filter(reply_to__iexact=sought.address).update(reply_to="")
    if not sought.words:
        return number
    number += take_out(naming(Mail, MAIL_WORDS, sought.words), MAIL_WORDS, sought.words)
    number += take_out(naming(Message, ["text"], sought.words), ["text"], sought.words)
    for rows in _log_entries(sought):
        number += take_out(rows, LOG_WORDS, sought.words)
    number += take_out(naming(Duty, ["failure"], sought.words), ["failure"], sought.words)
    number += take_out(_old_revisions(sought), ["content", "object_str"], sought.words)
    # What somebody was writing when the power went; a day old at most.
    number += naming(FormState, ["data"], sought.words).delete()[0]
    number += naming(
        DBTaskResult, ["args_kwargs", "return_value", "traceback"], sought.words
    ).delete()[0]
    number += _end_sessions(sought)
    transaction.on_commit(lambda: _erase_mail_files(sought), robust=True)
    return number


def _mails_to(sought: Sought):
    return Mail.objects.filter(to__iexact=sought.address)


def _messages_of(sought: Sought):
    return Message.objects.filter(reply_to__iexact=sought.address)


def _log_entries(sought: Sought):
    for model in (ModelLogEntry, PageLogEntry):
        yield naming(model, LOG_WORDS, sought.words)


def _old_revisions(sought: Sought):
    """Those that nobody goes on from: neither the newest, nor the published one, nor one that waits."""
    # A mirror names the version of its original that it was made of, and keeps none.
    pages = Page.objects.filter(alias_of=None)
    current = Q(pk__in=pages.filter(latest_revision__isnull=False).values("latest_revision"))
    current |= Q(pk__in=pages.filter(live_revision__isnull=False).values("live_revision"))
    current |= Q(approved_go_live_at__isnull=False)
    rows = naming(Revision, ["content", "object_str"], sought.words)
    return rows.exclude(current)


def _end_sessions(sought: Sought) -> int:
    """Those that name the address inside, where no question to the database can look."""
    names = [
        session.pk
        for session in Session.objects.all().iterator()
        if sought.address in str(session.get_decoded()).lower()
    ]
    return Session.objects.filter(pk__in=names).delete()[0]


def _erase_mail_files(sought: Sought) -> None:
    """Without a mail server sent mails are files; each holds those of one run."""
    connection = django_mail.get_connection(settings.HUB_MAIL_BACKEND, fail_silently=True)
    if not isinstance(connection, FileBackend):
        return
    for file in Path(settings.EMAIL_FILE_PATH).glob("*.log"):
        if sought.address.encode() in file.read_bytes().lower():
            file.unlink(missing_ok=True)
