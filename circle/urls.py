from django.urls import path

from . import helpers, sheet
from .helper import FoundBy

urlpatterns = [
    path("sheet/", sheet.sheet, name="circle_sheet"),
    path("people/", helpers.people, {"found_by": FoundBy.PEOPLE}, name="circle_people"),
    path("helpers/", helpers.people, {"found_by": FoundBy.HELPERS}, name="circle_helpers"),
]
