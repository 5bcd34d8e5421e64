"""The signatures of public use cases are fully typed and contain no ``Any``."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted(path for path in ROOT.glob("packages/*/src/**/services/*.py") if "migrations" not in path.parts)


def public_functions(path: Path) -> Iterator[ast.FunctionDef]:
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            yield node


def declared(function: ast.FunctionDef) -> dict[str, ast.expr | None]:
    taken = function.args
    arguments = [*taken.posonlyargs, *taken.args, *taken.kwonlyargs, taken.vararg, taken.kwarg]
    return {each.arg: each.annotation for each in arguments if each is not None} | {"return": function.returns}


def is_untyped(annotation: ast.expr | None) -> bool:
    """Return whether an annotation is missing or contains ``Any``."""
    return annotation is None or any(isinstance(node, ast.Name) and node.id == "Any" for node in ast.walk(annotation))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT / "packages")))
def test_signatures_are_fully_typed(path: Path) -> None:
    found = [
        f"{function.name}({name}: {ast.unparse(annotation) if annotation else ''})"
        for function in public_functions(path)
        for name, annotation in declared(function).items()
        if is_untyped(annotation)
    ]

    assert found == []


def test_use_cases_are_found() -> None:
    names = {function.name for path in MODULES for function in public_functions(path)}

    assert {"checkout", "like", "set_tags", "register", "import_catalogue"} <= names
