"""The admin speaks the person's language: the main jobs' screens, compared with themselves in English."""

import re
from pathlib import Path
from zoneinfo import available_timezones

import polib
import pytest
import wagtail
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection
from wagtail.models import Collection, Page, Workflow
from wagtail.users.models import UserProfile

from events.event_date import EventDate
from events.models import EventPage
from hub.languages import KNOWN
from hub.models import Document, Thing
from partners.models import Partner
from tests.desk_work import sign_in

pytestmark = pytest.mark.browser

# Everything that is on the screen or is said to people who do not see it.
WORDS_ON_SCREEN = """
() => {
  const found = new Set();
  const add = (text) => { const t = (text || '').replace(/\\s+/g, ' ').trim(); if (t) found.add(t); };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (parent && !parent.closest(
      // Keys are named as keyboards print them.
      'script, style, template, noscript, code, kbd, [lang]:not(html), iframe,'
      // Never shown: a button of the date picker, and the counter of a panel without one.
      + ' .xdsoft_save_selected, [data-side-panel-toggle-counter]')) {
      add(walker.currentNode.data);
    }
  }
  for (const e of document.querySelectorAll('[aria-label], [title], [placeholder]')) {
    if (!e.closest('[lang]:not(html)')) {
      for (const name of ['aria-label', 'title', 'placeholder']) add(e.getAttribute(name));
    }
  }
  add(document.title);
  return [...found];
}
"""
ASCII_WORD = re.compile(r"[A-Za-z]{3,}")
# Names, codes and keys that are the same in every language.
SAME_EVERYWHERE = re.compile(r"^(Ctrl\b.*|CC .*|.*GMT[+-]\d+.*|[a-z]+|Erasmus\+|Wagtail)$")


# Words that a language has in common with English.
SHARED = {"da": {"Type", "Status", "Status:", "Online", "E-mail", "Links"}}


def english_words() -> set[str]:
    """The words that the interface is written in: those of all msgids, ours and Wagtail's."""
    found = set()
    wagtail_folder = Path(wagtail.__file__).parent
    files = [
        *(settings.BASE_DIR / "locale").rglob("lv/**/*.po"),
        *wagtail_folder.rglob("locale/en/LC_MESSAGES/*.po"),
    ]
    for file in files:
        for entry in polib.pofile(str(file)):
            found |= {word.lower() for word in ASCII_WORD.findall(entry.msgid)}
    return found


def is_english(text: str, vocabulary: set[str]) -> bool:
    """Whether all its words are words of the English interface; people's own texts have others."""
    words = [word.lower() for word in ASCII_WORD.findall(text)]
    return bool(words) and text.isascii() and all(word in vocabulary for word in words)


@pytest.fixture
def screens(server, django_db_blocker):
    """The addresses each role meets in its main job."""
    with django_db_blocker.unblock():
        shelf = {
            section: Page.objects.get(url_path=f"/home-lv/{section}/valmiera-library/").pk
            for section in ("resources", "events", "support-circle")
        }
        guide = Page.objects.get(url_path="/home-lv/resources/valmiera-library/clay-without-words/")
        code = Thing.objects.get(translation_key=guide.translation_key).code
        document = Document.objects.order_by("pk").first().pk
        cafe = EventPage.objects.get(
            url_path__endswith="/language-cafe-weekly/", alias_of=None, locale__language_code="et"
        )
        date = EventDate.objects.filter(thing=cafe.thing).latest("starts_at").pk
        connection.close()
    add = "/admin/pages/add"
    editor = [
        "/admin/",
        "/admin/pages/",
        f"/admin/pages/{shelf['resources']}/",
        f"{add}/resources/methodguidepage/{shelf['resources']}/",
        f"{add}/resources/trainingmaterialpage/{shelf['resources']}/",
        f"{add}/events/eventpage/{shelf['events']}/",
        f"{add}/circle/servicepage/{shelf['support-circle']}/",
        f"/admin/pages/{guide.pk}/edit/",
        f"/admin/pages/{guide.pk}/history/",
        f"/admin/pages/{guide.pk}/copy/",
        "/admin/documents/",
        "/admin/documents/multiple/add/",
        f"/admin/documents/edit/{document}/",
        "/admin/files/several/",
        f"/admin/files/words/?id={document}",
        "/admin/resources/import/",
        "/admin/images/",
        "/admin/images/multiple/add/",
        "/admin/circle/people/",
        "/admin/circle/people/new/",
        "/admin/account/",
        "/admin/pages/search/?q=a",
    ]
    return {
        "valmiera-author": editor,
        "valmiera-publisher": [
            "/admin/",
            f"/admin/pages/{guide.pk}/delete/",
            f"/admin/pages/{guide.pk}/unpublish/",
            f"/admin/pages/{guide.pk}/move/",
            f"/admin/desk/{code}/",
        ],
        "kardla-author": [
            "/admin/registrations/",
            f"/admin/registrations/{date}/",
            f"/admin/registrations/{date}/mail/",
            f"/admin/registrations/{date}/log/",
        ],
        "uk-translator": [
            "/admin/",
            "/admin/desk/",
            f"/admin/desk/{code}/uk/",
            "/admin/account/",
        ],
        "uk-reviewer": ["/admin/desk/", f"/admin/desk/{code}/uk/"],
    }


