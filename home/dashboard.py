"""The dashboard: what waits for the person who signed in, and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    IntegerField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    When,
)
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.components import Component
from wagtail.models import Page, TaskState, WorkflowState
from wagtail.permissions import page_permission_policy

from circle.models import ServicePage
from events.models import EventPage
from hub.frame import STRUCTURE_DEPTH, get_frame, language_of_path
from hub.languages import language
from hub.models import Helped, Message, Thing
from partners.membership import partners_of
from partners.models import Deadline, Partner, PartnerPage
from partners.review import steps_in
from partners.shelf_item import CoOwner
from resources.models import (
    CataloguePage,
    KitPage,
    MethodGuidePage,
    PracticeStoryPage,
    ResourcePage,
    TrainingMaterialPage,
)
from translations.editor.questions import questions_for
from translations.models import LanguageRole, TranslationState

from .broken_links import broken_links_for, codes_of, where_to_mend, words_for

LIMIT = 10
A_YEAR, A_WEEK = timedelta(days=365), timedelta(days=7)
# What can be begun on the shelf of each section.
BEGINNINGS = {
    "resources": (MethodGuidePage, TrainingMaterialPage, PracticeStoryPage, KitPage),
    "events": (EventPage,),
    "support-circle": (ServicePage,),
}
OPEN_STATES = (
    TranslationState.State.NOT_STARTED,
    TranslationState.State.IN_PROGRESS,
    TranslationState.State.SENT_BACK,
    TranslationState.State.OUTDATED,
)


@dataclass
class Row:
    """A line of a panel: a title that leads somewhere, and what one must know before."""

    title: str
    lang: str
    url: str
    facts: list[str] = field(default_factory=list)
    at: datetime | None = None
    badge: str = ""
    words: str = ""
    post_url: str = ""


class Panel(Component):
    """A heading and its lines; says so in a sentence when there are none."""

    template_name = "hub/admin/panel.html"
    name = ""
    heading = ""
    nothing = ""
    action = _("Open")
    # The words of the button of a row with a `post_url`.
    deed = ""

    def __init__(self, user, order: int):
        self.user = user
        self.order = order

    def rows(self) -> list[Row]:
        raise NotImplementedError

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict:
        rows = self.rows()
        return {
            "panel": self,
            "rows": rows[:LIMIT],
            "has_more": len(rows) > LIMIT,
            "request": parent_context["request"],
            "csrf_token": parent_context["csrf_token"],
        }


def panels_for(user) -> list[Component]:
    """The panels of `user`, in order; a panel that can never concern them is not among them."""
    panels: list[Component] = []
    writes = page_permission_policy.user_has_any_permission(user, ["add", "change", "publish"])
    if writes:
        decides = page_permission_policy.user_has_permission(user, "publish")
        if decides:
            panels.append(WaitingPanel(user, 100))
        panels += [
            SentBackPanel(user, 105),
            *[panel for panel in [QuestionsPanel(user, 107)] if panel.rows()],
            DraftsPanel(user, 110),
            MessagesPanel(user, 120),
            LinksPanel(user, 125),
            CheckPanel(user, 130),
        ]
        partners = partners_of(user)
        if partners:
            panels.append(ShelvesPanel(user, 90, partners))
            joint = JointPanel(user, 115)
            if joint.rows():
                panels.append(joint)
    desk = DeskPanel(user, 80)
    if desk.languages:
        panels.append(desk)
        if not writes:
            panels.append(LinksPanel(user, 125))
    return panels


def writing_language(user) -> str:
    """The language of the tree in which `user` works: the admin's if a partner of theirs writes in
    it, else their first partner's."""
    here, theirs = get_language(), [partner.language for partner in partners_of(user)]
    return here if here in theirs or not theirs else theirs[0]


# --- what waits -------------------------------------------------------------------------------


