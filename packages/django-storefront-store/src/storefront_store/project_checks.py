"""System checks of the project's own configuration: media, URLs, REST framework and the user model.

The ids are listed in :mod:`storefront_store.checks`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core import checks
from django.db import DatabaseError, connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.module_loading import import_string
from rest_framework.serializers import DecimalField

from storefront_store.conf import SETTING

RELATIONS: Final = ("storefront_store", "0002_relations")  # migration that refers to the user model


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


def check_user_model_came_first(databases: Any = None, **kwargs: Any) -> list[checks.CheckMessage]:
    """Return an error for each database in which the store's tables refer to another user model than the current one.

    Args:
        databases: The aliases to check, as Django passes them when it migrates.
        **kwargs: Other arguments that Django passes to checks.
    """
    model = get_user_model()
    label = model._meta.app_label
    found: list[checks.CheckMessage] = []
    for alias in databases or []:
        applied = _applied(alias)
        if RELATIONS not in applied:
            continue
        loader = MigrationLoader(None, ignore_no_migrations=True)
        if label in loader.migrated_apps and not set(loader.graph.root_nodes(label)) & applied:
            found.append(
                checks.Error(
                    f"The tables of the store in {alias!r} were made before AUTH_USER_MODEL was {model._meta.label}.",
                    hint=(
                        "Choose the user model before the first migrate: begin with a new database, or go back to the "
                        "old AUTH_USER_MODEL and run migrate storefront_store zero, which deletes its data."
                    ),
                    obj=model,
                    id="storefront_store.E009",
                )
            )
    return found


def _applied(alias: str) -> set[tuple[str, str]]:
    """Return the applied migrations of a database; empty if it can't be queried."""
    try:
        return set(MigrationRecorder(connections[alias]).applied_migrations())
    except DatabaseError:
        return set()
