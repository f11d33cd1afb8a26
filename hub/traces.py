"""Where words (an address, a name) stand in the database, in whatever table, and taking them out."""

import json
from collections.abc import Iterable, Iterator
from functools import reduce
from operator import or_
from urllib.parse import quote_plus

from django.apps import apps
from django.db import models
from django.db.models.functions import Cast
from wagtail.fields import StreamField

# Made from the pages and files, and made anew with them.
DERIVED = {
    *("hub.SearchEntry", "hub.SearchPlace", "hub.SearchWord", "hub.DocumentText"),
    *("wagtailsearch.IndexEntry", "wagtailsearch.SQLiteFTSIndexEntry"),
    *("wagtailcore.ReferenceIndex", "resources.CatalogueRow"),
}
IN_PLACE_OF_IT = "…"


def spellings(words: Iterable[str]) -> set[str]:
    """As the database may hold `words`: SQLite folds the case of Latin letters alone, JSON writes the
    others as numbers, a revision holds JSON within JSON, and a form that was left is kept as an address.
    """
    forms = {form for one in words for form in (one, one.lower(), one.upper(), one.title())}
    once = {json.dumps(form)[1:-1] for form in forms}
    twice = {json.dumps(form)[1:-1] for form in once}
    return {form for form in forms | once | twice | set(map(quote_plus, forms)) if form}


def naming(model, fields: Iterable[str], words: Iterable[str]) -> models.QuerySet:
    """The rows of `model` with any of `words` in any of `fields`, in whatever case."""
    rows = model._default_manager.order_by("pk")
    if not (found := spellings(words)):
        return rows.none()
    names = {f"said_{name}": Cast(name, models.TextField()) for name in fields}
    ways = [models.Q(**{f"{name}__icontains": form}) for name in names for form in sorted(found)]
    return rows.alias(**names).filter(reduce(or_, ways))


def fields_with_words(model) -> list[str]:
    """The fields of `model`'s own table in which people may have written something."""
    kinds = (models.CharField, models.TextField, models.JSONField, StreamField)
    return [
        field.name
        for field in model._meta.local_concrete_fields
        if isinstance(field, kinds)
        and not isinstance(field, models.UUIDField)
        and not field.choices
        and not field.primary_key
    ]


def all_traces(words: Iterable[str]) -> Iterator[models.Model]:
    """Every row of every table that holds any of `words`, but for what is made from other rows."""
    words = list(words)
    for model in apps.get_models(include_auto_created=True):
        fields = fields_with_words(model)
        if fields and model._meta.managed and model._meta.label not in DERIVED:
            yield from naming(model, fields, words)


def without(value, words: Iterable[str]):
    """`value` (text, or what JSON is made of) with "…" for each of `words`."""
    if isinstance(value, str):
        for one in sorted(spellings(words), key=len, reverse=True):
            value = value.replace(one, IN_PLACE_OF_IT)
        return value
    if isinstance(value, dict):
        return {key: without(one, words) for key, one in value.items()}
    if isinstance(value, list):
        return [without(one, words) for one in value]
    return value


def take_out(rows: models.QuerySet, fields: Iterable[str], words: Iterable[str]) -> int:
    """Put "…" for `words` into `fields` of `rows`; how many rows."""
    number = 0
    for row in rows:
        changed = {name: without(getattr(row, name), words) for name in fields}
        number += type(row)._default_manager.filter(pk=row.pk).update(**changed)
    return number
