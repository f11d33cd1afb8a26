import secrets

from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Locale, Page

# No 0 O 1 I L U: read aloud and copied from paper without mistakes, and no words by accident.
CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 6


def new_code() -> str:
    """A fresh short code, six characters (about 29 bits), not yet checked for being free."""
    return "".join(secrets.choice(CODE_LETTERS) for _unused in range(CODE_LENGTH))


class ThingQuerySet(models.QuerySet):
    def to_be_named(self):
        """Whose titles everybody may read: of what is public, or was until it was taken back."""
        live = Page.objects.filter(
            translation_key=models.OuterRef("translation_key"), live=True
        ).order_by()
        was_public = models.Q(public_record__is_deleted=True) & ~models.Exists(live)
        return self.filter(models.Q(public_record__is_deleted=False) | was_public)


class Thing(models.Model):
    """One thing in all its languages: what six pages with one `translation_key` have in common.

    It is made with the first page and outlives the pages, so that codes on paper, file
    numbers and tombstones stay true.
    """

    translation_key = models.UUIDField(unique=True, editable=False)
    code = models.CharField(max_length=12, unique=True, default=new_code, editable=False)
    kind = models.CharField(max_length=20, db_index=True)
    original_locale = models.ForeignKey(Locale, on_delete=models.PROTECT, related_name="+")
    last_file_number = models.PositiveIntegerField(default=0)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_why = models.TextField(blank=True)
    # Its pages went, and this thing's stand for them: its code on paper leads there.
    replaced_by = models.ForeignKey(
        "self", null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    # The next publication changes so little that finished translations stay as they are.
    small_change = models.BooleanField(default=False, editable=False)
    # Things of other rooms that name this one, such as the events whose material it is: kept by them.
    belongs_to = models.ManyToManyField("self", symmetrical=False, editable=False, related_name="+")
    titles = models.JSONField(default=dict, help_text=_("last public title per language"))

    objects = ThingQuerySet.as_manager()

    class Meta:
        verbose_name = _("thing")
        verbose_name_plural = _("things")

    def __str__(self):
        return self.title or self.code

    @property
    def title(self) -> str:
        """Its last public title, in the original's language when there is one, else in any."""
        return self.title_in(self.original_locale.language_code)

    def title_in(self, code: str) -> str:
        """Its last public title in language `code`, else in the original's, else in any."""
        if not self.titles:
            return ""
        original = self.titles.get(self.original_locale.language_code)
        return self.titles.get(code) or original or next(iter(self.titles.values()))

    @classmethod
    def of(cls, page, kind: str) -> "Thing":
        """The thing of `page`; made now, with the page's locale as the original's, if it is new."""
        for _attempt in range(5):
            try:
                with transaction.atomic():
                    return cls.objects.get_or_create(
                        translation_key=page.translation_key,
                        defaults={"kind": kind, "original_locale_id": page.locale_id},
                    )[0]
            except IntegrityError:  # the code was taken: 1 in 600 million, once a page
                continue
        raise IntegrityError("no free short code in five tries")

    def next_file_number(self) -> int:
        """A number no file of this thing ever had. Locks the row till the transaction ends."""
        with transaction.atomic():
            row = Thing.objects.select_for_update().get(pk=self.pk)
            row.last_file_number += 1
            row.save(update_fields=["last_file_number"])
        self.last_file_number = row.last_file_number
        return row.last_file_number

    def withdraw(self, why: str = "") -> None:
        """Leave a tombstone: the short address answers 410 from now on."""
        self.withdrawn_at = timezone.now()
        self.withdrawn_why = why or self.withdrawn_why
        self.save(update_fields=["withdrawn_at", "withdrawn_why"])
