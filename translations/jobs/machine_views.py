"""The button of the editor that asks a machine for a first draft."""

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ..doors import work_or_404
from ..models import DeskJob
from ..words import refusal_of
from . import machine, tasks


def machine_urls() -> list:
    """The address of the button, below `/admin/desk/`."""
    return [path("desk/<code:code>/<lang:lang>/machine/", ask, name="translation_machine")]


@require_POST
def ask(request, code, lang):
    """Have the texts without words translated by the service, outside of this request."""
    job = work_or_404(request, code, lang)
    about = {"thing": job.thing, "locale": job.locale}
    if refusal := refusal_of(job.state):
        messages.error(request, refusal)
    elif not machine.is_offered(job):
        messages.error(request, _("Machine translation is not offered for this page."))
    elif tasks.is_under_way(DeskJob.Kind.MACHINE, **about):
        messages.info(request, _("The machine is at work on this page already."))
    elif not (strings := machine.wanting(job)):
        messages.info(request, _("There is no text without words here."))
    else:
        tasks.ask(DeskJob.Kind.MACHINE, request.user, total=len(strings), **about)
        messages.success(
            request,
            _("The machine is at work. Load this page again in a minute to find its words."),
        )
    return redirect("translation_work", code, lang)
