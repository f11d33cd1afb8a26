"""Signing in: one door, few tries, the same answer to everybody, a second factor where it matters."""

import json
import re
import subprocess

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.test import Client
from django.urls import NoReverseMatch, reverse
from wagtail.models import Page, PageViewRestriction

from hub.models import Mail
from hub.second_factor import needs_second_factor
from partners.groups import coordinators
from partners.invitations import invite
from partners.models import Partner
from tests import plumbing
from tests.builders import make_guide, make_reviewer, make_user
from tests.editing import an_author, signed_in
from tests.invitations import link_to
from tests.second_factor import code_now

pytestmark = pytest.mark.usefixtures("demo")

HOME = "/admin/"
SIGN_IN, SECURITY = "/account/login/", "/account/2fa/"
PASSWORD = "zvaigžņu tilts 7"
WRONG = "The e-mail address or the password is not right."
TOO_MANY = "Too many tries"


def somebody(username="liga", *, groups=None, **fields):
    """An author of Valmiera, unless told; with a password."""
    if groups is None:
        groups = [Partner.objects.get(slug="valmiera-library").authors]
    return make_user(username, groups=groups, password=PASSWORD, **fields)


def a_new_coordinator():
    """Who has never signed in: no second factor yet."""
    user = somebody("inga", groups=[coordinators()])
    Authenticator.objects.filter(user=user).delete()
    return user


def try_password(client, email, password=PASSWORD, **more):
    return client.post(SIGN_IN, {"login": email, "password": password, **more})


def words(response) -> str:
    """What the page says, without what differs from one showing to the next."""
    html = response.content.decode()
    return re.sub(r'value="[^"]*"', "", html)


# --- one door ---------------------------------------------------------------------------------


@pytest.mark.parametrize("door", ["/admin/login/", "/login/"])
def test_older_sign_in_addresses_lead_on_and_remember_where_to(client, door):
    response = client.get(f"{door}?next=/admin/pages/")

    assert response.status_code == 302
    assert response.headers["Location"] == f"{SIGN_IN}?next=/admin/pages/"


def test_whoever_asks_for_the_admin_signs_in_and_arrives_there(client):
    somebody()

    asked = client.get("/admin/images/")
    arrived = client.post(
        asked.headers["Location"], {"login": "LIGA@example.org", "password": PASSWORD}
    )

    assert asked.headers["Location"] == f"{SIGN_IN}?next=/admin/images/"
    assert arrived.headers["Location"] == "/admin/images/"
    assert client.get("/admin/images/").status_code == 200


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"]
)
def test_signing_in_leads_to_no_other_site(client, target):
    somebody()

    response = try_password(client, "liga@example.org", next=target)

    assert response.headers["Location"] == HOME


@pytest.mark.parametrize("rest", ["", "done/", "confirm/MQ/abc-def/", "complete/"])
def test_wagtails_password_reset_leads_to_ours(client, rest):
    response = client.get(f"/admin/password_reset/{rest}")

    assert response.headers["Location"] == "/account/password/reset/"


def test_wagtails_button_signs_out_and_its_address_asks_first():
    client = an_author()

    asked = client.get("/admin/logout/")
    assert asked.headers["Location"] == "/account/logout/"
    assert client.get(HOME).status_code == 200

    client.post("/admin/logout/")
    assert client.get(HOME).status_code == 302


@pytest.mark.parametrize(
    "path",
    [
        "signup/",
        "email/",
        "confirm-email/",
        "login/code/",
        "signup/passkey/",
        "2fa/webauthn/signup/",
    ],
)
def test_nobody_signs_up_or_changes_addresses_by_themselves(client, path):
    assert client.get(f"/account/{path}").status_code == 404
    assert client.post(f"/account/{path}", {"email": "new@example.org"}).status_code == 404
    assert an_author().get(f"/account/{path}").status_code == 404
    with pytest.raises(NoReverseMatch):
        reverse("account_signup")


