"""Projects with other settings, in processes of their own: Django reads settings and binds models once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

TESTS = Path(__file__).parents[1]


def run_walk(package: str, folder: Path, call: str = "main()", **variables: str) -> dict[str, Any]:
    """Run the module ``walk`` of a project in a process of its own, and return what it prints as JSON.

    Args:
        package: The project, which has the modules ``settings`` and ``walk``.
        folder: An empty folder, in which the process runs.
        call: What is called in ``walk``.
        **variables: Environment variables that its settings read.
    """
    environment = {
        **os.environ,
        **variables,
        "PYTHONPATH": os.pathsep.join([str(TESTS), str(folder)]),
        "DJANGO_SETTINGS_MODULE": f"{package}.settings",
    }
    done = subprocess.run(
        [sys.executable, "-c", f"import django; django.setup(); from {package} import walk; walk.{call}"],
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


def run_swapped_walk(package: str, folder: Path, **variables: str) -> dict[str, Any]:
    """Run the walk of a project with swapped models, whose migrations are made in a package of ``folder``."""
    (folder / "host_migrations").mkdir()
    (folder / "host_migrations" / "__init__.py").touch()
    return run_walk(package, folder, SWAP_FOLDER=str(folder), **variables)
