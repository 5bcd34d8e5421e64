"""Check the types: of the sources by mypy's configuration, of each suite of tests by a looser one.

Tests pass values that are wrong on purpose, read answers of any shape and use models that only their own settings know,
so a few rules are off for them; their bodies are checked all the same, whether they are annotated or not.
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
    """Run mypy, with a folder more that modules are imported from; return whether it found nothing."""
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
