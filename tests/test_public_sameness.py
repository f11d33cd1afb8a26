"""Nothing a reader sees depends on who they are, so every anonymous page may be kept as bytes."""

import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from django.test import Client
from wagtail.models import Page

from hub.frame import address_of
from hub.models import HubPage, Thing
from tests.builders import make_user

LOADED = {
    ("script", "src"),
    ("link", "href"),
    ("img", "src"),
    ("img", "srcset"),
    ("source", "src"),
    ("source", "srcset"),
    ("video", "src"),
    ("video", "poster"),
    ("audio", "src"),
    ("track", "src"),
    ("iframe", "src"),
    ("object", "data"),
    ("embed", "src"),
    ("use", "href"),
    ("image", "href"),
}
# A link element that only names an address, and loads nothing.
NAMING = {"canonical", "alternate"}
PHONE = {
    "user-agent": "Mozilla/5.0 (Android 10; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0",
    "accept-language": "uk,en;q=0.5",
    "cookie": "anything=1; django_language=fi",
}
DESK = {
    "user-agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36",
    "accept-language": "da",
    "sec-fetch-site": "cross-site",
    "referer": "https://example.org/",
}
OTHERS = [
    "/uk/resources/?kind=guide",
    "/uk/events/?view=month",
    "/uk/events/?past=1",
    "/uk/events/?day=2026-12-02",
    "/uk/events/calendar.ics",
    "/uk/support-circle/?language=uk",
    "/uk/search/",
    "/uk/search/?q=клас",
    "/uk/open-data/",
    "/uk/on-your-website/",
    "/uk/on-your-website/?way=frame",
    "/uk/nothing-here/",
    "/robots.txt",
]


@pytest.fixture
def addresses(demo) -> list[str]:
    """Of each page type one in its own words and one mirror, in Ukrainian; lists and misses."""
    found = {}
    for page in Page.objects.filter(url_path__startswith="/home-uk/", live=True).specific():
        if isinstance(page, HubPage):
            found.setdefault((type(page), page.section, page.is_mirror), address_of(page.url_path))
    code = Thing.objects.filter(kind="guide").first().code
    return [*found.values(), *OTHERS, f"/uk/cite/{code}/", f"/r/{code}/uk.ris"]


def get(address: str, client=None, **headers):
    return (client or Client()).get(address, headers=headers)


def test_two_browsers_and_a_signed_in_administrator_get_the_same_bytes(addresses):
    signed_in = Client()
    signed_in.force_login(make_user("chief", is_superuser=True))

    for address in addresses:
        phone = get(address, **PHONE)
        assert get(address, **DESK).content == phone.content, address
        assert get(address, signed_in, **DESK).content == phone.content, address


def test_no_cookie_is_set_and_no_answer_depends_on_one(addresses):
    for address in addresses:
        response = get(address, **PHONE)

        assert not response.cookies, address
        assert "Set-Cookie" not in response.headers, address
        assert "cookie" not in response.headers.get("Vary", "").lower(), address
        if address.startswith("/uk/"):
            assert "accept-language" not in response.headers.get("Vary", "").lower(), address
        assert b"csrf" not in response.content.lower(), address


def test_the_address_alone_decides_the_language(addresses):
    for address in addresses:
        if address.startswith("/uk/"):
            response = get(address, **DESK)
            assert response.headers["Content-Language"] == "uk", address
            if response.headers["Content-Type"].startswith("text/html"):
                assert b'<html lang="uk"' in response.content, address


def test_every_answer_carries_the_security_headers(addresses):
    for address in addresses:
        headers = get(address).headers
        policy = headers["Content-Security-Policy"]

        assert "unsafe" not in policy, address
        assert "default-src 'none'" in policy, address
        assert not re.search(r"https?:|\*", policy), address
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "SAMEORIGIN"
        in_circle = address.startswith("/uk/support-circle/")
        assert headers["Referrer-Policy"] == ("no-referrer" if in_circle else "same-origin")
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "geolocation=()" in headers["Permissions-Policy"]


class Reader(HTMLParser):
    """Notes what a browser would load, and every piece of inline code or style."""

    def __init__(self):
        super().__init__()
        self.loaded: list[str] = []
        self.inline: list[str] = []
        self.posts: list[str] = []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "style" or "style" in given:
            self.inline.append(f"style of <{tag}>")
        if tag == "script" and "src" not in given and given.get("type") != "application/ld+json":
            self.inline.append("<script>")
        self.inline += [f"{name} of <{tag}>" for name in given if name.startswith("on")]
        for name, value in attrs:
            if (value or "").strip().lower().startswith("javascript:"):
                self.inline.append(f"{name} of <{tag}>")
            if (tag, name) in LOADED and given.get("rel") not in NAMING:
                self.loaded += [part.split()[0] for part in value.split(",") if part.strip()]
        if tag == "form" and given.get("method", "get").lower() == "post":
            self.posts.append(given.get("action", ""))


def test_a_page_loads_nothing_from_another_host_and_holds_no_inline_code(addresses):
    for address in addresses:
        reader = Reader()
        reader.feed(get(address).content.decode())

        assert reader.inline == [], address
        elsewhere = [
            url for url in reader.loaded if urlsplit(url).netloc or url.startswith("data:")
        ]
        assert elsewhere == [], address


def test_forms_that_send_something_stand_at_addresses_of_their_own(addresses):
    for address in addresses:
        reader = Reader()
        reader.feed(get(address).content.decode())

        assert reader.posts == [], address


def test_the_door_and_the_short_address_depend_on_the_browser_and_say_so(demo):
    code = Page.objects.get(url_path="/home-lv/about/").specific.code

    for address in ("/", f"/r/{code}/"):
        phone, desk = get(address, **PHONE), get(address, **DESK)

        assert (phone.status_code, desk.status_code) == (302, 302)
        assert "/uk/" in phone.url, address
        assert "/da/" in desk.url, address
        assert phone.headers["Vary"] == "Accept-Language"
        assert phone.headers["Cache-Control"] == "no-store"
        assert not phone.cookies


def test_a_form_stands_at_an_address_that_nobody_may_keep(demo):
    code = Page.objects.get(url_path="/home-uk/about/").specific.code

    response = get(f"/uk/say/{code}/")

    assert response.status_code == 200
    assert "no-store" in response.headers["Cache-Control"]
    assert not response.cookies
    assert b"csrf" not in response.content.lower()
