"""PO files go out and come back: every line is shown before it counts, and nothing hostile gets in."""

import re
import zipfile
from datetime import timedelta
from html import unescape
from io import BytesIO

import polib
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from wagtail.users.models import UserProfile
from wagtail_localize.models import StringTranslation

from tests.builders import locale, make_guide, make_translator, state_of, thing_of, translate
from translations import work
from translations.exchange import kept_uploads
from translations.exchange import reading as po_reading
from translations.models import TranslationState

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]

EXCHANGE = "/admin/desk/exchange/uk/"
APPLY = f"{EXCHANGE}apply/"


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.HUB_DATA = tmp_path


@pytest.fixture
def translator(client):
    user = make_translator("uk")
    client.force_login(user)
    return user


def address(page, code="uk") -> str:
    return f"/admin/desk/{thing_of(page).code}/{code}/po/"


def fetch(client, page) -> polib.POFile:
    response = client.get(address(page))
    assert response.status_code == 200
    return polib.pofile("#\n" + response.content.decode())


def hand_in(client, content, name="uk.po") -> str:
    """The page that answers an upload (bytes, text, or a PO file)."""
    data = content if isinstance(content, bytes) else str(content).encode()
    response = client.post(EXCHANGE, {"file": SimpleUploadedFile(name, data)})
    assert response.status_code == 200
    return unescape(response.content.decode())


def reference_in(html: str) -> str:
    return re.search(r'name="reference" value="([^"]*)"', html)[1]


def apply(client, html: str, **ticks) -> str:
    response = client.post(APPLY, {"reference": reference_in(html), **ticks}, follow=True)
    assert response.status_code == 200
    return unescape(response.content.decode())


def entry(po, context: str):
    return next(one for one in po if one.msgctxt == context)


def kept(page, path="title") -> str | None:
    job = work.begin(thing_of(page), locale("uk"))
    return job.segments().filter(context__path=path).first().translation


def words_of(page) -> list:
    job = work.begin(thing_of(page), locale("uk"))
    return list(job.segments().values_list("pk", "translation"))


def badge(html: str, kind: str) -> int:
    return html.count(f"desk-badge--line-{kind}")


# --- out --------------------------------------------------------------------------------------


def test_a_file_holds_every_text_once_with_its_place_and_the_words_it_has(client, translator):
    paragraphs = '<p>Lasi vēl</p><p>Lasi vēl</p><p>Lasi <a href="https://example.org/">šo</a>.</p>'
    guide = make_guide("Tēja & kūkas", body=[("text", paragraphs)])
    job = work.begin(thing_of(guide), locale("uk"))
    work.save_string(job, job.segments().get(context__path="title"), "Чай & тістечка", None)

    response = client.get(address(guide))
    po = polib.pofile("#\n" + response.content.decode())

    assert po.metadata["Language"] == "uk"
    assert po.metadata["X-Hub-Thing"] == thing_of(guide).code
    name = f"{thing_of(guide).code}-teja-kukas.uk.po"
    assert response.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    # As one types it: no HTML where the source has no marks.
    title = entry(po, "title")
    assert (title.msgid, title.msgstr, title.fuzzy) == ("Tēja & kūkas", "Чай & тістечка", False)
    step = next(one for one in po if one.msgid == "Atver durvis")
    assert "Step 1" in step.comment
    assert [one.msgid for one in po].count("Lasi vēl") == 1
    assert any(one.msgid == 'Lasi <a id="a1">šo</a>.' for one in po)
    places = [(one.msgctxt, one.msgid) for one in po]
    assert len(places) == len(set(places))


def test_words_of_a_machine_and_former_words_go_out_as_uncertain(client, translator):
    guide = make_guide("Tējas vakars")
    translate(guide, "uk")
    guide.title = "Tējas vakari"
    guide.save_revision().publish()
    other = make_guide("Kafija", slug="kafija")
    job = work.begin(thing_of(other), locale("uk"))
    title = job.segments().get(context__path="title")
    work.save_html(job, {title.pk: "Кава"}, machine="LibreTranslate")

    changed, made = entry(fetch(client, guide), "title"), entry(fetch(client, other), "title")

    assert (changed.msgstr, changed.fuzzy) == ("Щ Tējas vakars", True)
    assert changed.previous_msgid == "Tējas vakars"
    assert (made.msgstr, made.fuzzy) == ("Кава", True)


