"""The pages of signing in, in a browser: a passkey, a phone, no JavaScript, no complaint of axe."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth import get_user_model
from django.db import connection

from tests.builders import make_user
from tests.second_factor import code_now

pytestmark = pytest.mark.browser

PASSWORD = "zvaigžņu tilts 7"
PHONE = {"width": 360, "height": 800}


@pytest.fixture
def new_administrator(server, django_db_blocker):
    """Somebody who has to set up a second factor, by mail address."""
    from allauth.mfa.models import Authenticator

    with django_db_blocker.unblock():
        get_user_model().objects.filter(username="passkey-owner").delete()
        user = make_user("passkey-owner", is_superuser=True)
        user.password = get_user_model().objects.get(username="administrator").password
        user.save()
        Authenticator.objects.filter(user=user).delete()
        connection.close()
    return "passkey-owner@example.org"


def sign_in(page, address, password):
    page.fill("input[name=login]", address)
    page.fill("input[name=password]", password)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def complaints(page) -> list[str]:
    found = [
        f"{page.url}: {one['id']} {[node['html'][:120] for node in one['nodes'][:2]]}"
        for one in Axe().run(page).response["violations"]
    ]
    sideways = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return [*found, *([f"{page.url}: {sideways} px too wide"] if sideways > 0 else [])]


def test_a_passkey_is_the_second_factor_and_opens_by_itself(
    server, accounts, chromium, new_administrator
):
    # Browsers give passkeys to names, not to numbers.
    named = server.replace("127.0.0.1", "localhost")
    context = chromium.new_context(viewport=PHONE, locale="en")
    page = context.new_page()
    said = []
    page.on("console", lambda message: said.append(message.text))
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    device = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": device})

    # At the first sign-in the passkey is added, and recovery codes are shown.
    page.goto(f"{named}/account/login/")
    sign_in(page, new_administrator, accounts["administrator"].password)
    page.wait_for_url(f"{named}/account/2fa/**")
    page.locator("a[href$='/webauthn/add/']").click()
    page.locator("input[name=passwordless]").check()
    with page.expect_navigation():
        page.locator("#passkey_button").click()
    page.wait_for_url(f"{named}/account/2fa/recovery-codes/")
    assert page.locator(".sheet__codes li").count() == 10

    # It is the second step after the password.
    context.clear_cookies()
    page.goto(f"{named}/account/login/")
    sign_in(page, new_administrator, accounts["administrator"].password)
    page.wait_for_url(f"{named}/account/2fa/authenticate/")
    page.locator("#passkey_button").click()
    page.wait_for_url(f"{named}/admin/")

    # And it opens without the password.
    context.clear_cookies()
    page.goto(f"{named}/account/login/")
    page.locator("#passkey_button").click()
    page.wait_for_url(f"{named}/admin/")
    assert [text for text in said if "Content Security Policy" in text] == []
    context.close()


@pytest.mark.parametrize("code", ["lv", "uk"])
def test_the_pages_of_signing_in_fit_a_phone_and_please_axe_without_javascript(
    server, accounts, chromium, new_administrator, code, django_db_blocker
):
    from wagtail.users.models import UserProfile

    with django_db_blocker.unblock():
        user = get_user_model().objects.get(email=new_administrator)
        UserProfile.objects.update_or_create(user=user, defaults={"preferred_language": code})
        connection.close()
    # axe itself needs scripts; what is pressed here needs none: no page runs any of its own.
    context = chromium.new_context(viewport=PHONE, locale=code, bypass_csp=True)
    context.route(re.compile(r"\.js(\?|$)"), lambda route: route.abort())
    page = context.new_page()
    found = []

    page.goto(f"{server}/account/password/reset/")
    found += complaints(page)
    page.goto(f"{server}/account/login/?next=/admin/pages/")
    found += complaints(page)
    sign_in(page, new_administrator, "wrong")
    found += complaints(page)
    assert page.locator("[role=alert]").count() == 1
    sign_in(page, new_administrator, accounts["administrator"].password)
    found += complaints(page)
    page.locator("a[href$='/totp/activate/']").click()
    secret = page.locator(".sheet__key").inner_text()
    found += complaints(page)
    page.fill("input[name=code]", code_now(secret))
    with page.expect_navigation():
        page.keyboard.press("Enter")
    found += complaints(page)
    assert page.locator(".sheet__codes li").count() == 10
    for path in ("", "totp/deactivate/", "recovery-codes/generate/", "recovery-codes/"):
        page.goto(f"{server}/account/2fa/{path}")
        found += complaints(page)
    page.goto(f"{server}/account/password/change/")
    found += complaints(page)
    page.goto(f"{server}/account/logout/")
    found += complaints(page)
    page.goto(f"{server}/{code}/m/no-such-link/")
    found += complaints(page)
    context.close()

    assert found == []


def test_after_this_there_are_recovery_codes_beside_the_app(server, db):
    owner = get_user_model().objects.get(username="passkey-owner")

    kinds = owner.authenticator_set.values_list("type", flat=True)
    assert set(kinds) == {"totp", "recovery_codes"}
