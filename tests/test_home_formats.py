"""All formats at once: each says of a thing what its page says, and none says what is not public."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation
from wagtail.models import get_page_models

from hub import public_records
from hub.models import HubPage
from resources.models import KitPage, ResourcePage
from tests import formats, oai
from tests.builders import add_file, in_language, make_event, thing_of, translate
from tests.machines import ADDRESS, graph_of, open_graph, own_words, page_of, path_of

pytestmark = [pytest.mark.once, pytest.mark.usefixtures("demo")]

MODELS = [
    model for model in get_page_models() if issubclass(model, HubPage) and model != ResourcePage
]
# Half past midnight in the hub's own zone: a day that is counted in another one is wrong.
PUBLISHED_AT = datetime(2026, 3, 5, 22, 30, tzinfo=UTC)


def group_of(model) -> str:
    if issubclass(model, ResourcePage):
        return "resource"
    named = {"HomePage": "home", "EventPage": "event", "ServicePage": "service"}
    return named.get(model.__name__, "other")


def sample(model, code: str) -> HubPage:
    """A page of this type in words of its own, published at night; what can have files has two."""
    if group_of(model) == "event":
        event = make_event("Saruna pie tējas", starts="2030-03-05 23:30", place="Zaļā zāle")
        translate(event, "uk")
        page = in_language(event, code)
    else:
        page = own_words(model, code)
    model.objects.filter(pk=page.pk).update(first_published_at=PUBLISHED_AT)
    # A kit is made of others' files.
    if group_of(model) == "resource" and model != KitPage:
        for name in ("x.pdf", "x.txt"):
            add_file(page, "Kartītes", name.encode(), name)
    public_records.write([page.translation_key])
    return model.objects.get(pk=page.pk)


def own(page) -> dict:
    """What the page's own columns say."""
    group = group_of(type(page))
    said = {
        "title": page.title,
        "language": page.locale.language_code,
        "url": ADDRESS + page.get_url(),
        "permanent_url": f"{ADDRESS}/",
    }
    if group == "home":
        return said
    thing = thing_of(page)
    original = in_language(page, thing.original_locale.language_code)
    said |= {
        "code": thing.code,
        "key": str(page.translation_key),
        "permanent_url": f"{ADDRESS}/r/{thing.code}/",
        "original_title": original.title,
        "original_published_on": f"{timezone.localdate(original.first_published_at)}",
        "published": page.first_published_at.isoformat(),
        "published_on": f"{timezone.localdate(page.first_published_at)}",
    }
    if group == "event":
        said["date"] = page.starts_at.astimezone(ZoneInfo(page.time_zone)).isoformat()
    if group == "resource":
        numbers = [row.number for row in page.files.all()]
        said |= {
            "licence": page.licence,
            "licence_url": page.licence_url,
            "files": [f"{said['permanent_url']}{said['language']}/{one}" for one in numbers],
        }
    return said


def names_of(every="", **more: str) -> dict[str, set[str]]:
    """By group of page types; one that has nothing beyond `every` may be left out."""
    groups = ("resource", "event", "service", "other")
    found = {group: f"{every} {more.get(group, '')}".split() for group in groups if every}
    found |= {group: f"{every} {names}".split() for group, names in more.items()}
    return {group: set(names) for group, names in found.items()}


BRIEF = "code title language url permanent_url published"
LINE = "title language url"
# What each format must hold, by name.
HELD = {
    formats.page: names_of(
        "title language url permanent_url", resource="licence_url files", event="date"
    ),
    formats.record: names_of(BRIEF, resource="licence licence_url files", event="date"),
    formats.api: names_of(BRIEF, resource="licence licence_url files", event="date"),
    formats.json_lines: names_of(resource=f"{BRIEF} licence licence_url files"),
    formats.json_ld: names_of(LINE, resource="published_on licence_url files", event="date"),
    formats.open_graph: names_of("title url"),
    formats.oai_pmh: names_of(
        "code title language url permanent_url original_published_on",
        resource="licence_url files",
        event="date",
    ),
    formats.sitemap: names_of("language url permanent_url"),
    formats.atom: names_of(
        resource=f"key {LINE} published licence_url files", event=f"key {LINE} published"
    ),
    formats.embed_script: names_of(resource=LINE, event=LINE),
    formats.embed_frame: names_of(resource=LINE, event=LINE),
    formats.table: names_of(resource=f"{BRIEF} licence files"),
    formats.bibtex: names_of(resource="code title language permanent_url published_on licence"),
    formats.bibtex_of_all: names_of(
        resource="code title language permanent_url published_on licence"
    ),
    formats.ris: names_of(resource="code title language permanent_url published_on licence_url"),
    formats.calendar_file: names_of(event=f"key {LINE} date"),
    formats.calendar: names_of(event=f"key {LINE} date"),
    formats.hsds: names_of(service="key original_title permanent_url"),
}
# The front page is the site's, and no thing with a code.
HELD_OF_HOME = {
    formats.page: {"language", "url", "permanent_url"},
    formats.record: {"language", "url"},
    formats.api: {"language", "url"},
    formats.json_ld: {"language", "url"},
    formats.open_graph: {"title", "url"},
    formats.sitemap: {"language", "url", "permanent_url"},
}


