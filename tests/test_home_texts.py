"""The demo's texts as a careful reader meets them: whole, in one language, and alike in all."""

import re
from collections import Counter, defaultdict
from itertools import combinations

import pytest

from home.content_files import CONTENT, KINDS, Item, read_item, read_kind, read_yaml
from home.markdown_blocks import body, rich_text

pytestmark = pytest.mark.once

# Every language writes its quotations in its own way; these are the marks it may use.
QUOTES = {"lv": "„“", "et": "„“", "fi": "”", "da": "»«", "en": "“”", "uk": "«»"}
# Small words that nearly every paragraph of a language has, and the others hardly ever.
SMALL_WORDS = {
    "lv": "un ir kas ar par nav vai tas katrs jūs lai bet",
    "et": "ja ei on kui mis kes see igaüks siis või ning teie",
    "fi": "ja ei on jos mitä joka se jokainen sitten tai älä niin",
    "da": "og ikke er hvis hvad som det alle så eller jeg kan",
    "en": "and not is if what who the everyone then or you can",
    "uk": "і не є якщо що хто це кожен потім або ви та",
}
# Names that stand in the texts because the project, or a work that a method comes from, bears
# them. Beginnings are enough: most of our languages bend names.
NAMES = (
    "Abigail Housen",
    "Abigeila Housen",
    "Active Listening",
    "Building Communities",
    "Carl Rogers",
    "Development Agency",
    "Doing What",
    "Džona Krecmen",
    "Džona Maknait",
    "Džons O’Nīls",
    "Ethnographic Open-Air",
    "Filips Jenevains",
    "Inside Out",
    "John O’Neal",
    "Junebug Productions",
    "Karla Rodžers",
    "Kärdla Linnaraamatukogu",
    "Kärdla Town",
    "Latvian Ethnographic",
    "Latvian National",
    "Latvijas Etnogrāfisk",
    "Latvijas Nacionāl",
    "Maailma Terviseorganisatsioon",
    "National Museum",
    "Pasaules Veselīb",
    "Philip Yenawine",
    "Punaisen Puolikuun",
    "Punaisen Ristin",
    "Richard Farson",
    "Ričarda Fārson",
    "Roadside Theater",
    "Thinking Strategies",
    "Trauma Foundation",
    "United States",
    "Valmiera Development",
    "Valmieras Attīstīb",
    "Vision International",
    "Visual Thinking",
    "War Trauma",
    "What Matters",
    "World Health",
    "World Vision",
    "Абіґейл Гаузен",
    "Джон О’Ніл",
    "Карла Роджерс",
    "Річарда Фарсон",
    "Старою Ригою",
    "Філіп Єневайн",
)
# The programme's own name for the project is the same in every language.
THE_PROJECT = "Erasmus+ KA210-ADU"
EMPTY_ON_PURPOSE = {"programme", "changes", "language_notes"}
# Words that the glossary keeps away from people, and that mean something harmless beside that.
HARMLESS = {"et": {"võõras"}, "da": {"fremmed", "oversætter"}, "en": {"minor", "alien"}}

# Latvian, Estonian and Ukrainian address readers and guests politely, here and at the desk; Finnish
# says sinä and Danish du to everybody.
INTIMATE = {
    "lv": r"\b(?:tu|tevi|tev|tavs|tava|tavu|tavā)\b",
    "et": r"\b(?:sina|sinu|sind|sulle|sinul|sinult)\b",
    "uk": r"\b(?:ти|тебе|тобі|тобою|твій|твоя|твою|твоє)\b",
}
# The name of the co-creation workshop, as its makers say it.
WORKSHOP = re.compile(r"[„«](?:Tav|Тво)[^“»]*[“»]|\(Sinu[^)]*\)", re.IGNORECASE)

PARTNERS = [
    read_item(CONTENT / "partners" / slug, "partners", source=facts["language"])
    for slug, facts in read_yaml(CONTENT / "partners.yaml").items()
]
THINGS = [item for kind in KINDS for item in read_kind(kind)]
GUIDES = [item for item in THINGS if item.kind == "guides"]
STORIES = [item for item in THINGS if item.kind == "stories"]
ALL = [*read_kind("pages"), *PARTNERS, *THINGS]
SLUGS = {item.slug for item in ALL}
IDS = defaultdict(int)

THING_LINK = re.compile(r"\]\(thing:([\w-]+)\)")
TAG = re.compile(r"</?\w+|thing:[\w-]+")
SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+|\s*\|\s*")
WORD = re.compile(r"[^\W\d_][\w’'-]*")
PAIR = re.compile(r"(?<![\w’-])(?=([^\W\d_][\w’-]+) ([^\W\d_][\w’-]+))")

each_thing = pytest.mark.parametrize("item", ALL, ids=lambda item: f"{item.kind}/{item.slug}")
each_guide = pytest.mark.parametrize("item", GUIDES, ids=lambda item: item.slug)


