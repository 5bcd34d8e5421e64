"""What each settings module asks of its environment. They are tried in processes of their own, as a site starts."""

from __future__ import annotations

import re
from pathlib import Path

import django
import pytest
from tests.processes import EXAMPLE, SECRETS, run, values


@pytest.mark.parametrize("missing", sorted(SECRETS))
@pytest.mark.parametrize("value", [None, "", " "])
def test_production_does_not_start_without(missing: str, value: str | None) -> None:
    others = {name: given for name, given in SECRETS.items() if name != missing}
    given = others if value is None else {**others, missing: value}

    answer = run("manage.py", "check", settings="prod", **given)

    assert answer.returncode != 0
    assert missing in answer.stderr


def test_an_empty_variable_is_not_set() -> None:
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
    )
    described += ("CELERY_BROKER_URL", "MEDIA_ROOT", "STATIC_ROOT", "SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS")

    with_empty = values(*described, settings="prod", **SECRETS, **dict.fromkeys(names, ""))

    assert with_empty == values(*described, settings="prod", **SECRETS)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "garbage-secret"),
        ("DATABASE_URL", "oracle9://user:secret@host/name"),
        ("DATABASE_URL", "postgres://user:secret/1@host/name"),
        ("REDIS_URL", "garbage-secret"),
        ("REDIS_URL", "http://:secret@localhost"),
        ("CELERY_BROKER_URL", "garbage-secret"),
        ("CELERY_BROKER_URL", "carrier://:secret@localhost"),
        ("EMAIL_URL", "garbage-secret"),
        ("EMAIL_URL", "smtp://user:secret@localhost:port"),
        ("MEDIA_STORAGE", "garbage-secret"),
        ("CART_DAYS", "secret"),
        ("THROTTLING", "maybe-secret"),
        ("LOG_JSON", "2-secret"),
    ],
)
def test_a_value_that_makes_no_sense_is_refused_by_name(name: str, value: str) -> None:
    answer = run("manage.py", "check", settings="prod", **SECRETS, **{name: value})

    assert answer.returncode != 0
    last = answer.stderr.strip().splitlines()[-1]
    assert last == f"django.core.exceptions.ImproperlyConfigured: The value of {name} makes no sense; see .env.example"
    assert "secret" not in answer.stderr


@pytest.mark.parametrize(
    ("given", "expected"), [("on", True), ("Yes", True), ("1", True), ("off", False), ("0", False)]
)
def test_a_switch_is_on_or_off(given: str, expected: bool) -> None:
    assert values("SECURE_SSL_REDIRECT", settings="prod", **SECRETS, SECURE_SSL_REDIRECT=given) == [expected]


def test_production_passes_the_deployment_checks() -> None:
    services = {
        "DATABASE_URL": "postgres://localhost/shop",
        "EMAIL_URL": "smtp://localhost",
        "REDIS_URL": "redis://localhost:6379/2",
    }

    answer = run("manage.py", "check", "--deploy", "--fail-level", "WARNING", settings="prod", **SECRETS, **services)

    assert answer.returncode == 0, answer.stderr


def test_production_serves_static_files_compressed_under_hashed_names(tmp_path: Path) -> None:
    others = ["--ignore=admin", "--ignore=rest_framework", "--ignore=drf_spectacular_sidecar"]

    answer = run(
        "manage.py", "collectstatic", "--noinput", *others, settings="prod", STATIC_ROOT=str(tmp_path), **SECRETS
    )

    assert answer.returncode == 0, answer.stderr
    assert list(tmp_path.glob("store_custom/home.*.css"))
    assert list(tmp_path.glob("store_custom/home.*.css.gz"))


def test_production_is_never_in_debug_mode() -> None:
    assert values("DEBUG", settings="prod", DEBUG="on", **SECRETS) == [False]


def test_a_desk_needs_no_variable_at_all() -> None:
    debug, broker, eager = values("DEBUG", "CELERY_BROKER_URL", "CELERY_TASK_ALWAYS_EAGER", settings="dev")

    assert (debug, broker, eager) == (True, "", True)


def test_a_broker_takes_the_tasks() -> None:
    assert values("CELERY_TASK_ALWAYS_EAGER", settings="dev", CELERY_BROKER_URL="redis://localhost/1") == [False]


