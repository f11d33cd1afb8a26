"""What the desk's editor costs the processor beside wagtail-localize's own, on the same page.

Both views are called as they are, without middleware, for the same person; what is compared is the
median of ratios of rounds in which one ran beside the other. All of it is taken back.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from unittest.mock import patch
from urllib.parse import urlencode

from django.contrib.auth import get_user_model
from django.contrib.messages.storage.fallback import FallbackStorage
from django.db import connection, reset_queries, transaction
from django.http import HttpRequest
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import get_urlconf, include, path, set_urlconf
from wagtail.models import Locale
from wagtail_localize import wagtail_hooks as localize
from wagtail_localize.models import Translation
from wagtail_localize.views import edit_translation as theirs

from hub import urls
from hub.models import Thing
from partners.models import ShelfPage
from resources.models import MethodGuidePage
from translations import work
from translations.editor.form import mark, words_of
from translations.editor.screen import open_work
from translations.editor.segment import segment as save_segment

from .bench import milliseconds

Say = Callable[[str], None]
SIZES, ROUNDS = (60, 500), 5
# As the scripts of both send it.
FORM, FETCH = "application/x-www-form-urlencoded", {"X-Requested-With": "fetch"}
SENTENCE = "Sarunā katrs dabū tik daudz laika, cik viņam vajag, un neviens nesteidzina {}."


@dataclass
class Measured:
    """One deed at one size: milliseconds of processor time and statements, ours and theirs."""

    name: str
    segments: int
    ours: list[float]
    theirs: list[float]
    our_queries: int
    their_queries: int

    @property
    def ratio(self) -> float:
        return median(mine / other for mine, other in zip(self.ours, self.theirs, strict=True))


def measure_editor(say: Say = lambda _line: None) -> list[Measured]:
    """Opening and saving at each of `SIZES`."""
    found = []
    for size in SIZES:
        with transaction.atomic(), _addresses_of_localize():
            say(f"the editor, {size} segments")
            found += _measure(_work_of(size), size)
            transaction.set_rollback(True)
    return found


def _work_of(size: int) -> work.Work:
    """A method guide of `size` paragraphs, half of them in words of another language."""
    shelf = ShelfPage.objects.filter(live=True, url_path__contains="/resources/").first()
    body = "".join(f"<p>{SENTENCE.format(number)}</p>" for number in range(size))
    guide = MethodGuidePage(
        title="Bench", slug="bench-of-the-editor", locale=shelf.locale, body=[("text", body)]
    )
    guide.live = False
    shelf.add_child(instance=guide)
    guide.save_revision().publish()
    while connection.run_on_commit:
        _savepoints, function, _robust = connection.run_on_commit.pop(0)
        function()
    locale = Locale.objects.exclude(pk=shelf.locale_id).first()
    job = work.begin(Thing.objects.get(translation_key=guide.translation_key), locale)
    half = list(job.segments())[: size // 2]
    work.save_html(job, {one.pk: f"Каже {one.string.data}" for one in half})
    return job


def _measure(job: work.Work, size: int) -> list[Measured]:
    translation = Translation.objects.get(source=job.source, target_locale=job.locale)
    page = job.target.specific
    person = get_user_model()(username="bench-of-the-editor", is_superuser=True)
    person.save()
    door = (job.thing.code, job.locale.language_code)

    def we_open():
        return open_work(_request(person), *door)

    def they_open():
        return theirs.edit_translation(_request(person), translation, page)

    segments = iter(list(job.segments())[size // 2 :])

    def we_save():
        one = next(segments)
        data = urlencode({"words": f"Слова {one.pk}", "was": mark(words_of(one))})
        sent = RequestFactory().post("/", data, content_type=FORM, headers=FETCH)
        return save_segment(_request(person, sent), *door, one.pk)

    def they_save():
        one = next(segments)
        data = urlencode({"value": f"Слова {one.pk}"})
        sent = RequestFactory().put("/", data, content_type=FORM)
        return theirs.edit_string_translation(_request(person, sent), translation.pk, one.pk)

    return [
        _beside("open", size, we_open, they_open, 1),
        _beside("save one", size, we_save, they_save, 2),
    ]


def _beside(name: str, size: int, ours: Callable, others: Callable, times: int) -> Measured:
    """Twice to warm up and to count the queries, then in turns."""
    counted = []
    for deed in (ours, others):
        deed()
        reset_queries()
        with CaptureQueriesContext(connection) as queries:
            answer = deed()
        if answer.status_code not in (200, 201):
            raise ValueError(f"{name}: {answer.status_code}")
        counted.append(len(queries))
    rounds = [(milliseconds(ours, times), milliseconds(others, times)) for _ in range(ROUNDS)]
    mine, their = zip(*rounds, strict=True)
    return Measured(name, size, list(mine), list(their), *counted)


def _request(person, request: HttpRequest | None = None) -> HttpRequest:
    """A request of `person` as the middleware hands it on; what they may is asked anew."""
    request = request or RequestFactory().get("/")
    request.user = get_user_model().objects.get(pk=person.pk)
    request.session = {}
    request._messages = FallbackStorage(request)
    request._dont_enforce_csrf_checks = True
    return request


def _asked_in_vain(user, instance) -> bool:
    """Their question, with its cost; here nobody may edit a translation, whatever they ask."""
    instance.permissions_for_user(user).can_edit()
    return True


@contextmanager
def _addresses_of_localize() -> Iterator[None]:
    """Its screens are closed here and know neither address nor right; for a moment they do."""

    class Open:
        urlpatterns = [path("admin/", include(localize.register_admin_urls())), *urls.urlpatterns]

    before = get_urlconf()
    set_urlconf(Open)
    try:
        with patch.object(theirs, "user_can_edit_instance", _asked_in_vain):
            yield
    finally:
        set_urlconf(before)
