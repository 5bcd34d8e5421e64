"""Projects with custom settings for REST framework: each writes and reads through every route."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from storefront_store_testapp.processes import run_walk

ERRORS = {"post products/": 400, "get products/987654321/": 404, "post orders/": 400}


def walk(folder: Path, host: str) -> dict[str, Any]:
    return run_walk("storefront_store_hosts", folder, HOST=host, HOST_FOLDER=str(folder))


@pytest.mark.parametrize("host", ["camel", "handler", "versioned", "paginated"])
def test_every_route_works_with_custom_settings(host: str, tmp_path: Path) -> None:
    result = walk(tmp_path, host)

    assert {step: status for step, status in result["seen"].items() if status >= 400} == ERRORS
    assert (result["product"]["title"], result["product"]["unit_price"]) == ("Big mug", 10.0)
    assert result["products"]["count"] == 1
    assert len(result["collections"]) == 1
    if host == "handler":
        assert result["missing"]["error"]["detail"]
        assert "title" in result["wrong"]["error"]
        assert "cart_id" in result["refused"]  # an error of the store keeps its own shape
    else:
        assert result["missing"]["code"] == "not_found"
        assert "title" in result["wrong"]
