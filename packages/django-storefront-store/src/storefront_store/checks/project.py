"""Checks of a project's apps, media, URLs, REST framework and settings for production."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from django.apps import apps
from django.conf import settings
from django.core import checks
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.module_loading import import_string
from rest_framework.serializers import DecimalField

from storefront_store.conf import SETTING, app_settings

REQUIRED_APPS: Final = ("django.contrib.contenttypes", "django.contrib.auth", "rest_framework", "django_filters")
LOCAL_CACHES: Final = ("LocMemCache", "DummyCache")


def check_apps(**kwargs: Any) -> list[checks.CheckMessage]:
    """Check that the required apps are in ``INSTALLED_APPS``."""
    return [
        checks.Error(
            f"The store needs {name!r} in INSTALLED_APPS.",
            hint=f"Add to INSTALLED_APPS: {name!r}.",
            id="storefront_store.E004",
        )
        for name in REQUIRED_APPS
        if not apps.is_installed(name)
    ]


def check_media(**kwargs: Any) -> list[checks.CheckMessage]:
    """Return a warning if images would be written to the working directory or have no URL."""
    on_disk = settings.STORAGES["default"]["BACKEND"].endswith(".FileSystemStorage")
    lines = []
    if not settings.MEDIA_ROOT:
        lines.append('MEDIA_ROOT = BASE_DIR / "media"')
    if settings.MEDIA_URL in ("", "/"):  # Django returns "/" if it is empty
        lines.append('MEDIA_URL = "media/"')
    if not on_disk or not lines:
        return []
    return [
        checks.Warning(
            "MEDIA_ROOT and MEDIA_URL are not both set, so product images are written to the working folder "
            "or can't be shown.",
            hint=f"Add to the settings: {'; '.join(lines)}. Or configure another default storage.",
            id="storefront_store.W004",
        )
    ]


def check_rest_framework(**kwargs: Any) -> list[checks.CheckMessage]:
    """Return a warning if the project's own serializers render decimals as strings, unlike the store's."""
    given: Any = getattr(settings, "REST_FRAMEWORK", None) or {}
    if "COERCE_DECIMAL_TO_STRING" in given:
        return []
    names = sorted(set(_undecided_decimals()))
    if not names:
        return []
    return [
        checks.Warning(
            f"REST framework shows decimals as strings, the store as numbers: {', '.join(names)}.",
            hint='Add "COERCE_DECIMAL_TO_STRING": False to REST_FRAMEWORK for numbers, or True to keep the strings.',
            id="storefront_store.W007",
        )
    ]


def _undecided_decimals() -> Iterator[str]:
    """Yield the decimal fields of serializers in ``SERIALIZERS`` that do not set ``coerce_to_string``."""
    own: Any = getattr(settings, SETTING, {})
    parts: Any = own.get("SERIALIZERS", {}) if isinstance(own, dict) else {}
    for path in parts.values() if isinstance(parts, dict) else ():
        try:
            serializer = import_string(path) if isinstance(path, str) else path
        except ImportError:
            continue  # reported by another check
        for name, field in getattr(serializer, "_declared_fields", {}).items():
            if isinstance(field, DecimalField) and not hasattr(field, "coerce_to_string"):
                yield f"{serializer.__name__}.{name}"


def check_urls(**kwargs: Any) -> list[checks.CheckMessage]:
    """Return a warning if the URLs of the store are not included in the project's."""
    if not getattr(settings, "ROOT_URLCONF", None) or _leads_to_store(get_resolver().url_patterns):
        return []
    return [
        checks.Warning(
            "The URLs of the store are not included in ROOT_URLCONF.",
            hint='Add to urlpatterns: path("store/", include("storefront_store.urls")).',
            id="storefront_store.W008",
        )
    ]


def _leads_to_store(patterns: Iterable[URLPattern | URLResolver]) -> bool:
    """Return whether one of the patterns, or a nested one, is a view of the store."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            if pattern.app_name == "storefront_store" or _leads_to_store(pattern.url_patterns):
                return True
        elif getattr(getattr(pattern.callback, "cls", None), "part", None) is not None:
            return True  # a viewset of the store registered on a router of the project
    return False


def check_deployment(**kwargs: Any) -> list[checks.CheckMessage]:
    """Check settings that only matter in production."""
    found: list[checks.CheckMessage] = []
    engine = settings.DATABASES["default"].get("ENGINE", "")
    if engine.endswith(("postgresql", "mysql")) and not app_settings.LOCK_TIMEOUT:
        found.append(
            checks.Warning(
                "Requests wait without end for rows that another transaction has locked.",
                hint='Set STOREFRONT_STORE["LOCK_TIMEOUT"] = 5, or a limit of the database\'s own and silence this.',
                id="storefront_store.W006",
            )
        )
    backend = settings.CACHES.get(app_settings.THROTTLE_CACHE, {}).get("BACKEND", "")
    if app_settings.THROTTLE_RATES and (not backend or backend.rpartition(".")[2] in LOCAL_CACHES):
        found.append(
            checks.Warning(
                "The cache that throttles count in is missing, or not shared between processes.",
                hint="Point STOREFRONT_STORE['THROTTLE_CACHE'] to a Redis, Memcached or database cache.",
                id="storefront_store.W005",
            )
        )
    return found