def test_lists_come_from_the_environment() -> None:
    variables = {"ALLOWED_HOSTS": "a.example,b.example", "CORS_ALLOWED_ORIGINS": "https://c.example"}

    hosts, origins = values("ALLOWED_HOSTS", "CORS_ALLOWED_ORIGINS", settings="dev", **variables)

    assert hosts == ["a.example", "b.example"]
    assert origins == ["https://c.example"]


def test_the_log_level_comes_from_the_environment() -> None:
    [logging] = values("LOGGING", settings="dev", LOG_LEVEL="ERROR")

    assert isinstance(logging, dict)
    assert logging["root"]["level"] == "ERROR"


def test_throttles_can_be_switched_off() -> None:
    store, auth = values("STOREFRONT_STORE", "STOREFRONT_AUTH", settings="dev", THROTTLING="off")

    assert isinstance(store, dict)
    assert isinstance(auth, dict)
    assert store["THROTTLE_RATES"] == {}
    assert set(auth["THROTTLE_RATES"].values()) == {None}


def test_throttles_are_on_unless_told_otherwise() -> None:
    store, auth = values("STOREFRONT_STORE", "STOREFRONT_AUTH", settings="dev")

    assert "THROTTLE_RATES" not in store  # type: ignore[operator]
    assert "THROTTLE_RATES" not in auth  # type: ignore[operator]


def variables() -> set[str]:
    """Return the names of all variables that the settings of a site read."""
    read = set()
    for module in (EXAMPLE / "storefront" / "settings").glob("*.py"):
        if module.stem != "test":
            read |= set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', module.read_text()))
    return read


def test_every_variable_is_in_the_example_file() -> None:
    listed = set(re.findall(r"^#?([A-Z_]+)=", (EXAMPLE / ".env.example").read_text(), re.MULTILINE))

    assert variables() == listed - {"DJANGO_SETTINGS_MODULE"}


@pytest.mark.parametrize(("switch", "app"), [("DEBUG_TOOLBAR", "debug_toolbar"), ("SILK", "silk")])
def test_tools_come_by_switch_and_for_desks_alone(switch: str, app: str) -> None:
    [off] = values("INSTALLED_APPS", settings="dev")
    [on] = values("INSTALLED_APPS", settings="dev", **{switch: "on"})
    [public] = values("INSTALLED_APPS", settings="prod", **{switch: "on"}, **SECRETS)

    assert (app in off, app in on, app in public) == (False, True, False)  # type: ignore[operator]


def test_a_login_by_session_is_for_desks_in_debug_mode() -> None:
    session = "rest_framework.authentication.SessionAuthentication"

    for settings, variables, expected in (
        ("dev", {}, True),
        ("dev", {"DEBUG": "off"}, False),
        ("prod", SECRETS, False),
    ):
        [api] = values("REST_FRAMEWORK", settings=settings, **variables)
        assert isinstance(api, dict)
        assert (session in api["DEFAULT_AUTHENTICATION_CLASSES"]) is expected
        assert api["DEFAULT_AUTHENTICATION_CLASSES"][0].endswith("JWTAuthentication")  # anonymous is 401


def test_one_setting_puts_pictures_into_an_object_store() -> None:
    url = "s3://key:se%2Fcret@pictures/media?endpoint_url=https://objects.example&region_name=eu"

    [storages] = values("STORAGES", settings="prod", MEDIA_STORAGE=url, **SECRETS)

    assert isinstance(storages, dict)
    assert storages["default"]["BACKEND"] == "storages.backends.s3.S3Storage"
    options = storages["default"]["OPTIONS"]
    assert (options["bucket_name"], options["location"]) == ("pictures", "media")
    assert (options["access_key"], options["secret_key"]) == ("key", "se/cret")
    assert (options["endpoint_url"], options["region_name"]) == ("https://objects.example", "eu")


def test_pictures_are_files_otherwise() -> None:
    [storages] = values("STORAGES", settings="prod", **SECRETS)

    assert storages["default"]["BACKEND"].endswith("FileSystemStorage")  # type: ignore[index]


def test_the_playground_is_closed_on_a_public_site() -> None:
    assert values("PLAYGROUND", settings="prod", **SECRETS) == [False]


def test_nightly_work_happens_once_a_night() -> None:
    from store_custom.schedule import CELERY_BEAT_SCHEDULE

    nightly = [entry["schedule"] for entry in CELERY_BEAT_SCHEDULE.values() if hasattr(entry["schedule"], "minute")]

    assert len(nightly) == 3
    assert all(len(schedule.minute) == len(schedule.hour) == 1 for schedule in nightly)
