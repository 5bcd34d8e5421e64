"""Fills tables with ``COPY``, in a tenth of the time of ``bulk_create()``. The seeds of all shops use it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models


def copy(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows into the table of a model.

    Args:
        model: The model.
        names: The attributes that the rows give, such as ``collection_id``. The others have the default of their field.
        rows: The values, in the order of the names.
    """
    given = {field.attname: field for field in model._meta.concrete_fields if field.attname in names}
    others = [
        field
        for field in model._meta.concrete_fields
        if field.attname not in given and not isinstance(field, models.AutoField | models.GeneratedField)
    ]
    blank = model()
    constants = [field.get_db_prep_save(field.pre_save(blank, add=True), connection) for field in others]
    fields = [*(given[name] for name in names), *others]
    columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # foreign keys are right, and not checked row by row
        with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as target:
            for row in rows:
                target.write_row([*row, *constants])
        cursor.execute("RESET session_replication_role")
