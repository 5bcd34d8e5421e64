"""Run environments ("cells") of ``tox.ini``, and print which ran, failed and were skipped, with the reason.

Without arguments: the checks, and for each suite the cells with the lowest and the highest versions for which an
interpreter is installed, on SQLite, and the one with the lowest versions on each server whose URL is given. Tests of
the client in a browser run in the lowest cell only. ``--full``: every cell, with all of its tests.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from install_wheels import build_wheels, package_folders

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / ".tox"
RESULTS = WORK / "results"
WHEELS = WORK / "wheels"
COVERAGE = WORK / "coverage"
BIN = Path(sys.executable).parent

# The number of examples in randomised tests and races with `--full`; the defaults are much smaller (CONTRIBUTING.md).
SEARCHES = {
    "BASKETS": "2000",
    "EDITED_CHECKOUTS": "1000",
    "INTERLEAVINGS": "500",
    "RACE_ROUNDS": "20",
    "RACE_STEPS": "1000",
    "RANDOM_ROWS": "300",
    "TAMPERING_ONE_IN": "1",
}
BROWSER_CELL = "example-py311-django52"  # the cell that runs the tests of the client in a browser
SERVERS = {"postgresql": "TEST_POSTGRES_URL", "mariadb": "TEST_MARIADB_URL", "redis": "TEST_REDIS_URL"}
CELL = re.compile(r"^(?P<suite>[a-z]+)-py3(?P<minor>\d+)-django(?P<django>\d+)(-(?P<server>[a-z]+))?$")


@dataclass(frozen=True)
class Cell:
    """An environment of ``tox.ini``; the one of a check names no interpreter and no server."""

    name: str
    suite: str
    minor: int = 0
    django: int = 0
    server: str = ""

    @classmethod
    def parse(cls, name: str) -> Cell:
        """Return the cell with this name."""
        match = CELL.match(name)
        if match is None:
            return cls(name, name)
        return cls(name, match["suite"], int(match["minor"]), int(match["django"]), match["server"] or "")

    @property
    def version(self) -> tuple[int, int]:
        """The versions by which the cells of a suite are ordered."""
        return self.minor, self.django


def tox(*arguments: str, env: dict[str, str], capture: bool = False) -> subprocess.CompletedProcess[str]:
    """Run tox in the root of the repository."""
    return subprocess.run(
        [str(BIN / "python"), "-m", "tox", *arguments],
        cwd=ROOT,
        env=env,
        text=True,
        capture_output=capture,
        check=False,
    )


def order_of_tests() -> list[str]:
    """Return the arguments that give the tests of a commit the same random order on each machine.

    A failure that depends on the order can so be repeated. The list is empty outside a repository.
    """
    tree = subprocess.run(
        ["git", "rev-parse", "HEAD^{tree}"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout
    return ["--", f"--randomly-seed={int(tree[:7], 16)}"] if tree else []


def interpreters(minors: Iterable[int]) -> dict[int, Path]:
    """Return a working Python of each minor version, from PATH or from pyenv (whose shims may not work)."""
    found: dict[int, Path] = {}
    folders = [Path(folder) for folder in os.environ.get("PATH", "").split(os.pathsep) if folder]
    folders += sorted((Path.home() / ".pyenv" / "versions").glob("*/bin"))
    for minor in minors:
        for folder in folders:
            candidate = folder / f"python3.{minor}"
            probe = "import sys, ensurepip; print(sys.version_info[1])"
            if not candidate.exists():
                continue
            answer = subprocess.run([str(candidate), "-c", probe], capture_output=True, text=True, check=False)
            if answer.stdout.strip() == str(minor):
                found[minor] = candidate.resolve()
                break
    if sys.version_info[1] in minors:
        found.setdefault(sys.version_info[1], Path(sys.base_prefix) / "bin" / f"python3.{sys.version_info[1]}")
    return found


def environment(pythons: dict[int, Path]) -> dict[str, str]:
    """Return the environment of tox, with the interpreters first in PATH and server URLs without a database name."""
    env = dict(os.environ)
    env["PATH"] = os.pathsep.join([*(str(path.parent) for path in pythons.values()), str(BIN), env.get("PATH", "")])
    env["UV_PYTHON_DOWNLOADS"] = "never"
    env["WHEELS"] = str(WHEELS)
    env.pop("VIRTUAL_ENV", None)
    for variable in SERVERS.values():
        if env.get(variable):
            parts = urlsplit(env[variable])
            env[variable] = urlunsplit((parts.scheme, parts.netloc, "", "", ""))
    return env


def outer(cells: list[Cell]) -> list[Cell]:
    """Return the cells with the lowest and the highest versions."""
    ordered = sorted(cells, key=lambda cell: cell.version)
    return list(dict.fromkeys([ordered[0], ordered[-1]])) if ordered else []


def choose(cells: list[Cell], *, full: bool, pythons: dict[int, Path]) -> tuple[list[Cell], dict[str, str]]:
    """Split the cells into those to run and those to skip, with the reason.

    Without ``full``, these are the outer cells of each suite on SQLite and the lowest on each server. If an interpreter
    is missing, the next cell replaces the one that needs it, which is reported as skipped.

    Args:
        cells: All cells.
        full: Whether to run all of them.
        pythons: The installed interpreters by minor version.
    """
    lines: dict[tuple[str, str], list[Cell]] = defaultdict(list)
    for cell in cells:
        lines[cell.suite, cell.server].append(cell)
    run: list[Cell] = []
    skipped: dict[str, str] = {}
    for (_, server), line in lines.items():
        wanted = line if full else (outer(line)[:1] if server else outer(line))
        for cell in wanted:
            if server and not os.environ.get(SERVERS[server]):
                skipped[cell.name] = f"{SERVERS[server]} is not set"
            elif cell.minor and cell.minor not in pythons:
                skipped[cell.name] = f"no Python 3.{cell.minor} at hand"
        possible = [cell for cell in line if cell.name not in skipped and (not cell.minor or cell.minor in pythons)]
        if server and not os.environ.get(SERVERS[server]):
            possible = []
        run += possible if full else (outer(possible)[:1] if server else outer(possible))
    return run, skipped


@dataclass
class Outcome:
    """The result of a cell."""

    ok: bool
    seconds: float
    passed: int = 0
    failed: int = 0
    skipped: int = 0


def outcome(cell: Cell, report: dict[str, dict[str, list[dict[str, float]]]]) -> Outcome:
    """Return the result of a cell from the report of tox and, if it exists, that of pytest."""
    steps = [step for phase in ("setup", "test") for step in report.get(cell.name, {}).get(phase, [])]
    tested = report.get(cell.name, {}).get("test", [])
    result = Outcome(
        ok=bool(tested) and all(step["retcode"] == 0 for step in steps), seconds=sum(step["elapsed"] for step in steps)
    )
    junit = RESULTS / f"{cell.name}.xml"
    if junit.exists():
        for suite in ET.parse(junit).getroot().iter("testsuite"):
            total, skipped = int(suite.get("tests", 0)), int(suite.get("skipped", 0))
            failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
            result.passed += total - failed - skipped
            result.failed += failed
            result.skipped += skipped
    return result


def coverage_report() -> bool:
    """Combine and show the coverage of the cells; return whether it is sufficient or was not measured."""
    if not list(COVERAGE.glob(".coverage.*")):
        return True
    call = [str(BIN / "python"), "-m", "coverage"]
    env = {**os.environ, "COVERAGE_FILE": str(COVERAGE / ".coverage")}
    subprocess.run([*call, "combine", "--quiet", "--keep"], cwd=ROOT, env=env, check=False)
    return subprocess.run([*call, "report"], cwd=ROOT, env=env, check=False).returncode == 0


def summary(run: list[Cell], skipped: dict[str, str], outcomes: dict[str, Outcome]) -> str:
    """Return the final table."""
    rows = [f"{'cell':34} {'result':8} {'passed':>7} {'failed':>7} {'skipped':>8} {'seconds':>8}"]
    for cell in run:
        result = outcomes[cell.name]
        rows.append(
            f"{cell.name:34} {'ok' if result.ok else 'FAILED':8} {result.passed:7} {result.failed:7} {result.skipped:8}"
            f" {result.seconds:8.0f}"
        )
    rows += [f"{name:34} skipped: {reason}" for name, reason in skipped.items()]
    return "\n".join(rows)


def main() -> int:
    """Run the selected cells and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true", help="every cell instead of the outer ones")
    parser.add_argument("--parallel", default="2", metavar="N", help="how many cells run at once (default: 2)")
    parser.add_argument("only", nargs="*", metavar="suite", help="only these suites or checks: store, lint, ...")
    options = parser.parse_args()

    listed = tox("list", "--no-desc", env=dict(os.environ), capture=True)
    cells = [Cell.parse(name) for name in listed.stdout.split()]
    if options.only:
        cells = [cell for cell in cells if cell.suite in options.only or cell.name in options.only]
    pythons = interpreters(sorted({cell.minor for cell in cells if cell.minor}))
    run, skipped = choose(cells, full=options.full, pythons=pythons)
    if not run:
        sys.stderr.write(f"Nothing to run. {skipped or 'No such cell.'}\n")
        return 2

    started = time.monotonic()
    env = {**(SEARCHES if options.full else {}), **environment(pythons)}
    if not options.full and any(cell.name == BROWSER_CELL for cell in run):
        env["IN_OTHER_CELLS"] = "-m 'not browser'"
    for folder in (RESULTS, COVERAGE, WHEELS):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    os.environ["PATH"] = env["PATH"]
    build_wheels(WHEELS, package_folders())
    names = ",".join(cell.name for cell in run)
    report_file = RESULTS / "tox.json"
    code = tox(
        "run-parallel", "-p", options.parallel, "--parallel-no-spinner", "--result-json", str(report_file), "-e", names,
        *([] if options.full else order_of_tests()),
        env=env,
    ).returncode  # fmt: skip
    report = json.loads(report_file.read_text())["testenvs"] if report_file.exists() else {}
    outcomes = {cell.name: outcome(cell, report) for cell in run}
    # The minimum applies to all cells together; only those of the lowest Python measure coverage (tox.ini).
    covered = (
        coverage_report() or bool(options.only) or min(pythons, default=0) > min(c.minor for c in cells if c.minor)
    )

    passed = sum(result.passed for result in outcomes.values())
    failed = sum(result.failed for result in outcomes.values())
    passed_over = sum(result.skipped for result in outcomes.values())
    sys.stdout.write(f"\n{summary(run, skipped, outcomes)}\n\n")
    sys.stdout.write(f"{len(run)} cells, {len(skipped)} cells skipped, {time.monotonic() - started:.0f} s\n")
    sys.stdout.write(f"{passed} passed, {failed} failed, {passed_over} skipped\n")
    return 0 if code == 0 and covered and all(result.ok for result in outcomes.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
