from django.urls import path

from hub import converters  # noqa: F401  registers `code`

from . import catalogue_files, citation_files, feed, own_shelf

urlpatterns = [
    path("resources/catalogue.csv", catalogue_files.catalogue_csv, name="catalogue_csv"),
    path("resources/catalogue.bib", catalogue_files.catalogue_bib, name="catalogue_bib"),
    path("cite/<code:code>/", citation_files.cite, name="cite"),
    path("feeds/resources.atom", feed.resources_feed, name="resources_feed"),
    path("shelf/", own_shelf.own_shelf, name="own_shelf"),
    path("shelf.zip", own_shelf.own_shelf_zip, name="own_shelf_zip"),
]
