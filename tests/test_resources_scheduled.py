"""A resource whose hour comes is published by the worker with all that belongs to it; so it goes."""

import os
import signal
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from home.management.commands import work
from hub import search
from hub.models import SearchPlace
from partners.review import ensure_workflow
from resources.models import CatalogueRow, GuidePdf, MethodGuidePage
from tests.builders import counterparts, make_guide, thing_of, translate
from tests.editing import a_publisher, an_author, guide_form
from tests.plumbing import need

HOUR, LOCAL = timedelta(hours=1), "%Y-%m-%d %H:%M"

pytestmark = pytest.mark.usefixtures("demo")


@pytest.fixture
def later(monkeypatch):
    """Let the worker take one turn, at so many hours from now, and stop."""
    now, keep_house = timezone.now, work.keep_house

    def once():
        os.kill(os.getpid(), signal.SIGTERM)
        # What is under way may go on for a while; a machine may be slow.
        return keep_house()

    def later(hours: float):
        with monkeypatch.context() as then:
            then.setattr(timezone, "now", lambda: now() + hours * HOUR)
            then.setattr(work, "keep_house", once)
            then.setattr(work, "GRACE_SECONDS", 60)
            then.setattr(work, "close_old_connections", lambda: None)
            work.Command().handle()

    return later


def at(hours: float) -> str:
    """As one writes it into the editor."""
    return timezone.localtime(timezone.now() + hours * HOUR).strftime(LOCAL)


def planned(client, guide, **hours) -> MethodGuidePage:
    """Have a guide go live or come off in so many hours, as the editor does."""
    times = {name: at(number) for name, number in hours.items()}
    form = guide_form(guide.title, slug=guide.slug, **times) | {"action-publish": "1"}
    assert client.post(f"/admin/pages/{guide.pk}/edit/", form).status_code == 302
    return MethodGuidePage.objects.get(pk=guide.pk)


def found(guide) -> dict[str, int]:
    """How many pages, places in the search and rows of the catalogue the public has of it."""
    key = guide.translation_key
    return {
        "pages": MethodGuidePage.objects.filter(translation_key=key, live=True).count(),
        "search": SearchPlace.objects.filter(page__translation_key=key).count(),
        "catalogue": CatalogueRow.objects.filter(translation_key=key).count(),
    }


def titles(typed: str, code="uk") -> list[str]:
    return [hit.title for hit in search.find(typed, code).hits]


NOTHING, EVERYTHING = (
    dict.fromkeys(("pages", "search", "catalogue"), 0),
    dict.fromkeys(("pages", "search", "catalogue"), 6),
)


def test_before_its_hour_nobody_finds_it_and_then_it_is_there_in_all_languages(later):
    guide = planned(a_publisher(), make_guide("Samovārs", publish=False), go_live_at=2)

    later(1)
    assert found(guide) == NOTHING
    assert Client().get(f"/r/{thing_of(guide).code}/").status_code == 404

    later(3)
    assert found(guide) == EVERYTHING
    assert len(counterparts(guide)) == 5
    assert titles("samovāri") == ["Samovārs"]
    assert Client().get(f"/r/{thing_of(guide).code}/", follow=True).status_code == 200
    assert Client().get("/uk/resources/?q=Samovārs").context["total"] == 1


def test_what_a_publisher_approved_waits_for_the_hour_that_its_author_set(later):
    ensure_workflow()
    guide = make_guide("Samovārs", publish=False)
    author, publisher = an_author(), a_publisher()
    form = guide_form(guide.title, go_live_at=at(2)) | {"action-submit": "1"}
    assert author.post(f"/admin/pages/{guide.pk}/edit/", form).status_code == 302
    task = MethodGuidePage.objects.get(pk=guide.pk).current_workflow_task_state
    decided = reverse("wagtailadmin_pages:workflow_action", args=[guide.pk, "approve", task.pk])
    assert publisher.post(decided, {"comment": ""}).status_code == 302

    later(1)
    assert found(guide) == NOTHING

    later(3)
    assert found(guide) == EVERYTHING


def test_newer_words_of_a_live_guide_wait_for_their_hour_everywhere(later):
    guide = make_guide("Samovārs")
    guide.title = "Vijolnīca"
    planned(a_publisher(), guide, go_live_at=2)

    later(1)
    assert titles("samovāri") == ["Samovārs"]

    later(3)
    assert titles("samovāri") == []
    assert titles("vijolnīcas") == ["Vijolnīca"]


def test_at_the_end_of_its_time_it_goes_from_everywhere_and_comes_back_when_published(later):
    guide = planned(a_publisher(), make_guide("Samovārs"), expire_at=2)
    addresses = [page.get_url() for page in (guide, *counterparts(guide))]
    code = thing_of(guide).code

    later(1)
    assert found(guide) == EVERYTHING

    later(3)
    assert found(guide) == NOTHING
    assert titles("samovāri") == []
    # Not withdrawn: a tombstone is for what was deleted.
    assert {Client().get(address).status_code for address in addresses} == {404}
    assert Client().get(f"/r/{code}/").status_code == 404
    assert Client().get(f"/r/{code}/lv.pdf").status_code == 404
    assert Client().get(f"/r/{code}/lv.zip").status_code == 404

    planned(a_publisher(language="lv"), guide)
    assert found(guide) == EVERYTHING


def test_what_has_expired_and_is_then_deleted_leaves_a_tombstone(later):
    guide = planned(a_publisher(), make_guide("Samovārs"), expire_at=2)
    code = thing_of(guide).code
    later(3)

    MethodGuidePage.objects.get(pk=guide.pk).delete()

    assert Client().get(f"/r/{code}/").status_code == 410


def words_of(guide) -> set[str]:
    """The languages in whose own words the public has it."""
    live = MethodGuidePage.objects.filter(translation_key=guide.translation_key, live=True)
    return {page.words_language for page in live}


def test_translations_go_and_come_back_with_their_original(later):
    guide = planned(a_publisher(), make_guide("Samovārs"), expire_at=2)
    translate(guide, "uk")

    later(3)
    assert found(guide) == NOTHING

    planned(a_publisher(language="lv"), guide)
    assert found(guide) == EVERYTHING
    assert words_of(guide) == {"lv", "uk"}
    assert "Щ Samovārs" in titles("samovāri")


def test_an_end_that_is_put_off_is_put_off_for_translations_too_as_is_one_set_late(later):
    put_off = planned(a_publisher(), make_guide("Samovārs"), expire_at=2)
    set_late = make_guide("Vijolnīca")
    for guide in (put_off, set_late):
        translate(guide, "uk")
    publisher = a_publisher(language="lv")
    planned(publisher, put_off, expire_at=9)
    planned(publisher, set_late, expire_at=2)

    later(3)

    assert words_of(put_off) == {"lv", "uk"}
    assert words_of(set_late) == set()


@pytest.mark.pdf
def test_it_is_on_paper_from_its_hour_on_and_no_more_after_its_time(later, settings, tmp_path):
    need("pango")
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.HUB_PAPER_AFTER_PUBLISHING = True
    guide = planned(a_publisher(), make_guide("Samovārs", publish=False), go_live_at=2, expire_at=5)
    address = f"/r/{thing_of(guide).code}/lv.pdf"
    assert Client().get(address).status_code == 404

    later(3)
    made = GuidePdf.objects.get(thing=thing_of(guide))
    assert default_storage.exists(made.file.name)
    assert Client().get(address).status_code == 200

    later(6)
    assert Client().get(address).status_code == 404
