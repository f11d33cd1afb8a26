"""What readers see, measured in a browser: accessible, valid, light, and working by itself."""

import json
import subprocess
from io import BytesIO
from zipfile import ZipFile

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connection
from wagtail.models import Page, get_page_models

from circle import helpers, service_checks
from circle.models import Helper
from events.models import EventDate
from events.registrations.letters import link_of
from hub.models import HubPage, Thing
from resources.models import KitPage
from tests import plumbing
from tests.builders import thing_of
from tests.registering import one_of_every_state

WIDTHS = (360, 1280)
LANGUAGES = ("en", "lv", "uk")
KILOBYTE = 1000


def addresses(code: str) -> dict[str, str]:
    """One page of every type in language `code`, a mirror where there is one, forms and misses."""
    found = {}
    for model in get_page_models():
        if not issubclass(model, HubPage) or model.__name__ == "ResourcePage":
            continue
        pages = model.objects.filter(live=True, locale__language_code=code).order_by("path")
        for page in pages:
            name = f"{model.__name__}{' as mirror' if page.is_mirror else ''}"
            found.setdefault(name, page.get_url())
    found["ShelfPage of events"] = f"/{code}/events/valmiera-library/"
    found["ShelfPage of services"] = f"/{code}/support-circle/example-library-finland/"
    found["month"] = f"/{code}/events/?view=month"
    found["day"] = f"/{code}/events/?day=2026-12-02"
    found["past events"] = f"/{code}/events/?past=1"
    found["chosen facets"] = f"/{code}/resources/?kind=guide&shared=no"
    second = "uk" if code == "en" else "en"
    found["guide in two languages"] = f"{found['MethodGuidePage']}?beside={second}"
    found["nothing found"] = f"/{code}/resources/?q=qqqqq"
    found["search"] = f"/{code}/search/?q=a"
    found["form"] = f"/{code}/say/{Thing.objects.get(pk=Thing.objects.first().pk).code}/"
    codes = Thing.objects.filter(kind__in=("kit", "guide", "story")).values_list("code", flat=True)
    found["did it help"] = f"/{code}/say/{codes[0]}/?answer=partly"
    found["citation"] = f"/{code}/cite/{codes[0]}/"
    cafe = EventDate.objects.filter(is_cancelled=False, thing__titles__et__startswith="Keelekohvik")
    date = cafe.order_by("-starts_at").first()
    found["sign up"] = f"/{code}/register/{date.thing.code}/"
    found["check in"] = f"/{code}/register/{date.thing.code}/here/"
    token = link_of(one_of_every_state(date)).split("/m/")[1]
    found["registration"] = f"/{code}/m/{token}"
    found |= circle_addresses(code)
    found["own shelf"] = f"/{code}/shelf/?r={'.'.join(codes)}.ZZZZZZ"
    found["empty shelf"] = f"/{code}/shelf/?add=ZZZZZZ"
    found["open data"] = f"/{code}/open-data/"
    found["list for a website"] = f"/{code}/on-your-website/?what=resources"
    found["frame for a website"] = f"/{code}/on-your-website/?way=frame"
    found["framed events"] = f"/embed/events.html?language={code}"
    found["framed resources"] = f"/embed/resources.html?language={code}"
    found["miss"] = f"/{code}/no-such-page/"
    return found


def circle_addresses(code: str) -> dict[str, str]:
    """The lists of people, a sheet to hand over, and what stands behind the links of mails."""
    circle = f"/{code}/support-circle"
    services = list(Thing.objects.filter(kind="service", withdrawn_at=None).order_by("pk")[:3])
    person = Helper.objects.order_by("pk").first()
    chosen = "&".join(f"s={thing.code}" for thing in services)
    return {
        "people who help": f"{circle}/people/",
        "helpers for helpers": f"{circle}/helpers/",
        "nobody fits": f"{circle}/people/?country=DK",
        "message to a person": f"/{code}/say/{person.thing.code}/?kind=relay",
        "directory near a town": f"{circle}/?town=Valmiera&within=50&need=money&open=now",
        "sheet to hand over": f"{circle}/sheet/?{chosen}&with={'uk' if code == 'en' else 'en'}",
        "empty sheet": f"{circle}/sheet/",
        "is it still right": f"/{code}/m/{service_checks.token_of(services[0])}/",
        "consent taken back": f"/{code}/m/{helpers.token_of(person)}/",
    }


@pytest.mark.html
@pytest.mark.parametrize("code", LANGUAGES)
def test_every_page_is_valid_html(demo, client, tmp_path, code):
    command = plumbing.need("java")
    names = {}
    for number, (name, url) in enumerate(addresses(code).items()):
        file = tmp_path / f"{number}.html"
        file.write_bytes(client.get(url).content)
        names[file.name] = f"{name} {url}"
    # The pages in a ZIP too, of a kit with a guide in it.
    kit = thing_of(KitPage.objects.get(locale__language_code="lv", slug="start-here"))
    data = b"".join(client.get(f"/r/{kit.code}/{code}.zip").streaming_content)
    with ZipFile(BytesIO(data)) as taken:
        for number, name in enumerate(one for one in taken.namelist() if one.endswith(".html")):
            file = tmp_path / f"taken-{number}.html"
            file.write_bytes(taken.read(name))
            names[file.name] = f"ZIP {name}"

    checked = subprocess.run(
        [*command, "--format", "json", "--stdout", "--errors-only", str(tmp_path)],
        capture_output=True,
        check=False,
    )
    messages = json.loads(checked.stdout)["messages"]

    assert [
        f"{names[one['url'].rsplit('/', 1)[-1]]}: {one['message']} {one.get('extract', '')}"
        for one in messages
    ] == []


