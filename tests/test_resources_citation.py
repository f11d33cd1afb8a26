"""How a resource is cited: in words, and in two forms that reference managers read."""

import re
from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.utils import translation
from django.utils.html import strip_tags
from wagtail.models import PageViewRestriction

from partners.models import Partner
from partners.shelf_item import CoOwner
from resources.citation import bibtex, citation_of, ris
from resources.models import ResourcePage
from tests.builders import in_language, make_guide, thing_of, translate

pytestmark = pytest.mark.usefixtures("demo")
DAY = datetime(2026, 3, 12, 10, tzinfo=UTC)
TEX = {
    r"\textbackslash{}": "\\",
    r"\textbraceleft{}": "{",
    r"\textbraceright{}": "}",
    r"\textasciitilde{}": "~",
    r"\textasciicircum{}": "^",
}


def read_bibtex(text: str) -> tuple[str, str, dict[str, str]]:
    """Type, key and fields of one entry; values end where their braces do, as BibTeX counts them."""
    kind, key, rest = re.fullmatch(r"@(\w+)\{([^,\s]+),\n(.*)\}\n", text, re.DOTALL).groups()
    fields, place = {}, 0
    while found := re.compile(r"\s*(\w+) = \{").match(rest, place):
        depth, begin = 1, found.end()
        place = begin
        while depth:
            depth += {"{": 1, "}": -1}.get(rest[place], 0)
            place += 1
        fields[found[1]] = rest[begin : place - 1]
        place += rest[place : place + 1] == ","
    assert not rest[place:].strip()
    return kind, key, fields


def plain(tex: str) -> str:
    """What TeX would print."""
    for command, letter in TEX.items():
        tex = tex.replace(command, f"\0{ord(letter)}\0")
    tex = re.sub(r"\\([%$&#_])", r"\1", tex).replace("{", "").replace("}", "")
    return re.sub("\0(\\d+)\0", lambda found: chr(int(found[1])), tex)


def read_ris(text: str) -> list[tuple[str, str]]:
    assert text.endswith("ER  - \r\n")
    lines = text.split("\r\n")[:-1]
    return [re.fullmatch(r"([A-Z][A-Z0-9])  - (.*)", line).groups() for line in lines]


def published(page, at=DAY):
    pages = ResourcePage.objects.filter(translation_key=page.translation_key)
    pages.update(first_published_at=at, last_published_at=at)
    return ResourcePage.objects.get(pk=page.pk)


def test_both_forms_read_back_as_what_the_page_says(client):
    other = Partner.objects.exclude(slug="valmiera-library").order_by("name").first()
    guide = make_guide("Tējas vakars: 100 % & vairāk", licence="CC-BY-SA-4.0")
    CoOwner.objects.create(thing=thing_of(guide), partner=other)
    published(guide)
    code = thing_of(guide).code
    owner = Partner.objects.get(slug="valmiera-library").name

    entry = client.get(f"/r/{code}/lv.bib")
    record = client.get(f"/r/{code.lower()}/lv.ris")

    kind, key, fields = read_bibtex(entry.content.decode())
    assert (kind, key) == ("misc", f"valmiera-library-2026-{code.lower()}")
    assert fields["author"] == f"{{{owner}}} and {{{other.name}}}"
    assert plain(fields["title"]) == guide.title
    assert (fields["year"], fields["date"]) == ("2026", "2026-03-12")
    assert fields["language"] == "latvian"
    assert fields["url"] == f"{settings.HUB_ADDRESS}/r/{code}/"
    assert "CC BY-SA 4.0" in plain(fields["note"])
    tags = read_ris(record.content.decode())
    assert tags[0] == ("TY", "ELEC")
    assert [value for tag, value in tags if tag == "AU"] == [owner, other.name]
    said = dict(tags)
    assert (said["TI"], said["PY"], said["DA"]) == (guide.title, "2026", "2026/03/12")
    assert (said["UR"], said["LA"]) == (f"{settings.HUB_ADDRESS}/r/{code}/", "lv")
    assert said["C1"] == "https://creativecommons.org/licenses/by-sa/4.0/"
    assert entry["Content-Type"] == "application/x-bibtex; charset=utf-8"
    assert record["Content-Disposition"] == f'attachment; filename="{code}-lv.ris"'


