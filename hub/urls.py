"""The wiring of addresses; `house.md` of the design calls them fixed: they never change."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path, re_path
from django.views.generic import RedirectView
from wagtail import views as wagtail_views
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.urls import serve_pattern

from hub import cover_pictures, first_pages, health, oai, picture_sending, qr_code, sitemaps, views
from hub.mailed import mailed
from hub.sign_in_urls import sign_out

to_sign_in = RedirectView.as_view(pattern_name="account_login", query_string=True)
to_password_reset = RedirectView.as_view(pattern_name="account_reset_password")

handler400 = "hub.views.bad_request"
handler404 = "hub.views.not_found"
handler403 = "hub.views.forbidden"
handler500 = "hub.views.server_error"

urlpatterns = [
    path("", views.front_door, name="front_door"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("robots.txt", views.robots),
    path("oai", oai.oai, name="oai"),
    path("sitemap.xml", sitemaps.index, name="sitemaps"),
    # Where browsers look by themselves, so that no page must name them.
    path("favicon.ico", views.icon, {"name": "favicon.png"}),
    path("apple-touch-icon.png", views.icon, {"name": "touch-icon.png"}),
    path("r/<code:code>/", views.permanent, name="permanent"),
    # Before the documents themselves, whose address takes any name.
    path(
        "documents/<int:document_id>/first-page-<slug:mark>.webp",
        first_pages.first_page,
        name="first_page",
    ),
    path("r/<code:code>/qr.svg", qr_code.qr_code, name="qr_code"),
    path("r/<code:code>/cover.jpg", cover_pictures.cover, name="cover"),
    path("cover.jpg", cover_pictures.home_cover, name="home_cover"),
    path("", include("resources.urls")),
    path("", include("events.urls")),
    path("export/", include("circle.export_urls")),
    path("api/v2/", include(("home.api", "api"))),
    path("media/images/<str:name>", picture_sending.rendition, name="rendition"),
    path("account/", include("hub.sign_in_urls")),
    # Wagtail's own doors for signing in, before its addresses: all lead to ours.
    path("admin/login/", to_sign_in, name="wagtailadmin_login"),
    path("admin/logout/", sign_out, name="wagtailadmin_logout"),
    re_path("^admin/password_reset/", to_password_reset, name="wagtailadmin_password_reset"),
    path("login/", to_sign_in, name="wagtailcore_login"),
    path("admin/", include(wagtailadmin_urls)),
    path(
        "password/<int:page_view_restriction_id>/<int:page_id>/",
        wagtail_views.authenticate_with_password,
        name="wagtailcore_authenticate_with_password",
    ),
]

urlpatterns += i18n_patterns(
    path("search/", include("home.urls")),
    path("", include("home.machine_urls")),
    path("phrases/", include("translations.urls")),
    path("", include("resources.shelf_urls")),
    path("", include("events.calendar_urls")),
    path("", include("events.registrations.urls")),
    path("sitemap.xml", sitemaps.of_language, name="sitemap"),
    path("sitemap-<int:part>.xml", sitemaps.of_language, name="sitemap_part"),
    path("support-circle/", include("circle.urls")),
    path("say/<code:code>/", views.say, name="say"),
    path("m/<str:token>/", mailed, name="mailed"),
    re_path(serve_pattern, views.page, name="wagtail_serve"),
    prefix_default_language=True,
)
