from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.checks import run_checks
from django.core.management import call_command
from django.test.utils import isolate_apps
from storefront_auth_testapp.mailing import smtp_settings

from storefront_auth import conf
from storefront_auth.checks import check_deployment, check_settings, infrastructure, project
from storefront_auth.models import AbstractStorefrontUser

OURS = "storefront_auth."


def ids(messages: Any) -> list[str]:
    return [message.id.removeprefix(OURS) for message in messages]


def test_recommended_settings_pass_all_checks() -> None:
    assert ids(check_settings()) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"STOREFRONT_AUTH": {"FRONTEND_URL": "https://x.org", "FRONTENT": 1}}, ["E001"]),
        ({"STOREFRONT_AUTH": {"FRONTEND_URL": "https://x.org", "MAIL_SENDER": "no.such.sender"}}, ["E002"]),
        ({"STOREFRONT_AUTH": {"FRONTEND_URL": "https://x.org", "MAIL_SENDER": print}}, []),
        ({"STOREFRONT_AUTH": {"FRONTEND_URL": "https://x.org", "THROTTLE_RATES": {"login": (1, 1)}}}, ["E003"]),
        ({"STOREFRONT_AUTH": {"FRONTEND_URL": "https://x.org", "THROTTLE_RATES": {"login_account": "5/m"}}}, ["E003"]),
        ({"STOREFRONT_AUTH": {"FRONTEND_URL": "https://x.org", "THROTTLE_RATES": {"login_account": (0, 9)}}}, ["E003"]),
        ({"STOREFRONT_AUTH": {"FRONTEND_URL": "https://x.org", "THROTTLE_RATES": {"login_account": None}}}, []),
        ({"STOREFRONT_AUTH": {"FRONTEND_URL": "https://x.org", "THROTTLE_CACHE": "none"}}, ["E005"]),
        (
            {
                "STOREFRONT_AUTH": {
                    "FRONTEND_URL": "https://x.org",
                    "MAIL_SENDER": "storefront_auth.conf.SETTING",
                }
            },
            ["E002"],
        ),
        ({"STOREFRONT_AUTH": {"FRONTEND_URL": "https://x.org", "MAIL_SENDER": None}}, ["E002"]),
        ({"STOREFRONT_AUTH": None}, ["E007"]),
        ({"STOREFRONT_AUTH": {"FRONTEND_URL": None}}, ["E007"]),
        ({"STOREFRONT_AUTH": {"SITE_NAME": None}}, ["E007"]),
        ({"STOREFRONT_AUTH": {"ACTIVATION_PATH": "activate/{id}"}}, ["E007"]),
        ({"STOREFRONT_AUTH": {"PASSWORD_RESET_PATH": "reset/{uid}/{token"}}, ["E007"]),
        ({"STOREFRONT_AUTH": {"USERNAME_RESET_PATH": "reset/{uid}"}}, ["E007"]),
        ({"STOREFRONT_AUTH": {"NUM_PROXIES": "1", "REUSE_GRACE_SECONDS": "10"}}, ["E007", "E007"]),
        ({"STOREFRONT_AUTH": {"NUM_PROXIES": -1}}, ["E007"]),
        ({"STOREFRONT_AUTH": {"THROTTLE_RATES": None}}, ["E007"]),
        ({"STOREFRONT_AUTH": {"THROTTLE_CACHE": ["default"]}}, ["E007"]),
        ({"STOREFRONT_AUTH": {"LOGIN_FIELD": "first_name"}}, ["E007"]),
        ({"STOREFRONT_AUTH": {"FRONTEND_URL": "https://x.org", "LOGIN_FIELD": "email"}}, []),
        ({"STOREFRONT_AUTH": {"FRONTEND_URL": "https://x.org", "LOGIN_FIELD": "username"}}, []),
        ({"STOREFRONT_AUTH": {}}, ["W007"]),
        ({"SIMPLE_JWT": {}}, ["W001"]),
        ({"SIMPLE_JWT": {"SIGNING_KEY": "short"}}, ["W002"]),
        ({"SIMPLE_JWT": {"SIGNING_KEY": "short"}, "SECRET_KEY": "short"}, ["W001", "W002"]),
        ({"SIMPLE_JWT": {"ALGORITHM": "RS256", "SIGNING_KEY": "pem"}}, []),
        ({"AUTH_USER_MODEL": "auth.User"}, ["W003"]),
        ({"REST_FRAMEWORK": {}}, ["W004"]),
        (
            {
                "REST_FRAMEWORK": {
                    "DEFAULT_AUTHENTICATION_CLASSES": [
                        "rest_framework_simplejwt.authentication.JWTAuthentication",
                        "no.such.Class",
                    ]
                }
            },
            ["W004"],
        ),
        (
            {
                "REST_FRAMEWORK": {
                    "DEFAULT_AUTHENTICATION_CLASSES": [
                        "rest_framework_simplejwt.authentication.JWTAuthentication",
                        "storefront_auth.authentication.JWTAuthentication",
                    ]
                }
            },
            ["W004"],
        ),
        ({"AUTHENTICATION_BACKENDS": ["django.contrib.auth.backends.ModelBackend"]}, ["W005"]),
        ({"AUTH_PASSWORD_VALIDATORS": []}, ["W006"]),
        ({"CORS_ALLOW_CREDENTIALS": True, "CORS_ALLOW_ALL_ORIGINS": True}, ["W008"]),
        ({"CORS_ALLOW_CREDENTIALS": True}, []),
        ({"CORS_ALLOW_ALL_ORIGINS": True}, []),
        ({"CACHES": {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}}, ["W009"]),
        ({"CACHES": {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache"}}}, ["W009"]),
    ],
    ids=str,
)
def test_insecure_or_invalid_settings_are_reported(settings: Any, changes: dict[str, Any], expected: list[str]) -> None:
    for name, value in changes.items():
        setattr(settings, name, value)

    assert ids(check_settings()) == expected


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({"ENGINE": "django.db.backends.sqlite3"}, ["W012"]),
        ({"ENGINE": "django.db.backends.sqlite3", "OPTIONS": {"transaction_mode": "IMMEDIATE"}}, []),
        ({"ENGINE": "django.db.backends.postgresql"}, []),
    ],
    ids=str,
)
def test_sqlite_without_immediate_transactions_is_reported(
    monkeypatch: Any, config: dict[str, Any], expected: list[str]
) -> None:
    monkeypatch.setattr(infrastructure, "settings", SimpleNamespace(DATABASES={"default": config}))

    assert ids(infrastructure.check_databases()) == expected


