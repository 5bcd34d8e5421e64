"""Check how many public names of each installed package have a known type.

Runs ``pyright --verifytypes`` on the four packages, and fails if less than ``LEAST`` percent of the names have a known
type. Arguments name the packages to check instead of all, such as ``generic_tags``.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
PACKAGES: Final = ("storefront_store", "generic_tags", "generic_likes", "storefront_auth")
LEAST: Final = 95.0  # percent
MOST_SHOWN: Final = 40


def verify(package: str) -> dict[str, Any]:
    """Return pyright's report about a package.

    Args:
        package: The import name of the package.

    Raises:
        SystemExit: If pyright could not be run.
    """
    binaries = Path(sys.executable).parent
    sources = os.pathsep.join(str(path) for path in sorted(ROOT.glob("packages/*/src")))
    environment = {
        **os.environ,
        "PATH": f"{binaries}{os.pathsep}{os.environ.get('PATH', '')}",  # pyright runs `python` to find its paths
        "PYTHONPATH": sources,
        "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1",
    }
    done = subprocess.run(
        [sys.executable, "-m", "pyright", "--verifytypes", package, "--ignoreexternal", "--outputjson"],
        env=environment,
        cwd=ROOT / "docs",  # a folder without a configuration of mypy or pyright
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        report: dict[str, Any] = json.loads(done.stdout)["typeCompleteness"]
    except (ValueError, KeyError):
        sys.exit(f"pyright failed for {package}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    return report


def incomplete(report: dict[str, Any]) -> list[str]:
    """Return the public names without a known type, each with the reason.

    Args:
        report: The report from :func:`verify`.
    """
    return [
        f"{symbol['name']}: {' '.join(symbol['diagnostics'][0]['message'].split())}"
        for symbol in report["symbols"]
        if symbol["isExported"] and not symbol["isTypeKnown"] and symbol["diagnostics"]
    ]


def main() -> int:
    """Print the percentage of each package, and return 1 if one is below the minimum."""
    packages = sys.argv[1:] or PACKAGES
    failed = False
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        for package, report in zip(packages, pool.map(verify, packages), strict=True):
            counts = report["exportedSymbolCounts"]
            score = 100 * report["completenessScore"]
            # Nothing is found if a package is not installed or has no py.typed.
            short = score < LEAST or not counts["withKnownType"]
            failed = failed or short
            sys.stdout.write(f"{package}: {score:.1f} % of {sum(counts.values())} public names have a known type\n")
            for line in incomplete(report)[: MOST_SHOWN if short else 0]:
                sys.stdout.write(f"    {line}\n")
    if failed:
        sys.stdout.write(f"At least {LEAST:.0f} % are needed; pyright's page on typed libraries tells how.\n")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
