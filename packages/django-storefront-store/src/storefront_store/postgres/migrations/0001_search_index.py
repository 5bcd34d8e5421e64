"""A GIN index over the trigrams of the search text: what ``LIKE '%word%'`` can use.

Made concurrently, so that the table can be written meanwhile; therefore not in a transaction.
"""

import swapper
from django.db import migrations

from storefront_store.conf import get_model

INDEX = "storefront_store_search_trgm"


def create(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    table = schema_editor.quote_name(get_model("Product")._meta.db_table)
    schema_editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    schema_editor.execute(
        f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {INDEX} ON {table} USING gin (search_text gin_trgm_ops)"
    )


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {INDEX}")


class Migration(migrations.Migration):
    initial = True
    atomic = False
    dependencies = [
        ("storefront_store", "0002_relations"),
        swapper.dependency("storefront_store", "Product"),
    ]
    operations = [migrations.RunPython(create, drop, elidable=False)]
