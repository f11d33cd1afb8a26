"""Materials are found from the event, and the event from them."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import PageViewRestriction

from events import due
from events.models import EventMaterial, EventPage
from hub.models import Thing
from tests.builders import in_language, make_event, make_guide, make_kit, thing_of, translate

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]


def with_materials(event, *pages, programme=()):
    event = EventPage.objects.get(pk=event.pk)
    event.materials = [EventMaterial(thing=thing_of(page)) for page in pages]
    event.programme = list(programme)
    event.save_revision().publish()
    return event


def body(page, code="lv") -> str:
    return Client().get(in_language(page, code).url).content.decode()


def events_named(page) -> int:
    return body(page, "en").count("<dt>Event</dt>")


def queries_of(page) -> int:
    Client().get(page.url)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        Client().get(page.url)
    return len(asked)


def test_a_resource_says_which_events_it_comes_from_in_every_language():
    guide, other = make_guide("Tējas vakars"), make_guide("Cits vakars", slug="cits")
    event = make_event("Stāstu vakars")
    assert events_named(guide) == 0

    with_materials(
        event, guide, programme=[("session", {"title": "Aplis", "materials": [thing_of(other)]})]
    )
    translate(event, "uk")

    for page in (guide, other):
        shown = body(page, "en")
        assert events_named(page) == 1
        assert f'<a href="{in_language(event, "en").url}">Stāstu vakars</a>' in shown
        assert f'href="{in_language(event, "uk").url}">Щ Stāstu vakars<' in body(page, "uk")
    assert f'href="/r/{thing_of(guide).code}/"' in body(event)


def test_events_cost_no_question_more_however_many_they_are():
    guide = make_guide("Tējas vakars")
    before = queries_of(guide)

    one = with_materials(make_event("Pirmais"), guide)
    with_one = queries_of(guide)
    for number in range(6):
        with_materials(make_event(f"Vakars {number}", slug=f"vakars-{number}"), guide)

    assert before == with_one == queries_of(guide)
    assert events_named(guide) == 5
    assert one.live


def test_an_event_that_is_taken_off_closed_or_changed_is_not_named_any_more():
    guide = make_guide("Tējas vakars")
    off, closed, changed = (
        with_materials(make_event(title, slug=title.lower()), guide)
        for title in ("Viens", "Divi", "Tris")
    )
    assert events_named(guide) == 3

    EventPage.objects.get(pk=off.pk).unpublish()
    PageViewRestriction.objects.create(page=closed, restriction_type="login")
    with_materials(changed)

    assert events_named(guide) == 0


def test_a_kit_says_it_too_and_what_grew_out_of_a_resource_stays_in_its_place():
    guide = make_guide("Tējas vakars")
    kit = make_kit("Komplekts", [guide])
    make_guide("Cits vakars", slug="cits", adapted_from=thing_of(guide))

    with_materials(make_event("Stāstu vakars"), guide, kit)

    assert (events_named(guide), events_named(kit)) == (1, 1)
    assert "Cits vakars" in body(guide, "en")


def test_ties_that_went_astray_are_mended_at_night():
    guide = make_guide("Tējas vakars")
    with_materials(make_event("Viens"), guide)
    Thing.belongs_to.through.objects.all().delete()

    due.mend_calendar()

    assert events_named(guide) == 1
    assert due.mend_calendar() == 0
