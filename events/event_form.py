"""The editor of an event: its hours are those of the clock at its place, wherever the editor sits."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.widgets import AdminDateTimeInput

from partners.shelf_item import ShelfItemForm

from .series import at_place, rule_days
from .two_clocks import city

HOURS = ("starts_at", "ends_at", "registration_opens_at", "registration_closes_at", "kept_until")


class PlaceTimeField(forms.DateTimeField):
    """What the clock on the wall shows, a datetime without a zone; the form knows the zone."""

    widget = AdminDateTimeInput

    def prepare_value(self, value):
        return value

    def to_python(self, value):
        if value in self.empty_values or isinstance(value, datetime):
            return value or None
        return forms.Field.to_python(self, self._read(value))

    def _read(self, value):
        # DateTimeField would take it for an hour of the server's or the editor's own clock.
        for form in self.input_formats:
            try:
                return self.strptime(value.strip(), form)
            except (ValueError, TypeError):
                continue
        raise forms.ValidationError(self.error_messages["invalid"], code="invalid")


class EventPageForm(ShelfItemForm):
    """Hours by the clock of the place; audiences in the language in which the author writes."""

    starts_at = PlaceTimeField(
        label=gettext_lazy("starts at"),
        help_text=gettext_lazy(
            "By the clock of the place. An hour that comes twice, when summer time ends, is the first."
        ),
    )
    ends_at = PlaceTimeField(label=gettext_lazy("ends at"))
    registration_opens_at = PlaceTimeField(label=gettext_lazy("registration opens"), required=False)
    registration_closes_at = PlaceTimeField(
        label=gettext_lazy("registration closes"), required=False
    )
    kept_until = PlaceTimeField(
        label=gettext_lazy("seats are kept until"),
        required=False,
        help_text=gettext_lazy("From then on kept seats are for everybody."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        words = self.fields["audiences"].queryset.filter(locale=self.instance.locale_id)
        self.fields["audiences"].queryset = words.order_by("title")
        zone = ZoneInfo(self.instance.time_zone)
        for name in HOURS:
            if moment := getattr(self.instance, name):
                self.initial[name] = moment.astimezone(zone).replace(tzinfo=None, fold=0)

    def clean(self):
        cleaned = super().clean()
        try:
            zone = ZoneInfo(cleaned.get("time_zone", ""))
        except (ZoneInfoNotFoundError, ValueError):
            return cleaned  # the field says so itself
        for name in HOURS:
            if cleaned.get(name):
                cleaned[name] = self._moment(name, cleaned[name], zone)
        return cleaned

    def _moment(self, name: str, shown: datetime, zone: ZoneInfo) -> datetime:
        """What the clock of the place shows, as a moment in UTC."""
        before = getattr(self.instance, name)
        if before and not {name, "time_zone"} & set(self.changed_data):
            # The second of two equal hours stays the second.
            return before
        moment = at_place(shown, zone)
        if moment.replace(tzinfo=None) != shown:
            self.add_error(
                name,
                _(
                    "There is no %(time)s on %(day)s in %(city)s: the clocks leap over it. Choose another time."
                )
                % {
                    "time": date_format(shown, "TIME_FORMAT"),
                    "day": date_format(shown, "DATE_FORMAT"),
                    "city": city(zone.key),
                },
            )
        return moment.astimezone(UTC)

    def is_valid(self):
        return super().is_valid() and self._changes_fit()

    def _changes_fit(self) -> bool:
        """Whether what differs is about days that the series has, each once."""
        page, rows = self.instance, self.formsets.get("changes")
        rows = [row for row in rows.forms if row.has_changed() or row.instance.pk] if rows else []
        rows = [row for row in rows if not row.cleaned_data.get("DELETE")]
        days = (
            rule_days(page.repeats, page.repeats_every, page.when.starts.date(), page.repeats_until)
            if page.is_series
            else []
        )
        seen = set()
        for row in rows:
            day = row.cleaned_data.get("day")
            if day and (day not in days or day in seen):
                row.add_error("day", _("This is not a day of the series, or it stands here twice."))
            seen.add(day)
        return not any(row.errors for row in rows)
