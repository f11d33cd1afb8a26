"""The workflow of originals: an author submits, a publisher of the same shelf decides."""

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import Exists, IntegerField, OuterRef, Q
from django.db.models.functions import Cast, Substr
from django.db.models.signals import post_init, pre_save
from django.dispatch import receiver
from django.utils.translation import gettext, gettext_noop
from wagtail.models import Page, Task, TaskState, Workflow, WorkflowPage, WorkflowTask

from hub.frame import STRUCTURE_DEPTH

from .models import PartnerPage, ShelfPage, ShelfPublishersTask
from .pausing import paused_partners

WORKFLOW_NAME = gettext_noop("Publication")
TASK_NAME = gettext_noop("Publishers of the shelf")
SHELF_PATH_LENGTH = STRUCTURE_DEPTH * Page.steplen


def steps_in(user) -> bool:
    """Coordinators and administrators decide on every shelf."""
    return user.is_active and (user.is_superuser or user.has_perm("partners.step_in"))


def publishes_for(user) -> frozenset[int]:
    """Ids of the partners whose publisher `user` is, less the paused; asked once for each user."""
    if not hasattr(user, "_publishes_for"):
        ids = user.groups.filter(publishers_of__isnull=False).values_list(
            "publishers_of", flat=True
        )
        user._publishes_for = frozenset(ids) - paused_partners()
    return user._publishes_for


def may_decide(user, page) -> bool:
    """Whether `user` approves and sends back what stands on the shelf of `page` (any class)."""
    if steps_in(user):
        return True
    partner_id = getattr(page.specific_deferred, "partner_id", None)
    return user.is_active and partner_id is not None and partner_id in publishes_for(user)


def deciders(page):
    """The publishers of the partner on whose shelf `page` stands (users)."""
    partner_id = getattr(page.specific_deferred, "partner_id", None)
    people = get_user_model().objects.filter(is_active=True)
    if partner_id is None or partner_id in paused_partners():
        return people.none()
    return people.filter(groups__publishers_of=partner_id)


def states_for(task, user):
    """The open states of `task` that `user` may decide on: one query, filtered in the database."""
    states = TaskState.objects.filter(task_id=task.pk, status=TaskState.STATUS_IN_PROGRESS)
    if steps_in(user):
        return states
    partners = publishes_for(user)
    if not partners:
        return states.none()
    shelf_above = {"path": Substr(OuterRef("path"), 1, SHELF_PATH_LENGTH), "partner__in": partners}
    # An object's id is kept as text there, because other objects have ids that are no numbers.
    page_of_state = Page.objects.filter(
        pk=Cast(OuterRef("workflow_state__object_id"), IntegerField())
    ).filter(
        Exists(ShelfPage.objects.filter(**shelf_above))
        | Exists(PartnerPage.objects.filter(**shelf_above))
    )
    return states.filter(
        workflow_state__base_content_type__app_label="wagtailcore",
        workflow_state__base_content_type__model="page",
    ).filter(Exists(page_of_state))


def ensure_workflow() -> Workflow:
    """Put the workflow on the homes of all languages, in place of Wagtail's own. Safe to repeat."""
    with transaction.atomic():
        task, _made = ShelfPublishersTask.objects.get_or_create(name=TASK_NAME)
        workflow, _made = Workflow.objects.get_or_create(name=WORKFLOW_NAME)
        WorkflowTask.objects.get_or_create(workflow=workflow, task=task.task_ptr)
        for home in Page.objects.filter(depth=2):
            WorkflowPage.objects.update_or_create(page=home, defaults={"workflow": workflow})
        _drop_wagtails_own()
    return workflow


def _drop_wagtails_own() -> None:
    """The workflow, task and groups of a fresh Wagtail, which know nothing of shelves."""
    Workflow.objects.filter(name="Moderators approval", workflow_states=None).delete()
    Task.objects.filter(name="Moderators approval", task_states=None).delete()
    Group.objects.filter(Q(name="Moderators") | Q(name="Editors"), user=None).delete()


# Both names are kept in English and shown in the language of whoever looks: Wagtail prints them
# on buttons, in histories and in mails.


@receiver(post_init, sender=Workflow)
@receiver(post_init, sender=Task)
@receiver(post_init, sender=ShelfPublishersTask)
def show_name(sender, instance, **kwargs):
    if instance.__dict__.get("name") in (WORKFLOW_NAME, TASK_NAME):
        instance.name = gettext(instance.name)


@receiver(pre_save, sender=Workflow)
@receiver(pre_save, sender=Task)
@receiver(pre_save, sender=ShelfPublishersTask)
def keep_name(sender, instance, **kwargs):
    for name in (WORKFLOW_NAME, TASK_NAME):
        if instance.name == gettext(name):
            instance.name = name
