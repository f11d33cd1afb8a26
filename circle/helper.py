"""People who help, and who said that they may be found. Rows, never pages; nothing of them is kept after."""

from datetime import timedelta
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Locale

from hub.languages import KNOWN
from hub.models import Mail, Message, Thing

KIND = "helper"
# Nobody is found for ever: then they are asked anew, or forgotten.
LONGEST = timedelta(days=366)


def languages() -> list[tuple]:
    """A function: a new language is no migration."""
    return [(one.code, one.name) for one in KNOWN.values()]


class FoundBy(models.TextChoices):
    PEOPLE = "people", _("people who need help")
    HELPERS = "helpers", _("others who help")


class ConsentHow(models.TextChoices):
    PAPER = "paper", _("on paper")
    MAIL = "mail", _("by mail")
    SPOKEN = "spoken", _("in a talk, two people present")


class HelperQuerySet(models.QuerySet):
    def to_be_found(self, today=None):
        """With a consent that holds today."""
        day = today or timezone.localdate()
        return self.filter(is_public=True, consent_on__lte=day, until__gte=day)

    def of_partners(self, ids):
        return self.filter(partner__in=ids)


class Helper(models.Model):
    """A person who helps. The name is read in lists alone, the address by nobody."""

    thing = models.OneToOneField(
        "hub.Thing", on_delete=models.PROTECT, related_name="+", editable=False
    )
    partner = models.ForeignKey(
        "partners.Partner", verbose_name=_("partner"), on_delete=models.PROTECT, related_name="+"
    )
    found_by = models.CharField(_("found by"), max_length=10, choices=FoundBy)
    name = models.CharField(
        _("name"),
        max_length=120,
        help_text=_("As the person wants to be called; a first name will do."),
    )
    email = models.EmailField(
        _("e-mail"), help_text=_("Never shown. Messages are passed on to it.")
    )
    language = models.CharField(
        _("language of the words and of mails"), max_length=12, choices=languages
    )
    about = models.JSONField(_("what it is about"), default=list)
    spoken = models.JSONField(_("languages spoken"), default=list)
    country = models.CharField(_("country"), max_length=2)
    town = models.CharField(_("town"), max_length=80, blank=True)
    offers = models.TextField(_("what the person offers"), max_length=600)
    until = models.DateField(_("to be found until"))
    consent_on = models.DateField(
        _("consent given on"),
        null=True,
        blank=True,
        help_text=_("The day on which the person said yes to these very words."),
    )
    consent_how = models.CharField(
        _("how it was given"), max_length=10, choices=ConsentHow, blank=True
    )
    is_public = models.BooleanField(_("may be found now"), default=False)

    objects = HelperQuerySet.as_manager()

    class Meta:
        verbose_name = _("person who helps")
        verbose_name_plural = _("people who help")
        constraints = [
            models.CheckConstraint(
                condition=Q(is_public=False) | (Q(consent_on__isnull=False) & ~Q(consent_how="")),
                name="helper_public_with_consent",
            )
        ]

    def __str__(self):
        # The admin's history keeps this for ever, so it is no name.
        return self.thing.code if self.thing_id else ""

    def save(self, *args, **kwargs):
        with transaction.atomic():
            if not self.thing_id:
                self.thing = _new_thing(self.language)
            super().save(*args, **kwargs)
            if self.is_public:
                HelperConsent.objects.update_or_create(
                    thing=self.thing,
                    withdrawn_at=None,
                    defaults={"given_on": self.consent_on, "how": self.consent_how},
                )

    def clean(self):
        super().clean()
        if self.is_public and not (self.consent_on and self.consent_how):
            raise ValidationError(
                {"consent_on": _("Without a consent, with its day, nobody can be found.")}
            )
        today = timezone.localdate()
        if self.consent_on and self.consent_on > today:
            raise ValidationError({"consent_on": _("A consent was given today or before.")})
        if self.until and self.until > today + LONGEST:
            raise ValidationError({"until": _("A year at most; then the person is asked again.")})

    @transaction.atomic
    def withdraw(self) -> None:
        """Forget the person everywhere, at once; what stays is that a consent was given and ended."""
        thing, now = self.thing, timezone.now()
        Mail.objects.filter(Q(to__iexact=self.email) | Q(reply_to__iexact=self.email)).delete()
        Mail.objects.filter(body__contains=f"/r/{thing.code}/").delete()
        Message.objects.filter(thing=thing).delete()
        HelperConsent.objects.filter(thing=thing, withdrawn_at=None).update(withdrawn_at=now)
        self.delete()
        thing.withdraw()


class HelperConsent(models.Model):
    """That somebody agreed and until when: without saying who."""

    thing = models.ForeignKey("hub.Thing", on_delete=models.PROTECT, related_name="+")
    given_on = models.DateField()
    how = models.CharField(max_length=10, choices=ConsentHow)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "consent"
        verbose_name_plural = "consents"

    def __str__(self):
        return f"{self.thing_id} {self.given_on}"


def _new_thing(code: str) -> Thing:
    """A thing without a title, whose short code leads to the directory."""
    locale = Locale.objects.filter(language_code=code).first() or Locale.get_default()
    row = type("Row", (), {"translation_key": uuid4(), "locale_id": locale.pk})
    return Thing.of(row, KIND)
