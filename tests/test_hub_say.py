"""Writing to the people behind a page: in one's own language, without an account and without traces."""

import time
from datetime import timedelta

import pytest
from django.core import signing
from django.utils import timezone
from wagtail.models import Locale, Page, PageViewRestriction

from home.models import HomePage, PlainPage
from hub import say
from hub.models import Message, Thing
from translations.structure import plant

pytestmark = pytest.mark.django_db

HERE = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def about():
    """A page "About us" with a counterpart in Latvian; its thing."""
    for code in ("en", "lv"):
        Locale.objects.get_or_create(language_code=code)
    home = Page.objects.filter(slug="home-en").first()
    if home is None:
        english = Locale.objects.get(language_code="en")
        home = HomePage(title="English", slug="home-en", locale=english)
        plant(Page.get_first_root_node(), home)
    page = PlainPage(title="Who we are", slug="who-we-are")
    plant(home.specific, page)
    return Thing.objects.get(translation_key=page.translation_key)


def answers(**changed) -> dict:
    """A form filled in well, opened ten seconds ago."""
    began = signing.dumps(time.time() - 10, salt=say.SALT)
    return {"kind": "feedback", "text": "Paldies!", "began": began, **changed}


def test_a_reader_writes_and_reads_that_it_arrived(client, about):
    address = f"/lv/say/{about.code}/?kind=report"
    form = client.get(address)
    sent = client.post(address, answers(kind="report", reply_to="a@b.example"), headers=HERE)
    after = client.get(sent.url if sent.url.startswith("/") else f"/lv/say/{about.code}/{sent.url}")

    assert form.status_code == after.status_code == 200
    assert sent.status_code == 302
    message = Message.objects.get()
    assert (message.thing, message.kind, message.language) == (about, "report", "lv")
    assert (message.text, message.reply_to) == ("Paldies!", "a@b.example")
    assert 'href="/lv/who-we-are/"' in after.content.decode()


def test_the_form_opens_with_what_the_link_was_about(client, about):
    form = client.get(f"/en/say/{about.code}/?kind=relay").context["form"]
    odd = client.get(f"/en/say/{about.code}/?kind=nonsense").context["form"]

    assert (form["kind"].value(), odd["kind"].value()) == ("relay", "feedback")


def test_the_form_names_the_page_in_its_own_words_language(client, about):
    shown = client.get(f"/lv/say/{about.code}/").content.decode()

    assert '<html lang="lv"' in shown
    assert '<a href="/lv/who-we-are/" lang="en" dir="ltr">Who we are</a>' in shown


def test_the_form_leads_to_itself_in_the_other_languages(client, about):
    shown = client.get(f"/en/say/{about.code}/?kind=report").content.decode()

    assert f'href="/lv/say/{about.code}/?kind=report"' in shown


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_form_leaves_no_cookie_and_is_never_kept(client, about, method):
    answer = getattr(client, method)(f"/en/say/{about.code}/")

    assert not answer.cookies
    assert "no-store" in answer.headers["Cache-Control"]
    assert "csrfmiddlewaretoken" not in answer.content.decode()
    assert 'content="noindex"' in answer.content.decode()


@pytest.mark.parametrize("code", ["NOSUCH", "%00", "АБВГДЕ", "A" * 300, "1'--"])
def test_a_broken_address_is_not_found(client, about, code):
    assert client.get(f"/en/say/{code}/").status_code == 404


def test_a_code_read_aloud_may_be_typed_small(client, about):
    assert client.get(f"/en/say/{about.code.lower()}/").status_code == 200


def test_a_page_that_is_withdrawn_or_not_yet_public_has_no_form(client, about):
    Page.objects.filter(translation_key=about.translation_key).update(live=False)
    draft = client.get(f"/en/say/{about.code}/").status_code
    Page.objects.filter(translation_key=about.translation_key).update(live=True)
    about.withdraw()

    assert (draft, client.get(f"/en/say/{about.code}/").status_code) == (404, 404)


def test_the_name_of_a_page_for_members_stays_with_them(client, about):
    page = Page.objects.get(translation_key=about.translation_key, locale__language_code="en")
    PageViewRestriction.objects.create(page=page, restriction_type="login")

    shown = client.get(f"/en/say/{about.code}/")

    assert shown.status_code == 200
    assert shown.context["about"]["title"] == ""
    assert "Who we are" not in shown.content.decode().split("<main")[1].split("</main")[0]


def test_an_empty_form_says_what_is_missing_beside_the_field_and_on_top(client, about):
    address = f"/en/say/{about.code}/"
    shown = client.post(address, answers(text="  ", reply_to="no address"), headers=HERE)

    page = shown.content.decode()
    assert shown.status_code == 422
    assert page.count("Write your message.") == 2
    assert 'href="#id_text"' in page
    assert 'href="#id_reply_to"' in page
    assert 'aria-invalid="true"' in page
    assert 'value="no address"' in page
    assert not Message.objects.exists()


