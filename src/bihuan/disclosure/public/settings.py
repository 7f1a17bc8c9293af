"""Settings of the public process: no log-in, no session, no key of the court, one small set of pages."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from bihuan.disclosure.public import home

PACKAGE = Path(__file__).resolve().parent
SECRET_KEY = home.django_key()
DEBUG = False
ALLOWED_HOSTS = os.environ.get("BIHUAN_PUBLIC_HOSTS", "127.0.0.1,localhost").split(",")
BIHUAN_TLS = os.environ.get("BIHUAN_TLS", "").lower() in {"1", "true", "yes", "on"}
BIHUAN_PUBLIC_COURT = os.environ.get("BIHUAN_PUBLIC_COURT", "")
"""The court's name above the pages."""
INSTALLED_APPS = ["django.contrib.staticfiles", "django.forms", "bihuan.disclosure.public", "csp"]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "bihuan.disclosure.public.middleware.language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "bihuan.disclosure.public.urls"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
            ]
        },
    }
]
DATABASES: dict[str, Any] = {}
_url = os.environ.get("BIHUAN_PUBLIC_DATABASE_URL")
if _url:
    DATABASES["default"] = dj_database_url.parse(_url, conn_max_age=60, conn_health_checks=True)
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 10)
else:
    DATABASES["default"] = {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": home.database(),
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20},
    }
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("简体中文")), ("en", _("English"))]
LOCALE_PATHS = [PACKAGE.parents[1] / "locale"]
TIME_ZONE = os.environ.get("BIHUAN_TIME_ZONE", "Asia/Shanghai")
USE_I18N = USE_TZ = True
FORMAT_MODULE_PATH = ["bihuan.web.formats"]
STATIC_URL = "static/"
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.AppDirectoriesFinder"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 100_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20
CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = BIHUAN_TLS
CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Strict"
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("BIHUAN_PUBLIC_ORIGINS", "").split(",") if o]
CSRF_FAILURE_VIEW = "bihuan.disclosure.public.views.expired"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = (
    "same-origin"  # with "no-referrer" browsers send forms from the origin "null", which are refused
)
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BIHUAN_TLS else None
SECURE_HSTS_SECONDS = 31_536_000 if BIHUAN_TLS else 0
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE], "style-src": [SELF], "img-src": [SELF], "form-action": [SELF], "base-uri": [NONE], "frame-ancestors": [NONE],
    }
}  # fmt: skip
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"journal": {"()": f"bihuan.kernel.journal.{'Text' if sys.stderr.isatty() else 'Json'}"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "journal"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django": {"level": "WARNING", "handlers": [], "propagate": True},
        "django.request": {"level": "ERROR"},
    },
}
