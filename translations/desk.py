"""The screens of the translation desk, below `/admin/desk/`.

Every door asks the same: the person's language, that it is not the original's, that the original
is live. Whatever is not so answers 404, alike for "not yours" and "not there".
"""

import hashlib
from dataclasses import dataclass

from django.apps import apps
from django.contrib import messages
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    Sum,
    Value,
    When,
)
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.models import Locale, Page

from hub.frame import STRUCTURE_DEPTH, get_frame
from hub.languages import language
from hub.models import HubPage, Thing

from . import work
from .models import TranslationState
from .places import parts_of

State = TranslationState.State

THINGS_A_PAGE = 25
# What a person should take first; the rest is not listed.
WAITING = (
    State.OUTDATED,
    State.SENT_BACK,
    State.READY,
    State.IN_PROGRESS,
    State.NOT_STARTED,
)
TITLES = {
    State.OUTDATED: gettext_lazy("Changed at the source"),
    State.SENT_BACK: gettext_lazy("Sent back"),
    State.READY: gettext_lazy("Ready for review"),
    State.IN_PROGRESS: gettext_lazy("In progress"),
    State.NOT_STARTED: gettext_lazy("Not started"),
    State.PUBLISHED: gettext_lazy("Published"),
}


def desk_urls() -> list:
    """Addresses of the desk, for `register_admin_urls`."""
    return [
        path("desk/", index, name="translation_desk"),
        path("desk/<str:code>/", languages, name="translation_languages"),
        path("desk/<str:code>/<str:lang>/", open_work, name="translation_work"),
        path("desk/<str:code>/<str:lang>/preview/", preview, name="translation_preview"),
        path("desk/<str:code>/<str:lang>/mirror/", turn_back, name="translation_turn_back"),
    ]


# --- what to do next --------------------------------------------------------------------------


@require_safe
def index(request):
    """What awaits the person's languages."""
    mine = work.languages_of(request.user)
    if not mine:
        raise PermissionDenied
    wanted, state = request.GET.get("language", ""), request.GET.get("state", "")
    shown = [one for one in mine if one.language_code == wanted] or mine
    of_live = _of_live_originals(shown)
    cards = _cards(of_live)
    listed = [state] if state in WAITING else WAITING
    paginator = Paginator(_in_order(of_live.filter(state__in=listed)), THINGS_A_PAGE)
    # The cards have counted already.
    paginator.count = sum(cards.waiting[one] for one in listed)
    page = paginator.get_page(request.GET.get("page"))
    filters = request.GET.copy()
    filters.pop("page", None)
    context = {
        "cards": cards,
        "left_alone": _left_alone(request.user),
        "rows": _rows(page.object_list),
        "page_obj": page,
        "query": filters.urlencode(),
        "mine": [language(one.language_code) for one in mine],
        "wanted": wanted if len(shown) == 1 and len(mine) > 1 else "",
        "only": language(shown[0].language_code) if len(shown) == 1 else None,
        "states": [(one.value, TITLES[one]) for one in WAITING],
        "state": state if state in WAITING else "",
    }
    return render(request, "translations/desk.html", context)


def _of_live_originals(locales):
    """States in these languages whose original is public."""
    originals = Page.objects.filter(
        translation_key=OuterRef("thing__translation_key"),
        locale=OuterRef("thing__original_locale"),
        live=True,
    )
    return TranslationState.objects.filter(Exists(originals), locale__in=locales).exclude(
        locale=F("thing__original_locale")
    )


def _left_alone(user) -> list[dict]:
    """For coordinators: translations that are public while their original is not."""
    if not user.has_perm("translations.change_translationstate"):
        return []
    things = Thing.objects.filter(translation_key=OuterRef("translation_key"))
    hidden = Page.objects.filter(
        Exists(things.filter(original_locale=OuterRef("locale"))),
        translation_key=OuterRef("translation_key"),
        live=False,
    )
    pages = Page.objects.filter(Exists(hidden), live=True, alias_of=None).order_by("title")
    return [
        {
            "title": page.title,
            "language": language(page.locale.language_code),
            "url": reverse("translation_languages", args=[page.code]),
        }
        for page in pages.select_related("locale").annotate(code=Subquery(things.values("code")))[
            :20
        ]
    ]


