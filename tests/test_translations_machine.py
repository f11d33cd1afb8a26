"""Machine translation: a first draft where people want one, marked, and never where it could hurt."""

import importlib.util

import pytest
from django.core.exceptions import ImproperlyConfigured
from wagtail_localize.models import StringTranslation
from wagtail_localize.strings import StringValue

from circle.models import ServicePage
from hub import settings as hub_settings
from tests import libretranslate_server
from tests.builders import (
    in_language,
    locale,
    make_guide,
    make_translator,
    state_of,
    thing_of,
    translate,
)
from translations import work
from translations.jobs import machine, machine_services
from translations.models import DeskJob, TranslationState

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]
Status = DeskJob.Status

MARKED = '<p>Lasi <a href="https://example.org/">šo</a> un <b>to</b>.</p>'


@pytest.fixture(scope="module")
def running():
    with libretranslate_server.serving() as service:
        yield service


@pytest.fixture
def service(running, settings):
    """LibreTranslate on this machine, set up as in production; it starts out right."""
    running.mode, running.good_answers = "right", 0
    running.asked.clear()
    settings.WAGTAILLOCALIZE_MACHINE_TRANSLATOR = {
        "CLASS": "translations.jobs.machine_services.LibreTranslate",
        "OPTIONS": {"LIBRETRANSLATE_URL": running.address, "API_KEY": "", "TIMEOUT": 0.6},
    }
    return running


@pytest.fixture
def translator(client):
    user = make_translator("uk")
    client.force_login(user)
    return user


def press(client, page, code="uk"):
    """Press the button; the job that came of it, or None."""
    response = client.post(f"/admin/desk/{thing_of(page).code}/{code}/machine/", follow=True)
    assert response.status_code == 200
    press.html = response.content.decode()
    return DeskJob.objects.order_by("pk").last()


def segments(page, code="uk") -> list:
    return list(work.begin(thing_of(page), locale(code)).segments())


def test_a_machine_makes_words_where_there_are_none_and_they_say_whose_they_are(
    client, translator, service
):
    guide = make_guide(body=[("text", MARKED)])
    job = work.begin(thing_of(guide), locale("uk"))
    title = job.segments().get(context__path="title")
    work.save_string(job, title, "Вечір чаю", translator)

    row = press(client, guide)

    made = segments(guide)
    assert (row.status, row.done, row.failed, row.message) == (Status.DONE, len(made) - 1, 0, "")
    assert {one.translation_type for one in made} == {"manual", "machine"}
    for one in made:
        if one.pk == title.pk:
            assert (one.translation, one.translation_type) == ("Вечір чаю", "manual")
        else:
            assert one.translation == f"uk: {one.string.data}"
            assert one.tool_name == "LibreTranslate"
    state = state_of(guide, "uk")
    assert (state.done, state.machine) == (len(made), len(made) - 1)
    assert {(one["source"], one["target"], one["format"]) for one in service.asked} == {
        ("lv", "uk", "html")
    }
    assert "api_key" not in service.asked[0]
    # Nothing reaches readers by it.
    assert in_language(guide, "uk").alias_of_id == guide.pk


def test_many_texts_are_sent_in_portions(client, translator, service):
    guide = make_guide(body=[("text", "".join(f"<p>Teikums {n}.</p>" for n in range(60)))])

    press(client, guide)

    assert len(service.asked) >= 3
    assert max(len(one["q"]) for one in service.asked) <= machine.MOST_STRINGS
    assert state_of(guide, "uk").done == state_of(guide, "uk").total


TROUBLES = {
    "slow": "The translation service did not answer in time.",
    "dripping": "The translation service did not answer in time.",
    "not json": "The hub does not understand what the translation service answered.",
    "too few": "The hub does not understand what the translation service answered.",
    "one text": "The hub does not understand what the translation service answered.",
    "endless": "The hub does not understand what the translation service answered.",
    "elsewhere": "The translation service answered with error 302.",
    "400": "The translation service answered with error 400.",
    "403": "The translation service does not accept the key of the hub.",
    "429": "The translation service is asked too often now. Try again later.",
    "500": "The translation service answered with error 500.",
}


@pytest.mark.parametrize("mode", TROUBLES)
def test_a_service_in_trouble_is_said_in_a_sentence_and_nothing_is_kept(
    client, translator, service, mode
):
    guide = make_guide()
    service.mode = mode

    row = press(client, guide)

    assert (row.status, row.message) == (Status.FAILED, TROUBLES[mode])
    assert not any(one.translation for one in segments(guide))
    assert state_of(guide, "uk").state == TranslationState.State.NOT_STARTED


def test_a_service_that_is_not_there_is_said_in_a_sentence(client, translator, settings, service):
    settings.WAGTAILLOCALIZE_MACHINE_TRANSLATOR["OPTIONS"]["LIBRETRANSLATE_URL"] = (
        "http://127.0.0.1:9"
    )

    row = press(client, make_guide())

    assert (row.status, row.message) == (
        Status.FAILED,
        "The translation service cannot be reached.",
    )


def test_what_was_done_before_the_trouble_stays_and_asking_again_makes_the_rest(
    client, translator, service
):
    guide = make_guide(body=[("text", "".join(f"<p>Teikums {n}.</p>" for n in range(60)))])
    service.mode, service.good_answers = "500", 1

    row = press(client, guide)

    assert (row.status, row.done) == (Status.FAILED, machine.MOST_STRINGS)
    assert state_of(guide, "uk").done == machine.MOST_STRINGS
    service.mode = "right"
    assert press(client, guide).status == Status.DONE
    assert state_of(guide, "uk").done == state_of(guide, "uk").total