def test_a_selection_and_a_whole_language_come_as_a_zip(client, translator):
    guides = [make_guide(f"Spēle {number}", slug=f"spele-{number}") for number in range(3)]
    translate(guides[0], "uk", publish=False, but=2)
    translate(guides[1], "uk", publish=False, but=2)
    work.stop(thing_of(guides[1]), locale("uk"))
    codes = [thing_of(guide).code for guide in guides]

    def names(query=""):
        response = client.get(f"{EXCHANGE}download/{query}")
        packed = zipfile.ZipFile(BytesIO(b"".join(response.streaming_content)))
        assert packed.testzip() is None
        return [name.partition("-")[0] for name in packed.namelist()]

    whole = names()
    assert codes[0] in whole
    assert codes[1] not in whole
    assert codes[2] not in whole
    assert names(f"?code={codes[2]}&code={codes[0]}&code={codes[2]}") == [codes[2], codes[0]]
    assert client.get(f"{EXCHANGE}download/?code=ZZZZZZ").status_code == 404


def test_places_are_named_in_the_language_of_who_fetches_also_in_a_zip(client, translator):
    UserProfile.objects.update_or_create(user=translator, defaults={"preferred_language": "lv"})
    guide = make_guide()

    response = client.get(f"{EXCHANGE}download/?code={thing_of(guide).code}")
    with translation.override(None):
        archive = zipfile.ZipFile(BytesIO(b"".join(response.streaming_content)))
    (name,) = archive.namelist()
    inside = polib.pofile("#\n" + archive.read(name).decode())

    comments = [one.comment for one in inside]
    assert comments == [one.comment for one in fetch(client, guide)]
    assert not any("Step" in comment for comment in comments)


# --- back in ----------------------------------------------------------------------------------


def test_a_file_is_looked_at_first_and_then_kept_as_it_was_shown(client, translator):
    guide = make_guide(body=[("text", '<p>Lasi <a href="https://example.org/">šo</a>.</p>')])
    po = fetch(client, guide)
    linked = next(one for one in po if "<a" in one.msgid)
    entry(po, "title").msgstr = "Вечір чаю"
    linked.msgstr = 'Читай <a id="a1">це</a>.'
    before = words_of(guide)

    html = hand_in(client, po)

    assert (badge(html, "new"), badge(html, "empty")) == (2, 0)
    assert "No words: " in html
    assert words_of(guide) == before
    assert state_of(guide, "uk").state == TranslationState.State.NOT_STARTED
    answer = apply(client, html)
    assert "2 texts were kept." in answer
    assert kept(guide) == "Вечір чаю"
    assert StringTranslation.objects.filter(data='Читай <a id="a1">це</a>.').exists()
    assert (state_of(guide, "uk").done, state_of(guide, "uk").machine) == (2, 0)
    # Once applied, the file is gone; the same words again are nothing new.
    assert "The file is kept for an hour only." in apply(client, html)
    assert "There is nothing to keep in it." in hand_in(client, fetch(client, guide))


