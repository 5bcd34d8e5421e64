"""Check the client's code: format and lint with Biome, JSDoc types with TypeScript. ``--fix`` formats the code.

Both tools are installed from npm, in the versions of the lock file. Without Node.js the checks are skipped with a
message.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

CLIENT: Final = Path(__file__).resolve().parent.parent / "example_project" / "client"
LONGEST_LINE: Final = 120


def long_lines() -> list[str]:
    """Return the lines that are too long, which Biome does not wrap in comments and strings."""
    found = []
    for path in sorted(CLIENT.glob("js/**/*.js")):
        for number, line in enumerate(path.read_text().splitlines(), start=1):
            if len(line) > LONGEST_LINE:
                found.append(f"{path.relative_to(CLIENT)}:{number}: {len(line)} characters")
    return found


def views_importing_views() -> list[str]:
    """Return the views that import another view; shared code belongs in ``parts``."""
    paths = sorted(CLIENT.glob("js/views/*.js"))
    return [path.name for path in paths if 'from "./' in path.read_text()]


def install(npm: str) -> None:
    """Install the tools in the versions of the lock file, unless they are installed already."""
    installed = CLIENT / "node_modules" / ".package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < (CLIENT / "package-lock.json").stat().st_mtime:
        subprocess.run([npm, "ci", "--no-audit", "--no-fund", "--silent"], cwd=CLIENT, check=True)


def main() -> int:
    """Run the checks and return the exit code."""
    problems = long_lines() + [f"{name} imports a view" for name in views_importing_views()]
    sys.stdout.write("".join(f"{problem}\n" for problem in problems))
    npm = shutil.which("npm")
    if npm is None:
        sys.stdout.write("SKIPPED: biome and tsc, because there is no npm on this machine\n")
        return int(bool(problems))
    install(npm)
    tasks = ["format", "lint", "types"] if "--fix" in sys.argv else ["lint", "types"]
    failed = [
        task for task in tasks if subprocess.run([npm, "run", "--silent", task], cwd=CLIENT, check=False).returncode
    ]
    return int(bool(problems or failed))


if __name__ == "__main__":
    sys.exit(main())
