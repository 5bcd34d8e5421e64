"""Model fields of the store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db import models

from storefront_store.querysets.facet_keys import packed

# Compare by code point on every database, as SQLite does by default.
COLLATIONS: Final = {"postgresql": ' COLLATE "C"', "mysql": " CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"}


if TYPE_CHECKING:
    CharField = models.CharField[Any, Any]  # generic for type checkers only
else:
    CharField = models.CharField


class FoldedField(CharField):
    """A text field for folded text, compared and sorted by code point on every database.

    With the default collation the order would depend on the server, and an index could not be used to search for a
    prefix.
    """

    def db_type(self, connection: Any) -> str | None:
        """Return the column type with its collation."""
        kind = super().db_type(connection)
        return f"{kind}{COLLATIONS.get(connection.vendor, '')}" if kind else kind


class FacetKeyField(models.GeneratedField):
    """A column that the database computes from price, rating and stock. See :mod:`storefront_store.querysets.facets`.

    Migrations refer to the field by its name, so that they don't have to repeat the expression.
    """

    def __init__(self, verbose_name: Any = None, **kwargs: Any) -> None:
        kwargs = {"output_field": models.IntegerField(), "db_persist": True, **kwargs, "expression": packed()}
        super().__init__(verbose_name=verbose_name, **kwargs)

    def check(self, **kwargs: Any) -> list[Any]:
        """Check the field, without asking the databases: all that Django supports have such columns."""
        return super().check(**{**kwargs, "databases": []})

    def deconstruct(self) -> Any:
        """Return the arguments without the expression."""
        name, path, args, kwargs = super().deconstruct()
        for known in ("expression", "output_field", "db_persist"):
            kwargs.pop(known)
        return name, path, args, kwargs
