"""Checks of the configuration of databases, and of the migrations that were applied to them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core import checks
from django.db import DatabaseError, connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import CreateModel
from django.db.migrations.recorder import MigrationRecorder

from storefront_store.conf import SWAPPABLE, get_model

RELATIONS: Final = ("storefront_store", "0002_relations")  # migration that refers to the user model


def check_databases(databases: Any = None, **kwargs: Any) -> list[checks.CheckMessage]:
    """Check the database settings for correctness and speed, without connecting to the server."""
    found: list[checks.CheckMessage] = []
    for alias in databases or []:
        found += _check_database(alias, settings.DATABASES.get(alias, {}))
    return found


def _check_database(alias: str, config: dict[str, Any]) -> Iterator[checks.CheckMessage]:
    engine, options = config.get("ENGINE", ""), config.get("OPTIONS", {})
    if engine.endswith("sqlite3") and options.get("transaction_mode") != "IMMEDIATE":
        yield checks.Warning(
            f"The SQLite database {alias!r} does not begin its transactions in immediate mode.",
            hint='Set OPTIONS["transaction_mode"] = "IMMEDIATE", or parallel checkouts can fail as busy.',
            id="storefront_store.W003",
        )
    if engine.endswith("postgresql") and config.get("CONN_MAX_AGE", 0) == 0 and not options.get("pool"):
        yield checks.Warning(
            f"The database {alias!r} is connected to anew for each request.",
            hint='Set CONN_MAX_AGE or OPTIONS["pool"]: it is several times faster.',
            id="storefront_store.W001",
        )
    level = options.get("isolation_level")
    name = str(getattr(level, "name", level)).replace("_", " ").lower()
    if engine.endswith("mysql") and level is not None and name != "read committed":
        yield _wrong_level(alias)
    if engine.endswith("postgresql") and level is not None and name not in ("read committed", "2"):
        yield _wrong_level(alias)


def _wrong_level(alias: str) -> checks.CheckMessage:
    return checks.Warning(
        f"The database {alias!r} does not run at READ COMMITTED.",
        hint='The use cases are written for it: leave OPTIONS["isolation_level"] out or set it to read committed.',
        id="storefront_store.W002",
    )


def check_first_migrations(databases: Any = None, **kwargs: Any) -> list[checks.CheckMessage]:
    """Check that swapped models are created by the first migration of their app. Runs when migrating."""
    swapped = [model for model in map(get_model, SWAPPABLE) if model._meta.app_label != "storefront_store"]
    if not databases or not swapped:
        return []
    loader = MigrationLoader(None, ignore_no_migrations=True)
    return [
        checks.Error(
            f"{model._meta.label} is not created by the first migration of its app.",
            hint="The store's tables refer to it from the start: move it there, or to an app of its own.",
            obj=model,
            id="storefront_store.E006",
        )
        for model in swapped
        if not _is_in_first_migration(loader, model)
    ]


def _is_in_first_migration(loader: MigrationLoader, model: Any) -> bool:
    label = model._meta.app_label
    if label not in loader.migrated_apps:
        return True  # synchronised before any migration runs
    first = (loader.graph.nodes[key] for key in loader.graph.root_nodes(label))
    return any(
        isinstance(operation, CreateModel) and operation.name_lower == model._meta.model_name
        for migration in first
        for operation in migration.operations
    )


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
