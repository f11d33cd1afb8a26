"""What readers write reaches the people of the partner whose page it is about, by mail."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db.models import Q
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from wagtail.models import Page

from hub.languages import language
from hub.mail_queue import one_line, queue
from hub.models import Mail, Message, Thing
from hub.row_kinds import row_kind

from .models import Partner

# To one mailbox; what comes above stands on the dashboard and in the next digest.
MOST_RELAYED_AN_HOUR = 20


def partner_of(thing: Thing | None) -> Partner | None:
    """The partner that keeps the original of `thing`; None for pages of the whole network."""
    if thing is None:
        return None
    if row := row_kind(thing.kind):
        return Partner.objects.filter(pk=row.partner_id(thing)).first()
    page = Page.objects.filter(
        translation_key=thing.translation_key, locale=thing.original_locale_id
    ).first()
    partner_id = getattr(page.specific_deferred, "partner_id", None) if page else None
    return Partner.objects.filter(pk=partner_id).first() if partner_id else None


def people_for(partner: Partner | None) -> list:
    """Whom a message concerns: the partner's publishers, else coordinators, else administrators."""
    people = get_user_model().objects.filter(is_active=True).exclude(email="")
    step_in = Permission.objects.filter(content_type__app_label="partners", codename="step_in")
    for which in (
        Q(groups__publishers_of=partner) if partner else None,
        Q(groups__permissions__in=step_in) | Q(user_permissions__in=step_in),
        Q(is_superuser=True),
    ):
        found = list(people.filter(which).distinct().order_by("pk")) if which else []
        if found:
            return found
    return []


@receiver(post_save, sender=Message)
def pass_on(sender, instance, created, **kwargs):
    """A message for a partner goes on at once; the others are told of once an hour."""
    if created and instance.kind == Message.Kind.RELAY and relay(instance):
        instance.told_at = timezone.now()
        Message.objects.filter(pk=instance.pk).update(told_at=instance.told_at)


def relay(message: Message) -> int:
    """Mail `message` to the partner's own address, else to people of its; how many mails that are.

    The reader's address is the one that an answer goes to; nobody's address is in the text.
    """
    partner = partner_of(message.thing)
    row = row_kind(message.thing.kind) if message.thing else None
    if row:
        mailboxes = row.mailboxes(message.thing)
    elif partner and partner.contact_email:
        mailboxes = [(partner.contact_email, partner.language)]
    else:
        mailboxes = [(person.email, person.reads_in) for person in people_for(partner)]
    lately = timezone.now() - timedelta(hours=1)
    sent = 0
    for address, code in mailboxes:
        if Mail.objects.filter(to=address, created_at__gt=lately).count() >= MOST_RELAYED_AN_HOUR:
            continue
        with override(code):
            whom = partner.name if partner and not row else settings.WAGTAIL_SITE_NAME
            subject = _("A reader writes to %(whom)s") % {"whom": whom}
            body = render_to_string("partners/mails/relay.txt", _words_of(message, code))
        sent += _queued(address, subject, body, code, message.reply_to)
    return sent


def _words_of(message: Message, code: str) -> dict:
    """What a mail in language `code` says of a message."""
    return {
        "message": message,
        "lines": message.text.splitlines(),
        "kind": message.get_kind_display(),
        "language": language(message.language).name,
        "about": message.thing.title_in(code) if message.thing else "",
        "about_url": f"{settings.HUB_ADDRESS}/r/{message.thing.code}/" if message.thing else "",
        "dashboard": f"{settings.HUB_ADDRESS}/admin/",
    }


def _queued(address: str, subject: str, body: str, code: str, reply_to: str = "") -> int:
    """An address that is none costs nobody else their mail."""
    try:
        queue(address, one_line(subject), body.strip() + "\n", code, reply_to)
    except ValueError:
        return 0
    return 1


def digest(person, messages: list[Message], most: int) -> int:
    """One mail to `person` about `messages`, of which `most` are quoted; how many mails that is."""
    code = person.reads_in
    with override(code):
        subject = _("From readers: %(number)d") % {"number": len(messages)}
        body = render_to_string(
            "partners/mails/digest.txt",
            {
                "name": person.get_full_name() or person.get_username(),
                "messages": [_words_of(message, code) for message in messages[:most]],
                "more": max(0, len(messages) - most),
                "dashboard": f"{settings.HUB_ADDRESS}/admin/",
            },
        )
    return _queued(person.email, subject, body, code)
