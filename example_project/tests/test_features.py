"""The feature table of the store's documentation names modules and tests that exist."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = ROOT / "packages" / "django-storefront-store"
ROW = re.compile(r"^\| (?P<feature>[^|]+) \| `(?P<module>[^`]+)` \| `(?P<test>[^`]+)` \|$", re.MULTILINE)
DOCUMENT = (ROOT / "docs" / "reference" / "features.md").read_text()
ROWS = [(row["feature"], row["module"], row["test"]) for row in ROW.finditer(DOCUMENT)]


def test_every_row_is_parsed() -> None:
    written = [line for line in DOCUMENT.splitlines() if line.startswith("| ") and not line.startswith("| feature")]

    assert len(ROWS) == len(written) > 100


@pytest.mark.parametrize(("feature", "module", "test"), ROWS, ids=[row[0] for row in ROWS])
def test_module_and_test_exist(feature: str, module: str, test: str) -> None:
    path, *names = test.split("::")
    found: ast.AST = ast.parse((PACKAGE / "tests" / path).read_text())
    for name in names:
        found = next(node for node in found.body if getattr(node, "name", None) == name)  # type: ignore[attr-defined]

    assert (PACKAGE / "src" / "storefront_store" / module).exists()
    assert isinstance(found, ast.FunctionDef)