def test_a_choice_that_is_missing_is_linked_to_the_first_answer(client, about):
    shown = client.post(f"/en/say/{about.code}/", answers(kind=""), headers=HERE)

    page = shown.content.decode()
    assert 'href="#id_kind_0"' in page
    assert 'id="id_kind_0"' in page


def test_the_words_of_an_error_are_the_readers_language(client, about):
    shown = client.post(f"/lv/say/{about.code}/", answers(reply_to="nav"), headers=HERE)

    assert "Enter a valid email address" not in shown.content.decode()
    assert shown.context["form"].errors["reply_to"]


def test_a_message_that_is_too_long_comes_back_whole(client, about):
    text = "Ж" * 5000
    shown = client.post(f"/en/say/{about.code}/", answers(text=text), headers=HERE)

    assert shown.status_code == 422
    assert text in shown.content.decode()
    assert "4000" in shown.content.decode()


def test_a_new_line_counts_as_one_character(client, about):
    text = "\r\n".join("Ж" * 99 for _ in range(40))
    sent = client.post(f"/en/say/{about.code}/", answers(text=text), headers=HERE)

    assert sent.status_code == 302
    assert len(Message.objects.get().text) == 3999


def test_what_is_far_too_large_is_refused_in_words_unread(client, about):
    shown = client.post(f"/en/say/{about.code}/", answers(text="a" * 3_000_000), headers=HERE)

    assert shown.status_code == 413
    assert "too large" in shown.content.decode()


@pytest.mark.parametrize("began", [None, "", "forged"])
def test_a_form_open_for_days_keeps_its_words_and_is_good_again(client, about, monkeypatch, began):
    address = f"/en/say/{about.code}/"
    given = answers(text="Long thoughts") if began is None else answers(began=began)
    with monkeypatch.context() as days_later:
        days_later.setattr(say, "MOST_SECONDS", -1)
        shown = client.post(address, given, headers=HERE)

    assert shown.status_code == 422
    assert given["text"] in shown.content.decode()
    fresh = shown.context["form"]["began"].value()
    assert client.post(address, {**given, "began": fresh}, headers=HERE).status_code == 302


def test_a_mistake_may_be_corrected_as_fast_as_one_can(client, about):
    address = f"/en/say/{about.code}/"
    wrong = client.post(address, answers(reply_to="anna"), headers=HERE)

    began = wrong.context["form"]["began"].value()
    assert client.post(address, answers(began=began), headers=HERE).status_code == 302


def test_a_program_that_fills_in_everything_at_once_is_stopped(client, about):
    address = f"/en/say/{about.code}/"
    at_once = signing.dumps(time.time(), salt=say.SALT)
    trapped = client.post(address, answers(website="https://spam.example"), headers=HERE)
    hasty = client.post(address, answers(began=at_once), headers=HERE)

    assert (trapped.status_code, hasty.status_code) == (422, 422)
    assert "spam.example" not in trapped.content.decode()
    assert not Message.objects.exists()


def test_the_trap_is_hidden_from_people_who_listen_or_use_a_keyboard(client, about):
    shown = client.get(f"/en/say/{about.code}/").content.decode()

    trap = shown[shown.index('class="form-trap"') :].split("</div>")[0]
    assert 'aria-hidden="true"' in trap
    assert 'tabindex="-1"' in trap
    assert 'autocomplete="off"' in trap


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
    ],
)
def test_a_form_on_another_site_is_refused(client, about, headers):
    answer = client.post(f"/en/say/{about.code}/", answers(), headers=headers)

    assert answer.status_code == 403
    assert not Message.objects.exists()


@pytest.mark.parametrize("headers", [{}, {"Origin": "http://testserver"}])
def test_an_old_browser_can_write_too(client, about, headers):
    answer = client.post(f"/en/say/{about.code}/", answers(), headers=headers)

    assert answer.status_code == 302


def test_a_second_press_on_the_button_sends_nothing_twice(client, about):
    for _press in range(2):
        sent = client.post(f"/en/say/{about.code}/", answers(), headers=HERE)

    assert sent.status_code == 302
    assert Message.objects.count() == 1


def test_a_flood_is_stopped_without_losing_the_words_of_a_person(client, about, monkeypatch):
    monkeypatch.setattr(say, "MOST_AN_HOUR", 2)
    for number in range(2):
        client.post(f"/en/say/{about.code}/", answers(text=f"spam {number}"), headers=HERE)

    stopped = client.post(f"/en/say/{about.code}/", answers(text="A real word"), headers=HERE)
    Message.objects.update(created_at=timezone.now() - timedelta(hours=2))
    later = client.post(f"/en/say/{about.code}/", answers(text="A real word"), headers=HERE)

    assert stopped.status_code == 422
    assert "A real word" in stopped.content.decode()
    assert later.status_code == 302
