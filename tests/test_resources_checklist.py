"""The checklist beside the publish button: what readers would miss, and where to mend it."""

import re
from datetime import date

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from circle.models import ServicePage
from events.models import EventPage
from home.models import PlainPage
from hub.checklist import checklist_of
from hub.link_finding import gather
from hub.models import Audience, Document, DocumentText, LinkCheck, Picture, Topic
from resources.models import TrainingMaterialPage
from tests.builders import add_file, make_guide, make_kit, new_partner, shelf
from tests.editing import a_publisher, an_author, guide_form
from tests.files import mp4, pdf, photo, written_pdf

pytestmark = pytest.mark.usefixtures("demo")


def edited(page):
    """The page as its editor shows it: its newest draft."""
    return type(page).objects.get(pk=page.pk).get_latest_revision_as_object()


def lines(page) -> dict[str, bool | None]:
    """The titles on the list: True for what is there, None for what should, False for what must be."""
    with override("en"):
        found = checklist_of(edited(page))
    return {
        **{check.title: True for check in found.done},
        **{check.title: False if check.is_must else None for check in found.missing},
    }


def to_do(page, title: str):
    """What the list says of something that is missing, and the field that it leads to."""
    with override("en"):
        (found,) = [check for check in checklist_of(edited(page)).missing if check.title == title]
    return found.to_do, found.field


def make_material(title="Lapas", **fields) -> TrainingMaterialPage:
    parent = shelf()
    page = TrainingMaterialPage(title=title, locale=parent.locale, live=False, **fields)
    parent.add_child(instance=page)
    page.save_revision()
    return page


def document(name: str, data: bytes, **fields) -> Document:
    fields.setdefault("language", "lv")
    fields.setdefault("collection", shelf().partner.collection)
    file = ContentFile(data, name=name)
    return Document.objects.create(title=name, file=file, licence="CC-BY-4.0", **fields)


def film(name="filma.mp4", **fields) -> Document:
    return document(name, mp4(), **fields)


# --- what should be there ---------------------------------------------------------------------


def test_a_guide_that_lacks_all_is_told_all_and_one_that_has_it_is_told_nothing():
    bare = make_guide(publish=False, summary="", aim="", steps=[], body=[])
    whole = make_guide(
        "Vakars", publish=False, minutes=60, group_from=4, needs_shared_language=False
    )
    whole.checked_on = date(2026, 11, 1)
    whole.topics.set(Topic.objects.filter(locale=whole.locale)[:1])
    whole.audiences.set(Audience.objects.filter(locale=whole.locale)[:1])
    whole.save_revision()

    asked = {"Summary", "Checked on", "Aim", "Steps", "Minutes", "Group size"}
    asked |= {"Needs a shared language", "Topics", "Audiences"}
    assert lines(bare) == dict.fromkeys(asked) | {"Picture in lists": True}
    assert set(lines(whole).values()) == {True}
    assert set(lines(whole)) == asked | {"Picture in lists", "Links"}


def test_each_kind_is_asked_for_what_it_is_made_of():
    kit = make_kit(publish=False)
    material = make_material()

    assert lines(kit)["What is in it"] is None
    assert "Aim" not in lines(kit)
    assert lines(material)["What it is for"] is None
    assert to_do(material, "Files")[1] == "id_files-ADD"


def test_a_picture_without_words_is_noticed_in_lists_and_in_the_text():
    described = {"description": "Galds ar tējas tasēm"}
    mute = Picture.objects.create(title="IMG", file=ContentFile(photo(), name="a.jpg"))
    told = Picture.objects.create(title="IMG", file=ContentFile(photo(), name="b.jpg"), **described)
    block = {"picture": mute, "alt": "", "caption": "", "credit": ""}
    guide = make_guide(publish=False, listing_picture=mute, body=[("picture", block)])

    assert lines(guide)["Picture in lists"] is None
    assert to_do(guide, "Picture in lists")[1] == "id_listing_picture-chooser"
    assert lines(guide)["What it shows"] is None

    block = {**block, "alt": "Tases"}
    better = make_guide("Divi", publish=False, listing_picture=told, body=[("picture", block)])
    assert lines(better)["Picture in lists"] is lines(better)["What it shows"] is True


