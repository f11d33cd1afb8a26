from django.urls import path

from . import search_page

urlpatterns = [path("", search_page.search_page, name="search")]
