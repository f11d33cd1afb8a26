"""What the partners' room has to do from time to time. `home.due` calls it; each may run twice."""

from datetime import timedelta

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override
from wagtail.models import Page, WorkflowState

from hub.mail_queue import one_line, queue
from hub.models import Message

from . import merge_partner
from .invitations import Invitation
from .models import Deadline
from .readers_messages import digest, partner_of, people_for
from .review import deciders

MOST_IN_A_DIGEST = 20
KEEP_INVITATIONS = timedelta(days=180)


def tell_of_messages() -> int:
    """One mail to everybody whom a message of the last hour concerns; returns how many mails."""
    with transaction.atomic():
        messages = Message.objects.filter(told_at=None, done_at=None)
        # Those are the translators', who find them at their desk.
        messages = messages.exclude(kind__in=Message.OF_THE_DESK)
        new = list(messages.select_related("thing__original_locale").order_by("created_at", "pk"))
        people, for_each, known = {}, {}, {}
        for message in new:
            if message.thing_id not in known:
                known[message.thing_id] = people_for(partner_of(message.thing))
            for person in known[message.thing_id]:
                people[person.pk] = person
                for_each.setdefault(person.pk, []).append(message)
        sent = sum(digest(people[pk], theirs, MOST_IN_A_DIGEST) for pk, theirs in for_each.items())
        ids = [message.pk for message in new]
        Message.objects.filter(pk__in=ids).update(told_at=timezone.now())
    return sent


def remind_of_deadlines() -> int:
    """A mail to who decides, the day before something is wanted; returns how many mails."""
    tomorrow = timezone.localdate() + timedelta(days=1)
    due = Deadline.objects.filter(wanted_by__lte=tomorrow, reminded_at=None).select_related("page")
    waiting = WorkflowState.objects.filter(
        status=WorkflowState.STATUS_IN_PROGRESS,
        base_content_type=ContentType.objects.get_for_model(Page),
    ).values_list("object_id", flat=True)
    waiting = set(waiting)
    sent = 0
    for deadline in due:
        if str(deadline.page_id) not in waiting:
            continue
        with transaction.atomic():
            # Whoever comes second finds it done.
            mine = Deadline.objects.filter(pk=deadline.pk, reminded_at=None)
            if mine.update(reminded_at=timezone.now()):
                people = set(deciders(deadline.page)) or people_for(None)
                sent += sum(_remind(person, deadline) for person in people)
    return sent


def _remind(person, deadline: Deadline) -> int:
    code = person.reads_in
    title = deadline.page.get_admin_display_title()
    edit = reverse("wagtailadmin_pages:edit", args=[deadline.page_id])
    with override(code):
        subject = _("Wanted by %(day)s: %(title)s") % {
            "day": date_format(deadline.wanted_by, "DATE_FORMAT"),
            "title": title,
        }
        body = render_to_string(
            "partners/mails/deadline.txt",
            {
                "name": person.get_full_name() or person.get_username(),
                "title": title,
                "day": date_format(deadline.wanted_by, "DATE_FORMAT"),
                "edit_url": f"{settings.HUB_ADDRESS}{edit}",
            },
        )
    try:
        queue(person.email, one_line(subject), body.strip() + "\n", code)
    except ValueError:
        return 0
    return 1


def erase_old_invitations() -> int:
    """They hold addresses, also of people who never came."""
    old = Invitation.objects.filter(sent_at__lt=timezone.now() - KEEP_INVITATIONS)
    return old.delete()[0]


def finish_merges() -> int:
    """What a request began and had no patience for; returns how many partners are merged now."""
    return merge_partner.finish_merges()
