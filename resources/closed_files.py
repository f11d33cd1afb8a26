"""A collection that is closed, or opened, takes the files of public pages along."""

from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from wagtail.models import CollectionViewRestriction

from hub.changes import touched

from .models import ResourceFile


@receiver([post_save, post_delete], sender=CollectionViewRestriction)
def _closed_or_opened(instance, **kwargs):
    rows = ResourceFile.objects.filter(
        page__live=True, document__collection__path__startswith=instance.collection.path
    )
    touched(rows.values_list("page__translation_key", flat=True).distinct(), frame=True)
