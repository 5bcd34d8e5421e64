from __future__ import annotations

import os
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import django
import environ

from storefront_auth import recommended

SCRATCH = Path(tempfile.gettempdir()) / f"storefront_auth_tests_{os.getuid()}"
SCRATCH.mkdir(exist_ok=True)

SECRET_KEY = "tests-only-" + "k" * 40
USE_TZ = True
ROOT_URLCONF = "storefront_auth_testapp.urls"
LANGUAGES = [("en", "English"), ("de", "German"), ("es", "Spanish")]

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    *recommended.INSTALLED_APPS,
    "storefront_auth_testapp",
]
MIDDLEWARE = [
    "storefront_auth_testapp.statuses.RecordStatuses",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    *recommended.MIDDLEWARE,
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

AUTH_USER_MODEL = os.environ.get("TEST_USER_MODEL", "storefront_auth.User")
AUTHENTICATION_BACKENDS = recommended.AUTHENTICATION_BACKENDS
AUTH_PASSWORD_VALIDATORS = recommended.AUTH_PASSWORD_VALIDATORS
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
REST_FRAMEWORK = {**recommended.REST_FRAMEWORK, "TEST_REQUEST_DEFAULT_FORMAT": "json"}
if find_spec("drf_spectacular"):
    REST_FRAMEWORK["DEFAULT_SCHEMA_CLASS"] = "drf_spectacular.openapi.AutoSchema"
SIMPLE_JWT = {**recommended.SIMPLE_JWT, "SIGNING_KEY": "signing-tests-only-" + "s" * 60}
DJOSER = recommended.DJOSER
STOREFRONT_AUTH = {
    "FRONTEND_URL": "https://shop.example.com",
    "SITE_NAME": "Example Shop",
    "MAIL_SENDER": "storefront_auth.accounts.mail.send_now",
}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}


def database(url: str) -> dict[str, Any]:
    """Return the entry of ``DATABASES`` for ``url``, or for a SQLite file that threads can share."""
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(SCRATCH / "db.sqlite3"),
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
            },
            "TEST": {"NAME": str(SCRATCH / f"test_{os.getpid()}.sqlite3")},
        }
    config = environ.Env.db_url_config(url)
    if config["ENGINE"].endswith("mysql"):
        config["OPTIONS"] = {"charset": "utf8mb4", "isolation_level": "read committed"}
        config["TEST"] = {"CHARSET": "utf8mb4"}
    return config


DATABASES = {"default": database(os.environ.get("TEST_DATABASE_URL", "")), "other": database("")}
if not os.environ.get("TEST_DATABASE_URL"):
    DATABASES["other"]["NAME"] = str(SCRATCH / "other.sqlite3")
DATABASES["other"]["TEST"] = {"NAME": str(SCRATCH / f"test_other_{os.getpid()}.sqlite3")}

if django.VERSION >= (6, 1):  # the settings EMAIL_* are deprecated there
    MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
