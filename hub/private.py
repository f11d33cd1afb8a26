"""Who may have the bytes of what stands in a collection."""

from django.http import HttpResponse
from wagtail.models import Collection


def may_read(request, collection: Collection) -> bool:
    """Whether nothing closes the collection, or the person who asks is one of those it is open to."""
    return all(
        restriction.accept_request(request) for restriction in collection.get_view_restrictions()
    )


def is_private(collection: Collection) -> bool:
    return collection.get_view_restrictions().exists()


def keep_to_oneself(response: HttpResponse) -> HttpResponse:
    """No cache between the hub and this reader keeps it."""
    response.headers["Cache-Control"] = "private, no-store"
    return response
