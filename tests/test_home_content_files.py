"""The demo's committed texts and files: complete, of one build in all languages, and to be opened."""

import re
import zipfile
from collections import Counter, defaultdict
from contextlib import closing
from ctypes import POINTER, c_ushort, cast, create_string_buffer
from datetime import timedelta
from itertools import chain
from xml.etree import ElementTree

import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from django.utils import timezone

from circle.models import Need, spoken_languages
from home.content_files import CONTENT, Words, read_kind, read_words, read_yaml
from home.demo_pages import known_day
from home.file_texts import Block, read_source
from home.markdown_blocks import body
from home.odt_files import odt_bytes
from home.picture_cards import PICTURES
from hub.alphabets import ALPHABETS
from hub.file_readers import pdf_reading, text_reading
from hub.languages import LANGUAGES

pytestmark = pytest.mark.once

CODES = {language.code for language in LANGUAGES}
LATIN = set("abcdefghijklmnopqrstuvwxyz")
# Stressed words and loans of Danish: én, dér, café.
ACCENTS = {"da": "é"}
# Names that keep their letters in every language.
NAMES = """
    kopā tālāk kärdla genève sarunāšanās māksla stāstīšanas teorijā praksē personīgā plātsmaize
"""
# Latin letters in Ukrainian: names, and what is written so everywhere.
LATIN_IN_UKRAINIAN = f"""
    {NAMES} forward together un tava darba studija dare erasmus ka adu pdf docx odt pptx cc by isbn
    wcag aa javascript cookie creative commons psychological first aid guide for field workers who
    war trauma foundation world vision international piemēra iela näidise tänav esimerkkikatu
    esimerkkilä eksempelvej eksempelby john o neal roadside theater
"""


def material_files() -> list[tuple]:
    """Slug, key, language and path of every file that a material names."""
    return [
        (item.slug, row["key"], language, item.folder / "files" / name)
        for item in read_kind("materials")
        for row in item.facts["files"]
        for language, name in row["formats"].items()
    ]


FILES = material_files()
MATERIALS = read_kind("materials")
TEXTS = sorted(
    path
    for kind in ("materials", "services", "pages", "partners")
    for path in (CONTENT / kind).rglob("*.md")
)


def source_of(slug: str, key: str, language: str):
    return read_source(CONTENT / "materials" / slug / "files" / "src" / f"{key}.{language}.md")


def build(blocks: list[Block]) -> list[tuple]:
    """What a text is made of, whatever it says."""
    return [
        (
            block.kind,
            block.level,
            block.ordered,
            block.ticked,
            block.meaning,
            block.count,
            len(block.items),
            tuple(block.cards),
            [len(cells) for cells in block.rows] if not block.languages else len(block.rows),
            build(block.blocks),
        )
        for block in blocks
    ]