class WaitingPanel(Panel):
    name = "waiting"
    heading = _("Waiting for me")
    nothing = _("Nothing waits for your decision.")
    action = _("Look and decide")

    def rows(self):
        soon = timezone.localdate() + A_WEEK
        wanted_by = Deadline.objects.filter(
            page=Cast(OuterRef("workflow_state__object_id"), IntegerField())
        ).values("wanted_by")
        states = (
            TaskState.objects.reviewable_by(self.user)
            .select_related("workflow_state__requested_by")
            .annotate(wanted_by=Subquery(wanted_by))
            .order_by(
                # What is wanted within a week comes first, the earliest of it before the others.
                Case(When(wanted_by__lte=soon, then="wanted_by")).asc(nulls_last=True),
                "started_at",
            )[: LIMIT + 1]
        )
        by_page = {int(state.workflow_state.object_id): state for state in states}
        pages = Page.objects.in_bulk(by_page)
        return [self._row(pages[pk], state) for pk, state in by_page.items() if pk in pages]

    def _row(self, page, state):
        row = page_row(page, at=state.started_at, facts=[person(state.workflow_state.requested_by)])
        row.badge = wanted(state.wanted_by)
        return row


def sent_back() -> QuerySet[WorkflowState]:
    """The states of pages whose author is to go on with them."""
    return WorkflowState.objects.filter(
        status=WorkflowState.STATUS_NEEDS_CHANGES,
        base_content_type=ContentType.objects.get_for_model(Page),
    )


def drafts_of(user) -> QuerySet[Page]:
    """What `user` began or last changed, and has not published yet; the newest first."""
    mine = Q(owner=user, live=False) | Q(latest_revision__user=user)
    reachable = page_permission_policy.instances_user_has_any_permission_for(
        user, ["add", "change", "publish"]
    )
    was_sent_back = sent_back().filter(object_id=Cast(OuterRef("pk"), CharField()))
    return (
        reachable.filter(mine, has_unpublished_changes=True, alias_of=None)
        .annotate(was_sent_back=Exists(was_sent_back))
        .select_related("deadline")
        .order_by("-latest_revision_created_at", "-pk")
    )


def wanted_of(page: Page) -> str:
    """By when an author wants `page` decided, in words."""
    deadline = getattr(page, "deadline", None)
    return wanted(deadline.wanted_by) if deadline else ""


def wanted(day) -> str:
    return _("wanted by %(day)s") % {"day": date_format(day, "DATE_FORMAT")} if day else ""


class SentBackPanel(Panel):
    name = "sent-back"
    heading = _("Sent back to me")
    nothing = _("Nothing was sent back to you.")
    action = _("Go on writing")

    def rows(self):
        pages = list(drafts_of(self.user).filter(was_sent_back=True)[: LIMIT + 1])
        states = {
            int(state.object_id): state
            for state in sent_back()
            .filter(object_id__in=[str(page.pk) for page in pages])
            .select_related("current_task_state__finished_by")
        }
        return [self._row(page, states.get(page.pk)) for page in pages]

    def _row(self, page, state):
        row = page_row(page)
        task = state.current_task_state if state else None
        if task:
            row.words = task.comment
            row.facts += [fact for fact in [person(task.finished_by)] if fact]
            row.at = task.finished_at
        row.badge = wanted_of(page)
        return row


class QuestionsPanel(Panel):
    """What translators ask about one's pages; there is none while nobody asks."""

    name = "questions"
    heading = _("Translators ask")
    action = _("Answer")

    @cached_property
    def _rows(self) -> list[Row]:
        return [
            Row(
                title=question.title,
                lang=question.thing.original_locale.language_code,
                url=reverse("translation_question", args=[question.pk]),
                facts=[language(question.locale.language_code).name, person(question.asked_by)],
                at=question.asked_at,
                words=question.words,
            )
            for question in questions_for(self.user)[: LIMIT + 1]
        ]

    def rows(self):
        return self._rows


class DraftsPanel(Panel):
    name = "drafts"
    heading = _("My drafts")
    nothing = _("You have no drafts. What you begin and do not publish yet stands here.")
    action = _("Go on writing")

    def rows(self):
        pages = list(drafts_of(self.user).filter(was_sent_back=False)[: LIMIT + 1])
        waiting = set(
            WorkflowState.objects.active()
            .filter(
                object_id__in=[str(page.pk) for page in pages],
                base_content_type=ContentType.objects.get_for_model(Page),
            )
            .values_list("object_id", flat=True)
        )
        return [self._row(page, str(page.pk) in waiting) for page in pages]

    def _row(self, page, waits: bool):
        row = page_row(page, at=page.latest_revision_created_at)
        if waits:
            row.badge = _("with the publishers")
        else:
            row.badge = _("changed, not published") if page.live else _("draft")
        row.facts += [fact for fact in [wanted_of(page)] if fact]
        return row


