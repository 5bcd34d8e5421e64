"""Install this repository's packages from wheels into the current environment: ``install_wheels.py name[extra] …``.

``WHEELS`` may name a folder with the wheels, such as the one that ``run_cells.py`` builds for all environments. Without
it the wheels are built first.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def package_folders() -> list[Path]:
    """Return the folders of the distributions."""
    return sorted(path.parent for path in (ROOT / "packages").glob("*/pyproject.toml"))


def build_wheels(target: Path, packages: list[Path]) -> None:
    """Build each wheel from a source distribution, so that it contains no stale files from a ``build/`` folder."""
    command = ["uv", "build", "--quiet", "--out-dir", str(target)]
    builds = [subprocess.Popen([*command, str(package)]) for package in packages]
    if any([build.wait() for build in builds]):  # noqa: C419  (wait for all of them)
        sys.exit("A wheel could not be built.")


def wheel_of(distribution: str, folder: Path) -> Path:
    """Return the only wheel of a distribution in ``folder``."""
    [wheel] = folder.glob(f"{distribution.replace('-', '_')}-*.whl")
    return wheel


def install(requirements: list[str], wheels: Path) -> None:
    """Install ``name`` or ``name[extra]`` from the wheels, replacing earlier versions."""
    command = ["uv", "pip", "install", "--quiet", "--python", sys.executable]
    for requirement in requirements:
        name, bracket, extra = requirement.partition("[")
        command += [f"--reinstall-package={name}", f"{name}{bracket}{extra} @ {wheel_of(name, wheels).as_uri()}"]
    subprocess.run(command, check=True)


def main() -> None:
    """Install the packages in the arguments."""
    requirements = sys.argv[1:]
    if "WHEELS" in os.environ:
        install(requirements, Path(os.environ["WHEELS"]))
        return
    with tempfile.TemporaryDirectory() as folder:
        build_wheels(Path(folder), [ROOT / "packages" / name.partition("[")[0] for name in requirements])
        install(requirements, Path(folder))


if __name__ == "__main__":
    main()
