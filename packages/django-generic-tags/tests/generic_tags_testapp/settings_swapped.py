"""The same project with models of its own for tags and links, and its own user model with a UUID key."""

from __future__ import annotations

from generic_tags_testapp.settings import *  # noqa: F403
from generic_tags_testapp.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "generic_tags_testapp.swapped"]
AUTH_USER_MODEL = "swapped.Person"
GENERIC_TAGS_TAG_MODEL = "swapped.Label"
GENERIC_TAGS_TAGGEDITEM_MODEL = "swapped.Labelling"
