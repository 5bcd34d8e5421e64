"""Settings for development, and for the demo (which turns ``DEBUG`` off to behave as in production)."""

from __future__ import annotations

from storefront.settings.common import *  # noqa: F403
from storefront.settings.common import (
    CORS_ALLOWED_ORIGINS,
    INSTALLED_APPS,
    MIDDLEWARE,
    REST_FRAMEWORK,
    SCHEDULES,
    SIMPLE_JWT,
    STOREFRONT_STORE_PAYMENTS,
    env,
)
from storefront.settings.published import DEVELOPMENT_JWT_SIGNING_KEY, DEVELOPMENT_SECRET_KEY

DEBUG = env.bool("DEBUG", default=True)
SECRET_KEY = env.str("SECRET_KEY", default=DEVELOPMENT_SECRET_KEY)
SIMPLE_JWT["SIGNING_KEY"] = SIMPLE_JWT["SIGNING_KEY"] or DEVELOPMENT_JWT_SIGNING_KEY
ALLOWED_HOSTS = env.hosts("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
CORS_ALLOWED_ORIGINS = CORS_ALLOWED_ORIGINS or ["http://localhost:8001", "http://127.0.0.1:8001"]
STOREFRONT_STORE_PAYMENTS["RETURN_ORIGINS"] += CORS_ALLOWED_ORIGINS

SCHEDULES.append("playground.schedule")
SERVE_MEDIA = True
STATIC_ROOT = None  # static files are served from the apps
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG

if DEBUG:  # the browsable API accepts the session of the admin
    REST_FRAMEWORK["DEFAULT_AUTHENTICATION_CLASSES"] = [
        *REST_FRAMEWORK["DEFAULT_AUTHENTICATION_CLASSES"],
        "rest_framework.authentication.SessionAuthentication",
    ]

# Tools of the dependency group "dev"

if env.bool("DEBUG_TOOLBAR", default=False):
    INSTALLED_APPS += ["debug_toolbar"]
    MIDDLEWARE.insert(1, "debug_toolbar.middleware.DebugToolbarMiddleware")
    DEBUG_TOOLBAR_CONFIG = {"SHOW_TOOLBAR_CALLBACK": lambda request: DEBUG}
if env.bool("SILK", default=False):
    INSTALLED_APPS += ["silk"]
    MIDDLEWARE.append("silk.middleware.SilkyMiddleware")
