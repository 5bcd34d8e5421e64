"""The instructions of the README leave a database as it was before."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

README = (Path(__file__).parent.parent / "README.md").read_text()
SETTINGS = """
SECRET_KEY = "for tests only"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "db.sqlite3"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes"]
"""
STATE = """
import django
django.setup()
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection
print(sorted(connection.introspection.table_names()))
print(sorted(ContentType.objects.values_list("app_label", "model")), Permission.objects.count())
"""


def test_uninstall_restores_database(tmp_path):
    (tmp_path / "before.py").write_text(SETTINGS)
    (tmp_path / "during.py").write_text(
        SETTINGS + 'INSTALLED_APPS += ["generic_tags"]\nGENERIC_TAGS = {"MODELS": ["auth.Group"]}\n'
    )

    def run(settings, *command):
        environ = os.environ | {"DJANGO_SETTINGS_MODULE": settings, "PYTHONPATH": str(tmp_path)}
        done = subprocess.run(
            [sys.executable, *command], cwd=tmp_path, env=environ, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    downwards, cleaning = re.findall(r"\$ python manage\.py ((?:migrate generic_tags zero|remove_stale).*)", README)
    run("before", "-m", "django", "migrate")
    before = run("before", "-c", STATE)
    run("during", "-m", "django", "migrate")
    assert run("during", "-c", STATE) != before

    run("during", "-m", "django", *downwards.split())
    run("before", "-m", "django", *cleaning.split(), "--no-input")

    assert run("before", "-c", STATE) == before
