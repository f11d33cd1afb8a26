"""What a page costs the processor, as ratios within one run: the machine falls out of them.

Three questions. A page through the whole stack, beside a plain view that renders the same template
from ready values. The first visit ever of a page, and the first after a publication, beside the
next. Publishing a page with its mirrors. All in process time of this process: what a database
server computes is not in it.
"""

import gc
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from statistics import median
from time import perf_counter, process_time
from types import SimpleNamespace
from uuid import uuid4

from django.core.handlers.wsgi import WSGIHandler
from django.db import connection, transaction
from django.db.models.query import QuerySet
from django.shortcuts import render
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from django.utils.text import slugify
from wagtail.models import Page

from hub.changes import touched
from hub.frame import get_frame, language_of_path
from hub.languages import LANGUAGES
from hub.models import HubPage
from partners.make import PartnerWords, make_partner
from translations import work

Say = Callable[[str], None]
ROUNDS = 9
# Repeats within a round, so that a page of two milliseconds is more than the clock's grain.
AT_ONCE = 3


def _ratio(one: list[float], other: list[float]) -> float:
    """The median of the rounds' own ratios: what stood side by side met the same weather."""
    return median(mine / theirs for mine, theirs in zip(one, other, strict=True))


@dataclass
class Visit:
    """One page type: milliseconds of processor time."""

    name: str
    address: str
    queries: int = 0
    kilobytes: float = 0.0
    whole: list[float] = field(default_factory=list)
    plain: list[float] = field(default_factory=list)
    first: list[float] = field(default_factory=list)
    second: list[float] = field(default_factory=list)
    renewed: list[float] = field(default_factory=list)
    again: list[float] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        return _ratio(self.whole, self.plain)

    @property
    def first_ratio(self) -> float | None:
        """None where there is one page of the type alone: it has been visited."""
        return _ratio(self.first, self.second) if self.first else None

    @property
    def renewed_ratio(self) -> float:
        return _ratio(self.renewed, self.again)


@dataclass
class Publication:
    """One way of publishing: milliseconds of processor time, seconds by the clock, statements."""

    name: str
    cpu: float
    seconds: float
    queries: int


def milliseconds(function: Callable, times: int = 1) -> float:
    """Processor time of one call, in the mean of `times`."""
    began = process_time()
    for _unused in range(times):
        function()
    return (process_time() - began) * 1000 / times


# --- pages ------------------------------------------------------------------------------------


class Server:
    """The whole stack, as the server program calls it: bytes in the end, all signals on the way."""

    def __init__(self):
        self.handler = WSGIHandler()
        # What calls itself a bot is not counted among the readers.
        self.requests = RequestFactory(headers={"host": "127.0.0.1", "user-agent": "bench-bot"})

    def get(self, address: str) -> bytes:
        """The body. Raises ValueError for an answer that is not 200."""
        environ = self.requests.get(address).environ
        seen = []
        response = self.handler(environ, lambda status, headers: seen.append(status))
        try:
            body = b"".join(response)
        finally:
            response.close()
        if not seen[0].startswith("200"):
            raise ValueError(f"{address} answered {seen[0]}")
        return body


def pages_of_all_types(code: str) -> dict[str, list[Page]]:
    """Live pages of the language's tree by what they are; mirrors apart from own words."""
    found: dict[str, list[Page]] = {}
    pages = Page.objects.filter(live=True, url_path__startswith=f"/home-{code}/")
    seen: dict[tuple, int] = {}
    for page in pages.order_by("-depth", "path").select_related("content_type"):
        kind = (page.content_type_id, bool(page.alias_of_id))
        if seen.setdefault(kind, 0) >= 40:
            continue
        seen[kind] += 1
        specific = page.specific
        if isinstance(specific, HubPage) and not get_frame(code).is_restricted(page.path):
            name = page.content_type.model.removesuffix("page")
            if name == "shelf":
                name += f" ({specific.section})"
            name += " (mirror)" if specific.is_mirror else ""
            found.setdefault(name, []).append(specific)
    return found


class _Noted:
    """A page that remembers which of its values a template asked for."""

    def __init__(self, page):
        self._noted_page, self._noted = page, {}

    def __getattr__(self, name):
        value = getattr(self._noted_page, name)
        self._noted[name] = value
        return value


def plain_view(page: HubPage) -> Callable:
    """A view that renders the page's template from values which are all there already."""
    request = RequestFactory(headers={"host": "127.0.0.1"}).get(page.get_url())
    with translation.override(language_of_path(page.url_path)):
        response = page.serve(request)
        ready = {name: _evaluated(value) for name, value in response.context_data.items()}
        noted = _Noted(page)
        render(request, response.template_name, {**ready, "page": noted, "self": noted})
    values = {name: _evaluated(value) for name, value in noted._noted.items()}
    ready["page"] = ready["self"] = SimpleNamespace(**values)
    name = response.template_name

    def view() -> bytes:
        return render(request, name, ready).content

    return view


def _evaluated(value):
    return list(value) if isinstance(value, QuerySet) else value


