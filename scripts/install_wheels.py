"""Build the wheels of the four packages and install them, fresh, into the environment this runs in."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def build_wheels(target: Path, packages: list[Path]) -> list[Path]:
    """Build each package through its source distribution: a stale ``build/`` folder can't leak into the wheel."""
    for package in packages:
        subprocess.run(["uv", "build", "--quiet", "--out-dir", str(target), str(package)], check=True)
    return sorted(target.glob("*.whl"))


def package_folders() -> list[Path]:
    """Return the folders of the distributions."""
    return sorted(path.parent for path in (ROOT / "packages").glob("*/pyproject.toml"))


def main() -> None:
    """Install the wheels with their dependencies, replacing what an earlier run left."""
    with tempfile.TemporaryDirectory() as folder:
        wheels = build_wheels(Path(folder), package_folders())
        reinstall = [f"--reinstall-package={wheel.name.split('-')[0].replace('_', '-')}" for wheel in wheels]
        requirements = [f"{wheel}[api]" if "generic" in wheel.name else str(wheel) for wheel in wheels]
        subprocess.run(
            ["uv", "pip", "install", "--quiet", "--python", sys.executable, *reinstall, *requirements],
            check=True,
        )


if __name__ == "__main__":
    main()
