"""Row locks that keep objects from being deleted while links to them are written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.db import connections, models

from ..exceptions import NotFound
from .keys import Key

# Shared locks, which conflict only with the deletion of the row (and on MySQL and MariaDB with its update). Django's
# select_for_update() supports only exclusive locks. SQLite has one writer at a time and needs no row locks.
SHARED_LOCKS: Final[Mapping[str, str]] = {"postgresql": " FOR KEY SHARE", "mysql": " LOCK IN SHARE MODE"}


def hold(model: type[models.Model], keys: Iterable[Key], using: str, *, database: str | None = None) -> None:
    """Lock the rows with these keys against deletion until the transaction ends.

    Args:
        model: The model of the rows.
        keys: Primary keys of the rows.
        using: The database of the transaction.
        database: The database of the rows, if it is another one, in which the rows are checked but not locked.

    Raises:
        NotFound: One of the rows does not exist.
    """
    wanted = sorted(set(keys), key=str)
    connection = connections[database or using]
    field: Any = model._meta.pk
    table = connection.ops.quote_name(model._meta.db_table)
    column = connection.ops.quote_name(field.column)
    lock = SHARED_LOCKS.get(connection.vendor, "") if connection.in_atomic_block else ""
    found = 0
    with connection.cursor() as cursor:
        for start in range(0, len(wanted), 500):
            part = wanted[start : start + 500]
            places = ", ".join(["%s"] * len(part))
            cursor.execute(
                f"SELECT {column} FROM {table} WHERE {column} IN ({places}) ORDER BY {column}{lock}",  # noqa: S608
                [field.get_db_prep_value(key, connection) for key in part],
            )
            found += len(cursor.fetchall())
    if found < len(wanted):
        raise NotFound(f"This {model._meta.label} object does not exist.")


def hold_exclusively(model: type[models.Model], keys: Iterable[Any], using: str) -> None:
    """Lock the rows with these keys until the transaction ends, so that no other transaction changes or links to them.

    Args:
        model: The model of the rows.
        keys: Primary keys of the rows.
        using: The alias of the database.

    Raises:
        NotFound: One of the rows does not exist.
    """
    wanted = set(keys)
    rows = model._base_manager.using(using).filter(pk__in=wanted).order_by("pk").select_for_update()
    if len(rows.values_list("pk")) < len(wanted):
        raise NotFound(f"This {model._meta.label} object does not exist.")
