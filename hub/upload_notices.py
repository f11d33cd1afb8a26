"""What somebody should know about a file that they have just put here, or are about to replace.

No reason to refuse it: said once after the upload, whichever door it took, and on its own screen.
"""

from collections.abc import Callable, Iterable
from contextvars import ContextVar

from django.contrib import messages
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.documents.permissions import permission_policy

from hub.document_facts import FileFacts
from hub.frame import address_of
from hub.models import Document
from hub.where_used import uses_of

MOST_NAMED = 5

_said: ContextVar[list | None] = ContextVar("hub_upload_notices", default=None)


def same_bytes_elsewhere(document: Document, user) -> SafeString | None:
    """A file of the same bytes, if the person may see or choose it; of those they may not, nothing."""
    if not document.sha256 or user is None:
        return None
    same = (
        permission_policy.instances_user_has_any_permission_for(user, ["change", "choose"])
        .filter(sha256=document.sha256)
        .exclude(pk=document.pk)
        .order_by("pk")
        .first()
    )
    if same is None:
        return None
    mine = permission_policy.user_has_permission_for_instance(user, "change", same)
    return _is_here_already(same, mine)


def same_bytes_among(sums: Iterable[str], user) -> dict[str, SafeString]:
    """By SHA-256: what `same_bytes_elsewhere` would say of files that are not kept yet; few queries."""
    same = (
        permission_policy.instances_user_has_any_permission_for(user, ["change", "choose"])
        .filter(sha256__in=[one for one in sums if one])
        .order_by("-pk")
    )
    same = list(same)
    changeable = permission_policy.instances_user_has_permission_for(user, "change")
    mine = set(changeable.filter(pk__in=[one.pk for one in same]).values_list("pk", flat=True))
    return {one.sha256: _is_here_already(one, one.pk in mine) for one in same}


def _is_here_already(same: Document, mine: bool) -> SafeString:
    return format_html(
        _(
            "The same file is here already: {file}. If both are kept, each has to be replaced by itself."
        ),
        file=_link(reverse("wagtaildocs:edit", args=[same.pk]) if mine else same.url, same.title),
    )


def hard_to_hear(document: Document, facts: FileFacts | None) -> str | None:
    """Whether people who have a PDF read to them would get nothing of it, or all in disorder."""
    if document.format != "PDF" or document.text_alternative or facts is None:
        return None
    if facts.has_text is False:
        return _(
            "This PDF has no text: to people who have it read to them by a screen reader it is empty. "
            "Put a PDF with text in its place, or write what it says under “%(field)s”."
        ) % {"field": _field_name()}
    if facts.is_tagged is False:
        return _(
            "This PDF has no tags: a screen reader cannot tell its headings and its order. Export it "
            "again as “tagged PDF” or “PDF/UA”, or write what it says under “%(field)s”."
        ) % {"field": _field_name()}
    return None


def _field_name() -> str:
    return capfirst(Document._meta.get_field("text_alternative").verbose_name)


def stands_on(document: Document, user) -> SafeString | None:
    """The pages that show this file, as far as the person may know them."""
    uses = uses_of(document, user)
    if not uses:
        return None
    sentences = []
    if uses.pages:
        named = format_html_join(
            ", ",
            "{}",
            ((_link(_address(page, uses), page.title),) for page in uses.pages[:MOST_NAMED]),
        )
        rest = len(uses.pages) - MOST_NAMED
        if rest > 0:
            more = ngettext("and %(number)s more", "and %(number)s more", rest) % {"number": rest}
            named = format_html("{} {}", named, more)
        number = len(uses.pages)
        on = ngettext("%(number)s page", "%(number)s pages", number) % {"number": number}
        sentences.append(
            format_html(_("This file stands on {number}: {pages}."), number=on, pages=named)
        )
    if uses.has_others:
        sentences.append(_("It also stands on pages that you may not see."))
    return format_html_join(" ", "{}", ((one,) for one in sentences))


def facts_on_record(document: Document) -> FileFacts | None:
    """As the worker found them when it read the file."""
    text = getattr(document, "text_inside", None)
    if text is None or text.sha256 != document.sha256 or text.state == text.State.FAILED:
        return None
    return FileFacts(is_tagged=text.is_tagged, has_text=text.state == text.State.DONE)


def say_of_upload(document: Document, user) -> None:
    """Keep for the person, until the request ends, what is to say about new bytes."""
    said = _said.get()
    if said is None or not document.facts:
        return
    for notice in (
        same_bytes_elsewhere(document, user),
        hard_to_hear(document, document.facts),
    ):
        if notice:
            said.append(format_html("{}: {}", document.title, notice))


class UploadNoticesMiddleware:
    """Some doors answer by JSON, some by a redirect: the next screen says it, whichever it is."""

    def __init__(self, get_response: Callable):
        self.get_response = get_response

    def __call__(self, request):
        if request.method != "POST" or not request.path_info.startswith("/admin/"):
            return self.get_response(request)
        token = _said.set([])
        try:
            response = self.get_response(request)
            for notice in _said.get():
                messages.warning(request, notice)
        finally:
            _said.reset(token)
        return response


def _address(page, uses) -> str:
    if page.pk in uses.own:
        return reverse("wagtailadmin_pages:edit", args=[page.pk])
    return address_of(page.url_path)


def _link(url: str, words: str) -> SafeString:
    return format_html('<a href="{}">{}</a>', url, words)
