"""Links that lead nowhere are found, told to who can mend them, and nobody is harmed by the looking."""

import socket
import time
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from hub import link_checking
from hub.link_checking import check_due, look_at, may_be_asked
from hub.link_finding import gather_all, links_of
from hub.models import Document, LinkCheck, LinkReason
from tests.builders import (
    in_language,
    make_guide,
    make_reviewer,
    shelf,
    thing_of,
    translate,
)
from tests.editing import a_publisher, an_author, signed_in
from tests.websites import website

pytestmark = pytest.mark.usefixtures("demo")


@pytest.fixture
def site(settings):
    """A website on this machine, which the hub may ask for once."""
    settings.HUB_LINKS_MAY_LEAD_HOME = True
    with website() as served:
        yield served


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(link_checking, "ANSWER_SECONDS", 0.6)


def guide_with(*hrefs: str, title="Saites", **more):
    """A published guide whose text holds these links: addresses, or attributes such as 'linktype=…'."""
    links = "".join(f"<p><a {_attribute(href)}>vārdi {n}</a></p>" for n, href in enumerate(hrefs))
    return make_guide(title, body=[("text", links)], **more)


def _attribute(href: str) -> str:
    return href if "linktype" in href else f'href="{href}"'


def broken(page) -> dict[str, str]:
    rows = LinkCheck.objects.filter(page=page.pk, is_broken=True)
    return dict(rows.values_list("url", "reason"))


def days_later(number: int):
    return timezone.now() + timedelta(days=number)


# --- asking other sites -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("200", ""),
        ("204", ""),
        ("404", LinkReason.NOT_FOUND),
        ("410", LinkReason.NOT_FOUND),
        ("500", LinkReason.SERVER_ERROR),
        ("503", LinkReason.SERVER_ERROR),
        ("401", ""),
        ("403", ""),
        ("429", ""),
        ("no-head", ""),
        ("head-lies", ""),
        ("moved", ""),
        ("to-nowhere", ""),
        ("ring", LinkReason.RING),
        ("stairs", LinkReason.RING),
        ("endless", ""),
        ("rubbish", LinkReason.NO_ANSWER),
        ("hang-up", LinkReason.NO_ANSWER),
        ("to?ftp://example.org/", LinkReason.BAD_ADDRESS),
        ("to?http://[/", LinkReason.BAD_ADDRESS),
        ("to?javascript:alert(1)", LinkReason.BAD_ADDRESS),
        ("%D0%BF%20%D0%B0?q=%22", ""),
        ("пошук?q=слово та слово", ""),
    ],
)
def test_what_a_site_answers_decides(site, path, reason):
    assert look_at(f"{site.address}/{path}") == reason


@pytest.mark.parametrize("path", ["hang", "drip"])
def test_a_site_that_never_ends_its_answer_is_left_in_time(site, quick, path):
    began = time.monotonic()

    assert look_at(f"{site.address}/{path}") == LinkReason.TOO_SLOW
    assert time.monotonic() - began < 3


def test_the_hub_says_who_it_is_and_asks_for_no_more_than_it_needs(site, settings):
    look_at(f"{site.address}/200")

    assert site.asked == {("HEAD", "/200"): 1}
    assert all(settings.HUB_ADDRESS in name for name in site.agents)


def test_a_name_that_is_none_and_a_door_nobody_opens(site):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        closed = probe.getsockname()[1]

        assert look_at(f"http://127.0.0.1:{closed}/") == LinkReason.NO_ANSWER
    assert look_at("http://no-such-site.invalid/") == LinkReason.NO_NAME


@pytest.mark.parametrize(
    "url",
    ["http://", "http:///x", "http://[", "https://a..b/", "http://x:0/", "http://x:99999/", "x"],
)
def test_an_address_that_is_none_is_a_reason_not_a_failure(url):
    assert look_at(url) == LinkReason.BAD_ADDRESS


# --- never into our own house -----------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.9.9.9", "10.0.0.1", "172.16.5.4", "192.168.1.1"),
        "0.0.0.0",  # noqa: S104  nothing is bound to it
        *("169.254.169.254", "100.64.0.1", "198.18.0.1", "224.0.0.1", "240.0.0.1"),
        *("255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1"),
        *("2002:7f00:1::", "2001:0:1::1", "fec0::1"),
    ],
)
def test_private_addresses_are_never_asked(address):
    assert not may_be_asked(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "64:ff9b::5db8:d822"])
