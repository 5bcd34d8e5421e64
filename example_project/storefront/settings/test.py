"""Settings for tests, with the database of ``TEST_DATABASE_URL`` or an SQLite file."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from storefront.settings import services
from storefront.settings.common import *  # noqa: F403
from storefront.settings.common import REST_FRAMEWORK, SIMPLE_JWT, env
from storefront.settings.published import TEST_JWT_SIGNING_KEY, TEST_SECRET_KEY

WORK_DIR = Path(tempfile.gettempdir()) / f"storefront-tests-{os.getpid()}"

DEBUG = False
SECRET_KEY = TEST_SECRET_KEY
SIMPLE_JWT["SIGNING_KEY"] = TEST_JWT_SIGNING_KEY
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

DATABASES = {
    "default": env.service("TEST_DATABASE_URL", services.database, default=f"sqlite:///{WORK_DIR}.sqlite3"),
}
DATABASES["default"]["TEST"] = {"NAME": f"{WORK_DIR}-test.sqlite3"} if "TEST_DATABASE_URL" not in env else {}
CACHES = services.caches("")
MEDIA_ROOT = WORK_DIR / "media"
OUTBOX_COURIER = False  # no background thread in tests
SERVE_MEDIA = True
STATIC_ROOT = None  # static files are served from the apps
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
REST_FRAMEWORK = {**REST_FRAMEWORK, "TEST_REQUEST_DEFAULT_FORMAT": "json"}
