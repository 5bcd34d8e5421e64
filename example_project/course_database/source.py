"""Read access to the database of a course project, independent of its exact columns and column types."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

import environ
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError
from django.db.utils import ConnectionHandler

BATCH: Final = 1_000  # rows that are read from the source at once


class SourceError(Exception):
    """The source is not the database of a course project; the message says why."""


class SourceRow(dict[str, Any]):
    """The values of a row by column. A column that the source does not have raises :class:`SourceError`.

    Args:
        table: The name of the table as in the course, for the message.
        values: The values by column.
    """

    def __init__(self, table: str, values: dict[str, Any]) -> None:
        super().__init__(values)
        self.table = table

    def __missing__(self, column: str) -> Any:
        """Raise the error for a column that the source does not have."""
        raise _no_column(self.table, column)

    def first(self, *columns: str, default: Any = None) -> Any:
        """Return the value of the first of some columns that exists and is not ``NULL``."""
        return next((self[name] for name in columns if self.get(name) is not None), default)


class Source:
    """The database of the course project, which is only read.

    Args:
        url: Its URL, as in ``DATABASE_URL``.
        labels: The app labels of the source, if they differ from those of the course, by the latter.
        columns: The columns of the source, if they differ from those of the course, by table and column of the latter.

    Raises:
        SourceError: If the URL is invalid or the database can't be reached.
    """

    def __init__(
        self,
        url: str,
        labels: dict[str, str] | None = None,
        columns: dict[tuple[str, str], str] | None = None,
    ) -> None:
        self.labels = labels or {}
        self.columns = columns or {}
        try:
            config = environ.Env.db_url_config(url)
            self._connection: Any = ConnectionHandler({"default": {}, "course": config})["course"]
            self.tables = set(self._connection.introspection.table_names())
        except (ImproperlyConfigured, DatabaseError, ValueError, KeyError) as error:
            raise SourceError(f"The source database can't be read: {error}") from error

    def table(self, *names: str) -> str | None:
        """Return the first of some tables that exists.

        Args:
            names: Names as in the course, such as ``"store_product"``.
        """
        for name in names:
            app, _, model = name.partition("_")
            actual = f"{self.labels.get(app, app)}_{model}"
            if actual in self.tables:
                return actual
        return None

    def rows(self, *names: str) -> Iterator[SourceRow]:
        """Yield the rows of the first of some tables that exists, in the order of the first column.

        Args:
            names: Names as in the course.

        Yields:
            The values by column of the course, as returned by the database driver. If none of the tables exists, there
            are no rows.
        """
        table = self.table(*names)
        if table is None:
            return
        with self._connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {self._connection.ops.quote_name(table)} ORDER BY 1")  # noqa: S608
            course_column = {actual: column for (name, column), actual in self.columns.items() if name in names}
            columns = [course_column.get(column[0], column[0]) for column in cursor.description]
            while batch := cursor.fetchmany(BATCH):
                for values in batch:
                    yield SourceRow(names[0], dict(zip(columns, values, strict=True)))

    def count(self, *names: str) -> int:
        """Return the number of rows of the first of some tables that exists; 0 if none does."""
        table = self.table(*names)
        return 0 if table is None else int(self._scalar(f"SELECT COUNT(*) FROM {self._quoted(table)}") or 0)  # noqa: S608

    def total(self, name: str, *columns: str) -> Decimal:
        """Return the sum of the product of some columns over a table.

        Args:
            name: The name of the table as in the course.
            columns: The names of the columns as in the course.

        Raises:
            SourceError: If the table does not have one of the columns.
        """
        table = self.table(name)
        if table is None:
            return Decimal(0)
        actual = [self.columns.get((name, column), column) for column in columns]
        with self._connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {self._quoted(table)} WHERE 1 = 0")  # noqa: S608
            known = {column[0] for column in cursor.description}
        for column, found in zip(columns, actual, strict=True):
            if found not in known:
                raise _no_column(name, column)
        expression = " * ".join(self._quoted(column) for column in actual)
        value = self._scalar(f"SELECT SUM({expression}) FROM {self._quoted(table)}")  # noqa: S608
        return Decimal(str(value or 0)).quantize(Decimal("0.01"))

    def content_types(self) -> dict[Any, str]:
        """Return the models of generic relations, by the primary key of their content type.

        Returns:
            Names such as ``"store.product"``, with the labels of the course.
        """
        course_label = {actual: label for label, actual in self.labels.items()}
        return {
            row["id"]: f"{course_label.get(row['app_label'], row['app_label'])}.{row['model']}"
            for row in self.rows("django_content_type")
        }

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _quoted(self, name: str) -> str:
        quoted: str = self._connection.ops.quote_name(name)
        return quoted

    def _scalar(self, sql: str) -> Any:
        with self._connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchone()[0]


def _no_column(table: str, column: str) -> SourceError:
    return SourceError(
        f"The table {table} of the source has no column {column}. If the column has another name there, add "
        f"--column {table}.{column}=NAME."
    )
