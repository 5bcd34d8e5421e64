"""Settings of a project whose only model has tags, by the library that ``LIBRARY`` names."""

from __future__ import annotations

import os

LIBRARY = os.environ["LIBRARY"]  # taggit or generic_tags
SECRET_KEY = os.environ["SECRET_KEY"]
ALLOWED_HOSTS = ["127.0.0.1"]
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", LIBRARY, "articles"]
MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
ROOT_URLCONF = "urls"
WSGI_APPLICATION = "wsgi.application"
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": "127.0.0.1",
        "PORT": os.environ["DATABASE_PORT"],
        "USER": "postgres",
        "NAME": os.environ["DATABASE_NAME"],
        "CONN_MAX_AGE": None,
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
GENERIC_TAGS = {"MODELS": ["articles.Article"]}
