"""Test the first steps of a new user, in an empty folder with Python and the packages: ``first_hour.py``.

1. Omit each step of the READMEs in turn: ``check``, ``migrate`` or the first request must name it and the line to add.
2. Create a project from the template and place an order with curl, with the development and the production settings.
3. Run every block of the READMEs, the tutorial and the guides; see ``run_pages.py``.

The packages must be installed in the current environment; ``tox run -e pages`` installs their wheels.
"""

from __future__ import annotations

import argparse
import json
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final, Self

from pages import ROOT, Block, Page, all_pages, read_page
from run_pages import environment, put, report, run_all

KEYS: Final = {"SECRET_KEY": "a key of a public site that nobody else has, long enough", "JWT_SIGNING_KEY": "k3y" * 20}
PUBLIC: Final = {
    **KEYS,
    "DEBUG": "off",
    "ALLOWED_HOSTS": "localhost",
    "SITE_URL": "https://localhost",
    "FRONTEND_URL": "https://shop.example",
    "EMAIL_URL": "smtp+tls://user:secret@mail.example:587",
    "REDIS_URL": "redis://127.0.0.1:6379/1",
    "STRIPE_API_KEY": "sk_test_1",
    "STRIPE_ENDPOINT_SECRET": "whsec_1",
}


class Stuck(Exception):
    """A step failed without an error message that names the solution."""


@dataclass(frozen=True)
class Forgotten:
    """A step of a README that is omitted, and the expected message.

    Attributes:
        step: The name of the step.
        package: The distribution with the README.
        change: Removes the step from the settings and URLs of the README.
        command: The command that is run afterwards.
        told: The texts that its output must contain.
    """

    step: str
    package: str
    change: Callable[[str, str], tuple[str, str]]
    command: tuple[str, ...]
    told: tuple[str, ...]


def without(*lines: str) -> Callable[[str, str], tuple[str, str]]:
    """Return a function that removes the lines of the settings that contain one of the given texts."""

    def change(settings: str, urls: str) -> tuple[str, str]:
        kept = [line for line in settings.splitlines() if not any(text in line for text in lines)]
        if len(kept) == len(settings.splitlines()):
            raise Stuck(f"The README has no line with {lines}.")
        return "\n".join(kept) + "\n", urls

    return change


def no_urls(settings: str, urls: str) -> tuple[str, str]:
    """Remove the URLs."""
    return settings, ""


CHECK: Final = ("check",)
STORE, AUTH, TAGS, LIKES = (
    "django-storefront-store",
    "django-storefront-auth",
    "django-generic-tags",
    "django-generic-likes",
)
STEPS: Final = [
    Forgotten(
        "rest_framework", STORE, without('"rest_framework",'), CHECK, ("storefront_store.E004", "'rest_framework'")
    ),
    Forgotten("django_filters", STORE, without("django_filters"), CHECK, ("storefront_store.E004", "'django_filters'")),
    Forgotten("the store's URLs", STORE, no_urls, CHECK, ("storefront_store.W008", 'include("storefront_store.urls")')),
    Forgotten(
        "MEDIA_ROOT",
        STORE,
        without("MEDIA_ROOT ="),
        CHECK,
        ("storefront_store.W004", 'MEDIA_ROOT = BASE_DIR / "media"'),
    ),
    Forgotten(
        "AUTH_USER_MODEL", AUTH, without("AUTH_USER_MODEL ="), CHECK, ("storefront_auth.W003", 'AUTH_USER_MODEL = "')
    ),
    Forgotten(
        "the middleware", AUTH, without("MIDDLEWARE ="), CHECK, ("storefront_auth.W013", "storefront_auth.middleware.")
    ),
    Forgotten("DJOSER", AUTH, without("DJOSER ="), CHECK, ("storefront_auth.E010", "DJOSER")),
    Forgotten("SIMPLE_JWT", AUTH, without("SIMPLE_JWT ="), CHECK, ("storefront_auth.W001", "SIGNING_KEY")),
    Forgotten(
        "the backend",
        AUTH,
        without("AUTHENTICATION_BACKENDS ="),
        CHECK,
        ("storefront_auth.W005", "AUTHENTICATION_BACKENDS"),
    ),
    Forgotten("accounts' URLs", AUTH, no_urls, CHECK, ("storefront_auth.W014", 'include("storefront_auth.urls")')),
]


