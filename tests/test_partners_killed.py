"""A partner is made whole or not at all, whatever happens meanwhile; and the next try succeeds."""

from contextlib import closing

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import connection
from wagtail.models import Collection, GroupPagePermission, Page

from hub.languages import LANGUAGES
from partners.models import Partner, ShelfPage
from tests.builders import new_partner
from tests.database_copy import a_copy
from tests.plumbing import run_killed

# The command, in a process that takes its own life.
COMMAND = """
from django.core.management import call_command

from hub.page_tree import tree_problems

with connection.execute_wrapper(count):
    call_command("make_partner", "cesu-biblioteka", name="Cesu", country="LV", language="lv")
assert not any(tree_problems())
"""

LEFTOVERS = {
    "rows": "SELECT count(*) FROM partners_partner WHERE slug = 'cesu-biblioteka'",
    "pages": "SELECT count(*) FROM wagtailcore_page WHERE slug = 'cesu-biblioteka'",
    "groups": "SELECT count(*) FROM auth_group WHERE name LIKE 'Cesu%'",
    "collections": "SELECT count(*) FROM wagtailcore_collection WHERE name LIKE 'Cesu%'",
    "things": "SELECT count(*) FROM hub_thing",
    "found by readers": "SELECT count(*) FROM hub_searchplace AS place JOIN hub_searchentry AS entry"
    " ON entry.id = place.entry_id WHERE title LIKE 'Cesu%'",
}
WHOLE = {"rows": 1, "pages": 24, "groups": 2, "collections": 2}


@pytest.fixture
def site(loaded_demo, django_db_blocker, tmp_path):
    """A copy of the demo's database, which other processes may write to: (its URL, a way to ask)."""
    with django_db_blocker.unblock():
        connection.close()
        with a_copy(tmp_path) as (url, connect):

            def ask() -> dict[str, int]:
                found = {}
                with closing(connect()) as other, closing(other.cursor()) as cursor:
                    for name, question in LEFTOVERS.items():
                        cursor.execute(question)
                        found[name] = cursor.fetchone()[0]
                return found

            yield url, ask


def make(url: str, moment: str) -> int:
    """Run the command, killed at `moment`; how it ended."""
    return run_killed(COMMAND, url, moment).returncode


@pytest.mark.usefixtures("demo")
def test_what_an_earlier_try_lacks_is_completed():
    partner = new_partner()
    lost = ShelfPage.objects.filter(partner=partner, url_path__contains="/events/")
    lost.get(locale__language_code="lv").delete()
    GroupPagePermission.objects.filter(group=partner.authors).delete()
    assert not lost.exists()

    new_partner()

    assert lost.count() == len(LANGUAGES)
    assert GroupPagePermission.objects.filter(group=partner.authors).exists()


@pytest.mark.usefixtures("demo")
def test_an_error_in_the_middle_leaves_nothing():
    section = Page.objects.get(slug="support-circle", locale__language_code="lv")
    Page.objects.filter(pk=section.pk).update(slug="elsewhere")

    with pytest.raises(ValidationError):
        new_partner()

    assert not Partner.objects.filter(slug="cesu-biblioteka").exists()
    assert not Page.objects.filter(slug="cesu-biblioteka").exists()
    assert not Group.objects.filter(name__startswith="Cēsu").exists()
    assert not Collection.objects.filter(name__startswith="Cēsu").exists()


def test_killed_at_any_moment_it_leaves_nothing_or_the_whole_partner(site):
    url, ask = site
    before = ask()
    assert before["rows"] == before["pages"] == before["groups"] == 0

    for moment in ("15", "700", "1700"):
        assert make(url, moment) == -9
        assert ask() == before

    # Killed when it is saved: what readers find follows with the next try.
    assert make(url, "saved") == -9
    saved = ask()
    assert saved.items() >= WHOLE.items()
    assert saved["found by readers"] == before["found by readers"]

    assert make(url, "never") == 0
    after = ask()
    assert after.items() >= WHOLE.items()
    assert after["things"] == before["things"] + 4
    assert after["found by readers"] == before["found by readers"] + 24