@pytest.fixture
def pages(server, django_db_blocker):
    """Addresses of one page of every type, by language."""
    with django_db_blocker.unblock():
        found = {code: addresses(code) for code in LANGUAGES}
        connection.close()
    return found


@pytest.mark.browser
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("code", LANGUAGES)
def test_axe_finds_nothing_on_any_page(server, chromium, pages, width, code):
    context = chromium.new_context(
        viewport={"width": width, "height": 800}, bypass_csp=True, locale=code
    )
    page = context.new_page()
    wrong = []
    for name, url in pages[code].items():
        page.goto(server + url)
        result = Axe().run(page)
        wrong += [
            f"{name} {url}: {one['id']} {[node['html'][:120] for node in one['nodes'][:2]]}"
            for one in result.response["violations"]
        ]
        sideways = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        if sideways > 0:
            wrong.append(f"{name} {url}: {sideways} px too wide at {width}")
    context.close()

    assert wrong == []


@pytest.mark.browser
def test_a_reader_gets_no_cookie_no_stranger_and_no_message_in_the_console(server, chromium, pages):
    context = chromium.new_context(viewport={"width": 360, "height": 800})
    page = context.new_page()
    hosts, said = set(), []
    page.on("request", lambda request: hosts.add(request.url.split("/")[2]))
    page.on("console", lambda message: said.append(f"{page.url}: {message.text}"))
    for name, url in pages["uk"].items():
        if name != "miss":
            page.goto(server + url)

    assert hosts == {server.split("/")[2]}
    assert context.cookies() == []
    assert said == []
    context.close()


@pytest.mark.browser
@pytest.mark.parametrize(
    ("name", "kilobytes"), [("HomePage", 120), ("CataloguePage", 80), ("MethodGuidePage", 70)]
)
@pytest.mark.parametrize("code", LANGUAGES)
def test_a_page_is_light_on_an_old_phone(server, chromium, pages, name, kilobytes, code):
    context = chromium.new_context(viewport={"width": 360, "height": 800})
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("Network.enable")
    sizes, kinds = {}, {}
    devtools.on("Network.responseReceived", lambda e: kinds.update({e["requestId"]: e["type"]}))
    devtools.on(
        "Network.loadingFinished",
        lambda e: sizes.update({e["requestId"]: e["encodedDataLength"]}),
    )
    answer = page.goto(server + pages[code][name], wait_until="networkidle")
    html_bytes = int(answer.headers["content-length"])
    by_kind: dict[str, int] = {}
    for request, size in sizes.items():
        by_kind[kinds[request]] = by_kind.get(kinds[request], 0) + size
    context.close()

    assert sum(by_kind.values()) <= kilobytes * KILOBYTE, by_kind
    assert len(sizes) <= 8
    # Of a guide, all text, what is packed (of all of them: the test below); of the others with the
    # headers around it.
    assert answer.headers["content-encoding"] == "br"
    document = html_bytes if name == "MethodGuidePage" else by_kind["Document"]
    assert document <= 8 * KILOBYTE
    assert by_kind.get("Script", 0) <= 5 * KILOBYTE


@pytest.mark.html
def test_the_html_of_every_page_is_light_on_the_wire(demo, client):
    heavy = {}
    for model in get_page_models():
        if not issubclass(model, HubPage) or model.__name__ == "ResourcePage":
            continue
        for page in model.objects.filter(live=True):
            answer = client.get(page.get_url(), headers={"accept-encoding": "br"})
            assert answer.headers["Content-Encoding"] == "br"
            if len(answer.content) > 8 * KILOBYTE:
                heavy[page.get_url()] = len(answer.content)

    assert heavy == {}


@pytest.mark.browser
def test_everything_a_reader_needs_works_by_keyboard_and_without_javascript(
    server, chromium, pages
):
    context = chromium.new_context(
        viewport={"width": 360, "height": 800}, java_script_enabled=False
    )
    page = context.new_page()
    page.goto(server + "/lv/")
    page.keyboard.press("Tab")
    assert page.locator(":focus").get_attribute("href") == "#main"

    search = page.locator("input[name=q]").first
    search.focus()
    search.fill("māls")
    page.keyboard.press("Enter")
    page.wait_for_load_state()
    link = page.locator("main a[href*='clay-without-words']").first
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/clay-without-words/")

    assert page.locator("h1").inner_text() == "Māls bez vārdiem"
    context.close()


def test_page_problems_are_none_after_all_this(demo):
    assert not any(Page.find_problems())