def texts(value, place: str = "") -> list[tuple[str, str]]:
    """All texts inside a value, with the place where each stands."""
    if isinstance(value, str):
        return [(place, value)]
    if isinstance(value, dict):
        rows = value.items()
    elif isinstance(value, list):
        rows = enumerate(value, start=1)
    else:
        return []
    return [found for name, inner in rows for found in texts(inner, f"{place}/{name}")]


def all_texts(item: Item, code: str) -> list[str]:
    """Every text of an item in a language, its body last."""
    words = item.words[code]
    return [text for _place, text in texts(words.fields)] + [words.body]


def whole_text(item: Item, code: str) -> str:
    return "\n".join(all_texts(item, code))


def shape(value):
    """What a translation must keep: names of fields, numbers of rows, paragraphs, links."""
    if isinstance(value, dict):
        return {name: shape(inner) for name, inner in value.items() if name != "id"}
    if isinstance(value, list):
        return [shape(inner) for inner in value]
    return TAG.findall(value) if isinstance(value, str) else value


def shape_of(item: Item, code: str):
    words = item.words[code]
    fields = {
        name: [rich_text(text, IDS) for _place, text in texts(value, name)]
        if isinstance(value, str)
        else _marked_up(value)
        for name, value in words.fields.items()
    }
    linked = [THING_LINK.findall(text) for text in all_texts(item, code)]
    return shape(fields), shape(body(item.slug, words.body, IDS)), linked


