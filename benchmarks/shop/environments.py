"""Makes an environment for each shop: the peers from PyPI, ours from wheels of this checkout."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from install_wheels import build_wheels, package_folders
from services import ROOT

FOLDER: Final = ROOT / "benchmarks" / ".envs"
COMMON: Final = ("django<6", "gunicorn", "psycopg[binary]")
OURS: Final = (
    "django-storefront-store[payments]",
    "django-storefront-auth",
    "django-generic-tags[api]",
    "django-generic-likes[api]",
)


@dataclass(frozen=True, slots=True)
class Environment:
    """What is installed.

    Attributes:
        requirements: Packages from PyPI.
        constrained: Whether the versions are those of ``constraints.txt``; else they are the newest that fit.
        ours: Packages of this checkout, installed from wheels.
        group: A dependency group of this project to install as well.
    """

    requirements: tuple[str, ...]
    constrained: bool = True
    ours: tuple[str, ...] = ()
    group: str = ""


ENVIRONMENTS: Final = {
    "store": Environment(COMMON, ours=OURS, group="example"),
    "naive": Environment(
        (
            *COMMON,
            "djangorestframework",
            "django-filter",
            "drf-nested-routers",
            "djangorestframework-simplejwt",
            "pillow",
        )
    ),
    "oscar": Environment((*COMMON, "django-oscar==4.2.1", "django-oscar-api==3.3.0"), constrained=False),
    "taggit": Environment((*COMMON, "django-taggit==6.1.0")),
}


def python_of(name: str) -> Path:
    """Return the interpreter of an environment."""
    return FOLDER / name / "bin" / "python"


def prepare(names: set[str]) -> dict[str, dict[str, str]]:
    """Make the environments that are wanted.

    Returns:
        The versions of what is installed, by environment and package.
    """
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        wheels = Path(os.environ.get("WHEELS", folder))
        if "store" in names and "WHEELS" not in os.environ:
            build_wheels(wheels, package_folders())
        for name in sorted(names):
            _install(name, ENVIRONMENTS[name], wheels)
    return {name: versions(name) for name in sorted(names)}


def versions(name: str) -> dict[str, str]:
    """Return the version of every package in an environment."""
    listed = subprocess.run(
        ["uv", "pip", "list", "--quiet", "--format", "json", "--python", str(python_of(name))],
        check=True,
        capture_output=True,
        text=True,
    )
    return {package["name"]: package["version"] for package in json.loads(listed.stdout)}


def _install(name: str, environment: Environment, wheels: Path) -> None:
    """Install what is missing; wheels of ours always, since their version number says nothing."""
    python = python_of(name)
    if not python.exists():
        shutil.rmtree(FOLDER / name, ignore_errors=True)
        subprocess.run(["uv", "venv", "--quiet", "--python", sys.executable, str(FOLDER / name)], check=True)
    command = ["uv", "pip", "install", "--quiet", "--python", str(python), *environment.requirements]
    if environment.constrained:
        command += ["-c", str(ROOT / "constraints.txt")]
    if environment.group:
        command += ["--group", f"{ROOT / 'pyproject.toml'}:{environment.group}"]
    for requirement in environment.ours:
        distribution, bracket, extra = requirement.partition("[")
        [wheel] = wheels.glob(f"{distribution.replace('-', '_')}-*.whl")
        command += ["--reinstall-package", distribution, f"{distribution}{bracket}{extra} @ {wheel.as_uri()}"]
    subprocess.run(command, check=True)
