"""The environment variables of each settings module, which is loaded in a separate process as when a site starts."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import django
import pytest
from tests.processes import EXAMPLE, SECRETS, run, values

from storefront.settings.environment import InvalidValue, check_key
from storefront.settings.published import DEVELOPMENT_SECRET_KEY

ROOT = EXAMPLE.parent
PUBLIC = {
    "DATABASE_URL": "postgres://localhost/shop",
    "EMAIL_URL": "smtp://localhost",
    "REDIS_URL": "redis://localhost:6379/2",
    "FRONTEND_URL": "https://shop.example",
    "SITE_URL": "https://api.shop.example",
    "DEFAULT_FROM_EMAIL": "shop@shop.example",
    "ADMINS": "boss@shop.example",
}


@pytest.mark.parametrize("missing", sorted(SECRETS))
@pytest.mark.parametrize("value", [None, "", " "])
def test_production_requires_secrets(missing: str, value: str | None) -> None:
    others = {name: given for name, given in SECRETS.items() if name != missing}
    given = others if value is None else {**others, missing: value}

    answer = run("manage.py", "check", settings="prod", **given)

    assert answer.returncode != 0
    assert missing in answer.stderr


def test_empty_variables_are_treated_as_unset() -> None:
    names = [name for name in variables() if name not in SECRETS]
    described = (
        "DATABASES",
        "CACHES",
        "STORAGES",
        "MAILERS" if django.VERSION >= (6, 1) else "EMAIL_BACKEND",
        "CART_DAYS",
        "STOREFRONT_STORE",
        "ADMINS",
        "LOGGING",
        "CELERY_BROKER_URL",
        "MEDIA_ROOT",
        "STATIC_ROOT",
        "SECURE_SSL_REDIRECT",
        "SECURE_HSTS_SECONDS",
    )

    with_empty = values(*described, settings="prod", **SECRETS, **dict.fromkeys(names, ""))

    assert with_empty == values(*described, settings="prod", **SECRETS)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ACCESS_TOKEN_SECONDS", "0"),
        ("ADMINS", "boss@shop.example,secret"),
        ("ALLOWED_HOSTS", "https://secret.example"),
        ("ALLOWED_HOSTS", "shop.example:secret"),
        ("CART_DAYS", "0"),
        ("CART_DAYS", "secret"),
        ("CELERY_BROKER_URL", "carrier://:secret@localhost"),
        ("CELERY_BROKER_URL", "garbage-secret"),
        ("CORS_ALLOWED_ORIGINS", "https://shop.example/secret"),
        ("CORS_ALLOWED_ORIGINS", "shop.secret"),
        ("CORS_ALLOW_CREDENTIALS", "secret"),
        ("CSRF_TRUSTED_ORIGINS", "secret.example"),
        ("DATABASE_LOCK_SECONDS", "-1"),
        ("DATABASE_STATEMENT_SECONDS", "secret"),
        ("DATABASE_URL", "garbage-secret"),
        ("DATABASE_URL", "oracle9://user:secret@host/name"),
        ("DATABASE_URL", "postgres://user:secret/1@host/name"),
        ("DEFAULT_FROM_EMAIL", "Shop <secret>"),
        ("DJANGO_LOG_LEVEL", "secret"),
        ("EMAIL_URL", "garbage-secret"),
        ("EMAIL_URL", "smtp://user:secret@localhost:port"),
        ("FRONTEND_URL", "https://user:secret@shop.example"),
        ("FRONTEND_URL", "shop.secret"),
        ("JWT_SIGNING_KEY", "secret"),
        ("LOGIN_FIELD", "secret"),
        ("LOG_JSON", "2-secret"),
        ("LOG_LEVEL", "SECRET"),
        ("MEDIA_STORAGE", "garbage-secret"),
        ("REDIS_URL", "garbage-secret"),
        ("REDIS_URL", "http://:secret@localhost"),
        ("SECRET_KEY", "secret"),
        ("SECURE_HSTS_SECONDS", "-1"),
        ("THROTTLING", "maybe-secret"),
        ("TRUSTED_PROXIES", "-1"),
        ("TRUSTED_PROXIES", "1e3"),
    ],
)
def test_invalid_value_is_rejected_with_name_of_variable(name: str, value: str) -> None:
    answer = run("manage.py", "check", settings="prod", **{**SECRETS, name: value})

    assert answer.returncode != 0
    last = answer.stderr.strip().splitlines()[-1]
    assert last.startswith(f"django.core.exceptions.ImproperlyConfigured: {name} is invalid")
    assert last.endswith("See .env.example.")
    assert value not in answer.stderr.replace("secret(", "").replace("in secret", "") or "secret" not in value.lower()


def published_keys() -> set[str]:
    """Return the keys in the files of this repository, in all notations."""
    line = re.compile(r"""(?:SECRET|SIGNING)_KEY(?:: Final)?["']?\s*[:=]\s*["']?(?:\$\{\w+:-)?([^"'$\n{]{4,})""")
    found = set()
    for path in [*ROOT.glob("*"), *EXAMPLE.rglob("*"), *(ROOT / "docs").rglob("*.md")]:
        if "generated" in path.parts:  # pages about the code, written when the documentation is built
            continue
        if path.is_file() and path.suffix in {"", ".py", ".yaml", ".yml", ".md", ".toml", ".ini", ".example"}:
            found |= {match.strip().rstrip("}") for match in line.findall(path.read_text(errors="ignore"))}
    return {key for key in found if not set(key) & set("([`?") and not key.endswith("_KEY")}


@pytest.mark.parametrize("name", ["SECRET_KEY", "JWT_SIGNING_KEY"])
def test_published_keys_are_rejected_in_production(name: str) -> None:
    published = published_keys() | {"django-insecure-0123456789-abcdefghijklmnopqrstuvwxyz", "k" * 64}

    accepted = []
    for key in published:
        try:
            check_key(key)
        except InvalidValue:
            continue
        accepted.append(key)

    assert DEVELOPMENT_SECRET_KEY in published
    assert accepted == []
    answer = run("manage.py", "check", settings="prod", **{**SECRETS, name: DEVELOPMENT_SECRET_KEY})
    assert f"{name} is invalid" in answer.stderr


def test_new_keys_are_accepted() -> None:
    answer = run("deployment/new_keys.py", settings="prod")

    keys = dict(line.split("=", 1) for line in answer.stdout.splitlines())
    assert run("manage.py", "check", settings="prod", **{**SECRETS, **keys}).returncode == 0


@pytest.mark.parametrize("entry", ["wsgi", "asgi", "celery"])
def test_servers_use_production_settings_by_default(entry: str) -> None:
    show = f"import storefront.{entry}; from django.conf import settings; print(settings.SETTINGS_MODULE)"
    variables = {"PATH": os.environ["PATH"]}

    def start(**keys: str) -> subprocess.CompletedProcess[str]:
        command, env = [sys.executable, "-c", show], {**variables, **keys}
        return subprocess.run(command, cwd=EXAMPLE, env=env, capture_output=True, text=True, check=False)

    bare, ready = start(), start(**SECRETS)

    assert bare.returncode != 0
    assert "SECRET_KEY" in bare.stderr
    assert ready.stdout.strip() == "storefront.settings.prod", ready.stderr


@pytest.mark.parametrize(
    ("given", "expected"), [("on", True), ("Yes", True), ("1", True), ("off", False), ("0", False)]
)
def test_boolean_values_are_parsed(given: str, expected: bool) -> None:
    assert values("SECURE_SSL_REDIRECT", settings="prod", **SECRETS, SECURE_SSL_REDIRECT=given) == [expected]


def deployment_check(**changes: str) -> subprocess.CompletedProcess[str]:
    variables = {name: value for name, value in {**SECRETS, **PUBLIC, **changes}.items() if value}
    return run("manage.py", "check", "--deploy", "--fail-level", "WARNING", settings="prod", **variables)


def test_production_passes_deployment_checks() -> None:
    answer = deployment_check()

    assert answer.returncode == 0, answer.stderr


@pytest.mark.parametrize(
    ("name", "value", "check"),
    [
        ("THROTTLING", "off", "storefront.W001"),
        ("FRONTEND_URL", "", "storefront.W002"),
        ("FRONTEND_URL", "http://shop.example", "storefront.W002"),
        ("SITE_URL", "", "storefront.W007"),
        ("EMAIL_URL", "", "storefront.W003"),
        ("DEFAULT_FROM_EMAIL", "", "storefront.W004"),
        ("PLAYGROUND", "on", "storefront.W005"),
        ("ADMINS", "", "storefront.W006"),
    ],
)
def test_deployment_check_warns_about_development_values(name: str, value: str, check: str) -> None:
    answer = deployment_check(**{name: value})

    assert answer.returncode != 0
    assert f"({check}) {name}" in answer.stderr


def test_deployment_check_warns_about_missing_lock_timeout() -> None:
    answer = deployment_check(DATABASE_LOCK_SECONDS="0")

    assert answer.returncode != 0
    assert "(storefront_store.W006) Requests wait without end" in answer.stderr


def test_collectstatic_hashes_and_compresses_files(tmp_path: Path) -> None:
    others = ["--ignore=admin", "--ignore=rest_framework", "--ignore=drf_spectacular_sidecar"]

    answer = run(
        "manage.py", "collectstatic", "--noinput", *others, settings="prod", STATIC_ROOT=str(tmp_path), **SECRETS
    )

    assert answer.returncode == 0, answer.stderr
    assert list(tmp_path.glob("store_custom/home.*.css"))
    assert list(tmp_path.glob("store_custom/home.*.css.gz"))


def test_production_is_never_in_debug_mode() -> None:
    assert values("DEBUG", settings="prod", DEBUG="on", **SECRETS) == [False]


def test_development_requires_no_variables() -> None:
    debug, broker, eager = values("DEBUG", "CELERY_BROKER_URL", "CELERY_TASK_ALWAYS_EAGER", settings="dev")

    assert (debug, broker, eager) == (True, "", True)


def test_broker_url_disables_eager_tasks() -> None:
    assert values("CELERY_TASK_ALWAYS_EAGER", settings="dev", CELERY_BROKER_URL="redis://localhost/1") == [False]


def test_comma_separated_lists_are_parsed() -> None:
    variables = {"ALLOWED_HOSTS": "a.example,b.example", "CORS_ALLOWED_ORIGINS": "https://c.example"}

    hosts, origins = values("ALLOWED_HOSTS", "CORS_ALLOWED_ORIGINS", settings="dev", **variables)

    assert hosts == ["a.example", "b.example"]
    assert origins == ["https://c.example"]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, "INFO"),
        ({"LOG_LEVEL": "error"}, "ERROR"),
        ({"DJANGO_LOG_LEVEL": "DEBUG"}, "DEBUG"),
        ({"DJANGO_LOG_LEVEL": "DEBUG", "LOG_LEVEL": "WARNING"}, "WARNING"),
    ],
)
def test_log_level_is_read_from_environment(given: dict[str, str], expected: str) -> None:
    [logging] = values("LOGGING", settings="dev", **given)

    assert isinstance(logging, dict)
    assert logging["root"]["level"] == logging["handlers"]["console"]["level"] == expected


def test_token_settings_are_read_from_environment() -> None:
    variables = {"ACCESS_TOKEN_SECONDS": "60", "REFRESH_TOKEN_DAYS": "2", "ROTATE_REFRESH_TOKENS": "off"}

    tokens, auth = values("SIMPLE_JWT", "STOREFRONT_AUTH", settings="dev", LOGIN_FIELD="Email", **variables)

    assert isinstance(tokens, dict)
    assert (tokens["ACCESS_TOKEN_LIFETIME"], tokens["REFRESH_TOKEN_LIFETIME"]) == ("0:01:00", "2 days, 0:00:00")
    assert tokens["ROTATE_REFRESH_TOKENS"] is False
    assert auth["LOGIN_FIELD"] == "email"  # type: ignore[index]


def test_throttles_can_be_switched_off() -> None:
    store, auth = values("STOREFRONT_STORE", "STOREFRONT_AUTH", settings="dev", THROTTLING="off")

    assert isinstance(store, dict)
    assert isinstance(auth, dict)
    assert store["THROTTLE_RATES"] == {}
    assert set(auth["THROTTLE_RATES"].values()) == {None}


def test_throttling_is_enabled_by_default() -> None:
    store, auth = values("STOREFRONT_STORE", "STOREFRONT_AUTH", settings="dev")

    assert "THROTTLE_RATES" not in store  # type: ignore[operator]
    assert "THROTTLE_RATES" not in auth  # type: ignore[operator]


def variables() -> set[str]:
    """Return the names of all variables that the settings read."""
    read = set()
    for module in (EXAMPLE / "storefront" / "settings").glob("*.py"):
        if module.stem != "test":
            read |= set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', module.read_text()))
    return read


def test_every_variable_is_in_example_file() -> None:
    listed = set(re.findall(r"^#?([A-Z_]+)=", (EXAMPLE / ".env.example").read_text(), re.MULTILINE))

    assert variables() == listed - {"DJANGO_SETTINGS_MODULE"}


@pytest.mark.parametrize(("switch", "app"), [("DEBUG_TOOLBAR", "debug_toolbar"), ("SILK", "silk")])
def test_debug_tools_are_optional_and_for_development_only(switch: str, app: str) -> None:
    [off] = values("INSTALLED_APPS", settings="dev")
    [on] = values("INSTALLED_APPS", settings="dev", **{switch: "on"})
    [public] = values("INSTALLED_APPS", settings="prod", **{switch: "on"}, **SECRETS)

    assert (app in off, app in on, app in public) == (False, True, False)  # type: ignore[operator]


def test_session_authentication_is_for_development_in_debug_mode() -> None:
    session = "rest_framework.authentication.SessionAuthentication"

    for settings, variables, expected in (
        ("dev", {}, True),
        ("dev", {"DEBUG": "off"}, False),
        ("prod", SECRETS, False),
    ):
        [api] = values("REST_FRAMEWORK", settings=settings, **variables)
        assert isinstance(api, dict)
        assert (session in api["DEFAULT_AUTHENTICATION_CLASSES"]) is expected
        assert api["DEFAULT_AUTHENTICATION_CLASSES"][0].endswith("JWTAuthentication")  # anonymous requests get 401


def test_media_storage_url_configures_s3() -> None:
    url = "s3://key:se%2Fcret@pictures/media?endpoint_url=https://objects.example&region_name=eu"

    [storages] = values("STORAGES", settings="prod", MEDIA_STORAGE=url, **SECRETS)

    assert isinstance(storages, dict)
    assert storages["default"]["BACKEND"] == "storages.backends.s3.S3Storage"
    options = storages["default"]["OPTIONS"]
    assert (options["bucket_name"], options["location"]) == ("pictures", "media")
    assert (options["access_key"], options["secret_key"]) == ("key", "se/cret")
    assert (options["endpoint_url"], options["region_name"]) == ("https://objects.example", "eu")


def test_media_files_are_stored_locally_by_default() -> None:
    [storages] = values("STORAGES", settings="prod", **SECRETS)

    assert storages["default"]["BACKEND"].endswith("FileSystemStorage")  # type: ignore[index]


def test_playground_is_disabled_in_production() -> None:
    assert values("PLAYGROUND", settings="prod", **SECRETS) == [False]


def test_nightly_tasks_run_once_per_night() -> None:
    from store_custom.schedule import SCHEDULE

    nightly = [entry["schedule"] for entry in SCHEDULE.values() if hasattr(entry["schedule"], "minute")]

    assert len(nightly) >= 3
    assert all(len(schedule.minute) == len(schedule.hour) == 1 for schedule in nightly)


@pytest.mark.parametrize(("variables", "scheduled"), [({}, False), ({"PLAYGROUND": "on"}, True)])
def test_playground_task_is_scheduled_if_enabled(variables: dict[str, str], scheduled: bool) -> None:
    show = "from storefront.celery import celery; print('notify customers' in celery.conf.beat_schedule)"

    answer = run("-c", show, settings="prod", **SECRETS, **variables)

    assert answer.stdout.split() == [str(scheduled)], answer.stderr


def test_statement_timeout_is_only_set_for_wsgi() -> None:
    show = "import storefront.wsgi; from django.conf import settings; print(settings.DATABASES['default']['OPTIONS'])"

    postgresql = run("-c", show, settings="prod", **SECRETS, DATABASE_URL="postgres://localhost/shop").stdout
    [command] = values("DATABASES", settings="prod", **SECRETS, DATABASE_URL="postgres://localhost/shop")

    assert "lock_timeout=3s" in postgresql
    assert "statement_timeout=15s" in postgresql
    assert isinstance(command, dict)
    assert command["default"]["OPTIONS"]["options"] == "-c jit=off -c lock_timeout=3s"
