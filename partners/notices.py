"""Mail of the workflow: to publishers when something waits, to the author when it was decided.

Wagtail's notices know group tasks alone and talk to the mail server inside the editor's request;
these are queued in the transaction of the deed, each in the language of who reads it.
"""

from django.template.loader import render_to_string
from django.utils.translation import override
from wagtail.admin.mail import (
    GroupApprovalTaskStateSubmissionEmailNotifier,
    WorkflowStateApprovalEmailNotifier,
    WorkflowStateRejectionEmailNotifier,
)
from wagtail.models import TaskState, WorkflowState
from wagtail.signals import task_submitted, workflow_approved, workflow_rejected

from hub.mail_queue import queue

from .models import ShelfPublishersTask
from .review import deciders


class QueuedNotice:
    """Words from `wagtailadmin/notifications/shelf_…`, put into the queue."""

    def get_template_base_prefix(self, instance, **kwargs):
        return "shelf_"

    def get_context(self, instance, **kwargs):
        return {**super().get_context(instance, **kwargs), "by": kwargs.get("user")}

    def send_emails(self, template_set, context, recipients, **kwargs):
        for person in recipients:
            language = person.wagtail_userprofile.get_preferred_language()
            with override(language):
                subject = render_to_string(template_set["subject"], {**context, "user": person})
                body = render_to_string(template_set["text"], {**context, "user": person})
            queue(person.email, " ".join(subject.split()), body.strip() + "\n", language)
        return True


class WaitingNotice(QueuedNotice, GroupApprovalTaskStateSubmissionEmailNotifier):
    def can_handle(self, instance, **kwargs):
        return isinstance(instance.task.specific, ShelfPublishersTask)

    def get_recipient_users(self, task_state, **kwargs):
        page = task_state.workflow_state.content_object
        by = kwargs.get("user")
        return deciders(page).exclude(pk=by.pk if by else None).distinct()


class PublishedNotice(QueuedNotice, WorkflowStateApprovalEmailNotifier):
    pass


class SentBackNotice(QueuedNotice, WorkflowStateRejectionEmailNotifier):
    pass


waiting, published, sent_back = WaitingNotice(), PublishedNotice(), SentBackNotice()

# Under the names that Wagtail gives to its own, and before it (see the order of INSTALLED_APPS): a
# name that is taken is not connected again, so Wagtail's stay silent.
task_submitted.connect(
    waiting,
    sender=TaskState,
    dispatch_uid="group_approval_task_submitted_email_notification",
)
workflow_approved.connect(
    published,
    sender=WorkflowState,
    dispatch_uid="workflow_state_approved_email_notification",
)
workflow_rejected.connect(
    sent_back,
    sender=WorkflowState,
    dispatch_uid="workflow_state_rejected_email_notification",
)
