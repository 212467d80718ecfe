"""Django's settings. What a bank changes comes from the environment; the names begin with STEAD_."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from stead.access.client_address import client_address
from stead.core.postgres import database_url, django_database
from stead.web import wiring

ROOT = Path(__file__).resolve().parents[3]
# Everything that Stead writes lies under this folder: the lake, the embedded database, the secret key.
DATA = Path(os.environ.get("STEAD_DATA", ROOT / "var")).resolve()
DATA.mkdir(parents=True, exist_ok=True)
HANDBOOK = Path(os.environ.get("STEAD_HANDBOOK", ROOT / "handbook"))
MAPPINGS = Path(os.environ.get("STEAD_MAPPINGS", ROOT / "mappings"))


def _secret_key(path: Path) -> str:
    """The secret key, made at the first start and kept readable by the owner alone."""
    if not path.exists():
        # Written whole before it has its name: a start that is killed, or two at once, leave no empty key.
        fresh = path.with_name(f"{path.name}.{os.getpid()}")
        handle = os.open(fresh, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(64))
        with suppress(FileExistsError):
            os.link(fresh, path)
        fresh.unlink()
    return path.read_text()


SECRET_KEY = os.environ.get("STEAD_SECRET_KEY") or _secret_key(DATA / "secret-key")
DEBUG = os.environ.get("STEAD_DEBUG", "") == "1"
ALLOWED_HOSTS = os.environ.get("STEAD_HOSTS", "127.0.0.1,localhost").split(",")
# Behind TLS (always, but for a demo on one machine) cookies are sent over HTTPS only.
HTTPS = os.environ.get("STEAD_HTTPS", "") == "1"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "axes",
    "csp",
    "django_htmx",
    "procrastinate.contrib.django",
    "stead.core",
    "stead.access",
    "stead.audit",
    "stead.handbook",
    *wiring.apps(),
    "stead.night",
    "stead.office",
    "stead.desk",
    "stead.insight",
    "stead.simulation",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "stead.web.middleware.NulMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # Outside the check of the login, whose redirects it turns for htmx.
    "stead.web.middleware.PartialPageMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "stead.web.middleware.UserMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
    # The last, since it may ask for a page a second time.
    "stead.web.middleware.OneNightMiddleware",
]
ROOT_URLCONF = "stead.web.urls"
WSGI_APPLICATION = "stead.web.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent / "templates"],
        "OPTIONS": {
            # Indented for those who read the templates, not those who read the pages: 40% of the bytes.
            "loaders": [
                (
                    "stead.core.template_loaders.CompiledLoader",
                    ["stead.core.template_loaders.DirectoryLoader", "stead.core.template_loaders.AppLoader"],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "stead.web.context.page",
            ],
        },
    },
]

DATABASES = {"default": django_database(database_url(DATA))}

AUTH_USER_MODEL = "access.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "stead.access.backends.PasswordBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
# Five wrong passwords for one user from one address close that pair for a quarter of an hour.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
# How many proxies of the bank's own stand in front; without it every browser would have the proxy's address.
TRUSTED_PROXIES = int(os.environ.get("STEAD_PROXIES", "0"))
AXES_CLIENT_IP_CALLABLE = client_address
AXES_LOCKOUT_TEMPLATE = "access/locked.html"
AXES_ENABLE_ACCESS_FAILURE_LOG = False
AXES_VERBOSE = False

SESSION_ENGINE = "stead.access.sessions"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LOCALE_PATHS = [Path(__file__).parent / "locale"]
FORMAT_MODULE_PATH = "stead.web.formats"
USE_I18N = USE_TZ = True
# How long the rows of customers of a simulation stay in the lake, when it was submitted with no draft that is
# not withdrawn, and at most the newest 20 of these; the features that simulations share. Summaries stay.
SIMULATIONS_KEPT_DAYS = int(os.environ.get("STEAD_SIMULATIONS_KEPT_DAYS", "90"))
TIME_ZONE = os.environ.get("STEAD_TIME_ZONE", "Asia/Shanghai")

STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
# vendor/ below it is gathered from node_modules by `python -m stead.core.assets`.
STATICFILES_DIRS = [Path(__file__).parent / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