def _marked_up(value):
    if isinstance(value, dict):
        return {name: _marked_up(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_marked_up(inner) for inner in value]
    return rich_text(value, IDS) if isinstance(value, str) else value


def sentences(item: Item, code: str) -> set[str]:
    """Sentences of five words and more."""
    found = set()
    for text in all_texts(item, code):
        for sentence in SENTENCE.split(re.sub(r"\]\([^)]*\)|[*#\[]", "", text)):
            if len(WORD.findall(sentence)) >= 5 and THE_PROJECT not in sentence:
                found.add(re.sub(r"^[^\w]+|[^\w]+$", "", sentence).casefold())
    return found


def empty_places(value, place: str = "") -> list[str]:
    """Where a value says nothing."""
    if isinstance(value, dict):
        rows = [(name, inner) for name, inner in value.items() if name not in EMPTY_ON_PURPOSE]
    elif isinstance(value, list):
        rows = list(enumerate(value, start=1))
    else:
        return [place] if value is None or (isinstance(value, str) and not value.strip()) else []
    if not value:
        return [place]
    return [found for name, inner in rows for found in empty_places(inner, f"{place}/{name}")]


@each_thing
def test_no_field_of_a_text_is_left_empty(item):
    empty = {code: empty_places(words.fields) for code, words in item.words.items()}

    assert {code: places for code, places in empty.items() if places} == {}


@pytest.mark.parametrize("item", [*GUIDES, *STORIES], ids=lambda item: item.slug)
def test_a_guide_and_a_story_have_a_body_in_their_source_and_two_languages_more(item):
    bodies = {code for code, words in item.words.items() if len(words.body) > 500}

    assert item.source in bodies
    assert bodies == set(item.words)
    assert len(bodies) >= 3


@each_guide
def test_a_guide_has_all_that_a_facilitator_needs(item):
    needed = ["aim", "room", "steps", "goes_wrong", "care_participants", "care_helper", "debrief"]

    for words in item.words.values():
        assert [name for name in needed if not words.get(name)] == []
        assert all(step["title"] and step["text"] and step["note"] for step in words["steps"])
        assert all(case["what"] and case["then"] for case in words["goes_wrong"])
        assert "112" in words["care_participants"] or "112" in str(words["steps"])


@each_guide
def test_the_minutes_of_a_guides_steps_add_up(item):
    facts = item.facts

    assert sum(facts["step_minutes"]) == facts["minutes"]
    assert min(facts["step_minutes"]) > 0
    assert {len(words["steps"]) for words in item.words.values()} == {len(facts["step_minutes"])}
    assert facts["group_from"] <= facts["group_to"]


@pytest.mark.parametrize("code", sorted(QUOTES))
def test_the_minutes_of_a_kits_plan_add_up(code):
    kit = next(item for item in THINGS if item.slug == "forty-five-minutes")

    minutes = re.findall(r"^\| (\d+) \|", kit.words[code].body, re.MULTILINE)

    assert sum(map(int, minutes)) == kit.facts["minutes"]
    assert str(kit.facts["minutes"]) in kit.words[code]["title"]


@each_thing
def test_nothing_is_filler(item):
    filler = re.compile(r"lorem|ipsum|\bTODO\b|\bTBD\b|\bXXX\b|\?\?\?", re.IGNORECASE)

    for code in item.words:
        assert filler.findall(whole_text(item, code)) == []


@each_thing
def test_the_languages_of_a_thing_have_the_same_structure(item):
    source = shape_of(item, item.source)

    assert [code for code in item.words if shape_of(item, code) != source] == []


@each_thing
def test_every_link_leads_to_a_thing_that_is_there(item):
    for code in item.words:
        assert set(THING_LINK.findall(whole_text(item, code))) - SLUGS == set()

    named = [*item.facts.get("materials", []), *item.facts.get("members", [])]
    named += [item.facts["adapted_from"]] if "adapted_from" in item.facts else []
    assert set(named) - SLUGS == set()


@each_thing
def test_no_sentence_stands_untranslated_in_two_languages(item):
    said = {code: sentences(item, code) for code in item.words}

    same = {(one, two): said[one] & said[two] for one, two in combinations(said, 2)}

    assert {pair: found for pair, found in same.items() if found} == {}


@each_thing
def test_each_text_is_in_the_language_it_claims(item):
    for code in item.words:
        words = Counter(word.casefold() for word in WORD.findall(whole_text(item, code)))
        if words.total() < 60:
            continue
        score = {
            language: sum(words[word] for word in small.split())
            for language, small in SMALL_WORDS.items()
        }
        assert score[code] == max(score.values()), score
        assert score[code] > 0


@each_thing
def test_each_language_keeps_its_own_marks(item):
    others = set("\"„“”«»'`")

    for code in item.words:
        text = whole_text(item, code)
        wrong = {mark for mark in others - set(QUOTES[code]) if mark in text}
        assert wrong == set(), code
        assert re.findall(r".{20}(?:\.\.\.|\w - \w).{0,20}", text) == [], code


@pytest.mark.parametrize("item", [*GUIDES, *STORIES], ids=lambda item: item.slug)
def test_nobody_is_named_whom_the_sources_do_not_name(item):
    for code in item.words:
        strange = [
            f"{first} {second}"
            for text in all_texts(item, code)
            for first, second in PAIR.findall(text)
            if first.istitle() and second.istitle() and not _is_known(first, second, code)
        ]
        assert strange == [], code


def _is_known(first: str, second: str, code: str) -> bool:
    return f"{first} {second}".startswith(NAMES) or first.casefold() in _lower_case_words(code)


def _lower_case_words(code: str) -> set[str]:
    """Words that the language also writes small: such a one begins a sentence, not a name."""
    if code not in _COMMON:
        _COMMON[code] = {
            word
            for item in ALL
            if code in item.words
            for word in WORD.findall(whole_text(item, code))
            if word.islower()
        }
    return _COMMON[code]


_COMMON: dict[str, set[str]] = {}


@each_thing
def test_each_language_keeps_one_form_of_address(item):
    for code, pattern in INTIMATE.items():
        text = WORKSHOP.sub("", whole_text(item, code)) if code in item.words else ""
        assert re.findall(rf".{{0,20}}{pattern}", text, re.IGNORECASE) == [], code


@each_thing
def test_no_address_or_number_in_a_text_could_be_a_real_persons(item):
    for code in item.words:
        text = whole_text(item, code)
        mails = re.findall(r"[\w.+-]+@[\w.-]+", text)
        assert [mail for mail in mails if not mail.endswith("example.org")] == []
        known = re.sub(r"ISBN [\d -]+|(19|20)\d\d[–-](19|20)\d\d", "", text)
        assert re.findall(r"\+?\d[\d –-]{7,}\d", known) == []


@pytest.mark.parametrize("item", [*GUIDES, *STORIES], ids=lambda item: item.slug)
def test_words_that_the_glossary_avoids_are_avoided(item):
    for code in item.words:
        text = re.sub(r"\(thing:[\w-]+\)", "", whole_text(item, code)).casefold()
        found = [word for word in _avoided(code) if re.search(rf"\b{re.escape(word)}\b", text)]
        assert found == [], code


def _avoided(code: str) -> set[str]:
    terms = read_yaml(CONTENT / "glossary.yaml").values()
    said = [term[code] for term in terms if isinstance(term.get(code), dict)]
    words = {
        word.casefold() for word in (avoided for one in said for avoided in one.get("avoid", []))
    }
    return words - HARMLESS.get(code, set())


def test_two_guides_at_least_tell_how_a_method_went_elsewhere():
    owners = {item.slug: item.facts["partner"] for item in GUIDES}
    adapted = [item for item in GUIDES if "adapted_from" in item.facts]

    assert len(adapted) >= 2
    for item in adapted:
        assert owners[item.facts["adapted_from"]] != item.facts["partner"]


def test_every_work_that_a_guide_names_stands_in_the_sources():
    sources = (CONTENT.parent.parent / "docs" / "sources.md").read_text(encoding="utf-8")

    assert [item.slug for item in GUIDES if f"`{item.slug}`" not in sources] == []
    named = {work for item in GUIDES for work in _works(item)}
    assert len(named) >= 6
    assert [work for work in named if work.casefold() not in sources.casefold()] == []


def _works(item: Item) -> list[str]:
    """Titles of works in the English words of a guide: quoted, and each of several words."""
    titles = re.findall(r"“([A-Z][^”.?!,]+)”", item.words["en"].body)
    return [title for title in titles if sum(word.istitle() for word in title.split()) >= 2]
