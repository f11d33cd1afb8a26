from django.urls import path

from . import embed_page, open_data

urlpatterns = [
    path("open-data/", open_data.open_data, name="open_data"),
    path("on-your-website/", embed_page.embed_page, name="embed_page"),
]