def test_addresses_of_the_world_are(address):
    assert may_be_asked(address)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "127.1", "[::1]", "[::ffff:7f00:1]"]
)
def test_no_way_of_writing_this_machine_leads_to_it(site, settings, host):
    settings.HUB_LINKS_MAY_LEAD_HOME = False

    reason = look_at(f"http://{host}:{site.server_port}/200")

    assert reason in (LinkReason.PRIVATE, LinkReason.NO_NAME)
    assert not site.asked


def test_a_site_outside_cannot_send_us_inside(site, monkeypatch):
    """The first hop is let through as if it were outside; the second is looked up again."""
    outside = {"127.0.0.1"}
    monkeypatch.setattr(link_checking, "may_be_asked", lambda address: address in outside)

    reason = look_at(f"{site.address}/to?http://127.0.0.2:{site.server_port}/200")

    assert reason == LinkReason.PRIVATE
    assert ("HEAD", "/200") not in site.asked


def test_a_name_that_changes_its_mind_changes_nothing(site, monkeypatch):
    """What was looked up is what is connected to: there is no second look-up to be lied to by."""
    looked_up = []
    real = socket.getaddrinfo

    def once(host, port, *more, **named):
        looked_up.append(host)
        return real("127.0.0.1", port, *more, **named)

    monkeypatch.setattr(link_checking.socket, "getaddrinfo", once)

    assert look_at(f"http://rebinding.example:{site.server_port}/200") == ""
    assert looked_up.count("rebinding.example") == 1
    assert set(looked_up) <= {"rebinding.example", "127.0.0.1"}


# --- finding ----------------------------------------------------------------------------------


def test_every_link_of_a_page_is_found_once_with_its_words():
    guide = guide_with(
        "https://a.example/x?y=1&amp;z=2", "mailto:a@b.example", "#top", "/lv/about/"
    )
    steps = [
        {"title": "A", "minutes": 1, "text": '<p><a href="https://b.example">B</a></p>', "note": ""}
    ]
    guide.steps = [("step", steps[0]), ("step", {**steps[0], "title": "B"})]

    found = {link.url: (link.is_external, link.words) for link in links_of(guide)}

    assert found == {
        "https://a.example/x?y=1&z=2": (True, "vārdi 0"),
        "/lv/about/": (False, "vārdi 3"),
        "https://b.example": (True, "B"),
    }


def test_links_within_the_hub_are_broken_at_once_and_say_why(media):
    gone, hidden = make_guide("Dzēsts"), make_guide("Paslēpts")
    gone_id, code = gone.pk, thing_of(gone).code
    withdrawn = f"/r/{code}/"
    gone.delete()
    hidden.unpublish()
    good = make_guide("Labs")
    page = guide_with(
        f'linktype="page" id="{gone_id}"',
        f'linktype="page" id="{hidden.pk}"',
        f'linktype="page" id="{good.pk}"',
        'linktype="document" id="999999"',
        withdrawn,
        f"/r/{thing_of(good).code}/",
        "/r/ZZZZZZ/",
        "/lv/resources/nothing-here/",
        "/lv/resources/?kind=guide",
        "/lv/search/?q=a",
        "/documents/999999/x.pdf",
        "www.example.org",
        "/nothing",
    )

    gather_all()

    assert broken(page) == {
        f"page:{gone_id}": "page-gone",
        f"page:{hidden.pk}": "page-hidden",
        "document:999999": "document-gone",
        withdrawn: "code-withdrawn",
        "/r/ZZZZZZ/": "not-here",
        "/lv/resources/nothing-here/": "not-here",
        "/documents/999999/x.pdf": "document-gone",
        "www.example.org": "bad-address",
        "/nothing": "not-here",
    }


def test_an_old_address_that_leads_on_is_no_broken_link():
    moved = make_guide("Vecā adrese")
    old = moved.get_url()
    moved.slug = "jauna-adrese"
    moved.save_revision().publish()
    page = guide_with(old)

    gather_all()

    assert broken(page) == {}


