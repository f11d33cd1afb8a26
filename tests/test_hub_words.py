"""The interface's words: complete in every language, compiled as written."""

import gettext

import polib
import pytest
from django.core.management import CommandError, call_command

from tests.plumbing import need


@pytest.fixture
def words(tmp_path, settings):
    """A project with one Latvian word list; call it with (word, translation) pairs to fill it."""
    settings.BASE_DIR = tmp_path
    settings.LANGUAGES = [("en", "English"), ("lv", "Latviešu")]
    file = tmp_path / "locale" / "lv" / "LC_MESSAGES" / "django.po"
    file.parent.mkdir(parents=True)

    def write(*pairs, flags=()):
        listed = polib.POFile()
        listed.metadata = {"Content-Type": "text/plain; charset=UTF-8"}
        for word, translation in pairs:
            listed.append(polib.POEntry(msgid=word, msgstr=translation, flags=list(flags)))
        listed.save(str(file))
        return file

    return write


def test_every_visible_word_is_translated_into_every_language():
    need("gettext")

    call_command("compile_words", check=True)


def test_compiled_words_are_read_by_gettext(words):
    file = words(("Search", "Meklēt"))

    call_command("compile_words")

    with file.with_suffix(".mo").open("rb") as compiled:
        assert gettext.GNUTranslations(compiled).gettext("Search") == "Meklēt"


@pytest.mark.parametrize(
    ("translation", "flags"),
    [("", []), ("Meklēt %(what)s", ["fuzzy"]), ("Meklēt", []), ("Meklēt %(ko)s", [])],
    ids=["untranslated", "unsure", "gap left out", "gap renamed"],
)
def test_a_word_that_a_reader_should_not_meet_is_refused(words, translation, flags):
    words(("Search for %(what)s", translation), flags=flags)

    with pytest.raises(CommandError, match="1 words"):
        call_command("compile_words", check=True)


def test_a_word_in_a_template_without_a_translation_is_refused(words, tmp_path):
    need("gettext")
    words(("Search", "Meklēt"))
    template = tmp_path / "templates" / "page.html"
    template.parent.mkdir()
    template.write_text("{% load i18n %}{% translate 'Search' %} {% translate 'Find' %}")

    with pytest.raises(CommandError, match="1 words"):
        call_command("compile_words", check=True)
