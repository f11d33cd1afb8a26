"""People who help as readers meet them: two lists, a form that passes words on, and the way out."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from django.views.decorators.http import require_safe

from hub.frame import get_frame
from hub.languages import KNOWN, LANGUAGES, language
from hub.links import make_token
from hub.mail_queue import one_line, queue
from hub.mailed import answers
from hub.page_links import LanguageLink
from hub.row_kinds import RowKind, register
from hub.say import FormPage

from .helper import KIND, FoundBy, Helper
from .models import CircleCountry, Need

PURPOSE = "circle.consent"
GOOD_FOR = timedelta(days=400)
ADDRESSES = {FoundBy.PEOPLE: "people", FoundBy.HELPERS: "helpers"}


# --- the lists ------------------------------------------------------------------------------------


@require_safe
def people(request, found_by):
    """`/<lang>/support-circle/people/` and `…/helpers/`: everybody whose consent holds today."""
    here, params = translation.get_language(), request.GET
    asked = {
        "need": [one for one in params.getlist("need") if one in Need.values],
        "language": [one for one in params.getlist("language") if one in KNOWN],
        "country": [one for one in params.getlist("country") if one in CircleCountry.values],
    }
    found = Helper.objects.to_be_found().filter(found_by=found_by).select_related("thing")
    rows = [row for row in found.order_by("country", "town", "name") if _fits(row, asked)]
    frame = get_frame(here)
    name = ADDRESSES[found_by]
    links = [
        LanguageLink(
            one.code, one.name, f"/{one.code}/support-circle/{name}/", one.code == here, True
        )
        for one in LANGUAGES
    ]
    context = {
        "page": FormPage([entry for entry in [frame.section("support-circle")] if entry], links),
        "section": "support-circle",
        "found_by": found_by,
        "people": [_shown(row, here) for row in rows],
        "facets": _questions(asked),
        "is_asked": any(asked.values()),
        "circle_url": frame.section_url("support-circle"),
    }
    return render(request, "circle/people.html", context)


def _fits(row: Helper, asked: dict) -> bool:
    return all(
        not wanted or set(wanted) & set(has)
        for wanted, has in (
            (asked["need"], row.about),
            (asked["language"], row.spoken),
            (asked["country"], [row.country]),
        )
    )


def _shown(row: Helper, here: str) -> dict:
    """What everybody may read of a person; the address is not among it."""
    return {
        "name": row.name,
        "about": [str(Need(one).label) for one in row.about if one in Need.values],
        "spoken": [language(one) for one in row.spoken],
        "place": ", ".join(filter(None, (row.town, str(CircleCountry(row.country).label)))),
        "offers": row.offers,
        "words": language(row.language) if row.language != here else None,
        "until": row.until,
        "write_url": f"/{here}/say/{row.thing.code}/?kind=relay",
    }


def _questions(asked: dict) -> list[dict]:
    spoken = [(one.code, one.name) for one in KNOWN.values()]
    groups = (
        ("need", _("What it is about"), Need.choices),
        ("language", _("Language spoken"), spoken),
        ("country", _("Country"), CircleCountry.choices),
    )
    return [
        {
            "name": name,
            "legend": legend,
            "choices": [
                {"value": value, "label": label, "chosen": value in asked[name]}
                for value, label in choices
            ],
        }
        for name, legend, choices in groups
    ]


# --- what the hub asks of a thing of this kind ----------------------------------------------------


def _of(thing) -> Helper | None:
    return Helper.objects.to_be_found().filter(thing=thing).first()


def _title(thing) -> str:
    row = _of(thing)
    return row.name if row else ""


def _address(thing, code: str) -> str:
    """The directory, whoever it is about."""
    return get_frame(code).section_url("support-circle") or f"/{code}/"


def _mailboxes(thing) -> list[tuple[str, str]]:
    row = _of(thing)
    return [(row.email, row.language)] if row else []


def _partner_id(thing) -> int | None:
    return Helper.objects.filter(thing=thing).values_list("partner_id", flat=True).first()


register(KIND, RowKind(gettext_lazy("person who helps"), _title, _address, _mailboxes, _partner_id))


# --- consent --------------------------------------------------------------------------------------


def tell_of_consent(row: Helper) -> None:
    """A mail to the person: what is shown of them, and the link that ends it."""
    code = row.language
    with override(code):
        context = {
            "name": row.name,
            "offers": row.offers,
            "until": date_format(row.until, "DATE_FORMAT"),
            "list_url": f"{settings.HUB_ADDRESS}/{code}/support-circle/{ADDRESSES[row.found_by]}/",
            "withdraw_url": f"{settings.HUB_ADDRESS}/{code}/m/{token_of(row)}/",
        }
        body = render_to_string("circle/mails/consent.txt", context)
        subject = one_line(_("You can be found in the support circle"))
    queue(row.email, subject, body.strip() + "\n", code)


def token_of(row: Helper) -> str:
    return make_token(PURPOSE, code=row.thing.code)


@answers(PURPOSE, GOOD_FOR)
def withdraw(request, code):
    """Behind the link of the mail: the person ends it, at once and without an account."""
    row = Helper.objects.filter(thing__code=code).select_related("thing").first()
    if row is None:
        return render(request, "circle/withdrawn.html", status=200)
    if request.method == "POST":
        row.withdraw()
        return HttpResponseRedirect(request.path)
    return render(request, "circle/withdraw.html", {"person": row})


def forget_over() -> int:
    """Whose time is over is forgotten; returns how many."""
    over = list(Helper.objects.filter(until__lt=timezone.localdate()).select_related("thing"))
    for row in over:
        row.withdraw()
    return len(over)
