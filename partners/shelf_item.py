"""What stands on a shelf: one partner keeps it, others may own it too and write in it."""

from functools import cached_property

from django import forms
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from hub.changes import touched
from hub.models import HubPage
from hub.page_form import HubPageForm
from hub.prepared import Prepared

from .pausing import lock_of
from .shelf_rights import ItemPermissionTester


class CoOwner(models.Model):
    """A partner whose authors write in a thing that stands on somebody else's shelf.

    A right, not a word of the page: it holds for the thing in all languages, acts at once, and
    no revision brings an old one back.
    """

    thing = models.ForeignKey("hub.Thing", on_delete=models.CASCADE, related_name="co_owners")
    partner = models.ForeignKey("partners.Partner", on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["thing", "partner"], name="co_owner_once_a_thing")
        ]

    def __str__(self):
        return f"{self.thing}: {self.partner}"


_co_owners = Prepared(
    lambda key: (
        CoOwner.objects.filter(thing__translation_key=key)
        .order_by("partner__name")
        .values_list("partner", flat=True)
    )
)


class ShelfItemForm(HubPageForm):
    """Begins with what is known of the shelf's partner, and names the co-owners; who writes here
    only as one of them may not change who they are.
    """

    co_owners = forms.ModelMultipleChoiceField(
        queryset=None,
        required=False,
        label=_("made together with"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Their authors may write here too; the publishers of this shelf publish."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            self._begin_where_the_partner_is()
        field = self.fields.get("co_owners")
        if field is None:
            return
        partners = CoOwner._meta.get_field("partner").related_model.objects
        keeper = self.instance.partner_id or self.parent_page.specific_deferred.partner_id
        field.queryset = partners.standing().exclude(pk=keeper)
        if self.instance.pk:
            thing = self.instance.thing
            field.initial = list(thing.co_owners.values_list("partner", flat=True))
            field.disabled = not self.instance.permissions_for_user(self.for_user).keeps()

    def _begin_where_the_partner_is(self) -> None:
        """What stands on a shelf is mostly in the country, and goes by the clock, of its partner."""
        partner = self.parent_page.specific_deferred.partner
        for name in ("country", "time_zone"):
            if partner and hasattr(self.instance, name):
                setattr(self.instance, name, getattr(partner, name))
                self.initial[name] = getattr(partner, name)

    def save(self, commit=True):
        field = self.fields.get("co_owners")
        if field and not field.disabled:
            self.instance.chosen_co_owners = list(self.cleaned_data["co_owners"])
        return super().save(commit)


class ShelfItemPage(HubPage):
    """A page on a shelf. The shelf's publishers publish; authors of the co-owners write too."""

    base_form_class = ShelfItemForm
    # What the editor chose, kept with the next draft.
    chosen_co_owners = None

    promote_panels = [*HubPage.promote_panels, FieldPanel("co_owners")]

    parent_page_types = ["partners.ShelfPage"]
    subpage_types = []

    class Meta:
        abstract = True

    def permissions_for_user(self, user):
        return ItemPermissionTester(user, self)

    def save_revision(self, *args, **kwargs):
        with transaction.atomic():
            if self.chosen_co_owners is not None:
                self.name_co_owners(self.chosen_co_owners)
            return super().save_revision(*args, **kwargs)

    def name_co_owners(self, partners) -> None:
        """Have exactly these partners own the thing too, besides the one that keeps it."""
        partners = [partner for partner in partners if partner.pk != self.partner_id]
        self.thing.co_owners.exclude(partner__in=partners).delete()
        rows = [CoOwner(thing=self.thing, partner=partner) for partner in partners]
        CoOwner.objects.bulk_create(rows, ignore_conflicts=True)
        touched([self.translation_key])

    @cached_property
    def owner_ids(self) -> list[int]:
        """The partner that keeps it, then those it was made together with, by name: one query."""
        return [self.partner_id, *_co_owners(self.translation_key)]

    @staticmethod
    def bring_owners(pages: list["ShelfItemPage"]) -> None:
        """`owner_ids` of many pages: one query."""
        rows = CoOwner.objects.filter(
            thing__translation_key__in={page.translation_key for page in pages}
        )
        others: dict = {}
        for key, partner in rows.order_by("partner__name").values_list(
            "thing__translation_key", "partner"
        ):
            others.setdefault(key, []).append(partner)
        for page in pages:
            page.owner_ids = [page.partner_id, *others.get(page.translation_key, ())]

    def get_lock(self):
        return lock_of(self, super().get_lock())
