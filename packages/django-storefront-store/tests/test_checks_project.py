"""Checks report each missing step of the installation with the line to add."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import include, path
from rest_framework import serializers
from storefront_store_testapp import serializers as own_serializers

from storefront_store.checks import project
from storefront_store.urls import urlpatterns as store_urls


def ids(found: Any) -> list[str]:
    return [message.id.removeprefix("storefront_store.") for message in found]


class TestMedia:
    def test_complete_media_settings_pass(self) -> None:
        assert project.check_media() == []

    @pytest.mark.parametrize(
        ("name", "line"), [("MEDIA_ROOT", 'MEDIA_ROOT = BASE_DIR / "media"'), ("MEDIA_URL", 'MEDIA_URL = "media/"')]
    )
    def test_missing_media_setting_is_reported(self, name: str, line: str, settings: Any) -> None:
        setattr(settings, name, "")

        found = project.check_media()

        assert ids(found) == ["W004"]
        assert line in found[0].hint

    def test_remote_storage_needs_no_media_root(self, settings: Any) -> None:
        settings.MEDIA_ROOT = ""
        settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": "storages.backends.s3.S3Storage"}}

        assert project.check_media() == []


class TestDecimals:
    @pytest.fixture(autouse=True)
    def _custom_serializer(self, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        class WeighedSerializer(serializers.Serializer[Any]):
            weight = serializers.DecimalField(max_digits=5, decimal_places=2)
            length = serializers.DecimalField(max_digits=5, decimal_places=2, coerce_to_string=True)

        monkeypatch.setattr(own_serializers, "WeighedSerializer", WeighedSerializer, raising=False)
        self.part = {"product": "storefront_store_testapp.serializers.WeighedSerializer"}
        settings.STOREFRONT_STORE = {"SERIALIZERS": self.part}
        settings.REST_FRAMEWORK = {}

    def test_decimal_string_of_custom_serializer_is_reported(self) -> None:
        [found] = project.check_rest_framework()

        assert found.id == "storefront_store.W007"
        assert "WeighedSerializer.weight." in found.msg
        assert '"COERCE_DECIMAL_TO_STRING": False' in found.hint

    @pytest.mark.parametrize("decision", [True, False])
    def test_explicit_coerce_decimal_to_string_passes(self, decision: bool, settings: Any) -> None:
        settings.REST_FRAMEWORK = {"COERCE_DECIMAL_TO_STRING": decision}

        assert project.check_rest_framework() == []

    @pytest.mark.parametrize("given", [{}, None, {"SERIALIZERS": None}, {"SERIALIZERS": {"product": "no.where"}}])
    def test_project_without_custom_serializers_passes(self, given: Any, settings: Any) -> None:
        settings.STOREFRONT_STORE = given

        assert project.check_rest_framework() == []


class Urls:
    """A module of URLs."""

    def __init__(self, *patterns: Any) -> None:
        self.urlpatterns = list(patterns)


def home(request: Any) -> HttpResponse:
    return HttpResponse()


class TestUrls:
    @pytest.mark.parametrize(
        ("urls", "expected"),
        [
            (Urls(path("", home)), ["W008"]),
            (Urls(path("", include([path("a/", home)]))), ["W008"]),
            (Urls(path("store/", include("storefront_store.urls"))), []),
            (Urls(path("store/", include("storefront_store.urls", namespace="shop"))), []),
            (Urls(path("api/", include([path("v1/", include("storefront_store.urls"))]))), []),
            (Urls(path("", home), *store_urls), []),
        ],
    )
    def test_missing_include_of_urls_is_reported(self, urls: Any, expected: list[str], settings: Any) -> None:
        settings.ROOT_URLCONF = urls

        found = project.check_urls()

        assert ids(found) == expected
        assert all('path("store/", include("storefront_store.urls"))' in message.hint for message in found)


SETTINGS = """
from pathlib import Path

HERE = Path(__file__).parent
SECRET_KEY = "for tests only"
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": HERE / "db.sqlite3",
        "OPTIONS": {"transaction_mode": "IMMEDIATE"},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
MEDIA_ROOT, MEDIA_URL = HERE / "media", "media/"
APPS = ["django.contrib.auth", "django.contrib.contenttypes", "rest_framework", "django_filters", "storefront_store"]
INSTALLED_APPS = APPS
"""
MISSING_APPS = SETTINGS + 'INSTALLED_APPS = [app for app in APPS if app not in ("rest_framework", "django_filters")]\n'
LATE_USER_MODEL = SETTINGS + 'INSTALLED_APPS = [*APPS, "people"]\nAUTH_USER_MODEL = "people.Person"\n'
PERSON = "from django.contrib.auth.models import AbstractUser\n\nclass Person(AbstractUser):\n    pass\n"


class TestProjects:
    """Whole projects, each in a process of its own."""

    @pytest.fixture
    def manage(self, tmp_path: Path) -> Any:
        for name, text in (("right", SETTINGS), ("forgetful", MISSING_APPS), ("late", LATE_USER_MODEL)):
            (tmp_path / f"{name}.py").write_text(text)
        people = tmp_path / "people"
        people.mkdir()
        (people / "__init__.py").touch()
        (people / "models.py").write_text(PERSON)

        def manage(settings: str, *command: str) -> str:
            environ = os.environ | {"DJANGO_SETTINGS_MODULE": settings, "PYTHONPATH": str(tmp_path)}
            line = [sys.executable, "-m", "django", *command]
            done = subprocess.run(line, cwd=tmp_path, env=environ, capture_output=True, text=True, check=False)
            return done.stdout + done.stderr

        return manage

    def test_missing_apps_are_reported(self, manage: Any) -> None:
        found = manage("forgetful", "check")

        assert found.count("storefront_store.E004") == 2
        assert "Add to INSTALLED_APPS: 'rest_framework'" in found
        assert "Add to INSTALLED_APPS: 'django_filters'" in found
        assert "no issues" in manage("right", "check")

    def test_user_model_changed_after_migrate_is_reported(self, manage: Any) -> None:
        assert "OK" in manage("right", "migrate", "storefront_store")
        manage("late", "makemigrations", "people")

        found = manage("late", "migrate")

        assert "storefront_store.E009" in found
        assert "people.Person" in found
        assert "E009" not in manage("right", "check", "--database", "default")

        assert "OK" in manage("right", "migrate", "storefront_store", "zero")
        assert "E009" not in manage("late", "check", "--database", "default")
        assert "OK" in manage("late", "migrate", "storefront_store")
        assert "no issues" in manage("late", "check", "--database", "default")
