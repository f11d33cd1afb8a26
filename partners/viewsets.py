"""The screens of partners, for coordinators and administrators, and the way to people."""

from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permissions import page_permission_policy

from hub.languages import language

from .models import Partner
from .partner_views import MakePartnerView, PartnerPolicy, PartnerView, partner_urls
from .roles import may_look_after


class PartnerIndexView(generic.IndexView):
    add_item_label = _("New partner")

    def get_base_queryset(self):
        return super().get_base_queryset().standing()

    def get_edit_url(self, instance):
        return reverse("partner:inspect", args=[instance.pk])


class PartnerEditView(generic.EditView):
    page_title = _("Place and contact")

    def get_queryset(self):
        return Partner.objects.standing()

    def get_success_url(self):
        return reverse("partner:inspect", args=[self.object.pk])


class PartnerViewSet(ModelViewSet):
    model = Partner
    icon = "group"
    menu_label = _("Partners")
    index_view_class = PartnerIndexView
    add_view_class = MakePartnerView
    edit_view_class = PartnerEditView
    inspect_view_class = PartnerView
    inspect_view_enabled = True
    inspect_template_name = PartnerView.template_name
    list_display = [
        "name",
        "country",
        "town",
        Column(
            "language",
            label=_("Writes in"),
            accessor=lambda partner: language(partner.language).name,
        ),
        Column("state", label=_("State")),
    ]
    list_filter = ["country"]
    search_fields = ["name"]
    permission_policy = PartnerPolicy(Partner)
    copy_view_enabled = False

    def get_add_view_kwargs(self, **kwargs):
        # It makes more than a row, with a form of its own.
        return kwargs

    def get_urlpatterns(self):
        return [*super().get_urlpatterns(), *partner_urls()]


class PeopleItem(MenuItem):
    def is_shown(self, request):
        # Page rights are known when a menu is made; only of those who publish more is asked.
        publishes = page_permission_policy.user_has_any_permission(request.user, {"publish"})
        return publishes and may_look_after(request.user)


class ForgetItem(MenuItem):
    def is_shown(self, request):
        return request.user.has_perm("hub.forget_people")


class NetworkGroup(ViewSetGroup):
    items = (PartnerViewSet,)
    menu_label = _("Network")
    menu_name = "network"
    menu_icon = "group"
    menu_order = 400

    def get_submenu_items(self):
        people = PeopleItem(_("People"), reverse_lazy("people"), icon_name="user", name="people")
        forget = ForgetItem(
            _("What is known of a person"), reverse_lazy("forget"), icon_name="bin", name="forget"
        )
        return [*super().get_submenu_items(), people, forget]
