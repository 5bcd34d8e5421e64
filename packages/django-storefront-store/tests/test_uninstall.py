"""The instructions of the README leave a database as it was before."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
SETTINGS = """
from importlib.util import find_spec
from pathlib import Path

SECRET_KEY = "for tests only"
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": Path(__file__).parent / "db.sqlite3",
        "OPTIONS": {"transaction_mode": "IMMEDIATE"},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
MEDIA_ROOT, MEDIA_URL = Path(__file__).parent / "media", "media/"
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes"]
"""
STORE = """
INSTALLED_APPS += [
    "rest_framework",
    "django_filters",
    "storefront_store",
    "storefront_store.postgres",
    *(["storefront_store.payments"] if find_spec("payments") else []),
    "storefront_store.shipping",
    "storefront_store.vouchers",
    "storefront_store.demo",
]
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


def test_uninstall_restores_previous_database(tmp_path: Path) -> None:
    (tmp_path / "before.py").write_text(SETTINGS)
    (tmp_path / "during.py").write_text(SETTINGS + STORE)

    def run(settings: str, *command: str) -> str:
        environ = os.environ | {"DJANGO_SETTINGS_MODULE": settings, "PYTHONPATH": str(tmp_path)}
        done = subprocess.run(
            [sys.executable, *command], cwd=tmp_path, env=environ, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    section = README.partition("## Uninstall")[2].partition("\n## ")[0]
    *downwards, cleaning = re.findall(r"\$ python manage\.py (.*?)\s*(?:#.*)?\n", section)
    run("before", "-m", "django", "migrate")
    before = run("before", "-c", STATE)
    run("during", "-m", "django", "migrate")
    run("during", "-m", "django", "seed_store", "--products", "5")
    assert run("during", "-c", STATE) != before

    for command in downwards:
        run("during", "-m", "django", *command.split())
    run("before", "-m", "django", *cleaning.split(), "--no-input")

    assert run("before", "-c", STATE) == before
