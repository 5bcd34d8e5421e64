"""Settings of a project that is no shop. The database is that of ``TEST_DATABASE_URL``, else an SQLite file."""

from __future__ import annotations

import os
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import environ

SECRET_KEY = "for tests only"
USE_TZ = True
ROOT_URLCONF = "generic_likes_testapp.urls"
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
STATIC_URL = "static/"

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "generic_likes",
    "generic_likes_testapp",
]
MIDDLEWARE = [
    "generic_likes_testapp.statuses.RecordStatuses",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
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
REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "rest_framework.authentication.BasicAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ]
}
if find_spec("drf_spectacular") and find_spec("rest_framework"):
    REST_FRAMEWORK["DEFAULT_SCHEMA_CLASS"] = "drf_spectacular.openapi.AutoSchema"

GENERIC_LIKES = {
    "MODELS": [f"generic_likes_testapp.{name}" for name in ("Article", "Photo", "Country", "Report", "Chapter")],
}


def database(url: str | None) -> dict[str, Any]:
    """Return the settings of the test database."""
    if not url:
        folder = Path(tempfile.gettempdir()) / f"generic_likes_{os.getuid()}"
        folder.mkdir(exist_ok=True)
        options = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        }
        name = folder / f"test_{os.getpid()}.sqlite3"
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": folder / "unused.sqlite3",
            "OPTIONS": options,
            "TEST": {"NAME": name},
        }
    config: dict[str, Any] = environ.Env.db_url_config(url)
    if config["ENGINE"].endswith("mysql"):
        config["OPTIONS"] = {"isolation_level": "read committed", "charset": "utf8mb4"}
    return config


DATABASES = {"default": database(os.environ.get("TEST_DATABASE_URL"))}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
