"""The wiring of addresses; `house.md` of the design calls them fixed: they never change."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path, re_path
from django.views.generic import RedirectView
from wagtail import views as wagtail_views
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.urls import serve_pattern

from hub import converters, health, views  # noqa: F401  converters register themselves

handler404 = "hub.views.not_found"
handler403 = "hub.views.forbidden"
handler500 = "hub.views.server_error"

urlpatterns = [
    path("", views.front_door, name="front_door"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("robots.txt", views.robots),
    path("r/<code:code>/", views.permanent, name="permanent"),
    path("", include("resources.urls")),
    path("admin/", include(wagtailadmin_urls)),
    path(
        "login/",
        RedirectView.as_view(pattern_name="wagtailadmin_login", query_string=True),
        name="wagtailcore_login",
    ),
    path(
        "password/<int:page_view_restriction_id>/<int:page_id>/",
        wagtail_views.authenticate_with_password,
        name="wagtailcore_authenticate_with_password",
    ),
]

urlpatterns += i18n_patterns(
    path("search/", include("home.urls")),
    path("say/<code:code>/", views.say, name="say"),
    re_path(serve_pattern, views.page, name="wagtail_serve"),
    prefix_default_language=True,
)
