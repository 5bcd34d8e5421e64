"""The test suite with swapped models and user model, and without Django REST framework."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

PACKAGE = Path(__file__).parent.parent

BLOCK_DRF = """
import sys
sys.modules["rest_framework"] = None
import pytest
sys.exit(pytest.main(sys.argv[1:]))
"""


def run(*command, **environ):
    environ = os.environ | environ
    done = subprocess.run(
        [sys.executable, *command], cwd=PACKAGE, env=environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_with_custom_models_and_user():
    files = ["tests/test_services.py", "tests/test_querysets.py", "tests/test_api.py", "tests/test_admin.py"]

    output = run("-m", "pytest", "-q", "--ds=generic_likes_testapp.settings_swapped", *files)

    assert "passed" in output


def test_no_migration_is_missing_with_custom_models():
    environ = {"DJANGO_SETTINGS_MODULE": "generic_likes_testapp.settings_swapped", "PYTHONPATH": str(PACKAGE / "tests")}

    run("-m", "django", "makemigrations", "--check", "--dry-run", **environ)


def test_without_rest_framework():
    files = ["tests/test_services.py", "tests/test_querysets.py", "tests/test_checks.py", "tests/test_admin.py"]

    run("-c", BLOCK_DRF, "-q", *files)


def test_with_two_databases():
    run("-m", "pytest", "-q", "--ds=generic_likes_testapp.settings_two_databases", "tests/two_databases.py")
