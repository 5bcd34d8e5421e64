"""A project may swap models: none, each one alone, all of them, and one with another kind of key.

Each configuration is a process of its own, because Django binds models once. The host's first migration is made by
``makemigrations`` on the spot and run as it is.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from storefront_store_testapp.processes import run_swapped_walk

from storefront_store.conf import SWAPPABLE

ALL = ",".join(SWAPPABLE)


def walk(folder: Path, swapped: str, product_key: str = "", **host: str) -> dict[str, Any]:
    return run_swapped_walk("storefront_store_swapapp", folder, SWAPPED=swapped, PRODUCT_KEY=product_key, **host)


@pytest.mark.parametrize(
    ("swapped", "product_key", "host"),
    [
        ("", "", {}),
        *((name, "", {}) for name in SWAPPABLE),
        pytest.param(ALL, "", {}, marks=pytest.mark.database),
        pytest.param(ALL, "uuid", {}, marks=pytest.mark.database),
        pytest.param("", "", {"HOST_USER": "yes"}, marks=pytest.mark.database),
        ("", "", {"SHOP_DATABASE": "shop"}),
    ],
    ids=["none", *SWAPPABLE, "all", "all, product by UUID", "users without names", "another database"],
)
def test_store_works_with_swapped_models(swapped: str, product_key: str, host: dict[str, str], tmp_path: Path) -> None:
    result = walk(tmp_path, swapped, product_key, **host)

    assert result == {
        "added": [201, 3],
        "cart_total": 25.65,
        "placed": [201, 28.23, 3, "placed"],
        "left": 2,
        "rating": {"average": 4.0, "count": 1},
        "found": ["Mug"],
        "blocked": 405,
        "cart_gone": 404,
        "rows": {
            "Collection": 1,
            "Product": 1,
            "ProductGroup": 0,
            "Customer": 2,
            "Cart": 0,
            "CartItem": 0,
            "Order": 1,
            "OrderItem": 1,
        },
        "models": {
            name: f"storefront_store{'_swapapp' if name in swapped.split(',') else ''}.{name}" for name in SWAPPABLE
        },
        "sold_best": ["Mug"],
        "history": 1,
        "cancelled": [200, "cancelled"],
        "back": 5,
        "leftover": [f"storefront_store_swapapp_account{kind}" for kind in ("", "_groups", "_user_permissions")]
        if "HOST_USER" in host
        else [],
        "told_after_commit": True,
        "staff_pages": [200] * 4,
    }
    made = sorted(path.name for path in (tmp_path / "host_migrations").glob("[0-9]*.py"))
    assert made == (["0001_initial.py"] if swapped or "HOST_USER" in host else [])
