"""System checks for settings, models and databases, each with a stable id and a hint.

Errors: E001 unknown setting, E002 path that can't be imported, E003 swapped model without the abstract base's
fields, E004 app missing, E005 value of a wrong kind, E006 swapped model that is not in its app's first migration,
E007 adjuster without its method, E008 user model whose ``is_staff`` is a method, E009 user model that was chosen
after the store's tables were made.
Warnings: W001 connections that don't persist, W002 isolation level, W003 SQLite
without immediate transactions, W004 media not configured, W005 throttle cache missing or not shared, W006 no limit
on waiting for locks, W007 the project's decimals as strings, W008 URLs not included.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core import checks
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import CreateModel
from django.utils.module_loading import import_string

from storefront_store.conf import (
    DEFAULTS,
    IMPORT_LISTS,
    IMPORT_STRINGS,
    IMPORT_TABLES,
    SETTING,
    SWAPPABLE,
    app_settings,
    get_model,
)
from storefront_store.project_checks import check_media, check_rest_framework, check_urls, check_user_model_came_first

REQUIRED_APPS: Final = ("django.contrib.contenttypes", "django.contrib.auth", "rest_framework", "django_filters")
LOCAL_CACHES: Final = ("LocMemCache", "DummyCache")
KINDS: Final[dict[type, tuple[type, ...]]] = {
    bool: (bool,),
    int: (int,),
    Decimal: (Decimal, int, float, str),
    str: (str,),
    dict: (dict,),
    list: (list, tuple),
}
# Minimums of numeric settings for which 0 is not allowed.
MINIMUMS: Final = dict.fromkeys(
    (
        "IDEMPOTENCY_HOURS",
        "IMAGE_MAX_BYTES",
        "IMAGE_MAX_PIXELS",
        "MAX_CART_LINES",
        "MAX_LINE_QUANTITY",
        "MAX_PAGE_SIZE",
        "PAGE_SIZE",
    ),
    1,
)
MAXIMUMS: Final = {"MAX_LINE_QUANTITY": 32_767}  # length of the column
CURRENCY: Final = re.compile(r"[A-Z]{3}")
RATE: Final = re.compile(r"[1-9]\d*/[smhd]\w*")


def register() -> None:
    """Register all checks with Django."""
    checks.register(check_settings, "storefront_store")
    checks.register(check_apps, "storefront_store")
    checks.register(check_swapped_models, checks.Tags.models)
    checks.register(check_user_model, checks.Tags.models)
    checks.register(check_databases, checks.Tags.database)
    checks.register(check_first_migrations, checks.Tags.database)
    checks.register(check_deployment, checks.Tags.security, deploy=True)
    checks.register(check_media, checks.Tags.files)
    checks.register(check_rest_framework, "storefront_store")
    checks.register(check_urls, checks.Tags.urls)
    checks.register(check_user_model_came_first, checks.Tags.database)


def check_settings(**kwargs: Any) -> list[checks.CheckMessage]:
    """Check the names and values in ``STOREFRONT_STORE``."""
    found = [*_wrong_kinds()] or [*_unknown_names(), *_unimportable_paths()]
    return found or [*_no_adjusters()]


def _no_adjusters() -> Iterator[checks.CheckMessage]:
    for path in app_settings.ADJUSTERS:
        if not callable(getattr(import_string(path) if isinstance(path, str) else path, "adjust", None)):
            yield checks.Error(
                f"{SETTING}['ADJUSTERS'] names {path!r}, which has no method adjust().",
                hint="Give the dotted path of a class with a method adjust(basket, so_far).",
                id="storefront_store.E007",
            )


def _wrong_kinds() -> Iterator[checks.CheckMessage]:
    given: Any = getattr(settings, SETTING, {})
    if not isinstance(given, dict):
        yield _wrong_kind(SETTING, "a dictionary")
        return
    for name in given.keys() & DEFAULTS.keys() - IMPORT_STRINGS:
        value, kind = given[name], type(DEFAULTS[name])
        if type(value) not in KINDS[kind]:
            yield _wrong_kind(f"{SETTING}[{name!r}]", f"of the kind {kind.__name__}")
        elif kind is Decimal and not _is_number(value):
            yield _wrong_kind(f"{SETTING}[{name!r}]", "a number that is finite and not negative")
        elif kind is int and value < MINIMUMS.get(name, 0):
            yield _wrong_kind(f"{SETTING}[{name!r}]", f"at least {MINIMUMS.get(name, 0)}")
        elif name in MAXIMUMS and value > MAXIMUMS[name]:
            yield _wrong_kind(f"{SETTING}[{name!r}]", f"at most {MAXIMUMS[name]}")
        elif name == "CURRENCY" and not CURRENCY.fullmatch(value):
            yield _wrong_kind(f"{SETTING}[{name!r}]", 'three capital letters such as "EUR"')
        elif name == "THROTTLE_RATES":
            rates: dict[str, Any] = value
            for scope, rate in rates.items():
                if rate is not None and not (isinstance(rate, str) and RATE.fullmatch(rate)):
                    yield _wrong_kind(f"{SETTING}[{name!r}][{scope!r}]", 'a rate such as "60/min"')


def _is_number(value: Any) -> bool:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return False
    return number.is_finite() and number >= 0


def _wrong_kind(name: str, expected: str) -> checks.CheckMessage:
    return checks.Error(
        f"{name} must be {expected}.",
        hint="The settings page of the documentation shows an example.",
        id="storefront_store.E005",
    )


def _unknown_names() -> Iterator[checks.CheckMessage]:
    given = getattr(settings, SETTING, {})
    names = [(f"{SETTING}[{name!r}]", name in DEFAULTS) for name in given]
    for table in IMPORT_TABLES & given.keys():
        names += [(f"{SETTING}[{table!r}][{name!r}]", name in DEFAULTS[table]) for name in given[table]]
    for name, known in names:
        if not known:
            yield checks.Error(
                f"{name} is not a setting of the store.",
                hint="Compare its spelling with the settings page of the documentation.",
                id="storefront_store.E001",
            )


def _unimportable_paths() -> Iterator[checks.CheckMessage]:
    given = getattr(settings, SETTING, {})
    paths = [(name, given[name]) for name in IMPORT_STRINGS & given.keys()]
    paths += [(name, path) for name in IMPORT_LISTS & given.keys() for path in given[name]]
    for table in IMPORT_TABLES & given.keys():
        for name, value in given[table].items():
            paths += [(f"{table}.{name}", item) for item in (value if isinstance(value, (list, tuple)) else [value])]
    for name, path in paths:
        try:
            if isinstance(path, str):
                import_string(path)
        except ImportError as error:
            yield checks.Error(
                f"{SETTING}: {name} can't be imported: {error}",
                hint="Give the dotted path of a class.",
                id="storefront_store.E002",
            )


def check_apps(**kwargs: Any) -> list[checks.CheckMessage]:
    """Check that the required apps are in ``INSTALLED_APPS``."""
    return [
        checks.Error(
            f"The store needs {name!r} in INSTALLED_APPS.",
            hint=f"Add to INSTALLED_APPS: {name!r}.",
            id="storefront_store.E004",
        )
        for name in REQUIRED_APPS
        if not apps.is_installed(name)
    ]


def check_swapped_models(**kwargs: Any) -> list[checks.CheckMessage]:
    """Check that swapped models inherit the abstract base classes."""
    found: list[checks.CheckMessage] = []
    for name in SWAPPABLE:
        model, base = get_model(name), import_string(f"storefront_store.models.Abstract{name}")
        if not issubclass(model, base):
            found.append(
                checks.Error(
                    f"{model._meta.label} replaces {name} but does not inherit {base.__name__}.",
                    hint=f"Inherit storefront_store.models.{base.__name__}.",
                    obj=model,
                    id="storefront_store.E003",
                )
            )
    return found


def check_user_model(**kwargs: Any) -> list[checks.CheckMessage]:
    """Return an error for a user model that could make everybody a member of staff."""
    model = get_user_model()
    if not callable(getattr(model, "is_staff", None)):
        return []
    return [
        checks.Error(
            f"is_staff of {model._meta.label} is a method, which is always true unless it is called.",
            hint="Make it a field or a property. Until then the store treats nobody as a member of staff.",
            obj=model,
            id="storefront_store.E008",
        )
    ]


def check_first_migrations(databases: Any = None, **kwargs: Any) -> list[checks.CheckMessage]:
    """Check that swapped models are created by the first migration of their app. Runs when migrating."""
    swapped = [model for model in map(get_model, SWAPPABLE) if model._meta.app_label != "storefront_store"]
    if not databases or not swapped:
        return []
    loader = MigrationLoader(None, ignore_no_migrations=True)
    return [
        checks.Error(
            f"{model._meta.label} is not created by the first migration of its app.",
            hint="The store's tables refer to it from the start: move it there, or to an app of its own.",
            obj=model,
            id="storefront_store.E006",
        )
        for model in swapped
        if not _is_in_first_migration(loader, model)
    ]


def _is_in_first_migration(loader: MigrationLoader, model: Any) -> bool:
    label = model._meta.app_label
    if label not in loader.migrated_apps:
        return True  # synchronised before any migration runs
    first = (loader.graph.nodes[key] for key in loader.graph.root_nodes(label))
    return any(
        isinstance(operation, CreateModel) and operation.name_lower == model._meta.model_name
        for migration in first
        for operation in migration.operations
    )


def check_databases(databases: Any = None, **kwargs: Any) -> list[checks.CheckMessage]:
    """Check the database settings for correctness and speed, without connecting to the server."""
    found: list[checks.CheckMessage] = []
    for alias in databases or []:
        found += _check_database(alias, settings.DATABASES.get(alias, {}))
    return found


def _check_database(alias: str, config: dict[str, Any]) -> Iterator[checks.CheckMessage]:
    engine, options = config.get("ENGINE", ""), config.get("OPTIONS", {})
    if engine.endswith("sqlite3") and options.get("transaction_mode") != "IMMEDIATE":
        yield checks.Warning(
            f"The SQLite database {alias!r} does not begin its transactions in immediate mode.",
            hint='Set OPTIONS["transaction_mode"] = "IMMEDIATE", or parallel checkouts can fail as busy.',
            id="storefront_store.W003",
        )
    if engine.endswith("postgresql") and config.get("CONN_MAX_AGE", 0) == 0 and not options.get("pool"):
        yield checks.Warning(
            f"The database {alias!r} is connected to anew for each request.",
            hint='Set CONN_MAX_AGE or OPTIONS["pool"]: it is several times faster.',
            id="storefront_store.W001",
        )
    level = options.get("isolation_level")
    name = str(getattr(level, "name", level)).replace("_", " ").lower()
    if engine.endswith("mysql") and level is not None and name != "read committed":
        yield _wrong_level(alias)
    if engine.endswith("postgresql") and level is not None and name not in ("read committed", "2"):
        yield _wrong_level(alias)


def _wrong_level(alias: str) -> checks.CheckMessage:
    return checks.Warning(
        f"The database {alias!r} does not run at READ COMMITTED.",
        hint='The use cases are written for it: leave OPTIONS["isolation_level"] out or set it to read committed.',
        id="storefront_store.W002",
    )


def check_deployment(**kwargs: Any) -> list[checks.CheckMessage]:
    """Check settings that only matter in production."""
    found: list[checks.CheckMessage] = []
    engine = settings.DATABASES["default"].get("ENGINE", "")
    if engine.endswith(("postgresql", "mysql")) and not app_settings.LOCK_TIMEOUT:
        found.append(
            checks.Warning(
                "Requests wait without end for rows that another transaction has locked.",
                hint='Set STOREFRONT_STORE["LOCK_TIMEOUT"] = 5, or a limit of the database\'s own and silence this.',
                id="storefront_store.W006",
            )
        )
    backend = settings.CACHES.get(app_settings.THROTTLE_CACHE, {}).get("BACKEND", "")
    if app_settings.THROTTLE_RATES and (not backend or backend.rpartition(".")[2] in LOCAL_CACHES):
        found.append(
            checks.Warning(
                "The cache that throttles count in is missing, or not shared between processes.",
                hint="Point STOREFRONT_STORE['THROTTLE_CACHE'] to a Redis, Memcached or database cache.",
                id="storefront_store.W005",
            )
        )
    return found
