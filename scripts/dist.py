"""Build the distributions of the packages as for a release, and check them: ``dist.py [build|rehearse]``.

``build`` makes wheels and source distributions, whose bytes depend only on the commit, and checks their contents.
``rehearse`` builds twice and compares, checks contents and metadata, serves a local package index, installs everything
from it into new environments, with the newest requirements of the project template and with the lowest, and places an
order there.
"""

from __future__ import annotations

import argparse
import functools
import gzip
import hashlib
import http.server
import io
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from install_wheels import ROOT, lowest_dependencies, package_folders

UV: Final = (
    shutil.which("uv", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])) or "uv"
)
FIRST_HOUR: Final = ROOT / "scripts" / "first_hour.py"
REQUIREMENTS: Final = ROOT / "templates" / "shop" / "requirements.txt"
UNWANTED: Final = re.compile(r"(^|/)(tests?|__pycache__|node_modules|\.git|\.env|\.venv)(/|$)|\.pyc$|\.sqlite3$")
# In the description: code, and the addresses of links and images.
CODE: Final = re.compile(r"^```.*?^```|`[^`\n]+`", re.MULTILINE | re.DOTALL)
LINK: Final = re.compile(r"(?:\]\(|^\[[^\]]+\]:\s*|src=\"|href=\")([^)\s\"]+)", re.MULTILINE)
ABSOLUTE: Final = re.compile(r"https://|#")


class Refused(Exception):
    """A distribution must not be published."""


def run(*command: str, cwd: Path = ROOT, **variables: str) -> str:
    """Run a command and return its output.

    Args:
        command: The program and its arguments.
        cwd: The working directory.
        variables: Environment variables to add.

    Raises:
        Refused: If the command failed.
    """
    done = subprocess.run(
        command, cwd=cwd, env={**os.environ, **variables}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Refused(f"$ {' '.join(command)}\n{done.stdout[-4000:]}{done.stderr[-4000:]}")
    return done.stdout


def epoch() -> str:
    """Return the time of the last commit, which is used as the time of the build."""
    if given := os.environ.get("SOURCE_DATE_EPOCH"):
        return given
    return run("git", "log", "-1", "--format=%ct").strip()


def build(package: Path, target: Path) -> list[Path]:
    """Build a package from a copy of its committed files; return the wheel and the source distribution."""
    moment = epoch()
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name) / package.name
        tracked = run("git", "ls-files", "-z", ".", cwd=package).split("\0")
        for entry in filter(None, tracked):
            (copy / entry).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(package / entry, copy / entry)
        for path in copy.rglob("*"):
            path.chmod(0o755 if path.is_dir() else 0o644)
        made = Path(name) / "made"
        run(UV, "build", "--quiet", "--out-dir", str(made), str(copy), SOURCE_DATE_EPOCH=moment)
        target.mkdir(parents=True, exist_ok=True)
        built = []
        for path in sorted(made.glob("*.whl")) + sorted(made.glob("*.tar.gz")):
            data = path.read_bytes() if path.suffix == ".whl" else normalised(path.read_bytes(), int(moment))
            built.append(target / path.name)
            built[-1].write_bytes(data)
        return built


def normalised(data: bytes, moment: int) -> bytes:
    """Return a source distribution whose order, times and owners do not depend on the machine."""
    plain = io.BytesIO()
    with (
        tarfile.open(fileobj=io.BytesIO(data)) as source,
        tarfile.open(fileobj=plain, mode="w", format=tarfile.PAX_FORMAT) as target,
    ):
        for member in sorted(source.getmembers(), key=lambda member: member.name):
            member.mtime, member.uid, member.gid, member.uname, member.gname = moment, 0, 0, "", ""
            member.pax_headers = {}
            target.addfile(member, source.extractfile(member) if member.isfile() else None)
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", mtime=moment, filename="") as stream:
        stream.write(plain.getvalue())
    return packed.getvalue()


def digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def check_contents(path: Path, package: Path) -> None:
    """Check that a distribution contains the committed sources, the license and nothing else, and its links.

    Args:
        path: The wheel or the source distribution.
        package: The folder of the package.

    Raises:
        Refused: If a file is missing or does not belong there, or a link of the description is relative.
    """
    if path.suffix == ".whl":
        with zipfile.ZipFile(path) as wheel:
            contents = {name: wheel.read(name) for name in wheel.namelist()}
        prefix, metadata, license_file = "", ".dist-info/METADATA", ".dist-info/licenses/LICENSE"
    else:
        with tarfile.open(path) as archive:
            members = {member.name.partition("/")[2]: member for member in archive.getmembers() if member.isfile()}
            contents = {name: archive.extractfile(member).read() for name, member in members.items()}  # type: ignore[union-attr]
        prefix, metadata, license_file = "src/", "PKG-INFO", "LICENSE"
    tracked = run("git", "ls-files", "-z", "src", cwd=package).split("\0")
    wanted = {f"{prefix}{name.removeprefix('src/')}" for name in tracked if name}
    problems = [f"no {name}" for name in sorted(wanted - contents.keys())]
    problems += [
        f"no {suffix}" for suffix in (license_file, "py.typed") if not any(n.endswith(suffix) for n in contents)
    ]
    problems += [f"{name} does not belong there" for name in contents if UNWANTED.search(name)]
    packaged = (name for name in contents.keys() - wanted if name.startswith(prefix or f"{package_of(package)}/"))
    problems += [f"{name} is not committed" for name in packaged if ".egg-info/" not in name]
    [described] = [
        data.decode() for name, data in contents.items() if name.endswith(metadata) and "egg-info" not in name
    ]
    prose = CODE.sub("", described.partition("\n\n")[2])
    problems += [
        f"the link {link} leads nowhere on an index" for link in LINK.findall(prose) if not ABSOLUTE.match(link)
    ]
    if problems:
        raise Refused(f"{path.name}: {problems[:10]}")


