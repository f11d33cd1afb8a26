"""`/api/v2/`: the endpoints of all rooms under one roof."""

from django.conf import settings
from django.http import JsonResponse
from django.urls import path, re_path
from django.views.decorators.http import require_safe
from wagtail.api.v2.router import WagtailAPIRouter

from events.api import FIELDS as EVENT_FIELDS
from events.api import EventsAPI
from hub.api import AllPagesAPI
from hub.api_pictures import PicturesAPI
from resources.api import FIELDS as RESOURCE_FIELDS
from resources.api import DocumentsAPI, ResourcesAPI

# Of services, of partners' pages, of the project.
OTHER_FIELDS = frozenset(
    {
        *("needs", "hours", "town", "is_free", "phone", "email", "website"),
        *("name", "latitude", "longitude", "is_example"),
        *("programme", "action", "call", "starts_on", "ends_on"),
        *("partners", "activities", "results"),
    }
)


class PagesAPI(AllPagesAPI):
    known_fields = frozenset({*RESOURCE_FIELDS, *(EVENT_FIELDS - {"when"}), *OTHER_FIELDS})


ENDPOINTS = {
    "resources": ResourcesAPI,
    "events": EventsAPI,
    "pages": PagesAPI,
    "documents": DocumentsAPI,
    "images": PicturesAPI,
}
router = WagtailAPIRouter("api")
for name, endpoint in ENDPOINTS.items():
    router.register_endpoint(name, endpoint)


@require_safe
def index(request):
    """What there is."""
    return _json({name: f"{settings.HUB_ADDRESS}/api/v2/{name}/" for name in ENDPOINTS})


def miss(request, **_path):
    return _json({"message": "There is no such address. /api/v2/ lists those there are."}, 404)


def _json(said: dict, status: int = 200) -> JsonResponse:
    response = JsonResponse(said, status=status)
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


urlpatterns = [path("", index), *router.get_urlpatterns(), re_path("", miss)]