def test_wagtails_account_page_changes_neither_password_nor_address():
    client = an_author()
    before = get_user_model().objects.get(pk=client.user.pk)

    html = client.get("/admin/account/").content.decode()
    client.post(
        "/admin/account/",
        {
            "name_email-first_name": "Līga",
            "name_email-last_name": "Ozola",
            "name_email-email": "other@example.org",
            "password-old_password": PASSWORD,
            "password-new_password1": "another tilts 8",
            "password-new_password2": "another tilts 8",
            "locale-preferred_language": "en",
            "locale-current_time_zone": "Europe/Riga",
            "theme-theme": "system",
            "theme-density": "default",
            "theme-contrast": "system",
            "theme-keyboard_shortcuts": "on",
        },
    )

    after = get_user_model().objects.get(pk=client.user.pk)
    assert SECURITY in html
    assert "new_password" not in html
    assert (after.first_name, after.email, after.password) == (
        "Līga",
        before.email,
        before.password,
    )


def test_the_pages_of_signing_in_are_kept_by_nobody_and_run_nothing_inline(client):
    for address in (SIGN_IN, "/account/password/reset/", "/account/2fa/"):
        response = client.get(address)
        assert response.headers["Cache-Control"] == "private, no-store"
        assert "'unsafe-inline'" not in response.headers["Content-Security-Policy"]
        assert response.headers["Referrer-Policy"] == "same-origin"
        assert " style=" not in response.content.decode()


def test_the_sign_in_speaks_the_language_of_the_browser_then_of_the_person(client):
    asked = client.get(SIGN_IN, headers={"accept-language": "uk"})
    theirs = an_author(language="lv").get(SECURITY, headers={"accept-language": "uk"})

    assert '<html lang="uk"' in asked.content.decode()
    assert '<html lang="lv"' in theirs.content.decode()


def test_somebody_without_any_role_is_told_so_and_goes_round_in_no_circle():
    client = an_author()
    client.user.groups.clear()
    client.user.user_permissions.clear()

    response = client.get(HOME, follow=True)

    assert response.redirect_chain == [(f"{SIGN_IN}?next=/admin/", 302)]
    assert response.status_code == 403
    assert "You have no role in the hub at present." in response.content.decode()


def test_a_page_for_another_group_is_refused_without_a_circle():
    page = make_guide("Tējas vakars")
    restriction = PageViewRestriction.objects.create(page=page, restriction_type="groups")
    restriction.groups.add(coordinators())

    response = an_author().get(page.get_url(), follow=True)

    assert response.status_code == 403
    assert len(response.redirect_chain) == 1


# --- few tries, the same answer ---------------------------------------------------------------


def test_an_unknown_address_gets_the_same_answer_as_a_wrong_password():
    somebody()

    wrong = try_password(Client(), "liga@example.org", "guess")
    unknown = try_password(Client(), "nobody@example.org", "guess")

    assert WRONG in words(wrong)
    assert (wrong.status_code, words(wrong)) == (unknown.status_code, words(unknown))


def test_a_password_is_hashed_once_whether_the_address_is_known_or_not(settings, monkeypatch):
    from django.contrib.auth.hashers import MD5PasswordHasher

    somebody()
    hashed = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(
        MD5PasswordHasher, "encode", lambda *args: hashed.append(1) or encode(*args)
    )

    counts = []
    for address in ("liga@example.org", "nobody@example.org"):
        hashed.clear()
        try_password(Client(), address, "guess")
        counts.append(len(hashed))

    assert counts == [1, 1]


def test_tries_are_limited_for_one_account_from_wherever_they_come():
    somebody()
    addresses = [f"192.0.2.{number}" for number in range(8)]

    answers = [
        try_password(Client(REMOTE_ADDR=address), "liga@example.org", "guess")
        for address in addresses
    ]
    late = try_password(Client(REMOTE_ADDR="192.0.2.99"), "liga@example.org")

    assert [TOO_MANY in words(one) for one in answers] == [False] * 5 + [True] * 3
    assert TOO_MANY in words(late)


def test_an_unknown_account_is_limited_in_the_same_way():
    answers = [
        words(try_password(Client(REMOTE_ADDR=f"192.0.2.{n}"), "nobody@example.org", "guess"))
        for n in range(6)
    ]

    assert [TOO_MANY in one for one in answers] == [False] * 5 + [True]


