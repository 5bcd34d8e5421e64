"""Settings for production, which require keys and host names in the environment."""

from __future__ import annotations

from functools import partial

from storefront.settings import services
from storefront.settings.common import *  # noqa: F403
from storefront.settings.common import (
    CACHES,
    DATABASE_LOCK_SECONDS,
    DATABASES,
    MIDDLEWARE,
    SCHEDULES,
    SIMPLE_JWT,
    STOREFRONT_STORE_PAYMENTS,
    env,
)

DEBUG = False
SECRET_KEY = env.secret("SECRET_KEY")
SIMPLE_JWT["SIGNING_KEY"] = env.secret("JWT_SIGNING_KEY")
ALLOWED_HOSTS = env.hosts("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = env.origins("CSRF_TRUSTED_ORIGINS")

SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # health checks use HTTP
SECURE_HSTS_SECONDS = env.number("SECURE_HSTS_SECONDS", 365 * 24 * 3600)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
if env.bool("BEHIND_TLS_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True

REPLICA = env.service(
    "DATABASE_REPLICA_URL",
    partial(
        services.replica,
        shared_cache="redis" in CACHES["default"]["BACKEND"],
        statement_seconds=services.STATEMENT_SECONDS,
        prepared_statements=env.bool("DATABASE_PREPARED_STATEMENTS", default=True),
    ),
)
if REPLICA:
    DATABASES["replica"] = REPLICA
    DATABASE_ROUTERS = ["storefront.replicas.router.ReplicaRouter"]
    MIDDLEWARE.insert(
        MIDDLEWARE.index("storefront.middleware.JsonErrors") + 1, "storefront.replicas.middleware.ReadYourWrites"
    )

STORAGES = {
    "default": env.service("MEDIA_STORAGE", services.media),
    "staticfiles": {"BACKEND": "storefront.assets.AssetStorage"},
}

PLAYGROUND = env.bool("PLAYGROUND", default=False)
if PLAYGROUND:
    SCHEDULES.append("playground.schedule")
SERVE_MEDIA = env.bool("SERVE_MEDIA", default=False)  # for a setup without a web server

SILENCED_SYSTEM_CHECKS: list[str] = []
if DATABASE_LOCK_SECONDS:
    SILENCED_SYSTEM_CHECKS += ["storefront_store.W006"]  # the limit is set in the connection's options

if not env.bool("DUMMY_PAYMENTS", default=False):  # add the variants of your provider here
    STOREFRONT_STORE_PAYMENTS["VARIANTS"] = {}
    SILENCED_SYSTEM_CHECKS += ["storefront_store_payments.W002"]  # orders can be paid by invoice as well
