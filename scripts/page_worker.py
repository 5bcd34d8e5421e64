"""Run the steps of a documentation page in its project: ``page_worker.py steps.json``, called by ``run_pages.py``.

Commands of ``manage.py`` and requests run in this process, so that Django is started once for each page.
"""

from __future__ import annotations

import contextlib
import doctest
import io
import json
import os
import re
import shlex
import socket
import subprocess
import sys
import time
import traceback
from pathlib import Path
from typing import Any, Final

MANAGE: Final = re.compile(r"python3? manage\.py (.*)")
COMMAND: Final = re.compile(r"(?P<environment>(?:\w+=\S+ )*)(?P<rest>.*)", re.DOTALL)
SERVER: Final = "localhost:8000"
WAIT: Final = 300  # seconds; a server usually starts within one
PEOPLE: Final = {"staff": "anna", "customer": "ben"}  # the users that the tutorial registers


class Failed(Exception):
    """The result of a step differs from its page."""


class Worker:
    """Runs steps, with a shared namespace and the names that are stored from responses."""

    def __init__(self, names: dict[str, Any]) -> None:
        self.names = names
        self.namespace: dict[str, Any] = {"__name__": "page", "names": names, "new_cart": new_cart}
        self.server: subprocess.Popen[bytes] | None = None
        self.ready = False

    def setup(self) -> None:
        """Set up Django, when it is first needed."""
        if self.ready:
            return
        import django

        django.setup()
        from django.conf import settings

        settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver", "localhost"]
        self.ready = True

    def close(self) -> None:
        """Stop the server, if the page has started one."""
        if self.server:
            self.server.terminate()
            self.server.wait(WAIT)

    def run(self, step: dict[str, Any]) -> None:
        """Run one step.

        Raises:
            Failed: The result differs from the page.
        """
        kind = step["language"]
        if kind in {"python", "hidden"}:
            self.setup()
            exec(compile(step["text"], step["name"], "exec"), self.namespace)  # noqa: S102  (the page is part of this repository)
        elif kind == "pycon":
            self.setup()
            self.session(step)
        elif kind == "http":
            self.setup()
            self.request(step)
        else:
            self.commands(step["text"])

    def session(self, step: dict[str, Any]) -> None:
        """Run an interpreter session and compare its output."""
        test = doctest.DocTestParser().get_doctest(step["text"], self.namespace, step["name"], None, 0)
        runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE, verbose=False)
        told = io.StringIO()
        runner.run(test, out=told.write, clear_globs=False)
        self.namespace.update(test.globs)
        if runner.failures:
            raise Failed(told.getvalue())

    def request(self, step: dict[str, Any]) -> None:
        """Send a request and compare the response."""
        from api_examples import differences, parse_answer, parse_json, prepared
        from django.test import Client

        self.log_in(step["text"])
        request = prepared(step["text"].replace(f"Host: {SERVER}\n", ""), self.names)
        body = b"" if request.body is None else json.dumps(request.body).encode()
        answer = Client(raise_request_exception=False).generic(
            request.method, request.path, body, content_type="application/json", headers=request.headers
        )
        if not step["answer"]:
            if answer.status_code >= 400:
                raise Failed(f"{request.method} {request.path}: {answer.status_code} {answer.content[:500]!r}")
            return
        status, expected = parse_answer(step["answer"])
        if answer.status_code != status:
            raise Failed(f"{request.method} {request.path}: {answer.status_code}: {answer.content[:1500]!r}")
        found = parse_json(answer.content or b"null")
        if wrong := differences(expected, found, self.names):
            raise Failed("\n".join([*wrong, json.dumps(found, indent=2, ensure_ascii=False)[:3000]]))

    def log_in(self, text: str) -> None:
        """Store access tokens for the users of the tutorial to whom the text refers."""
        for name, username in PEOPLE.items():
            if f"{{{name}}}" in text and name not in self.names:
                from django.contrib.auth import get_user_model

                from storefront_auth.tokens import RefreshToken

                refresh = RefreshToken.for_user(get_user_model().objects.get(username=username))
                self.names[name] = str(refresh.access_token)

    def commands(self, text: str) -> None:
        """Run the commands in a block; lines without a prompt are the expected output of the command before."""
        prompted = any(line.startswith("$ ") for line in text.splitlines())
        calls: list[tuple[str, list[str]]] = []
        for line in re.sub(r"\\\n\s*", "", text).splitlines():
            if line.startswith("$ ") or (not prompted and line.strip() and not line.startswith("#")):
                calls.append((line.removeprefix("$ "), []))
            elif calls and prompted:
                calls[-1][1].append(line)
        for call, expected in calls:
            shown = self.command(call)
            wanted = "\n".join(expected).strip()
            if wanted and not matches(wanted, shown):
                raise Failed(f"$ {call}\n{wanted}\n--- expected, not:\n{shown}")

    def command(self, call: str) -> str:
        """Run one command and return its output."""
        call = re.sub(r"\s+# .*$", "", call)
        match = COMMAND.fullmatch(call)
        given = dict(item.split("=", 1) for item in shlex.split(match["environment"])) if match else {}
        rest = match["rest"] if match else call
        if export := re.fullmatch(r"export (\w+)=(.*)", call):
            value = self.shell(f'set -o pipefail; value={export[2]} && printf %s "$value"')
            if not value:
                raise Failed(f"$ {call}\nnothing came out")
            os.environ[export[1]] = value
            return ""
        if managed := MANAGE.fullmatch(rest):
            arguments = shlex.split(managed[1])
            if arguments[0] == "runserver":
                self.serve()
                return ""
            if not set("|<>") & set(managed[1]):
                return self.manage(arguments, given)
        return self.shell(call)

    def manage(self, arguments: list[str], given: dict[str, str]) -> str:
        """Run a command of manage.py in this process."""
        os.environ.update(given)
        self.setup()
        from django.core.management import execute_from_command_line

        told = io.StringIO()
        with contextlib.redirect_stdout(told), contextlib.redirect_stderr(told):
            try:
                execute_from_command_line(["manage.py", *arguments])
            except SystemExit as end:
                if end.code:
                    raise Failed(f"manage.py {' '.join(arguments)}\n{told.getvalue()}") from end
        return told.getvalue()

    def shell(self, call: str) -> str:
        """Run a shell command."""
        done = subprocess.run(["bash", "-c", call], capture_output=True, text=True, check=False, timeout=300)
        if done.returncode:
            raise Failed(f"$ {call}\n{done.stdout}{done.stderr}")
        return done.stdout

    def serve(self) -> None:
        """Start the development server on a free port, and configure curl to use it instead of the documented port."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        Path(".curlrc").write_text(f'connect-to = "{SERVER}:127.0.0.1:{port}"\n')
        os.environ["CURL_HOME"] = os.getcwd()
        log = Path("server.log").open("wb")  # noqa: SIM115  (the server writes to it)
        self.server = subprocess.Popen(
            [sys.executable, "manage.py", "runserver", "--noreload", f"127.0.0.1:{port}"], stdout=log, stderr=log
        )
        end = time.monotonic() + WAIT
        while time.monotonic() < end:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                return
            if self.server.poll() is not None:
                break
            time.sleep(0.05)
        raise Failed(f"runserver did not start\n{Path('server.log').read_text()}")


def new_cart(quantity: int = 2) -> str:
    """Return the ID of a new cart with the product from the tutorial, which is put in stock."""
    from storefront_store.conf import get_model
    from storefront_store.services import carts

    get_model("Product")._default_manager.filter(slug="watering-can").update(inventory=50)
    product = get_model("Product")._default_manager.get(slug="watering-can")
    cart = carts.create_cart()
    carts.add_item(cart.pk, product.pk, quantity)
    return str(cart.pk)


def matches(wanted: str, shown: str) -> bool:
    """Return whether the output of a command matches the page; an ellipsis matches any text."""

    def words(text: str) -> str:
        return " ".join(re.sub(r"\x1b\[[\d;]*m", "", text).split())

    pattern = ".*".join(re.escape(part) for part in words(wanted).split("…"))
    return re.search(pattern, words(shown)) is not None


def main() -> int:
    """Run the steps in the file that is the first argument, and return the exit code."""
    steps_file = Path(sys.argv[1])
    job = json.loads(steps_file.read_text())
    sys.path.insert(0, os.getcwd())
    os.environ["DJANGO_SETTINGS_MODULE"] = f"{job['project']}.settings"
    worker = Worker(job["names"])
    try:
        for step in job["steps"]:
            try:
                worker.run(step)
            except Exception as error:  # noqa: BLE001  (every error of a page belongs in the report)
                told = str(error) if isinstance(error, Failed) else traceback.format_exc()
                sys.stderr.write(f"{step['name']}:{step['line']}: {told}\n")
                return 1
    finally:
        worker.close()
        steps_file.write_text(json.dumps({"names": worker.names}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
