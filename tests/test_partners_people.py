"""People come by invitation, hold roles that act at once, and leave with one click."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry, Page

from hub.links import make_token
from hub.models import Mail
from partners.due import erase_old_invitations
from partners.groups import coordinators
from partners.invitations import Invitation, invite
from partners.models import Partner
from partners.roles import leave, roles_of
from tests.builders import make_guide, make_translator, make_user, shelf
from tests.editing import a_coordinator, a_publisher, an_administrator, an_author, signed_in
from tests.invitations import NEW, join, link_to
from translations.models import LanguageRole

pytestmark = pytest.mark.usefixtures("demo")

PEOPLE, INVITE = "/admin/people/", "/admin/people/invite/"
ANNA = "anna@example.org"
User = get_user_model()


def partner(slug="valmiera-library") -> Partner:
    return Partner.objects.get(slug=slug)


def role(kind, slug="valmiera-library") -> str:
    return f"{kind}:{partner(slug).pk}"


def keys(person) -> set[str]:
    return {one.key for one in roles_of([person])[person.pk]}


def ask(client, *roles, email=ANNA, language="lv", **more):
    return client.post(INVITE, {"email": email, "language": language, "roles": roles, **more})


def text(response) -> str:
    return response.content.decode()


# --- inviting ---------------------------------------------------------------------------------


def test_an_invitation_is_a_mail_in_the_language_of_who_gets_it():
    ask(a_coordinator(), role("author"), "translator:uk", language="uk", name="Анна")

    mail = Mail.objects.get()
    assert (mail.to, mail.language) == (ANNA, "uk")
    assert "Valmieras bibliotēka" in mail.body
    assert link_to(ANNA).startswith("/uk/m/")


def test_somebody_new_makes_an_account_and_is_signed_in_with_the_roles():
    ask(a_coordinator(), role("author"), "reviewer:uk")

    client = join(ANNA)

    anna = User.objects.get(email=ANNA)
    assert (anna.get_full_name(), anna.reads_in) == ("Anna Ozola", "lv")
    assert keys(anna) == {role("author"), "reviewer:uk"}
    assert client.get("/admin/").status_code == 200
    assert client.get(reverse("translation_desk")).status_code == 200
    again = Client().post("/account/login/", {"login": ANNA, "password": NEW["password1"]})
    assert again.headers["Location"] == "/admin/"


def test_opening_the_link_sets_no_cookie_and_changes_nothing():
    ask(a_coordinator(), role("author"))
    client = Client()

    for _mail_scanner in range(3):
        response = client.get(link_to(ANNA))

    assert response.status_code == 200
    assert not response.cookies
    assert "no-store" in response.headers["Cache-Control"]
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert not User.objects.filter(email=ANNA).exists()


def test_a_form_from_another_site_makes_no_account():
    ask(a_coordinator(), role("author"))

    response = Client().post(link_to(ANNA), NEW, headers={"sec-fetch-site": "cross-site"})

    assert response.status_code == 403
    assert not User.objects.filter(email=ANNA).exists()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"first_name": ""}, "Write your name"),
        ({"password1": "", "password2": ""}, "Choose a password."),
        ({"password2": "other"}, "The two passwords are not the same."),
        ({"password1": "12345678", "password2": "12345678"}, "entirely numeric"),
        ({"password1": "annaozola", "password2": "annaozola"}, "too similar"),
        ({"language": "xx"}, "Select a valid choice"),
    ],
)
def test_each_mistake_gets_a_sentence_and_makes_nothing(wrong, said):
    ask(a_coordinator(), role("author"), language="en")

    response = Client().post(link_to(ANNA), {**NEW, **wrong})

    assert response.status_code == 422
    assert said in text(response)
    assert not User.objects.filter(email=ANNA).exists()


def test_a_link_works_once():
    ask(a_coordinator(), role("author"), language="en")
    link = link_to(ANNA)
    join(ANNA)

    seen, sent = Client().get(link), Client().post(link, {**NEW, "first_name": "Eve"})

    assert (seen.status_code, sent.status_code) == (410, 410)
    assert "It was accepted already." in text(seen)
    assert User.objects.get(email=ANNA).first_name == "Anna"


def test_a_link_runs_out_after_two_weeks_and_can_be_sent_again():
    coordinator = a_coordinator()
    ask(coordinator, role("author"), language="en")
    first = link_to(ANNA)
    Invitation.objects.update(sent_at=timezone.now() - timedelta(days=14, minutes=1))

    assert Client().get(first).status_code == 410
    assert "The link has run out" in text(coordinator.get(PEOPLE))

    coordinator.post(reverse("invitation_again", args=[Invitation.objects.get().pk]))

    assert Client().get(first).status_code == 410
    assert Client().get(link_to(ANNA)).status_code == 200


def test_a_withdrawn_link_opens_nothing():
    coordinator = a_coordinator()
    ask(coordinator, role("author"), language="en")
    link = link_to(ANNA)

    coordinator.post(reverse("invitation_withdraw", args=[Invitation.objects.get().pk]))

    assert Client().post(link, NEW).status_code == 410
    assert not User.objects.filter(email=ANNA).exists()
    assert "Send again" not in text(coordinator.get(PEOPLE))


def test_a_forged_or_cut_link_gets_a_friendly_page():
    ask(a_coordinator(), role("author"), language="en")
    link = link_to(ANNA)
    other = make_token("confirm", invitation=Invitation.objects.get().pk, times_sent=1)

    for bad in (
        link[:-4] + "/",
        "/en/m/x/",
        "/en/m/%00/",
        f"/en/m/{other}/",
        "/en/m/" + "A" * 3000 + "/",
    ):
        response = Client().get(bad)
        assert response.status_code == 404
        assert "This link does not work" in text(response)


def test_an_account_that_is_there_gets_the_roles_once_its_owner_has_signed_in():
    anna = make_user("anna", groups=[partner().authors], password=NEW["password1"])
    ask(a_coordinator(), role("publisher"), "reviewer:lv", language="en")
    link, client = link_to(ANNA), Client()

    assert "Sign in and take these roles" in text(client.get(link))
    to_sign_in = client.post(link)
    assert keys(anna) == {role("author")}
    back = client.post(
        to_sign_in.headers["Location"], {"login": ANNA, "password": NEW["password1"]}
    )
    assert "Take these roles" in text(client.get(back.headers["Location"]))
    assert keys(anna) == {role("author")}

    client.post(link)

    assert keys(anna) == {role("author"), role("publisher"), "reviewer:lv"}
    assert client.post(link).status_code == 302  # a second press leads on as the first did
    assert Client().get(link).status_code == 410


def test_the_link_gives_nothing_to_somebody_else_who_is_signed_in():
    make_user("anna")
    other = an_author("kardla-town-library")
    ask(a_coordinator(), role("publisher"), language="en")

    shown, sent = other.get(link_to(ANNA)), other.post(link_to(ANNA))

    assert "is signed in. Sign out first" in text(shown)
    assert sent.status_code == 200
    assert role("publisher") not in keys(other.user)


def test_an_invited_coordinator_sets_up_the_second_factor_first():
    ask(an_administrator(), "coordinator")

    client = join(ANNA)

    assert client.get("/admin/").headers["Location"].startswith("/account/2fa/")
    assert client.get("/account/2fa/totp/activate/").status_code == 200


def test_somebody_who_left_comes_back_with_what_the_new_invitation_says_and_no_more():
    anna = make_user("anna", is_superuser=True, groups=[partner().publishers])
    make_user("chief", is_superuser=True)
    anna.is_active = False
    anna.save()
    ask(a_coordinator(), role("author"))

    join(ANNA)

    anna.refresh_from_db()
    assert anna.is_active
    assert not anna.is_superuser
    assert keys(anna) == {role("author")}


@pytest.mark.parametrize("email", ["", "no address", "a@b", "a\x00@example.org", "x" * 300 + "@example.org", "a@example.org\nBcc: b@example.org"])  # fmt: skip
def test_an_address_that_is_none_is_refused_in_words(email):
    response = ask(a_coordinator(), role("author"), email=email)

    assert response.status_code == 200
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("roles", [[], ["author:0"], ["king"], ["administrator"], ["author"]])
def test_nobody_is_invited_as_nothing(roles):
    assert ask(an_administrator(), *roles).status_code == 200
    assert not Invitation.objects.exists()


def test_a_double_press_sends_one_mail():
    coordinator = a_coordinator()

    ask(coordinator, role("author"))
    second = ask(coordinator, role("author"))

    assert "You have invited this address already." in text(second)
    assert Mail.objects.count() == 1


def test_who_has_the_roles_already_is_not_invited_to_them():
    make_user("anna", groups=[partner().authors])

    response = ask(a_coordinator(), role("author"))

    assert "This person has these roles already." in text(response)
    assert not Mail.objects.exists()


def test_old_invitations_are_erased():
    invite(email=ANNA, roles=["translator:uk"], language="lv")
    Invitation.objects.update(sent_at=timezone.now() - timedelta(days=181))
    invite(email="new@example.org", roles=["translator:uk"], language="lv")

    assert erase_old_invitations() == 1
    assert Invitation.objects.get().email == "new@example.org"


# --- by command -------------------------------------------------------------------------------


def test_the_first_administrator_is_invited_from_the_command_line(capsys):
    User.objects.filter(is_superuser=True).delete()

    call_command("invite", ANNA, "--administrator", "--mail-language", "fi")
    client = join(ANNA)

    anna = User.objects.get(email=ANNA)
    assert (anna.is_superuser, Mail.objects.first().language) == (True, "fi")
    assert link_to(ANNA) in capsys.readouterr().out
    assert client.get("/admin/").headers["Location"].startswith("/account/2fa/")


def test_the_command_takes_roles_with_their_places():
    call_command(
        *("invite", ANNA, "--partner", "valmiera-library", "--role", "author"),
        *("--partner", "kardla-town-library", "--language", "uk", "--role", "reviewer"),
    )

    assert set(Invitation.objects.get().roles) == {
        role("author"),
        role("author", "kardla-town-library"),
        "reviewer:uk",
    }


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["no address", "--administrator"], "not an e-mail address"),
        ([ANNA], "Say as what"),
        ([ANNA, "--role", "author"], "belong together"),
        ([ANNA, "--partner", "valmiera-library"], "belong together"),
        ([ANNA, "--partner", "atlantis", "--role", "author"], "There is no partner atlantis"),
        ([ANNA, "--language", "xx", "--role", "reviewer"], "does not speak xx"),
    ],
)
def test_the_command_says_what_is_wrong(arguments, said):
    with pytest.raises(CommandError, match=said):
        call_command("invite", *arguments)

    assert not Invitation.objects.exists()


# --- who sees and changes whom ----------------------------------------------------------------


def test_the_list_shows_everybody_to_a_coordinator():
    make_user("anna", groups=[partner().authors, partner("kardla-town-library").publishers])
    make_translator("uk", username="oksana")

    html = text(a_coordinator().get(PEOPLE))

    for words in (
        "anna@example.org",
        "author: Valmieras bibliotēka",
        "publisher: Kärdla Linnaraamatukogu",
        "oksana@example.org",
        "translator: Українська",
    ):
        assert words in html


def test_a_publisher_sees_the_people_of_the_own_partner_alone():
    make_user("anna", groups=[partner().authors, partner("kardla-town-library").publishers])
    make_user("liis", groups=[partner("kardla-town-library").authors])
    invite(email="juhan@example.org", roles=[role("author", "kardla-town-library")], language="et")
    invite(email="ilze@example.org", roles=[role("author")], language="lv")

    html = text(a_publisher().get(PEOPLE))

    assert "anna@example.org" in html
    assert "ilze@example.org" in html
    for hidden in ("liis@", "juhan@", "Kärdla Linnaraamatukogu</li>", "coordinator"):
        assert hidden not in html


@pytest.mark.parametrize("who", ["author", "translator", "nobody"])
def test_the_screens_are_not_there_for_who_looks_after_nobody(who):
    client = {
        "author": an_author,
        "translator": lambda: signed_in(make_translator("uk")),
        "nobody": Client,
    }[who]()
    anna = make_user("anna", groups=[partner().authors])
    invite(email="ilze@example.org", roles=[role("author")], language="lv")
    pk = Invitation.objects.get().pk

    answers = [
        client.get(PEOPLE),
        client.get(INVITE),
        client.get(reverse("person", args=[anna.pk])),
        ask(client, role("author"), email="x@example.org"),
        client.post(reverse("person", args=[anna.pk]), {"roles": [role("publisher")]}),
        client.post(reverse("person_end_role", args=[anna.pk]), {"role": role("author")}),
        client.post(reverse("person_leave", args=[anna.pk])),
        client.post(reverse("person_forget_factor", args=[anna.pk])),
        client.post(reverse("invitation_again", args=[pk])),
        client.post(reverse("invitation_withdraw", args=[pk])),
    ]

    assert {one.status_code for one in answers} == {302 if who == "nobody" else 404}
    assert keys(anna) == {role("author")}
    assert Invitation.objects.open().count() == 1
    assert Mail.objects.count() == 1


def test_a_publisher_changes_nothing_of_another_partner():
    publisher = a_publisher()
    liis = make_user("liis", groups=[partner("kardla-town-library").authors])
    theirs = role("author", "kardla-town-library")
    foreign = invite(email="juhan@example.org", roles=[theirs], language="et")
    mixed = invite(email="mari@example.org", roles=[theirs, role("author")], language="et")

    answers = [
        publisher.get(reverse("person", args=[liis.pk])),
        publisher.post(reverse("person", args=[liis.pk]), {"roles": []}),
        publisher.post(reverse("person_leave", args=[liis.pk])),
        publisher.post(reverse("person_end_role", args=[liis.pk]), {"role": theirs}),
        publisher.post(reverse("invitation_withdraw", args=[foreign.pk])),
        publisher.post(reverse("invitation_withdraw", args=[mixed.pk])),
    ]

    assert {one.status_code for one in answers} == {404}
    assert keys(liis) == {theirs}
    assert Invitation.objects.open().count() == 2


def test_a_publisher_gives_no_role_that_is_not_the_own_partners():
    publisher = a_publisher()
    anna = make_user("anna", groups=[partner().authors, partner("kardla-town-library").authors])
    before = keys(anna)

    for wanted in (
        role("author", "kardla-town-library"),
        "reviewer:uk",
        "coordinator",
        "administrator",
    ):
        assert ask(publisher, wanted, email="x@example.org").status_code == 200
        publisher.post(reverse("person", args=[anna.pk]), {"roles": [role("author"), wanted]})
        ended = publisher.post(reverse("person_end_role", args=[anna.pk]), {"role": wanted})
        assert ended.status_code == 404
    assert keys(anna) == before
    assert not Invitation.objects.exists()

    publisher.post(reverse("person", args=[anna.pk]), {"roles": [role("publisher")]})
    assert keys(anna) == {role("publisher"), role("author", "kardla-town-library")}


def test_from_a_publisher_somebody_leaves_the_partner_and_keeps_the_rest():
    anna = make_user("anna", groups=[partner().authors, partner().publishers])
    LanguageRole.objects.create(user=anna, locale=shelf().locale, role="reviewer")

    a_publisher().post(reverse("person_leave", args=[anna.pk]))

    anna.refresh_from_db()
    assert anna.is_active
    assert keys(anna) == {"reviewer:lv"}


def test_a_coordinator_touches_neither_administrators_nor_coordinators():
    coordinator = a_coordinator()
    chief = make_user("chief", is_superuser=True, groups=[partner().authors])
    colleague = make_user("colleague", groups=[coordinators()])

    for person in (chief, colleague):
        before = keys(person)
        page = reverse("person", args=[person.pk])
        assert "Only an administrator changes" in text(coordinator.get(page))
        answers = [
            coordinator.post(page, {"roles": []}),
            coordinator.post(reverse("person_leave", args=[person.pk])),
            coordinator.post(
                reverse("person_end_role", args=[person.pk]), {"role": role("author")}
            ),
            coordinator.post(reverse("person_forget_factor", args=[person.pk])),
        ]
        assert {one.status_code for one in answers} == {404}
        assert keys(person) == before


def test_only_an_administrator_makes_a_coordinator():
    anna = make_user("anna", groups=[partner().authors])
    page = reverse("person", args=[anna.pk])

    a_coordinator().post(page, {"roles": [role("author"), "coordinator"]})
    assert keys(anna) == {role("author")}

    an_administrator().post(page, {"roles": ["coordinator"]})
    assert keys(anna) == {"coordinator"}


def test_nobody_changes_their_own_roles():
    for client in (a_coordinator(), an_administrator(), a_publisher()):
        before = keys(client.user)
        page = reverse("person", args=[client.user.pk])
        assert "This is you." in text(client.get(page))
        assert client.post(page, {"roles": []}).status_code == 404
        assert client.post(reverse("person_leave", args=[client.user.pk])).status_code == 404
        assert keys(client.user) == before


def test_wagtails_own_screens_of_users_and_groups_are_the_administrators_alone():
    for client in (a_coordinator(), a_publisher()):
        for address in (reverse("wagtailusers_users:index"), reverse("wagtailusers_groups:index")):
            assert client.get(address).headers["Location"] == "/admin/"

    assert an_administrator().get(reverse("wagtailusers_users:index")).status_code == 200


def test_the_last_administrator_stays():
    from django.core.exceptions import PermissionDenied

    User.objects.filter(is_superuser=True).update(is_superuser=False)
    only = an_administrator()
    other = make_user("chief", is_superuser=True)

    only.post(reverse("person_leave", args=[other.pk]))
    other.refresh_from_db()
    assert not other.is_active
    with pytest.raises(PermissionDenied):
        leave(only.user)
    only.user.refresh_from_db()
    assert only.user.is_superuser


# --- roles act at once ------------------------------------------------------------------------


def test_a_role_that_is_ended_is_gone_on_the_next_request():
    anna = an_author()
    page = make_guide("Tējas vakars", publish=False)
    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
    assert anna.get(edit).status_code == 200

    a_coordinator().post(reverse("person_end_role", args=[anna.user.pk]), {"role": role("author")})

    assert anna.get(edit).status_code == 302
    assert keys(anna.user) == set()


def test_a_language_that_is_ended_closes_the_desk_on_the_next_request():
    translator = signed_in(make_translator("uk"))
    translator.user.user_permissions.clear()
    assert translator.get(reverse("translation_desk")).status_code == 200

    a_coordinator().post(
        reverse("person_end_role", args=[translator.user.pk]), {"role": "translator:uk"}
    )

    assert translator.get(reverse("translation_desk")).headers["Location"].startswith("/account/")


def test_whoever_leaves_takes_their_open_invitations_along():
    publisher = a_publisher()
    ask(publisher, role("author"))
    link = link_to(ANNA)

    a_coordinator().post(reverse("person_leave", args=[publisher.user.pk]))

    assert Client().get(link).status_code == 410
    assert not Invitation.objects.open().exists()


def test_whoever_leaves_is_out_on_the_next_request_and_their_works_stay():
    anna = an_author()
    page = make_guide("Tējas vakars", owner=anna.user)

    a_coordinator().post(reverse("person_leave", args=[anna.user.pk]))

    assert anna.get("/admin/").headers["Location"].startswith("/account/login/")
    anna.user.refresh_from_db()
    assert not anna.user.is_active
    assert not anna.user.has_usable_password()
    assert keys(anna.user) == set()
    assert Page.objects.get(pk=page.pk).owner == anna.user


def test_deeds_are_not_done_by_opening_an_address():
    coordinator = a_coordinator()
    anna = make_user("anna", groups=[partner().authors])

    for name in ("person_end_role", "person_leave", "person_forget_factor"):
        assert coordinator.get(reverse(name, args=[anna.pk])).status_code == 405
    assert keys(anna) == {role("author")}


def test_what_was_done_to_whom_is_in_the_log():
    coordinator = a_coordinator()
    ask(coordinator, role("author"))
    join(ANNA)
    anna = User.objects.get(email=ANNA)
    coordinator.post(reverse("person", args=[anna.pk]), {"roles": ["reviewer:uk"]})
    coordinator.post(reverse("person_leave", args=[anna.pk]))

    done = ModelLogEntry.objects.filter(action__startswith="people.").order_by("timestamp", "pk")
    assert [(one.action, one.user) for one in done] == [
        ("people.invited", coordinator.user),
        ("people.role_given", coordinator.user),
        ("people.joined", anna),
        ("people.role_given", coordinator.user),
        ("people.role_ended", coordinator.user),
        ("people.left", coordinator.user),
    ]
    assert "Valmieras bibliotēka" in done[1].formatter.format_message(done[1])
    assert ANNA not in done[0].label


def test_an_administrator_helps_who_lost_the_second_factor():
    colleague = make_user("colleague", groups=[coordinators()])
    client = Client()
    client.force_login(colleague)
    assert client.get("/admin/").status_code == 200

    an_administrator().post(reverse("person_forget_factor", args=[colleague.pk]))

    assert client.get("/admin/").headers["Location"].startswith("/account/2fa/")


# --- the list ---------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["оЛЬГ", "olha@", "ШЕВЧ"])
def test_people_are_found_by_name_and_address(words):
    make_user("olha", first_name="Ольга", last_name="Шевченко")
    make_user("anna")

    html = text(a_coordinator().get(PEOPLE, {"q": words}))

    assert "olha@example.org" in html
    assert "anna@example.org" not in html


def test_the_list_can_be_narrowed_to_a_partner():
    make_user("anna", groups=[partner().authors])
    make_user("liis", groups=[partner("kardla-town-library").publishers])

    html = text(a_coordinator().get(PEOPLE, {"partner": "kardla-town-library"}))

    assert "liis@example.org" in html
    assert "anna@example.org" not in html


@pytest.mark.parametrize(
    "query", ["partner=atlantis", "page=999", "page=x", "q=" + "x" * 500, "q=%27%22%3C"]
)
def test_odd_questions_get_an_ordinary_answer(query):
    assert a_coordinator().get(f"{PEOPLE}?{query}").status_code == 200


def test_the_list_costs_the_same_for_three_people_as_for_thirty():
    coordinator = a_coordinator()

    def add(numbers):
        for number in numbers:
            person = make_user(f"person-{number}", groups=[partner().authors])
            LanguageRole.objects.create(user=person, locale=shelf().locale, role="reviewer")
            invite(email=f"new-{number}@example.org", roles=[role("author")], language="lv")

    def cost():
        coordinator.get(PEOPLE)
        with CaptureQueriesContext(connection) as queries:
            coordinator.get(PEOPLE)
        return len(queries)

    add(range(3))
    few = cost()
    add(range(3, 30))

    assert (cost(), few <= 30) == (few, True)
