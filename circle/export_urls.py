from django.urls import path

from . import hsds

urlpatterns = [path("hsds.json", hsds.hsds, name="hsds")]
