"""By when an author wants a decision: kept with what they submit, gone when it is published."""

from django import forms
from django.core.exceptions import ValidationError
from django.dispatch import receiver
from wagtail import hooks
from wagtail.models import Page
from wagtail.signals import page_published

from .models import Deadline


@hooks.register("after_create_page")
@hooks.register("after_edit_page")
def keep_deadline(request, page):
    """The editor's field, once the page is saved; the form has looked at it already."""
    if "wanted_by" not in request.POST:
        return
    try:
        day = forms.DateField(required=False).clean(request.POST["wanted_by"])
    except ValidationError:
        return
    is_pending = Page.objects.filter(pk=page.pk, has_unpublished_changes=True).exists()
    if day is None or not is_pending:
        Deadline.objects.filter(page=page.pk).delete()
    elif not Deadline.objects.filter(page=page.pk, wanted_by=day).exists():
        Deadline.objects.update_or_create(
            page_id=page.pk, defaults={"wanted_by": day, "reminded_at": None}
        )


@receiver(page_published)
def forget_deadline(sender, instance, **kwargs):
    if not instance.alias_of_id:
        Deadline.objects.filter(page=instance.pk).delete()
