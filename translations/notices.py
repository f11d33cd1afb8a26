"""Mail of the desk: each night what is new in one's languages, once when all languages are live.

Nothing is sent when nothing waits. What was told is told once: the mail and the note up to when
this person knows are one transaction.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from wagtail.log_actions import log
from wagtail.models import Page, PageLogEntry
from wagtail_localize.models import StringTranslation

from hub.languages import language
from hub.mail_queue import one_line, queue
from hub.models import Message, Thing

from .mirrors import original_page
from .models import LanguageRole, Question, TranslationState

State = TranslationState.State
# What happened a moment ago may not be committed yet; it is for the next night.
SETTLED = timedelta(minutes=5)
TITLES_SHOWN = 5
ALL_LIVE = "translations.all_live"


# --- each night -------------------------------------------------------------------------------


@dataclass
class News:
    """What is new of one sort in one language: how many, and the first titles."""

    words: str
    number: int
    titles: list[str]


def tell_translators() -> int:
    """A mail to everybody with a role in a language where something is new; how many mails."""
    until = timezone.now() - SETTLED
    people = get_user_model().objects.filter(
        Exists(LanguageRole.objects.filter(user=OuterRef("pk"))), is_active=True
    )
    return sum(_tell(person, until) for person in people.exclude(email="").order_by("pk"))


def _tell(person, until: datetime) -> int:
    with transaction.atomic(), override(person.reads_in):
        roles: dict = {}
        for role in person.language_roles.select_related("locale").order_by("locale", "pk"):
            roles.setdefault(role.locale, []).append(role)
        sections = []
        for locale, mine in roles.items():
            # A role given since knows nothing yet, but its person does.
            told = [role.told_at for role in mine if role.told_at]
            news = _news(person, mine, told and max(told), until)
            if not news:
                continue
            if not all(_note(role, until) for role in mine):
                # Another process is at it: it tells, or has told.
                transaction.set_rollback(True)
                return 0
            name = language(locale.language_code).name
            url = f"{reverse('translation_desk')}?language={locale.language_code}"
            sections.append({"name": name, "news": news, "url": settings.HUB_ADDRESS + url})
        return _send(person, sections) if sections else 0


def _note(role: LanguageRole, until: datetime) -> bool:
    """Whether this process is the one that tells it."""
    known = LanguageRole.objects.filter(pk=role.pk, told_at=role.told_at)
    return known.update(told_at=until) == 1


def _send(person, sections: list[dict]) -> int:
    number = sum(one.number for section in sections for one in section["news"])
    subject = _("At the translation desk: %(number)d") % {"number": number}
    body = render_to_string(
        "translations/mails/digest.txt",
        {"name": person.get_full_name() or person.get_username(), "sections": sections},
    )
    return _queued(person, subject, body)


def _queued(person, subject: str, body: str) -> int:
    """An address that is none costs nobody else their mail."""
    try:
        queue(person.email, one_line(subject), body.strip() + "\n", person.reads_in)
    except ValueError:
        return 0
    return 1


def _news(person, roles: list[LanguageRole], since, until: datetime) -> list[News]:
    """What is new in one language, of every sort that concerns these roles of a person."""
    locale = roles[0].locale
    reviews = any(role.role == LanguageRole.Role.REVIEWER for role in roles)

    def new(field: str) -> Q:
        lately = Q(**{f"{field}__lte": until})
        return lately & Q(**{f"{field}__gt": since}) if since else lately

    original = Page.objects.filter(
        translation_key=OuterRef("thing__translation_key"),
        locale=OuterRef("thing__original_locale"),
        live=True,
    )
    states = TranslationState.objects.filter(Exists(original), locale=locale)
    worked = StringTranslation.objects.filter(
        locale=locale,
        last_translated_by=person,
        translation_of__segments__source__object=OuterRef("thing__translation_key"),
    )
    begun = states.filter(Q(Exists(worked)) | Q(claimed_by=person))
    fresh = states.filter(Exists(original.filter(new("first_published_at"))))
    voices = Message.objects.filter(
        new("created_at"),
        kind__in=Message.OF_THE_DESK,
        language=locale.language_code,
        done_at=None,
    )
    # Who asked has had a mail of their own.
    answers = Question.objects.filter(Exists(worked), new("answered_at")).exclude(asked_by=person)
    news = [
        _of_states(_("Sent back to you"), begun.filter(new("changed_at"), state=State.SENT_BACK)),
        _of_states(
            _("Changed at the source"),
            states.filter(new("source_changed_at"), state=State.OUTDATED),
        ),
        _of_states(
            _("Ready for review"),
            states.filter(new("changed_at"), state=State.READY) if reviews else states.none(),
        ),
        News(_("From readers"), voices.count(), []),
        _of_things(_("Answers of authors about what you translate"), answers),
        _of_states(_("New, not started"), fresh.filter(state=State.NOT_STARTED)),
    ]
    return [one for one in news if one.number]


def _of_states(words: str, states) -> News:
    return _of_things(words, states.order_by("-changed_at", "-pk"))


def _of_things(words: str, rows) -> News:
    """`rows` have a `thing`; a thing is named by its public title in the original's language."""
    number = rows.count()
    first = rows.select_related("thing__original_locale")[:TITLES_SHOWN] if number else []
    return News(words, number, [row.thing.title for row in first])


# --- once -------------------------------------------------------------------------------------


def tell_author_if_all_live(thing: Thing) -> int:
    """Tell the owner of the original that every language is live, once for ever; how many mails.

    Call it in the transaction of the publication: of two languages that are published at the same
    moment the later one sees both. That it was told stands in the page's history.
    """
    with transaction.atomic():
        thing = Thing.objects.select_for_update(of=("self",)).get(pk=thing.pk)
        original = original_page(thing.translation_key)
        if original is None or not original.live or not _is_live_everywhere(original.specific):
            return 0
        if PageLogEntry.objects.filter(page=original.pk, action=ALL_LIVE).exists():
            return 0
        log(original.specific, ALL_LIVE)
        author = original.owner
        if author is None or not author.is_active:
            return 0
        with override(author.reads_in):
            subject = _("In all languages now: %(title)s") % {"title": original.title}
            body = render_to_string(
                "translations/mails/all_live.txt",
                {
                    "name": author.get_full_name() or author.get_username(),
                    "title": original.title,
                    "address": f"{settings.HUB_ADDRESS}/r/{thing.code}/",
                    "languages": [one.name for one in _other_languages(original)],
                },
            )
            return _queued(author, subject, body)


def _is_live_everywhere(original) -> bool:
    pages = type(original).objects.filter(translation_key=original.translation_key, live=True)
    words = dict(pages.order_by().values_list("locale__language_code", "words_language"))
    wanted = {original.locale.language_code, *(one.code for one in _other_languages(original))}
    return all(words.get(code) == code for code in wanted)


def _other_languages(original) -> list:
    codes = TranslationState.objects.filter(thing__translation_key=original.translation_key)
    codes = codes.exclude(locale=original.locale_id).order_by("locale")
    return [language(code) for code in codes.values_list("locale__language_code", flat=True)]
