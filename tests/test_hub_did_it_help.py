"""Did this help? One press of a button answers, a sentence may stand beside it, and nobody is known by it."""

import re
import time
from datetime import timedelta

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone

from home.dashboard import answers_for, messages_for
from hub import say
from hub.models import Helped, Mail, Message
from tests.builders import make_guide, new_partner, shelf, thing_of
from tests.editing import a_coordinator, a_publisher, an_author

pytestmark = pytest.mark.usefixtures("demo")

HERE = {"Sec-Fetch-Site": "same-origin"}
WAITED = iter(range(10, 10_000))


@pytest.fixture
def guide():
    return make_guide("Tējas vakars")


def opened(**more) -> dict:
    """The fields of a form that somebody has opened a while ago, each its own."""
    began = signing.dumps(time.time() - next(WAITED), salt=say.SALT)
    return {"began": began, "website": "", "sentence": "", **more}


def answer(guide, kind="helped", lang="lv", form=None, **more):
    form = {**(form or opened()), "answer": kind, **more}
    return Client().post(f"/{lang}/say/{thing_of(guide).code}/", form, headers=HERE)


def numbers(guide) -> dict[str, tuple]:
    rows = Helped.objects.filter(thing=thing_of(guide))
    return {row.language: (row.helped, row.partly, row.no_help) for row in rows}


def test_one_press_on_the_form_that_each_page_links_to_is_an_answer(guide):
    client = Client()
    page = client.get(guide.get_url()).content.decode()
    address = f"/lv/say/{thing_of(guide).code}/"
    assert re.search(f'href="?{address}"?[ >]', page)

    form = client.get(address)
    began = re.search(r'name="?began"? value="?([^" >]+)', form.content.decode())[1]
    began = signing.dumps(signing.loads(began, salt=say.SALT) - 5, salt=say.SALT)
    sent = client.post(address, {"answer": "partly", "sentence": "", "began": began}, headers=HERE)

    assert sent.status_code == 302
    assert client.get(address + sent.url).status_code == 200
    assert numbers(guide) == {"lv": (0, 1, 0)}
    assert not Message.objects.exists()
    assert not client.cookies


def test_each_button_is_named_and_sends_the_form_without_a_script(guide):
    form = Client().get(f"/en/say/{thing_of(guide).code}/").content.decode()

    part = form.split('aria-labelledby="did-it-help"')[1].split("</form>")[0]
    buttons = re.findall(r'<button[^>]*type="submit"[^>]*value="(\w+)"[^>]*>([^<]+)<', part)
    assert buttons == [("helped", "Yes"), ("partly", "Partly"), ("no_help", "No")]
    assert "form-trap" in part


def test_a_link_may_bring_the_answer_and_counts_nothing_until_it_is_sent(guide):
    for _visit in range(3):
        form = Client().get(
            f"/en/say/{thing_of(guide).code}/?answer=partly", headers={"Sec-Purpose": "prefetch"}
        )

    (chosen,) = re.findall(r"<button[^>]*autofocus[^>]*>([^<]+)<", form.content.decode())
    assert chosen == "Partly"
    assert "?answer=partly" in form.content.decode()  # in the other languages too
    assert numbers(guide) == {}
    odd = Client().get(f"/en/say/{thing_of(guide).code}/?answer=<b>")
    assert "autofocus" not in odd.content.decode()
    assert "<b>" not in odd.content.decode()


def test_answers_are_counted_by_thing_and_language(guide):
    other = make_guide("Māls")
    for kind in ("helped", "helped", "no_help"):
        answer(guide, kind)
    answer(guide, "partly", lang="uk")
    answer(other, "helped")

    assert numbers(guide) == {"lv": (2, 0, 1), "uk": (0, 1, 0)}
    assert numbers(other) == {"lv": (1, 0, 0)}


def test_what_is_kept_knows_no_person_and_no_hour_of_an_answer():
    kept = {field.name for field in Helped._meta.concrete_fields}

    assert kept == {
        *("id", "thing", "language", "helped", "partly", "no_help"),
        *("hour_began_at", "in_this_hour", "answered_on"),
    }


def test_a_form_counts_once_however_often_it_is_sent_and_the_last_answer_stands(guide):
    form = opened()
    for kind in ("helped", "helped", "partly", "partly"):
        assert answer(guide, kind, form=form).status_code == 302

    assert numbers(guide) == {"lv": (0, 1, 0)}


