"""Settings that all environments share. Values that differ between machines come from variables: ``.env.example``."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django
from corsheaders.defaults import default_headers

from store_custom import overrides
from storefront import process
from storefront.settings import logs, services
from storefront.settings.environment import LOG_LEVELS, Environment, origin_of
from storefront_auth import recommended
from storefront_auth.conf import DEFAULTS as AUTH_DEFAULTS

BASE_DIR = Path(__file__).resolve().parent.parent.parent

Environment.read_env(str(BASE_DIR / ".env"), overwrite=False)
env = Environment()

# Applications

INSTALLED_APPS = [
    "store_custom.site.StorefrontAdminConfig",  # django.contrib.admin, with the admin site of this project
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "corsheaders",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_guid",
    *recommended.INSTALLED_APPS,
    "storefront",  # checks, the schema, error pages
    "storefront_store",
    "storefront_store.postgres",
    "storefront_store.shipping",
    "storefront_store.vouchers",
    "storefront_store.payments",
    "storefront_store.interchange",
    "storefront_store.demo",
    "generic_tags",
    "generic_likes",
    "store_custom",  # after the packages, because it replaces their admin classes
    "playground",
    "course_database",
]

MIDDLEWARE = [
    "django_guid.middleware.guid_middleware",  # before everything that logs
    "storefront.middleware.JsonErrors",  # early, so that it sees every response
    "corsheaders.middleware.CorsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "storefront.middleware.PageSessions",
    "storefront.middleware.Language",  # messages in the language of the Accept-Language header
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "storefront.middleware.PageUsers",
    "storefront.middleware.PageMessages",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    *recommended.MIDDLEWARE,
]

ROOT_URLCONF = "storefront.urls"
API_PREFIXES = ("/store/", "/auth/", "/tags/", "/likes/", "/schema/")
WSGI_APPLICATION = "storefront.wsgi.application"
ASGI_APPLICATION = "storefront.asgi.application"
AUTH_USER_MODEL = "storefront_auth.User"
AUTHENTICATION_BACKENDS = recommended.AUTHENTICATION_BACKENDS
AUTH_PASSWORD_VALIDATORS = recommended.AUTH_PASSWORD_VALIDATORS
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],  # replace templates of the admin
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# Services. The defaults need only Python.

DATABASE_LOCK_SECONDS = env.number("DATABASE_LOCK_SECONDS", services.LOCK_SECONDS, most=3600)
DATABASES = {
    "default": env.service(
        "DATABASE_URL",
        partial(
            services.database,
            lock_seconds=DATABASE_LOCK_SECONDS,
            statement_seconds=env.number(
                "DATABASE_STATEMENT_SECONDS", services.STATEMENT_SECONDS if process.serves_requests else 0, most=86400
            ),
            prepared_statements=env.bool("DATABASE_PREPARED_STATEMENTS", default=True),
        ),
        default=f"sqlite:///{BASE_DIR / 'db.sqlite3'}",
    ),
}
REPLICA_LAG_SECONDS = env.number("DATABASE_REPLICA_LAG_SECONDS", 5, least=3, most=300)
CACHES = env.service("REDIS_URL", services.caches)
DJANGO_REDIS_LOG_IGNORED_EXCEPTIONS = True
MAIL = env.service("EMAIL_URL", services.mail, default=f"filemail:///{BASE_DIR / 'mail'}")
if django.VERSION >= (6, 1):
    MAILERS = {"default": {"BACKEND": MAIL.backend, "OPTIONS": MAIL.options}}
else:
    EMAIL_BACKEND = MAIL.backend
    EMAIL_HOST = MAIL.options.get("host", "localhost")
    EMAIL_PORT = MAIL.options.get("port", 25)
    EMAIL_HOST_USER = MAIL.options.get("username") or ""
    EMAIL_HOST_PASSWORD = MAIL.options.get("password") or ""
    EMAIL_USE_TLS = MAIL.options.get("use_tls", False)
    EMAIL_USE_SSL = MAIL.options.get("use_ssl", False)
    EMAIL_TIMEOUT = MAIL.options.get("timeout")
    EMAIL_FILE_PATH = MAIL.options.get("file_path")
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.sender("DEFAULT_FROM_EMAIL", "Storefront <shop@storefront.example>")

ADMINS: list[Any] = env.mail_addresses("ADMINS", ["admin@storefront.example"])
if django.VERSION < (6, 0):
    ADMINS = [(address, address) for address in ADMINS]

CELERY_BROKER_URL = env.service("CELERY_BROKER_URL", services.broker)
CELERY_BROKER_WRITE_URL = CELERY_BROKER_URL or "memory://localhost"  # eager tasks open a connection without using it
CELERY_TASK_ALWAYS_EAGER = not CELERY_BROKER_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = services.BROKER_OPTIONS if CELERY_BROKER_URL.startswith("redis") else {}
CELERY_TASK_TIME_LIMIT = 600
CELERY_TIMEZONE = "UTC"
TASK_APPLICATION = "storefront.celery"  # imported with the first task, as Celery is slow to import
SCHEDULES: list[str] = []  # modules with a schedule for Celery beat
CELERY_WORKER_SEND_TASK_EVENTS = True  # for Flower

# Language, time, files

LANGUAGE_CODE = "en-us"
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT: Path | None = Path(env.str("STATIC_ROOT", default=str(BASE_DIR / "staticfiles")))
MEDIA_URL = "/media/"
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(BASE_DIR / "media")))
SERVE_MEDIA = False  # in production a web server or an object store serves media
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024  # of a body, without uploaded files

# The API

REST_FRAMEWORK: dict[str, Any] = {
    **recommended.REST_FRAMEWORK,
    "COERCE_DECIMAL_TO_STRING": False,
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_RENDERER_CLASSES": [
        "rest_framework.renderers.JSONRenderer",
        "rest_framework.renderers.BrowsableAPIRenderer",
    ],
}
SIMPLE_JWT = {
    **recommended.SIMPLE_JWT,
    "SIGNING_KEY": env.str("JWT_SIGNING_KEY", default=""),
    "ACCESS_TOKEN_LIFETIME": timedelta(seconds=env.number("ACCESS_TOKEN_SECONDS", 15 * 60, least=1, most=86400)),
    "REFRESH_TOKEN_LIFETIME": timedelta(days=env.number("REFRESH_TOKEN_DAYS", 14, least=1, most=3650)),
    "ROTATE_REFRESH_TOKENS": env.bool("ROTATE_REFRESH_TOKENS", default=True),
}
DJOSER = recommended.DJOSER
SPECTACULAR_SETTINGS = {
    "TITLE": "Storefront",
    "DESCRIPTION": "Catalogue, carts and orders; accounts; tags and likes.",
    "VERSION": "0.1.0",
    "OAS_VERSION": "3.1.1",
    "COMPONENT_SPLIT_REQUEST": True,  # requests have no read-only fields
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "storefront.openapi.allow_null",
        "storefront.openapi.require_what_is_answered",
    ],
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}
CORS_ALLOWED_ORIGINS = env.origins("CORS_ALLOWED_ORIGINS")
CORS_ALLOW_CREDENTIALS = env.bool("CORS_ALLOW_CREDENTIALS", default=False)
CORS_ALLOW_HEADERS = [*default_headers, "idempotency-key", "if-match", "if-none-match"]
CORS_EXPOSE_HEADERS = ["etag", "idempotent-replayed", "link", "location", "retry-after", "x-request-id"]

# The packages

THROTTLING = env.bool("THROTTLING", default=True)  # "off" is for load tests and tests with many clients
TRUSTED_PROXIES = env.number("TRUSTED_PROXIES", 0, most=100)  # the number of proxies in front of the site
STOREFRONT_STORE: dict[str, Any] = {"MIN_PRICE": Decimal("0.01"), "TRUSTED_PROXIES": TRUSTED_PROXIES}
STOREFRONT_STORE["GUEST_CHECKOUT"] = True
STOREFRONT_STORE["ADJUSTERS"] = [  # in this order: tax applies to the discounted price and to shipping
    "storefront_store.vouchers.adjusters.Vouchers",
    "storefront_store.shipping.adjusters.Shipping",
    "storefront_store.adjusters.Tax",
]
STOREFRONT_STORE_SHIPPING = {"REQUIRE_SHIPPING": False}  # for clients without support for shipping methods
SITE_URL = env.web_address("SITE_URL", "http://localhost:8000")  # this site, for callbacks of payment providers
PAYMENT_HOST, PAYMENT_USES_SSL = urlsplit(SITE_URL).netloc, SITE_URL.startswith("https:")
DUMMY_PAYMENTS = {"default": {"PROVIDER": "payments.dummy.DummyProvider", "LABEL": "Test payment"}}  # no real payment
STOREFRONT_STORE_PAYMENTS: dict[str, Any] = {"VARIANTS": DUMMY_PAYMENTS}
GENERIC_TAGS: dict[str, Any] = {"MODELS": ["storefront_store.Product"]}
GENERIC_LIKES: dict[str, Any] = {"MODELS": ["storefront_store.Product"]}
FRONTEND_URL = env.web_address("FRONTEND_URL", "http://localhost:8001")  # the URL of the client
STOREFRONT_STORE_PAYMENTS["RETURN_ORIGINS"] = [origin_of(FRONTEND_URL), *CORS_ALLOWED_ORIGINS]
STOREFRONT_AUTH: dict[str, Any] = {
    "FRONTEND_URL": FRONTEND_URL,
    "LOGIN_FIELD": env.choice("LOGIN_FIELD", ("USERNAME", "EMAIL"), default="USERNAME").lower(),
    "NUM_PROXIES": TRUSTED_PROXIES,
}
if "store_custom" in INSTALLED_APPS:  # the overrides of the glue app
    STOREFRONT_STORE |= overrides.STOREFRONT_STORE
    GENERIC_TAGS |= overrides.GENERIC_TAGS
    GENERIC_LIKES |= overrides.GENERIC_LIKES
    STOREFRONT_AUTH |= overrides.STOREFRONT_AUTH
    SCHEDULES.append("store_custom.schedule")
if not THROTTLING:
    STOREFRONT_STORE["THROTTLE_RATES"] = {}
    STOREFRONT_AUTH["THROTTLE_RATES"] = dict.fromkeys(AUTH_DEFAULTS["THROTTLE_RATES"])

CART_DAYS = env.number("CART_DAYS", 90, least=1, most=36500)  # carts are deleted after this time without changes
MAIL_DAYS = env.number("MAIL_DAYS", 30, least=1, most=36500)  # sent mails are deleted after this time
OUTBOX_COURIER = True  # whether to send confirmation mails at once, instead of at the next scheduled run

# Logs

LOG_LEVEL = env.choice("LOG_LEVEL", LOG_LEVELS, default=env.choice("DJANGO_LOG_LEVEL", LOG_LEVELS, default="INFO"))
LOGGING = logs.logging(
    LOG_LEVEL, as_json=env.bool("LOG_JSON", default=False), file_name=env.str("LOG_FILE", default="")
)
DEFAULT_EXCEPTION_REPORTER_FILTER = "storefront.reports.ReportFilter"
DJANGO_GUID: dict[str, Any] = {
    "GUID_HEADER_NAME": "X-Request-ID",
    "VALIDATE_GUID": True,  # other values from clients are replaced
    "EXPOSE_HEADER": False,  # CORS_EXPOSE_HEADERS lists it; this option would replace that header
}
if CELERY_BROKER_URL:  # otherwise tasks run within the request
    from django_guid.integrations import CeleryIntegration

    DJANGO_GUID["INTEGRATIONS"] = [CeleryIntegration()]

# The playground: demonstration pages that are not part of the shop

PLAYGROUND = True
SLOW_SERVICE_URL = env.str("SLOW_SERVICE_URL", default="http://127.0.0.1:8000/playground/slow-service/")