def test_tries_are_limited_for_one_computer_whoever_it_tries():
    somebody()
    answers = [
        try_password(Client(), f"nobody{number}@example.org", "guess") for number in range(11)
    ]

    assert [TOO_MANY in words(one) for one in answers] == [False] * 10 + [True]
    assert TOO_MANY in words(try_password(Client(), "liga@example.org"))
    elsewhere = try_password(Client(REMOTE_ADDR="192.0.2.1"), "liga@example.org")
    assert elsewhere.headers["Location"] == HOME


def test_signing_in_rightly_uses_up_no_try():
    somebody()

    answers = [try_password(Client(), "liga@example.org") for _number in range(7)]

    assert {one.status_code for one in answers} == {302}


def test_the_header_of_a_proxy_counts_only_where_one_stands(settings):
    def tries(forwarded):
        return [
            TOO_MANY
            in words(
                try_password(
                    Client(headers={"x-forwarded-for": one}), f"nobody{number}@example.org", "guess"
                )
            )
            for number, one in enumerate(forwarded)
        ]

    invented = [f"203.0.113.{number}" for number in range(11)]
    assert tries(invented)[-1] is True

    cache.clear()
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert tries(invented)[-1] is False
    cache.clear()
    # What a client invents stands before what the proxy writes.
    assert tries([f"{one}, 198.51.100.7" for one in invented])[-1] is True


def test_a_nul_or_a_very_long_address_is_an_ordinary_mistake(client):
    for address in ("a\x00b@example.org", "x" * 5000 + "@example.org", "", "ї" * 300, "no address"):
        response = try_password(client, address, "guess\x00")
        assert response.status_code == 200


# --- a forgotten password ---------------------------------------------------------------------


def ask_for_password(client, email):
    return client.post("/account/password/reset/", {"email": email})


def link_in(mail: Mail) -> str:
    return re.search(r"http://[^/]+(/\S+)", mail.body).group(1)


def test_a_new_password_is_set_by_a_mailed_link_in_the_persons_language(client):
    signed_in(somebody(), "uk")

    ask_for_password(client, "Liga@Example.org")
    mail = Mail.objects.get()
    form = client.get(link_in(mail), follow=True)
    new = {"password1": "jauns tilts 77", "password2": "jauns tilts 77"}
    done = client.post(form.redirect_chain[-1][0], new, follow=True)

    assert (mail.to, mail.language) == ("liga@example.org", "uk")
    assert done.status_code == 200
    assert try_password(Client(), "liga@example.org", "jauns tilts 77").status_code == 302
    assert try_password(Client(), "liga@example.org").status_code == 200
    notice = Mail.objects.last()
    assert (notice.pk != mail.pk, notice.language) == (True, "uk")


def test_nobody_learns_from_the_reset_who_has_an_account():
    somebody()
    make_user("gone", is_active=False)

    answers = [
        ask_for_password(Client(), f"{name}@example.org") for name in ("liga", "nobody", "gone")
    ]

    assert {(one.status_code, one.headers["Location"]) for one in answers} == {
        (302, "/account/password/reset/sent/")
    }
    assert [mail.to for mail in Mail.objects.all()] == ["liga@example.org"]


def test_resets_are_limited_alike_for_known_and_unknown_accounts():
    somebody()

    for name in ("liga", "nobody"):
        statuses = [
            ask_for_password(Client(REMOTE_ADDR=f"192.0.2.{n}"), f"{name}@example.org").status_code
            for n in range(4)
        ]
        assert statuses == [302, 302, 302, 429]


def test_an_address_somebody_had_before_opens_nothing(client):
    user = somebody()
    ask_for_password(client, "liga@example.org")
    first = link_in(Mail.objects.get())

    user.email = "New@Example.org"
    user.save()
    ask_for_password(Client(), "liga@example.org")

    assert Mail.objects.count() == 1
    assert "does not work any more" in client.get(first, follow=True).content.decode()
    assert not EmailAddress.objects.exists()
    assert try_password(Client(), "new@example.org").status_code == 302


@pytest.mark.parametrize("key", ["0-x", "1-set-password", "zz9-c7-abc", "9" * 60 + "-a"])
def test_a_made_up_reset_link_gets_a_friendly_page(client, key):
    response = client.get(f"/account/password/reset/key/{key}/")

    assert response.status_code == 200
    assert "This link does not work any more" in response.content.decode()


