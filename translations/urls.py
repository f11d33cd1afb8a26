from django.urls import path

from .glossary import phrase_list

urlpatterns = [path("", phrase_list.phrase_list, name="phrases")]
