"""Choosing a thing (a guide, an event) by its last public title; drafts are never shown."""

from django import forms
from django.apps import apps
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic.chooser import (
    BaseChooseView,
    ChooseResultsViewMixin,
    ChooseViewMixin,
    ChosenMultipleView,
    ChosenView,
)
from wagtail.admin.viewsets.chooser import ChooserViewSet


def kinds() -> dict:
    """Label by kind of everything that can be chosen: what stands on shelves, no lists of it."""
    from hub.models import HubPage

    return {
        model.kind: model._meta.verbose_name
        for model in apps.get_models()
        if issubclass(model, HubPage) and model.section and not model.is_structure
        if model.is_creatable
    }


def choosable():
    """Published things of those kinds."""
    from hub.models import Thing

    things = Thing.objects.filter(withdrawn_at=None, kind__in=kinds()).exclude(titles={})
    return things.select_related("original_locale")


def kind_choices() -> list[tuple]:
    return [("", _("Everything")), *((kind, capfirst(label)) for kind, label in kinds().items())]


class ThingFilterForm(BaseFilterForm):
    """Words of the title, in any language and without minding diacritics; one kind or all."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        widget=forms.TextInput(attrs={"placeholder": _("Words of the title")}),
    )
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=kind_choices)

    def filter(self, objects):
        from hub.models import SearchEntry
        from hub.search import words_of

        words = words_of(self.cleaned_data["q"])
        if words:
            found = SearchEntry.objects.all()
            for word in words:
                found = found.filter(folded_title__contains=word)
            objects = objects.filter(translation_key__in=found.values("translation_key"))
            self.is_searching, self.search_query = True, self.cleaned_data["q"]
        if self.cleaned_data["kind"]:
            objects = objects.filter(kind=self.cleaned_data["kind"])
        return objects


def title_here(thing) -> str:
    """The thing's title in the language of whoever chooses."""
    return thing.title_in(get_language()) or thing.code


class BaseThingChooseView(BaseChooseView):
    ordering = "-pk"
    filter_form_class = ThingFilterForm
    # Things come into being with their pages.
    create_action_label = ""

    def get_object_list(self):
        return choosable()

    @property
    def title_column(self):
        column = super().title_column
        column.accessor = title_here
        return column

    @property
    def columns(self):
        labels = kinds()
        return [
            self.title_column,
            Column("kind", label=_("Kind"), accessor=lambda thing: capfirst(labels[thing.kind])),
            Column("language", label=_("Language"), accessor="original_locale"),
            Column("code", label=_("Code"), accessor="code"),
        ]

    def can_create(self):
        return False


class ThingChooseView(ChooseViewMixin, BaseThingChooseView):
    pass


class ThingChooseResultsView(ChooseResultsViewMixin, BaseThingChooseView):
    pass


class ThingChosenView(ChosenView):
    def get_object(self, pk):
        return choosable().get(pk=pk)

    def get_display_title(self, instance):
        return title_here(instance)


class ThingChosenMultipleView(ChosenMultipleView):
    def get_objects(self, pks):
        return choosable().filter(pk__in=pks)

    def get_display_title(self, instance):
        return title_here(instance)


class ThingChooserViewSet(ChooserViewSet):
    model = "hub.Thing"
    icon = "link"
    choose_one_text = _("Choose a thing of this hub")
    choose_another_text = _("Choose another")
    edit_item_text = _("Look at it")
    search_tab_label = _("Search")
    choose_view_class = ThingChooseView
    choose_results_view_class = ThingChooseResultsView
    chosen_view_class = ThingChosenView
    chosen_multiple_view_class = ThingChosenMultipleView

    def get_urlpatterns(self):
        return [pattern for pattern in super().get_urlpatterns() if pattern.name != "create"]


thing_chooser_viewset = ThingChooserViewSet("thing_chooser")
ThingChooserBlock = thing_chooser_viewset.get_block_class(
    name="ThingChooserBlock", module_path="hub.thing_chooser"
)
