"""Whether the tables of the package are in a database."""

from __future__ import annotations

from typing import Final

from django.db import connections, router

from storefront_auth.models import Profile, TokenState

# The databases, and the schemas of tenants in them, in which the tables were seen. Tables do not go away again.
_seen: Final[set[tuple[object, ...]]] = set()


def has_tables(using: str) -> bool:
    """Return whether the tables of this package are in the database ``using``.

    A router may keep them out, and with one schema for each tenant the shared schema may lack them: users can be
    saved and deleted there all the same.

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
