"""Settings. What a court may change comes from the environment; nothing here needs a network."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from bihuan.kernel import sqlite

PACKAGE = Path(__file__).resolve().parent


def _home() -> Path:
    """Where data live: BIHUAN_HOME, else `var/` of a checkout, else `~/.bihuan`."""
    named = os.environ.get("BIHUAN_HOME")
    if named:
        return Path(named).expanduser().resolve()
    checkout = PACKAGE.parent.parent
    return checkout / "var" if (checkout / "pyproject.toml").exists() else Path.home() / ".bihuan"


def _flag(name: str, default: bool = False) -> bool:
    return os.environ.get(name, "1" if default else "").lower() in {"1", "true", "yes", "on"}


def _secret_key() -> str:
    """The key of sessions and tokens: from the environment, else made once under BIHUAN_HOME/keys."""
    named = os.environ.get("BIHUAN_SECRET_KEY")
    if named:
        return named
    path = BIHUAN_HOME / "keys" / "django-secret.key"
    if not path.exists():
        import secrets

        for folder in (BIHUAN_HOME, path.parent):  # only the folder made last gets the mode
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_text().strip()
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(50))
    return path.read_text().strip()


BIHUAN_HOME = _home()
BIHUAN_DEMO = _flag("BIHUAN_DEMO") or (BIHUAN_HOME / "demo").exists()
"""A fictional court with open demo accounts; said on every page. Set by `bihuan run`, never by `bihuan init`."""
BIHUAN_SIMULATION_WRITES = BIHUAN_DEMO
BIHUAN_CALENDAR_FOLDER = BIHUAN_HOME / "calendar"
BIHUAN_MAX_UPLOAD = int(os.environ.get("BIHUAN_MAX_UPLOAD", 50 * 1024 * 1024))
BIHUAN_MAX_IMPORT_ROWS = int(os.environ.get("BIHUAN_MAX_IMPORT_ROWS", 200_000))
BIHUAN_IMPORT_KEEP_DAYS = int(os.environ.get("BIHUAN_IMPORT_KEEP_DAYS", 30))
"""How long what was staged for an import that was given up is kept."""
BIHUAN_EVIDENCE_FOLDER = BIHUAN_HOME / "evidence"
BIHUAN_CHECKPOINT_FOLDER = Path(os.environ.get("BIHUAN_CHECKPOINTS") or BIHUAN_HOME / "checkpoints")
"""Where daily checkpoints go; point it at a folder of another machine, or one copied off daily."""
BIHUAN_BACKUP_FOLDER = Path(os.environ.get("BIHUAN_BACKUPS") or BIHUAN_HOME / "backups")
"""Where backups go that are made before an upgrade and before a restore that replaces; better on another disk."""

SECRET_KEY = _secret_key()
DEBUG = _flag("BIHUAN_DEBUG") and BIHUAN_DEMO  # a real court's pages never show where in the program an error arose
ALLOWED_HOSTS = os.environ.get("BIHUAN_HOSTS", "127.0.0.1,localhost").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("BIHUAN_ORIGINS", "").split(",") if o]
BIHUAN_TLS = _flag("BIHUAN_TLS")
"""Set when a reverse proxy with TLS stands in front: cookies are then sent over TLS alone."""

INSTALLED_APPS = [
    "bihuan.kernel",
    "bihuan.people",
    "bihuan.rectification",
    "bihuan.cases",
    "bihuan.disclosure",
    "bihuan.web",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "django_tables2",
    "django_filters",
    "django_htmx",
    "django_q",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
]
MIDDLEWARE = [
    "bihuan.web.watch.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "bihuan.web.watch.JournalMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "bihuan.web.middleware.UploadLimitMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "bihuan.people.middleware.SessionPolicyMiddleware",
    "bihuan.web.middleware.ShellMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "bihuan.urls"
WSGI_APPLICATION = "bihuan.wsgi.application"
AUTH_USER_MODEL = "kernel.Person"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "csp.context_processors.nonce",
                "bihuan.web.context.shell",
            ],
        },
    }
]
FORM_RENDERER = "bihuan.web.forms.Renderer"

DATABASES: dict[str, Any] = {}
_url = os.environ.get("DATABASE_URL")
if _url:
    DATABASES["default"] = dj_database_url.parse(_url, conn_max_age=60, conn_health_checks=True)
    if "postgres" in DATABASES["default"]["ENGINE"]:
        given = DATABASES["default"].setdefault("OPTIONS", {})
        # A page says within seconds that the database is away.
        given.setdefault("connect_timeout", 10)
        # A court's data fit into memory, where any page is as near as the next; no statement here is worth compiling; a million
        # ids fit into a hash table (search: kernel/search/store_postgres.py). An address with ?options=... goes before.
        given.setdefault("options", "-c random_page_cost=1.1 -c jit=off -c work_mem=32MB")
else:
    DATABASES["default"] = {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": BIHUAN_HOME / "bihuan.sqlite3",
        "CONN_MAX_AGE": 60,
        "OPTIONS": {
            # A write takes the lock when it begins (no half-way upgrade that fails), and waits for its turn.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "factory": sqlite.Connection,
            # 64 MB of pages kept per connection: a list of a large ledger reads nothing twice, a large write no index page.
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; "
            "PRAGMA cache_size=-65536;",
        },
    }

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("简体中文")), ("en", _("English"))]
LOCALE_PATHS = [PACKAGE / "locale"]
TIME_ZONE = os.environ.get("BIHUAN_TIME_ZONE", "Asia/Shanghai")
USE_I18N = True
USE_TZ = True
FORMAT_MODULE_PATH = ["bihuan.web.formats"]

STATIC_URL = "static/"
# No STATIC_ROOT: WhiteNoise finds the files where the package has them; nothing is collected, nothing goes stale.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
MEDIA_ROOT = BIHUAN_HOME / "files"
FILE_UPLOAD_TEMP_DIR = None
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "bihuan.people.backends.PeopleBackend",
]
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "bihuan.people.passwords.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "bihuan.people.passwords.ComplexityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "bihuan.people.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {"login_failed": "5/5m/key"}  # one-time codes; passwords are django-axes' (see the adapter)
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Bihuan"
MFA_ADAPTER = "bihuan.people.adapters.SecondFactorAdapter"
AXES_FAILURE_LIMIT = int(os.environ.get("BIHUAN_LOGIN_ATTEMPTS", 5))
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "account/locked.html"
AXES_IPWARE_PROXY_COUNT = 1 if BIHUAN_TLS else None
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if BIHUAN_TLS else 0  # otherwise the whole court would be one address, held to one's log-ins a minute

BIHUAN_IDLE_MINUTES = int(os.environ.get("BIHUAN_IDLE_MINUTES", 30))
BIHUAN_PASSWORD_DAYS = int(os.environ.get("BIHUAN_PASSWORD_DAYS", 90))
SESSION_COOKIE_NAME = "bihuan_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = BIHUAN_TLS
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_SECURE = BIHUAN_TLS
CSRF_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BIHUAN_TLS else None
SECURE_HSTS_SECONDS = 31_536_000 if BIHUAN_TLS else 0
CSRF_FAILURE_VIEW = "bihuan.web.pages.csrf_failure"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

Q_CLUSTER = {
    "name": "bihuan",
    "orm": "default",
    "workers": 1,
    "timeout": 1500,
    "retry": 1800,
    "max_attempts": 3,
    "catch_up": False,
    "poll": 2,
    "save_limit": 500,
    "label": _("后台任务"),
}
BIHUAN_LOG = os.environ.get("BIHUAN_LOG") or ("text" if sys.stderr.isatty() else "json")
"""The program's own lines on standard error: one JSON object each, or text for people. See kernel/journal.py."""
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"journal": {"()": f"bihuan.kernel.journal.{'Text' if BIHUAN_LOG == 'text' else 'Json'}"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "journal"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "bihuan": {"level": "INFO"},
        # The demo is looked at in a terminal: a line a request would bury what it says.
        "bihuan.request": {"level": "ERROR" if BIHUAN_DEMO and not os.environ.get("BIHUAN_LOG") else "INFO"},
        "django": {"level": "WARNING", "handlers": [], "propagate": True},
        "django.request": {"level": "ERROR"},
        "django-q": {"level": "WARNING", "handlers": ["console"], "propagate": False},
        "axes": {"level": "ERROR"},
    },
}
DJANGO_TABLES2_TEMPLATE = "ledger/table.html"
