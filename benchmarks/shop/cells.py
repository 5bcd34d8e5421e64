"""Which cells stand beside each other in tables and charts, and how they are shown."""

from __future__ import annotations

from typing import Final

from results import Cell, Measured
from rows import Row

TITLES: Final = {
    "store": "Django Storefront",
    "naive": "plain DRF",
    "oscar": "oscar",
    "oscar_rich": "oscar, rich list",
    "raw": "raw view",
    "script": "raw script",
    "taggit": "django-taggit",
    "generic_tags": "generic_tags",
    "host": "three more fields",
    "host_method": "a method field",
}
COLUMNS: Final = ("store", "naive", "oscar", "oscar_rich", "raw")
NONE: Final = "-"
STAND_INS: Final = {("tags", "store"): "generic_tags", ("tags", "naive"): "taggit", ("checkout", "raw"): "script"}


def stand_in(measured: Measured, row: Row, name: str) -> Cell | None:
    """Return a cell; tags and the script have others that stand for the shops of the columns."""
    return measured.cell(row.name, STAND_INS.get((row.name, name), name))


def oscar(measured: Measured, row: Row) -> Cell | None:
    """Return the cell of oscar, with its rich list where there is one."""
    return measured.cell(row.name, "oscar_rich") or measured.cell(row.name, "oscar")


def cost(cell: Cell | None) -> str:
    """Return the CPU time of a cell."""
    return milliseconds(cell.cpu_ms) if cell else NONE


def milliseconds(value: float) -> str:
    """Return a number of milliseconds with as many decimals as mean something."""
    return f"{value:.2f}" if value < 1 else f"{value:.1f}" if value < 100 else f"{value:,.0f}"


def with_spread(cell: Cell | None) -> str:
    """Return the CPU time of a cell and half the distance between its rounds."""
    return f"{cost(cell)} (± {50 * cell.spread:.0f} %)" if cell else NONE


def ratio(other: Cell | None, ours: Cell | None) -> str:
    """Return how many times our cost another's is."""
    return f"{other.cpu_ms / ours.cpu_ms:.2f}" if other and ours and ours.cpu_ms else NONE
