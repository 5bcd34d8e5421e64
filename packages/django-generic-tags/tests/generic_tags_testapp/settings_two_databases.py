"""The same project with a second database."""

from __future__ import annotations

from generic_tags_testapp.settings import *  # noqa: F403
from generic_tags_testapp.settings import DATABASES

DATABASES = {
    **DATABASES,
    "other": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"},
}
