"""Install each wheel alone in a new project, configure it as its README says, and send it a request.

The first Python block in the README that contains ``INSTALLED_APPS`` is added to the settings, and the first that
contains ``urlpatterns`` to the URLconf. Dots in a list, in a comment or not, stand for the existing entries.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from install_wheels import build_wheels, package_folders, wheel_of

BLOCK = re.compile(r"```python\n(.*?)```", re.DOTALL)

SECRETS = {"JWT_SIGNING_KEY": "a key that signs tokens in a blank project"}

# The responses to anonymous requests to a path of each package.
DOORS = {
    "django-storefront-store": ("/store/products/", 200),
    "django-generic-tags": ("/tags/", 200),
    "django-generic-likes": ("/likes/", 401),
    "django-storefront-auth": ("/auth/users/me/", 401),
}
# The code in a README is an excerpt: it omits the imports of a new project, and extends the lists in it.
EXCERPT = """
import os
from django.urls import include, path
before = {{name: list(globals()[name]) for name in {names} if name in globals()}}
{lines}
for name, there in before.items():
    globals()[name] = there + [item for item in globals()[name] if item is not ... and item not in there]
"""
LISTS = ("INSTALLED_APPS", "MIDDLEWARE", "urlpatterns")
KNOCK = """
from django.test import Client
status = Client(headers={{"host": "localhost"}}).get("{path}").status_code
assert status == {status}, f"{path} answered {{status}}, not {status}"
"""


def integration(readme: str) -> tuple[str, str]:
    """Return the code for settings and URLconf in a README."""
    blocks = BLOCK.findall(readme)
    settings = next((block for block in blocks if "INSTALLED_APPS" in block), "")
    urls = next((block for block in blocks if "urlpatterns" in block), "")
    if not settings or not urls:
        sys.exit("The README shows no Python block with INSTALLED_APPS, or none with urlpatterns.")
    return settings, urls


def append(path: Path, lines: str) -> None:
    """Add an excerpt to a module of the new project."""
    with path.open("a") as file:
        file.write(EXCERPT.format(names=LISTS, lines=lines))


def run(folder: Path, *command: str) -> None:
    """Run a command in ``folder``, and show its output only if it fails."""
    env = {**os.environ, **SECRETS}
    answer = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
    if answer.returncode:
        sys.stderr.write(f"$ {' '.join(command)}\n{answer.stdout}{answer.stderr}")
        sys.exit(1)


def check_package(package: Path) -> None:
    """Check one package."""
    sys.stdout.write(f"{package.name}: ")
    sys.stdout.flush()
    readme = (package / "README.md").read_text()
    settings, urls = integration(readme)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        wheels = Path(os.environ.get("WHEELS", folder / "dist"))
        if "WHEELS" not in os.environ:
            build_wheels(wheels, [package])
        run(folder, "uv", "venv", "--quiet", "--python", sys.executable, "venv")
        python = str(folder / "venv" / "bin" / "python")
        extra = "[api]" if f"{package.name}[api]" in readme else ""
        requirement = f"{package.name}{extra} @ {wheel_of(package.name, wheels).as_uri()}"
        run(folder, "uv", "pip", "install", "--quiet", "--python", python, requirement)
        run(folder, python, "-m", "django", "startproject", "blank", ".")
        append(folder / "blank" / "settings.py", settings)
        append(folder / "blank" / "urls.py", urls)
        path, status = DOORS[package.name]
        run(folder, python, "manage.py", "check")
        run(folder, python, "manage.py", "makemigrations", "--check", "--dry-run")
        run(folder, python, "manage.py", "migrate", "--verbosity", "0")
        run(folder, python, "manage.py", "shell", "-c", KNOCK.format(path=path, status=status))
    sys.stdout.write(f"installed alone, migrated, checked; {path} answers {status}\n")


def main() -> None:
    """Check every package."""
    for package in package_folders():
        check_package(package)


if __name__ == "__main__":
    main()
