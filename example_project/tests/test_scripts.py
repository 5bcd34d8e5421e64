"""The scripts: the selection of test environments, errors of the smoke test, and README excerpts."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import check_wheels
import demo
import pytest
import run_cells
import smoke
from run_cells import Cell
from services import free_port, installed, is_open, wait_for

SCRIPTS = Path(demo.__file__).parent
NAMES = [
    "lint",
    "store-py311-django52",
    "store-py312-django60",
    "store-py313-django52",
    "store-py313-django61",
    "store-py311-django52-postgresql",
    "store-py313-django61-postgresql",
]
CELLS = [Cell.parse(name) for name in NAMES]


def choose(*minors: int, full: bool = False) -> tuple[list[str], dict[str, str]]:
    run, skipped = run_cells.choose(CELLS, full=full, pythons={minor: Path() for minor in minors})
    return [cell.name for cell in run], skipped


@pytest.fixture(autouse=True)
def _no_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in run_cells.SERVERS.values():
        monkeypatch.delenv(variable, raising=False)


def test_default_run_selects_checks_and_oldest_and_newest_cells() -> None:
    run, skipped = choose(11, 12, 13)

    assert run == ["lint", "store-py311-django52", "store-py313-django61"]
    assert skipped == {"store-py311-django52-postgresql": "TEST_POSTGRES_URL is not set"}


def test_missing_interpreter_is_reported_and_replaced() -> None:
    run, skipped = choose(11, 12)

    assert run == ["lint", "store-py311-django52", "store-py312-django60"]
    assert skipped["store-py313-django61"] == "no Python 3.13 at hand"


def test_cells_of_configured_server_are_selected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_POSTGRES_URL", "postgres://localhost")

    run, skipped = choose(11, 12, 13)

    assert "store-py311-django52-postgresql" in run
    assert skipped == {}


def test_full_run_selects_all_cells_and_reports_skipped() -> None:
    run, skipped = choose(11, 13, full=True)

    assert run == ["lint", "store-py311-django52", "store-py313-django52", "store-py313-django61"]
    assert skipped == {
        "store-py312-django60": "no Python 3.12 at hand",
        "store-py311-django52-postgresql": "TEST_POSTGRES_URL is not set",
        "store-py313-django61-postgresql": "TEST_POSTGRES_URL is not set",
    }


def test_cell_without_result_is_not_ok() -> None:
    assert run_cells.outcome(CELLS[0], {}).ok is False


@pytest.mark.parametrize(("status", "stops"), [(200, False), (201, True), (500, True)])
def test_smoke_test_stops_at_unexpected_status(monkeypatch: pytest.MonkeyPatch, status: int, stops: bool) -> None:
    client = smoke.Client("http://shop.example")
    monkeypatch.setattr(client, "send", lambda *args: smoke.Answer(status, {}, b"{}", 0.0))

    if stops:
        with pytest.raises(smoke.WrongAnswer):
            client.step("look", "GET", "/")
    else:
        assert client.step("look", "GET", "/").status == 200


def test_each_catalogue_has_separate_database() -> None:
    catalogues = ["", "shop/products.json", "other/products.json", "shop/books.csv", "a/v1/shop.json", "b/v1/shop.json",
                  "книги.json", "чай.json"]  # fmt: skip

    assert len({demo.database_of(name) for name in catalogues}) == len(catalogues)


def test_equivalent_paths_share_database(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)

    assert demo.database_of("shop.json") == demo.database_of(f"{tmp_path}/x/../shop.json")


@pytest.mark.parametrize("taken", [0, 1])
def test_demo_exits_before_preparation_if_port_is_in_use(monkeypatch: pytest.MonkeyPatch, taken: int) -> None:
    monkeypatch.setattr(demo, "prepare", lambda *args: pytest.fail("prepared"))
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        monkeypatch.setenv("PORT", str(port - taken))

        with pytest.raises(SystemExit, match=str(port)):
            demo.main()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_demo_stops_both_servers_on_signal(tmp_path: Path, number: signal.Signals) -> None:
    port = next(port for port in iter(free_port, None) if demo.is_free(port + 1))
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "storefront.settings.dev",
        "DATABASE_URL": f"sqlite:///{tmp_path}/db",
    }
    serve = f"import sys, os, demo; sys.exit(demo.serve(dict(os.environ), {port}))"
    process = subprocess.Popen([sys.executable, "-c", serve], cwd=SCRIPTS, env=env, start_new_session=True)
    try:
        wait_for("both", lambda: is_open(port) and is_open(port + 1))

        os.killpg(process.pid, number)  # as a terminal sends it

        process.wait(30)
        assert demo.is_free(port)
        assert demo.is_free(port + 1)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def test_missing_program_is_named_with_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")

    with pytest.raises(SystemExit, match=r"^pgbouncer was not found\. Install it with: apt-get install pooler$"):
        installed("pooler", "pgbouncer", folders="")


def test_readme_settings_extend_project_settings(tmp_path: Path) -> None:
    module = tmp_path / "settings.py"
    module.write_text("INSTALLED_APPS = ['a', 'b']\n")
    values: dict[str, Any] = {}

    check_wheels.append(module, "INSTALLED_APPS = [..., 'b', 'c']\nNEW = 1\n")
    exec(module.read_text(), values)  # as Django loads a settings module

    assert values["INSTALLED_APPS"] == ["a", "b", "c"]
    assert values["NEW"] == 1


def test_readme_without_settings_is_rejected() -> None:
    with pytest.raises(SystemExit):
        check_wheels.integration("# A package\n\n```python\nprint('hello')\n```\n")