def lines_of(package: str) -> tuple[str, str]:
    """Return the settings and URLs in the README of a package."""
    page = read_page(ROOT / "packages" / package / "README.md")
    texts = {"settings.py": "", "urls.py": ""}
    for block in page.blocks:
        name = Path(block.file or "").name
        if name in texts and not block.reason:
            texts[name] += block.text
    return texts["settings.py"], texts["urls.py"]


def manage(folder: Path, *command: str, **variables: str) -> tuple[int, str]:
    """Run a management command of a project; return its exit code and its output."""
    done = subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=folder,
        env={**environment(), **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, re.sub(r"\x1b\[[\d;]*m", "", done.stdout + done.stderr)


def blank(folder: Path, settings: str = "", urls: str = "") -> Path:
    """Create a new project, with the given lines added to its settings and URLs."""
    folder.mkdir()
    subprocess.run(
        [sys.executable, "-m", "django", "startproject", "config", "."], cwd=folder, env=environment(), check=True
    )
    page = Page(folder)
    for name, text in (("settings.py", settings), ("urls.py", urls)):
        put(folder, page, Block("python", text, 1, name))
    return folder


def forget(forgotten: Forgotten, folder: Path) -> None:
    """Omit a step and check the message.

    Raises:
        Stuck: The message does not name the step or the line to add.
    """
    project = blank(folder, *forgotten.change(*lines_of(forgotten.package)))
    _, told = manage(project, *forgotten.command, **KEYS)
    missing = [text for text in forgotten.told if text not in " ".join(told.split())]
    if missing:
        raise Stuck(f"{forgotten.package} without {forgotten.step}: nothing says {missing}:\n{told[-2500:]}")


def forget_migrate(folder: Path) -> None:
    """Request the products of a project without tables.

    Raises:
        Stuck: The response does not name the command.
    """
    project = blank(folder, *lines_of(STORE))
    code, told = manage(project, "shell", "-c", ASK)
    if code or "not_migrated" not in told or "manage.py migrate" not in told:
        raise Stuck(f"A forgotten migrate: {told[-2500:]}")


ASK: Final = """
from django.test import Client
answer = Client(raise_request_exception=False, headers={"host": "localhost"}).get("/store/products/")
print(answer.status_code, answer.content.decode())
"""


def forget_the_user_model(folder: Path) -> None:
    """Migrate the store, and set the user model afterwards.

    Raises:
        Stuck: No message names the problem.
    """
    settings, urls = lines_of(STORE)
    project = blank(folder, settings, urls)
    manage(project, "migrate", "--verbosity", "0")
    for name, text in zip(("settings.py", "urls.py"), lines_of(AUTH), strict=True):
        put(project, Page(project), Block("python", text, 1, name))
    code, told = manage(project, "migrate", **KEYS)
    if not code or "AUTH_USER_MODEL" not in told or not re.search(r"E009|E011", told):
        raise Stuck(f"A user model that is chosen too late: {told[-2500:]}")


def forget_the_media_folder(folder: Path) -> None:
    """Add sample data with images to a project without a media folder.

    Raises:
        Stuck: The images are written to the working directory, or no message names the problem.
    """
    settings, urls = without("MEDIA_ROOT =", "MEDIA_URL =")(*lines_of(STORE))
    project = blank(folder, settings, urls.replace("urlpatterns += static", "# "))
    manage(project, "migrate", "--verbosity", "0")
    code, told = manage(project, "seed_store", "--products", "3")
    if not code or "MEDIA_ROOT" not in told or list(project.rglob("*.webp")):
        raise Stuck(f"No folder for images: {told[-2500:]}")


class Shop:
    """A running development server, to which requests are sent."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.log = (folder / "server.log").open("wb")
        command = [sys.executable, "manage.py", "runserver", "--noreload", f"127.0.0.1:{self.port}"]
        self.process = subprocess.Popen(
            command, cwd=folder, env={**environment(), "DEBUG": "on"}, stdout=self.log, stderr=self.log
        )

    def __enter__(self) -> Self:
        """Wait until the server listens."""
        end = time.monotonic() + 300
        while time.monotonic() < end and self.process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                time.sleep(0.1)
            else:
                return self
        raise Stuck(f"The server did not start: {Path(self.log.name).read_text()}")

    def __exit__(self, *args: object) -> None:
        """Stop the server."""
        self.process.terminate()
        self.process.wait(30)
        self.log.close()

    def ask(self, method: str, path: str, body: Any = None, token: str = "") -> Any:
        """Send a request and return the body of the response."""
        headers = {"Content-Type": "application/json", **({"Authorization": f"JWT {token}"} if token else {})}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
                return json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            raise Stuck(f"{method} {path}: {error.code} {error.read()[:1000]!r}") from error


def sell_from_template(folder: Path) -> None:
    """Create a project from the template, check it with the production settings, and place an order.

    Raises:
        Stuck: A step does not work.
    """
    folder.mkdir()
    template = ROOT / "templates" / "shop"
    command = [sys.executable, "-m", "django", "startproject", "--template", str(template), "mystore"]
    subprocess.run(command, cwd=folder, env=environment(), check=True)
    project = folder / "mystore"
    code, told = manage(project, "check")
    if not code or "SECRET_KEY" not in told:
        raise Stuck(f"The template starts without keys: {told}")
    code, told = manage(project, "check", "--deploy", "--fail-level", "WARNING", **PUBLIC)
    if code:
        raise Stuck(f"The template as a public site: {told}")
    (project / ".env").write_text((project / ".env.example").read_text())
    for step in (("check", "--fail-level", "WARNING"), ("makemigrations", "--check", "--dry-run"), ("migrate",)):
        code, told = manage(project, *step)
        if code:
            raise Stuck(f"The template: {step}: {told[-2500:]}")
    manage(project, "seed_store", "--products", "5", "--no-images")
    with Shop(project) as shop:
        person = {"username": "ann", "email": "ann@example.com", "password": "correct-horse-7"}
        shop.ask("POST", "/auth/users/", person)
        token = shop.ask("POST", "/auth/jwt/create/", person)["access"]
        product = shop.ask("GET", "/store/products/?in_stock=true")["results"][0]
        cart = shop.ask("POST", "/store/carts/")["id"]
        shop.ask("POST", f"/store/carts/{cart}/items/", {"product_id": product["id"], "quantity": 1})
        order = shop.ask("POST", "/store/orders/", {"cart_id": cart}, token)
        method = shop.ask("GET", "/store/payment-methods/")[0]["variant"]
        body = {"variant": method, "return_url": "http://localhost:8000/"}
        payment = shop.ask("POST", f"/store/orders/{order['id']}/payments/", body, token)
        if payment["amount"] != order["total"]:
            raise Stuck(f"An order over {order['total']} is paid with {payment['amount']}.")


def main() -> int:
    """Run all steps and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--template", action="store_true", help="only sell something from the template")
    only_template = parser.parse_args().template
    started = time.monotonic()
    failed = 0
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        calls: list[tuple[str, Callable[[Path], None]]] = [
            (f"{step.package} without {step.step}", partial(forget, step)) for step in STEPS
        ]
        calls += [
            ("a forgotten migrate", forget_migrate),
            ("the user model chosen too late", forget_the_user_model),
            ("no folder for images", forget_the_media_folder),
            ("a shop from the template", sell_from_template),
        ]
        chosen = calls[-1:] if only_template else calls

        def outcome(index: int) -> str:
            what, call = chosen[index]
            try:
                call(work / f"project{index}")
            except Stuck as error:
                return f"FAILED {what}\n{error}"
            return f"ok     {what}"

        with ThreadPoolExecutor(2) as pool:
            for line in pool.map(outcome, range(len(chosen))):
                failed += line.startswith("FAILED")
                sys.stdout.write(f"{line}\n")
                sys.stdout.flush()
    code = 0 if only_template else report(run_all(list(all_pages()), parallel=2))
    sys.stdout.write(f"{time.monotonic() - started:.0f} s\n")
    return 1 if failed or code else 0


if __name__ == "__main__":
    sys.exit(main())
