"""Search engines, feed readers and harvesters read what the page says, and nothing that is not public."""

from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from lxml import etree
from PIL import Image
from wagtail.models import PageViewRestriction

from home.bulk import Bulk
from hub.models import Picture, PublicRecord
from tests import oai
from tests.builders import (
    add_file,
    in_language,
    make_event,
    make_guide,
    thing_of,
    translate,
)
from tests.machines import (
    ADDRESS,
    ATOM,
    LANG,
    alternates,
    atom_schema,
    canonical,
    entries_of,
    feed_of,
    graph_of,
    live_urls,
    open_graph,
    page_of,
    path_of,
    sitemap_of,
    sitemaps_of,
    whole_sitemap,
)

LANGUAGES = ("en", "lv", "et", "fi", "da", "uk")

# --- mirrors --------------------------------------------------------------------------------------


def test_no_list_tells_a_mirror_as_if_it_were_a_translation(demo, client):
    guide, event = make_guide("Tikai latviski"), make_event("Arī tikai latviski")
    mirrors = {page.get_url() for page in live_urls().values() if page.is_mirror}
    assert in_language(guide, "uk").get_url() in mirrors

    assert {path_of(one) for one in whole_sitemap(client)}.isdisjoint(mirrors)
    for page in (guide, event):
        root = oai.ask(
            client,
            verb="GetRecord",
            metadataPrefix="oai_dc",
            identifier=f"oai:127.0.0.1:{thing_of(page).code}",
        )
        assert oai.values(root, "language") == [(None, "lv")]
        assert oai.values(root, "title") == [("lv", page.title)]
        there = in_language(page, "uk")
        shown = page_of(client, there.get_url())
        assert graph_of(shown)[0]["inLanguage"] == "lv"
        assert graph_of(shown)[0]["@id"] == canonical(shown) == ADDRESS + page.get_url()
        assert alternates(shown) == {}
        feed = "events" if page is event else "resources"
        entry = entries_of(feed_of(client, f"/uk/feeds/{feed}.atom"))[str(page.translation_key)]
        assert entry.find(f"{ATOM}title").get(LANG) == "lv"
        (link,) = entry.iterfind(f"{ATOM}link[@rel='alternate']")
        assert (link.get("href"), link.get("hreflang")) == (ADDRESS + page.get_url(), "lv")


# --- structured data ------------------------------------------------------------------------------


def test_nothing_in_a_title_ends_the_script_it_stands_in(demo, client):
    title = "</script><script>alert(1)</script><!-- & \" ' \u2028 x"
    guide = make_guide(title, slug="ar-zimem")

    response = client.get(guide.get_url())
    shown = page_of(client, guide.get_url())

    assert graph_of(shown)[0]["name"] == title
    assert "<script>alert" not in response.content.decode()
    assert open_graph(shown)["og:title"] == title


def test_a_translation_names_its_work_and_the_work_its_translations(demo, client):
    guide = make_guide("Tējas vakars")
    translate(guide, "uk")
    there = in_language(guide, "uk")

    here = graph_of(page_of(client, guide.get_url()))[0]
    translated = graph_of(page_of(client, there.get_url()))[0]

    assert here["workTranslation"] == [{"@id": translated["@id"]}]
    assert translated["translationOfWork"] == {"@id": here["@id"]}
    assert "translationOfWork" not in here


def test_an_adaptation_names_what_it_grew_from_while_that_is_public(demo, client):
    source = make_guide("Pirmais")
    grown = make_guide("Otrais", slug="otrais", adapted_from=thing_of(source))

    assert graph_of(page_of(client, grown.get_url()))[0]["isBasedOn"] == ADDRESS + source.get_url()

    source.unpublish()
    assert "isBasedOn" not in graph_of(page_of(client, grown.get_url()))[0]


def test_an_event_says_whether_and_how_it_takes_place(demo, client):
    event = make_event(mode="hybrid", is_cancelled=True)
    series = make_event(
        "Katru nedēļu", slug="nedela", repeats="weekly", repeats_until="2027-06-01", mode="online"
    )

    one = graph_of(page_of(client, event.get_url()))[0]
    many = graph_of(page_of(client, series.get_url()))[0]

    assert one["eventStatus"] == "https://schema.org/EventCancelled"
    assert one["eventAttendanceMode"] == "https://schema.org/MixedEventAttendanceMode"
    assert [place["@type"] for place in one["location"]] == ["Place", "VirtualLocation"]
    assert one["organizer"]["name"] == "Valmieras bibliotēka"
    assert one["startDate"].startswith("2027-03-03T17:30")
    assert many["superEvent"]["eventSchedule"] == {
        "@type": "Schedule",
        "repeatFrequency": "P1W",
        "startDate": "2027-03-03",
        "endDate": "2027-06-01",
        "scheduleTimezone": "Europe/Riga",
    }


