"""Generate clients from the OpenAPI schema and use them: TypeScript types in strict mode, and a Python client.

python scripts/clients.py              # both
python scripts/clients.py typescript   # needs npm
python scripts/clients.py python       # starts the site on a free port, with a temporary database
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

import check_client
import demo
import smoke

SCHEMA: Final = demo.ROOT / "docs" / "openapi.yaml"
SOURCES: Final = Path(__file__).parent / "generated_clients"
ENVIRONMENT: Final = demo.ROOT / ".tox" / "python-client"
REQUIREMENT: Final = "openapi-python-client>=0.26,<1"


def typescript() -> int:
    """Generate types, compile a program that uses them, and return the exit code."""
    npm = shutil.which("npm")
    if npm is None:
        sys.stdout.write("SKIPPED: TypeScript, because there is no npm on this machine\n")
        return 0
    check_client.install(npm)
    programs = check_client.CLIENT / "node_modules" / ".bin"
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(SOURCES / "buy.ts", folder)
        types = Path(folder) / "schema.ts"
        subprocess.run([str(programs / "openapi-typescript"), str(SCHEMA), "--output", str(types)], check=True)
        options = ["--strict", "--noEmit", "--exactOptionalPropertyTypes", "--noUnusedLocals", "--target", "es2022"]
        files = [str(Path(folder) / name) for name in ("buy.ts", "schema.ts")]
        command = [str(programs / "tsc"), *options, "--module", "esnext", "--moduleResolution", "bundler", *files]
        code = subprocess.run(command, check=False).returncode
    sys.stdout.write(f"TypeScript in strict mode: {'FAILED' if code else 'ok'}\n")
    return code


def python() -> int:
    """Generate a Python client, place an order with it, and return the exit code."""
    programs = ENVIRONMENT / "bin"
    if not (programs / "openapi-python-client").exists():
        subprocess.run([sys.executable, "-m", "venv", str(ENVIRONMENT)], check=True)
        subprocess.run([str(programs / "pip"), "install", "--quiet", REQUIREMENT], check=True)
    with tempfile.TemporaryDirectory() as folder:
        target = str(Path(folder) / "storefront_client")
        command = [str(programs / "openapi-python-client"), "generate", "--path", str(SCHEMA), "--meta", "none"]
        path = os.pathsep.join([str(programs), os.environ.get("PATH", "")])  # it formats with its own Ruff
        calling = {**os.environ, "PATH": path}
        subprocess.run([*command, "--output-path", target], check=True, stdout=subprocess.DEVNULL, env=calling)
        env = demo.environment(
            DATABASE_URL=f"sqlite:///{Path(folder) / 'shop.sqlite3'}",
            MEDIA_ROOT=str(Path(folder) / "media"),
            EMAIL_URL=f"filemail:///{Path(folder) / 'mail'}",
        )
        demo.prepare(env, "")
        port = smoke.free_port()
        server = subprocess.Popen(demo.server(), env=demo.listening(env, port), stderr=subprocess.DEVNULL)
        try:
            smoke.wait_until_open(server, port)
            command = [str(programs / "python"), str(SOURCES / "buy.py"), f"http://{demo.HOST}:{port}"]
            code = subprocess.run(command, env={**os.environ, "PYTHONPATH": folder}, check=False).returncode
        finally:
            server.terminate()
            server.wait(60)
    sys.stdout.write(f"Python: {'FAILED' if code else 'ok'}\n")
    return code


def main(wanted: list[str]) -> int:
    """Test the given clients, or all of them, and return the exit code."""
    known = {"typescript": typescript, "python": python}
    return max([known[name]() for name in wanted or known])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
