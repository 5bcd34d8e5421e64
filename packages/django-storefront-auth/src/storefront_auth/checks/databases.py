"""System checks of the applied migrations."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.db import connections
from django.db.migrations.exceptions import InconsistentMigrationHistory
from django.db.migrations.loader import MigrationLoader


def check_history(alias: str) -> Iterator[CheckMessage]:
    """Yield an error if the database was migrated with a different user model.

    Args:
        alias: The alias of the database.
    """
    app_label = settings.AUTH_USER_MODEL.partition(".")[0]
    connection = connections[alias]
    try:
        MigrationLoader(connection).check_consistent_history(connection)
    except InconsistentMigrationHistory as error:
        if f"dependency {app_label}." not in str(error):
            return
        yield Error(
            f"The database {alias!r} was migrated before AUTH_USER_MODEL = {settings.AUTH_USER_MODEL!r} was set.",
            hint="Choose the user model before the first migration. Start with a new database, or set AUTH_USER_MODEL "
            "back to the model that the database was made with.",
            id="storefront_auth.E011",
        )
