"""`/<lang>/on-your-website/`: a librarian chooses, sees the list, and takes one line for their own website."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hub.embed import FRAME_HEIGHT, LINE_HEIGHT, MOST, USUAL_NUMBER
from hub.frame import get_frame
from hub.languages import LANGUAGES, language
from hub.page_links import language_links_to

# What may stand in the list, and what it is called in addresses.
LISTS = ("events", "resources")
WAYS = ("script", "frame")
NUMBERS = (3, USUAL_NUMBER, 10, MOST)


@dataclass
class Question:
    """A choice of the form; `answers`: (value, label, language of the label)."""

    name: str
    legend: str
    answers: list[tuple[str, str, str]]
    chosen: str


@require_safe
def embed_page(request):
    frame = get_frame(translation.get_language())
    questions = _questions(request.GET, frame)
    asked = {question.name: question.chosen for question in questions}
    path, line = _line(asked)
    context = {
        "questions": questions,
        "asked": asked,
        "path": path,
        "line": line,
        "height": _height(asked),
        "preview_lang": language(asked["language"]),
        "properties": _properties(),
        "section": "",
        "language_links": language_links_to(reverse("embed_page"), frame.language.code),
        "open_data_url": reverse("open_data"),
    }
    response = render(request, "home/embed_page.html", context)
    # The list is seen here as it will stand elsewhere.
    response._csp_update = {"frame-src": ["'self'"]}
    return response


def _questions(params, frame) -> list[Question]:
    """What is not among the answers is as if nothing had been chosen."""
    partners = [(page.code, page.title, page.lang) for page in frame.shelves("partners")]
    languages = [(one.code, one.name, one.code) for one in LANGUAGES]
    offers = [
        ("what", _("What stands in it"), [("events", _("Next events"), ""), ("resources", _("New resources"), "")], "events"),
        ("partner", _("Partner"), [("", _("All partners"), ""), *partners], ""),
        ("language", _("Language"), languages, frame.language.code),
        ("number", _("How many"), [(str(one), str(one), "") for one in NUMBERS], str(USUAL_NUMBER)),
        (
            "way",
            _("How it stands there"),
            [
                ("script", _("In the page, in its looks"), ""),
                ("frame", _("In a frame, without scripts"), ""),
            ],
            "script",
        ),
    ]  # fmt: skip
    return [
        Question(
            name,
            legend,
            answers,
            params.get(name) if params.get(name) in {one[0] for one in answers} else usual,
        )
        for name, legend, answers, usual in offers
    ]


def _line(asked: dict[str, str]) -> tuple[str, str]:
    """The address of the list on this site, and the line that another one needs."""
    ending = "js" if asked["way"] == "script" else "html"
    query = {name: asked[name] for name in ("partner", "language", "number") if asked[name]}
    path = f"/embed/{asked['what']}.{ending}?{urlencode(query)}"
    if ending == "js":
        return path, format_html('<script src="{}" async></script>', settings.HUB_ADDRESS + path)
    with translation.override(asked["language"]):
        title = _("Next events") if asked["what"] == "events" else _("New resources")
    return path, format_html(
        '<iframe src="{}" title="{}" width="100%" height="{}" frameborder="0" loading="lazy"></iframe>',
        settings.HUB_ADDRESS + path,
        title,
        _height(asked),
    )


def _height(asked: dict[str, str]) -> int:
    return FRAME_HEIGHT + LINE_HEIGHT * int(asked["number"])


def _properties() -> list[tuple[str, str]]:
    """The custom properties that static/css/embed.css takes from the website, and what each does."""
    return [
        ("--hub-text", _("colour of the text")),
        ("--hub-link", _("colour of links")),
        ("--hub-heading", _("colour of the heading")),
        ("--hub-line", _("colour of the lines between")),
        ("--hub-background", _("background")),
        ("--hub-font", _("typeface")),
        ("--hub-size", _("size of letters")),
        ("--hub-padding", _("space at the edges")),
    ]
