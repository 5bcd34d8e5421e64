"""A GIN index over the trigrams of the search words, for ``LIKE '%part of a word%'``.

It has the words of texts only: SKUs are searched by their beginning, and would make up most of the index.

It is created concurrently, so that the table stays writable, and therefore not in a transaction.
"""

from __future__ import annotations
from typing import Any, ClassVar


from django.db import migrations

INDEX = "storefront_store_search_trgm"


def create(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    table = schema_editor.quote_name(apps.get_model("storefront_store", "SearchWord")._meta.db_table)
    schema_editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    schema_editor.execute(
        f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {INDEX} ON {table} USING gin (word gin_trgm_ops) "
        "WHERE kind = 'w'"
    )


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {INDEX}")


class Migration(migrations.Migration):
    initial: ClassVar[bool] = True
    atomic = False
    dependencies: ClassVar[Any] = [("storefront_store", "0002_relations")]
    operations: ClassVar[Any] = [migrations.RunPython(create, drop, elidable=False)]
