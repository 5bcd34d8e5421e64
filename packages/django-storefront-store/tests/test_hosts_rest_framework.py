"""Projects with custom settings for REST framework: each writes and reads through every route."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

TESTS = Path(__file__).parent
ERRORS = {"post products/": 400, "get products/987654321/": 404, "post orders/": 400}


def walk(folder: Path, host: str) -> dict[str, Any]:
    environment = {
        **os.environ,
        "HOST": host,
        "HOST_FOLDER": str(folder),
        "PYTHONPATH": str(TESTS),
        "DJANGO_SETTINGS_MODULE": "storefront_store_hosts.settings",
    }
    code = "import django; django.setup(); from storefront_store_hosts import walk; walk.main()"
    done = subprocess.run(
        [sys.executable, "-c", code],
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
