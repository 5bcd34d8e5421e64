"""The settings reference describes every setting correctly."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from storefront_store import checks, models
from storefront_store.conf import (
    DEFAULTS,
    IMPORT_LISTS,
    IMPORT_STRINGS,
    IMPORT_TABLES,
    SWAPPABLE,
    app_settings,
    get_model,
)

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "store-settings.md"

pytestmark = pytest.mark.skipif(not PAGE.parent.exists(), reason="the documentation is not beside this package")


def text() -> str:
    return PAGE.read_text(encoding="utf-8")


def rows(*, columns: int) -> list[list[str]]:
    """The rows of all tables of that many columns, without the ticks."""
    lines = (line for line in text().splitlines() if line.startswith("| `"))
    cells = ([cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in lines)
    return [row for row in cells if len(row) == columns]


def reference() -> dict[str, list[str]]:
    return {row[0]: row[1:] for row in rows(columns=5)}


def value(source: str) -> Any:
    return eval(source, {"Decimal": Decimal})


def test_every_setting_is_documented_once() -> None:
    assert sorted(row[0] for row in rows(columns=5)) == sorted(DEFAULTS)


@pytest.mark.parametrize("name", DEFAULTS)
def test_type_default_description_and_example(name: str, settings: Any) -> None:
    kind, default, what, example = reference()[name]

    assert kind == type(DEFAULTS[name]).__name__
    assert len(what.split()) > 3
    if name not in IMPORT_TABLES:
        assert value(default) == DEFAULTS[name]
        assert value(example) != DEFAULTS[name]
    settings.STOREFRONT_STORE = {name: value(example)}
    unimportable = (
        name in IMPORT_LISTS | IMPORT_STRINGS | IMPORT_TABLES
    )  # the examples refer to an app that is not installed
    assert [message.id for message in checks.check_settings()] == ["storefront_store.E002"] * unimportable
    if not unimportable:
        assert getattr(app_settings, name) == value(example)


@pytest.mark.parametrize("table", sorted(IMPORT_TABLES))
def test_entries_of_each_default_table(table: str) -> None:
    section = text().partition(f"| `{table}` | default |")[2].partition("\n\n")[0]

    listed = dict(re.findall(r"^\| `(\w+)` \| `([\w.]+)` \|$", section, re.MULTILINE))

    expected = {name: path if isinstance(path, str) else ", ".join(path) for name, path in DEFAULTS[table].items()}
    assert listed == expected


def test_swappable_models_are_documented() -> None:
    listed = {row[0]: row[1:] for row in rows(columns=3) if row[0].endswith("_MODEL")}

    assert listed == {
        f"STOREFRONT_STORE_{name.upper()}_MODEL": [get_model(name)._meta.label, f"Abstract{name}"] for name in SWAPPABLE
    }
    assert all(hasattr(models, base) for _, base in listed.values())


def test_system_checks_are_documented() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in Path(checks.__file__).parent.glob("*.py"))

    listed = [row[0] for row in rows(columns=3) if row[0].startswith("storefront_store.")]

    assert listed == sorted(set(re.findall(r"storefront_store\.[EW]\d{3}", source)))
