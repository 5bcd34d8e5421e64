"""Install this repository's packages from wheels into the current environment: ``install_wheels.py name[extra] …``.

``WHEELS`` may name a folder with the wheels, such as the one that ``run_cells.py`` builds for all environments. Without
it the wheels are built first. With ``LOWEST_VERSIONS`` set, each dependency that a package names itself is installed in
the lowest version that the package supports, in place of a newer one.
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
    lowest = bool(os.environ.get("LOWEST_VERSIONS"))
    if lowest:
        subprocess.run(
            [*command, "--upgrade", "--resolution", "lowest-direct", *lowest_dependencies(requirements)], check=True
        )
    for requirement in requirements:
        name, bracket, extra = requirement.partition("[")
        command += [f"--reinstall-package={name}", f"{name}{bracket}{extra} @ {wheel_of(name, wheels).as_uri()}"]
    subprocess.run([*command, "--no-deps"] if lowest else command, check=True)


def lowest_dependencies(requirements: list[str]) -> list[str]:
    """Return the dependencies of packages here, as arguments of ``uv pip install --resolution lowest-direct``.

    Only the dependencies that a ``pyproject.toml`` names are direct ones for uv: of those of a wheel it would install
    the highest versions.

    Args:
        requirements: The packages, as ``name`` or ``name[extra,…]``.
    """
    arguments = []
    for requirement in requirements:
        name, _, extras = requirement.rstrip("]").partition("[")
        arguments += ["--requirement", str(ROOT / "packages" / name / "pyproject.toml")]
        arguments += [part for extra in extras.split(",") if extra for part in ("--extra", extra)]
    return arguments


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
