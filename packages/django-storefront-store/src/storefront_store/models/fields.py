"""Column types of the store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db import models

# By code point on every database. SQLite compares so by itself.
COLLATIONS: Final = {"postgresql": ' COLLATE "C"', "mysql": " CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"}


if TYPE_CHECKING:
    CharField = models.CharField[Any, Any]  # generic for type checkers only
else:
    CharField = models.CharField


class FoldedField(CharField):
    """Holds folded text that is compared and sorted by code point, the same on every database.

    The database's own collation would sort differently on each server, and could not serve a search for a prefix
    from an index.
    """

    def db_type(self, connection: Any) -> str | None:
        """Return the column type with its collation."""
        kind = super().db_type(connection)
        return f"{kind}{COLLATIONS.get(connection.vendor, '')}" if kind else kind
