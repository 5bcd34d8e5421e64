"""Detection of the package's tables in a database."""

from __future__ import annotations

from typing import Final

from django.db import connections, router

from storefront_auth.models import Profile, TokenState

# The databases and tenant schemas in which the tables were found. Only positive results are stored.
_seen: Final[set[tuple[object, ...]]] = set()


def has_tables(using: str) -> bool:
    """Return whether the tables of this package are in the database ``using``.

    A router may exclude them, and with one schema for each tenant the shared schema may lack them. Users can be saved
    and deleted there nevertheless.

    Args:
        using: The alias of the database.
    """
    if not router.allow_migrate_model(using, Profile):
        return False
    connection = connections[using]
    place = (using, connection.settings_dict["NAME"], getattr(connection, "schema_name", None))
    if place not in _seen:
        wanted = {Profile._meta.db_table, TokenState._meta.db_table}
        if not wanted <= set(connection.introspection.table_names()):
            return False
        _seen.add(place)
    return True
