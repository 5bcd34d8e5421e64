"""The few private parts of libraries that are used: a version of theirs that moves one fails here, by name."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

from django.contrib.auth import get_user_model
from django.db.migrations.loader import MigrationLoader
from django.db.models import deletion
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken

from storefront_auth.models import Profile

SOURCE = Path(inspect.getfile(Profile)).parents[1]
# Descriptors and hooks that Django and its friends do not document.
PRIVATE = re.compile(
    r"DeferredAttribute|__dict__|_make_hash_value|\._request\b|_result_cache|_prefetch|_meta\.ordering"
    r"|\._committed|OutputWrapper|set_rollback|connection\.features|_registry\b"
)


def test_no_module_reaches_into_a_library() -> None:
    found = {
        path.relative_to(SOURCE).as_posix(): match.group()
        for path in SOURCE.rglob("*.py")
        if not {"hardening", "prepared.py"} & set(path.parts) and (match := PRIVATE.search(path.read_text()))
    }

    assert found == {}


def test_django_passes_lazy_querysets_to_cascades_that_want_them() -> None:
    """``cascade_where_installed`` must not read a table that is missing."""
    assert deletion.SET_NULL.lazy_sub_objs is True
    assert "lazy_sub_objs" in inspect.getsource(deletion.Collector.collect)
    assert Profile._meta.get_field("user").remote_field.on_delete.lazy_sub_objs is True


def test_simplejwt_keeps_tokens_in_the_columns_that_records_use() -> None:
    """``tokens.records`` leaves the column of the token empty, or marks it."""
    names = {field.name for field in OutstandingToken._meta.get_fields()}
    assert {"user", "jti", "token", "created_at", "expires_at", "blacklistedtoken"} <= names
    assert OutstandingToken._meta.get_field("token").get_internal_type() == "TextField"
    assert {"token", "blacklisted_at"} <= {field.name for field in BlacklistedToken._meta.get_fields()}


def test_djoser_calls_what_the_view_set_overrides() -> None:
    from djoser.views import UserViewSet

    for name in ("permission_denied", "get_permissions", "get_serializer_class", "perform_create", "perform_update"):
        assert callable(getattr(UserViewSet, name)), name


def test_the_loader_of_migrations_tells_inconsistent_histories() -> None:
    """``checks.databases`` names the user model that was chosen too late."""
    assert callable(MigrationLoader.check_consistent_history)
    assert get_user_model()._meta.app_label == "storefront_auth"
