from __future__ import annotations

import os
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import environ

env = environ.Env()
WORK_DIR = Path(tempfile.gettempdir())
WITH_SPECTACULAR = find_spec("drf_spectacular") is not None
WITH_PAYMENTS = find_spec("payments") is not None  # without the extra, the store must run all the same

SECRET_KEY = "only for tests, and long enough for HMAC"
USE_TZ = True
ROOT_URLCONF = "storefront_store_testapp.urls"
AUTH_USER_MODEL = "auth.User"
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"  # not what the package uses: it must not depend on it
STATIC_URL = "/static/"
MEDIA_URL = "/media/"
MEDIA_ROOT = WORK_DIR / "storefront-store-test-media"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "django_filters",
    "storefront_store",
    "storefront_store.postgres",
    "storefront_store.shipping",
    "storefront_store.vouchers",
    "storefront_store.interchange",
    *(["storefront_store.payments"] if WITH_PAYMENTS else []),
    "storefront_store.demo",
    *(["drf_spectacular"] if WITH_SPECTACULAR else []),
    "storefront_store_testapp",
]
MIDDLEWARE = [
    "storefront_store_testapp.statuses.RecordStatuses",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
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


def database() -> dict[str, Any]:
    """The database of ``TEST_DATABASE_URL``, or SQLite in a file, so that threads have connections of their own."""
    url = env.str("TEST_DATABASE_URL", default="")
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": WORK_DIR / "storefront-store.sqlite3",
            "TEST": {"NAME": WORK_DIR / f"storefront-store-test-{os.getpid()}.sqlite3"},
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
            },
        }
    config: dict[str, Any] = environ.Env.db_url_config(url)
    config["TEST"] = {"NAME": f"test_storefront_store_{os.getpid()}"}
    config["CONN_MAX_AGE"] = 600
    if config["ENGINE"].endswith("mysql"):
        config["OPTIONS"] = {"charset": "utf8mb4", "isolation_level": "read committed"}
        config["TEST"]["CHARSET"] = "utf8mb4"
    return config


DATABASES = {"default": database()}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

REST_FRAMEWORK: dict[str, Any] = {
    "COERCE_DECIMAL_TO_STRING": False,
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.BasicAuthentication"],
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
if WITH_SPECTACULAR:
    REST_FRAMEWORK["DEFAULT_SCHEMA_CLASS"] = "drf_spectacular.openapi.AutoSchema"
PAYMENT_HOST = "testserver"
PAYMENT_USES_SSL = True
STOREFRONT_STORE_PAYMENTS: dict[str, Any] = {
    "VARIANTS": {"default": {"PROVIDER": "payments.dummy.DummyProvider", "LABEL": "Test payment"}},
    "RETURN_ORIGINS": ["https://shop.example", "http://127.0.0.1:8001"],
}
STOREFRONT_STORE: dict[str, Any] = {"THROTTLE_RATES": {}}
