"""The screens of people who help, for members of the partner that looks after them."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.log_actions import log
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import page_permission_policy

from hub.languages import KNOWN
from partners.membership import writes_for
from partners.models import Partner

from .helper import Helper
from .helpers import tell_of_consent
from .models import CircleCountry, Need


def partner_ids(user):
    """Ids of the partners whose people `user` looks after."""
    if user.is_active and user.has_perm("partners.step_in"):
        return Partner.objects.standing().values_list("pk", flat=True)
    return writes_for(user)


class HelperPolicy(ModelPermissionPolicy):
    """Who writes for a partner looks after its people."""

    def user_has_permission(self, user, action):
        return bool(partner_ids(user))

    def user_has_any_permission(self, user, actions):
        # Page rights are known when a menu is made; only of those who write more is asked.
        writes = page_permission_policy.user_has_any_permission(user, {"add", "publish"})
        return writes and self.user_has_permission(user, "view")

    def user_has_permission_for_instance(self, user, action, instance):
        return instance.partner_id in partner_ids(user)

    def user_has_any_permission_for_instance(self, user, actions, instance):
        return self.user_has_permission_for_instance(user, "view", instance)

    def instances_user_has_any_permission_for(self, user, actions):
        return Helper.objects.of_partners(partner_ids(user))

    def instances_user_has_permission_for(self, user, action):
        return self.instances_user_has_any_permission_for(user, [action])


class HelperForm(WagtailAdminModelForm):
    about = forms.MultipleChoiceField(
        label=_("what it is about"), choices=Need.choices, widget=forms.CheckboxSelectMultiple
    )
    spoken = forms.MultipleChoiceField(
        label=_("languages spoken"),
        choices=lambda: [(one.code, one.name) for one in KNOWN.values()],
        widget=forms.CheckboxSelectMultiple,
    )
    country = forms.ChoiceField(label=_("country"), choices=CircleCountry.choices)

    class Meta:
        model = Helper
        fields = [
            *("partner", "found_by", "name", "email", "language", "about", "spoken", "country"),
            *("town", "offers", "until", "consent_on", "consent_how", "is_public"),
        ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["partner"].queryset = Partner.objects.filter(pk__in=partner_ids(self.for_user))


class Told:
    """Whoever can be found from now on, or by other words, gets a mail with the way out."""

    def save_instance(self):
        with transaction.atomic():
            told = self.form.instance.pk and not self.form.has_changed()
            row = super().save_instance()
            if row.is_public and not told:
                tell_of_consent(row)
        return row


class OfOwnPartner:
    """Somebody of another partner is not there, whatever number stands in the address."""

    def get_object(self, queryset=None):
        row = super().get_object(queryset)
        if not self.permission_policy.user_has_permission_for_instance(
            self.request.user, self.permission_required, row
        ):
            raise PermissionDenied
        return row


class HelperIndexView(generic.IndexView):
    add_item_label = _("New person")

    def get_base_queryset(self):
        mine = Helper.objects.of_partners(partner_ids(self.request.user))
        return mine.select_related("partner", "thing").order_by("name")


class HelperCreateView(Told, generic.CreateView):
    page_title = _("New person who helps")


class HelperEditView(Told, OfOwnPartner, generic.EditView):
    page_title = _("Person who helps")


class HelperWithdrawView(OfOwnPartner, generic.DeleteView):
    page_title = _("Forget this person")
    confirmation_message = _(
        "The consent ends. Name, address, words and all messages to this person are erased at once."
    )

    def delete_action(self):
        with transaction.atomic():
            log(instance=self.object, action="wagtail.delete", deleted=True)
            self.object.withdraw()


class HelperViewSet(ModelViewSet):
    model = Helper
    name = "helper"
    url_prefix = "circle/people"
    icon = "user"
    menu_label = _("People who help")
    menu_order = 350
    add_to_admin_menu = True
    form_fields = HelperForm.Meta.fields
    index_view_class = HelperIndexView
    add_view_class = HelperCreateView
    edit_view_class = HelperEditView
    delete_view_class = HelperWithdrawView
    permission_policy = HelperPolicy(Helper)
    copy_view_enabled = False
    list_display = [
        Column("name", label=_("Name")),
        Column("partner", label=_("Partner")),
        Column("found_by", label=_("Found by"), accessor="get_found_by_display"),
        Column("until", label=_("Until")),
        Column(
            "is_public",
            label=_("May be found now"),
            accessor=lambda row: _("Yes") if row.is_public else _("No"),
        ),
    ]

    def get_common_view_kwargs(self, **kwargs):
        gone = {"history_url_name": None, "usage_url_name": None}
        return super().get_common_view_kwargs(**{**gone, **kwargs})

    def get_form_class(self, for_update=False):
        return HelperForm

    def get_urlpatterns(self):
        # No history of a person is kept, and nothing refers to one.
        kept = {"index", "index_results", "add", "edit", "delete"}
        return [one for one in super().get_urlpatterns() if one.name in kept]