def test_a_sentence_goes_to_the_partner_with_its_answer_and_only_once(guide):
    publisher, stranger = a_publisher(), an_author(new_partner().slug)
    form = opened(sentence="  Trūka attēlu.  ")
    for _press in range(2):
        answer(guide, "partly", form=form)

    (message,) = messages_for(publisher.user)
    assert (message.kind, message.text, message.language) == ("partly", "Trūka attēlu.", "lv")
    assert not messages_for(stranger.user)
    assert not Mail.objects.exists()  # told by the hour, as all that readers write


def test_the_partner_reads_the_figures_on_the_dashboard_and_others_do_not(guide):
    for kind in ("helped", "helped", "partly"):
        answer(guide, kind)
    answer(guide, "no_help", lang="uk", sentence="Без малюнків.")

    shown = a_publisher().get("/admin/").content.decode()
    part = shown.split("Did this help?")[1]
    for words in ("Tējas vakars", "Yes: 2", "Partly: 1", "No: 0", "No: 1"):
        assert words in part
    assert "Без малюнків." in shown
    assert "it did not help" in shown
    assert "Tējas vakars" in a_coordinator().get("/admin/").content.decode()
    stranger = an_author(new_partner().slug)
    assert answers_for(stranger.user) == []
    assert "Did this help?" not in stranger.get("/admin/").content.decode()


def test_the_figures_cost_two_queries_for_two_things_and_for_forty(
    django_assert_num_queries,
):
    user = a_publisher().user
    user.has_perm("partners.step_in")
    for number in range(40):
        guide = make_guide(f"Vakars {number}", on=shelf(), body=[], steps=[])
        rows = [
            Helped(
                thing=thing_of(guide),
                language=code,
                helped=1,
                hour_began_at=timezone.now(),
                answered_on=timezone.localdate(),
            )
            for code in ("lv", "uk")
        ]
        Helped.objects.bulk_create(rows)
        if number in (1, 39):
            answers_for(user)
            with django_assert_num_queries(2):
                answers = answers_for(user)
            assert len(answers) == min(number + 1, 10)


def test_pages_that_are_no_resource_do_not_ask():
    from home.models import PlainPage

    page = PlainPage.objects.filter(live=True, locale__language_code="lv").first()
    address = f"/lv/say/{thing_of(page).code}/"

    assert "did-it-help" not in Client().get(address).content.decode()
    sent = Client().post(address, opened(answer="helped"), headers=HERE)
    assert sent.status_code == 422
    assert not Helped.objects.exists()


@pytest.mark.parametrize(
    ("said", "headers", "status"),
    [
        ({"website": "https://spam.example"}, HERE, 422),
        ({"began": ""}, HERE, 422),
        ({"began": "forged"}, HERE, 422),
        ({"answer": "certainly"}, HERE, 422),
        ({"answer": ""}, HERE, 422),
        ({"answer": "\x00"}, HERE, 422),
        ({"sentence": "Ж" * 1001}, HERE, 422),
        ({"sentence": "Ж" * 300_000}, HERE, 413),
        ({}, {"Sec-Fetch-Site": "cross-site"}, 403),
        ({}, {"Origin": "https://elsewhere.example"}, 403),
    ],
)
def test_programs_and_other_sites_are_not_counted_and_people_lose_no_words(
    guide, said, headers, status
):
    form = {**opened(), "answer": "helped", "sentence": "Paldies!", **said}

    shown = Client().post(f"/lv/say/{thing_of(guide).code}/", form, headers=headers)

    assert shown.status_code == status
    assert numbers(guide) == {}
    assert not Message.objects.exists()
    if status == 422:
        assert form["sentence"] in shown.content.decode()
        assert 'role="alert"' in shown.content.decode()


def test_a_press_that_came_too_fast_is_good_a_moment_later(guide):
    hasty = opened(began=signing.dumps(time.time(), salt=say.SALT))
    shown = answer(guide, form=hasty)
    began = shown.context["helped"]["began"].value()
    assert shown.status_code == 422

    time.sleep(say.LEAST_SECONDS)

    assert answer(guide, form=opened(began=began)).status_code == 302
    assert numbers(guide) == {"lv": (1, 0, 0)}


def test_a_flood_is_not_counted_on_and_the_next_hour_is_open_again(guide, monkeypatch):
    monkeypatch.setattr(say, "MOST_AN_HOUR", 2)
    for _one in range(2):
        answer(guide)

    stopped = answer(guide, sentence="Paldies!")
    elsewhere = answer(make_guide("Māls"))
    Helped.objects.update(hour_began_at=timezone.now() - timedelta(hours=2))
    later = answer(guide)

    assert (stopped.status_code, elsewhere.status_code, later.status_code) == (422, 302, 302)
    assert "Paldies!" in stopped.content.decode()
    assert numbers(guide) == {"lv": (3, 0, 0)}
    assert not Message.objects.exists()