def test_the_way_to_a_page_and_the_search_are_told(demo, client):
    guide = make_guide()
    _node, crumbs = graph_of(page_of(client, guide.get_url()))
    home = graph_of(page_of(client, "/uk/"))[0]

    steps = crumbs["itemListElement"]
    assert [one["position"] for one in steps] == [1, 2]
    assert [client.get(path_of(one["item"])).status_code for one in steps] == [200, 200]
    action = home["potentialAction"]
    assert action["target"] == f"{ADDRESS}/uk/search/?q={{search_term_string}}"


# --- the picture ----------------------------------------------------------------------------------


def opened(response) -> Image.Image:
    assert response.headers["Content-Type"] == "image/jpeg"
    assert response.headers["Cache-Control"] == "public, max-age=86400"
    return Image.open(BytesIO(response.content))


def test_a_link_to_a_page_shows_its_picture_or_its_rings(demo, client):
    guide = make_guide()
    address = f"/r/{thing_of(guide).code}/cover.jpg"
    rings = client.get(address)
    assert opened(rings).size == (1200, 630)
    again = client.get(address, headers={"if-none-match": rings.headers["ETag"]})
    assert again.status_code == 304

    file = BytesIO()
    Image.new("RGB", (1600, 900), "#aa2200").save(file, "PNG")
    picture = Picture.objects.create(title="x", file=ContentFile(file.getvalue(), name="x.png"))
    guide.listing_picture = picture
    guide.save_revision().publish()

    photo = opened(client.get(address))
    assert photo.size == (1200, 630)
    red, green, blue = photo.getpixel((600, 300))
    assert (red > 150, green < 60, blue < 30) == (True, True, True)


def test_what_is_not_public_shows_no_picture(demo, client):
    draft, gone = make_guide(publish=False), make_guide("Cits")
    code = thing_of(gone).code
    gone.delete()

    assert client.get(f"/r/{thing_of(draft).code}/cover.jpg").status_code == 404
    assert client.get(f"/r/{code}/cover.jpg").status_code == 410


# --- feeds ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "feed"),
    [
        ("/lv/", ["/lv/feeds/resources.atom", "/lv/feeds/events.atom"]),
        ("/uk/resources/?kind=guide&page=2&sort=title", ["/uk/feeds/resources.atom?kind=guide"]),
        ("/lv/events/?mode=online&view=month", ["/lv/feeds/events.atom?mode=online"]),
        (
            "/lv/resources/valmiera-library/",
            ["/lv/feeds/resources.atom?partner=valmiera-library"],
        ),
        ("/lv/events/valmiera-library/", ["/lv/feeds/events.atom?partner=valmiera-library"]),
    ],
)
def test_a_list_leads_feed_readers_to_its_feed_with_its_filters(demo, client, url, feed):
    links = page_of(client, url).xpath("//link[@type='application/atom+xml']")

    assert [one.get("href") for one in links] == feed
    for address in feed:
        feed_of(client, address)


def test_a_feed_takes_the_filters_of_its_page(demo, client):
    guide, other = make_guide("Īss", minutes=20), make_guide("Garš", minutes=200)
    online, onsite = make_event("Tīklā", mode="online"), make_event("Klātienē")

    found = entries_of(feed_of(client, "/lv/feeds/resources.atom?minutes=30&kind=guide"))
    assert str(guide.translation_key) in found
    assert str(other.translation_key) not in found
    found = entries_of(feed_of(client, "/lv/feeds/events.atom?mode=online"))
    assert str(online.translation_key) in found
    assert str(onsite.translation_key) not in found
    assert len(entries_of(feed_of(client, "/lv/feeds/resources.atom?minutes=qq"))) > 2


def test_an_entry_keeps_its_id_and_says_when_it_changed(demo, client):
    guide = make_guide()
    key = str(guide.translation_key)
    PublicRecord.objects.filter(thing=thing_of(guide)).update(datestamp="2026-01-01T00:00:00Z")

    guide.title, guide.slug = "Cits nosaukums", "cita-adrese"
    guide.save_revision().publish()

    entry = entries_of(feed_of(client, "/lv/feeds/resources.atom"))[key]
    assert entry.findtext(f"{ATOM}title") == "Cits nosaukums"
    assert entry.findtext(f"{ATOM}updated") > "2026-01-01T00:00:00Z"


