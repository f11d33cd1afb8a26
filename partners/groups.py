"""Groups that belong to no partner: coordinators, the people of the translation desk, and who may take
lists of registrations away.
"""

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

from hub.models import Audience, Message, SiteText, Topic
from translations.models import LanguageRole, TranslationState

from .make import FILE_MODELS
from .models import Partner
from .private_files import COORDINATORS

TRANSLATORS = "Translators"
EXPORTERS = "Exporters of registrations"

PAGE_RIGHTS = ("add_page", "change_page", "publish_page", "lock_page", "unlock_page")
FILE_RIGHTS = ("add", "change", "delete", "choose")


def coordinators() -> Group:
    """The group that may step in everywhere, with all it may do. Safe to repeat."""
    group, _made = Group.objects.get_or_create(name=COORDINATORS)
    kept = [Topic, Audience, SiteText, LanguageRole, Message]
    group.permissions.add(
        _permission("wagtailadmin", "access_admin"),
        _permission("partners", "step_in"),
        _permission("hub", "forget_people"),
        _permission("events", "export_registrations"),
        *_permissions_on(*kept),
        *_permissions_on(Partner, TranslationState).filter(
            Q(codename__startswith="view_") | Q(codename__startswith="change_")
        ),
    )
    for home in Page.objects.filter(depth=2):
        for codename in PAGE_RIGHTS:
            GroupPagePermission.objects.get_or_create(
                group=group, page=home, permission=_permission("wagtailcore", codename)
            )
    root = Collection.get_first_root_node()
    for app_label, name in FILE_MODELS:
        for action in FILE_RIGHTS:
            GroupCollectionPermission.objects.get_or_create(
                group=group,
                collection=root,
                permission=_permission(app_label, f"{action}_{name}"),
            )
    return group


def translators() -> Group:
    """Lets people sign in to reach the desk; what they may do there their language roles say."""
    group, _made = Group.objects.get_or_create(name=TRANSLATORS)
    group.permissions.add(
        _permission("wagtailadmin", "access_admin"),
        # Says without a question more that there is something at the desk for them.
        _permission("translations", "view_translationstate"),
    )
    return group


def exporters() -> Group:
    """May take away what they see anyway; it asks each of them for a second factor."""
    group, _made = Group.objects.get_or_create(name=EXPORTERS)
    group.permissions.add(_permission("events", "export_registrations"))
    return group


@receiver(post_save, sender=LanguageRole)
def let_in(sender, instance, raw=False, **kwargs):
    if not raw:
        instance.user.groups.add(translators())


@receiver(post_delete, sender=LanguageRole)
def let_out(sender, instance, **kwargs):
    if not LanguageRole.objects.filter(user=instance.user_id).exists():
        instance.user.groups.remove(translators())


def _permission(app_label: str, codename: str) -> Permission:
    return Permission.objects.get(content_type__app_label=app_label, codename=codename)


def _permissions_on(*models):
    types = ContentType.objects.get_for_models(*models).values()
    return Permission.objects.filter(content_type__in=types)