def test_missing_token_blacklist_is_reported() -> None:
    code = (
        "from django.conf import settings\n"
        "settings.INSTALLED_APPS.remove('rest_framework_simplejwt.token_blacklist')\n"
        "import django; django.setup()\n"
        "from storefront_auth.checks import check_settings\n"
        "print([message.id for message in check_settings()])\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", code],
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "storefront_auth_testapp.settings",
            "PYTHONPATH": str(Path(__file__).parent),
        },
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stdout == "['storefront_auth.E004']\n", done.stderr


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ["W010"]),
        (smtp_settings("localhost", 25, timeout=None), ["W010", "W011"]),
        (smtp_settings("localhost", 25, timeout=5), ["W010"]),
        ({"CACHES": {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache"}}}, []),
        ({"STOREFRONT_AUTH": {"THROTTLE_CACHE": ["default"]}}, []),
    ],
    ids=str,
)
def test_deployment_checks_report_unsuitable_settings(
    settings: Any, changes: dict[str, Any], expected: list[str]
) -> None:
    for name, value in changes.items():
        setattr(settings, name, value)

    assert ids(check_deployment()) == expected


def test_messages_have_hints(settings: Any) -> None:
    settings.STOREFRONT_AUTH = {"TYPO": 1, "THROTTLE_CACHE": "none", "MAIL_SENDER": "no.such.sender"}
    settings.SIMPLE_JWT = {}

    assert all(message.hint for message in check_settings())


@isolate_apps("storefront_auth_testapp")
@pytest.mark.parametrize("kind", ["method", "classmethod", "staticmethod"])
@pytest.mark.parametrize("flag", ["is_active", "is_staff", "is_superuser"])
def test_flag_defined_as_method_is_reported(monkeypatch: Any, flag: str, kind: str) -> None:
    def always(*args: object) -> bool:
        return False

    wrap = {"method": lambda function: function, "classmethod": classmethod, "staticmethod": staticmethod}[kind]
    meta = type("Meta", (), {"app_label": "storefront_auth_testapp", "proxy": True})
    model = type("Host", (get_user_model(),), {flag: wrap(always), "Meta": meta, "__module__": __name__})
    monkeypatch.setattr(project, "get_user_model", lambda: model)

    [message] = [message for message in project.check_user_model() if message.id == f"{OURS}E009"]

    assert message.msg.startswith(f"Host.{flag} is a method")


@isolate_apps("storefront_auth_testapp")
def test_flag_defined_as_property_is_not_reported(monkeypatch: Any) -> None:
    meta = type("Meta", (), {"app_label": "storefront_auth_testapp", "proxy": True})
    values = {"is_staff": property(lambda user: False), "Meta": meta, "__module__": __name__}
    model = type("Host", (get_user_model(),), values)
    monkeypatch.setattr(project, "get_user_model", lambda: model)

    assert f"{OURS}E009" not in [message.id for message in project.check_user_model()]


@isolate_apps("storefront_auth_testapp")
def test_key_field_without_source_field_is_reported() -> None:
    class Nameless(AbstractStorefrontUser):
        username = None  # type: ignore[assignment]

        class Meta:
            app_label = "storefront_auth_testapp"

    (message,) = Nameless._meta.get_field("username_key").check()

    assert message.id == f"{OURS}E006"
    assert message.hint == "Set username_key = None as well."


def test_checks_are_registered(settings: Any) -> None:
    settings.STOREFRONT_AUTH = {}

    assert f"{OURS}W007" in [message.id for message in run_checks()]
    assert f"{OURS}W010" in [message.id for message in run_checks(include_deployment_checks=True)]


def test_check_command_reports_no_warnings() -> None:
    call_command("check", fail_level="WARNING")


def test_unknown_setting_raises_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no setting"):
        conf.app_settings.NO_SUCH_SETTING  # noqa: B018


def test_every_setting_is_documented() -> None:
    docs = Path(__file__).parents[3] / "docs"
    if not docs.exists():
        pytest.skip("The package is tested without its repository")
    settings_page = (docs / "reference" / "auth-settings.md").read_text()
    rates_page = (docs / "explanation" / "guessing.md").read_text()

    assert [name for name in conf.DEFAULTS if f"`{name}`" not in settings_page] == []
    for scope, (count, seconds) in conf.DEFAULTS["THROTTLE_RATES"].items():
        assert f"| `{scope}` | {count} in {seconds} s |" in rates_page