def test_each_line_says_what_comes_of_it(client, translator):
    guide = make_guide("Tējas vakars", body=[("text", "<p>Sākums pulksten 18.</p>")])
    translate(guide, "uk", publish=False, but=1)
    po = fetch(client, guide)
    entry(po, "title").msgstr = "Інша назва"
    entry(po, "summary").msgstr = "Підсумок <script>alert(1)</script>"
    entry(po, "aim").flags.append("fuzzy")
    po.append(polib.POEntry(msgctxt="title", msgid="Nekad nav bijis", msgstr="Не було"))
    po.append(polib.POEntry(msgctxt="title", msgid="Tējas vakars", msgstr="Ще раз"))

    html = hand_in(client, po)

    found = {
        kind: badge(html, kind)
        for kind in ("new", "changed", "refused", "unknown", "fuzzy", "conflict")
    }
    assert found == {
        "new": 0,
        "changed": 1,
        "refused": 2,
        "unknown": 1,
        "fuzzy": 1,
        "conflict": 0,
    }
    assert "The source has no such mark: <script>" in html
    assert "This text stands in the file twice." in html
    number = next(one.linenum for one in polib.pofile(str(po)) if one.msgid == "Nekad nav bijis")
    assert re.search(rf'scope="row">{number}</th>', html)
    apply(client, html)
    assert kept(guide) == "Інша назва"
    assert kept(guide, "summary") == "Щ Vakars ar tēju &amp; sarunām."
    assert not StringTranslation.objects.filter(data__contains="alert(1)").exists()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("Читай це.", 'A link of the source is missing: <a id="a1">'),
        ('Читай <a id="a7">це</a>.', "The source has no such mark:"),
        ('Читай <a id="a1" onclick="x()">це</a>.', "The source has no such mark:"),
        ('Читай <a id="a1"><img src=x>це</a>.', "The source has no such mark:"),
        ("щ" * 300, "characters; there is room for"),
    ],
)
def test_what_the_editor_would_not_keep_no_file_brings_in(client, translator, words, sentence):
    guide = make_guide(body=[("text", '<p>Lasi <a href="https://example.org/">šo</a>.</p>')])
    po = fetch(client, guide)
    wanted = (
        (lambda one: one.msgctxt == "title") if "щ" in words else (lambda one: "<a" in one.msgid)
    )
    next(one for one in po if wanted(one)).msgstr = words

    html = hand_in(client, po)

    assert badge(html, "refused") == 1
    assert sentence in html
    assert 'name="reference" value=""' in html
    assert not any(translation for _pk, translation in words_of(guide))


def test_a_person_confirms_a_machines_words_by_taking_the_mark_away(client, translator):
    guide = make_guide()
    job = work.begin(thing_of(guide), locale("uk"))
    title, aim = (job.segments().get(context__path=path) for path in ("title", "aim"))
    work.save_html(job, {title.pk: "Чай", aim.pk: "Мета"}, machine="LibreTranslate")
    po = fetch(client, guide)
    entry(po, "title").flags.remove("fuzzy")

    html = hand_in(client, po)
    assert (badge(html, "confirmed"), badge(html, "fuzzy")) == (1, 1)
    apply(client, html)

    assert job.segments().get(pk=title.pk).translation_type == "manual"
    assert job.segments().get(pk=aim.pk).translation_type == "machine"
    assert state_of(guide, "uk").machine == 1


def test_words_saved_meanwhile_are_shown_and_written_over_only_when_ticked(client, translator):
    guide = make_guide()
    po = fetch(client, guide)
    entry(po, "title").msgstr = "З файлу"
    entry(po, "aim").msgstr = "Мета з файлу"
    job = work.begin(thing_of(guide), locale("uk"))
    title, aim = (job.segments().get(context__path=path) for path in ("title", "aim"))
    work.save_string(job, title, "Слова колеги", None)

    html = hand_in(client, po)

    assert (badge(html, "conflict"), badge(html, "new")) == (1, 1)
    assert "Слова колеги" in html
    # Between the report and the button a colleague saves once more, elsewhere too.
    work.save_string(job, aim, "Мета колеги", None)
    answer = apply(client, html)
    assert badge(answer, "conflict") == 2
    assert (kept(guide), kept(guide, "aim")) == ("Слова колеги", "Мета колеги")

    html = hand_in(client, po)
    name, value = re.search(rf'name="(take-{title.pk})" value="(\w+)"', html).groups()
    apply(client, html, **{name: value})
    assert (kept(guide), kept(guide, "aim")) == ("З файлу", "Мета колеги")

    # A tick is for the words that were seen.
    work.save_string(job, title, "Знову колега", None)
    html = hand_in(client, po)
    apply(client, html, **{name: value})
    assert kept(guide) == "Знову колега"


def test_a_program_that_dropped_our_marks_overwrites_nothing_unseen(client, translator):
    guide = make_guide()
    translate(guide, "uk", publish=False)
    po = fetch(client, guide)
    for one in po:
        one.comment = ""
    entry(po, "title").msgstr = "Інше"

    assert badge(hand_in(client, po), "conflict") == 1


