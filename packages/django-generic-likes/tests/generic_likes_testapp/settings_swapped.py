"""The same project with a model of its own for likes, and its own user model with a UUID key."""

from __future__ import annotations

from generic_likes_testapp.settings import *  # noqa: F403
from generic_likes_testapp.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "generic_likes_testapp.swapped"]
AUTH_USER_MODEL = "swapped.Person"
GENERIC_LIKES_LIKEDITEM_MODEL = "swapped.Favourite"
