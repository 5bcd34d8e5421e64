"""The admin and the commands of a project with swapped models and a custom page for one of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from storefront_store_testapp.processes import run_swapped_walk

from storefront_store.conf import SWAPPABLE


def walk(folder: Path, place: str) -> dict[str, Any]:
    return run_swapped_walk(
        "storefront_store_adminhost", folder, SWAPPED=",".join(SWAPPABLE), PRODUCT_KEY="uuid", HOST_PLACE=place
    )


@pytest.mark.database
@pytest.mark.parametrize("place", ["before", "after"])
def test_admin_with_swapped_models_and_custom_page(place: str, tmp_path: Path) -> None:
    result = walk(tmp_path, place)

    assert result["admins"] == {
        "storefront_store_swapapp.Collection": "CollectionAdmin",
        "storefront_store_swapapp.Product": "HostProductAdmin",
        "storefront_store_swapapp.ProductGroup": "ProductGroupAdmin",
        "storefront_store_swapapp.Customer": "CustomerAdmin",
        "storefront_store_swapapp.Order": "OrderAdmin",
        "storefront_store_swapapp.Cart": "CartAdmin",
        "storefront_store.Promotion": "PromotionAdmin",
        "storefront_store.Review": "ReviewAdmin",
        "storefront_store.OrderEvent": "OrderEventAdmin",
    }
    assert set(result["pages"].values()) == {200}
    assert len(result["pages"]) == 1 + 3 * 9
    assert result["steps"] == ["C", 7, 0]