def test_a_page_that_links_to_itself_and_odd_hrefs_break_nothing():
    page = guide_with(
        'linktype="page" id=""', 'linktype="page" id="x"', "//", "/%00", "http://[x", "/r//"
    )

    gather_all()
    LinkCheck.objects.exclude(page=page.pk).delete()
    check_due()

    assert "http://[x" in broken(page)


def test_mirrors_have_no_rows_of_their_own_and_translations_have():
    page = guide_with("/nothing")
    translate(page, "uk")

    gather_all()

    rows = LinkCheck.objects.filter(page__translation_key=page.translation_key)
    languages = set(rows.values_list("page__locale__language_code", flat=True))
    assert languages == {"lv", "uk"}


def test_what_is_mended_and_published_is_gone_at_once():
    page = guide_with("/nothing")
    gather_all()
    assert broken(page)

    page.body = [("text", '<p><a href="/lv/about/">šo</a></p>')]
    page.save_revision().publish()

    assert broken(page) == {}


def test_an_unpublished_page_troubles_nobody_with_its_links():
    page = guide_with("/nothing", "https://a.example/")
    gather_all()

    page.unpublish()
    gather_all()

    assert not LinkCheck.objects.filter(page=page.pk).exists()


def test_looking_through_costs_the_same_with_three_pages_as_with_nine():
    def cost():
        with CaptureQueriesContext(connection) as queries:
            gather_all()
        return len(queries)

    for number in range(3):
        guide_with("/nothing", f"https://a.example/{number}", title=f"Saites {number}")
    gather_all()
    few = cost()
    for number in range(3, 9):
        guide_with("/nothing", f"https://a.example/{number}", title=f"Saites {number}")
    gather_all()

    assert cost() == few


# --- remembering ------------------------------------------------------------------------------


def test_another_site_may_be_away_for_a_day(site):
    page = guide_with(f"{site.address}/404")
    LinkCheck.objects.all().delete()
    gather_all()
    LinkCheck.objects.exclude(page=page.pk).delete()
    now = timezone.now()

    assert check_due(now) == 1
    assert (broken(page), check_due(now + timedelta(minutes=5))) == ({}, 0)
    assert check_due(now + timedelta(days=1)) == 1

    assert list(broken(page).values()) == ["not-found"]
    assert check_due(now + timedelta(days=2)) == 0


def test_a_hub_without_a_network_blames_nobody(site):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        silent = f"http://127.0.0.2:{probe.getsockname()[1]}/"
    page = guide_with("http://no-such-site.invalid/", silent)
    gather_all()
    LinkCheck.objects.exclude(page=page.pk).delete()
    now = timezone.now()

    looked_at = [check_due(now + timedelta(days=number)) for number in range(3)]

    assert looked_at == [2, 2, 2]
    assert broken(page) == {}
    assert not LinkCheck.objects.exclude(first_failed_on=None).exists()


def test_a_site_that_is_gone_is_told_from_a_hub_without_a_network(site):
    page = guide_with("http://no-such-site.invalid/", f"{site.address}/200")
    gather_all()
    LinkCheck.objects.exclude(page=page.pk).delete()
    now = timezone.now()
    check_due(now)

    LinkCheck.objects.update(checked_at=None)
    check_due(now + timedelta(days=1))

    assert broken(page) == {"http://no-such-site.invalid/": "no-name"}


def test_a_site_that_came_back_is_forgiven(site):
    page = guide_with(f"{site.address}/200")
    gather_all()
    LinkCheck.objects.exclude(page=page.pk).delete()
    rows = LinkCheck.objects.filter(page=page.pk)
    rows.update(is_broken=True, reason="not-found", first_failed_on="2026-01-01", checked_at=None)

    check_due()

    row = rows.get()
    assert (row.is_broken, row.reason, row.first_failed_on) == (False, "", None)


def test_each_link_is_looked_at_once_a_week_wherever_it_stands(site):
    for number in range(3):
        guide_with(f"{site.address}/200", title=f"Saites {number}")
    gather_all()
    LinkCheck.objects.exclude(url__startswith=site.address).delete()

    numbers = [check_due(days_later(day)) for day in (0, 1, 6, 8)]

    assert numbers == [1, 0, 0, 1]
    assert site.asked == {("HEAD", "/200"): 2}