def package_of(folder: Path) -> str:
    """Return the name of the Python package in the folder of a distribution."""
    [found] = [path.parent.name for path in (folder / "src").glob("*/__init__.py")]
    return found


@contextmanager
def index(folder: Path) -> Iterator[str]:
    """Serve the distributions in a folder as a local package index, and yield its URL."""
    simple = folder / "simple"
    for path in [*folder.glob("*.whl"), *folder.glob("*.tar.gz")]:
        name = re.split(r"-\d", path.name)[0].replace("_", "-")
        page = simple / name / "index.html"
        page.parent.mkdir(parents=True, exist_ok=True)
        with page.open("a") as file:
            file.write(f'<a href="/{path.name}#sha256={digest(path)}">{path.name}</a><br>\n')
    handler = functools.partial(QuietHandler, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/simple/"
    finally:
        server.shutdown()


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    """Serves files without logging requests."""

    def log_message(self, *args: object) -> None:
        """Do nothing."""


def sell_from(address: str, python: str, resolution: str, folder: Path) -> str:
    """Install everything from an index into a new environment, and place an order there.

    Args:
        address: The URL of the index.
        python: The version of Python.
        resolution: Which versions of the dependencies to install: ``highest`` or ``lowest-direct``. The latter
            are those that the packages and the template allow.
        folder: The folder of the environment.

    Returns:
        The versions of the installed dependencies.
    """
    venv = folder / "venv"
    uv = UV
    run(uv, "venv", "--quiet", "--python", python, str(venv))
    interpreter = str(venv / "bin" / "python")
    packages = [*(f"{name}[api]" for name in ("django-generic-tags", "django-generic-likes"))]
    if resolution != "highest":  # for uv, the dependencies of a wheel are no direct ones
        packages += lowest_dependencies(
            ["django-storefront-store[payments,stripe]", "django-storefront-auth", *packages]
        )
    run(
        uv, "pip", "install", "--quiet", "--python", interpreter, "--resolution", resolution, "--index", address,
        "--refresh-package", "django-storefront-store", "--refresh-package", "django-storefront-auth",
        "--refresh-package", "django-generic-tags", "--refresh-package", "django-generic-likes",
        "--requirement", str(REQUIREMENTS), *packages,
    )  # fmt: skip
    run(interpreter, str(FIRST_HOUR), "--template", PATH=f"{venv / 'bin'}:{os.environ['PATH']}")
    listed = run(uv, "pip", "list", "--python", interpreter, "--format", "freeze")
    wanted = ("django==", "djangorestframework==", "pillow==", "djoser==", "django-payments==")
    return " ".join(line for line in listed.splitlines() if line.lower().startswith(wanted))


def rehearse(pythons: list[str]) -> None:
    """Build and check the distributions as for a release, without publishing them."""
    with tempfile.TemporaryDirectory() as name:
        first, second = Path(name) / "first", Path(name) / "second"
        for package in package_folders():
            for one, other in zip(build(package, first), build(package, second), strict=True):
                if digest(one) != digest(other):
                    raise Refused(f"{one.name} is another one each time it is built.")
                check_contents(one, package)
                sys.stdout.write(f"{digest(one)}  {one.name}\n")
        files = [str(path) for path in sorted(first.iterdir())]
        sys.stdout.write(run(sys.executable, "-m", "twine", "check", "--strict", *files))
        with index(first) as address:
            for python in pythons:
                for resolution in ("highest", "lowest-direct"):
                    folder = Path(name) / f"{python}-{resolution}"
                    folder.mkdir()
                    versions = sell_from(address, python, resolution, folder)
                    sys.stdout.write(f"Python {python}, {resolution}: sold something with {versions}\n")
                    sys.stdout.flush()


def main() -> int:
    """Run the given command and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["build", "rehearse"], nargs="?", default="rehearse")
    parser.add_argument("--package", action="append", help="a package to build (default: all)")
    parser.add_argument("--out", type=Path, default=ROOT / "dist", help="where builds go (default: dist)")
    parser.add_argument("--python", action="append", help="interpreters to install for (default: this one)")
    options = parser.parse_args()
    try:
        if options.what == "build":
            for package in package_folders():
                if not options.package or package.name in options.package:
                    for path in build(package, options.out):
                        check_contents(path, package)
                        sys.stdout.write(f"{path}\n")
        else:
            rehearse(options.python or [f"{sys.version_info[0]}.{sys.version_info[1]}"])
    except Refused as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
