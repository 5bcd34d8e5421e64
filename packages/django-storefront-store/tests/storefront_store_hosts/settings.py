"""Projects whose REST framework is set up in one of the ways that hosts have; ``HOST`` says in which."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from storefront_store_testapp.settings import *  # noqa: F403
from storefront_store_testapp.settings import REST_FRAMEWORK as OF_TESTS

HERE = "storefront_store_hosts"
HOSTS: dict[str, dict[str, Any]] = {
    "camel": {
        "DEFAULT_RENDERER_CLASSES": [f"{HERE}.camel.CamelRenderer"],
        "DEFAULT_PARSER_CLASSES": [f"{HERE}.camel.CamelParser"],
    },
    "handler": {"EXCEPTION_HANDLER": f"{HERE}.handler.enveloped"},
    "versioned": {
        "DEFAULT_VERSIONING_CLASS": "rest_framework.versioning.URLPathVersioning",
        "ALLOWED_VERSIONS": ["v1"],
    },
    "paginated": {
        "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.LimitOffsetPagination",
        "PAGE_SIZE": 2,
        "DEFAULT_FILTER_BACKENDS": ["rest_framework.filters.SearchFilter"],
        "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    },
}
ALLOWED_HOSTS = ["testserver"]
HOST = os.environ["HOST"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
MEDIA_ROOT = Path(os.environ["HOST_FOLDER"]) / "media"
ROOT_URLCONF = f"{HERE}.urls"
REST_FRAMEWORK = {**OF_TESTS, **HOSTS[HOST]}