def _in_order(states):
    """Changed things first, then what was begun, the nearly done before the rest."""
    rank = Case(
        *(When(state=state, then=Value(place)) for place, state in enumerate(WAITING)),
        output_field=IntegerField(),
    )
    left = F("total") - F("done")
    return states.select_related("thing__original_locale", "locale").order_by(
        rank, left, "-changed_at", "pk"
    )


@dataclass
class Cards:
    """The figures above the list; `waiting` counts per state."""

    percent: int
    waiting: dict[str, int]

    @property
    def changed(self) -> int:
        return self.waiting[State.OUTDATED]

    @property
    def not_started(self) -> int:
        return self.waiting[State.NOT_STARTED]

    @property
    def ready(self) -> int:
        return self.waiting[State.READY]


def _cards(states) -> Cards:
    sums = states.aggregate(
        all_words=Sum("words"),
        # Strings differ in length little enough: words are taken as spread evenly over them.
        done_words=Sum(F("words") * F("done") / F("total"), filter=Q(total__gt=0)),
        **{f"in_{state}": Count("pk", filter=Q(state=state)) for state in WAITING},
    )
    percent = (sums["done_words"] or 0) * 100 // (sums["all_words"] or 1)
    return Cards(percent, {state.value: sums[f"in_{state}"] for state in WAITING})


@dataclass
class Row:
    """One thing in one language, as the list shows it."""

    title: str
    source: object
    target: object
    kind: str
    partner: str
    words: int
    percent: int
    state: str
    state_title: object
    why: str
    is_new: bool
    url: str


