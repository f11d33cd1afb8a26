"""Jobs of the desk: what the worker is at, a branch to take into work, mirrors to make."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.models import Locale

from hub.languages import language

from .. import rights
from ..doors import thing_or_404
from ..mirrors import pages_without_all_mirrors
from ..models import DeskJob
from . import branch, running, tasks

JOBS_A_PAGE = 25


def job_urls() -> list:
    """Addresses of these screens; they stand before those with a code in their place."""
    return [
        path("desk/jobs/", index, name="translation_jobs"),
        path("desk/jobs/mirrors/", make_mirrors, name="translation_make_mirrors"),
        path("desk/<code:code>/branch/<lang:lang>/", take_branch, name="translation_branch"),
    ]


@require_safe
def index(request):
    """What was asked for in the person's languages, the newest first; coordinators see all."""
    mine = rights.languages_of(request.user)
    if not mine:
        raise PermissionDenied
    coordinates = rights.coordinates(request.user)
    rows = DeskJob.objects.select_related("locale", "thing__original_locale", "asked_by")
    if not coordinates:
        rows = rows.filter(locale__in=mine)
    page = Paginator(rows, JOBS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "rows": [_row(job, mine) for job in page.object_list],
        "page_obj": page,
        "is_at_work": any(job.status in running.UNDER_WAY for job in page.object_list),
        "coordinates": coordinates,
        "without_mirrors": len(pages_without_all_mirrors()) if coordinates else 0,
    }
    return render(request, "translations/jobs.html", context)


def _row(job: DeskJob, mine: list[Locale]) -> dict:
    """A job as the list shows it."""
    source = job.thing.original_locale.language_code if job.thing else ""
    opens = job.kind == DeskJob.Kind.MACHINE and job.locale in mine
    return {
        "job": job,
        "title": job.thing.title if job.thing else "",
        "source": language(source),
        "target": language(job.locale.language_code) if job.locale else None,
        "asked_by": job.asked_by.get_full_name() or job.asked_by.get_username()
        if job.asked_by
        else "",
        "is_under_way": job.status in running.UNDER_WAY,
        "looked_at": job.done + job.failed,
        "url": reverse("translation_work", args=[job.thing.code, job.locale.language_code])
        if opens
        else "",
    }


@require_POST
def make_mirrors(request):
    """Have the mirrors made that are missing."""
    if not rights.coordinates(request.user):
        raise Http404
    if tasks.is_under_way(DeskJob.Kind.MIRRORS):
        messages.info(request, _("Mirrors are being made already."))
    else:
        tasks.ask(DeskJob.Kind.MIRRORS, request.user, total=len(pages_without_all_mirrors()))
        messages.success(request, _("Mirrors are being made."))
    return redirect("translation_jobs")


@require_http_methods(["GET", "HEAD", "POST"])
def take_branch(request, code, lang):
    """Say how much stands below a page, then have it taken into work for a language."""
    thing = thing_or_404(code)
    locale = Locale.objects.filter(language_code=lang).first()
    if locale is None or not rights.coordinates(request.user):
        raise Http404
    about = {"thing": thing, "locale": locale}
    size = branch.size_of(thing, locale)
    if request.method == "POST":
        if tasks.is_under_way(DeskJob.Kind.BRANCH, **about):
            messages.info(request, _("This branch is being taken into work already."))
        elif not size.pages:
            messages.info(request, _("Nothing below this page waits for this language."))
        else:
            tasks.ask(DeskJob.Kind.BRANCH, request.user, total=size.pages, **about)
            messages.success(request, _("The branch is being taken into work."))
        return redirect("translation_jobs")
    context = {
        "title": thing.title,
        "source": language(thing.original_locale.language_code),
        "target": language(lang),
        "size": size,
    }
    return render(request, "translations/branch.html", context)
