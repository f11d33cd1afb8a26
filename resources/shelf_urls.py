from django.urls import path

from hub import converters  # noqa: F401  registers `code`

from . import citation_files, own_shelf

urlpatterns = [
    path("cite/<code:code>/", citation_files.cite, name="cite"),
    path("shelf/", own_shelf.own_shelf, name="own_shelf"),
    path("shelf.zip", own_shelf.own_shelf_zip, name="own_shelf_zip"),
]
