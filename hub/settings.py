"""Settings, read top to bottom. What differs by place comes from the environment; README.md lists the names.

Safe by default: without HUB_DEBUG=1 a missing secret key stops the start.
"""

import sys
from datetime import date
from importlib.metadata import version as package_version
from pathlib import Path

import environ
from csp.constants import NONE, SELF, UNSAFE_INLINE
from django.core.exceptions import ImproperlyConfigured

from hub.languages import LANGUAGES as HUB_LANGUAGES

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent

DEBUG = env.bool("HUB_DEBUG", default=False)
# Permits demo content and accounts; `make run` sets it and binds to 127.0.0.1 alone.
HUB_DEMO = env.bool("HUB_DEMO", default=False)

HUB_DATA = Path(env("HUB_DATA", default=str(BASE_DIR / "var"))).resolve()
HUB_DATA.mkdir(parents=True, exist_ok=True)


def _secret_key() -> str:
    """HUB_SECRET_KEY, else the file that the first start wrote; a throw-away key only in debug."""
    kept = HUB_DATA / "secret-key"
    if "HUB_SECRET_KEY" in env.ENVIRON:
        return env.ENVIRON["HUB_SECRET_KEY"]
    if kept.exists():
        return kept.read_text().strip()
    if DEBUG:
        return "debug-only"
    raise ImproperlyConfigured(
        f"No secret key: set HUB_SECRET_KEY, or let `make run` write {kept.name} into HUB_DATA."
    )


SECRET_KEY = _secret_key()

# The public address, as mails, QR codes and canonical links print it.
HUB_ADDRESS = env("HUB_ADDRESS", default=f"http://127.0.0.1:{env('PORT', default='8000')}")
ALLOWED_HOSTS = env.list("HUB_HOSTS", default=["127.0.0.1", "localhost"])
CSRF_TRUSTED_ORIGINS = [HUB_ADDRESS]

# Who signed up for a date of an event is known for so many days after it; then numbers alone.
HUB_KEEP_REGISTRATIONS_DAYS = env.int("HUB_KEEP_REGISTRATIONS_DAYS", default=180)
if HUB_KEEP_REGISTRATIONS_DAYS < 1:
    raise ImproperlyConfigured("HUB_KEEP_REGISTRATIONS_DAYS is 1 or more.")


def _day(name: str) -> date | None:
    value = env(name, default="")
    try:
        return date.fromisoformat(value) if value else None
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} is a day such as 2028-12-31.") from error


# Of those who attended, funders may want name and organisation for longer: until this day, else not.
HUB_KEEP_EVIDENCE_UNTIL = _day("HUB_KEEP_EVIDENCE_UNTIL")

INSTALLED_APPS = [
    "home",
    "resources",
    "events",
    "circle",
    "partners",
    "translations",
    "hub",
    "wagtail_localize",
    "wagtail_localize.locales",
    "wagtail.contrib.redirects",
    "wagtail.users",
    "wagtail.sites",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_tasks",
    "django_tasks_db",
    "django_filters",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "hub.middleware.PolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "hub.compression.PageCompressionMiddleware",
    "hub.counting.CountingMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "hub.middleware.ReaderLocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "hub.second_factor.SecondFactorMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "hub.upload_notices.UploadNoticesMiddleware",
    "partners.doors.DoorsMiddleware",
    "translations.middleware.EditDoorMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "hub.urls"
WSGI_APPLICATION = "hub.wsgi.application"
AUTH_USER_MODEL = "hub.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "hub.frame.frame_context",
            ],
        },
    },
]

# PostgreSQL through DATABASE_URL; else SQLite, which writes ahead (readers never wait) and takes
# the write lock at the beginning of a transaction (two writers never deadlock half-way).
if "DATABASE_URL" in env.ENVIRON:
    DATABASES = {"default": env.db("DATABASE_URL")}
else:
    DATABASES = {
        "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(HUB_DATA / "db.sqlite3")}
    }
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
# Opening SQLite's file costs a reader's request a tenth of its time.
DATABASES["default"]["CONN_MAX_AGE"] = 500

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in [
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    ]
]