def test_a_file_nobody_can_hear_or_see_is_named_with_its_row():
    page = make_material()
    page.files.add(row("Ar tekstu", document("a.pdf", pdf(), text_alternative="Viss.")))
    page.files.add(row("Skenēts", document("b.pdf", pdf())))
    page.files.add(row("Filma", film()))
    page.save_revision()
    for one in Document.objects.filter(title__in=("a.pdf", "b.pdf")):
        DocumentText.objects.create(document=one, sha256=one.sha256, state="empty")

    said, place = to_do(page, "For those who cannot see it")
    assert "“Skenēts”" in said
    assert "“Ar tekstu”" not in said
    assert place == "id_files-1-title"
    said, place = to_do(page, "Captions, transcript")
    assert "“Filma”" in said
    assert place == "id_files-2-title"
    assert lines(page)["Licence"] is lines(page)["Language of the file"] is True


def row(title: str, of: Document, **fields):
    from resources.models import ResourceFile

    return ResourceFile(title=title, document=of, locale=shelf().locale, **fields)


@pytest.mark.parametrize(
    ("fields", "block"),
    [
        ({"text_alternative": "Viss."}, {}),
        ({}, {"transcript": "<p>Labdien.</p>"}),
        ({}, {"description": "Kā sasveicināties."}),
    ],
)
def test_a_recording_with_words_beside_it_is_in_order(fields, block):
    empty = {"document": film(**fields), "captions": None, "address": "", "title": "Sveiki"}
    empty |= {"description": "", "transcript": ""}
    told = make_guide(publish=False, body=[("recording", {**empty, **block})])
    elsewhere = {**empty, "document": None, "address": "https://example.org/filma"}
    mute = make_guide("Divi", publish=False, body=[("recording", elsewhere)])

    assert lines(told)["Captions, transcript"] is True
    assert lines(mute)["Captions, transcript"] is None


def test_a_file_in_the_text_without_a_language_is_noticed():
    file = document("a.pdf", written_pdf("Labdien"), language="")
    guide = make_guide(publish=False, body=[("file", {"document": file, "title": "Lapa"})])

    said, place = to_do(guide, "Language of the file")

    assert "“Lapa”" in said
    assert place == "body-root"
    assert lines(guide)["Licence"] is True


def test_links_that_lead_nowhere_are_named_within_the_hub_and_elsewhere():
    text = '<p><a href="/r/ZZZZZ/">te</a> un <a href="https://gone.example/">tur</a></p>'
    guide = make_guide(body=[("text", text)])
    gather(guide)
    LinkCheck.objects.filter(page=guide.pk, url="https://gone.example/").update(is_broken=True)

    said, _place = to_do(guide, "Links")

    assert said == "These lead nowhere: “te”, “tur”."


# --- what must be there -----------------------------------------------------------------------


def test_a_must_is_what_publication_then_refuses():
    guide = make_guide(publish=False)
    guide.debrief = [("question", "")]
    guide.save_revision()
    publisher = a_publisher()
    form = guide_form(guide.title) | {"debrief-count": "1", "debrief-0-value": ""}
    form |= {f"debrief-0-{name}": "" for name in ("deleted", "id")}
    form |= {"debrief-0-order": "0", "debrief-0-type": "question"}

    assert lines(guide)["Debrief questions"] is False
    address = f"/admin/pages/{guide.pk}/edit/"
    refused = publisher.post(address, form | {"action-publish": "1"})
    assert list(refused.context["form"].errors) == ["debrief"]
    assert publisher.post(address, form).status_code == 302


def test_events_services_and_plain_pages_have_a_list_too_with_the_rows_that_they_must_have():
    for model in (EventPage, ServicePage, PlainPage):
        page = model.objects.filter(live=True, alias_of=None).first()
        assert {"Summary", "Checked on", "Picture in lists"} <= lines(page).keys()
        assert False not in lines(page).values()

    service = ServicePage.objects.filter(live=True, alias_of=None).first()
    service.needs.set([])
    service.save_revision()
    assert lines(service)["Need"] is False
    assert to_do(service, "Need") == ("This field is required.", "id_needs-ADD")


def test_a_draft_without_a_must_is_published_as_it_is():
    guide = make_guide(publish=False, summary="", aim="", steps=[], body=[])
    assert False not in lines(guide).values()

    form = guide_form(guide.title, summary="") | {"action-publish": "1"}
    sent = a_publisher().post(f"/admin/pages/{guide.pk}/edit/", form)

    assert sent.status_code == 302
    guide.refresh_from_db()
    assert guide.live


