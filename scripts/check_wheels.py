"""Install each wheel alone, and then all together, in a new project that is configured as the READMEs say.

Each package alone answers a request. drf-spectacular, in its lowest and its highest supported version, then describes
the API without a warning; so it does for all packages together, with the store's opt-in apps.

The first Python block in a README that contains ``INSTALLED_APPS`` is added to the settings, and the first that
contains ``urlpatterns`` to the URLconf. Dots in a list, in a comment or not, stand for the existing entries.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from install_wheels import build_wheels, package_folders, wheel_of

BLOCK = re.compile(r"```python\n(.*?)```", re.DOTALL)

SECRETS = {"JWT_SIGNING_KEY": "a key that signs tokens in a blank project"}

# The responses to anonymous requests to a path of each package.
FIRST_PAGES = {
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
DESCRIBED = """
INSTALLED_APPS += ["drf_spectacular"]
REST_FRAMEWORK = {**globals().get("REST_FRAMEWORK", {}), "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema"}
"""
EXTRAS = {"django-storefront-store": "openapi,payments"}
TOGETHER = """
INSTALLED_APPS += ["payments", *(f"storefront_store.{app}" for app in ("shipping", "vouchers", "payments"))]
PAYMENT_HOST = "localhost:8000"
GENERIC_TAGS = GENERIC_LIKES = {"MODELS": ["storefront_store.Product"]}
STOREFRONT_STORE = {"GUEST_CHECKOUT": True}
"""
OPT_IN_URLS = """
urlpatterns = [..., *(path("store/", include(f"storefront_store.{app}.urls")) for app in ("shipping", "payments"))]
"""
LISTS = ("INSTALLED_APPS", "MIDDLEWARE", "urlpatterns")
REQUESTS = """
from django.test import Client
for path, status in {pages}:
    answer = Client(headers={{"host": "localhost"}}).get(path).status_code
    assert answer == status, f"{{path}} answered {{answer}}, not {{status}}"
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


class Project:
    """A new Django project with an environment of its own.

    Attributes:
        folder: The folder of the project.
        wheels: The folder of the wheels.
        python: The interpreter of the environment.
    """

    def __init__(self, folder: Path, wheels: Path) -> None:
        self.folder, self.wheels = folder, wheels
        self.python = str(folder / "venv" / "bin" / "python")
        run(folder, "uv", "venv", "--quiet", "--python", sys.executable, "venv")

    def install(self, *requirements: str) -> None:
        """Install requirements, of which ``name[extra]`` of a package here stands for its wheel."""
        names = {package.name for package in package_folders()}
        full = []
        for requirement in requirements:
            name = requirement.partition("[")[0]
            full.append(f"{requirement} @ {wheel_of(name, self.wheels).as_uri()}" if name in names else requirement)
        run(self.folder, "uv", "pip", "install", "--quiet", "--python", self.python, *full)

    def start(self, *packages: Path) -> None:
        """Create the project, with the settings and URLs of the READMEs of these packages."""
        run(self.folder, self.python, "-m", "django", "startproject", "blank", ".")
        for package in packages:
            settings, urls = integration((package / "README.md").read_text())
            self.add("settings.py", settings)
            self.add("urls.py", urls)

    def add(self, module: str, lines: str) -> None:
        """Add an excerpt to a module of the project."""
        append(self.folder / "blank" / module, lines)

    def manage(self, *arguments: str) -> None:
        """Run a management command."""
        run(self.folder, self.python, "manage.py", *arguments)

    def describe(self, lowest: str) -> None:
        """Generate the schema with the installed drf-spectacular, and with the lowest supported version.

        Args:
            lowest: The lowest supported version.
        """
        self.add("settings.py", DESCRIBED)
        self.manage("spectacular", "--validate", "--fail-on-warn", "--file", "newest.yaml")
        self.install(f"drf-spectacular=={lowest}")
        self.manage("spectacular", "--validate", "--fail-on-warn", "--file", "lowest.yaml")


def lowest_spectacular(package: Path) -> str:
    """Return the lowest version of drf-spectacular that a package supports."""
    project = tomllib.loads((package / "pyproject.toml").read_text())["project"]
    [lowest] = [
        version
        for name, _, version in (each.partition(">=") for each in project["optional-dependencies"]["openapi"])
        if name == "drf-spectacular"
    ]
    return str(lowest)


def check_package(package: Path, project: Project) -> None:
    """Check one package alone."""
    readme = (package / "README.md").read_text()
    project.install(package.name + ("[api]" if f"{package.name}[api]" in readme else ""))
    project.start(package)
    path, status = FIRST_PAGES[package.name]
    project.manage("check")
    project.manage("makemigrations", "--check", "--dry-run")
    project.manage("migrate", "--verbosity", "0")
    project.manage("shell", "-c", REQUESTS.format(pages=[(path, status)]))
    project.install(f"{package.name}[openapi]")
    project.describe(lowest_spectacular(package))
    sys.stdout.write(f"{package.name}: alone it migrates, answers {path} with {status}, and is described\n")


def check_together(packages: list[Path], project: Project) -> None:
    """Check all packages in one project."""
    project.install(*(f"{package.name}[{EXTRAS.get(package.name, 'openapi')}]" for package in packages))
    project.start(*packages)
    project.add("settings.py", TOGETHER)
    project.add("urls.py", OPT_IN_URLS)
    project.manage("check")
    project.manage("makemigrations", "--check", "--dry-run")
    project.manage("migrate", "--verbosity", "0")
    project.manage("shell", "-c", REQUESTS.format(pages=list(FIRST_PAGES.values())))
    project.describe(max((lowest_spectacular(package) for package in packages), key=numbers))
    sys.stdout.write("all together: they migrate, answer, and are described\n")


def numbers(version: str) -> list[int]:
    """Return the numbers of a version, to compare it."""
    return [int(number) for number in version.split(".")]


def main() -> None:
    """Check every package alone, then all together."""
    packages = package_folders()
    with tempfile.TemporaryDirectory() as name:
        wheels = Path(os.environ.get("WHEELS", Path(name) / "dist"))
        if "WHEELS" not in os.environ:
            build_wheels(wheels, packages)
        for package in packages:
            folder = Path(name) / package.name
            folder.mkdir()
            check_package(package, Project(folder, wheels))
        folder = Path(name) / "together"
        folder.mkdir()
        check_together(packages, Project(folder, wheels))


if __name__ == "__main__":
    main()