def words_in(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", text)


def said_in(blocks: list[Block]) -> str:
    """All that the blocks say to the eye, in one line."""
    lines = chain.from_iterable(
        [block.runs, *block.items, *chain.from_iterable(block.rows)] for block in blocks
    )
    said = " ".join("".join(run.text for run in runs) for runs in lines)
    return " ".join([said, *(said_in(block.blocks) for block in blocks if block.blocks)])


def read(path) -> str:
    """The words of a file, as the hub's own search reads them."""
    if path.suffix == ".pdf":
        return " ".join(pdf_reading.read(str(path))["pages"])
    return " ".join(text_reading.read(str(path), path.suffix)["pages"])


def language_of(document: pypdfium2.PdfDocument) -> str:
    """What the document itself names as its language."""
    letters = create_string_buffer(64)
    pdfium.FPDFCatalog_GetLanguage(document.raw, cast(letters, POINTER(c_ushort)), 64)
    return letters.raw.decode("utf-16-le").rstrip("\0")


def strange_words(text: str, language: str) -> list[str]:
    """Words with letters that the language's own words do not have."""
    own = set(ALPHABETS[language] + ACCENTS.get(language, ""))
    own |= set() if language == "uk" else LATIN
    spared = (LATIN_IN_UKRAINIAN if language == "uk" else NAMES).split()
    return sorted(
        word
        for word in words_in(text)
        if not set(word.casefold()) <= own and word.casefold() not in spared
    )


def without_addresses(text: Words) -> str:
    """Every sentence of the fields and of the body."""

    def sentences(value) -> list[str]:
        if isinstance(value, dict):
            value = list(value.values())
        if isinstance(value, list):
            return [one for part in value for one in sentences(part)]
        return [str(value)] if isinstance(value, str) else []

    said = "\n".join([*sentences(text.fields), text.body])
    return re.sub(r"\(thing:[\w-]+\)|https?://\S+|^:::.*", " ", said, flags=re.MULTILINE)


# --- files ----------------------------------------------------------------------------------------


def test_eight_materials_hold_files_of_every_kind_in_at_least_two_languages():
    endings = {path.suffix for *_names, path in FILES}
    languages = defaultdict(set)
    for slug, key, language, _path in FILES:
        languages[slug, key].add(language)

    assert len(MATERIALS) >= 8
    assert endings == {".pdf", ".docx", ".pptx", ".odt"}
    assert all(len(known) >= 2 for known in languages.values())
    assert sum(known == CODES for known in languages.values()) >= 4
    assert {item.facts["licence"] for item in MATERIALS} == {"CC-BY-4.0"}


def test_no_file_stands_in_the_folder_without_a_material_that_names_it():
    committed = {
        path for path in (CONTENT / "materials").rglob("files/*.*") if path.parent.name == "files"
    }

    assert committed == {path for *_names, path in FILES}
    assert len({path.name for path in committed}) == len(committed)
    assert all(5 < path.stat().st_size / 100 < 1000 for path in committed)


def test_a_material_is_told_in_every_language_that_it_has_files_in():
    told = {(item.slug, language) for item in MATERIALS for language in item.words}

    assert {(slug, language) for slug, _key, language, _path in FILES} <= told


@pytest.mark.parametrize(("slug", "key"), sorted({(slug, key) for slug, key, *_rest in FILES}))
def test_a_file_is_built_alike_in_all_its_languages(slug, key):
    builds = {
        language: build(source_of(slug, key, language).blocks)
        for its_slug, its_key, language, _path in FILES
        if (its_slug, its_key) == (slug, key)
    }

    first = next(iter(builds.values()))
    assert first
    assert all(built == first for built in builds.values()), builds.keys()


@pytest.mark.parametrize("names", FILES, ids=lambda names: names[-1].name)
def test_a_file_opens_and_says_what_its_text_says(names):
    slug, key, language, path = names
    source = source_of(slug, key, language)

    written = set(words_in(read(path)))

    meant = set(words_in(f"{source.title} {source.summary} {said_in(source.blocks)}"))
    assert not meant - written
    assert set(words_in(source.words["statement"])) <= written


@pytest.mark.parametrize(
    "path", [path for *_names, path in FILES if path.suffix == ".pdf"], ids=lambda path: path.name
)
def test_a_pdf_is_tagged_and_says_its_title_and_language(path):
    with closing(pypdfium2.PdfDocument(path)) as document:
        is_tagged = pdfium.FPDFCatalog_IsTagged(document.raw)
        title = document.get_metadata_value("Title")
        language = language_of(document)

    assert is_tagged
    assert title
    assert language == path.suffixes[-2][1:]


@pytest.mark.parametrize(
    "names",
    [names for names in FILES if names[-1].suffix == ".odt"],
    ids=lambda names: names[-1].name,
)
def test_an_open_text_is_made_anew_byte_for_byte(names):
    slug, key, language, path = names

    assert odt_bytes(source_of(slug, key, language)) == path.read_bytes()


@pytest.mark.parametrize(
    "path",
    [path for *_names, path in FILES if path.suffix in {".docx", ".pptx", ".odt"}],
    ids=lambda path: path.name,
)
def test_an_office_file_is_a_sound_archive_of_sound_xml(path):
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                ElementTree.fromstring(archive.read(name))  # noqa: S314 - our own files
        if path.suffix == ".odt":
            first = archive.infolist()[0]
            assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)


def test_every_picture_is_drawn_within_its_card():
    for name, drawing in PICTURES.items():
        drawn = ElementTree.fromstring(f"<g>{drawing}</g>")  # noqa: S314 - our own drawings
        assert len(drawn) >= 2, name
        assert drawing.count("|") == 1, name


# --- texts ----------------------------------------------------------------------------------------


