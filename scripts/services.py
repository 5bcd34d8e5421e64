"""Start the servers that a site needs, in a temporary folder and on loopback.

Use it as ``with Services() as services``, which stops the servers at its end. PostgreSQL, Redis and nginx must be
installed: ``apt-get install postgresql redis-server nginx``.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NoReturn, Self
from urllib.error import HTTPError
from urllib.request import Request, urlopen

ROOT: Final = Path(__file__).resolve().parent.parent
EXAMPLE: Final = ROOT / "example_project"
HOST: Final = "127.0.0.1"
START_SECONDS: Final = 90
STOP_SECONDS: Final = 20
ENDING_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class NotStartedError(RuntimeError):
    """A server has exited, or does not start in time."""


def leave(number: int, frame: object) -> NoReturn:
    """Handle a signal: end the process in the way of an exception, so that ``with`` blocks are left.

    Raises:
        KeyboardInterrupt: For Ctrl-C.
        SystemExit: For other signals, with the exit code that shells report for them.
    """
    if number == signal.SIGINT:
        raise KeyboardInterrupt
    raise SystemExit(128 + number)


def installed(package: str, program: str, folders: str = "/usr/sbin") -> str:
    """Return the path of a program.

    Args:
        package: The package of Debian that contains it.
        program: Its name.
        folders: Where it is looked for before ``PATH``, separated by colons.

    Raises:
        SystemExit: If it is not installed, with the command that installs it.
    """
    path = shutil.which(program, path=f"{folders}:{os.environ.get('PATH', '')}")
    if path is None:
        raise SystemExit(f"{program} was not found. Install it with: apt-get install {package}")
    return path


def free_port() -> int:
    """Return an unused port."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def wait_for(what: str, passed: Callable[[], bool], seconds: float = START_SECONDS) -> None:
    """Wait until ``passed()`` returns ``True``.

    Args:
        what: The name of the condition, for the error message.
        passed: The condition.
        seconds: The timeout.

    Raises:
        NotStartedError: If it does not within the timeout.
    """
    end = time.monotonic() + seconds
    while not passed():
        if time.monotonic() > end:
            raise NotStartedError(f"{what}: not within {seconds:.0f} s")
        time.sleep(0.1)


def is_open(port: int) -> bool:
    """Return whether a server listens on the port."""
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0


def status_of(url: str) -> int:
    """Return the status code of a GET request, or 0 without a response."""
    try:
        with urlopen(Request(url), timeout=5) as answer:  # noqa: S310  (a local server)
            return int(answer.status)
    except HTTPError as error:
        return error.code
    except OSError:
        return 0


def succeeds(command: Sequence[str]) -> bool:
    """Return whether a command exits with 0."""
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