def test_the_links_of_mails_never_come_from_the_request(client, settings):
    settings.ALLOWED_HOSTS = ["*"]
    somebody()

    Client(HTTP_HOST="evil.example").post("/account/password/reset/", {"email": "liga@example.org"})

    assert settings.HUB_ADDRESS in Mail.objects.get().body
    assert "evil.example" not in Mail.objects.get().body


def test_no_two_people_have_one_address():
    from django.core.exceptions import ValidationError

    somebody()
    other = get_user_model()(username="other", email="liga@example.org", password="x")

    with pytest.raises(ValidationError, match="Somebody else here"):
        other.full_clean()


# --- the second factor ------------------------------------------------------------------------


def test_who_needs_a_second_factor():
    assert needs_second_factor(make_user("chief", is_superuser=True))
    assert needs_second_factor(somebody("inga", groups=[coordinators()]))
    assert needs_second_factor(make_user("lister", "events.export_registrations"))

    assert not needs_second_factor(somebody())
    assert not needs_second_factor(make_reviewer())


def test_at_the_first_sign_in_the_second_factor_comes_before_anything_else(client):
    a_new_coordinator()

    answer = try_password(client, "inga@example.org")
    assert answer.headers["Location"] == HOME

    led = client.get(HOME, follow=True)
    assert led.redirect_chain == [("/account/2fa/?next=%2Fadmin%2F", 302)]
    assert "One more thing before you begin" in led.content.decode()


@pytest.mark.parametrize(
    "path",
    ["/admin/", "/admin/pages/", "/admin/people/", "/admin/desk/", "/admin/images/", "/admin/account/",
     "/admin/api/main/pages/", "/admin/nothing/"],
)  # fmt: skip
def test_without_it_no_door_of_the_admin_opens(path):
    client = Client()
    client.force_login(a_new_coordinator())

    response = client.get(path)

    assert response.status_code == 302
    assert response.headers["Location"].startswith(SECURITY)


def test_without_it_scripts_get_a_plain_no():
    client = Client()
    client.force_login(a_new_coordinator())

    asked = [
        client.get("/admin/pages/", headers={"x-requested-with": "XMLHttpRequest"}),
        client.get("/admin/pages/", headers={"accept": "application/json"}),
        client.post("/admin/dismissibles/", headers={"sec-fetch-mode": "cors"}),
    ]

    assert [one.status_code for one in asked] == [403, 403, 403]


def test_without_it_pages_for_members_stay_shut_and_public_ones_open():
    page = make_guide("Tējas vakars")
    open_page = make_guide("Atklāts vakars")
    PageViewRestriction.objects.create(page=page, restriction_type="login")
    client = Client()
    client.force_login(a_new_coordinator())

    assert client.get(page.get_url()).headers["Location"].startswith(SECURITY)
    assert client.get(open_page.get_url()).status_code == 200
    assert client.get("/lv/").status_code == 200


def test_without_it_a_deed_is_not_done():
    user = a_new_coordinator()
    page = Page.objects.get(pk=make_guide("Tējas vakars").pk)
    client = Client()
    client.force_login(user)

    client.post(reverse("wagtailadmin_pages:unpublish", args=[page.pk]))

    page.refresh_from_db()
    assert page.live


def set_up(client) -> list[str]:
    """Add an authenticator app, as the pages say; the recovery codes that are shown."""
    html = client.get("/account/2fa/totp/activate/").content.decode()
    secret = re.search(r'sheet__key">([A-Z2-7]+)<', html).group(1)
    shown = client.post("/account/2fa/totp/activate/", {"code": code_now(secret)}, follow=True)
    return re.findall(r"<code>(\d{8})</code>", shown.content.decode())


def test_setting_it_up_shows_the_recovery_codes_once_and_opens_the_admin(client):
    user = a_new_coordinator()
    try_password(client, "inga@example.org")

    codes = set_up(client)

    assert len(codes) == 10
    again = client.get("/account/2fa/recovery-codes/").content.decode()
    assert not any(code in again for code in codes)
    assert client.get(HOME).status_code == 200
    (mail,) = Mail.objects.filter(to=user.email)
    assert "authenticator app was added" in mail.body