class JointPanel(Panel):
    """What stands on other partners' shelves and is one's own too: no explorer shows it."""

    name = "joint"
    heading = _("Made together with us")
    action = _("Go on writing")

    @cached_property
    def _rows(self) -> list[Row]:
        ours = CoOwner.objects.filter(
            thing__translation_key=OuterRef("translation_key"), partner__in=partners_of(self.user)
        )
        pages = Page.objects.filter(Exists(ours), originals(), alias_of=None)
        newest = pages.order_by("-latest_revision_created_at", "-pk")[: LIMIT + 1]
        return [page_row(page, at=page.latest_revision_created_at) for page in newest]

    def rows(self):
        return self._rows


class LinksPanel(Panel):
    name = "links"
    heading = _("Broken links")
    nothing = _("No link is broken, as far as the weekly look at them has found.")
    action = _("Mend it")
    deed = _("Check again")

    def rows(self):
        links = list(broken_links_for(self.user)[: LIMIT + 1])
        codes = codes_of(links)
        return [self._row(link, codes.get(link.page.translation_key, "")) for link in links]

    def _row(self, link, code):
        row = page_row(link.page)
        row.url = where_to_mend(link, code)
        row.badge = link.get_reason_display()
        row.words = words_for(link)
        row.post_url = reverse("home_link_again", args=[link.pk])
        return row


class CheckPanel(Panel):
    name = "check"
    heading = _("To check")
    nothing = _("Everything was checked within the last year.")
    action = _("Read it")
    deed = _("Still correct")

    def rows(self):
        everywhere = steps_in(self.user)
        active = [partner.pk for partner in partners_of(self.user) if not partner.paused_at]
        partners = None if everywhere else active
        last_year = timezone.localdate() - A_YEAR
        found = []
        for model in (ResourcePage, ServicePage, PartnerPage):
            pages = model.objects.filter(
                Q(checked_on__lt=last_year)
                | Q(checked_on=None, first_published_at__date__lt=last_year),
                originals(),
                live=True,
            )
            if not everywhere:
                pages = pages.filter(partner__in=partners)
            found += pages.order_by("checked_on", "pk")[: LIMIT + 1]
        found.sort(key=lambda page: page.checked_on or page.first_published_at.date())
        return [self._row(page) for page in found]

    def _row(self, page):
        row = page_row(page)
        row.post_url = reverse("home_still_correct", args=[page.pk])
        if page.checked_on:
            row.facts.append(_("last checked"))
            row.at = page.checked_on
        else:
            row.badge = _("never checked")
        return row


def originals() -> Exists:
    """A condition on pages: it is the one in which the thing was first written."""
    return Exists(
        Thing.objects.filter(
            translation_key=OuterRef("translation_key"), original_locale=OuterRef("locale")
        )
    )


# --- what readers say -------------------------------------------------------------------------


def messages_for(user) -> QuerySet[Message]:
    """What readers sent about the things that `user` may change, not yet done; newest first.

    What they say of translations stands at the desk.
    """
    messages = Message.objects.filter(done_at=None).exclude(kind__in=Message.OF_THE_DESK)
    return _about_things_of(user, messages.select_related("thing__original_locale"))


def answers_for(user) -> list[tuple[Thing, list[Helped]]]:
    """Whether it helped, of the things that `user` may change and that were answered of last; two queries."""
    rows = _about_things_of(user, Helped.objects.all())
    lately = rows.values("thing").annotate(on=Max("answered_on")).order_by("-on", "-thing")
    order = [row["thing"] for row in lately[:LIMIT]]
    answers: dict[int, list[Helped]] = {}
    for row in (
        Helped.objects.filter(thing__in=order)
        .select_related("thing__original_locale")
        .order_by("language")
    ):
        answers.setdefault(row.thing_id, []).append(row)
    return [(answers[pk][0].thing, answers[pk]) for pk in order]


def _about_things_of(user, rows: QuerySet) -> QuerySet:
    """Those of `rows` (with a `thing`) that concern somebody who may change the thing."""
    if steps_in(user):
        return rows
    pages = page_permission_policy.instances_user_has_any_permission_for(
        user, ["change", "publish"]
    )
    return rows.filter(thing__translation_key__in=pages.order_by().values("translation_key"))