@dataclass
class Server:
    """A server process, with its command and its log."""

    name: str
    command: Sequence[str]
    env: dict[str, str]
    log: Path
    stop_signal: signal.Signals = signal.SIGTERM
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the process, also after it has exited."""
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                self.command, cwd=EXAMPLE, env=self.env, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
            )

    @property
    def pid(self) -> int:
        """The process id.

        Raises:
            NotStartedError: If the process was not started.
        """
        if self.process is None:
            raise NotStartedError(self.name)
        return self.process.pid

    def send(self, number: signal.Signals) -> None:
        """Send a signal to the process and its child processes."""
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, number)

    def kill(self) -> None:
        """Kill the process."""
        self.send(signal.SIGKILL)
        self.wait()

    def hang(self) -> None:
        """Suspend the process, which then accepts connections but does not respond."""
        self.send(signal.SIGSTOP)

    def go_on(self) -> None:
        """Resume the process."""
        self.send(signal.SIGCONT)

    def stop(self) -> None:
        """Terminate the process, and kill it if it does not exit in time."""
        if self.process is not None and self.process.poll() is None:
            self.go_on()
            self.process.send_signal(self.stop_signal)
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.kill()

    def wait(self, seconds: float = STOP_SECONDS) -> int:
        """Wait until the process has exited, and return its exit code; 0 if it was not started."""
        return self.process.wait(seconds) if self.process is not None else 0


@dataclass
class Services:
    """A set of servers in a temporary folder."""

    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="storefront-")))
    servers: list[Server] = field(default_factory=list)
    handlers: dict[signal.Signals, Any] = field(default_factory=dict)

    def __enter__(self) -> Self:
        """Give the users of the servers access to the folder, and let signals end the block instead of the process."""
        self.folder.chmod(0o755)
        for number in ENDING_SIGNALS:
            self.handlers[number] = signal.signal(number, leave)
        return self

    def __exit__(self, *error: object) -> None:
        """Stop the servers in reverse order, and delete their folder. Signals don't interrupt this."""
        for number in self.handlers:
            signal.signal(number, signal.SIG_IGN)
        for server in reversed(self.servers):
            server.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
        for number, handler in self.handlers.items():
            signal.signal(number, handler)

    def run(self, name: str, *command: str, env: dict[str, str] | None = None, **options: Any) -> Server:
        """Start a program."""
        server = Server(name, command, env or dict(os.environ), self.folder / f"{name}.log", **options)
        self.servers.append(server)
        server.start()
        return server

    def postgresql(self, *settings: str) -> str:
        """Start PostgreSQL with an empty database, and return its URL.

        Args:
            settings: Further settings of the server, as ``name=value``.
        """
        versions = sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin")), reverse=True)
        bin_folder = Path(installed("postgresql", "postgres", ":".join(versions))).parent
        home, port = self.folder / "postgresql", free_port()
        home.mkdir()
        as_user: list[str] = []
        if os.geteuid() == 0:  # it does not run as root
            shutil.chown(home, "postgres")
            as_user = ["runuser", "-u", "postgres", "--"]
        data = str(home / "data")
        subprocess.run(
            [*as_user, str(bin_folder / "initdb"), "-D", data, "-A", "trust", "-U", "postgres", "--no-sync", "-E",
             "UTF8", "--locale=C.UTF-8"],
            check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        self.run(
            "postgresql", *as_user, str(bin_folder / "postgres"), "-D", data, "-p", str(port), "-k", str(home),
            "-c", f"listen_addresses={HOST}", "-c", "max_connections=200",
            *[part for setting in settings for part in ("-c", setting)], stop_signal=signal.SIGTERM,
        )  # fmt: skip
        psql = [str(bin_folder / "psql"), "-h", HOST, "-p", str(port), "-U", "postgres", "-qc"]
        wait_for("PostgreSQL", lambda: succeeds([*psql, "SELECT 1"]))
        subprocess.run([*psql, "CREATE DATABASE storefront"], check=True)
        return f"postgres://postgres@{HOST}:{port}/storefront"

    def redis(self) -> tuple[Server, str]:
        """Start Redis, and return it with its URL, to which a database number can be appended."""
        program, port = installed("redis-server", "redis-server"), free_port()
        server = self.run(
            "redis", program, "--port", str(port), "--bind", HOST, "--save", "", "--dir", str(self.folder)
        )
        wait_for("Redis", lambda: is_open(port))
        return server, f"redis://{HOST}:{port}"

    def mail_catcher(self) -> tuple[Server, str, Path]:
        """Start the mail catcher, and return it with its URL and the folder of its mails."""
        port, folder = free_port(), self.folder / "mails"
        server = self.run("mail", sys.executable, str(ROOT / "scripts" / "mail_catcher.py"), str(port), str(folder))
        wait_for("the mail catcher", lambda: is_open(port))
        return server, f"smtp://{HOST}:{port}", folder

    def web(self, env: dict[str, str], *, name: str = "web", port: int | None = None) -> tuple[Server, str]:
        """Start the site with gunicorn, wait until it is ready, and return it with its URL."""
        port = port or free_port()
        env = {**env, "HOST": HOST, "PORT": str(port)}
        server = self.run(name, sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "storefront.wsgi", env=env)
        url = f"http://{HOST}:{port}"
        wait_for(name, lambda: status_of(f"{url}/readyz") == 200)
        return server, url

    def celery(self, kind: str, env: dict[str, str], *arguments: str) -> Server:
        """Start a Celery worker, beat or Flower."""
        return self.run(kind, sys.executable, "-m", "celery", "-A", "storefront", kind, *arguments, env=env)


def manage(env: dict[str, str], *arguments: str) -> None:
    """Run a management command of the example project."""
    subprocess.run([sys.executable, "manage.py", *arguments], cwd=EXAMPLE, env=env, check=True)


def prepare(env: dict[str, str], *seed: str) -> None:
    """Run the migrations, collect the static files, and run the command that adds the sample data."""
    manage(env, "migrate", "--verbosity", "0")
    others = [f"--ignore={name}" for name in ("admin", "rest_framework", "drf_spectacular_sidecar")]
    manage(env, "collectstatic", "--noinput", "--verbosity", "0", *others)
    manage(env, *seed)


def site_environment(**variables: str) -> dict[str, str]:
    """Return the environment of a site with the production settings, on loopback and without TLS."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "storefront.settings.prod",
        **{name: secrets.token_urlsafe(50) for name in ("SECRET_KEY", "JWT_SIGNING_KEY")},
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
        "SECURE_SSL_REDIRECT": "off",
        "SECURE_HSTS_SECONDS": "0",
        "SERVE_MEDIA": "on",
        "PLAYGROUND": "on",
        "DUMMY_PAYMENTS": "on",
        **variables,
    }