def _first_visits(server: Server, visit: Visit, pages: list[Page]) -> None:
    """Pages nobody has asked for yet, each twice."""
    server.get(visit.address)  # the type's templates are compiled once in a process
    for page in pages:
        visit_it = partial(server.get, page.get_url())
        visit.first.append(milliseconds(visit_it))
        visit.second.append(milliseconds(visit_it))


def _change_structure() -> None:
    """Have every process build its page frame anew, as when a section or a topic changes."""
    with transaction.atomic():
        touched(frame=True)


def visits(code: str, rounds: int = ROUNDS, say: Say = lambda _line: None) -> list[Visit]:
    """Measure one page of each type in the tree of language `code`."""
    server = Server()
    found = []
    views = {}
    by_type = pages_of_all_types(code)
    server.get(f"/{code}/")
    for name, pages in by_type.items():
        visit = Visit(name, pages[0].get_url())
        _first_visits(server, visit, pages[1 : rounds + 1])
        visit.kilobytes = len(server.get(visit.address)) / 1000
        with CaptureQueriesContext(connection) as queries:
            server.get(visit.address)
        visit.queries = len(queries)
        with translation.override(code):
            views[name] = plain_view(pages[0])
        found.append(visit)
    for number in range(rounds):
        for visit in found:
            say(f"round {number + 1} of {rounds}: {visit.name}")
            gc.collect()
            visit_it = partial(server.get, visit.address)
            visit.whole.append(milliseconds(visit_it, AT_ONCE))
            with translation.override(code):
                visit.plain.append(milliseconds(views[visit.name], AT_ONCE))
            _change_structure()
            visit.renewed.append(milliseconds(visit_it))
            visit.again.append(milliseconds(visit_it))
    return found


# --- publishing -------------------------------------------------------------------------------


def publications(say: Say = lambda _line: None) -> list[Publication]:
    """Publish, through everything that waits for the commit; all of it is taken back."""
    found = []
    for name, prepare in WAYS.items():
        say(f"publishing: {name}")
        with transaction.atomic():
            publish = prepare()
            if publish is not None:
                found.append(_measured(name, publish))
            transaction.set_rollback(True)
    return found


def _measured(name: str, publish: Callable) -> Publication:
    _run_what_waits()
    with CaptureQueriesContext(connection) as queries:
        began, cpu = perf_counter(), process_time()
        publish()
        _run_what_waits()
        cpu, seconds = (process_time() - cpu) * 1000, perf_counter() - began
    return Publication(name, cpu, seconds, len(queries))


def _run_what_waits() -> None:
    """Mirrors, search rows, caches: what a commit would set off, and what that sets off."""
    while connection.run_on_commit:
        _savepoints, function, _robust = connection.run_on_commit.pop(0)
        function()


def _original(model_name: str) -> HubPage | None:
    pages = Page.objects.filter(content_type__model=model_name, live=True, alias_of=None)
    for page in pages.order_by("-pk")[:200].specific():
        if page.is_original and Page.objects.filter(alias_of=page.pk).count() > 2:
            return page
    return None


def _again(model_name: str) -> Callable | None:
    """A change of a page that stands in all languages, most of them mirrors."""
    page = _original(model_name)
    if page is None:
        return None
    page.summary += " ·"
    return lambda: page.save_revision().publish()


def _in_translation() -> Callable | None:
    """The same while translators work on it in two languages."""
    page = _original("methodguidepage")
    if page is None:
        return None
    mirrors = Page.objects.filter(alias_of=page.pk).select_related("locale")
    for mirror in mirrors[:2]:
        work.begin(page.thing, mirror.locale)
    page.summary += " ·"
    return lambda: page.save_revision().publish()


def _first_time() -> Callable | None:
    """A new page: its mirrors are made."""
    source = _original("methodguidepage")
    if source is None:
        return None
    page = source.copy(update_attrs={"slug": f"{source.slug}-bench"}, keep_live=False)
    return lambda: page.get_latest_revision().publish()


WAYS = {
    "a method guide, changed": lambda: _again("methodguidepage"),
    "the same, in translation": _in_translation,
    "an event, changed": lambda: _again("eventpage"),
    "a service, changed": lambda: _again("servicepage"),
    "a method guide, for the first time": _first_time,
}


# --- partners ---------------------------------------------------------------------------------


def new_partners(number: int, say: Say = lambda _line: None) -> list[float]:
    """Seconds of processor time for each of `number` new partners; all of it is taken back."""
    found = []
    with transaction.atomic():
        for count in range(1, number + 1):
            say(f"partner {count} of {number}")
            name = f"Bench {uuid4().hex[:12]}"
            _run_what_waits()
            began = process_time()
            make_partner(
                slug=slugify(name),
                name=name,
                country="LV",
                time_zone="Europe/Riga",
                language=LANGUAGES[count % len(LANGUAGES)].code,
                words=PartnerWords(title=name),
            )
            _run_what_waits()
            found.append(process_time() - began)
        transaction.set_rollback(True)
    return found
