"""The workspace's scripts: which cells run, what stops the smoke walk, what a README's lines become."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import check_wheels
import demo
import pytest
import run_cells
import smoke
from run_cells import Cell

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


def test_a_plain_run_takes_the_checks_and_the_outer_cells() -> None:
    run, skipped = choose(11, 12, 13)

    assert run == ["lint", "store-py311-django52", "store-py313-django61"]
    assert skipped == {"store-py311-django52-postgresql": "TEST_POSTGRES_URL is not set"}


def test_a_missing_interpreter_is_named_and_the_next_one_stands_in() -> None:
    run, skipped = choose(11, 12)

    assert run == ["lint", "store-py311-django52", "store-py312-django60"]
    assert skipped["store-py313-django61"] == "no Python 3.13 at hand"


def test_a_server_that_is_given_is_tested(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_POSTGRES_URL", "postgres://localhost")

    run, skipped = choose(11, 12, 13)

    assert "store-py311-django52-postgresql" in run
    assert skipped == {}


def test_a_full_run_takes_every_cell_and_names_what_it_leaves_out() -> None:
    run, skipped = choose(11, 13, full=True)

    assert run == ["lint", "store-py311-django52", "store-py313-django52", "store-py313-django61"]
    assert skipped == {
        "store-py312-django60": "no Python 3.12 at hand",
        "store-py311-django52-postgresql": "TEST_POSTGRES_URL is not set",
        "store-py313-django61-postgresql": "TEST_POSTGRES_URL is not set",
    }


def test_a_cell_that_never_ran_is_not_ok() -> None:
    assert run_cells.outcome(CELLS[0], {}).ok is False


@pytest.mark.parametrize(("status", "stops"), [(200, False), (201, True), (500, True)])
def test_the_smoke_walk_stops_at_the_first_wrong_status(
    monkeypatch: pytest.MonkeyPatch, status: int, stops: bool
) -> None:
    client = smoke.Client("http://shop.example")
    monkeypatch.setattr(client, "send", lambda *args: smoke.Answer(status, {}, b"{}", 0.0))

    if stops:
        with pytest.raises(smoke.WrongAnswer):
            client.step("look", "GET", "/")
    else:
        assert client.step("look", "GET", "/").status == 200


def test_each_catalogue_has_a_database_of_its_own() -> None:
    addresses = {demo.database_of(name) for name in ("", "shop/products.json", "other/products.json", "shop/books.csv")}

    assert len(addresses) == 4


def test_the_lines_of_a_readme_add_to_what_a_project_has(tmp_path: Path) -> None:
    module = tmp_path / "settings.py"
    module.write_text("INSTALLED_APPS = ['a', 'b']\n")
    values: dict[str, Any] = {}

    check_wheels.append(module, "INSTALLED_APPS = [..., 'b', 'c']\nNEW = 1\n")
    exec(module.read_text(), values)  # what Django does with a settings module

    assert values["INSTALLED_APPS"] == ["a", "b", "c"]
    assert values["NEW"] == 1


def test_a_readme_without_its_lines_is_refused() -> None:
    with pytest.raises(SystemExit):
        check_wheels.integration("# A package\n\n```python\nprint('hello')\n```\n")
