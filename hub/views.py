"""Public doors that belong to no room: `/`, `/r/<code>/`, pages, error pages."""

from functools import cache

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import TooManyFilesSent
from django.db import connection
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.templatetags.static import static
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.views import defaults
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from wagtail import views as wagtail_views
from wagtail.models import Page
from wagtail.url_routing import RouteResult

from hub.frame import address_of, get_frame, home_slug, language_of_path, tokens_are
from hub.languages import language
from hub.models import Thing
from hub.prepared import Prepared
from hub.row_kinds import row_kind
from hub.say import say
from hub.tombstone import tombstone

__all__ = ["forbidden", "front_door", "icon", "not_found", "page", "permanent", "robots", "say"]


def _to_language(request, url: str) -> HttpResponse:
    """A redirect that depends on the reader's languages, so nobody may keep it."""
    response = HttpResponseRedirect(url)
    patch_vary_headers(response, ["Accept-Language"])
    response.headers["Cache-Control"] = "no-store"
    return response


@require_safe
def front_door(request):
    """`/` leads to the home of the best language the browser asks for."""
    return _to_language(request, f"/{translation.get_language_from_request(request)}/")


@require_safe
def permanent(request, code):
    """`/r/<code>/`: the thing's page in the reader's language; 410 and a tombstone when withdrawn."""
    things = Thing.objects.select_related("original_locale", "replaced_by__original_locale")
    thing = get_object_or_404(things, code=code.upper())
    thing = thing.replaced_by or thing
    pages = {
        language_of_path(path): path
        for path in Page.objects.filter(translation_key=thing.translation_key, live=True)
        .order_by()
        .values_list("url_path", flat=True)
    }
    wanted = translation.get_language_from_request(request)
    for code_ in (wanted, thing.original_locale.language_code, *pages):
        if code_ in pages:
            return _to_language(request, address_of(pages[code_]))
    if thing.withdrawn_at:
        return tombstone(request, thing)
    if row := row_kind(thing.kind):
        return _to_language(request, row.address(thing, wanted))
    raise Http404


@cache
def _by_id(model) -> Prepared:
    """What a page type always shows of other rows comes along (`read_with`)."""
    return Prepared(
        lambda pk: (
            model._default_manager.filter(pk=pk)
            .select_related(*getattr(model, "read_with", ()))
            .order_by()
        )
    )


def page(request, path):
    """A page of the tree, found by one query on its path, not by one per level."""
    components = [part for part in path.split("/") if part]
    home = home_slug(translation.get_language())
    url_path = "/" + "/".join([home, *components]) + "/"
    slug = components[-1] if components else home
    # Every page comes by here: through the ORM this takes twenty times as long. The slug has an
    # index, the path has none.
    with connection.cursor() as cursor:
        cursor.execute(
            # What every page asks next, whether its frame is still the newest, comes along.
            "SELECT page.id, page.content_type_id, generation.id, generation.token"
            " FROM (SELECT 1 AS one) AS always"
            " LEFT JOIN hub_generation AS generation ON generation.id > 0"
            " LEFT JOIN wagtailcore_page AS page"
            " ON page.slug = %s AND page.url_path = %s AND page.live",
            [slug, url_path],
        )
        rows = cursor.fetchall()
    found = rows[0][:2]
    tokens_are({row: token for _page, _type, row, token in rows if row})
    model = ContentType.objects.get_for_id(found[1]).model_class() if found[0] else None
    if model is None:
        raise Http404
    (specific,) = _by_id(model)(found[0]) or [None]
    if specific is None:
        raise Http404
    specific.locale = get_frame(translation.get_language()).locale
    request._wagtail_route_for_request = RouteResult(specific)
    return wagtail_views.serve(request, path)


@never_cache
def bad_request(request, exception=None):
    """Who chose too many files is told so; other senders of what is not sound are no readers."""
    if isinstance(exception, TooManyFilesSent):
        return render(request, "too_many_files.html", status=400)
    return defaults.bad_request(request, exception)


@never_cache
def not_found(request, exception=None):
    return render(request, "404.html", status=404)


@never_cache
def forbidden(request, exception=None):
    return render(request, "403.html", status=403)


@never_cache
def server_error(request):
    """Needs no database and no context: the language is read from the address."""
    code = request.path_info.split("/")[1]
    known = {one for one, _name in settings.LANGUAGES}
    with translation.override(code if code in known else settings.LANGUAGE_CODE):
        return render(None, "500.html", {"language": language(code)}, status=500)


@require_safe
def icon(request, name):
    """The site's picture under a name that browsers ask for of themselves."""
    return HttpResponseRedirect(static(f"img/{name}"))


@require_safe
def robots(request):
    closed = (
        "/admin/",
        "/account/",
        "/*/say/",
        "/*/m/",
        "/*/register/",
        "/*/search/",
        "/*/shelf",
        "/*/cite/",
    )
    lines = ["User-agent: *", *[f"Disallow: {path}" for path in closed]]
    lines += ["", f"Sitemap: {settings.HUB_ADDRESS}/sitemap.xml"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
