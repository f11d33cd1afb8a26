"""Mail to the publishers when something waits for them, each in their own language."""

from django.dispatch import receiver
from wagtail.admin.mail import GroupApprovalTaskStateSubmissionEmailNotifier
from wagtail.models import TaskState
from wagtail.signals import task_submitted

from .models import ShelfPublishersTask
from .review import deciders


class ShelfNotifier(GroupApprovalTaskStateSubmissionEmailNotifier):
    """Wagtail's own writes to the groups of group tasks alone."""

    def can_handle(self, instance, **kwargs):
        return isinstance(instance.task.specific, ShelfPublishersTask)

    def get_recipient_users(self, task_state, **kwargs):
        page = task_state.workflow_state.content_object
        by = kwargs.get("user")
        return deciders(page).exclude(pk=by.pk if by else None).distinct()

    def get_context(self, task_state, **kwargs):
        return {**super().get_context(task_state, **kwargs), "submitted_by": kwargs.get("user")}

    def get_template_base_prefix(self, instance, **kwargs):
        return "shelf_"


notify = ShelfNotifier()


@receiver(task_submitted, sender=TaskState, dispatch_uid="partners_submitted")
def mail_publishers(sender, instance, **kwargs):
    notify(instance, **kwargs)
