"""Run the example shop: tables, a catalogue, accounts, a server; in process, on SQLite, without any service.

Environment: ``CATALOGUE=file`` loads that catalogue in place of ours, ``DATABASE_URL`` chooses the database, ``PORT``
the port, ``THROTTLING=off`` lifts the request limits, ``WEB_CONCURRENCY`` sets the number of worker processes.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = ROOT / "example_project"
PYTHON = sys.executable
HOST = "127.0.0.1"


def environment(**changes: str) -> dict[str, str]:
    """Return the environment of the demo's processes: answers as of a real site, unless ``DEBUG`` says otherwise."""
    return {"DJANGO_SETTINGS_MODULE": "storefront.settings.dev", "DEBUG": "off", **os.environ, **changes}


def database_of(catalogue: str) -> str:
    """Return the address of the demo's own database; a catalogue gets one for itself, so that none mixes with ours."""
    if not catalogue:
        return f"sqlite:///{EXAMPLE / 'db.sqlite3'}"
    source = Path(catalogue).resolve()
    name = re.sub(r"[^a-z0-9]+", "-", f"{source.parent.name}-{source.stem}".lower()).strip("-")
    return f"sqlite:///{EXAMPLE / f'catalogue-{name}.sqlite3'}"


def manage(env: dict[str, str], *arguments: str) -> None:
    """Run a management command, or stop with its exit code."""
    answer = subprocess.run([PYTHON, str(EXAMPLE / "manage.py"), *arguments], env=env, check=False)
    if answer.returncode:
        sys.exit(answer.returncode)


def prepare(env: dict[str, str], catalogue: str) -> None:
    """Bring the database up to date and fill it; doing it again changes nothing."""
    manage(env, "migrate", "--verbosity", "0")
    if catalogue:
        manage(env, "import_catalogue", catalogue)
    else:
        manage(env, "seed_store")
    sys.stdout.write("Accounts:\n")
    sys.stdout.flush()
    manage(env, "seed_demo")


def server(port: int) -> list[str]:
    """Return the command line of the web server."""
    return [
        PYTHON, "-m", "gunicorn", "storefront.wsgi", "--pythonpath", str(EXAMPLE), "--bind", f"{HOST}:{port}",
        "--worker-class", "gthread", "--threads", "8", "--limit-request-line", "8190", "--log-level", "warning",
    ]  # fmt: skip


def main() -> None:
    """Prepare the demo, then become its server."""
    catalogue = os.environ.get("CATALOGUE", "")
    port = int(os.environ.get("PORT", "8000"))
    env = environment(DATABASE_URL=os.environ.get("DATABASE_URL") or database_of(catalogue))
    prepare(env, catalogue)
    sys.stdout.write(f"\nThe shop is open: http://{HOST}:{port}/ (Ctrl-C closes it)\n")
    sys.stdout.flush()
    os.execve(PYTHON, server(port), env)  # noqa: S606  (the server takes over this process, signals included)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