@pytest.mark.parametrize("code", ["lv", "uk"])
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_format_says_what_the_page_says(model, code):
    page = sample(model, code)
    group = group_of(model)
    held = {one: names.get(group, set()) for one, names in HELD.items()}

    expected = own(page)

    for read, names in (HELD_OF_HOME if group == "home" else held).items():
        if names:
            said = read(page)
            assert {name: said.get(name) for name in sorted(names)} == {
                name: expected[name] for name in sorted(names)
            }, read.__name__


# --- what only one format has ---------------------------------------------------------------------

LEARNING = {"learningResourceType", "datePublished", "license"}
EVERY_PAGE = {"@type", "@id", "name", "inLanguage"}
# What each kind of page must tell search engines, by name.
TYPES = {
    "HomePage": ("WebSite", {"url", "potentialAction"}),
    "TrainingMaterialPage": ("LearningResource", LEARNING | {"encoding"}),
    "MethodGuidePage": ("LearningResource", LEARNING | {"timeRequired", "audience"}),
    "PracticeStoryPage": ("LearningResource", LEARNING),
    "KitPage": ("LearningResource", LEARNING),
    "EventPage": (
        "Event",
        {
            *("startDate", "endDate", "eventStatus", "eventAttendanceMode"),
            *("location", "offers", "organizer"),
        },
    ),
    "ServicePage": ("WebPage", {"mainEntity"}),
    "PartnerPage": ("WebPage", {"mainEntity"}),
    "CataloguePage": ("CollectionPage", set()),
    "CalendarPage": ("CollectionPage", set()),
    "CirclePage": ("CollectionPage", set()),
    "PartnersPage": ("CollectionPage", set()),
    "ShelfPage": ("CollectionPage", set()),
}
# What a page is about that is no work, and what must be told of it.
ENTITIES = {
    "ServicePage": ("Service", {"name", "areaServed", "availableChannel"}),
    "PartnerPage": ("Organization", {"name", "address"}),
}
# What Dublin Core must hold of everything, and of a resource besides.
CORE = {"title", "publisher", "date", "type", "identifier", "language"}
CORE_OF_RESOURCES = CORE | {"description", "creator", "rights"}
CORE_OF_FILES = {"format", "relation"}


@pytest.mark.parametrize("code", ["lv", "uk"])
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_search_engines_and_catalogues_are_told_what_their_formats_ask_for(client, model, code):
    page = sample(model, code)
    shown = page_of(client, page.get_url())
    with translation.override(code):
        kind_label = str(page.kind_label)
    schema_type, names = TYPES.get(model.__name__, ("WebPage", set()))

    node = graph_of(shown)[0]
    assert node["@type"] == schema_type
    assert node.keys() >= EVERY_PAGE | names
    if schema_type == "LearningResource":
        assert node["learningResourceType"] == kind_label
        assert node.get("timeRequired") == (page.minutes and f"PT{page.minutes}M")
    if model.__name__ in ENTITIES:
        entity_type, names = ENTITIES[model.__name__]
        entity = node["mainEntity"]
        assert (entity["@type"], entity["name"]) == (entity_type, page.title)
        assert entity.keys() >= names
    said = open_graph(shown)
    assert said.keys() >= {"og:title", "og:type", "og:url", "og:image"}
    assert client.get(path_of(said["og:image"])).status_code == 200

    if model.__name__ == "HomePage":
        return
    identifier = f"oai:127.0.0.1:{page.code}"
    root = oai.ask(client, verb="GetRecord", metadataPrefix="oai_dc", identifier=identifier)
    told = {one.tag.removeprefix(oai.DC) for one in root.iter() if one.tag.startswith(oai.DC)}
    assert told >= (CORE_OF_RESOURCES if schema_type == "LearningResource" else CORE)
    assert told >= CORE_OF_FILES or not page.record().get("files")