def test_a_wrong_code_sets_nothing_up(client):
    user = a_new_coordinator()
    try_password(client, "inga@example.org")
    client.get("/account/2fa/totp/activate/")

    response = client.post("/account/2fa/totp/activate/", {"code": "000000"})

    assert "This code is not right." in response.content.decode()
    assert not Authenticator.objects.filter(user=user).exists()


def test_from_then_on_the_password_alone_does_not_open(client):
    somebody("inga", groups=[coordinators()])

    answer = try_password(client, "inga@example.org")

    assert answer.headers["Location"] == "/account/2fa/authenticate/"
    assert client.get(HOME).headers["Location"].startswith(SIGN_IN)
    assert client.post("/account/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert client.get(HOME).headers["Location"].startswith(SIGN_IN)

    client.post("/account/2fa/authenticate/", {"code": code_now()})
    assert client.get(HOME).status_code == 200


def test_a_code_that_was_read_along_opens_nothing():
    somebody("inga", groups=[coordinators()])
    code = code_now()
    first, second = Client(), Client()
    for client in (first, second):
        try_password(client, "inga@example.org")

    first.post("/account/2fa/authenticate/", {"code": code})
    second.post("/account/2fa/authenticate/", {"code": code})

    assert first.get(HOME).status_code == 200
    assert second.get(HOME).status_code == 302


def test_a_recovery_code_opens_once():
    a_new_coordinator()
    client = Client()
    try_password(client, "inga@example.org")
    codes = set_up(client)

    def opens(code):
        another = Client()
        try_password(another, "inga@example.org")
        another.post("/account/2fa/authenticate/", {"code": code})
        return another.get(HOME).status_code == 200

    assert opens(codes[3])
    assert not opens(codes[3])
    assert opens(codes[4])


def test_codes_are_not_guessed_without_end():
    somebody("inga", groups=[coordinators()])
    client = Client()
    try_password(client, "inga@example.org")

    answers = [
        words(client.post("/account/2fa/authenticate/", {"code": f"00000{n}"})) for n in range(7)
    ]
    right = client.post("/account/2fa/authenticate/", {"code": code_now()})

    assert TOO_MANY in answers[-1]
    assert TOO_MANY in words(right)


def test_a_session_from_before_the_second_factor_is_asked_for_it():
    user = a_new_coordinator()
    earlier, now = Client(), Client()
    try_password(earlier, "inga@example.org")
    try_password(now, "inga@example.org")

    set_up(now)

    assert now.get(HOME).status_code == 200
    led = earlier.get(HOME)
    assert led.headers["Location"].startswith("/account/2fa/reauthenticate/")
    assert user.authenticator_set.count() == 2


def test_a_role_that_needs_it_asks_on_the_next_click():
    client = an_author()
    assert client.get(HOME).status_code == 200

    client.user.groups.add(coordinators())

    assert client.get(HOME).headers["Location"].startswith(SECURITY)


def test_whoever_takes_it_away_sets_up_another_one():
    client = Client()
    user = somebody("inga", groups=[coordinators()])
    try_password(client, "inga@example.org")
    client.post("/account/2fa/authenticate/", {"code": code_now()})

    client.post("/account/2fa/totp/deactivate/")

    assert not user.authenticator_set.exists()
    assert client.get(HOME).headers["Location"].startswith(SECURITY)


def test_a_new_password_does_not_go_round_the_second_factor(client):
    somebody("inga", groups=[coordinators()])
    ask_for_password(client, "inga@example.org")
    form = client.get(link_in(Mail.objects.get()), follow=True)
    new = {"password1": "jauns tilts 77", "password2": "jauns tilts 77"}
    client.post(form.redirect_chain[-1][0], new)

    assert client.get(HOME).headers["Location"].startswith(SIGN_IN)
    answer = try_password(client, "inga@example.org", "jauns tilts 77")
    assert answer.headers["Location"] == "/account/2fa/authenticate/"


@pytest.mark.parametrize(
    "credential",
    ["", "null", "[]", "5", '"x"', "{}", '{"id": 1}', '{"id": "x", "rawId": "x", "response": {}}',
     '{"id":"eA","rawId":"eA","type":"public-key","response":{"clientDataJSON":"e30",'
     '"authenticatorData":"AAAA","signature":"AA","userHandle":"Zm9v"}}', "{" * 900],
)  # fmt: skip
def test_a_broken_passkey_is_an_ordinary_mistake(credential):
    somebody("inga", groups=[coordinators()])
    unknown, pending, known = Client(), Client(), Client()
    try_password(pending, "inga@example.org")
    try_password(known, "inga@example.org")
    known.post("/account/2fa/authenticate/", {"code": code_now()})
    for client in (unknown, pending, known):
        client.get("/account/2fa/webauthn/login/", headers={"accept": "application/json"})
        client.get("/account/2fa/webauthn/add/")

    answers = [
        unknown.post("/account/2fa/webauthn/login/", {"credential": credential}),
        pending.post("/account/2fa/authenticate/", {"credential": credential}),
        known.post("/account/2fa/webauthn/add/", {"credential": credential, "name": "x"}),
        known.post("/account/2fa/webauthn/reauthenticate/", {"credential": credential}),
    ]

    assert [one.status_code for one in answers] == [302, 200, 200, 302]
    assert unknown.get(HOME).status_code == 302
    assert pending.get(HOME).status_code == 302
    assert not Authenticator.objects.filter(type="webauthn").exists()


@pytest.mark.html
def test_the_pages_of_signing_in_are_valid_html(client, tmp_path):
    command = plumbing.need("java")
    a_new_coordinator()
    invite(email="new@example.org", roles=["translator:uk"], language="lv")
    pages = [client.get(SIGN_IN), try_password(client, "inga@example.org", "wrong")]
    pages += [client.get("/account/password/reset/"), client.get(link_to("new@example.org"))]
    pages += [client.get("/account/password/reset/key/1-x/"), client.get("/en/m/x/")]
    try_password(client, "inga@example.org")
    pages += [client.get(SECURITY), client.get("/account/2fa/totp/activate/")]
    set_up(client)
    for path in (
        "",
        "recovery-codes/",
        "recovery-codes/generate/",
        "totp/deactivate/",
        "webauthn/",
    ):
        pages.append(client.get(f"/account/2fa/{path}", headers={"host": "localhost"}))
    pages += [client.get("/account/password/change/"), client.get("/account/logout/")]
    for number, page in enumerate(pages):
        (tmp_path / f"{number}.html").write_bytes(page.content)

    checked = subprocess.run(
        [*command, "--format", "json", "--stdout", "--errors-only", str(tmp_path)],
        capture_output=True,
        check=False,
    )

    messages = json.loads(checked.stdout)["messages"]
    assert [f"{one['url'][-8:]} {one['message']} {one.get('extract')}" for one in messages] == []
    assert {page.status_code for page in pages} <= {200, 404}


# --- mail -------------------------------------------------------------------------------------


def test_what_wagtail_sends_waits_in_the_queue_too(settings):
    from django.core.mail import send_mail
    from django.utils.translation import override

    settings.EMAIL_BACKEND = "hub.mail_backend.QueueBackend"
    with override("et"):
        send_mail("Kommentaar", "Tere!", None, ["a@example.org", "broken", "b@example.org"])

    found = Mail.objects.order_by("pk").values_list("to", "subject", "body", "language")
    assert list(found) == [
        ("a@example.org", "Kommentaar", "Tere!", "et"),
        ("b@example.org", "Kommentaar", "Tere!", "et"),
    ]


def test_whoever_changes_a_password_is_told_in_their_language():
    user = somebody()
    client = Client()
    try_password(client, "liga@example.org")
    signed_in(user, "da")
    old_session = Client()
    try_password(old_session, "liga@example.org")
    new = {"password1": "jauns tilts 77", "password2": "jauns tilts 77"}

    client.post("/account/password/change/", {"oldpassword": PASSWORD, **new})

    (mail,) = Mail.objects.all()
    assert (mail.to, mail.language) == ("liga@example.org", "da")
    assert client.get(HOME).status_code == 200
    assert old_session.get(HOME).status_code == 302
