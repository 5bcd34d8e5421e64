"""Test the API with requests that Schemathesis generates from its schema, anonymously, as a customer and as staff.

    python scripts/fuzz.py --cases 20000 --minutes 30

The status code, media type, headers and body of each response must match the schema, and no response may be a 5xx. The
site runs on a temporary database unless ``DATABASE_URL`` is set, and Schemathesis in its own virtual environment.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

import demo
import run_cells
import smoke

ENVIRONMENT: Final = demo.ROOT / ".tox" / "fuzz"
REQUIREMENT: Final = "schemathesis>=4.3,<5"
CHECKS: Final = (
    "not_a_server_error,status_code_conformance,content_type_conformance,"
    "response_headers_conformance,response_schema_conformance"
)
HEADER_BYTES: Final = "1000000"  # the server would refuse a long address itself, with a status that no API documents
LEFT_OUT: Final = ("jwt_logout_all",)  # it would revoke the tokens of the test itself
SETTINGS: Final = """
from datetime import timedelta
from storefront.settings.dev import *
SIMPLE_JWT = {**SIMPLE_JWT, "ACCESS_TOKEN_LIFETIME": timedelta(hours=12)}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LOGGING = {**LOGGING, "root": {"handlers": ["console"], "level": "ERROR"}}
"""
PASSWORD: Final = "a-rather-long-password"  # noqa: S105  (for a temporary database)
FILL: Final = f"""
from django.contrib.auth import get_user_model
from storefront_store.models import Collection, Product, Promotion, Review
from storefront_store.services import carts, checkout
from storefront_store.services.customers import customer_of
make = get_user_model().objects.create_user
customer = make("fuzz-customer", "customer@storefront.example", "{PASSWORD}")
make("fuzz-staff", "staff@storefront.example", "{PASSWORD}", is_staff=True, is_superuser=True)
garden = Collection.objects.create(title="Garden")
for number in range(1, 13):
    product = Product.objects.create(
        title=f"Product {{number}}", slug=f"product-{{number}}", unit_price=number, inventory=1000, collection=garden
    )
    Review.objects.create(product=product, name="Ann", description="Good.", rating=5, author=customer)
Promotion.objects.create(description="Sale", discount=10).products.add(product)
customer_of(customer)
for number in range(3):
    cart = carts.create_cart()
    carts.add_item(cart.pk, product_id=product.pk, quantity=2)
    if number:
        checkout.checkout(user=customer, cart_id=cart.pk)
"""
LOGINS: Final = 5  # attempts
ROLES: Final = ("", "fuzz-customer", "fuzz-staff")
GENERATED: Final = re.compile(r"(\d+) generated")


def program() -> str:
    """Return the path of Schemathesis, after installing it if necessary.

    It gets the newest interpreter: with several workers, early patch releases of Python 3.11 and 3.12 fail in
    ``ast.parse()`` with "AST constructor recursion depth mismatch".
    """
    found = ENVIRONMENT / "bin" / "st"
    if not found.exists():
        pythons = run_cells.interpreters([sys.version_info[1], 12, 13])
        subprocess.run([str(pythons[max(pythons)]), "-m", "venv", "--clear", str(ENVIRONMENT)], check=True)
        subprocess.run([str(ENVIRONMENT / "bin" / "pip"), "install", "--quiet", REQUIREMENT], check=True)
    return str(found)


def token_of(name: str, base: str) -> str:
    """Return the access token of a user, or an empty string without a user name."""
    if not name:
        return ""
    client = smoke.Client(base)
    for attempt in range(LOGINS):
        try:
            answer = client.send("POST", "/auth/jwt/create/", {"username": name, "password": PASSWORD})
            break
        except OSError:  # the first request loads the program, and a busy machine ends a slow worker
            if attempt + 1 == LOGINS:
                raise
    smoke.check(answer.status == 200, f"{name} can't log in: {answer.raw[:200]!r}")
    return str(answer.body["access"])


def run(name: str, base: str, schema: Path, options: argparse.Namespace) -> tuple[int, int]:
    """Send the requests of one role, and return the number of requests and the exit code of Schemathesis."""
    token = token_of(name, base)
    operations = sum(len(item) for item in json.loads(schema.read_text())["paths"].values())
    each = max(options.cases // len(ROLES) // operations, 1)
    command = [
        *(program(), "run", str(schema), "--url", base, "--checks", CHECKS, "--phases", options.phases),
        *("--max-examples", str(each), "--continue-on-failure", "--no-shrink", "--workers", "2", "--no-color"),
        *("--max-time", str(options.minutes * 60 // len(ROLES)), "--request-timeout", "30", "--warnings", "off"),
        *(part for operation in LEFT_OUT for part in ("--exclude-operation-id", operation)),
        *("--report", "ndjson", "--report-ndjson-path", str(options.report / f"{name or 'nobody'}.ndjson")),
        *(("--header", f"Authorization: Bearer {token}") if token else ()),
        *(("--seed", str(options.seed)) if options.seed else ()),
    ]
    log = options.report / f"{name or 'nobody'}.txt"
    with log.open("w") as output:
        done = subprocess.run(command, stdout=output, stderr=subprocess.STDOUT, check=False)
    text = log.read_text()
    if done.returncode:
        sys.stdout.write(text[-options.tail :])
    return sum(int(number) for number in GENERATED.findall(text)), done.returncode


def main() -> int:
    """Test all roles and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=20_000, help="requests, of all roles together")
    parser.add_argument("--minutes", type=int, default=60, help="time of all roles together")
    parser.add_argument("--phases", default="examples,coverage,fuzzing")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--tail", type=int, default=20_000, help="characters of a report that are shown")
    parser.add_argument("--report", type=Path, default=demo.ROOT / ".tox" / "fuzz-report")
    parser.add_argument("--roles", nargs="*", default=list(ROLES))
    options = parser.parse_args()
    options.report.mkdir(parents=True, exist_ok=True)
    program()
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "fuzz_settings.py").write_text(SETTINGS)
        env = demo.environment(
            DATABASE_URL=os.environ.get("DATABASE_URL") or f"sqlite:///{Path(folder) / 'fuzz.sqlite3'}",
            MEDIA_ROOT=str(Path(folder) / "media"),
            EMAIL_URL=f"filemail:///{Path(folder) / 'mail'}",
            THROTTLING="off",
            DJANGO_SETTINGS_MODULE="fuzz_settings",
            PYTHONPATH=os.pathsep.join([folder, str(demo.EXAMPLE)]),
        )
        demo.manage(env, "migrate", "--verbosity", "0")
        demo.manage(env, "shell", "--verbosity", "0", "--command", FILL)
        schema = Path(folder) / "schema.json"
        demo.manage(env, "spectacular", "--format", "openapi-json", "--file", str(schema))
        port = smoke.free_port()
        errors = options.report / "server.txt"
        with errors.open("wb") as output:
            server = subprocess.Popen(
                [*demo.server(), "--limit-request-field_size", HEADER_BYTES],
                env=demo.listening(env, port),
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        try:
            smoke.wait_until_open(server, port)
            failed = 0
            for name in options.roles:
                started = time.monotonic()
                cases, code = run(name, f"http://{demo.HOST}:{port}", schema, options)
                failed |= code
                seconds = time.monotonic() - started
                sys.stdout.write(
                    f"{name or 'nobody'}: {cases} cases in {seconds:.0f} s, {'FAILED' if code else 'ok'}\n"
                )
                sys.stdout.flush()
        finally:
            server.terminate()
            server.wait(30)
    return failed


if __name__ == "__main__":
    sys.exit(main())
