"""Private APIs of libraries that the package relies on: a release that changes one of them fails here."""

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
# Descriptors and hooks that Django and related libraries do not document.
PRIVATE = re.compile(
    r"DeferredAttribute|__dict__|_make_hash_value|\._request\b|_result_cache|_prefetch|_meta\.ordering"
    r"|\._committed|OutputWrapper|set_rollback|connection\.features|_registry\b"
)


def test_private_apis_are_used_in_designated_modules_only() -> None:
    found = {
        path.relative_to(SOURCE).as_posix(): match.group()
        for path in SOURCE.rglob("*.py")
        if not {"hardening", "prepared.py"} & set(path.parts) and (match := PRIVATE.search(path.read_text()))
    }

    assert found == {}


def test_django_supports_lazy_sub_objs() -> None:
    """``cascade_where_installed`` must not read a table that is missing."""
    assert deletion.SET_NULL.lazy_sub_objs is True
    assert "lazy_sub_objs" in inspect.getsource(deletion.Collector.collect)
    assert Profile._meta.get_field("user").remote_field.on_delete.lazy_sub_objs is True


def test_simplejwt_token_models_have_expected_fields() -> None:
    """``tokens.records`` leaves the column of the token empty, or marks it."""
    names = {field.name for field in OutstandingToken._meta.get_fields()}
    assert {"user", "jti", "token", "created_at", "expires_at", "blacklistedtoken"} <= names
    assert OutstandingToken._meta.get_field("token").get_internal_type() == "TextField"
    assert {"token", "blacklisted_at"} <= {field.name for field in BlacklistedToken._meta.get_fields()}


def test_djoser_view_set_has_overridden_methods() -> None:
    from djoser.views import UserViewSet

    for name in ("permission_denied", "get_permissions", "get_serializer_class", "perform_create", "perform_update"):
        assert callable(getattr(UserViewSet, name)), name


def test_migration_loader_has_check_consistent_history() -> None:
    """``checks.databases`` names the user model that was chosen too late."""
    assert callable(MigrationLoader.check_consistent_history)
    assert get_user_model()._meta.app_label == "storefront_auth"
