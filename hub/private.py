"""Who may have the bytes of what stands in a collection."""

from django.db.models import QuerySet
from django.http import HttpResponse
from wagtail.models import Collection, CollectionViewRestriction


def may_read(request, collection: Collection) -> bool:
    """Whether nothing closes the collection, or the person who asks is one of those it is open to."""
    return all(
        restriction.accept_request(request) for restriction in collection.get_view_restrictions()
    )


def is_private(collection: Collection) -> bool:
    return collection.get_view_restrictions().exists()


def closed_paths() -> tuple[str, ...]:
    """The paths of all collections that are closed themselves; what is below is closed too."""
    closed = CollectionViewRestriction.objects.values_list("collection__path", flat=True)
    return tuple(closed)


def open_to_all(rows: QuerySet, collection: str = "collection") -> QuerySet:
    """Those of `rows` whose collection nothing closes; asks at once which ones are closed."""
    for path in closed_paths():
        rows = rows.exclude(**{f"{collection}__path__startswith": path})
    return rows


def keep_to_oneself(response: HttpResponse) -> HttpResponse:
    """No cache between the hub and this reader keeps it."""
    response.headers["Cache-Control"] = "private, no-store"
    return response
