"""System checks for the configuration of a project; each hint names the line to add."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage

from storefront_auth.checks.databases import check_history
from storefront_auth.checks.infrastructure import (
    check_databases,
    check_mail,
    check_shared_cache,
    check_signing_key,
    check_throttle_cache,
)
from storefront_auth.checks.project import check_admin, check_installation, check_urls, check_user_model
from storefront_auth.checks.settings import check_own_settings, check_values

__all__ = ["check_deployment", "check_migrations", "check_settings"]


def check_settings(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Return problems with the configuration that matter in every environment.

    Args:
        app_configs: The apps to check; the settings are checked with all of them.
        kwargs: Further arguments that Django passes.
    """
    # The other checks read the values, so these must be valid first.
    return list(check_values()) or [
        *check_own_settings(),
        *check_signing_key(),
        *check_user_model(),
        *check_installation(),
        *check_admin(),
        *check_urls(),
        *check_throttle_cache(),
        *check_databases(),
    ]


def check_deployment(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Return problems with the configuration that matter in production.

    Args:
        app_configs: The apps to check; the settings are checked with all of them.
        kwargs: Further arguments that Django passes.
    """
    return [] if list(check_values()) else [*check_shared_cache(), *check_mail()]


def check_migrations(
    app_configs: Any = None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Return problems with the order in which databases were migrated.

    Args:
        app_configs: The apps to check; the databases are checked with all of them.
        databases: The aliases of the databases, passed by ``migrate`` and ``check --database``.
        kwargs: Further arguments that Django passes.
    """
    return [message for alias in databases or () for message in check_history(alias)]