def test_the_words_of_each_text_are_written_in_its_own_alphabet():
    texts = {path: read_words(path) for path in TEXTS if not path.match("pages/home/*")}

    strange = {
        str(path.relative_to(CONTENT)): found
        for path, text in texts.items()
        if (language := path.stem.rpartition(".")[2]) != "en"
        and (found := strange_words(without_addresses(text), language))
    }

    assert strange == {}


def test_no_field_of_a_text_is_empty():
    empty = [
        (item.kind, item.slug, language, name)
        for kind in ("materials", "services", "pages")
        for item in read_kind(kind)
        for language, words in item.words.items()
        for name, value in words.fields.items()
        if not value or (isinstance(value, dict) and not all(value.values()))
    ]

    assert empty == []


@pytest.mark.parametrize("kind", ["materials", "services", "pages"])
def test_a_page_has_the_same_blocks_in_all_its_languages(kind):
    ids = defaultdict(lambda: 1)

    for item in read_kind(kind):
        builds = {
            language: (
                sorted(words.fields),
                [
                    (block["type"], re.findall(r"<(?!i>|b>|/)\w+", str(block["value"])))
                    for block in body(item.slug, words.body, ids)
                ],
            )
            for language, words in item.words.items()
        }
        first = builds[item.source]
        assert {code for code, built in builds.items() if built != first} == set(), item.slug


def test_what_a_page_is_about_is_said_in_six_languages():
    for item in read_kind("pages"):
        assert set(item.words) == CODES, item.slug


def test_sixteen_services_are_plainly_examples_over_four_countries_and_all_needs():
    services = read_kind("services")
    spoken = {code for code, _name in spoken_languages()}
    marks = {
        "lv": "Piemērs", "et": "Näidis", "fi": "Esimerkki", "da": "Eksempel",
        "en": "Example", "uk": "Приклад",
    }  # fmt: skip

    assert len(services) >= 16
    assert {item.facts["country"] for item in services} == {"EE", "LV", "FI", "DK"}
    assert {need for item in services for need in item.facts["needs"]} == set(Need.values)
    for item in services:
        assert all(words["title"].startswith(marks[code]) for code, words in item.words.items())
        assert item.facts["email"].endswith("@example.org")
        assert re.fullmatch(r"\+\d{2,3}( 0{2,4})+ ?\d{0,4}", item.facts["phone"])
        assert {row["code"] for row in item.facts["languages"]} <= spoken


def test_services_were_checked_at_different_times_one_over_half_and_one_over_a_whole_year_ago():
    today = timezone.localdate()
    ages = [(today - known_day(item.facts["checked_on"])).days for item in read_kind("services")]

    assert len(set(ages)) == len(ages)
    assert min(ages) < 30
    assert any(190 < age < 360 for age in ages)
    assert any(age > 370 for age in ages)


def test_a_date_of_the_demo_is_as_it_stands_or_counted_from_the_loading():
    today = timezone.localdate()

    assert known_day(None) is None
    assert known_day(today) == today
    assert known_day({"days_ago": 400}) == today - timedelta(days=400)


# --- glossary, topics, audiences ------------------------------------------------------------------


def glossary() -> dict[str, dict]:
    return read_yaml(CONTENT / "glossary.yaml")


def test_the_glossary_says_eighty_terms_in_six_languages_each_with_a_note():
    terms = glossary()

    assert len(terms) >= 80
    assert [key for key, said in terms.items() if set(said) - {"note"} != CODES] == []
    assert [key for key, said in terms.items() if not said.get("note")] == []


@pytest.mark.parametrize("language", sorted(CODES))
def test_no_two_terms_of_the_glossary_say_the_same_and_none_says_what_it_forbids(language):
    said = [
        words if isinstance(words, dict) else {"text": words}
        for words in (term[language] for term in glossary().values())
    ]

    texts = Counter(words["text"].casefold() for words in said)
    assert [text for text, times in texts.items() if times > 1] == []
    assert [words for words in said if words["text"] in words.get("avoid", [])] == []
    assert (
        language == "en"
        or [strange for words in said if (strange := strange_words(words["text"], language))] == []
    )


@pytest.mark.parametrize("name", ["topics", "audiences"])
def test_topics_and_audiences_have_a_title_and_a_sentence_in_six_languages(name):
    for slug, said in read_yaml(CONTENT / f"{name}.yaml").items():
        assert set(said) == CODES, slug
        assert all(one["title"] and one["sentence"].endswith(".") for one in said.values()), slug
