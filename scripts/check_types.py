"""Check types with mypy: the sources with the project's configuration, each test suite with a looser one.

Tests pass invalid values, read responses of any shape and use models of their own settings, so a few rules are disabled
for them. The bodies of all test functions are checked, with or without annotations.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SUITES = [*sorted(ROOT.glob("packages/*/tests")), ROOT / "example_project" / "tests"]
OFF = (
    "arg-type",
    "attr-defined",
    "func-returns-value",
    "index",
    "misc",
    "operator",
    "type-var",
    "union-attr",
    "var-annotated",
)
LOOSER = (
    "--allow-untyped-defs",
    "--allow-incomplete-defs",
    "--no-warn-unused-ignores",
    *(f"--disable-error-code={code}" for code in OFF),
)


def mypy(*arguments: str, path: Path | None = None) -> bool:
    """Run mypy and return whether it found no error.

    Args:
        arguments: The arguments of mypy.
        path: Another folder from which modules are imported.
    """
    env = {**os.environ, "MYPYPATH": str(path)} if path else None
    return subprocess.run([sys.executable, "-m", "mypy", *arguments], cwd=ROOT, env=env, check=False).returncode == 0


def main() -> int:
    """Check everything, and return the exit code."""
    results = [mypy()]
    for suite in SUITES:
        files = (file for file in suite.rglob("*.py") if "migrations" not in file.parts)
        path = suite if suite.parent.parent.name == "packages" else None
        results.append(mypy(*LOOSER, *map(str, sorted(files)), path=path))
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
