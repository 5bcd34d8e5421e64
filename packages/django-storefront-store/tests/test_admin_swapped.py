"""The admin and the commands of a project with swapped models and a custom page for one of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from storefront_store.conf import SWAPPABLE

TESTS = Path(__file__).parent


def walk(folder: Path, place: str) -> dict[str, Any]:
    environment = {
        **os.environ,
        "SWAPPED": ",".join(SWAPPABLE),
        "PRODUCT_KEY": "uuid",
        "HOST_PLACE": place,
        "SWAP_FOLDER": str(folder),
        "PYTHONPATH": os.pathsep.join([str(TESTS), str(folder)]),
        "DJANGO_SETTINGS_MODULE": "storefront_store_adminhost.settings",
    }
    (folder / "host_migrations").mkdir()
    (folder / "host_migrations" / "__init__.py").touch()
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "import django; django.setup(); from storefront_store_adminhost import walk; walk.main()",
        ],
        env=environment,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    return result


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