@pytest.mark.parametrize(
    "title",
    [
        r"C:\users\{guide}_1 #2 ~50% of $5 & ^more",
        "Unbalanced } and { and \\",
        "Їжа — «мова» 'усіх' \"разом\"",
        "ER  - \nTY  - BOOK",
        "}, url = {http://evil.example/",
    ],
)
def test_no_title_breaks_out_of_its_field(title):
    guide = published(make_guide("Tukšs"))
    guide.title = title
    in_one_line = re.sub(r"\s+", " ", title)

    citation = citation_of(guide)

    _kind, _key, fields = read_bibtex(bibtex(citation))
    assert plain(fields["title"]) == in_one_line
    assert fields["url"] == citation.address
    tags = read_ris(ris(citation))
    assert dict(tags)["TI"] == in_one_line
    assert [tag for tag, _value in tags].count("TY") == 1


def test_a_page_says_how_to_cite_it_in_the_readers_language(client):
    guide = published(make_guide("Tējas vakars"))
    owner = Partner.objects.get(slug="valmiera-library").name
    code = thing_of(guide).code

    page = client.get(f"/en/cite/{code}/")

    assert page.context["citation"].text == (
        f"{owner} (2026). Tējas vakars. Version of 12 March 2026. Licence: CC BY 4.0."
        f" {settings.HUB_ADDRESS}/r/{code}/"
    )
    text = page.content.decode()
    words = " ".join(strip_tags(text).split())
    assert page.context["citation"].text in words
    assert f'href="/en/cite/{code}/"' in client.get(page.context["about"].url).content.decode()
    assert f'href="/lv/cite/{code}/"' in text
    assert f'href="/r/{code}/en.txt"' in text
    assert f'href="/r/{code}/en.bib"' in text
    assert f'href="/r/{code}/en.ris"' in text


def test_the_citation_in_words_can_be_copied_from_its_address(client):
    guide = published(make_guide("Tējas vakars"))

    answer = client.get(f"/r/{thing_of(guide).code}/en.txt")

    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["Content-Disposition"].startswith("inline")
    with translation.override("en"):
        assert answer.content.decode() == citation_of(in_language(guide, "en")).text + "\n"


def test_an_adaptation_names_what_it_grew_from_also_after_that_is_gone(client):
    source = make_guide("Pirmais")
    thing = thing_of(source)
    guide = make_guide("Otrais", adapted_from=thing)
    said = f"Adapted from “Pirmais”, {settings.HUB_ADDRESS}/r/{thing.code}/."
    address = f"/r/{thing_of(guide).code}/en.bib"
    assert said in plain(read_bibtex(client.get(address).content.decode())[2]["note"])

    source.delete()

    assert said in plain(read_bibtex(client.get(address).content.decode())[2]["note"])


def test_a_translation_is_cited_by_its_own_title(client):
    guide = make_guide()
    translate(guide, "uk")
    code = thing_of(guide).code

    said = dict(read_ris(client.get(f"/r/{code}/uk.ris").content.decode()))

    assert (said["TI"], said["LA"]) == (in_language(guide, "uk").title, "uk")
    assert dict(read_ris(client.get(f"/r/{code}/fi.ris").content.decode()))["LA"] == "lv"


def test_nothing_is_said_of_what_is_private_unknown_or_no_resource(client):
    guide = make_guide()
    code = thing_of(guide).code
    draft = thing_of(make_guide("Melnraksts", publish=False)).code
    event = "event", "service", "partner"
    others = type(thing_of(guide)).objects.filter(kind__in=event).values_list("code", flat=True)
    PageViewRestriction.objects.create(
        page=guide.page_ptr, restriction_type=PageViewRestriction.LOGIN
    )

    for path in (
        f"/r/{code}/lv.bib",
        f"/r/{code}/uk.ris",
        f"/r/{draft}/lv.bib",
        f"/r/{others[0]}/lv.bib",
        "/r/ZZZZZZ/lv.bib",
        f"/lv/cite/{code}/",
        f"/lv/cite/{draft}/",
        f"/lv/cite/{others[0]}/",
        "/lv/cite/ZZZZZZ/",
        f"/r/{code}/zz.bib",
    ):
        assert client.get(path).status_code == 404, path
    assert client.post(f"/r/{code}/lv.bib").status_code == 405


def test_what_was_withdrawn_says_so(client):
    guide = make_guide()
    code = thing_of(guide).code

    guide.delete()

    assert client.get(f"/r/{code}/lv.bib").status_code == 410
    assert client.get(f"/lv/cite/{code}/").status_code == 410