# Languages: the same list for the interface, the content and the admin.
LANGUAGE_CODE = "en"
LANGUAGES = [(language.code, language.name) for language in HUB_LANGUAGES]
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
WAGTAIL_I18N_ENABLED = True
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "locale" / "wagtail"]
# Dates as Europe writes them; Django's English is American.
FORMAT_MODULE_PATH = ["hub.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Tallinn"

# How wagtail-localize must behave here: mirrors and first publishing are ours (docs/decisions.md).
WAGTAILLOCALIZE_SYNC_LIVE_STATUS_ON_TRANSLATE = False
WAGTAILLOCALIZE_DISABLE_ON_DELETE = True

# Machine translation is off unless a service is named: texts leave the hub by it.
HUB_MT = env("HUB_MT", default="")
HUB_MT_URL = env("HUB_MT_URL", default="").rstrip("/")
HUB_MT_KEY = env("HUB_MT_KEY", default="")
# Far less than the silence after which a job of the desk is taken for dead.
HUB_MT_TIMEOUT = min(env.float("HUB_MT_TIMEOUT", default=30), 120)
if HUB_MT == "libretranslate":
    if not HUB_MT_URL:
        raise ImproperlyConfigured("HUB_MT=libretranslate wants the address in HUB_MT_URL.")
    WAGTAILLOCALIZE_MACHINE_TRANSLATOR = {
        "CLASS": "translations.jobs.machine_services.LibreTranslate",
        "OPTIONS": {
            "LIBRETRANSLATE_URL": HUB_MT_URL,
            "API_KEY": HUB_MT_KEY,
            "TIMEOUT": HUB_MT_TIMEOUT,
        },
    }
elif HUB_MT == "deepl":
    if not HUB_MT_KEY:
        raise ImproperlyConfigured("HUB_MT=deepl wants the key in HUB_MT_KEY.")
    WAGTAILLOCALIZE_MACHINE_TRANSLATOR = {
        "CLASS": "translations.jobs.machine_services.DeepL",
        "OPTIONS": {"AUTH_KEY": HUB_MT_KEY, "ADDRESS": HUB_MT_URL, "TIMEOUT": HUB_MT_TIMEOUT},
    }
elif HUB_MT:
    raise ImproperlyConfigured("HUB_MT is empty, libretranslate or deepl.")

STATIC_URL = "/static/"
STATIC_ROOT = HUB_DATA / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "hub.stylesheet.StylesheetFinder",
    "hub.stylesheet.SourceFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
MEDIA_ROOT = HUB_DATA / "media"
MEDIA_URL = "/media/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# An internal location of nginx over the folder of uploads: then it sends files, after Django said yes.
HUB_ACCEL = env("HUB_ACCEL", default="")
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

# In files, which all processes share: Wagtail asks it too often for the database, and the counts of
# failed sign-ins stand there.
CACHES = {
    "default": {
        "BACKEND": "hub.file_cache.SharedFileCache",
        "LOCATION": HUB_DATA / "cache",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    },
    # Renditions are found by one query; a kept one could outlive its file.
    "renditions": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"},
}

# Dictionaries of the search belong to the packages, not to the data: made once for each version.
LEMMA_FOLDER = Path(
    env("HUB_LEMMAS", default=f"{sys.prefix}/share/hub-lemmas-{package_version('simplemma')}")
)

WAGTAIL_SITE_NAME = "Kopā tālāk"
WAGTAILADMIN_BASE_URL = WAGTAILAPI_BASE_URL = HUB_ADDRESS
# So many things in one answer of the API.
WAGTAILAPI_LIMIT_MAX = 100
WAGTAILIMAGES_IMAGE_MODEL = "hub.Picture"
WAGTAILDOCS_DOCUMENT_MODEL = "hub.Document"
WAGTAILIMAGES_IMAGE_FORM_BASE = "hub.upload_forms.PictureForm"
WAGTAILDOCS_DOCUMENT_FORM_BASE = "hub.upload_forms.DocumentForm"
# An iPhone's photos too; what does not look like a picture inside is refused in words.
WAGTAILIMAGES_EXTENSIONS = ["jpg", "jpeg", "png", "webp", "gif", "avif", "heic", "heif"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 20 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 64_000_000
WAGTAILDOCS_MAX_UPLOAD_SIZE = env.int("HUB_UPLOAD_MB", default=200) * 1024 * 1024
# All files of one partner with their older versions; 0: as much as the disk holds.
HUB_PARTNER_MEGABYTES = env.int("HUB_PARTNER_MB", default=10_000)
# Where clamd listens: host:port, or the path of its socket. Without it nobody looks for viruses.
HUB_CLAMAV = env("HUB_CLAMAV", default="")
if HUB_CLAMAV and not HUB_CLAMAV.startswith("/") and not HUB_CLAMAV.rpartition(":")[2].isdigit():
    raise ImproperlyConfigured("HUB_CLAMAV is host:port or the path of a socket.")
# The words inside files are read after each upload, by the worker.
HUB_READ_FILES = True
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ALLOW_UNICODE_SLUGS = False
# Saving by itself makes a second page when a new one is handed in while it is on its way.
WAGTAIL_AUTOSAVE_INTERVAL = 0
WAGTAILADMIN_NOTIFICATION_INCLUDE_SUPERUSERS = False
WAGTAILEMBEDS_FINDERS = []

# Signing in: django-allauth alone, by mail address. Its pages stand under /account/.
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = WAGTAIL_FRONTEND_LOGIN_URL = WAGTAILADMIN_LOGIN_URL = "/account/login/"
LOGIN_REDIRECT_URL = "/admin/"
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
# Whoever can change the address of an account can have its password sent there.
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAILUSERS_PASSWORD_ENABLED = False
ACCOUNT_ADAPTER = "hub.sign_in.SignInAdapter"
# By address alone: to look for user names too would take longer where there is one.
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
# Accounts are made from invitations, which arrive by mail: the address is known to be theirs.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
# Django's own: allauth's keeps a second list of addresses, in which an old one would stay valid.
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105
ACCOUNT_FORMS = {
    "login": "hub.sign_in_forms.SignInForm",
    "reset_password": "hub.sign_in_forms.AskForPasswordForm",
    "reset_password_from_key": "hub.sign_in_forms.NewPasswordForm",
    "change_password": "hub.sign_in_forms.ChangePasswordForm",
    "reauthenticate": "hub.sign_in_forms.ConfirmPasswordForm",
}
# Number of tries / time / for whom: `key` is the account, `ip` the address it is tried from.
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,60/h/ip,5/5m/key",
    "reset_password": "10/m/ip,3/15m/key",
}
# How many proxies stand before the hub. Without any, the header they write is not believed.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("HUB_PROXIES", default=0)

# The second factor, and who cannot do without: besides administrators, whoever may do this.
HUB_SECOND_FACTOR_PERMISSIONS = [
    "partners.step_in",
    "events.export_registrations",
    "hub.forget_people",
]
MFA_ADAPTER = "hub.sign_in.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = WAGTAIL_SITE_NAME
# Half a minute late is still in time; hub.sign_in_forms.CodeOnce takes no code twice.
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HUB_ADDRESS.startswith("https://")
MFA_FORMS = {
    "authenticate": "hub.sign_in_forms.CodeForm",
    "reauthenticate": "hub.sign_in_forms.ConfirmCodeForm",
    "activate_totp": "hub.sign_in_forms.AddAppForm",
    "add_webauthn": "hub.sign_in_forms.AddPasskeyForm",
    "edit_webauthn": "hub.sign_in_forms.RenamePasskeyForm",
    "authenticate_webauthn": "hub.sign_in_forms.PasskeyForm",
    "reauthenticate_webauthn": "hub.sign_in_forms.ConfirmPasskeyForm",
    "login_webauthn": "hub.sign_in_forms.SignInPasskeyForm",
}

# The addresses in pages' links are asked by the worker, never those of this machine or of private
# networks: an author could otherwise have it knock at doors inside. Tests serve their sites here.
HUB_LINKS_MAY_LEAD_HOME = False

# A guide that is published asks the worker for its PDFs. Tests publish hundreds and look at few.
HUB_PAPER_AFTER_PUBLISHING = True

# Wagtail's own index tasks run at once; only slow jobs wait for the worker.
HUB_COUNT_IN_BACKGROUND = True
TASKS = {
    "default": {"BACKEND": "hub.index_tasks.IndexBackend"},
    "slow": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["slow"]},
}
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}