def test_one_site_is_asked_once_a_run_and_a_run_has_an_end(site, monkeypatch):
    monkeypatch.setattr(link_checking, "MOST_A_RUN", 3)
    guide_with(*(f"{site.address}/200?{number}" for number in range(5)))
    hosts = [f"http://127.0.0.{number}:{site.server_port}/404" for number in range(2, 8)]
    guide_with(*hosts, title="Citas")
    gather_all()
    LinkCheck.objects.exclude(url__startswith="http://127.").delete()

    assert check_due() == 3
    assert sum(number for (_method, path), number in site.asked.items() if "200" in path) <= 1


# --- who is told ------------------------------------------------------------------------------


def panel(client) -> str:
    html = client.get("/admin/").content.decode()
    return html.split('id="panel-links"')[1].split("</section>")[0] if "panel-links" in html else ""


def test_broken_links_are_shown_to_who_may_change_the_page_with_the_reason():
    page = guide_with("/nothing")
    gather_all()

    ours = panel(an_author())
    assert reverse("wagtailadmin_pages:edit", args=[page.pk]) in ours
    assert "There is nothing at this address of the hub." in ours
    assert "vārdi 0 (/nothing)" in ours
    assert page.title not in panel(an_author("kardla-town-library"))


def test_a_link_in_a_translation_is_its_translators_affair_unless_the_original_has_it_too():
    page = guide_with("/nothing")
    translate(page, "uk")
    there = in_language(page, "uk")
    gather_all()
    LinkCheck.objects.create(
        page_id=there.pk, url="/nirgends", is_external=False, is_broken=True, reason="not-here"
    )

    theirs = panel(signed_in(make_reviewer("uk")))

    assert theirs.count("hub-row__title") == 1
    assert reverse("translation_work", args=[thing_of(page).code, "uk"]) in theirs
    assert "/nirgends" in theirs
    assert "/nirgends" not in panel(an_author())
    assert panel(signed_in(make_reviewer("fi"))).count("hub-row__title") == 0


def test_looking_again_is_only_for_who_may_mend_it(site):
    page = guide_with(f"{site.address}/200")
    gather_all()
    row = LinkCheck.objects.get(page=page.pk)
    LinkCheck.objects.filter(pk=row.pk).update(
        is_broken=True, reason="not-found", checked_at=timezone.now()
    )
    again = reverse("home_link_again", args=[row.pk])
    ours, theirs = a_publisher(), an_author("kardla-town-library")

    assert theirs.post(again).status_code == 404
    assert ours.get(again).status_code == 405
    row.refresh_from_db()
    assert row.checked_at is not None

    assert ours.post(again).status_code == 302
    check_due()

    assert panel(ours).count("hub-row__title") == 0
    assert ours.post(again).status_code == 404


def test_an_internal_link_that_works_again_goes_at_the_click():
    hidden = make_guide("Paslēpts")
    page = guide_with(f'linktype="page" id="{hidden.pk}"')
    Page.objects.filter(translation_key=hidden.translation_key).update(live=False)
    gather_all()
    row = LinkCheck.objects.get(page=page.pk, is_broken=True)
    Page.objects.filter(translation_key=hidden.translation_key).update(live=True)

    an_author().post(reverse("home_link_again", args=[row.pk]))

    assert broken(page) == {}


def test_the_panel_costs_the_same_with_two_broken_links_as_with_nine():
    client = a_publisher()

    def cost():
        client.get("/admin/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/admin/")
        return len(queries)

    guide_with("/nothing", "/nichts")
    gather_all()
    few = cost()
    guide_with(*(f"/nothing-{number}" for number in range(7)), title="Vairāk")
    gather_all()

    assert cost() == few


def test_a_document_that_is_there_is_no_broken_link(media):
    document = Document.objects.create(
        title="Lapa",
        file=ContentFile(b"%PDF-1.4\n", "lapa.pdf"),
        collection=shelf().partner.collection,
    )
    number, address = document.pk, document.url
    page = guide_with(f'linktype="document" id="{number}"', address)

    gather_all()
    before = broken(page)
    document.delete()
    gather_all()

    assert before == {}
    assert broken(page) == {f"document:{number}": "document-gone", address: "document-gone"}
