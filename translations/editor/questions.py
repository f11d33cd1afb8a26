"""Questions of translators to the author: asked at a string, answered once for all languages."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from wagtail.models import Page
from wagtail.permissions import page_permission_policy

from hub.languages import language
from hub.mail_queue import one_line, queue

from .. import mirrors
from ..models import Question
from ..plain import plain
from ..rights import coordinates


def ask(job, segment, words: str, user) -> Question:
    """Keep a question about a segment and tell the author. Raises ValidationError in sentences."""
    question = Question(
        thing=job.thing,
        locale=job.locale,
        about=segment.string.data,
        path=segment.context.path,
        words=_cleaned(words, Question._meta.get_field("words").max_length),
        asked_by=user,
    )
    with transaction.atomic():
        question.save()
        author = job.original.owner
        if author is not None and author != user:
            _tell(question, author, job.original, "asked")
    return question


def answer(question: Question, words: str, user) -> None:
    """Keep the answer, or another one, and tell who asked. Raises ValidationError in sentences."""
    question.answer = _cleaned(words, Question._meta.get_field("answer").max_length)
    question.answered_by = user
    question.answered_at = timezone.now()
    with transaction.atomic():
        question.save(update_fields=["answer", "answered_by", "answered_at"])
        asker = question.asked_by
        original = mirrors.original_page(question.thing.translation_key)
        if asker is not None and asker != user and original is not None:
            _tell(question, asker, original, "answered")


def _cleaned(words: str, most: int) -> str:
    words = words.replace("\r\n", "\n").replace("\0", "").strip()
    if not words:
        raise ValidationError(_("Write some words first."))
    if len(words) > most:
        raise ValidationError(
            _("%(length)d characters; there is room for %(most)d.")
            % {"length": len(words), "most": most}
        )
    return words


def _tell(question: Question, person, original: Page, deed: str) -> None:
    """Mail in the person's language; somebody without an address finds it on the screen."""
    if not person.is_active or not person.email:
        return
    doors = {
        "asked": ("translation_question", [question.pk]),
        "answered": (
            "translation_work",
            [question.thing.code, question.locale.language_code],
        ),
    }
    name, arguments = doors[deed]
    with override(person.reads_in):
        context = {
            "question": question,
            "about": plain(question.about),
            "title": original.title,
            "target": language(question.locale.language_code).name,
            "address": settings.HUB_ADDRESS + reverse(name, args=arguments),
        }
        subject = (
            _("A translator asks about “%(title)s”")
            if deed == "asked"
            else _("Your question about “%(title)s” is answered")
        )
        body = render_to_string(f"translations/questions/{deed}.txt", context)
        queue(
            person.email,
            one_line(subject % {"title": original.title}),
            body.strip() + "\n",
            person.reads_in,
        )


# --- finding ----------------------------------------------------------------------------------


def of_thing(thing) -> list[Question]:
    """All questions about a thing, of all languages, in the order they were asked; one query."""
    return list(
        Question.objects.filter(thing=thing).select_related("locale", "asked_by", "answered_by")
    )


def by_segment(questions: list[Question], segments) -> dict[int, list[Question]]:
    """Questions by the id of the segment they stand at; several segments share those of a string.

    Where the text was changed since, a question stands at the first segment of its place.
    """
    same: dict[tuple[str, str], list[int]] = {}
    first: dict[str, int] = {}
    for segment in segments:
        path = segment.context.path
        same.setdefault((path, segment.string.data), []).append(segment.pk)
        first.setdefault(path, segment.pk)
    found: dict[int, list[Question]] = {}
    for question in questions:
        places = same.get((question.path, question.about)) or [first.get(question.path)]
        for pk in places:
            if pk is not None:
                found.setdefault(pk, []).append(question)
    return found


def may_answer(user, question: Question) -> bool:
    """Who may edit the original, and coordinators."""
    original = mirrors.original_page(question.thing.translation_key)
    if original is None or not user.is_active:
        return False
    return coordinates(user) or original.specific.permissions_for_user(user).can_edit()


def questions_for(user):
    """Unanswered questions about originals that `user` may change, oldest first, with `title`.

    At most two queries, whoever it is: one of them for the rights, when nobody asked before.
    """
    mine = page_permission_policy.instances_user_has_permission_for(user, "change")
    originals = Page.objects.filter(
        translation_key=OuterRef("thing__translation_key"),
        locale=OuterRef("thing__original_locale"),
    )
    return (
        Question.objects.filter(answer="")
        .annotate(original=Subquery(originals.values("pk")[:1]))
        .annotate(title=Subquery(originals.values("title")[:1]))
        .filter(original__in=mine.order_by().values("pk"))
        .select_related("thing__original_locale", "locale", "asked_by")
    )
