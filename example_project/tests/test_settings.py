"""What each settings module asks of its environment. They are tried in processes of their own, as a site starts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.processes import EXAMPLE, SECRETS, run, values


@pytest.mark.parametrize("missing", sorted(SECRETS))
def test_production_does_not_start_without(missing: str) -> None:
    given = {name: value for name, value in SECRETS.items() if name != missing}

    answer = run("manage.py", "check", settings="prod", **given)

    assert answer.returncode != 0
    assert missing in answer.stderr


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


def test_every_variable_is_in_the_example_file() -> None:
    read = set()
    for module in (EXAMPLE / "storefront" / "settings").glob("*.py"):
        if module.stem != "test":
            read |= set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', module.read_text()))
    listed = set(re.findall(r"^#?([A-Z_]+)=", (EXAMPLE / ".env.example").read_text(), re.MULTILINE))

    assert read == listed - {"DJANGO_SETTINGS_MODULE"}


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
