"""A table and a ZIP become drafts on a shelf: looked at first, then all of it or nothing."""

import csv
import io
import re
from html import unescape

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import PageLogEntry, PageSubscription

from hub.models import Audience, Document, Topic
from partners.models import Partner
from partners.pause_partner import pause
from partners.quota import used_bytes
from resources.imports import columns, kept
from resources.imports.plan import MOST_ROWS
from resources.models import PracticeStoryPage, ResourcePage, TrainingMaterialPage
from tests.builders import locale, make_guide, shelf, thing_of
from tests.editing import a_coordinator, an_author
from tests.files import OWNER, archive, lying_zip, overlapping_zip, pdf, photo, pptx, twice, upload

pytestmark = pytest.mark.usefixtures("demo")

INDEX = "resources_import"


@pytest.fixture(autouse=True)
def nothing_kept():
    for path in kept._files.folder.iterdir():
        path.unlink()


def table(*rows: dict, delimiter=",") -> bytes:
    """A CSV file of rows; the columns are those that a row names."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    file = io.StringIO()
    writer = csv.DictWriter(file, names, delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue().encode()


def row(title="Vārdi pie galda", **more) -> dict:
    return {"title": title, "licence": "CC-BY-4.0", **more}


def look(client, data: bytes, packed: bytes | None = None, on=None, **more):
    form = {"shelf": (on or shelf()).pk, "table": upload(data, "a.csv"), **more}
    if packed is not None:
        form["archive"] = upload(packed, "a.zip")
    return client.post(reverse(INDEX), form)


def confirm(client, report, **more):
    """Press the button of the report."""
    said = {"reference": report.context["reference"], "mark": report.context["plan"].mark}
    return client.post(reverse("resources_import_apply"), {**said, **more})


def words(response) -> str:
    return " ".join(unescape(response.content.decode()).split())


def problems(response) -> list[tuple[int, str, str]]:
    """Row, column and sentence of whatever is wrong."""
    return [
        (line.number, problem.column, problem.sentence)
        for line in response.context["plan"].lines
        for problem in line.problems
    ]


def titles() -> set[str]:
    return set(ResourcePage.objects.values_list("title", flat=True))


# --- what is made -------------------------------------------------------------------------------


def test_a_row_becomes_a_draft_with_all_that_it_says():
    source = make_guide("Avots")
    author = an_author()
    whole = row(
        kind="material",
        summary="Desmit vārdi.",
        purpose="Pirmajā dienā.",
        text="Pirmā <b>rinda</b>.\n\nOtrā.",
        licence="cc by-sa 4.0",
        minutes="45",
        group_from="6",
        group_to="12",
        shared_language="no",
        adapted_from=thing_of(source).code.lower(),
        file1="mape/lapa.pdf",
        file1_title="Lapa",
        file1_alternative="Desmit vārdi ar attēliem.",
        file2="slaidi.pptx",
        file2_language="en",
    )
    first, second = Topic.objects.filter(locale=locale("lv")).order_by("slug")[:2]
    audience = Audience.objects.filter(locale=locale("lv")).first()
    whole["topics"] = f"{first.slug} | {second.title.upper()}"
    whole["audiences"] = audience.slug

    report = look(author, table(whole), archive({"mape/lapa.pdf": pdf(2), "slaidi.pptx": pptx()}))
    assert problems(report) == []
    assert "Vārdi pie galda" not in titles()
    done = confirm(author, report)

    page = TrainingMaterialPage.objects.get(title="Vārdi pie galda")
    assert f'href="{reverse("wagtailadmin_pages:edit", args=[page.pk])}"' in words(done)
    assert not page.live
    assert page.get_parent().pk == shelf().pk
    assert page.owner == author.user
    assert page.latest_revision.user == author.user
    assert (page.licence, page.minutes, page.group_from, page.group_to) == (
        "CC-BY-SA-4.0",
        45,
        6,
        12,
    )
    assert page.needs_shared_language is False
    assert page.adapted_from == thing_of(source)
    assert page.purpose == "Pirmajā dienā."
    assert "<p>Pirmā &lt;b&gt;rinda&lt;/b&gt;.</p>" in str(page.body[0].value.source)
    assert set(page.topics.all()) == {first, second}
    assert list(page.audiences.all()) == [audience]
    sheet, slides = page.files.all()
    assert (sheet.title, sheet.number, sheet.document.language) == ("Lapa", 1, "lv")
    assert sheet.document.text_alternative == "Desmit vārdi ar attēliem."
    assert (slides.title, slides.number, slides.file_language) == ("slaidi", 2, "en")
    for one in (sheet, slides):
        assert one.document.licence == "CC-BY-SA-4.0"
        assert one.document.collection == page.partner.collection
        assert one.document.uploaded_by_user == author.user
        assert one.document.file.storage.exists(one.document.file.name)


def test_drafts_are_logged_watched_and_published_like_any_other():
    author = an_author()
    confirm(author, look(author, table(row(kind="story"), row("Otrs stāsts", kind="story"))))

    page = PracticeStoryPage.objects.get(title="Otrs stāsts")
    log = PageLogEntry.objects.filter(page=page, user=author.user)
    assert "wagtail.create" in log.values_list("action", flat=True)
    assert PageSubscription.objects.filter(page=page, user=author.user).exists()
    page.latest_revision.publish()
    assert ResourcePage.objects.filter(translation_key=page.translation_key, live=True).count() == 6


def test_the_language_is_that_of_the_chosen_shelf():
    author = an_author()
    confirm(author, look(author, table(row("Слова")), on=shelf(code="uk")))

    page = TrainingMaterialPage.objects.get(title="Слова")
    assert page.words_language == "uk"
    assert page.is_original


def test_files_pass_the_hubs_one_door_and_what_they_lack_is_told():
    author = an_author()
    packed = archive({"bilde.jpg": photo(), "tuksa.pdf": pdf()})

    done = confirm(author, look(author, table(row(file1="bilde.jpg", file2="tuksa.pdf")), packed))

    picture, paper = TrainingMaterialPage.objects.get(title="Vārdi pie galda").files.all()
    assert OWNER.encode() not in picture.document.file.read()
    assert paper.document.page_count == 1
    assert paper.document.sha256
    assert "tuksa.pdf: This PDF has no text" in words(done)


# --- what is said before --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "column", "sentence"),
    [
        ({"title": ""}, "title", "cannot be blank"),
        ({"title": "x" * 256}, "title", "at most 255"),
        ({"summary": "x" * 301}, "summary", "300 at most"),
        ({"licence": ""}, "licence", "everybody may share, translate and adapt it"),
        ({"licence": "free"}, "licence", "CC0-1.0 = "),
        ({"kind": "guide"}, "kind", "material / story"),
        ({"kind": "story", "purpose": "x"}, "purpose", "Only a training material"),
        ({"topics": "first-dayz"}, "topics", "The nearest: "),
        ({"topics": "%%%%"}, "topics", "The nearest: "),
        ({"audiences": "everybody else"}, "audiences", "The nearest: "),
        ({"minutes": "three"}, "minutes", "whole number"),
        ({"minutes": "-5"}, "minutes", "whole number"),
        ({"minutes": "99999"}, "minutes", "whole number"),
        ({"minutes": "٤٥"}, "minutes", "whole number"),
        ({"group_from": "9", "group_to": "3"}, "group_to", "not below the smallest"),
        ({"shared_language": "perhaps"}, "shared_language", "yes or no"),
        ({"adapted_from": "ZZZZZZ"}, "adapted_from", "nothing public"),
        ({"file1": "lost.pdf"}, "file1", "has no file “lost.pdf”"),
        ({"file1": "lapas.pdf"}, "file1", "The nearest in it: lapa.pdf"),
        ({"file1": "lapa.pdf", "file1_language": "xx"}, "file1_language", "lv"),
        ({"file1": "lapa.pdf", "file1_title": "x" * 121}, "file1_title", "120 at most"),
        ({"file1_title": "Lapa"}, "file1", "name of the file is missing"),
        ({"file1": "runa.vtt"}, "file1", "Captions"),
        ({"file1": "lapa.pdf", "file2": "LAPA.pdf"}, "file2", "names the file twice"),
        ({"file1": "fake.pdf"}, "file1", "not what is inside"),
        ({"file1": "draw.svg"}, "file1", "does not take files that end in “.svg”"),
        ({"file1": "../../etc/passwd"}, "file1", "has no file"),
        ({"file1": f"a.{'x' * 230}"}, "file1", "does not take files that end in"),
        ({"file1": "empty.txt"}, "file1", "empty"),
        ({"title": f"{columns.EXAMPLE} x"}, "title", "row of the template"),
    ],
)
def test_each_mistake_is_told_with_row_and_column_and_nothing_is_made(cells, column, sentence):
    author = an_author()
    before = titles(), Document.objects.count()
    packed = archive(
        {
            "lapa.pdf": pdf(),
            "fake.pdf": "no",
            "draw.svg": "<svg/>",
            "runa.vtt": "WEBVTT\n\n",
            "empty.txt": "",
            f"a.{'x' * 230}": "x",
        }
    )

    report = look(author, table(row("Laba rinda"), {**row("Slikta rinda"), **cells}), packed)

    found = problems(report)
    assert [(number, name) for number, name, _words in found] == [(3, column)], found
    assert sentence in found[0][2]
    assert "Make 1 draft" not in words(report)
    assert confirm(author, report).status_code == 302
    assert (titles(), Document.objects.count()) == before


def test_rows_that_say_otherwise_of_one_file_are_refused_and_those_that_agree_share_it():
    author = an_author()
    packed = archive({"lapa.pdf": pdf()})
    other = row("Otra", file1="lapa.pdf", file1_language="en")

    refused = look(author, table(row(file1="lapa.pdf", file1_language="lv"), other), packed)
    shared = look(author, table(row(file1="lapa.pdf"), row("Otra", file1="lapa.pdf")), packed)
    confirm(author, shared)

    assert [(number, column) for number, column, _words in problems(refused)] == [(3, "file1")]
    pages = [ResourcePage.objects.get(title=one) for one in ("Vārdi pie galda", "Otra")]
    first, second = (page.files.get().document for page in pages)
    assert first == second


def test_a_file_in_the_zip_that_no_row_names_is_told_and_left_out():
    author = an_author()
    packed = archive({"lapa.pdf": pdf(), "aizmirsta.pdf": pdf(2), "__MACOSX/._lapa.pdf": "x"})

    report = look(author, table(row(file1="lapa.pdf")), packed)
    confirm(author, report)

    assert "named in no row, and is left out: aizmirsta.pdf" in words(report)
    assert not Document.objects.filter(title="aizmirsta").exists()


def test_names_in_the_zip_are_found_whichever_program_packed_it():
    author = an_author()
    # A letter and its accent apart, in a folder, as macOS writes it.
    packed = archive({"mape/sa\u0304kums.txt": "Labdien", "a/x.txt": "Viens", "b/x.txt": "Divi"})

    fine = look(author, table(row(file1="S\u0101kums.TXT", file2="b\\x.txt")), packed)
    unclear = look(author, table(row(file1="x.txt")), packed)

    assert problems(fine) == []
    assert "Several folders" in problems(unclear)[0][2]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "empty"),
        (b"  \n", "The file is empty"),
        ("title,licence\nVārdi,CC0".encode("utf-16"), "UTF-16"),
        ("title,licence\nVārdi,CC0".encode("cp1257"), "not UTF-8"),
        (b"title,licence\na\0b,CC0", "not a CSV file"),
        (b'title,licence\n"open,CC0', "quotes are broken"),
        (b"title,licence", "no line below"),
        (b"name,licence\na,CC0", "These are missing: title"),
        (b"title,licence,colour\na,CC0,red", "No such column: colour"),
        (b"title,licence,title\na,CC0,b", "stands there twice"),
        (b"title,licence\n" + b"a,CC0\n" * 10_000, "too many lines"),
        (b"x" * 1_000_001, "larger than 1 MB"),
        (pdf(), "CSV"),
        (archive({"a.csv": "title"}), "UTF-8"),
    ],
)
def test_what_is_no_table_is_refused_in_a_sentence(data, sentence):
    response = look(an_author(), data)

    assert response.status_code == 200
    assert sentence in words(response)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"no zip", id="no zip"),
        pytest.param(archive({"../lapa.pdf": pdf()}), id="leads out"),
        pytest.param(archive({"/etc/lapa.pdf": pdf()}), id="absolute"),
        pytest.param(twice(), id="one name twice"),
        pytest.param(overlapping_zip(), id="overlapping"),
        pytest.param(archive({f"{n}.txt": b"\0" * 30_000_000 for n in range(8)}), id="bomb"),
    ],
)
def test_a_hostile_zip_is_refused_in_a_sentence(data):
    author = an_author()

    response = look(author, table(row(file1="lapa.pdf")), data)

    assert response.status_code == 200
    assert response.context["form"].errors
    assert list(kept._files.folder.glob(f"{author.user.pk}-*")) == []


def test_a_member_that_lies_about_its_size_is_refused_in_its_row():
    name = "a.txt"

    report = look(an_author(), table(row(file1=name)), lying_zip())

    assert report.status_code == 200
    if "plan" in report.context:
        assert [column for _number, column, _words in problems(report)] == ["file1"]
    else:
        assert report.context["form"].errors


def test_no_zip_where_files_are_named_is_told():
    report = look(an_author(), table(row(file1="lapa.pdf")))

    assert "Choose the ZIP" in problems(report)[0][2]


def test_a_formula_is_a_text_and_a_guard_against_one_goes():
    author = an_author()
    formula, guarded = '=HYPERLINK("http://e/")', "'+371 ir kods"

    confirm(author, look(author, table(row(formula), row(guarded, summary="<script>x</script>"))))

    made = ResourcePage.objects.filter(title__in=[formula, "+371 ir kods"])
    assert made.count() == 2
    report = look(author, table(row("<script>x")))
    assert b"<script>x" not in report.content
    assert b"<script>x" not in confirm(author, report).content


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_tables_of_all_spreadsheet_programs_are_read(delimiter, mark):
    report = look(an_author(), mark + table(row(summary="Viens, divi; trīs"), delimiter=delimiter))

    assert problems(report) == []
    assert report.context["plan"].lines[0].page.summary == "Viens, divi; trīs"


# --- once more ------------------------------------------------------------------------------------


def test_the_same_table_again_makes_nothing_twice_unless_ticked():
    author = an_author()
    data, packed = table(row(file1="lapa.txt"), row("Jauns")), archive({"lapa.txt": "Labdien"})
    confirm(author, look(author, table(row(file1="lapa.txt")), packed))
    first = TrainingMaterialPage.objects.get(title="Vārdi pie galda")

    report = look(author, data, packed)
    confirm(author, report)

    said = words(report)
    assert "A resource of this title stands on the shelf" in said
    assert f'href="{reverse("wagtailadmin_pages:edit", args=[first.pk])}"' in said
    assert "The same file is here already" in said
    assert ResourcePage.objects.filter(title="Jauns", alias_of=None).count() == 1
    assert ResourcePage.objects.filter(title="Vārdi pie galda").count() == 1

    again = look(author, data, packed)
    confirm(author, again, **{"take-2": "on"})
    assert ResourcePage.objects.filter(title="Vārdi pie galda").count() == 2
    assert ResourcePage.objects.filter(title="Jauns").count() == 1


def test_a_title_twice_in_the_table_is_made_once():
    author = an_author()

    report = look(author, table(row(), row("vārdi PIE galda")))
    confirm(author, report)

    assert "Row 2 has the same title" in words(report)
    assert (
        ResourcePage.objects.filter(title__in=["Vārdi pie galda", "vārdi PIE galda"]).count() == 1
    )


def test_of_files_of_others_that_one_may_not_see_nothing_is_told():
    other = Partner.objects.standing().exclude(slug="valmiera-library").first()
    Document.objects.create(
        title="Slepens",
        file=ContentFile(b"Labdien", "a.txt"),
        language="lv",
        licence="other",
        collection=other.private_collection,
    )

    report = look(an_author(), table(row(file1="lapa.txt")), archive({"lapa.txt": "Labdien"}))

    assert "The same file is here already" not in words(report)


# --- between looking and making ---------------------------------------------------------------


def test_the_button_pressed_twice_makes_it_once():
    author = an_author()
    report = look(author, table(row()))
    confirm(author, report)

    again = confirm(author, report)

    assert again.status_code == 302
    assert ResourcePage.objects.filter(title="Vārdi pie galda").count() == 1
    assert list(kept._files.folder.glob(f"{author.user.pk}-*")) == []


def test_what_somebody_else_made_meanwhile_is_shown_before_anything_is_made():
    author = an_author()
    report = look(author, table(row(), row("Otra")))
    make_guide("Vārdi pie galda")

    again = confirm(author, report)

    assert "Something changed since you looked" in words(again)
    assert "stands on the shelf" in words(again)
    assert "Otra" not in titles()
    confirm(author, again)
    assert "Otra" in titles()


def test_what_was_kept_is_no_one_elses_and_is_gone_after_a_day(monkeypatch):
    author, other = an_author(), a_coordinator()
    report = look(author, table(row()))

    assert confirm(other, report).status_code == 302
    assert "Vārdi pie galda" not in titles()
    assert (kept._files.folder.stat().st_mode & 0o777) == 0o700
    monkeypatch.setattr(kept, "KEEP", -kept.KEEP)
    assert confirm(author, report).status_code == 302
    assert "Vārdi pie galda" not in titles()
    assert kept.erase_old() >= 1
    assert list(kept._files.folder.iterdir()) == []


def test_of_one_person_only_the_newest_files_are_kept():
    author = an_author()

    for _time in range(4):
        look(author, table(row(file1="a.txt")), archive({"a.txt": "Labdien"}))

    assert len(list(kept._files.folder.glob(f"{author.user.pk}-*"))) == kept.MOST_KEPT


def test_the_zip_need_not_be_sent_again_with_the_mended_table():
    author = an_author()
    packed = archive({"lapa.txt": "Labdien"})

    bad = look(author, table(row(minutes="x", file1="lapa.txt")), packed)
    good = look(author, table(row(file1="lapa.txt")), reference=bad.context["reference"])
    confirm(author, good)

    page = TrainingMaterialPage.objects.get(title="Vārdi pie galda")
    assert page.files.get().document.filename == "lapa.txt"


def test_who_lost_the_right_between_looking_and_making_makes_nothing():
    author = an_author()
    report = look(author, table(row()))
    author.user.groups.clear()

    confirm(author, report)

    assert "Vārdi pie galda" not in titles()


def test_nothing_comes_onto_the_shelf_of_others_or_of_a_paused_partner():
    author = an_author()
    foreign = Partner.objects.standing().exclude(slug="valmiera-library").first()

    response = look(author, table(row()), on=shelf(foreign.slug, foreign.language))
    assert response.status_code == 302
    assert list(kept._files.folder.iterdir()) == []

    pause(Partner.objects.get(slug="valmiera-library"))
    assert author.get(reverse(INDEX)).status_code == 302


def test_files_past_the_quota_are_refused_as_a_whole(settings):
    partner = Partner.objects.get(slug="valmiera-library")
    settings.HUB_PARTNER_MEGABYTES = used_bytes(partner) // 1_000_000 + 1
    packed = archive({f"{n}.txt": f"{n}" * 700_000 for n in range(3)})
    rows = [row(f"Rinda {n}", file1=f"{n}.txt") for n in range(3)]

    report = look(an_author(), table(*rows), packed)

    assert partner.name in report.context["plan"].errors[0]
    assert "Make 3 drafts" not in words(report)


def test_a_failure_in_the_middle_leaves_neither_rows_nor_files(monkeypatch, media):
    author = an_author()
    packed = archive({"a.txt": "Viens", "b.txt": "Divi"})
    report = look(author, table(row(file1="a.txt"), row("Otra", file1="b.txt")), packed)
    files = set(media.rglob("*.txt"))
    monkeypatch.setattr(TrainingMaterialPage, "save_revision", lambda *a, **b: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        confirm(author, report)

    assert titles().isdisjoint({"Vārdi pie galda", "Otra"})
    assert not Document.objects.filter(title__in="ab").exists()
    assert set(media.rglob("*.txt")) == files


# --- the screen -----------------------------------------------------------------------------------


def test_the_screen_explains_every_column_and_licences_in_plain_words():
    page = words(an_author().get(reverse(INDEX)))

    for name in columns.all_names(1):
        assert f"<code>{name}</code>" in page
    assert "everybody may share, translate and adapt it" in page
    assert f"Up to {MOST_ROWS} rows" in page
    assert Topic.objects.filter(locale=locale("lv")).first().slug in page


def test_the_template_is_read_as_a_table_and_its_rows_are_refused_as_examples():
    author = an_author()
    data = b"".join(author.get(reverse("resources_import_template")).streaming_content)
    packed = archive({"handout.pdf": pdf(), "slides.pptx": pptx()})

    report = look(author, data, packed)

    assert [(number, column) for number, column, _words in problems(report)] == [
        (2, "title"),
        (3, "title"),
    ]


def test_shelf_and_dashboard_lead_to_it_and_the_shelf_is_chosen():
    author = an_author()
    address = f"{reverse(INDEX)}?shelf={shelf().pk}"

    assert address in words(author.get(reverse("wagtailadmin_explore", args=[shelf().pk])))
    assert address in words(author.get(reverse("wagtailadmin_home")))
    ukrainian = author.get(f"{reverse(INDEX)}?shelf={shelf(code='uk').pk}")
    assert re.search(rf'value="{shelf(code="uk").pk}"\s+selected', words(ukrainian))


def test_a_hundred_rows_are_looked_at_with_as_many_queries_as_ten():
    author = an_author()

    def queries(number: int) -> int:
        rows = [row(f"Rinda {n}", file1=f"{n}.txt", topics="") for n in range(number)]
        packed = archive({f"{n}.txt": f"Labdien {n}" for n in range(number)})
        with CaptureQueriesContext(
            connection,
        ) as found:
            report = look(author, table(*rows), packed)
        assert len(report.context["plan"].lines) == number
        assert problems(report) == []
        return len(found)

    look(author, table(row()))  # what is kept in memory is asked for now
    assert queries(10) == queries(100) <= 60
