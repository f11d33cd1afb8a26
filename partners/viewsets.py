"""The screens of partners and of roles in languages, for coordinators and administrators."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permissions import ModelPermissionPolicy

from translations.models import LanguageRole

from .models import Partner


class PartnerPolicy(ModelPermissionPolicy):
    """Partners are made with their shelves and groups in one action, and never deleted."""

    def user_has_permission(self, user, action):
        return action not in ("add", "delete") and super().user_has_permission(user, action)


class PartnerViewSet(ModelViewSet):
    model = Partner
    icon = "group"
    menu_label = _("Partners")
    list_display = ["name", "country", "language", "time_zone"]
    list_filter = ["country"]
    search_fields = ["name"]
    form_fields = ["name", "country", "time_zone", "language"]
    permission_policy = PartnerPolicy(Partner)
    copy_view_enabled = False


class LanguageRoleViewSet(ModelViewSet):
    model = LanguageRole
    icon = "site"
    menu_label = _("Translators and reviewers")
    list_display = ["user", "locale", "role"]
    list_filter = ["locale", "role"]
    form_fields = ["user", "locale", "role"]
    copy_view_enabled = False


class NetworkGroup(ViewSetGroup):
    items = (PartnerViewSet, LanguageRoleViewSet)
    menu_label = _("Network")
    menu_name = "network"
    menu_icon = "group"
    menu_order = 400
