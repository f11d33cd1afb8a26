"""The directory for other directories, and the sheet that is printed for one person."""

from datetime import date, time, timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from jsonschema import Draft202012Validator, FormatChecker

from circle.models import ServiceHours, SpecialDays
from tests.builders import make_guide, make_service, thing_of, translate
from tests.hsds_schema import EXPORT


def export(client) -> dict:
    return client.get("/export/hsds.json").json()


def problems(data: dict) -> list[str]:
    validator = Draft202012Validator(EXPORT, format_checker=FormatChecker())
    return [f"{'/'.join(map(str, one.path))}: {one.message}" for one in validator.iter_errors(data)]


def test_the_export_is_valid_and_says_what_the_page_says(demo, client):
    night = ServiceHours(day=5, opens=time(20), closes=time(8), season_begins=1101, season_ends=331)
    page = make_service(
        hours=[night],
        special_days=[SpecialDays(first_on=date(2026, 12, 24))],
        accessibility="step-free",
        bring="Dokumentus",
        email="istaba@example.org",
    )

    data = export(client)

    assert problems(data) == []
    found = next(one for one in data["services"] if one["id"] == str(page.translation_key))
    assert found["schedules"][0]["byday"] == "FR"
    assert (found["schedules"][0]["opens_at"], found["schedules"][0]["closes_at"]) == (
        "20:00",
        "08:00",
    )
    assert found["assured_date"] == str(timezone.localdate())
    assert found["languages"][0]["code"] == "lv"
    assert found["service_at_locations"][0]["location"]["latitude"] == 57.541
    assert found["organization_id"] in {one["id"] for one in data["organizations"]}


def test_a_file_that_breaks_the_standard_is_noticed(demo, client):
    make_service()
    data = export(client)
    data["services"][0]["status"] = "open"
    del data["organizations"][0]["name"]

    assert len(problems(data)) == 2


def test_the_export_keeps_the_rules_of_the_lists(demo, client):
    make_service("Nakts nams", needs=("shelter",), place="Slepenā iela 7")
    make_service("Sens nams", checked_on=timezone.localdate() - timedelta(days=400))

    body = client.get("/export/hsds.json").content.decode()

    assert "Nakts nams" in body
    assert "Slepenā" not in body
    assert "Sens nams" not in body


def test_the_export_asks_as_often_for_many_as_for_few(demo, client):
    def cost():
        export(client)
        with CaptureQueriesContext(connection) as asked:
            export(client)
        return len(asked)

    make_service("Nams 1")
    few = cost()
    for number in range(2, 12):
        make_service(f"Nams {number}")

    assert cost() == few


def test_the_sheet_stands_in_two_languages_with_codes_and_in_its_address_alone(demo, client):
    service = make_service("Dzirnavu tējnīca", bring="Krūzi")
    guide = make_guide("Tējas vakars")
    translate(guide)
    codes = [thing_of(service).code, thing_of(guide).code]

    answer = client.get(
        "/lv/support-circle/sheet/", {"s": [*codes, f"http://x/r/{codes[0]}/"], "with": "uk"}
    )
    body = answer.content.decode()

    assert [row.code for row in answer.context["rows"]] == codes
    assert [side.language.code for side in answer.context["rows"][0].sides] == ["lv", "uk"]
    assert f'src="/r/{codes[0]}/qr.svg"' in body
    assert "Безкоштовно" in body
    assert answer.context["rows"][0].sides[1].is_original
    assert answer.context["rows"][1].sides[1].title.startswith("Щ")
    assert not answer.cookies
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_sheet_has_one_page_and_says_what_does_not_fit(demo, client):
    codes = [thing_of(make_service(f"Nams {number}")).code for number in range(8)]

    answer = client.get("/lv/support-circle/sheet/", {"s": codes, "with": "xx"})
    odd = client.get("/lv/support-circle/sheet/", {"s": ["", "ZZZZZZ", "<b>", codes[0]]})

    assert len(answer.context["rows"]) == 4
    assert answer.context["left_out"] == 4
    assert odd.context["unknown"] == ["ZZZZZZ"]
    assert [row.code for row in odd.context["rows"]] == codes[:1]


def test_what_is_ticked_goes_along_through_the_filters(demo, client):
    code = thing_of(make_service()).code

    body = client.get(f"/lv/support-circle/?need=talk&s={code}").content.decode()

    assert body.count(f'<input type="hidden" name="s" value="{code}">') == 2
