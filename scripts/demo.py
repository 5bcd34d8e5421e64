"""Run the example project with sample data and its client, on SQLite and without other services.

Environment variables: ``CATALOGUE=file`` loads that catalogue instead of the sample one, ``DATABASE_URL`` selects the
database, ``PORT`` the port (the client uses the next one; both must be free), ``THROTTLING=off`` disables the request
limits, ``WEB_CONCURRENCY`` sets the number of worker processes.
"""

from __future__ import annotations

import hashlib
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = ROOT / "example_project"
PYTHON = sys.executable
HOST = "127.0.0.1"


def environment(**changes: str) -> dict[str, str]:
    """Return the environment of the demo's processes, with ``DEBUG`` off unless it is set."""
    return {"DJANGO_SETTINGS_MODULE": "storefront.settings.dev", "DEBUG": "off", **os.environ, **changes}


def database_of(catalogue: str) -> str:
    """Return the URL of the demo's database; each catalogue has its own."""
    if not catalogue:
        return f"sqlite:///{EXAMPLE / 'db.sqlite3'}"
    source = Path(catalogue).resolve()
    digest = hashlib.blake2b(os.fsencode(source), digest_size=4).hexdigest()
    name = re.sub(r"[^a-z0-9]+", "-", f"catalogue-{source.stem[:40]}-{digest}".lower())
    return f"sqlite:///{EXAMPLE / name}.sqlite3"


def is_free(port: int) -> bool:
    """Return whether a server can listen on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as servers do
        try:
            probe.bind((HOST, port))
        except (OSError, OverflowError):
            return False
    return True


def manage(env: dict[str, str], *arguments: str) -> None:
    """Run a management command, or stop with its exit code."""
    answer = subprocess.run([PYTHON, str(EXAMPLE / "manage.py"), *arguments], env=env, check=False)
    if answer.returncode:
        sys.exit(answer.returncode)


def prepare(env: dict[str, str], catalogue: str) -> None:
    """Migrate the database and add the sample data; calling it again changes nothing."""
    manage(env, "migrate", "--verbosity", "0")
    if catalogue:
        manage(env, "import_catalogue", catalogue)
    else:
        manage(env, "seed_store")
    sys.stdout.write("Accounts:\n")
    sys.stdout.flush()
    manage(env, "seed_demo")


def server() -> list[str]:
    """Return the command line of the web server, which listens on ``HOST`` and ``PORT`` of its environment."""
    configuration = str(EXAMPLE / "gunicorn.conf.py")
    return [PYTHON, "-m", "gunicorn", "-c", configuration, "--chdir", str(EXAMPLE), "storefront.wsgi"]


def listening(env: dict[str, str], port: int) -> dict[str, str]:
    """Return the environment of a web server on a port of this machine."""
    return {"WEB_CONCURRENCY": "1", **env, "HOST": HOST, "PORT": str(port)}


def client(port: int, api_port: int) -> list[str]:
    """Return the command line of the client's server."""
    api = f"http://{HOST}:{api_port}"
    return [PYTHON, str(EXAMPLE / "client" / "serve.py"), "--port", str(port), "--api", api, "--quiet"]


def serve(env: dict[str, str], port: int) -> int:
    """Run both servers until the web server ends or a signal arrives; return the web server's exit code."""
    beside = subprocess.Popen(client(port + 1, port))
    # In a session of its own, because SIGHUP of the terminal would make gunicorn start new workers while it ends.
    shop = subprocess.Popen(server(), env=listening(env, port), start_new_session=True)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):  # SIGHUP is sent when the terminal is closed
        signal.signal(number, lambda *_: shop.terminate())
    try:
        return shop.wait()
    finally:
        beside.terminate()
        beside.wait()


def main() -> None:
    """Prepare the demo, then run it."""
    catalogue = os.environ.get("CATALOGUE", "")
    port = int(os.environ.get("PORT") or "8000")
    if taken := [str(number) for number in (port, port + 1) if not is_free(number)]:
        sys.exit(f"Nothing can be served on port {' and '.join(taken)}: PORT=… chooses another pair.")
    origins = ",".join(f"http://{name}:{port + 1}" for name in ("localhost", HOST))
    env = environment(
        DATABASE_URL=os.environ.get("DATABASE_URL") or database_of(catalogue),
        SITE_URL=os.environ.get("SITE_URL") or f"http://{HOST}:{port}",
        FRONTEND_URL=os.environ.get("FRONTEND_URL") or f"http://{HOST}:{port + 1}",
        CORS_ALLOWED_ORIGINS=os.environ.get("CORS_ALLOWED_ORIGINS") or origins,
    )
    prepare(env, catalogue)
    sys.stdout.write(f"\nThe shop:     http://{HOST}:{port + 1}/\n")
    sys.stdout.write(f"Its back end: http://{HOST}:{port}/    (Ctrl-C closes both)\n")
    sys.stdout.write(f"Mail goes to: {os.environ.get('EMAIL_URL') or EXAMPLE / 'mail'}\n")
    sys.stdout.flush()
    sys.exit(serve(env, port))


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
