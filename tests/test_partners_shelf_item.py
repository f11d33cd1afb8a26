"""Beginning something on a shelf."""

import pytest
from django.urls import reverse

from tests.builders import shelf
from tests.editing import an_author

pytestmark = pytest.mark.usefixtures("demo")


@pytest.mark.parametrize(
    ("partner", "code", "country", "zone"),
    [
        ("valmiera-library", "lv", "LV", "Europe/Riga"),
        ("kardla-town-library", "et", "EE", "Europe/Tallinn"),
        # Also where a partner writes on its shelf of another language.
        ("kardla-town-library", "fi", "EE", "Europe/Tallinn"),
    ],
)
@pytest.mark.parametrize(
    ("section", "app", "model"),
    [("events", "events", "eventpage"), ("support-circle", "circle", "servicepage")],
)
def test_a_new_thing_begins_in_the_country_and_by_the_clock_of_its_partner(
    partner, code, country, zone, section, app, model
):
    on = shelf(partner, code, section)

    screen = an_author(partner).get(reverse("wagtailadmin_pages:add", args=[app, model, on.pk]))

    form = screen.context["form"]
    assert form["country"].value() == country
    # Of a service nobody is asked by which clock it opens.
    shown = form["time_zone"].value() if "time_zone" in form.fields else form.instance.time_zone
    assert shown == zone
