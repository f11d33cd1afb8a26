"""OAI-PMH 2.0: catalogues harvest what the hub has, and hear of every change."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from oaipmh_scythe import Scythe
from sickle import Sickle
from wagtail.models import PageViewRestriction

from hub import public_records
from hub.models import PublicRecord, Thing, Topic
from hub.oai import AT_ONCE
from tests.builders import (
    add_file,
    in_language,
    locale,
    make_event,
    make_guide,
    shelf,
    thing_of,
    translate,
)
from tests.oai import OAI, ask, error_of, headers, read, sets, values

AGO = datetime(2026, 1, 1, tzinfo=UTC)


def identifier(page) -> str:
    return f"oai:127.0.0.1:{thing_of(page).code}"


def record(client, page):
    return ask(client, verb="GetRecord", metadataPrefix="oai_dc", identifier=identifier(page))


def header(client, page):
    return headers(record(client, page))[thing_of(page).code]


def row_of(page) -> PublicRecord:
    return PublicRecord.objects.get(thing__translation_key=page.translation_key)


def long_ago(page) -> None:
    """As if nothing had changed since the beginning of the year."""
    PublicRecord.objects.filter(pk=row_of(page).pk).update(datestamp=AGO)


def has_moved(page) -> bool:
    return row_of(page).datestamp > AGO


def listed(client, **asked) -> set[str]:
    root = ask(client, verb="ListIdentifiers", metadataPrefix="oai_dc", **asked)
    return set() if root.find(f"{OAI}error") is not None else set(headers(root))


# --- the six verbs --------------------------------------------------------------------------------


def test_the_hub_says_what_it_is_and_what_it_promises(demo, client):
    root = ask(client, verb="Identify").find(f"{OAI}Identify")

    said = {one.tag.removeprefix(OAI): one.text for one in root}
    assert said["baseURL"] == "http://127.0.0.1:8000/oai"
    assert said["protocolVersion"] == "2.0"
    assert said["deletedRecord"] == "persistent"
    assert said["granularity"] == "YYYY-MM-DDThh:mm:ssZ"
    assert said["adminEmail"] == "hub@example.org"
    earliest = PublicRecord.objects.order_by("datestamp").first().datestamp
    assert said["earliestDatestamp"] == earliest.strftime("%Y-%m-%dT%H:%M:%SZ")


def test_one_format_is_offered_for_the_hub_and_for_each_item(demo, client):
    guide = make_guide()

    for asked in ({}, {"identifier": identifier(guide)}):
        root = ask(client, verb="ListMetadataFormats", **asked)
        assert [one.text for one in root.iter(f"{OAI}metadataPrefix")] == ["oai_dc"]


def test_sets_are_named_by_partner_language_and_kind(demo, client):
    root = ask(client, verb="ListSets")

    found = {
        one.findtext(f"{OAI}setSpec"): one.findtext(f"{OAI}setName")
        for one in root.iter(f"{OAI}set")
    }
    assert found["partner:valmiera-library"] == "Valmieras bibliotēka"
    assert found["language:uk"] == "Ukrainian"
    assert found["kind:guide"] == "method guide"


def test_a_record_says_each_title_once_a_language_and_never_a_mirrors(demo, client):
    guide = make_guide("Tējas vakars", topics=[Topic.objects.filter(locale=locale("lv")).first()])
    translate(guide, "uk")
    there = in_language(guide, "uk")
    file = add_file(guide, "Kartītes", b"x", "x.pdf")
    public_records.write([guide.translation_key])

    root = record(client, guide)

    assert values(root, "title") == [("lv", "Tējas vakars"), ("uk", there.title)]
    assert values(root, "description") == [("lv", guide.summary), ("uk", there.summary)]
    assert [text for _lang, text in values(root, "language")] == ["lv", "uk"]
    code = thing_of(guide).code
    assert (None, f"http://127.0.0.1:8000/r/{code}/") in values(root, "identifier")
    assert ("uk", f"http://127.0.0.1:8000{there.get_url()}") in values(root, "identifier")
    assert ("lv", f"http://127.0.0.1:8000/r/{code}/lv/{file.number}") in values(root, "relation")
    assert values(root, "format") == [(None, "application/pdf")]
    assert values(root, "rights") == [(None, "https://creativecommons.org/licenses/by/4.0/")]
    assert values(root, "creator") == [(None, "Valmieras bibliotēka")]
    assert {lang for lang, _text in values(root, "subject")} == {"lv", "uk"}
    assert sets(header(client, guide)) == {
        "kind:guide",
        "language:lv",
        "language:uk",
        "partner:valmiera-library",
    }


def test_an_event_is_an_event_with_day_and_place(demo, client):
    event = make_event("Saruna pie tējas", place="Zaļā zāle")

    root = record(client, event)

    assert (None, "Event") in values(root, "type")
    covered = [text for _lang, text in values(root, "coverage")]
    assert covered[0].startswith("2027-03-03T17:30")
    assert covered[1] == "Zaļā zāle"


def test_every_thing_that_everybody_may_read_is_listed_once(demo, client):
    found, asked = [], {"metadataPrefix": "oai_dc"}
    while asked:
        root = ask(client, verb="ListRecords", **asked)
        found += headers(root)
        token = root.findtext(f".//{OAI}resumptionToken")
        asked = {"resumptionToken": token} if token else None

    # People who help have no page; nobody harvests them.
    things = Thing.objects.filter(withdrawn_at=None).exclude(kind="helper")
    assert sorted(found) == sorted(things.values_list("code", flat=True))


def test_titles_with_anything_in_them_make_sound_answers(demo, client):
    guide = make_guide("Tēja </dc:title> & \x0b“kūka” ]]>", on=shelf())

    root = record(client, guide)

    assert values(root, "title") == [("lv", "Tēja </dc:title> & “kūka” ]]>")]


def test_what_is_asked_by_post_is_answered_the_same(demo, client):
    asked = {
        "verb": "GetRecord",
        "metadataPrefix": "oai_dc",
        "identifier": identifier(make_guide()),
    }

    posted = read(client.post("/oai", asked))

    assert posted.find(f".//{OAI}record") is not None


# --- wrong requests -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "badVerb"),
        ("verb=Harvest", "badVerb"),
        ("verb=Identify&verb=Identify", "badVerb"),
        ("verb=Identify&set=kind:guide", "badArgument"),
        ("verb=ListRecords", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&metadataPrefix=oai_dc", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=yesterday", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2026-02-30", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=0000-01-01", "badArgument"),
        (
            "verb=ListRecords&metadataPrefix=oai_dc&from=2026-01-01&until=2026-01-02T00:00:00Z",
            "badArgument",
        ),
        (
            "verb=ListRecords&metadataPrefix=oai_dc&from=2026-01-02&until=2026-01-01",
            "badArgument",
        ),
        ("verb=ListRecords&metadataPrefix=oai_dc&set=kind:", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&resumptionToken=x", "badArgument"),
        ("verb=ListRecords&resumptionToken=x", "badResumptionToken"),
        ("verb=ListIdentifiers&resumptionToken=", "badResumptionToken"),
        ("verb=ListSets&resumptionToken=x", "badResumptionToken"),
        ("verb=ListRecords&metadataPrefix=marc21", "cannotDisseminateFormat"),
        ("verb=ListRecords&metadataPrefix=%00%22", "badArgument"),
        ("verb=GetRecord&metadataPrefix=oai_dc&identifier=x y", "badArgument"),
        ("verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:127.0.0.1:ZZZZZZ", "idDoesNotExist"),
        ("verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:example.org:X", "idDoesNotExist"),
        ("verb=ListMetadataFormats&identifier=oai:127.0.0.1:", "idDoesNotExist"),
        ("verb=ListRecords&metadataPrefix=oai_dc&until=1999-01-01", "noRecordsMatch"),
        ("verb=ListRecords&metadataPrefix=oai_dc&until=9999-12-31&set=kind:cat", "noRecordsMatch"),
        ("verb=ListIdentifiers&metadataPrefix=oai_dc&from=2099-01-01", "noRecordsMatch"),
    ],
)
def test_a_wrong_request_gets_the_right_code(demo, client, query, code):
    assert error_of(read(client.get(f"/oai?{query}"))) == code


def test_what_cannot_be_given_in_a_format_is_said_of_an_item_too(demo, client):
    root = ask(
        client, verb="GetRecord", metadataPrefix="marc21", identifier=identifier(make_guide())
    )

    assert error_of(root) == "cannotDisseminateFormat"


# --- choosing -------------------------------------------------------------------------------------


def test_a_thing_is_in_the_set_of_each_of_its_languages(demo, client):
    guide = make_guide()
    translate(guide, "uk")
    code = thing_of(guide).code

    found = {one.code for one in [thing_of(guide)]}
    for name in ("lv", "uk", "en", "fi"):
        is_there = code in listed(client, set=f"language:{name}")
        assert is_there == (name in ("lv", "uk")), name
    assert found <= listed(client, set="kind:guide")
    assert found <= listed(client, set="kind")
    assert found <= listed(client, set="partner:valmiera-library")
    assert not found & listed(client, set="kind:guid")


def test_harvesting_by_date_is_exact_to_the_second_and_to_the_day(demo, client):
    guide = make_guide()
    PublicRecord.objects.exclude(pk=row_of(guide).pk).update(datestamp=AGO)
    at = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
    PublicRecord.objects.filter(pk=row_of(guide).pk).update(datestamp=at)
    here = {thing_of(guide).code}

    assert listed(client, first="2026-03-04T05:06:07Z") == here
    assert listed(client, first="2026-03-04T05:06:08Z") == set()
    assert listed(client, first="2026-02-01", until="2026-03-04T") == set()
    assert listed(client, first="2026-02-01", until="2026-03-04") == here
    assert listed(client, first="2026-02-01", until="2026-03-03") == set()
    assert listed(client, first="2026-03-04T05:06:07Z", until="2026-03-04T05:06:07Z") == here


# --- the date stamp moves -------------------------------------------------------------------------


def test_the_date_stamp_moves_with_a_word_a_translation_and_a_file(demo, client):
    guide = make_guide()
    row = add_file(guide, "Kartītes", b"one", "x.txt")
    public_records.write([guide.translation_key])

    long_ago(guide)
    guide.title = "Cits vakars"
    guide.save_revision().publish()
    assert has_moved(guide)

    long_ago(guide)
    translate(guide, "uk")
    assert has_moved(guide)

    long_ago(guide)
    row.document.file = ContentFile(b"two", name="x.txt")
    row.document.save()
    assert has_moved(guide)

    long_ago(guide)
    row.document.licence = "CC0-1.0"
    row.document.save()
    assert has_moved(guide)


def test_the_date_stamp_moves_when_its_partner_or_a_topic_is_called_otherwise(demo, client):
    topic = Topic.objects.filter(locale=locale("lv")).first()
    guide, other = make_guide(topics=[topic]), make_guide("Cits")

    long_ago(guide)
    long_ago(other)
    topic.title = "Pavisam citādi"
    topic.save()
    assert (has_moved(guide), has_moved(other)) == (True, False)
    assert ("lv", "Pavisam citādi") in values(record(client, guide), "subject")

    long_ago(guide)
    guide.partner.name = "Valmieras Jaunā bibliotēka"
    guide.partner.save()
    assert has_moved(guide)
    assert values(record(client, guide), "creator") == [(None, "Valmieras Jaunā bibliotēka")]


def test_the_date_stamp_stays_when_nothing_that_is_told_has_changed(demo, client):
    guide, event = make_guide(), make_event()
    for page in (guide, event):
        long_ago(page)

    for page in (guide, event):
        page.save_revision().publish()
    guide.save_revision()
    guide.partner.town = "Cēsis"
    guide.partner.save()

    assert (has_moved(guide), has_moved(event)) == (False, False)


def test_the_date_stamp_of_an_event_moves_when_it_is_cancelled(demo, client):
    event = make_event()
    long_ago(event)

    event.is_cancelled = True
    event.save_revision().publish()

    assert has_moved(event)


# --- what is gone, closed or not yet there --------------------------------------------------------


def test_a_withdrawn_thing_is_announced_as_deleted_in_its_sets_for_ever(demo, client):
    guide = make_guide()
    code, key = thing_of(guide).code, guide.translation_key
    long_ago(guide)
    guide.delete()
    public_records.write_all()

    root = ask(
        client,
        verb="ListRecords",
        metadataPrefix="oai_dc",
        set="kind:guide",
        first=(datetime.now(UTC) - timedelta(minutes=5)).strftime("%Y-%m-%dT%H:%M:%SZ"),
    )

    assert headers(root)[code].get("status") == "deleted"
    assert "Tējas vakars" not in "".join(root.itertext())
    assert PublicRecord.objects.get(thing__translation_key=key).records == []


def test_what_is_unpublished_or_closed_is_deleted_until_it_is_back(demo, client):
    guide, event = make_guide(), make_event()
    guide.unpublish()
    closing = PageViewRestriction.objects.create(page=event, restriction_type="login")

    for page in (guide, event):
        assert header(client, page).get("status") == "deleted"

    guide.save_revision().publish()
    closing.delete()
    for page in (guide, event):
        assert header(client, page).get("status") is None


def test_a_closed_shelf_takes_what_stands_on_it_along(demo, client):
    guide = make_guide()
    translate(guide, "uk")

    closing = PageViewRestriction.objects.create(page=shelf(), restriction_type="login")
    assert row_of(guide).is_deleted
    closing.delete()

    assert header(client, guide).get("status") is None
    assert [lang for lang, _title in values(record(client, guide), "title")] == ["lv", "uk"]


def test_a_draft_and_what_was_always_closed_are_never_told(demo, client):
    draft = make_guide("Melnraksts", publish=False)
    closed = make_guide("Slēgtais", publish=False)
    PageViewRestriction.objects.create(page=closed, restriction_type="login")
    closed.save_revision().publish()
    changed = make_guide("Vakars")
    changed.title = "Nepublicētais vakars"
    changed.save_revision()

    closed.delete()

    codes = listed(client)
    assert thing_of(changed).code in codes
    assert not {thing_of(draft).code} & codes
    assert not Thing.objects.filter(titles__lv="Slēgtais", code__in=codes).exists()
    assert values(record(client, changed), "title") == [("lv", "Vakars")]


def test_what_a_thing_grew_from_is_told_while_everybody_may_read_that(demo, client):
    source = make_guide("Pirmais")
    grown = make_guide("Otrais", adapted_from=thing_of(source))
    said = [(None, f"http://127.0.0.1:8000/r/{thing_of(source).code}/")]
    assert values(record(client, grown), "source") == said

    long_ago(grown)
    source.unpublish()

    assert values(record(client, grown), "source") == []
    assert has_moved(grown)


def test_a_lost_record_is_mended_at_night(demo):
    guide = make_guide()
    PublicRecord.objects.filter(pk=row_of(guide).pk).delete()

    assert public_records.write_all() == 1
    assert public_records.write_all() == 0
    assert has_moved(guide)


# --- many -----------------------------------------------------------------------------------------


@pytest.fixture
def many(demo):
    things = [Thing(translation_key=f"00000000-0000-4000-8000-{n:012}", kind="guide",
                    original_locale=locale("lv"), code=f"M{n:05}") for n in range(250)]  # fmt: skip
    make_many(things)
    return things


def make_many(things: list[Thing]) -> None:
    """Public records of these, as if each were a guide of its own."""
    Thing.objects.bulk_create(things)
    model = PublicRecord.objects.filter(sets__contains=" kind:guide ", is_deleted=False).first()
    rows = [
        PublicRecord(
            thing=thing,
            datestamp=AGO + timedelta(seconds=number // 120),
            sets=" kind:guide language:lv ",
            records=[{**model.records[0], "code": thing.code, "title": f"Vakars {number}"}],
        )
        for number, thing in enumerate(things)
    ]
    PublicRecord.objects.bulk_create(rows)


def test_a_long_list_goes_on_by_tokens_that_outlive_the_process(many, client):
    found, sizes, asked = [], [], {"metadataPrefix": "oai_dc", "until": "2026-01-02"}
    while asked:
        root = ask(client, verb="ListIdentifiers", **asked)
        found += headers(root)
        token = root.find(f".//{OAI}resumptionToken")
        sizes.append((token.get("cursor"), token.get("completeListSize"), bool(token.text)))
        asked = {"resumptionToken": token.text} if token.text else None

    assert found == [thing.code for thing in many]
    assert sizes == [("0", "250", True), ("100", "250", True), ("200", "250", False)]


def test_what_changes_while_it_is_harvested_is_told_again_and_nothing_is_left_out(many, client):
    first = ask(client, verb="ListIdentifiers", metadataPrefix="oai_dc", set="language:lv")
    changed, known = many[3].code, set(headers(first))
    PublicRecord.objects.filter(thing__code=changed).update(datestamp=datetime.now(UTC))
    PublicRecord.objects.filter(thing__code=many[-1].code).update(datestamp=datetime.now(UTC))

    told = []
    token = first.findtext(f".//{OAI}resumptionToken")
    while token:
        root = ask(client, verb="ListIdentifiers", resumptionToken=token)
        told += headers(root)
        token = root.findtext(f".//{OAI}resumptionToken")

    assert changed in known
    assert changed in told
    assert {thing.code for thing in many} <= known | set(told)


def test_a_token_of_another_list_or_another_hub_is_refused(many, client):
    root = ask(client, verb="ListIdentifiers", metadataPrefix="oai_dc")
    token = root.findtext(f".//{OAI}resumptionToken")

    assert error_of(ask(client, verb="ListRecords", resumptionToken=token)) == "badResumptionToken"
    other = re.sub(r"^.", "x", token)
    assert (
        error_of(ask(client, verb="ListIdentifiers", resumptionToken=other)) == "badResumptionToken"
    )


def test_a_part_of_a_list_costs_the_same_queries_with_ten_records_as_with_a_hundred(many, client):
    costs = []
    for until in ("2025-12-31", "2026-12-31"):
        PublicRecord.objects.filter(thing__in=many[10:]).update(
            datestamp=AGO if until > "2026" else datetime.now(UTC)
        )
        asked = {"verb": "ListRecords", "metadataPrefix": "oai_dc", "set": "kind:guide"}
        client.get("/oai", asked)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            read(client.get("/oai", {**asked, "until": "2026-01-02"}))
        costs.append(len(seen))

    assert costs[0] == costs[1] <= 4


@pytest.fixture
def harvested(server, django_db_blocker):
    """The served hub with 250 more records, which go afterwards."""
    with django_db_blocker.unblock():
        things = [Thing(translation_key=f"00000000-0000-4000-8000-{n:012}", kind="guide",
                        original_locale=locale("lv"), code=f"M{n:05}") for n in range(250)]  # fmt: skip
        make_many(things)
        codes = set(PublicRecord.objects.values_list("thing__code", flat=True))
        connection.close()
    yield server, codes
    with django_db_blocker.unblock():
        Thing.objects.filter(code__startswith="M0").delete()
        connection.close()


@pytest.mark.browser
def test_sickle_and_oaipmh_scythe_harvest_everything_over_several_tokens(harvested):
    address, codes = harvested
    assert len(codes) > 2 * AT_ONCE

    by_sickle = Sickle(f"{address}/oai").ListRecords(metadataPrefix="oai_dc")
    found = [one.header.identifier for one in by_sickle]
    with Scythe(f"{address}/oai") as scythe:
        others = [one.header.identifier for one in scythe.list_records(metadata_prefix="oai_dc")]

    assert {one.rsplit(":", 1)[1] for one in found} == codes
    assert sorted(found) == sorted(others)
    assert len(found) == len(codes)
