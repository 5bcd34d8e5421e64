from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import override_settings


@pytest.mark.django_db
@pytest.mark.parametrize("auto_field", ["AutoField", "BigAutoField"])
def test_no_migration_is_missing(auto_field):
    with override_settings(DEFAULT_AUTO_FIELD=f"django.db.models.{auto_field}"):
        call_command("makemigrations", "generic_tags", "--check", "--dry-run")


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_migrations_are_reversible():
    tables = {"generic_tags_tag", "generic_tags_taggeditem"}

    call_command("migrate", "generic_tags", "0001", verbosity=0)
    call_command("migrate", "generic_tags", "zero", verbosity=0)
    assert not tables & set(connection.introspection.table_names())

    call_command("migrate", "generic_tags", verbosity=0)
    assert tables <= set(connection.introspection.table_names())
