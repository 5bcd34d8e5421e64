"""Remove the collection of the demonstration again; ``migrate playground 0001`` brings it back."""

from __future__ import annotations

from django.db import migrations

ADD = (
    "INSERT INTO storefront_store_collection (title, title_key, active_products, all_products) "
    "SELECT DISTINCT 'collection1', 'collection1', 0, 0 FROM storefront_store_collection"
)
TAKE_OUT = "DELETE FROM storefront_store_collection WHERE title = 'collection1'"


class Migration(migrations.Migration):
    dependencies = [("playground", "0001_add_a_collection")]

    operations = [migrations.RunSQL(TAKE_OUT, ADD)]
