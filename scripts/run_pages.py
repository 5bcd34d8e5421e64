"""Run every block of the documentation: ``run_pages.py [page …]``; without arguments, all pages.

The packages must be installed in the current environment. Each page has a project in a temporary folder, as described
in :mod:`pages`. The pages of the tutorial are run in order and create a project, of which other pages use a copy.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any, Final

from pages import ROOT, Block, Page, all_pages, read_page, tutorial_pages

WORKER: Final = Path(__file__).with_name("page_worker.py")
INSTALL: Final = re.compile(r"^\$ pip install (.*)$", re.MULTILINE)
# Blocks for settings and URLs show additions: dots in a list stand for the existing entries, and dictionaries are
# updated.
MERGE: Final = """
import builtins as _builtins
_before = {{
    name: type(value)(value) for name, value in list(globals().items())
    if isinstance(value, (list, dict)) and not name.startswith("_")
}}
{lines}
for _name, _there in _before.items():
    _now = globals()[_name]
    if isinstance(_now, dict):
        globals()[_name] = {{**_there, **{{key: value for key, value in _now.items() if key is not ...}}}}
    elif {dotted}:
        globals()[_name] = _there + [item for item in _now if item is not ... and item not in _there]
"""


@dataclass
class Result:
    """The result of a page.

    Attributes:
        page: The page.
        ran: The number of blocks that were run, by language.
        skipped: The number of blocks that were not run, by reason.
        seconds: The duration.
        failure: The error, or an empty string.
    """

    page: Page
    ran: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    failure: str = ""


class PageFailed(Exception):
    """The result of a block differs from its page."""


def environment() -> dict[str, str]:
    """Return the environment of a page, with the interpreter's programs first in PATH and no settings module."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "TEST_"))}
    env["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), env.get("PATH", "")])
    env["PYTHONPATH"] = str(WORKER.parent)
    env["PYTHONWARNINGS"] = "ignore"
    env["REPOSITORY"] = str(ROOT)
    return env


def put(folder: Path, page: Page, block: Block) -> None:
    """Write a block to the file that it names."""
    name = str(block.file)
    path = folder / page.project / name if name in {"settings.py", "urls.py"} else folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".py":
        for parent in path.relative_to(folder).parents[:-1]:
            (folder / parent / "__init__.py").touch()
    text = block.text
    if path.name in {"settings.py", "urls.py"} and path.parent == folder / page.project:
        dotted = bool(re.search(r"^\s*(# )?\.\.\.,?$|\[\.\.\.,", text, re.MULTILINE))
        text = MERGE.format(lines=text, dotted=dotted)
    with path.open("a", encoding="utf-8") as file:
        file.write(f"\n{text}" if path.exists() and path.stat().st_size else text)


def check_installed(block: Block) -> None:
    """Check that the distributions in a ``pip install`` block are installed in the current environment.

    Raises:
        PageFailed: A distribution is missing.
    """
    for line in INSTALL.findall(block.text):
        for word in re.sub(r"\s+# .*", "", line).replace('"', "").replace("'", "").split():
            try:
                metadata.version(re.split(r"[\[<>=]", word)[0])
            except metadata.PackageNotFoundError as error:
                raise PageFailed(f"{word} is not installed in this environment") from error


def run_page(page: Page, folder: Path) -> Result:
    """Run the blocks of a page in an existing project."""
    result, started = Result(page), time.monotonic()
    names: dict[str, Any] = {}
    steps: list[Block] = []
    try:
        for block in page.blocks:
            if block.reason:
                result.skipped[block.reason] += block.counts
                continue
            if block.file:
                flush(page, folder, steps, names)
                put(folder, page, block)
            else:
                check_installed(block)
                text = INSTALL.sub("", block.text)
                steps.append(Block(block.language, text, block.line, answer=block.answer))
            if block.counts:
                result.ran[block.language] += 1
        flush(page, folder, steps, names)
    except PageFailed as error:
        result.failure = str(error)
    result.seconds = time.monotonic() - started
    sys.stderr.write("F" if result.failure else ".")
    sys.stderr.flush()
    return result


def flush(page: Page, folder: Path, steps: list[Block], names: dict[str, Any]) -> None:
    """Run the collected steps in one process.

    Raises:
        PageFailed: The result of a step differs from the page.
    """
    if not steps:
        return
    job = folder / ".steps.json"
    rows = [
        {"language": step.language, "text": step.text, "line": step.line, "answer": step.answer, "name": page.name}
        for step in steps
    ]
    steps.clear()
    job.write_text(json.dumps({"project": page.project, "names": names, "steps": rows}))
    done = subprocess.run(
        [sys.executable, str(WORKER), str(job)],
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    if done.returncode:
        raise PageFailed(done.stderr[-6000:] + done.stdout[-1000:])
    names.update(json.loads(job.read_text())["names"])
    job.unlink()


def begin(page: Page, folder: Path, shop: Path) -> None:
    """Create the project with which a page begins."""
    if page.start == "none":
        folder.mkdir()
    elif page.start == "new":
        folder.mkdir()
        command = [sys.executable, "-m", "django", "startproject", page.project, "."]
        subprocess.run(command, cwd=folder, env=environment(), check=True)
    else:
        shutil.copytree(shop, folder)
        if page.start == "unmigrated":
            (folder / "db.sqlite3").unlink(missing_ok=True)
            shutil.rmtree(folder / "media", ignore_errors=True)


def run_tutorial(shop: Path) -> list[Result]:
    """Run the tutorial in an empty folder, which then contains the project for the other pages."""
    shop.mkdir()
    results: list[Result] = []
    for path in tutorial_pages():
        results.append(run_page(read_page(path), shop))
        if results[-1].failure:
            break
    return results


def run_all(paths: list[Path], *, parallel: int, kept: Path | None = None) -> list[Result]:
    """Run pages in parallel, after the tutorial.

    Args:
        paths: The pages.
        parallel: How many pages to run at once.
        kept: The folder with the project of an earlier run of the tutorial, which is then not run again.
    """
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        shop = kept or work / "shop"
        results = [] if shop.exists() else run_tutorial(shop)
        if any(result.failure for result in results):
            shutil.rmtree(shop)
            return results
        pages = [read_page(path) for path in paths if path not in tutorial_pages()]

        def run(index: int) -> Result:
            folder = work / f"page{index}"
            begin(pages[index], folder, shop)
            try:
                return run_page(pages[index], folder)
            finally:
                shutil.rmtree(folder, ignore_errors=True)

        with ThreadPoolExecutor(parallel) as pool:
            results += pool.map(run, [index for index, page in enumerate(pages) if page.blocks])
        return results


def report(results: list[Result]) -> int:
    """Print the results and the reasons for blocks that were not run; return the exit code."""
    ran, skipped = Counter[str](), Counter[str]()
    for result in results:
        ran += result.ran
        skipped += result.skipped
        mark = "FAILED" if result.failure else "ok"
        numbers = f"{sum(result.ran.values()):3} ran {sum(result.skipped.values()):3} not"
        sys.stdout.write(f"{result.page.name:55} {mark:7} {numbers} {result.seconds:6.1f} s\n")
        if result.failure:
            sys.stdout.write(f"{result.failure}\n")
    sys.stdout.write(f"\nblocks that ran: {sum(ran.values())} {dict(ran)}\n")
    for reason, number in skipped.most_common():
        sys.stdout.write(f"not run: {number} ({reason})\n")
    failed = sum(bool(result.failure) for result in results)
    sys.stdout.write(f"{len(results) - failed} passed, {failed} failed\n")
    return 1 if failed else 0


def main() -> int:
    """Run the pages in the arguments, or all pages, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--parallel", type=int, default=2, metavar="N", help="how many pages run at once (default: 2)")
    parser.add_argument("--shop", type=Path, metavar="FOLDER", help="keep the tutorial's project for the next run")
    parser.add_argument("pages", nargs="*", metavar="page")
    options = parser.parse_args()
    paths = [(ROOT / page).resolve() for page in options.pages] or list(all_pages())
    return report(run_all(paths, parallel=options.parallel, kept=options.shop))


if __name__ == "__main__":
    sys.exit(main())
