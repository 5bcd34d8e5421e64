"""Settings of the project: the defaults of each package. ``DATABASE`` and ``FRESH`` are the files of two databases."""

from __future__ import annotations

import os

from storefront_auth import recommended

SECRET_KEY = JWT_SIGNING_KEY = "only for a database of tests, and long enough to sign with"  # noqa: S105
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ROOT_URLCONF = "upgrade_project.urls"
AUTH_USER_MODEL = "storefront_auth.User"
ALLOWED_HOSTS = ["testserver"]
MEDIA_URL, STATIC_URL = "media/", "static/"
MEDIA_ROOT = os.environ["DATABASE"] + "-media"
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
SILENCED_SYSTEM_CHECKS = ["storefront_auth.W007"]

INSTALLED_APPS = recommended.merge(
    [
        "django.contrib.admin",
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.messages",
        "django.contrib.staticfiles",
        "rest_framework",
        "django_filters",
        "payments",
        "storefront_store",
        "storefront_store.postgres",
        "storefront_store.shipping",
        "storefront_store.vouchers",
        "storefront_store.payments",
        "storefront_store.interchange",
        "generic_tags",
        "generic_likes",
    ],
    recommended.INSTALLED_APPS,
)
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    *recommended.MIDDLEWARE,
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
DATABASES = {
    alias: {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ[name],
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20},
    }
    for alias, name in (("default", "DATABASE"), ("fresh", "FRESH"))
    if name in os.environ
}
AUTHENTICATION_BACKENDS = recommended.authentication_backends([])
AUTH_PASSWORD_VALIDATORS = recommended.password_validators([])
REST_FRAMEWORK = recommended.rest_framework({})
SIMPLE_JWT = {**recommended.SIMPLE_JWT, "SIGNING_KEY": JWT_SIGNING_KEY}
DJOSER = recommended.DJOSER
STOREFRONT_AUTH = {"FRONTEND_URL": "https://shop.example"}
PAYMENT_HOST = "testserver"
STOREFRONT_STORE_PAYMENTS = {
    "VARIANTS": {"default": {"PROVIDER": "payments.dummy.DummyProvider", "LABEL": "Test payment"}},
    "RETURN_ORIGINS": ["https://shop.example"],
}
STOREFRONT_STORE = {
    "TAX_RATE": "0.19",
    "GUEST_CHECKOUT": True,
    "ADJUSTERS": [
        "storefront_store.vouchers.adjusters.Vouchers",
        "storefront_store.shipping.adjusters.Shipping",
        "storefront_store.adjusters.Tax",
    ],
}
GENERIC_TAGS = GENERIC_LIKES = {"MODELS": ["storefront_store.Product", "storefront_store.Collection"]}
