"""Put the lines of the page about tags and likes into a blank project with the wheels of both packages, and use it."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = [ROOT / "packages" / f"django-generic-{name}" for name in ("tags", "likes")]
FILE = re.compile(r"```python\n# gallery/(\w+\.py)\n(.*?)```", re.DOTALL)
USE = """
import base64, sys
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from gallery.models import Article, Column, Country, Photo, Report
User.objects.create_user("ann", password="secret", is_staff=True)
ann = {"authorization": "Basic " + base64.b64encode(b"ann:secret").decode(), "host": "localhost"}
client = Client(headers=ann)
report = Report.objects.create(title="War", agency="Wire")
things = [Article.objects.create(title="Wine"), Column.objects.create(title="Beer"), report]
things += [Photo.objects.create(), Country.objects.create(code="FR")]
for thing in things:
    where = f"{thing._meta.label_lower}/{thing.pk}/"
    tags = client.put(f"/tags/for/{where}", {"tags": ["Red", "old"]}, content_type="application/json")
    assert tags.json() == {"tags": ["old", "Red"]}, (where, tags.content)
    for _ in range(2):
        assert client.put(f"/likes/{where}").json() == {"likes_count": 1, "is_liked": True}, where
assert client.get("/tags/red/items/").json()["count"] == client.get("/likes/").json()["count"] == 5
with CaptureQueriesContext(connection) as asked:
    articles = client.get("/articles/").json()
assert [(a["title"], a["tags"], a["likes_count"]) for a in articles] == [
    ("War", ["old", "Red"], 1), ("Wine", ["old", "Red"], 1), ("Beer", ["old", "Red"], 1)]
assert len(asked) <= 4, asked.captured_queries  # the user, the articles, and one each for tags and likes
for thing in things:
    thing.delete()
assert client.get("/tags/red/items/").json()["count"] == client.get("/likes/").json()["count"] == 0
"""


def run(folder: Path, *command: str) -> None:
    """Run one command in ``folder``, showing its output only if it fails."""
    answer = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if answer.returncode:
        sys.stderr.write(f"$ {' '.join(command)}\n{answer.stdout}{answer.stderr}")
        sys.exit(1)


def main() -> None:
    """Check it all."""
    files = dict(FILE.findall((ROOT / "docs" / "how-to" / "tags-and-likes.md").read_text()))
    own = sum(bool(line.strip()) for text in files.values() for line in text.splitlines())
    if not 0 < own <= 30:
        sys.exit(f"The gallery has {own} lines of its own.")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run(folder, "uv", "venv", "--quiet", "--python", sys.executable, "venv")
        python = str(folder / "venv" / "bin" / "python")
        for package in PACKAGES:
            run(folder, "uv", "build", "--quiet", "--wheel", "--out-dir", str(folder / "dist"), str(package))
        wheels = [f"{wheel}[api]" for wheel in sorted((folder / "dist").glob("*.whl"))]
        run(folder, "uv", "pip", "install", "--quiet", "--python", python, *wheels)
        run(folder, python, "-m", "django", "startproject", "gallery", ".")
        for file, text in files.items():
            with (folder / "gallery" / file).open("a") as target:
                target.write(f"\n{text}")
        run(folder, python, "manage.py", "makemigrations", "gallery")
        run(folder, python, "manage.py", "check")
        run(folder, python, "manage.py", "migrate", "--verbosity", "0")
        run(folder, python, "manage.py", "shell", "-c", USE)
    sys.stdout.write(f"the gallery works, with {own} lines of its own and the wheels of both packages\n")


if __name__ == "__main__":
    main()
