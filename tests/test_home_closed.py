"""No listing, feed, sitemap, answer or record tells a draft, a private thing, or a person's address."""

import pytest
from django.apps import apps
from django.db.models import EmailField
from wagtail.models import Page, PageViewRestriction

from events.models import EventMaterial
from hub.models import Mail, Message, Picture, PublicRecord
from partners.invitations import Invitation
from resources.due import write_export
from tests import formats, oai
from tests.builders import (
    add_file,
    in_language,
    make_event,
    make_guide,
    make_kit,
    make_service,
    make_user,
    shelf,
    thing_of,
)
from tests.everything import HARVEST, body_of, everything, where
from tests.machines import ADDRESS, whole_sitemap
from tests.permission_world import picture_file
from tests.registering import an_event, seated
from tests.test_circle_people import a_helper

pytestmark = [pytest.mark.once, pytest.mark.usefixtures("demo")]

# In every word that nobody may be told.
MARK = "Noslepums"
# In titles that were public until they were taken back: those name them who owe them something.
FORMER = "Agrāk atklāts"
CITATIONS = (".bib", ".ris", ".txt")
# What an organisation wants to be written to at; all other addresses are people's.
PUBLIC_ADDRESSES = {"circle.ServicePage.email"}


def close(page) -> None:
    PageViewRestriction.objects.create(page_id=page.pk, restriction_type=PageViewRestriction.LOGIN)


def secret_pages() -> list:
    """Drafts, closed pages, pages on a closed shelf, and what was taken back; of each kind."""
    found = []
    for make, section in (
        (make_guide, "resources"),
        (make_event, "events"),
        (make_service, "support-circle"),
    ):
        name = f"{MARK} {section}"
        draft, closed = make(name, publish=False, summary=MARK), make(f"{name} 1", summary=MARK)
        close(closed)
        gone = make(f"{FORMER} {section}", summary=MARK)
        gone.unpublish()
        gone.title = f"{name} 2"
        gone.save_revision()
        on = shelf("kardla-town-library", "et", section)
        below = make(f"{name} 3", on=on, summary=MARK)
        close(on)
        found += [draft, closed, gone, below]
    for guide in (one for one in found if one.kind == "guide"):
        add_file(guide, f"{MARK} fails", MARK.encode())
    return found


def open_pages(secrets: list) -> list:
    """Public ones that have to do with those: grown out of them, made of them, changed in secret."""
    guides = [one for one in secrets if one.kind == "guide"]
    grown = [
        make_guide(f"Atklāts {number}", adapted_from=thing_of(guide))
        for number, guide in enumerate(guides)
    ]
    changed = make_guide("Atklāts vakars")
    kit = make_kit("Atklāts komplekts", [*guides, changed])
    event = make_event("Atklāta saruna", starts="2030-01-02 10:00")
    event.materials = [
        EventMaterial(thing=thing_of(guide), sort_order=place)
        for place, guide in enumerate((*guides, changed))
    ]
    event.save_revision().publish()
    service = make_service("Atklāta istaba", email="istaba@example.org")
    for page in (changed, event, service):
        page.title = page.summary = f"{MARK} nākamais"
        page.save_revision()
    return [*grown, changed, kit, event, service]


def secret_files(page) -> list[str]:
    """A file in a closed collection and one below it, a picture there, beside those that are open.

    Returns the addresses and checksums of the closed ones.
    """
    words = []
    below = page.partner.private_collection.add_child(name=f"{MARK} mape")
    for collection in (page.partner.private_collection, below):
        row = add_file(page, f"{MARK} fails", collection.name.encode(), collection=collection)
        words += [
            row.document.sha256,
            f"{ADDRESS}/documents/{row.document_id}/",
            f'{ADDRESS}/r/{page.code}/lv/{row.number}"',
            f"{ADDRESS}/r/{page.code}/lv/{row.number}<",
        ]
    add_file(page, "Atklāta lapa", b"open")
    picture = Picture(title=f"{MARK} bilde", description=MARK, collection=below)
    picture.file = picture_file()
    picture.save()
    page.listing_picture = picture
    page.save_revision().publish()
    return words


def people(client) -> None:
    """Somebody in every table that keeps an address."""
    mail, name = "noslepums@example.org", f"{MARK} Bērziņa"
    user = make_user("noslepums", first_name=MARK, last_name=name)
    apps.get_model("account", "EmailAddress").objects.create(user=user, email=mail)
    guide = make_guide("Atklāts ar saimnieci", owner=user)
    guide.partner.contact_email = mail
    guide.partner.save()
    seated(client, an_event("Atklāta pieteikšanās"), name=name, email=mail)
    a_helper(email=mail, name=name)
    make_service("Atklāta pārbaude", check_email=mail)
    Invitation.objects.create(email=mail, name=name, language="lv")
    Message.objects.create(kind="feedback", language="lv", text=MARK, reply_to=mail)
    Mail.objects.filter(to=mail).update(reply_to=mail)


