"""A shelf that a reader put together: `/<lang>/shelf/?r=CODE.CODE`, as a list and as a ZIP.

It stands in its address alone: the hub keeps nothing, and the browser keeps the codes where its
owner asked for it.
"""

import re
from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hub.cards import Card
from hub.file_notes import files_label
from hub.frame import Frame, get_frame
from hub.languages import LANGUAGES
from hub.models import Thing
from hub.page_links import LanguageLink
from partners.partner_links import partner_name

from .bundles.bundle import bundle, qr_svg
from .bundles.contents import Part, parts_of
from .bundles.offer import offer
from .bundles.views import send_bundle
from .models import ResourcePage
from .resource_page import files_weights

MOST = 50
CODE = re.compile(r"[0-9A-Z]{4,12}")
# What people copy: the code alone, or the permanent address it ends in.
PASTED = re.compile(r"(?:.*/R/)?([0-9A-Z]{4,12})/?")


@dataclass
class Place:
    """One resource on the shelf; the addresses are those of the shelf after the change."""

    card: Card
    permanent_url: str
    without_url: str
    earlier_url: str
    later_url: str


def codes_in(said: str) -> list[str]:
    """The short codes in a list with dots between them: each once, in order, at most one too many."""
    codes = dict.fromkeys(one for one in said[:2000].upper().split(".") if CODE.fullmatch(one))
    return list(codes)[: MOST + 1]


def address_of_shelf(codes: list[str]) -> str:
    return reverse("own_shelf") + ("?" + urlencode({"r": ".".join(codes)}) if codes else "")


def _pages(codes: list[str], frame: Frame) -> dict[str, ResourcePage]:
    """What readers may see of these things in the frame's language, by code, in order; two queries."""
    things = dict(Thing.objects.filter(code__in=codes).values_list("translation_key", "code"))
    pages = ResourcePage.objects.filter(
        translation_key__in=things, locale=frame.locale, live=True
    ).defer_streamfields()
    found = {
        things[page.translation_key]: page for page in pages if not frame.is_restricted(page.path)
    }
    return {code: found[code] for code in codes if code in found}


@require_safe
def own_shelf(request):
    frame = get_frame(translation.get_language())
    codes = codes_in(request.GET.get("r", ""))
    if typed := request.GET.get("add", "").strip().upper()[:200]:
        pasted = PASTED.fullmatch(typed)
        if pasted and Thing.objects.filter(code=pasted[1]).exists():
            return HttpResponseRedirect(address_of_shelf([*codes, pasted[1]]))
    is_over = len(codes) > MOST
    codes = codes[:MOST]
    pages = _pages(codes, frame) if codes else {}
    weights = files_weights(pages.values()) if pages else {}
    files_bytes = sum(size for _number, size in weights.values())
    address = settings.HUB_ADDRESS + address_of_shelf(list(pages))
    context = {
        "section": "resources",
        "places": _places(pages, weights, frame),
        "lost": len(codes) - len(pages),
        "is_over": is_over,
        "most": MOST,
        "typed": typed,
        "shelf": ".".join(pages),
        "address": address,
        "qr": qr_svg(address) if pages else "",
        "bundle": offer(
            f"{reverse('own_shelf_zip')}?{urlencode({'r': '.'.join(pages)})}",
            files_bytes,
            texts=1 + len(pages),
        ),
        "catalogue_url": frame.section_url("resources"),
        "language_links": _language_links(frame, pages),
    }
    return render(request, "resources/own_shelf.html", context)


def _places(pages: dict[str, ResourcePage], weights: dict, frame: Frame) -> list[Place]:
    codes = list(pages)
    places = []
    for place, (code, page) in enumerate(pages.items()):
        card = page.card()
        card.languages = []
        card.partner = partner_name(frame, page.partner_id)
        if page.translation_key in weights:
            card.files_label = files_label(*weights[page.translation_key])
        before, after = codes[:place], codes[place + 1 :]
        places.append(
            Place(
                card=card,
                permanent_url=f"{settings.HUB_ADDRESS}/r/{code}/",
                without_url=address_of_shelf([*before, *after]),
                earlier_url=address_of_shelf([*before[:-1], code, *before[-1:], *after])
                if before
                else "",
                later_url=address_of_shelf([*before, *after[:1], code, *after[1:]])
                if after
                else "",
            )
        )
    return places


def _language_links(frame: Frame, pages) -> list[LanguageLink]:
    """The same shelf in the other languages: things have their codes in all of them."""
    here = address_of_shelf(list(pages))
    return [
        LanguageLink(
            code=one.code,
            name=one.name,
            url=f"/{one.code}/" + here.split("/", 2)[2],
            current=one.code == frame.language.code,
            translated=True,
        )
        for one in LANGUAGES
    ]


@require_safe
def own_shelf_zip(request):
    """Everything on the shelf in one ZIP; the page of the shelf, which says why, when there is none."""
    code = translation.get_language()
    frame = get_frame(code)
    pages = _pages(codes_in(request.GET.get("r", ""))[:MOST], frame)
    shelf = address_of_shelf(list(pages))
    if not pages:
        return HttpResponseRedirect(shelf)
    root = Part(
        title=_("My shelf"),
        lang=code,
        kind_label="",
        facts=[],
        summary="",
        partner="",
        code="shelf",
        # The day of the newest thing on it: the same shelf is the same ZIP.
        changed_at=max(page.last_published_at or timezone.now() for page in pages.values()),
        parts=parts_of(list(pages.values()), code),
    )
    return send_bundle(request, bundle(root, code, shelf, root.title), shelf)