class MessagesPanel(Component):
    template_name = "hub/admin/messages.html"
    name = "messages"

    def __init__(self, user, order: int):
        self.user = user
        self.order = order

    def get_context_data(self, parent_context):
        messages = list(messages_for(self.user)[: LIMIT + 1])
        here = get_language()
        return {
            "messages": [
                {
                    "message": message,
                    "about": message.thing.title_in(here) if message.thing else "",
                    "about_url": f"/r/{message.thing.code}/" if message.thing else "",
                    "language": language(message.language),
                    "done_url": reverse("home_message_done", args=[message.pk]),
                }
                for message in messages[:LIMIT]
            ],
            "has_more": len(messages) > LIMIT,
            "answers": [
                {
                    "about": thing.title_in(here),
                    "about_url": f"/r/{thing.code}/",
                    "numbers": [(language(row.language), row) for row in rows],
                }
                for thing, rows in answers_for(self.user)
            ],
            "csrf_token": parent_context["csrf_token"],
        }


# --- where to go on ---------------------------------------------------------------------------


class ShelvesPanel(Component):
    """One's own shelves, and a new thing on each in one step."""

    template_name = "hub/admin/shelves.html"
    name = "shelves"

    def __init__(self, user, order: int, partners: list[Partner]):
        self.user = user
        self.order = order
        self.partners = partners

    def get_context_data(self, parent_context):
        return {
            "partners": [
                {"partner": partner, "shelves": self._shelves(partner)} for partner in self.partners
            ]
        }

    def _shelves(self, partner) -> list[dict]:
        frame = get_frame(partner.language)
        here = get_frame(get_language())
        return [
            {
                "title": getattr(here.section(section), "title", section),
                "url": reverse("wagtailadmin_explore", args=[shelf.pk]),
                "beginnings": [
                    {
                        "label": capfirst(model._meta.verbose_name),
                        "url": reverse(
                            "wagtailadmin_pages:add",
                            args=[model._meta.app_label, model._meta.model_name, shelf.pk],
                        ),
                    }
                    for model in models
                ],
                # Several at once.
                "import_url": f"{reverse('resources_import')}?shelf={shelf.pk}"
                if section == CataloguePage.section
                else "",
            }
            for section, models in BEGINNINGS.items()
            for shelf in frame.shelves(section)
            if shelf.partner_id == partner.pk
        ]


class DeskPanel(Component):
    """The way to the translation desk, with what awaits each of one's languages."""

    template_name = "hub/admin/desk.html"
    name = "desk"

    def __init__(self, user, order: int):
        self.order = order
        roles = LanguageRole.objects.filter(user=user).select_related("locale")
        self.languages = {role.locale_id: role.locale.language_code for role in roles}
        self.reviews = {role.locale_id for role in roles if role.role == LanguageRole.Role.REVIEWER}

    def get_context_data(self, parent_context):
        counts = {
            row["locale"]: row
            for row in TranslationState.objects.filter(
                locale__in=self.languages, thing__withdrawn_at=None
            )
            .values("locale")
            .annotate(
                open=Count("pk", filter=Q(state__in=OPEN_STATES)),
                ready=Count("pk", filter=Q(state=TranslationState.State.READY)),
            )
        }
        return {
            "desk_url": reverse("translation_desk"),
            "languages": [
                {
                    "language": language(code),
                    "open": counts.get(pk, {}).get("open", 0),
                    "ready": counts.get(pk, {}).get("ready", 0) if pk in self.reviews else 0,
                }
                for pk, code in self.languages.items()
            ],
        }


# --- lines ------------------------------------------------------------------------------------


def page_row(page: Page, at=None, facts=()) -> Row:
    """The line of a page; asks the database nothing about it."""
    code = language_of_path(page.url_path)
    frame = get_frame(code)
    shelf = frame.entries.get(page.path[: STRUCTURE_DEPTH * Page.steplen])
    kind = ContentType.objects.get_for_id(page.content_type_id).model_class()._meta.verbose_name
    partner = frame.partners.get(shelf.partner_id, "") if shelf else ""
    return Row(
        title=page.draft_title or page.title,
        lang=getattr(page, "words_language", "") or code,
        url=reverse("wagtailadmin_pages:edit", args=[page.pk]),
        facts=[fact for fact in (capfirst(kind), partner, *facts) if fact],
        at=at,
    )


def person(user) -> str:
    return (user.get_full_name() or user.get_username()) if user else ""
