"""People of the partners as clients of the admin, and what their editor posts."""

from django.test import Client
from wagtail.users.models import UserProfile

from partners.groups import coordinators
from partners.models import Partner
from tests.builders import make_user


def signed_in(user, language="en") -> Client:
    """A client of `user`, who reads the admin in `language`; `.user` is who it is."""
    UserProfile.objects.update_or_create(user=user, defaults={"preferred_language": language})
    client = Client()
    client.force_login(user)
    client.user = user
    return client


def an_author(partner="valmiera-library", language="en") -> Client:
    group = Partner.objects.get(slug=partner).authors
    return signed_in(make_user(f"{partner}-author-{language}-of-test", groups=[group]), language)


def a_publisher(partner="valmiera-library", language="en") -> Client:
    group = Partner.objects.get(slug=partner).publishers
    return signed_in(make_user(f"{partner}-publisher-{language}-of-test", groups=[group]), language)


def a_coordinator(language="en") -> Client:
    return signed_in(make_user("coordinator-in-test", groups=[coordinators()]), language)


def an_administrator(language="en") -> Client:
    user = make_user("administrator-in-test", is_superuser=True, is_staff=True)
    return signed_in(user, language)


def empty_sets(*names: str) -> dict:
    """The rows below a page (files, languages spoken), none of each."""
    counts = [f"{name}-{count}" for name in names for count in ("TOTAL_FORMS", "INITIAL_FORMS")]
    return dict.fromkeys(counts, "0")


def guide_form(title: str, **more) -> dict:
    """What the editor of a method guide posts, without blocks and files."""
    streams = ("room", "body", "steps", "goes_wrong", "care", "debrief")
    return {
        "title": title,
        "summary": "Vakars ar tēju.",
        "needs_shared_language": "unknown",
        "licence": "CC-BY-4.0",
        **{f"{name}-count": "0" for name in streams},
        **empty_sets("files", "comments"),
        **more,
    }