EMAIL_CONFIG = env.email("EMAIL_URL", default="filemail://")
# Whatever Django or Wagtail sends waits in the queue; what the queue sends goes to the mail server.
EMAIL_BACKEND = "hub.mail_backend.QueueBackend"
HUB_MAIL_BACKEND = EMAIL_CONFIG.pop("EMAIL_BACKEND")
EMAIL_HOST = EMAIL_CONFIG.get("EMAIL_HOST", "")
EMAIL_PORT = EMAIL_CONFIG.get("EMAIL_PORT", 25)
EMAIL_HOST_USER = EMAIL_CONFIG.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = EMAIL_CONFIG.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = EMAIL_CONFIG.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = EMAIL_CONFIG.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 20
# Without a mail server each mail is a file here.
EMAIL_FILE_PATH = str(HUB_DATA / "mail")
DEFAULT_FROM_EMAIL = env("HUB_MAIL_FROM", default="hub@example.org")

# Headers. The public policy has no inline anything; Wagtail's editor needs inline code and styles,
# and its preview frames the page from the same origin.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "media-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [SELF],
    }
}
HUB_ADMIN_POLICY = {
    **CONTENT_SECURITY_POLICY["DIRECTIVES"],
    "script-src": [SELF, UNSAFE_INLINE],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:", "blob:"],
    "frame-src": [SELF],
}
X_FRAME_OPTIONS = "SAMEORIGIN"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
# Where "leave this page" in the support circle leads: a page that anybody may have open.
HUB_EXIT = env("HUB_EXIT", default="https://{code}.wikipedia.org/")
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_PATH = "/"
if HUB_ADDRESS.startswith("https://"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "loggers": {
        "django": {"handlers": ["console"], "level": "WARNING"},
        # Its request log prints addresses with what people looked for.
        "django.request": {"handlers": ["console"], "level": "ERROR", "propagate": False},
        "hub": {"handlers": ["console"], "level": "INFO"},
    },
}