def addresses_of_people() -> set[str]:
    """All addresses in the database but the public ones; of no field none."""
    found = set()
    for model in apps.get_models():
        for field in model._meta.local_fields:
            label = f"{model._meta.label}.{field.name}"
            if isinstance(field, EmailField) and label not in PUBLIC_ADDRESSES:
                rows = model.objects.exclude(**{field.name: ""})
                values = set(rows.values_list(field.name, flat=True))
                assert values, label
                found |= values
    return found


def test_nothing_tells_a_draft_a_private_thing_or_a_persons_address(client, monkeypatch):
    monkeypatch.setattr("hub.oai.AT_ONCE", 25)
    secrets = secret_pages()
    shown = open_pages(secrets)
    files = secret_files(make_guide("Atklāts ar failiem"))
    people(client)

    told = everything(client)

    public = [PublicRecord.objects.get(thing=thing_of(page)).records[0]["title"] for page in shown]
    for words in (*public, "Atklāts ar failiem", "Atklāta lapa", "Atklāts ar saimnieci"):
        assert len(where(told, words)) > 5, words
    for words in (MARK, *files, *addresses_of_people()):
        assert where(told, words) == [], words
    assert [url for url in where(told, FORMER) if not url.endswith(CITATIONS)] == []
    for page in secrets:
        code = thing_of(page).code
        allowed: tuple[str, ...] = CITATIONS if FORMER in str(thing_of(page).titles) else ()
        urls = [url for url in where(told, code) if not url.endswith(allowed)]
        if PublicRecord.objects.filter(thing__code=code).exists():
            # Of what was public once, those who harvest learn that it is gone.
            urls = [url for url in urls if not url.startswith(HARVEST)]
        assert urls == [], page


def test_a_section_that_is_closed_is_told_nowhere(client):
    names = {name: f"Slēgts {name}" for name in ("resources", "events", "support-circle")}
    make_guide(names["resources"])
    make_event(names["events"], starts="2030-01-02 10:00")
    make_service(names["support-circle"])

    for name in names:
        close(in_language(shelf(section=name).get_parent(), "en"))

    told = everything(client)
    assert {name: where(told, name) for name in names.values() if where(told, name)} == {}


def test_what_is_asked_for_by_its_own_address_is_not_told_either(client):
    write_export()
    secrets = secret_pages()

    for page in secrets:
        thing = thing_of(page)
        for there in Page.objects.filter(translation_key=page.translation_key):
            code = there.locale.language_code
            asked = [f"/r/{thing.code}/{code}.{ending}" for ending in ("bib", "ris", "txt", "ics")]
            asked += [f"/api/v2/{name}/{there.pk}/" for name in ("pages", "resources", "events")]
            asked += [f"/api/v2/pages/find/?code={thing.code}&locale={code}"]
            asked += [f"/r/{thing.code}/cover.jpg"]
            for url in asked:
                assert client.get(url).status_code in (404, 410), url
                assert MARK not in body_of(client, url), url
        root = oai.ask(
            client, verb="GetRecord", metadataPrefix="oai_dc",
            identifier=f"oai:127.0.0.1:{thing.code}",
        )  # fmt: skip
        assert MARK not in "".join(root.itertext())
        for row in page.files.all() if page.kind == "guide" else ():
            assert client.get(f"/api/v2/documents/{row.document_id}/").status_code == 404


# --- mirrors --------------------------------------------------------------------------------------

OF_RESOURCES = (formats.api, formats.atom, formats.embed_script, formats.embed_frame, formats.table,
                formats.bibtex, formats.bibtex_of_all, formats.ris)  # fmt: skip
OF_EVENTS = (formats.api, formats.atom, formats.embed_script, formats.embed_frame, formats.calendar,
             formats.calendar_file)  # fmt: skip
MIRRORED = [(make_guide, OF_RESOURCES), (make_event, OF_EVENTS), (make_service, ())]


@pytest.mark.parametrize(("make", "lists"), MIRRORED, ids=["guide", "event", "service"])
def test_a_mirror_is_never_told_as_a_translation(client, make, lists):
    original = make("Tikai latviski")
    mirror = in_language(original, "uk")
    assert mirror.is_mirror

    for read in (formats.record, formats.json_ld, *lists):
        said = read(mirror)
        assert (said["title"], said["language"]) == ("Tikai latviski", "lv"), read.__name__
    for read in (formats.record, formats.json_ld, formats.open_graph):
        assert read(mirror)["url"] == ADDRESS + original.get_url(), read.__name__

    assert ADDRESS + mirror.get_url() not in whole_sitemap(client)
    assert client.get(f"/api/v2/pages/{mirror.pk}/").status_code == 404
    root = oai.ask(
        client, verb="GetRecord", metadataPrefix="oai_dc",
        identifier=f"oai:127.0.0.1:{mirror.code}",
    )  # fmt: skip
    assert oai.values(root, "language") == [(None, "lv")]
    assert oai.values(root, "title") == [("lv", "Tikai latviski")]
    write_export()
    lines = formats.lines_of(formats.text_of("/export/catalogue.jsonl"))
    lines_of_it = [one["language"] for one in lines if one["code"] == mirror.code]
    assert lines_of_it == (["lv"] if original.kind == "guide" else [])