def test_a_source_that_changed_since_is_an_unknown_text(client, translator):
    guide = make_guide("Tējas vakars")
    po = fetch(client, guide)
    entry(po, "title").msgstr = "Вечір чаю"
    guide.title = "Kafijas vakars"
    guide.save_revision().publish()

    assert badge(hand_in(client, po), "unknown") == 1


def test_a_zip_brings_several_things_and_a_broken_file_in_it_stops_only_itself(client, translator):
    one, two = make_guide("Viens", slug="viens"), make_guide("Divi", slug="divi")
    files = {}
    for guide in (one, two):
        po = fetch(client, guide)
        entry(po, "title").msgstr = f"Щ {guide.title}"
        files[f"{guide.slug}.po"] = str(po)
    files["broken.po"] = 'msgid "a\nmsgstr'
    files["again.po"] = files["viens.po"]
    files["read me.txt"] = "no PO"

    html = hand_in(client, packed(files), "all.zip")

    assert badge(html, "new") == 2
    assert "This is not a PO file" in html
    assert "Another file here is for the same page." in html
    apply(client, html)
    assert (kept(one), kept(two)) == ("Щ Viens", "Щ Divi")


# --- hostile and broken -----------------------------------------------------------------------


def packed(files: dict[str, str | bytes], method=zipfile.ZIP_DEFLATED) -> bytes:
    data = BytesIO()
    with zipfile.ZipFile(data, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()


def locked_zip() -> bytes:
    """The bit that says "with a password" set in both headers."""
    data = bytearray(packed({"a.po": "x"}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


HEADER = 'msgid ""\nmsgstr "Language: uk\\n"\n\n'
NOT_UTF8 = "This file is not in UTF-8. Save it as UTF-8, and hand that in."
BROKEN = {
    "empty": (b"", "The submitted file is empty|This file is empty"),
    "blank": (b" \n\n", "This file is empty."),
    "foreign": (HEADER.encode(), "This file is from another project."),
    "wagtail's own": (
        b'msgid ""\nmsgstr "X-WagtailLocalize-TranslationID: 5\\n"\n',
        "This file is from another project.",
    ),
    "without a header": (b'msgid "a"\nmsgstr "b"\n', "This file has no header."),
    "syntax": ((HEADER + 'msgid "a"\nmsgstr "b" c\n').encode(), "broken at line 5"),
    "stray words": (b"hello\n", "This is not a PO file"),
    "a path": (b"/etc/passwd", "This is not a PO file"),
    "UTF-16": ((HEADER + 'msgid "a"\n').encode("utf-16"), NOT_UTF8),
    "cp1251": ((HEADER + 'msgid "a"\nmsgstr "щось"\n').encode("cp1251"), NOT_UTF8),
    "binary": (b"\x89PNG\r\n\x1a\n\0\0\0", "This is not a PO file.|not in UTF-8"),
    "many lines": (b"\n#" * 200_000, "This file has too many lines."),
    "too large": (b"#" * 5_000_001, "This file is too large: up to 5 MB are taken."),
    "broken ZIP": (b"PK\x03\x04 and no more", "This ZIP is broken."),
    "cut ZIP": (packed({"a.po": HEADER * 50})[:-40], "This ZIP is broken."),
    "locked ZIP": (locked_zip(), "This ZIP is locked with a password."),
    "ZIP without PO": (packed({"a.txt": "a"}), "There is no PO file in this ZIP."),
    "ZIP in ZIP": (
        packed({"b.zip": packed({"a.po": HEADER})}),
        "There is another ZIP in this ZIP.",
    ),
    "climbing": (packed({"../../a.po": HEADER}), "A name in this ZIP leads out of it."),
    "climbing by Windows": (packed({"..\\a.po": HEADER}), "A name in this ZIP leads out of it."),
    "from the root": (packed({"/etc/a.po": HEADER}), "A name in this ZIP leads out of it."),
    "bomb": (packed({"a.po": b"#" * 40_000_000}), "This ZIP unpacks to more than the hub takes."),
    "many bombs": (
        packed({f"{n}.po": b"#" * 4_900_000 for n in range(7)}),
        "This ZIP unpacks to more than the hub takes.",
    ),
    "many files": (packed({f"{n}.po": "" for n in range(2_001)}), "There are too many files"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_what_is_no_file_of_ours_gets_a_sentence_and_writes_nothing(client, translator, case):
    content, sentence = BROKEN[case]

    html = hand_in(client, content, "a.po")

    assert re.search(sentence, html), case
    assert not re.search(r'name="reference" value="[^"]', html)


def test_no_file_at_all_gets_a_sentence(client, translator):
    response = client.post(EXCHANGE)

    assert "Choose a PO file, or a ZIP of several." in response.content.decode()


def test_a_file_for_another_language_or_a_page_that_is_not_here_is_refused(client, translator):
    guide = make_guide()
    po = fetch(client, guide)
    entry(po, "title").msgstr = "Чай"
    for name, value, sentence in [
        ("Language", "et", "This file is for another language: et."),
        ("X-Hub-Thing", "ZZZZZZ", "The page of this file is not here"),
        ("X-Hub-Source", "uk", "The page of this file is not here"),
    ]:
        changed = polib.pofile("#\n" + str(po))
        changed.metadata[name] = value
        assert sentence in hand_in(client, changed)

    work.stop(thing_of(guide), locale("uk"))
    assert "The translation into this language is stopped." in hand_in(client, po)


def test_a_name_with_markup_is_shown_as_words(client, translator):
    response = client.post(
        EXCHANGE, {"file": SimpleUploadedFile("<b>x.po", b'msgid "a"\nmsgstr "b"\n')}
    )

    assert "<b>x.po" not in response.content.decode()


# --- the doors --------------------------------------------------------------------------------


def test_every_door_of_another_language_is_closed(client, translator):
    guide = make_guide()
    po = fetch(client, guide)
    entry(po, "title").msgstr = "Чай"
    html = hand_in(client, po)

    for code in ("et", "lv", "xx"):
        assert client.get(address(guide, code)).status_code == 404
        for end in ("", "download/"):
            assert client.get(f"/admin/desk/exchange/{code}/{end}").status_code == 404
        assert client.post(f"/admin/desk/exchange/{code}/").status_code == 404
        assert client.post(f"/admin/desk/exchange/{code}/apply/").status_code == 404
    # What one person put aside is nobody else's.
    client.force_login(make_translator("uk", username="somebody-else"))
    assert "The file is kept for an hour only." in apply(client, html)
    assert kept(guide) is None


def test_a_file_that_waited_too_long_is_erased_and_says_so(client, translator, monkeypatch):
    guide = make_guide()
    po = fetch(client, guide)
    entry(po, "title").msgstr = "Чай"
    html = hand_in(client, po)
    monkeypatch.setattr(kept_uploads, "KEEP", timedelta(seconds=-1))

    assert "The file is kept for an hour only." in apply(client, html)
    assert kept_uploads.erase_old_uploads() == 1
    assert kept_uploads.erase_old_uploads() == 0


def test_a_forged_reference_opens_no_other_file(client, translator):
    for forged in ("", "../../secret-key", "eyJrZXB0Ijoic2VjcmV0In0:1abc:xyz"):
        response = client.post(APPLY, {"reference": forged}, follow=True)
        assert "The file is kept for an hour only." in response.content.decode()


# --- cost -------------------------------------------------------------------------------------


def test_500_texts_are_looked_at_in_few_queries(client, translator):
    paragraphs = "".join(f"<p>Teikums {number}.</p>" for number in range(500))
    guide = make_guide(body=[("text", paragraphs)])
    po = fetch(client, guide)
    for one in po:
        one.msgstr = "Щ" + one.msgid if "<" not in one.msgid else one.msgid
    client.get(EXCHANGE)

    with CaptureQueriesContext(connection) as fetched:
        client.get(address(guide))
    with CaptureQueriesContext(connection) as looked_at:
        html = hand_in(client, po)
    apply(client, html)

    assert len(fetched) <= 20
    assert len(looked_at) <= 20
    assert state_of(guide, "uk").percent == 100


def test_reading_the_worst_file_takes_no_more_than_seconds():
    # As many entries as the lines allow, none of them closed by an empty line.
    text = 'msgid "a"\nmsgstr "b"\n' * (po_reading.MOST_LINES // 2 - 10)

    found = po_reading.read_upload("a.po", text.encode())

    assert found[0].refusal
