import re

from django.conf import settings
from django.middleware.locale import LocaleMiddleware
from django.templatetags.static import static

# Addresses that answer a miss themselves, never by a redirect into a language.
UNPREFIXED = (
    *("/r/", "/account/", "/admin/", "/api/", "/oai"),
    *("/documents/", "/embed/", "/export/", "/v/"),
)


# Whoever looks for help leaves no trace of it: nothing is kept, and no other site learns of it.
DISCREET = re.compile(r"/[a-z]{2,3}/support-circle(/|$)")


class ReaderLocaleMiddleware(LocaleMiddleware):
    """Django's, less two things: a miss outside the languages stays a 404 (Wagtail's catch-all
    would turn each into a redirect), and nothing depends on a cookie.
    """

    def process_request(self, request):
        # Django reads a cookie before the browser's own languages; another site here may set one.
        request.COOKIES.pop(settings.LANGUAGE_COOKIE_NAME, None)
        super().process_request(request)

    def process_response(self, request, response):
        if response.status_code == 404 and request.path_info != "/":
            response.headers.setdefault("Content-Language", request.LANGUAGE_CODE)
            return response
        return super().process_response(request, response)


class PolicyMiddleware:
    """Headers that differ by door: the admin may run inline code, public pages may not."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        # PostgreSQL has no place for NUL in a text; nobody types one.
        request.META["QUERY_STRING"] = request.META.get("QUERY_STRING", "").replace("%00", "")
        response = self.get_response(request)
        if request.path_info.startswith("/admin/") or getattr(request, "is_preview", False):
            response._csp_replace = settings.HUB_ADMIN_POLICY
            response.headers.setdefault("Cache-Control", "private, no-store")
        elif response.headers.get("Content-Type", "").startswith("text/html"):
            # Said before the page, and no part of its bytes.
            font = static("fonts/literata-latin.woff2")
            response.headers["Link"] = (
                f'<{font}>; rel=preload; as=font; type="font/woff2"; crossorigin'
            )
        if request.path_info.startswith("/account/"):
            response.headers["Cache-Control"] = "private, no-store"
        if DISCREET.match(request.path_info):
            response.headers["Cache-Control"] = "no-store"
            response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Permissions-Policy"] = (
            "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"
        )
        return response
