from django.urls import path

from . import own_shelf

urlpatterns = [
    path("shelf/", own_shelf.own_shelf, name="own_shelf"),
    path("shelf.zip", own_shelf.own_shelf_zip, name="own_shelf_zip"),
]
