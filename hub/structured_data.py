"""schema.org for search engines: what each kind of page says of itself, in the page (JSON-LD).

Each page type dresses what its page has read already, so nothing more is asked of the database; and
says little, as every byte is on the wire. Addresses are whole, words are those of the page.
"""

import json

from django.conf import settings
from django.utils.safestring import SafeString

from hub.frame import get_frame


def script_of(page, context: dict) -> SafeString:
    """The element for the page's head. No word in it can end it: `<` is written in figures."""
    graph = [page.structured_data(context)]
    if crumbs := page.breadcrumbs:
        graph.append(breadcrumbs(crumbs))
    data = {"@context": "https://schema.org", "@graph": graph}
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return SafeString(f'<script type="application/ld+json">{text}</script>')


def address(path: str) -> str:
    return settings.HUB_ADDRESS + path


def about(page, schema_type: str, **more) -> dict:
    """What all say. `more` without what has no value."""
    said = {
        "@type": schema_type,
        "@id": address(page.canonical_url),
        "name": page.title,
        "inLanguage": page.words_language,
        **more,
    }
    return {name: value for name, value in said.items() if value}


def about_entity(page, schema_type: str, **more) -> dict:
    """A page about what is no work itself: the language is the page's, the rest is the entity's."""
    entity = {"@type": schema_type, "name": page.title, **more}
    said = {name: value for name, value in entity.items() if value}
    return about(page, "WebPage", mainEntity=said)


def translations(page) -> dict:
    """Of which work this is a translation, or which translations it has."""
    urls = {one.code: one.url for one in page.siblings if one.translated}
    words, original = page.words_language, page.original_code
    if words != original:
        return {"translationOfWork": _id(urls[original])} if original in urls else {}
    others = [_id(url) for code, url in urls.items() if code != words]
    return {"workTranslation": others} if others else {}


def _id(path: str) -> dict:
    return {"@id": address(path)}


def organization(name: str, url: str = "") -> dict:
    return {"@type": "Organization", "name": name, **({"url": address(url)} if url else {})}


def breadcrumbs(crumbs: list) -> dict:
    """Where the page stands, as it says above itself."""
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {
                "@type": "ListItem",
                "position": place,
                "name": crumb.title,
                "item": address(crumb.url),
            }
            for place, crumb in enumerate(crumbs, start=1)
        ],
    }


def website(page) -> dict:
    """The front page: the site, and where to search it."""
    search = address(get_frame(page.own_language.code).search_url)
    return about(
        page,
        "WebSite",
        name=settings.WAGTAIL_SITE_NAME,
        url=address(page.get_url()),
        potentialAction={
            "@type": "SearchAction",
            "target": f"{search}?q={{search_term_string}}",
            "query-input": "required name=search_term_string",
        },
    )