def _rows(states) -> list[Row]:
    """The list's rows; a handful of queries for all of them."""
    states = list(states)
    originals = _originals_of(states)
    reasons = _reasons(originals.values())
    rows = []
    for state in states:
        original = originals[state.thing.translation_key]
        code = state.locale.language_code
        rows.append(
            Row(
                title=original.title,
                source=language(state.thing.original_locale.language_code),
                target=language(code),
                kind=capfirst(original.specific_class._meta.verbose_name),
                partner=_partner(original, state.thing.original_locale.language_code),
                words=state.words - (state.words * state.done // state.total if state.total else 0),
                percent=state.percent,
                state=state.state,
                state_title=TITLES[state.state],
                why=reasons.get(original.pk, ""),
                is_new=state.state == State.NOT_STARTED,
                url=reverse("translation_work", args=[state.thing.code, code]),
            )
        )
    return rows


def _originals_of(states) -> dict:
    """The original of each state's thing, as core pages, by translation key."""
    wanted = {state.thing.translation_key: state.thing.original_locale_id for state in states}
    pages = Page.objects.filter(translation_key__in=wanted).order_by()
    found = {
        page.translation_key: page
        for page in pages
        if page.locale_id == wanted[page.translation_key]
    }
    # Read at once, or each page asks for its own type.
    ContentType.objects.get_for_models(
        *(model for model in apps.get_models() if issubclass(model, HubPage))
    )
    return found


def _reasons(originals) -> dict[int, str]:
    """Why to translate these now, by page; asks only the kinds of page that ever have a reason."""
    by_model: dict = {}
    for page in originals:
        model = page.specific_class
        if model.why_translate_now is not HubPage.why_translate_now:
            by_model.setdefault(model, []).append(page.pk)
    reasons = {}
    for model, ids in by_model.items():
        for page in model.objects.filter(pk__in=ids).order_by():
            reasons[page.pk] = page.why_translate_now()
    return reasons


def _partner(page: Page, code: str) -> str:
    """The partner on whose shelf a page stands, from memory."""
    frame = get_frame(code)
    shelf = frame.entries.get(page.path[: STRUCTURE_DEPTH * Page.steplen])
    return frame.partners.get(shelf.partner_id, "") if shelf else ""


# --- the doors --------------------------------------------------------------------------------


def thing_or_404(code: str) -> Thing:
    thing = Thing.objects.select_related("original_locale").filter(code=code.upper()).first()
    if thing is None:
        raise Http404
    return thing


def work_or_404(request, code: str, lang: str) -> work.Work:
    """The work on a thing in a language, if this person may do it."""
    locale = Locale.objects.filter(language_code=lang).first()
    if locale is None or not work.may_translate(request.user, locale):
        raise Http404
    try:
        return work.begin(thing_or_404(code), locale)
    except (PermissionDenied, ValidationError) as refused:
        raise Http404 from refused


# --- the work ---------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def open_work(request, code, lang):
    """The segments of one thing beside fields for their words."""
    job = work_or_404(request, code, lang)
    is_reviewer = work.may_publish(request.user, job.locale)
    form = WorkForm(job, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        form.save(request.user)
        if not form.errors and _do(request, job, is_reviewer):
            here = reverse("translation_work", args=[code, lang])
            return redirect(here + form.anchor)
        form.read()
        if form.errors:
            messages.error(
                request,
                _("Some words could not be saved; they stand below with the reason."),
            )
    return render(request, "translations/work.html", _work_context(request, form, is_reviewer))


def _do(request, job: work.Work, is_reviewer: bool) -> bool:
    """Carry out the button that was pressed, once the words are saved; whether it went well."""
    deed = request.POST.get("deed", "save")
    if deed in ("send-back", "publish") and not is_reviewer:
        raise Http404
    try:
        if deed == "ready":
            work.mark_ready(job)
            messages.success(request, _("Marked as ready. A reviewer will look at it."))
        elif deed == "send-back":
            work.send_back(job, request.POST.get("note", ""))
            messages.success(request, _("Sent back to the translators."))
        elif deed == "publish":
            page = work.publish(job, request.user)
            messages.success(request, _("Published: %(address)s") % {"address": page.get_url()})
        else:
            messages.success(request, _("Saved."))
    except ValidationError as refused:
        for sentence in refused.messages:
            messages.error(request, sentence)
        return False
    return True


class WorkForm:
    """The fields of one thing's words: what is kept, what was typed, what is wrong.

    Beside each field stands a mark of what it showed, so that a field nobody touched never
    writes over what a colleague saved meanwhile.
    """

    def __init__(self, job: work.Work, data=None):
        self.job = job
        self.data = data
        self.errors: dict[int, list[str]] = {}
        self.typed: dict[int, str] = {}
        self.read()

    def read(self) -> None:
        self.segments = list(self.job.segments())

    @property
    def anchor(self) -> str:
        """Where to go on after a save: the place that the button named."""
        then = self.data.get("then", "")
        return f"#s{then}" if then.isdigit() else ""

    def touched(self) -> dict[int, str]:
        """Words that differ from what their field had shown, by segment."""
        found = {}
        for segment in self.segments:
            text = self.data.get(f"s{segment.pk}")
            if text is not None and mark(text) != self.data.get(f"was{segment.pk}", ""):
                found[segment.pk] = text
        return found

    def save(self, user) -> None:
        """Keep what was touched; what could not be kept stays in `typed`, with its `errors`."""
        touched = self.touched()
        for segment in self.segments:
            if segment.pk in touched and self._changed_meanwhile(segment, touched[segment.pk]):
                self.errors[segment.pk] = [
                    _("A colleague saved other words here meanwhile: “%(words)s”")
                    % {"words": words_of(segment)}
                ]
        free = {pk: text for pk, text in touched.items() if pk not in self.errors}
        if free:
            self.errors.update(work.save_strings(self.job, free, user))
        self.typed = {pk: touched[pk] for pk in self.errors}

    def _changed_meanwhile(self, segment, text: str) -> bool:
        kept = mark(words_of(segment))
        return kept not in (self.data.get(f"was{segment.pk}", ""), mark(text))

    def parts(self) -> list:
        """Parts, blocks and rows, each row with `words`, `was`, `errors`, `next_id` for its field."""
        parts = parts_of(type(self.job.original), self.segments)
        rows = [row for part in parts for block in part.blocks for row in block.rows]
        for row, following in zip(rows, [*rows[1:], None], strict=True):
            segment = row.segment
            kept = words_of(segment)
            row.source = work.words_for_form(segment, segment.string.data)
            row.has_marks = work.has_marks(segment)
            row.words = self.typed.get(segment.pk, kept)
            row.was = mark(kept)
            row.errors = self.errors.get(segment.pk, [])
            row.is_done = segment.translation is not None
            row.next_id = following.segment.pk if following else ""
            row.lines = 2 + len(row.source) // 60
        return parts


def words_of(segment) -> str:
    """The kept words of a segment as its field shows them."""
    return work.words_for_form(segment, segment.translation) if segment.translation else ""


def mark(text: str) -> str:
    """A short hash of a field's words; line ends are as the browser pleases."""
    text = text.replace("\r\n", "\n").strip()
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _work_context(request, form: WorkForm, is_reviewer: bool) -> dict:
    job = form.job
    state = job.state
    parts = form.parts()
    rows = [row for part in parts for block in part.blocks for row in block.rows]
    target = Page.objects.get(translation_key=job.thing.translation_key, locale=job.locale)
    return {
        "title": job.original.title,
        "kind": capfirst(type(job.original)._meta.verbose_name),
        "partner": _partner(job.original, job.thing.original_locale.language_code),
        "source": language(job.thing.original_locale.language_code),
        "target": language(job.locale.language_code),
        "parts": parts,
        "any_marks": any(row.has_marks for row in rows),
        "done": state.done,
        "total": state.total,
        "percent": state.percent,
        "state": state.state,
        "state_title": TITLES[state.state],
        "note": state.note if state.state == State.SENT_BACK else "",
        "posted_note": request.POST.get("note", ""),
        "is_reviewer": is_reviewer,
        "is_ready": state.state == State.READY,
        "is_published": state.state == State.PUBLISHED,
        "is_complete": bool(state.total) and state.done == state.total,
        "original_url": job.original.get_url(),
        "page_url": target.specific.get_url(),
        "here": reverse("translation_work", args=[job.thing.code, job.locale.language_code]),
        "preview_url": reverse(
            "translation_preview", args=[job.thing.code, job.locale.language_code]
        ),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def preview(request, code, lang):
    """The public page as it would be; words just typed are shown and not kept."""
    job = work_or_404(request, code, lang)
    if request.method == "POST":
        page = work.preview_with(job, WorkForm(job, request.POST).touched(), request.user)
    else:
        page = work.preview(job)
    return page.make_preview_request(request, page.default_preview_mode)


# --- one thing in all languages ------------------------------------------------------------------


def _thing_to_steer(request, code: str) -> tuple[Thing, Page]:
    """A thing and its original, if this person publishes it or coordinates; else 404."""
    thing = thing_or_404(code)
    original = work.mirrors.original_page(thing.translation_key)
    if original is None or not work.may_turn_back(request.user, original.specific):
        raise Http404
    return thing, original.specific


@require_safe
def languages(request, code):
    """How far a thing is in each language, for those who publish its original."""
    thing, original = _thing_to_steer(request, code)
    states = {state.locale_id: state for state in thing.states.select_related("locale")}
    mine = {locale.pk for locale in work.languages_of(request.user)}
    translated = set(
        work.translated_pages(thing).filter(live=True).values_list("locale", flat=True)
    )
    rows = []
    for locale in Locale.objects.exclude(pk=thing.original_locale_id).order_by("pk"):
        state = states.get(locale.pk)
        rows.append(
            {
                "language": language(locale.language_code),
                "title": TITLES[state.state if state else State.NOT_STARTED],
                "state": state.state if state else State.NOT_STARTED,
                "percent": state.percent if state else 0,
                "work_url": reverse("translation_work", args=[thing.code, locale.language_code])
                if locale.pk in mine and original.live
                else "",
                "turn_back_url": reverse(
                    "translation_turn_back", args=[thing.code, locale.language_code]
                )
                if locale.pk in translated and not original.is_structure
                else "",
            }
        )
    context = {
        "title": original.title,
        "source": language(thing.original_locale.language_code),
        "rows": rows,
        "edit_url": reverse("wagtailadmin_pages:edit", args=[original.pk]),
    }
    return render(request, "translations/languages.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def turn_back(request, code, lang):
    """Ask, then make a language a mirror again."""
    thing, original = _thing_to_steer(request, code)
    page = work.translated_pages(thing).filter(locale__language_code=lang).first()
    if page is None or original.is_structure:
        raise Http404
    here = reverse("translation_languages", args=[thing.code])
    if request.method == "POST":
        work.turn_back(thing, page.locale)
        messages.success(
            request,
            _("%(language)s shows the original again; its words are kept at the desk.")
            % {"language": language(lang).name},
        )
        return redirect(here)
    context = {
        "title": original.title,
        "source": language(thing.original_locale.language_code),
        "target": language(lang),
        "translated_title": page.title,
        "back_url": here,
    }
    return render(request, "translations/turn_back.html", context)
