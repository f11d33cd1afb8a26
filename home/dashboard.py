"""The dashboard: what waits for the person who signed in, and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
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
from hub.models import Message, Thing
from partners.models import Partner, PartnerPage
from partners.review import steps_in
from resources.models import (
    MethodGuidePage,
    PracticeStoryPage,
    ResourcePage,
    TrainingMaterialPage,
)
from translations.models import LanguageRole, TranslationState

LIMIT = 10
A_YEAR = timedelta(days=365)
# What can be begun on the shelf of each section.
BEGINNINGS = {
    "resources": (MethodGuidePage, TrainingMaterialPage, PracticeStoryPage),
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


class Panel(Component):
    """A heading and its lines; says so in a sentence when there are none."""

    template_name = "hub/admin/panel.html"
    name = ""
    heading = ""
    nothing = ""
    action = _("Open")

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
        }


def panels_for(user) -> list[Component]:
    """The panels of `user`, in order; a panel that can never concern them is not among them."""
    panels: list[Component] = []
    writes = page_permission_policy.user_has_any_permission(user, ["add", "change", "publish"])
    if writes:
        decides = page_permission_policy.user_has_permission(user, "publish")
        if decides:
            panels.append(WaitingPanel(user, 100))
        panels += [DraftsPanel(user, 110), MessagesPanel(user, 120), CheckPanel(user, 130)]
        partners = partners_of(user)
        if partners:
            panels.append(ShelvesPanel(user, 90, partners))
    desk = DeskPanel(user, 80)
    if desk.languages:
        panels.append(desk)
    return panels


def partners_of(user) -> list[Partner]:
    """The partners for which `user` writes or publishes; asked once for each user object."""
    if not hasattr(user, "_partners"):
        groups = user.groups.values("pk")
        user._partners = list(
            Partner.objects.filter(Q(authors__in=groups) | Q(publishers__in=groups))
        )
    return user._partners


def writing_language(user) -> str:
    """The language of the tree in which `user` works: their partner's, else the admin's."""
    partners = partners_of(user)
    return partners[0].language if partners else get_language()


# --- what waits -------------------------------------------------------------------------------


class WaitingPanel(Panel):
    name = "waiting"
    heading = _("Waiting for me")
    nothing = _("Nobody waits for you.")
    action = _("Look and decide")

    def rows(self):
        states = (
            TaskState.objects.reviewable_by(self.user)
            .select_related("workflow_state__requested_by")
            .order_by("started_at")[: LIMIT + 1]
        )
        by_page = {int(state.workflow_state.object_id): state for state in states}
        pages = Page.objects.in_bulk(by_page)
        return [
            page_row(
                pages[pk],
                at=state.started_at,
                facts=[person(state.workflow_state.requested_by)],
            )
            for pk, state in by_page.items()
            if pk in pages
        ]


class DraftsPanel(Panel):
    name = "drafts"
    heading = _("My drafts")
    nothing = _("You have no drafts. What you begin and do not publish yet stands here.")
    action = _("Go on writing")

    def rows(self):
        mine = Q(owner=self.user, live=False) | Q(latest_revision__user=self.user)
        reachable = page_permission_policy.instances_user_has_any_permission_for(
            self.user, ["add", "change", "publish"]
        )
        pages = list(
            reachable.filter(mine, has_unpublished_changes=True, alias_of=None).order_by(
                "-latest_revision_created_at", "-pk"
            )[: LIMIT + 1]
        )
        states = {
            int(state.object_id): state
            for state in WorkflowState.objects.active()
            .filter(
                object_id__in=[str(page.pk) for page in pages],
                base_content_type=ContentType.objects.get_for_model(Page),
            )
            .select_related("current_task_state")
        }
        return [self._row(page, states.get(page.pk)) for page in pages]

    def _row(self, page, state):
        row = page_row(page, at=page.latest_revision_created_at)
        if state is None:
            row.badge = _("changed, not published") if page.live else _("draft")
        elif state.status == WorkflowState.STATUS_NEEDS_CHANGES:
            row.badge = _("sent back")
            row.words = state.current_task_state.comment
        else:
            row.badge = _("with the publishers")
        return row


class CheckPanel(Panel):
    name = "check"
    heading = _("To check")
    nothing = _("Everything was checked within the last year.")
    action = _("Check")

    def rows(self):
        everywhere = steps_in(self.user)
        partners = None if everywhere else [partner.pk for partner in partners_of(self.user)]
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
    """What readers sent about the things that `user` may change, not yet done; newest first."""
    messages = Message.objects.filter(done_at=None).select_related("thing__original_locale")
    if steps_in(user):
        return messages
    pages = page_permission_policy.instances_user_has_any_permission_for(
        user, ["change", "publish"]
    )
    keys = pages.order_by().values("translation_key")
    return messages.filter(thing__translation_key__in=keys)


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