@pytest.fixture
def names(server, django_db_blocker):
    """What people typed: titles, names, files. No words of the interface."""
    with django_db_blocker.unblock():
        found = {one.name for one in KNOWN.values()} | available_timezones()
        found |= set(Page.objects.values_list("title", flat=True))
        found |= set(Page.objects.values_list("draft_title", flat=True))
        found |= set(Page.objects.values_list("slug", flat=True))
        found |= set(Document.objects.values_list("title", flat=True))
        found |= {document.filename for document in Document.objects.all()}
        found |= set(Collection.objects.values_list("name", flat=True))
        found |= set(Partner.objects.values_list("name", flat=True))
        found |= set(Thing.objects.values_list("code", flat=True))
        found |= set(Workflow.objects.values_list("name", flat=True))
        for user in get_user_model().objects.all():
            found |= {user.username, user.first_name, user.email, user.get_full_name()}
        connection.close()
    return {name for name in found if name}


def speak(django_db_blocker, username, code):
    with django_db_blocker.unblock():
        user = get_user_model().objects.get(username=username)
        UserProfile.objects.filter(user=user).update(preferred_language=code)
        connection.close()


def words(page, server, addresses) -> dict[str, set[str]]:
    found = {}
    for address in addresses:
        page.goto(server + address)
        # What scripts write onto the screen comes a moment after it is loaded.
        page.wait_for_timeout(250)
        found[address] = set(page.evaluate(WORDS_ON_SCREEN))
    return found


@pytest.mark.parametrize("code", ["lv", "et", "fi", "da", "uk"])
def test_no_sentence_on_the_screens_of_the_main_jobs_is_still_english(
    server, accounts, chromium, screens, names, django_db_blocker, code, english
):
    left, vocabulary = [], english_words()
    for username, addresses in screens.items():
        speak(django_db_blocker, username, code)
        context = chromium.new_context(viewport={"width": 1280, "height": 900})
        page = context.new_page()
        sign_in(page, server, accounts[username])
        for address, said in words(page, server, addresses).items():
            for text in sorted(said & english[username][address]):
                if (
                    is_english(text, vocabulary)
                    and not SAME_EVERYWHERE.match(text)
                    and text not in SHARED.get(code, ())
                    and not any(text in name for name in names)
                ):
                    left.append(f"{username} {address}: {text}")
        context.close()

    assert left == [], "\n".join(left)


@pytest.fixture(scope="module")
def english():
    return {}


@pytest.fixture(autouse=True)
def in_english(server, accounts, chromium, screens, django_db_blocker, english):
    """The same screens in English, read once."""
    if english:
        return
    for username, addresses in screens.items():
        speak(django_db_blocker, username, "en")
        context = chromium.new_context(viewport={"width": 1280, "height": 900})
        page = context.new_page()
        sign_in(page, server, accounts[username])
        english[username] = words(page, server, addresses)
        context.close()
