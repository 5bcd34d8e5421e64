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


class ProductGeneratedField(models.GeneratedField):
    """A stored column that the database computes from others of a product.

    Migrations refer to a subclass by its name, so that they don't have to repeat the expression.
    """

    def __init__(self, verbose_name: Any = None, *, expression: Any, output_field: Any, **kwargs: Any) -> None:
        super().__init__(
            verbose_name=verbose_name, expression=expression, output_field=output_field, db_persist=True, **kwargs
        )

    def check(self, **kwargs: Any) -> list[Any]:
        """Check the field, without asking the databases: all that Django supports have such columns."""
        return super().check(**{**kwargs, "databases": []})

    def deconstruct(self) -> Any:
        """Return the arguments without the expression."""
        name, path, args, kwargs = super().deconstruct()
        for known in ("expression", "output_field", "db_persist"):
            kwargs.pop(known)
        return name, path, args, kwargs


class FacetKeyField(ProductGeneratedField):
    """A column computed from price, rating and stock. See :mod:`storefront_store.querysets.facets`."""

    def __init__(self, verbose_name: Any = None, **kwargs: Any) -> None:
        super().__init__(verbose_name, expression=packed(), output_field=models.IntegerField(), **kwargs)


class StockedField(ProductGeneratedField):
    """A column that tells whether a product is in stock, for indexes that need not change with each sale."""

    def __init__(self, verbose_name: Any = None, **kwargs: Any) -> None:
        stocked = models.When(inventory__gt=0, then=models.Value(True))
        expression = models.Case(stocked, default=models.Value(False), output_field=models.BooleanField())
        super().__init__(verbose_name, expression=expression, output_field=models.BooleanField(), **kwargs)
