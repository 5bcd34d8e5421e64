"""Rows of another table as one value of a row, so that no other statement has to read them.

A statement costs more than the few rows that it reads. The database therefore returns them as JSON::

    images = ProductImage.objects.filter(product=OuterRef("pk"))
    products = Product.objects.annotate(packed_images=packed(images, "pk", "alt_text"))
    unpacked(products[0].packed_images)  # [[1, "Front"], [2, "Back"]]
"""

from __future__ import annotations

import json
from typing import Any, Final

from django.db.models import Func, QuerySet, Subquery, TextField

_decode: Final = json.JSONDecoder().raw_decode  # json.loads() costs twice as much for a few rows


class JsonRows(Func):
    """The rows of a subquery as the text of a JSON array, with an array of the columns for each row.

    It is no ``Aggregate``, because Django would group the rows by their columns.
    """

    template = "COALESCE(JSON_GROUP_ARRAY(JSON_ARRAY(%(expressions)s)), '[]')"
    output_field = TextField()

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        """Return the SQL for PostgreSQL."""
        template = "COALESCE(JSON_AGG(JSON_BUILD_ARRAY(%(expressions)s))::text, '[]')"
        return self.as_sql(compiler, connection, template=template, **extra)

    def as_mysql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        """Return the SQL for MariaDB and MySQL, which is NULL for rows that are longer than ``group_concat_max_len``.

        MariaDB truncates such an array, and may leave valid JSON with fewer rows.
        """
        template = (
            "CASE WHEN COUNT(*) = 0 THEN '[]'"
            " WHEN SUM(LENGTH(JSON_ARRAY(%(expressions)s)) + 2) < @@group_concat_max_len"
            " THEN JSON_ARRAYAGG(JSON_ARRAY(%(expressions)s)) END"
        )
        sql, params = self.as_sql(compiler, connection, template=template, **extra)
        return sql, (*params, *params)  # the template has the expressions twice


def packed(rows: QuerySet[Any], *columns: str) -> Subquery:
    """Return an expression for all rows of a queryset as one value.

    Args:
        rows: The rows, filtered by an ``OuterRef``.
        columns: Columns with integers and texts, which JSON represents as they are, or with prices, which it represents
            as floats. The first ones decide the order.

    Returns:
        An expression whose value is for :func:`unpacked`, or None if the rows are longer than the database can return.
    """
    return Subquery(rows.order_by().annotate(packed=JsonRows(*columns)).values("packed"))


def unpacked(value: str) -> list[list[Any]]:
    """Return the rows of a packed value, each a list of its columns, in the order of the first columns."""
    rows: list[list[Any]] = _decode(value)[0]
    rows.sort()
    return rows
