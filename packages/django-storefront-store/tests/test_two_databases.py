"""Projects with two databases: changes in one of them do not affect the other."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

TESTS = Path(__file__).parent


def walk(folder: Path, part: str, router: str = "") -> dict[str, Any]:
    environment = {
        **os.environ,
        "TWO_FOLDER": str(folder),
        "ROUTER": router,
        "PYTHONPATH": str(TESTS),
        "DJANGO_SETTINGS_MODULE": "storefront_store_twodatabases.settings",
    }
    code = f"import django; django.setup(); from storefront_store_twodatabases import walk; walk.main({part!r})"
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


def test_databases_are_independent_without_router(tmp_path: Path) -> None:
    result = walk(tmp_path, "of_both")

    assert result == {
        "made": {"default": ["ann-default", "bob-default"], "other": ["ann-other", "bob-other"]},
        "after": {"default": ["ann-default", "bob-default"], "other": []},
        "orders": {"default": ["ann@example.com"], "other": [""]},
        "reviews": {"default": ["Ann"], "other": ["Deleted user"]},
        "default version moved": False,
        "other version moved": True,
        "files": 1,
    }


def test_lagging_replica(tmp_path: Path) -> None:
    assert walk(tmp_path, "of_primary", "Replica") == {"made": 1, "left": 0}


def test_database_without_tables_of_store(tmp_path: Path) -> None:
    assert walk(tmp_path, "of_users_alone", "WithoutStore") == {"users": 1, "customers": 0}
