"""The code of the README makes a working project."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from generic_likes.conf import DEFAULTS

README = (Path(__file__).parent.parent / "README.md").read_text()
BLOCK = re.compile(r"```python\n(.*?)```", re.DOTALL)
SESSION = re.compile(r"```pycon\n(.*?)```", re.DOTALL)
FILE = re.compile(r"# gallery/(\w+\.py)\n(.*)", re.DOTALL)

BASE = """
SECRET_KEY = "for tests only"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ROOT_URLCONF = "gallery.urls"
USE_TZ = True
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "gallery"]
"""
URLS = """
from rest_framework.routers import SimpleRouter
from gallery.api import ArticleViewSet
router = SimpleRouter()
router.register("articles", ArticleViewSet)
urlpatterns = router.urls
"""
RUN = """
import doctest, sys
import django
django.setup()
from django.core.management import call_command
from django.test import Client
call_command("check")
call_command("migrate", run_syncdb=True, verbosity=0)
failed = doctest.testfile(sys.argv[1], module_relative=False).failed
import base64
ann = {"authorization": "Basic " + base64.b64encode(b"ann:secret").decode()}
client = Client(headers={"host": "localhost"})
mine = {"likes_count": 2, "is_liked": True}
assert client.get("/articles/1/").json() == {"id": 1, "title": "Wine", "likes_count": 2, "is_liked": False}
assert client.get("/articles/1/", headers=ann).json() == {"id": 1, "title": "Wine", **mine}
assert client.put("/articles/1/like/", headers=ann).json() == mine
assert client.get("/likes/gallery.article/1/", headers=ann).json() == mine
assert client.get("/likes/").status_code == 401
sys.exit(failed)
"""


def install_lines():
    """Return the lines for settings and URLconf, where dots stand for existing entries."""
    blocks = [
        re.sub(r"^(\w+) = \[\s*\.\.\.,?", r"\1 += [", block, flags=re.MULTILINE) for block in BLOCK.findall(README)
    ]
    return blocks[0], blocks[1]


def gallery_files():
    """Return the files of the gallery by name."""
    return {match[1]: match[2] for block in BLOCK.findall(README) if (match := FILE.match(block))}


def test_gallery_has_at_most_thirty_lines():
    lines = [line for text in gallery_files().values() for line in text.splitlines() if line.strip()]

    assert 0 < len(lines) <= 30


def test_gallery_works(tmp_path):
    pytest.importorskip("rest_framework")
    gallery, (settings, urls), files = tmp_path / "gallery", install_lines(), gallery_files()
    gallery.mkdir()
    (gallery / "__init__.py").touch()
    (gallery / "settings.py").write_text(BASE + settings + files.pop("settings.py"))
    (gallery / "urls.py").write_text(URLS + urls)
    for name, text in files.items():
        (gallery / name).write_text(text)
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    environ = os.environ | {"DJANGO_SETTINGS_MODULE": "gallery.settings", "PYTHONPATH": path}
    (session,) = SESSION.findall(README)
    readme = tmp_path / "session.txt"
    readme.write_text(session)

    done = subprocess.run(
        [sys.executable, "-c", RUN, str(readme)], cwd=tmp_path, env=environ, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr


def test_every_setting_is_documented():
    assert all(f"`{name}`" in README for name in DEFAULTS)


def test_settings_of_project_are_kept():
    own = {
        "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
        "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.TokenAuthentication"],
        "PAGE_SIZE": 7,
    }
    settings = {"INSTALLED_APPS": ["shop"], "REST_FRAMEWORK": dict(own)}

    exec(install_lines()[0], settings)

    assert settings["REST_FRAMEWORK"] == own
    assert settings["INSTALLED_APPS"] == ["shop", "rest_framework", "generic_likes"]


def test_every_check_is_documented():
    source = (Path(__file__).parent.parent / "src/generic_likes").rglob("*.py")
    ids = {
        found
        for file in source
        for found in re.findall(r"APP_LABEL}\.([EW]\d{3})|generic_likes\.([EW]\d{3})", file.read_text())
    }

    assert ids
    assert all((one or other) in README for one, other in ids)
