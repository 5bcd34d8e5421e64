"""Projects with two databases: changes in one of them do not affect the other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from storefront_store_testapp.processes import run_walk


def walk(folder: Path, part: str, router: str = "") -> dict[str, Any]:
    return run_walk("storefront_store_twodatabases", folder, f"main({part!r})", TWO_FOLDER=str(folder), ROUTER=router)


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
