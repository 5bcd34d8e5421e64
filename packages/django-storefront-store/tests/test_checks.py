"""System checks report mistakes in the configuration of a project."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import checks as django_checks
from django.core.management import call_command
from django.db import migrations, models

from storefront_store.checks import databases, project
from storefront_store.checks import models as model_checks
from storefront_store.checks import settings as setting_checks

SQLITE = {"ENGINE": "django.db.backends.sqlite3", "OPTIONS": {"transaction_mode": "IMMEDIATE"}}
POSTGRESQL = {"ENGINE": "django.db.backends.postgresql", "CONN_MAX_AGE": 600}
MYSQL = {"ENGINE": "django.db.backends.mysql"}
ADJUSTERS = ["vouchers.adjusters.Vouchers", "shipping.adjusters.Shipping", "adjusters.Tax"]


def ids(found: Any) -> list[str]:
    messages = list(found)
    assert all(message.hint for message in messages)
    return [message.id.removeprefix("storefront_store.") for message in messages]


@pytest.fixture
def valid_project(settings: Any) -> None:
    """Let the adjuster of each installed app work, as the checks of those apps ask for."""
    adjusters = [f"storefront_store.{name}" for name in ADJUSTERS]
    settings.STOREFRONT_STORE = {**settings.STOREFRONT_STORE, "ADJUSTERS": adjusters}


@pytest.mark.usefixtures("valid_project")
def test_valid_project_passes() -> None:
    call_command("check", fail_level="WARNING")


@pytest.mark.django_db
@pytest.mark.database
@pytest.mark.usefixtures("valid_project")
def test_valid_database_passes() -> None:
    call_command("check", databases=["default"], fail_level="WARNING")


@pytest.mark.parametrize(
    "check",
    [
        setting_checks.check_settings,
        project.check_apps,
        model_checks.check_swapped_models,
        databases.check_first_migrations,
        databases.check_databases,
    ],
)
def test_checks_are_registered(check: Any) -> None:
    assert check in django_checks.registry.registry.get_checks()


def test_deployment_check_is_registered() -> None:
    assert project.check_deployment in django_checks.registry.registry.deployment_checks


class TestSettings:
    @pytest.mark.parametrize(
        ("given", "expected"),
        [
            ({}, []),
            ({"PAGE_SIZE": 20}, []),
            ({"PAGE_SIZES": 20}, ["E001"]),
            ({"SERIALIZERS": {"produkt": "json.JSONDecoder"}}, ["E001"]),
            ({"A": 1, "VIEWSETS": {"b": "json.JSONDecoder"}}, ["E001", "E001"]),
            ({"SERIALIZERS": {"product": "json.JSONDecoder"}}, []),
            ({"SERIALIZERS": {"product": "nowhere.Serializer"}}, ["E002"]),
            ({"SERIALIZERS": {"product": "json.Nothing"}}, ["E002"]),
            ({"SERIALIZERS": {"product": "undotted"}}, ["E002"]),
            ({"PERMISSIONS": {"product": ["json.JSONDecoder", "nowhere.Permission"]}}, ["E002"]),
            ({"PERMISSIONS": {"product": [dict]}}, []),
            ({"PRICE_PROVIDER": "nowhere.Prices"}, ["E002"]),
            ({"TAX_PROVIDER": "nowhere.Tax", "PRICE_PROVIDER": dict}, ["E002"]),
            (None, ["E005"]),
            (["PAGE_SIZE"], ["E005"]),
            ({"PAGE_SIZE": "20"}, ["E005"]),
            ({"PAGE_SIZE": True}, ["E005"]),
            ({"EXACT_COUNTS": 1}, ["E005"]),
            ({"TAX_RATE": "0.1"}, []),
            ({"TAX_RATE": "a tenth"}, ["E005"]),
            ({"TAX_RATE": "NaN"}, ["E005"]),
            ({"TAX_RATE": -1}, ["E005"]),
            ({"ADJUSTERS": "storefront_store.adjusters.Tax"}, ["E005"]),
            ({"ADJUSTERS": ["nowhere.Fee", "storefront_store.adjusters.Tax"]}, ["E002"]),
            ({"ADJUSTERS": ["json.JSONDecoder"]}, ["E007"]),
            ({"TAX_RATE": 0.1}, []),
            ({"CURRENCY": None}, ["E005"]),
            ({"SERIALIZERS": []}, ["E005"]),
            ({"THROTTLE_RATES": {"cart_create": "5/hour", "review_create": None}}, []),
            ({"THROTTLE_RATES": {"cart_create": "5/fortnight"}}, ["E005"]),
            ({"THROTTLE_RATES": {"cart_create": 5, "review_create": "often"}}, ["E005", "E005"]),
        ],
    )
    def test_reported_check_ids(self, given: Any, expected: list[str], settings: Any) -> None:
        settings.STOREFRONT_STORE = given

        assert ids(setting_checks.check_settings()) == expected

    def test_missing_setting_passes(self, settings: Any) -> None:
        del settings.STOREFRONT_STORE

        assert ids(setting_checks.check_settings()) == []

    def test_message_names_setting(self, settings: Any) -> None:
        settings.STOREFRONT_STORE = {"PERMISSIONS": {"product": ["nowhere.Permission"]}}

        assert "PERMISSIONS.product" in setting_checks.check_settings()[0].msg


@pytest.mark.parametrize("name", project.REQUIRED_APPS)
def test_missing_app(name: str, monkeypatch: Any) -> None:
    is_installed = project.apps.is_installed
    monkeypatch.setattr(project.apps, "is_installed", lambda app: app != name and is_installed(app))

    assert ids(project.check_apps()) == ["E004"]


class TestSwappedModels:
    def test_unrelated_model_is_reported(self, monkeypatch: Any) -> None:
        from django.contrib.auth.models import Group

        get_model = model_checks.get_model
        monkeypatch.setattr(model_checks, "get_model", lambda name: Group if name == "Cart" else get_model(name))

        assert ids(model_checks.check_swapped_models()) == ["E003"]

    @pytest.fixture
    def swapped(self, monkeypatch: Any) -> Any:
        """A custom cart model, and the migrations of its app."""

        class OwnCart(models.Model):  # noqa: DJ008
            class Meta:
                app_label = "storefront_store_testapp"
                managed = False

        get_model = databases.get_model
        monkeypatch.setattr(databases, "get_model", lambda name: OwnCart if name == "Cart" else get_model(name))

        def with_migrations(*operations: Any, migrated: bool = True) -> None:
            class Graph:
                nodes = {"first": migrations.Migration("0001_initial", "storefront_store_testapp")}

                def root_nodes(self, label: str) -> list[str]:
                    return ["first"]

            Graph.nodes["first"].operations = list(operations)

            class Loader:
                graph = Graph()
                migrated_apps = {"storefront_store_testapp"} if migrated else set()

                def __init__(self, *args: Any, **kwargs: Any) -> None: ...

            monkeypatch.setattr(databases, "MigrationLoader", Loader)

        yield with_migrations
        from django.apps import apps

        apps.all_models["storefront_store_testapp"].pop("owncart")
        apps.clear_cache()

    def test_model_in_first_migration_passes(self, swapped: Any) -> None:
        swapped(migrations.CreateModel("OwnCart", []))

        assert ids(databases.check_first_migrations(databases=["default"])) == []

    def test_model_missing_from_first_migration_is_reported(self, swapped: Any) -> None:
        swapped(migrations.CreateModel("Other", []), migrations.RunSQL("SELECT 1"))

        assert ids(databases.check_first_migrations(databases=["default"])) == ["E006"]

    def test_model_in_app_without_migrations_passes(self, swapped: Any) -> None:
        swapped(migrated=False)

        assert ids(databases.check_first_migrations(databases=["default"])) == []

    def test_migrations_are_not_loaded_without_databases(self, swapped: Any, monkeypatch: Any) -> None:
        monkeypatch.setattr(databases, "MigrationLoader", None)

        assert ids(databases.check_first_migrations()) == []


class TestDatabases:
    @pytest.mark.parametrize(
        ("config", "expected"),
        [
            (SQLITE, []),
            ({**SQLITE, "OPTIONS": {}}, ["W003"]),
            ({**SQLITE, "OPTIONS": {"transaction_mode": "DEFERRED"}}, ["W003"]),
            ({"ENGINE": SQLITE["ENGINE"]}, ["W003"]),
            (POSTGRESQL, []),
            ({**POSTGRESQL, "CONN_MAX_AGE": 0}, ["W001"]),
            ({"ENGINE": POSTGRESQL["ENGINE"]}, ["W001"]),
            ({**POSTGRESQL, "CONN_MAX_AGE": None}, []),
            ({**POSTGRESQL, "CONN_MAX_AGE": 0, "OPTIONS": {"pool": True}}, []),
            ({**POSTGRESQL, "OPTIONS": {"isolation_level": 2}}, []),
            ({**POSTGRESQL, "OPTIONS": {"isolation_level": 4}}, ["W002"]),
            ({**POSTGRESQL, "CONN_MAX_AGE": 0, "OPTIONS": {"isolation_level": 3}}, ["W001", "W002"]),
            (MYSQL, []),
            ({**MYSQL, "OPTIONS": {"isolation_level": "read committed"}}, []),
            ({**MYSQL, "OPTIONS": {"isolation_level": "repeatable read"}}, ["W002"]),
        ],
    )
    def test_reported_check_ids(self, config: Any, expected: list[str], settings: Any, monkeypatch: Any) -> None:
        monkeypatch.setitem(settings.DATABASES, "other", config)

        assert ids(databases.check_databases(databases=["other"])) == expected

    def test_isolation_level_of_psycopg_enum(self, settings: Any, monkeypatch: Any) -> None:
        psycopg = pytest.importorskip("psycopg")
        for level, expected in [("READ_COMMITTED", []), ("SERIALIZABLE", ["W002"])]:
            config = {**POSTGRESQL, "OPTIONS": {"isolation_level": psycopg.IsolationLevel[level]}}
            monkeypatch.setitem(settings.DATABASES, "other", config)

            assert ids(databases.check_databases(databases=["other"])) == expected

    def test_no_databases_requested(self) -> None:
        assert ids(databases.check_databases()) == []


class TestDeployment:
    @pytest.fixture(autouse=True)
    def _valid_settings(self, settings: Any) -> None:
        settings.STOREFRONT_STORE = {}
        settings.CACHES = {
            "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache"},
            "local": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
            "none": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"},
        }

    def test_valid_deployment_passes(self) -> None:
        assert ids(project.check_deployment()) == []

    @pytest.mark.parametrize("alias", ["local", "none", "missing"])
    def test_unsuitable_throttle_cache_is_reported(self, alias: str, settings: Any) -> None:
        settings.STOREFRONT_STORE = {"THROTTLE_CACHE": alias}

        assert ids(project.check_deployment()) == ["W005"]

    def test_local_cache_without_throttles_passes(self, settings: Any) -> None:
        settings.STOREFRONT_STORE = {"THROTTLE_CACHE": "local", "THROTTLE_RATES": {}}

        assert ids(project.check_deployment()) == []
