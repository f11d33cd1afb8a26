"""Choosing a thing (a guide, an event) by its last public title; drafts are never shown."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic.chooser import (
    BaseChooseView,
    ChooseResultsViewMixin,
    ChooseViewMixin,
    CreationFormMixin,
)
from wagtail.admin.viewsets.chooser import ChooserViewSet


class _ThingChooseView(BaseChooseView):
    ordering = "-pk"

    def get_object_list(self):
        from hub.models import Thing

        things = Thing.objects.filter(withdrawn_at=None).exclude(titles={})
        return things.select_related("original_locale").order_by("-pk")

    @property
    def columns(self):
        return [
            self.title_column,
            Column("kind", label=_("Kind"), accessor="kind"),
            Column("code", label=_("Code"), accessor="code"),
        ]


class ThingChooseView(ChooseViewMixin, CreationFormMixin, _ThingChooseView):
    pass


class ThingChooseResultsView(ChooseResultsViewMixin, CreationFormMixin, _ThingChooseView):
    pass


class ThingChooserViewSet(ChooserViewSet):
    model = "hub.Thing"
    icon = "link"
    choose_one_text = _("Choose a thing of this hub")
    choose_another_text = _("Choose another")
    edit_item_text = _("Look at it")
    choose_view_class = ThingChooseView
    choose_results_view_class = ThingChooseResultsView
    register_widget = True
    url_filter_parameters = []


thing_chooser_viewset = ThingChooserViewSet("thing_chooser")
ThingChooserBlock = thing_chooser_viewset.get_block_class(
    name="ThingChooserBlock", module_path="hub.thing_chooser"
)