def test_marks_that_the_machine_damaged_are_left_out_and_counted(client, translator, service):
    guide = make_guide(body=[("text", MARKED + "<p>Vienkāršs teikums.</p>")])
    service.mode = "marks lost"

    row = press(client, guide)

    damaged = [one for one in segments(guide) if one.translation is None]
    assert [work.has_marks(one) for one in damaged] == [True]
    assert (row.status, row.failed) == (Status.DONE, 1)
    assert row.message == "1 text came back damaged and was left out."
    assert not StringTranslation.objects.filter(data__contains="<script").exists()


def test_former_words_of_a_person_are_not_hidden_by_those_of_a_machine(client, translator, service):
    guide = make_guide("Tējas vakars")
    translate(guide, "uk")
    guide.title = "Tējas vakari"
    guide.save_revision().publish()

    press(client, guide)

    assert service.asked == []
    title = next(one for one in segments(guide) if one.context.path == "title")
    assert title.translation is None


def test_services_of_the_support_circle_are_never_given_to_a_machine(client, translator, service):
    page = next(
        one
        for one in ServicePage.objects.filter(live=True, alias_of=None)
        if one.is_original and one.locale.language_code != "uk"
    )

    press(client, page)

    assert "Machine translation is not offered for this page." in press.html
    assert not DeskJob.objects.exists()
    assert service.asked == []


def test_without_a_service_nothing_is_offered(client, translator):
    guide = make_guide()

    assert not machine.is_offered(work.begin(thing_of(guide), locale("uk")))
    assert press(client, guide) is None
    assert "Machine translation is not offered for this page." in press.html


def test_the_button_is_for_those_who_translate_into_this_language(client, translator, service):
    guide = make_guide()

    assert client.post(f"/admin/desk/{thing_of(guide).code}/et/machine/").status_code == 404
    assert client.post(f"/admin/desk/{thing_of(guide).code}/lv/machine/").status_code == 404
    assert client.get(f"/admin/desk/{thing_of(guide).code}/uk/machine/").status_code == 405
    assert service.asked == []


def test_a_stopped_translation_is_left_alone(client, translator, service):
    guide = make_guide()
    state_of(guide, "uk")
    work.stop(thing_of(guide), locale("uk"))

    press(client, guide)

    assert "The translation into this language is stopped." in press.html
    assert service.asked == []


def test_pressed_twice_it_works_once(client, translator, service):
    guide = make_guide()
    DeskJob.objects.create(kind="machine", thing=thing_of(guide), locale=locale("uk"))

    press(client, guide)

    assert "The machine is at work on this page already." in press.html
    assert DeskJob.objects.count() == 1


# --- DeepL ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "body", "sentence"),
    [
        (456, b"", "What the translation service gives in a month is used up."),
        (200, b"{}", "The hub does not understand what the translation service answered."),
        (200, b'{"translations": []}', "The hub does not understand"),
        (200, b'{"translations": [{"text": 5}]}', "The hub does not understand"),
    ],
)
def test_deepl_in_trouble_is_a_sentence_too(status, body, sentence):
    with libretranslate_server.answering(status, body) as address:
        service = machine_services.DeepL({"AUTH_KEY": "k:fx", "TIMEOUT": 2, "ADDRESS": address})
        with pytest.raises(machine_services.MachineError, match=sentence):
            service.translate(locale("lv"), locale("uk"), [StringValue("Labdien")])


def test_deepl_answers_with_the_marks_in_place():
    body = '{"translations": [{"text": "Читай <a id=\\"a1\\">це</a>"}]}'.encode()
    with libretranslate_server.answering(200, body) as address:
        service = machine_services.DeepL({"AUTH_KEY": "k", "TIMEOUT": 2, "ADDRESS": address})
        source = StringValue('Lasi <a id="a1">šo</a>')

        found = service.translate(locale("lv"), locale("uk"), [source])

    assert found[source].data == 'Читай <a id="a1">це</a>'
    assert machine_services.DeepL({"AUTH_KEY": "k:fx"}).get_api_endpoint() == (
        "https://api-free.deepl.com/v2/translate"
    )


# --- settings ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("surroundings", "expected"),
    [
        ({}, None),
        (
            {"HUB_MT": "libretranslate", "HUB_MT_URL": "https://t.example.org/"},
            ("translations.jobs.machine_services.LibreTranslate", 30),
        ),
        (
            {"HUB_MT": "deepl", "HUB_MT_KEY": "k", "HUB_MT_TIMEOUT": "9000"},
            ("translations.jobs.machine_services.DeepL", 120),
        ),
    ],
)
def test_a_service_is_set_up_by_the_environment(monkeypatch, surroundings, expected):
    for name, value in surroundings.items():
        monkeypatch.setenv(name, value)

    found = fresh_settings()

    if expected is None:
        assert not hasattr(found, "WAGTAILLOCALIZE_MACHINE_TRANSLATOR")
    else:
        config = found.WAGTAILLOCALIZE_MACHINE_TRANSLATOR
        assert (config["CLASS"], config["OPTIONS"]["TIMEOUT"]) == expected


@pytest.mark.parametrize("name", ["libretranslate", "deepl", "babelfish"])
def test_a_service_that_is_half_set_up_stops_the_start(monkeypatch, name):
    monkeypatch.setenv("HUB_MT", name)

    with pytest.raises(ImproperlyConfigured, match="HUB_MT"):
        fresh_settings()


def fresh_settings():
    """The settings, read once more under another name."""
    spec = importlib.util.spec_from_file_location("fresh_settings", hub_settings.__file__)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
