"""What readers tell translators: a better wording, and what they looked for; never by itself."""

import contextlib
import time
import urllib.error
import urllib.parse
import urllib.request

import pytest
from django.conf import settings
from django.core import signing
from django.test import Client

from deploy import run
from hub import say
from hub.models import Mail, Message
from partners.due import tell_of_messages
from partners.models import Partner
from tests.builders import (
    in_language,
    make_coordinator,
    make_guide,
    make_translator,
    make_user,
    thing_of,
    translate,
)

HERE = {"Sec-Fetch-Site": "same-origin"}
ODD = "zzqqxxvv"


@pytest.fixture
def guide(demo):
    """A Latvian guide with a Ukrainian translation; the other languages are mirrors."""
    page = make_guide("Tējas vakars")
    translate(page, "uk")
    return page


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def sent(page, code="uk", kind="wording", text="Краще: чаювання"):
    began = signing.dumps(time.time() - 10, salt=say.SALT)
    data = {"kind": kind, "text": text, "began": began}
    return Client().post(f"/{code}/say/{page.code}/?kind={kind}", data, headers=HERE)


def kinds_of(address: str) -> list[str]:
    return [value for value, _label in Client().get(address).context["form"].fields["kind"].choices]


# --- a better wording -------------------------------------------------------------------------


def test_a_translation_asks_for_better_words_and_originals_and_mirrors_do_not(guide):
    link = f"/say/{guide.code}/?kind=wording"
    pages = {code: in_language(guide, code).get_url() for code in ("uk", "lv", "da")}

    has_link = {code: link in Client().get(url).content.decode() for code, url in pages.items()}

    assert has_link == {"uk": True, "lv": False, "da": False}


def test_a_section_that_was_translated_asks_too(demo):
    from home.models import PlainPage

    original = next(page for page in PlainPage.objects.filter(slug="about") if page.is_original)
    code = "uk" if original.locale.language_code != "uk" else "da"
    translate(original, code)

    html = Client().get(in_language(original, code).get_url()).content.decode()

    assert f"/{code}/say/{original.code}/?kind=wording" in html


def test_the_form_offers_a_wording_only_where_words_are_translated(guide):
    offered = {code: kinds_of(f"/{code}/say/{guide.code}/") for code in ("uk", "lv", "da")}
    refused = sent(guide, code="lv")

    assert "wording" in offered["uk"]
    assert offered["lv"] == offered["da"] == ["feedback", "report", "relay"]
    assert refused.status_code == 422
    assert "Краще: чаювання" in refused.content.decode()
    assert not Message.objects.filter(kind="wording").exists()


def test_a_wording_goes_to_the_desk_of_its_language_and_to_nobody_else(guide, client):
    publisher = make_user("publ", groups=[Partner.objects.get(slug="valmiera-library").publishers])
    before = Mail.objects.count()

    assert sent(guide).status_code == 302
    tell_of_messages()
    client.force_login(make_translator("uk"))
    desk = client.get("/admin/desk/").content.decode()

    assert "Краще: чаювання" in desk
    assert f"/admin/desk/{thing_of(guide).code}/uk/" in desk
    others = signed_in(make_translator("fi")).get("/admin/desk/").content.decode()
    assert "Краще: чаювання" not in others
    assert "Краще: чаювання" not in signed_in(publisher).get("/admin/").content.decode()
    assert Mail.objects.count() == before


def test_a_translator_of_the_language_marks_it_done_and_no_other(guide):
    sent(guide)
    message = Message.objects.get(kind="wording")
    door = f"/admin/desk/readers/{message.pk}/done/"
    feedback = Message.objects.create(
        thing=thing_of(guide), kind="feedback", language="uk", text="!"
    )

    closed = signed_in(make_translator("fi")).post(door).status_code
    foreign = signed_in(make_translator("da")).post(f"/admin/desk/readers/{feedback.pk}/done/")
    waits = Message.objects.get(pk=message.pk).done_at
    translator = signed_in(make_translator("uk"))
    translator.post(door)

    assert (closed, foreign.status_code, waits) == (404, 404, None)
    assert Message.objects.get(pk=message.pk).done_at is not None
    assert "Краще: чаювання" not in translator.get("/admin/desk/").content.decode()
    assert translator.get(door).status_code == 405


# --- what they looked for ---------------------------------------------------------------------


def the_form(html: str) -> str:
    """Where the form after a vain search leads."""
    assert 'name="looked_for"' in html
    return html.split('<form class="form" method="post" action="')[1].split('"')[0]


def test_a_search_in_vain_offers_to_tell_us_and_keeps_nothing(demo, client):
    vain = client.get(f"/uk/search/?q={ODD}").content.decode()
    found = client.get("/lv/search/?q=bibliotēka").content.decode()

    form = client.post(the_form(vain), {"looked_for": ODD}, headers=HERE)

    assert 'name="looked_for"' not in found
    assert form.status_code == 200
    assert f"{ODD}</textarea>" in form.content.decode()
    assert form.context["form"]["kind"].value() == "looked_for"
    assert "no-store" in form.headers["Cache-Control"]
    assert not Message.objects.filter(text__contains=ODD).exists()


def test_what_a_reader_sends_reaches_the_desk_of_their_language_and_the_coordinator(demo, client):
    catalogue = the_form(client.get(f"/uk/search/?q={ODD}").content.decode())
    began = signing.dumps(time.time() - 10, salt=say.SALT)

    client.post(
        catalogue, {"kind": "looked_for", "text": f"Ігри {ODD}", "began": began}, headers=HERE
    )

    message = Message.objects.get(kind="looked_for")
    assert (message.language, message.text) == ("uk", f"Ігри {ODD}")
    for user, sees in [
        (make_translator("uk"), True),
        (make_coordinator(), True),
        (make_translator("fi"), False),
    ]:
        assert (ODD in signed_in(user).get("/admin/desk/").content.decode()) == sees


def test_only_the_catalogue_is_told_what_was_looked_for(guide):
    assert "looked_for" not in kinds_of(f"/uk/say/{guide.code}/?kind=looked_for")


def test_a_form_of_another_site_cannot_put_words_into_it(demo, client):
    catalogue = the_form(client.get(f"/uk/search/?q={ODD}").content.decode())

    answer = client.post(catalogue, {"looked_for": ODD}, headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 403


def test_the_server_writes_no_query_into_any_log(server):
    """Found, not found, broken and refused: what people type leaves no trace."""
    asked = urllib.parse.quote(ODD)
    answers = []
    for place in ("/lv/search/", "/lv/resources/", "/lv/nothing/", "/admin/desk/ask/"):
        with contextlib.suppress(urllib.error.HTTPError):
            address = f"{server}{place}?q={asked}"
            answers.append(urllib.request.urlopen(address, timeout=30).status)  # noqa: S310

    assert answers == [200, 200, 200]
    assert ODD not in (settings.HUB_DATA / "server.log").read_text()


def test_make_run_starts_the_server_without_an_access_log(monkeypatch):
    """The server of the test above is started as this one is."""
    started = []

    def note(command):
        started.append(command)
        raise KeyboardInterrupt

    monkeypatch.setattr(run, "start", note)
    with pytest.raises(KeyboardInterrupt):
        run.serve("127.0.0.1", 8000, settings.HUB_DATA)

    assert "granian" in started[0]
    assert not [word for word in started[0] if word.startswith("--access-log")]
