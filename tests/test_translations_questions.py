"""Questions to the author: asked at a string, answered once, seen in all languages."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hub.models import Mail
from partners.models import Partner
from tests.builders import (
    locale,
    make_coordinator,
    make_guide,
    make_translator,
    make_user,
    thing_of,
)
from translations import work
from translations.editor.questions import questions_for
from translations.models import Question

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]
FETCH = {"X-Requested-With": "fetch"}


def author(partner="valmiera-library"):
    groups = [Partner.objects.get(slug=partner).authors]
    return make_user(f"{partner}-author-of-test", groups=groups)


@pytest.fixture
def translator(client):
    user = make_translator("uk")
    client.force_login(user)
    return user


def guide_of(owner, title="Tējas vakars"):
    guide = make_guide(title, slug=f"tests-{title[:3].lower()}")
    guide.owner = owner
    guide.save()
    return guide


def segment_of(page, code="uk", path="title"):
    return work.begin(thing_of(page), locale(code)).segments().get(context__path=path)


def address(page, code="uk") -> str:
    return f"/admin/desk/{thing_of(page).code}/{code}/"


def ask(client, page, words="Кого тут запрошено?", code="uk", **more):
    door = f"{address(page, code)}segments/{segment_of(page, code).pk}/ask/"
    return client.post(door, {"question": words}, **more)


def test_a_question_goes_to_the_author_in_their_language_and_stands_at_the_segment(
    client, translator
):
    writer = author()
    guide = guide_of(writer)

    response = ask(client, guide)

    question = Question.objects.get()
    assert response.url == f"{address(guide)}#s{segment_of(guide).pk}"
    assert (question.about, question.path, question.asked_by) == (
        "Tējas vakars",
        "title",
        translator,
    )
    mail = Mail.objects.get(to=writer.email)
    assert f"/admin/desk/questions/{question.pk}/" in mail.body
    assert "Кого тут запрошено?" in mail.body
    assert mail.language == writer.reads_in
    html = client.get(address(guide)).content.decode()
    assert "Кого тут запрошено?" in html
    assert "No answer yet" in html


def test_the_answer_is_seen_by_translators_of_all_languages_and_mailed_to_who_asked(
    client, translator
):
    writer = author()
    guide = guide_of(writer)
    ask(client, guide)
    screen = f"/admin/desk/questions/{Question.objects.get().pk}/"

    client.force_login(writer)
    asked = client.get(screen).content.decode()
    client.post(screen, {"answer": "Visus, arī bērnus."})

    assert "Кого тут запрошено?" in asked
    assert "Tējas vakars" in asked
    mail = Mail.objects.get(to=translator.email)
    assert "Visus, arī bērnus." in mail.body
    assert address(guide) in mail.body
    client.force_login(make_translator("et"))
    assert "Visus, arī bērnus." in client.get(address(guide, "et")).content.decode()


def test_a_script_gets_the_questions_back_in_place(client, translator):
    guide = guide_of(author())

    good = ask(client, guide, headers=FETCH)
    empty = ask(client, guide, "  ", headers=FETCH)
    long = ask(client, guide, "ї" * 1001, headers=FETCH)

    assert "Кого тут запрошено?" in good.content.decode()
    assert empty.status_code == long.status_code == 422
    assert "Write some words first." in empty.content.decode()
    assert "ї" * 1001 in long.content.decode()
    assert Question.objects.count() == 1


def test_a_question_is_words_and_nothing_else(client, translator):
    guide = guide_of(author())

    html = ask(client, guide, "<script>1</script>", headers=FETCH).content.decode()

    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_only_who_may_edit_the_original_answers(client, translator):
    guide = guide_of(author())
    ask(client, guide)
    screen = f"/admin/desk/questions/{Question.objects.get().pk}/"

    for stranger in (translator, author("kardla-town-library"), make_translator("et")):
        client.force_login(stranger)
        assert client.get(screen).status_code == 404
        assert client.post(screen, {"answer": "Ні"}).status_code == 404
    assert client.get("/admin/desk/questions/999999/").status_code == 404
    client.logout()
    assert client.get(screen).status_code == 302
    assert Question.objects.get().answer == ""

    client.force_login(make_coordinator())
    assert client.get(screen).status_code == 200


def test_an_answer_wants_words_and_keeps_what_was_typed(client, translator):
    writer = author()
    guide = guide_of(writer)
    ask(client, guide)
    screen = f"/admin/desk/questions/{Question.objects.get().pk}/"
    client.force_login(writer)

    empty = client.post(screen, {"answer": " "})
    long = client.post(screen, {"answer": "ā" * 2001})

    assert empty.status_code == long.status_code == 422
    assert "ā" * 2001 in long.content.decode()
    assert Question.objects.get().answer == ""


def test_a_question_stays_at_its_place_when_the_text_changes(client, translator):
    guide = guide_of(author())
    ask(client, guide)

    guide.title = "Kafijas vakars"
    guide.save_revision().publish()

    assert "Кого тут запрошено?" in client.get(address(guide)).content.decode()


def test_somebody_who_left_gets_no_mail_and_the_question_is_kept(client, translator):
    writer = author()
    writer.is_active = False
    writer.save()

    ask(client, guide_of(writer))

    assert Question.objects.count() == 1
    assert not Mail.objects.filter(to=writer.email).exists()


def test_unanswered_questions_about_my_originals_are_found_in_few_queries(client, translator):
    writer, stranger = author(), author("kardla-town-library")
    first, second = guide_of(writer), guide_of(writer, "Sarunu vakars")
    ask(client, first)
    ask(client, second)
    answered = Question.objects.last()
    ask(client, first, "А ще?")
    answered.answer = "Jā"
    answered.save()

    with CaptureQueriesContext(connection) as asked:
        found = [(one.title, one.words) for one in questions_for(writer)]

    assert found == [("Tējas vakars", "Кого тут запрошено?"), ("Tējas vakars", "А ще?")]
    assert len(asked) <= 3
    assert list(questions_for(stranger)) == []
    assert list(questions_for(translator)) == []
