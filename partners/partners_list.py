"""The list of partners: a heading for each country, and the map beside it."""

from hub.alphabets import place_in_alphabet
from hub.frame import address_of
from hub.pages_of import pages_below

from .models import Country, PartnerPage
from .region_map import draw_map
from .standing import standing_words


def partners_context(page) -> dict:
    """Template context of the list `page`; one query however many partners."""
    here = page.own_language.code
    rows = pages_below(PartnerPage, page, whole=True).values(
        *("url_path", "title", "words_language", "summary", "partner__country", "partner__town"),
        *("partner__latitude", "partner__longitude", "partner__is_example", "partner__paused_at"),
    )
    rows = sorted(rows, key=lambda row: place_in_alphabet(row["title"], here))
    by_country: dict[str, list[dict]] = {}
    for row in rows:
        by_country.setdefault(row["partner__country"], []).append(_card(row, here))
    countries = [
        {"code": code, "name": str(Country(code).label), "partners": partners}
        for code, partners in by_country.items()
    ]
    return {
        "countries": sorted(countries, key=lambda one: place_in_alphabet(one["name"], here)),
        "map": draw_map(
            (
                row["title"],
                row["partner__town"],
                row["partner__latitude"],
                row["partner__longitude"],
            )
            for row in rows
        ),
    }


def _card(row: dict, here: str) -> dict:
    words = row["words_language"]
    return {
        "url": address_of(row["url_path"]),
        "title": row["title"],
        "lang": "" if words == here else words,
        "summary": row["summary"],
        "place": row["partner__town"],
        "role": standing_words(row["partner__is_example"], row["partner__paused_at"]),
    }
