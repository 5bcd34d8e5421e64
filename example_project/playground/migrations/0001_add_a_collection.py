"""A migration in plain SQL that can be reversed.

It adds a collection if there are collections already, so that the first collection of an empty database gets the key 1.
"""

from __future__ import annotations

from django.db import migrations

ADD = (
    "INSERT INTO storefront_store_collection (title, title_key, active_products, all_products) "
    "SELECT DISTINCT 'collection1', 'collection1', 0, 0 FROM storefront_store_collection"
)
TAKE_OUT = "DELETE FROM storefront_store_collection WHERE title = 'collection1'"


class Migration(migrations.Migration):
    dependencies = [("storefront_store", "0002_relations")]

    operations = [migrations.RunSQL(ADD, TAKE_OUT)]
