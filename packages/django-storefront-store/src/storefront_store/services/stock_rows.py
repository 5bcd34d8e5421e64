"""The statement of PostgreSQL that locks products and takes units of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.db import connections
from django.db.models import BigIntegerField, Expression, F, Func

from storefront_store.conf import get_model
from storefront_store.prepared import BoundArray
from storefront_store.querysets.base import Among
from storefront_store.statements import PreparedChange, PreparedInstances

LOCKED: Final = "SELECT locked_key FROM locked"


class PreparedTaking(PreparedInstances):
    """A statement that locks products and takes units of those that are on sale and have enough.

    It locks all products in the order of the SELECT before it changes the first one, and returns those that it has
    changed as they were before. Besides the values of the SELECT, it takes the keys of all products as ``every`` and
    their quantities as ``units``.
    """

    def compile(self, using: str, expressions: Mapping[str, Any]) -> tuple[Any, str, Sequence[Any]]:
        """Compile the SELECT that locks, and the UPDATE."""
        product = get_model("Product")
        key = connections[using].ops.quote_name(product._meta.pk.column)
        needed, lock, params = super().compile(using, expressions)
        number = Func(
            BoundArray("units", BigIntegerField()),
            Func(BoundArray("every", product._meta.pk), F("pk"), function="ARRAY_POSITION"),
            arg_joiner="[",
            template="%(expressions)s]",
            output_field=BigIntegerField(),
        )
        # PostgreSQL completes the array of keys, for which it locks all rows, before it changes the first one.
        enough = product._base_manager.filter(Among(F("pk"), LockedKeys()), is_active=True, inventory__gte=number)
        change = PreparedChange(lambda: (enough, {"inventory": F("inventory") - number}))
        _, update, update_params = change.compile(using, {})
        parts = (
            f"products AS ({lock})",
            f"locked AS (SELECT {key} AS locked_key FROM products)",  # noqa: S608  (no values)
            f"taken AS ({update} RETURNING {key} AS taken_key)",
        )
        result = f"SELECT products.* FROM products JOIN taken ON products.{key} = taken_key"  # noqa: S608
        return needed, f"WITH {', '.join(parts)} {result}", [*params, *update_params]


class LockedKeys(Expression):
    """The keys of the locked products."""

    def __init__(self) -> None:
        super().__init__(output_field=get_model("Product")._meta.pk)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """Return the subquery."""
        return LOCKED, []