def test_a_file_that_went_private_is_a_must_in_the_words_of_the_refusal():
    guide = make_guide()
    file = add_file(guide, "Lapa", b"Labdien").document
    guide.save_revision()
    file.collection = guide.partner.private_collection
    file.save()

    assert lines(guide)["Lapa"] is False
    assert "private collection" in to_do(guide, "Lapa")[0]


# --- where it stands --------------------------------------------------------------------------


def test_the_editor_shows_it_after_each_saving_with_ways_to_the_fields():
    guide = make_guide(publish=False, aim="", steps=[])
    author = an_author()
    address = f"/admin/pages/{guide.pk}/edit/"

    before = author.get(address).content.decode()
    author.post(address, guide_form(guide.title, aim="Iepazīties."))
    after = author.get(address).content.decode()

    assert missing_in(before) == {*missing_in(after), "Aim"}
    (way,) = re.findall(r'<a href="#([^"]+)"[^>]*>Aim</a>', before)
    assert f'id="{way}"' in before
    assert "Checklist: 3 of 11" in before
    assert "Checklist: 3 of 10" in after
    assert "onclick" not in before


def missing_in(html: str) -> set[str]:
    part = html.split('aria-labelledby="hub-checklist-title"')[1].split("</section>")[0]
    items = part.split('<li class="hub-checklist__item')[1:]
    return {
        re.search(r"<a [^>]*>([^<]+)</a>", item)[1]
        for item in items
        if not item.startswith(" hub-checklist__item--done")
    }


def test_every_way_leads_to_something_in_the_editor():
    page = make_material()
    page.files.add(row("Filma", film()))
    page.save_revision()
    kit = make_kit(publish=False)

    publisher = a_publisher(language="lv")

    for one in (page, kit, make_guide(publish=False, summary="")):
        html = publisher.get(f"/admin/pages/{one.pk}/edit/").content.decode()
        part = html.split('aria-labelledby="hub-checklist-title"')[1].split("</section>")[0]
        ways = re.findall(r'<a href="#([^"]+)"', part)
        assert len(ways) > 5
        # The lists of blocks are made by a script, in the place that has their name.
        places = [way.removesuffix("-root") for way in ways]
        assert [place for place in places if f'id="{place}"' not in html] == []


def test_the_publisher_who_decides_sees_what_the_author_saw():
    guide = make_guide(publish=False, aim="")
    author, publisher = an_author(), a_publisher()
    address = f"/admin/pages/{guide.pk}/edit/"
    author.post(address, guide_form(guide.title) | {"action-submit": "1"})

    seen = publisher.get(address).content.decode()

    assert "action-workflow-action" in seen or 'data-workflow-action-name="approve"' in seen
    assert "Aim" in missing_in(seen)


def test_it_costs_the_same_queries_however_long_a_page_is():
    def cost(number: int) -> int:
        page = make_material(f"Lapas {number}")
        link = '<p><a href="/r/ZZZ{}/">te</a> <a href="https://example.org/{}">tur</a></p>'
        blocks = []
        for place in range(number):
            page.files.add(row(f"Fails {place}", document(f"{number}-{place}.pdf", pdf())))
            page.files.add(row(f"Filma {place}", film(f"{number}-{place}.mp4")))
            in_text = document(f"{number}-{place}-x.pdf", pdf())
            blocks += [
                ("text", link.format(place, place)),
                ("file", {"document": in_text, "title": "X"}),
                ("picture", {"picture": pictures[0], "alt": "", "caption": "", "credit": ""}),
            ]
        page.body = blocks
        page.save_revision()
        shown = edited(page)
        with CaptureQueriesContext(connection) as queries:
            assert len(checklist_of(shown).missing) >= 6
        return len(queries)

    pictures = [Picture.objects.create(title="IMG", file=ContentFile(photo(), name="a.jpg"))]

    few, many = cost(2), cost(30)

    assert few == many <= 16


def test_another_partners_checklist_is_nobodys_business():
    guide = make_guide(publish=False)
    stranger = an_author(new_partner().slug)

    assert stranger.get(f"/admin/pages/{guide.pk}/edit/").status_code in (302, 403)
