"""Databases of earlier releases can be upgraded, and nothing that is in them is lost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import upgrades

ROWS = {"product": [{"id": 1, "title": "Rake"}, {"id": 2, "title": "Hoe"}], "cart": []}


@pytest.mark.parametrize("path", upgrades.kept(), ids=lambda path: path.stem)
def test_database_of_earlier_release_can_be_upgraded(path: Path) -> None:
    upgrades.check(path)


def test_current_release_has_stored_database() -> None:
    version = upgrades.versions()["django-storefront-store"]

    assert version in {path.stem for path in upgrades.kept()}, "Run `python scripts/upgrades.py keep`"


def test_upgrade_may_add_tables_columns_and_rows() -> None:
    added = [{**row, "sku": ""} for row in ROWS["product"]] + [{"id": 3, "title": "Spade", "sku": ""}]

    upgrades.compare(ROWS, {"product": added, "order": []})


@pytest.mark.parametrize(
    "after",
    [
        {},
        {"product": ROWS["product"][:1]},
        {"product": [{"id": 1, "title": "Rake"}, {"id": 2, "title": "hoe"}]},
        {"product": [{"id": 1}, {"id": 2}]},
    ],
    ids=["a table", "a row", "a value", "a column"],
)
def test_upgrade_that_loses_data_is_rejected(after: dict[str, list[dict[str, Any]]]) -> None:
    with pytest.raises(upgrades.Changed):
        upgrades.compare(ROWS, after)
