"""A migration in plain SQL, with the way back."""

from __future__ import annotations

from django.db import migrations

ADD = "INSERT INTO storefront_store_collection (title, search_text) VALUES ('collection1', 'collection1')"
TAKE_OUT = "DELETE FROM storefront_store_collection WHERE title = 'collection1'"


class Migration(migrations.Migration):
    dependencies = [("storefront_store", "0002_relations")]

    operations = [migrations.RunSQL(ADD, TAKE_OUT)]