def test_a_reader_that_asks_again_is_told_that_nothing_is_new(demo, client):
    first = client.get("/lv/feeds/events.atom")
    again = client.get("/lv/feeds/events.atom", headers={"if-none-match": first.headers["ETag"]})
    assert again.status_code == 304
    assert again.headers["ETag"] == first.headers["ETag"]

    make_event()
    later = client.get("/lv/feeds/events.atom", headers={"if-none-match": first.headers["ETag"]})
    assert later.status_code == 200


def test_a_title_with_anything_in_it_makes_a_sound_feed(demo, client):
    guide = make_guide("Tēja & </title> \x0b“kūka”")

    entry = entries_of(feed_of(client, "/lv/feeds/resources.atom"))[str(guide.translation_key)]

    assert entry.findtext(f"{ATOM}title") == "Tēja & </title> “kūka”"


@pytest.mark.parametrize(
    ("sound", "broken"),
    [
        ("<updated>20", "<updated>on 20"),
        ("<id>urn", "<id>urn:x</id><id>urn"),
        (' href="', ' address="'),
        ("<name>", "<nickname/><name>"),
        ("</entry>", "<colour/></entry>"),
    ],
)
def test_a_feed_that_breaks_the_standard_is_noticed(demo, client, sound, broken):
    make_guide()
    text = client.get("/lv/feeds/resources.atom").content.decode()
    assert sound in text

    assert not atom_schema().validate(etree.fromstring(text.replace(sound, broken, 1).encode()))


def test_lists_for_machines_cost_the_same_queries_however_many_things_there_are(demo, client):
    urls = ["/lv/feeds/resources.atom", "/lv/feeds/events.atom", "/lv/sitemap.xml", "/sitemap.xml"]

    def costs() -> list[int]:
        found = []
        for url in urls:
            client.get(url)
            with CaptureQueriesContext(connection) as seen:
                assert client.get(url).status_code == 200
            found.append(len(seen))
        return found

    few = costs()
    Bulk(seed=5).run(resources=12, events=6, services=3)

    assert costs() == few
    assert max(few) <= 8


# --- sitemaps -------------------------------------------------------------------------------------


def test_each_language_has_its_sitemap_and_robots_are_told(demo, client):
    assert sitemaps_of(client) == [f"/{code}/sitemap.xml" for code in LANGUAGES]
    assert f"Sitemap: {ADDRESS}/sitemap.xml" in client.get("/robots.txt").content.decode()
    for code in LANGUAGES:
        found = sitemap_of(client, f"/{code}/sitemap.xml")
        assert f"{ADDRESS}/{code}/" in found
        assert all(path_of(one).startswith(f"/{code}/") for one in found)
    assert client.get("/lv/sitemap-2.xml").status_code == 404


def test_every_address_answers_and_every_language_names_the_others_back(demo, client):
    found = whole_sitemap(client)
    own = {url for url, page in live_urls().items() if not page.is_mirror}

    assert {path_of(one) for one in found} == own
    for address, (languages, _changed) in found.items():
        shown = page_of(client, path_of(address))
        assert canonical(shown) == address
        assert alternates(shown) == languages
        for code, other in languages.items():
            if code != "x-default":
                assert found[other][0] == languages, other


def test_a_sitemap_says_when_the_content_last_changed(demo, client):
    guide = make_guide()
    PublicRecord.objects.filter(thing=thing_of(guide)).update(datestamp="2026-01-01T00:00:00Z")
    address = ADDRESS + guide.get_url()
    assert sitemap_of(client, "/lv/sitemap.xml")[address][1] == "2026-01-01T00:00:00Z"

    file = add_file(guide, "Kartītes", b"x")
    file.document.file = ContentFile(b"y", name="y.txt")
    file.document.save()

    assert sitemap_of(client, "/lv/sitemap.xml")[address][1] > "2026-01-01T00:00:00Z"


def test_what_is_closed_leaves_the_sitemap(demo, client):
    guide = make_guide()
    address = ADDRESS + guide.get_url()
    assert address in whole_sitemap(client)

    PageViewRestriction.objects.create(page=guide, restriction_type="login")

    assert address not in whole_sitemap(client)


def test_every_public_page_has_one_canonical_address(demo, client):
    for url, page in live_urls().items():
        shown = page_of(client, f"{url}?page=1&utm_source=x")
        assert canonical(shown) == ADDRESS + page.canonical_url
