"""Taking a translation for some days: a colleague sees it, may still work, and it ends by itself."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.builders import locale, make_guide, make_translator, state_of, thing_of, translate
from translations import due
from translations.desk import claims
from translations.models import TranslationState

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]


@pytest.fixture
def olena():
    user = make_translator("uk", username="olena")
    user.first_name, user.last_name = "Olena", "Koval"
    user.save()
    return user


@pytest.fixture
def taras():
    return make_translator("uk", username="taras")


def address(page, code="uk") -> str:
    return f"/admin/desk/{thing_of(page).code}/{code}/claim/"


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def in_days(days: int):
    return timezone.localdate() + timedelta(days=days)


def test_who_takes_it_from_the_list_has_it_for_a_week_and_a_colleague_sees_that(olena, taras):
    guide = make_guide("Tējas vakars")
    other = make_guide("Cits vakars", slug="cits")

    answer = signed_in(olena).post(address(guide), {"deed": "take", "next": "/admin/desk/?state="})
    seen = signed_in(taras).get("/admin/desk/?kind=guide").content.decode()
    own = signed_in(olena).get("/admin/desk/?kind=guide").content.decode()

    assert answer.url == "/admin/desk/?state="
    state = state_of(guide, "uk")
    assert (state.claimed_by, state.claimed_until) == (olena, in_days(7))
    assert "Olena Koval has it until" in seen
    assert "Yours until" in own
    # For the colleague it sinks below what nobody has; for its holder it keeps its place.
    assert seen.index(f"/{thing_of(other).code}/") < seen.index(f"/{thing_of(guide).code}/")
    # And may still be worked on.
    assert signed_in(taras).get(f"/admin/desk/{thing_of(guide).code}/uk/").status_code == 200


def test_it_may_be_taken_till_a_day_within_a_month_and_the_day_may_be_moved(olena):
    guide, client = make_guide(), signed_in(olena)

    client.post(address(guide), {"deed": "take", "until": in_days(30).isoformat()})
    far = state_of(guide, "uk").claimed_until
    client.post(address(guide), {"deed": "take", "until": in_days(0).isoformat()})

    assert far == in_days(30)
    assert state_of(guide, "uk").claimed_until == in_days(0)


@pytest.mark.parametrize("typed", ["2026-02-31", "tomorrow", "31", "9999-12-31", "2001-01-01"])
def test_a_day_that_cannot_be_gets_a_sentence_and_stays_in_the_field(olena, typed):
    guide = make_guide()

    answer = signed_in(olena).post(address(guide), {"deed": "take", "until": typed})
    html = answer.content.decode()

    assert answer.status_code == 200
    assert "Choose a day from today to" in html or "That is no day of the calendar" in html
    assert f'value="{typed}"' in html
    assert state_of(guide, "uk").claimed_by is None


def test_of_two_who_press_at_once_one_has_it_and_the_other_reads_who(olena, taras):
    guide = make_guide()
    # Both look at the same moment, before either has pressed.
    hers, his = state_of(guide, "uk"), state_of(guide, "uk")

    won = [claims.take(hers, olena, in_days(7)), claims.take(his, taras, in_days(7))]
    html = signed_in(taras).post(address(guide), {"deed": "take"}).content.decode()

    assert won == [True, False]
    assert state_of(guide, "uk").claimed_by == olena
    assert "Olena Koval has taken it just before you." in html


def test_only_its_holder_gives_it_back(olena, taras):
    guide = make_guide()
    claims.take(state_of(guide, "uk"), olena, in_days(3))

    signed_in(taras).post(address(guide), {"deed": "give-back"})
    kept = state_of(guide, "uk").claimed_by
    signed_in(olena).post(address(guide), {"deed": "give-back"})

    assert kept == olena
    assert state_of(guide, "uk").claimed_by is None


def test_what_ran_out_is_free_at_once_and_cleared_at_night(olena, taras):
    guide, kept = make_guide(), make_guide("Vēl viens", slug="vel")
    states = TranslationState.objects.filter(thing=thing_of(guide), locale=locale("uk"))
    states.update(claimed_by=olena, claimed_until=in_days(-1))
    claims.take(state_of(kept, "uk"), olena, in_days(0))

    seen = signed_in(taras).get("/admin/desk/").content.decode()
    taken = claims.take(state_of(guide, "uk"), taras, in_days(1))
    states.update(claimed_by=olena, claimed_until=in_days(-1))

    assert seen.count("Olena Koval has it until") == 1
    assert taken
    assert due.free_old_claims() == 1
    assert due.free_old_claims() == 0
    assert state_of(guide, "uk").claimed_by is None
    assert state_of(kept, "uk").claimed_by == olena


def test_another_language_and_the_original_cannot_be_taken(olena):
    guide, client = make_guide(), signed_in(olena)

    answers = [client.post(address(guide, code), {"deed": "take"}) for code in ("fi", "lv", "xx")]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert not TranslationState.objects.filter(thing=thing_of(guide), claimed_by=olena).exists()


def test_a_published_translation_is_nobodys_any_more(olena):
    guide = make_guide()
    claims.take(state_of(guide, "uk"), olena, in_days(3))

    translate(guide, "uk", user=olena)

    assert state_of(guide, "uk").claimed_by is None


def test_the_list_of_mine_holds_what_i_took(olena):
    guide = make_guide("Mans vakars")
    make_guide("Cits vakars", slug="cits")
    claims.take(state_of(guide, "uk"), olena, in_days(3))

    html = signed_in(olena).get("/admin/desk/?mine=1").content.decode()

    assert "Mans vakars" in html
    assert "Cits vakars" not in html
