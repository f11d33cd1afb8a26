"""Taking a list away: by POST, since it is a deed that is written down."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponse
from django.views.decorators.http import require_POST

from hub.private import keep_to_oneself

from .log import EXPORTED, note
from .people import SHOWS
from .rights import date_or_404, may_export, sees_needs
from .table import FORMATS, rows_of


@require_POST
def export(request, pk):
    """The list in one of FORMATS, without needs unless who may see them ticks so."""
    date = date_or_404(request.user, pk)
    if not may_export(request.user):
        raise PermissionDenied
    name, show = request.POST.get("format", ""), request.POST.get("show", "")
    if name not in FORMATS or (show and show not in SHOWS):
        raise Http404
    with_needs = "needs" in request.POST
    if with_needs and not sees_needs(request.user, date):
        raise PermissionDenied
    rows = list(rows_of(date, show, with_needs))
    write, content_type = FORMATS[name]
    with transaction.atomic():
        note(date, EXPORTED, request.user, format=name, number=len(rows) - 1, needs=with_needs)
    file = f"registrations-{date.thing.code}-{date.when.starts:%Y-%m-%d}.{name}"
    response = HttpResponse(write(iter(rows)), content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{file}"'
    return keep_to_oneself(response)
