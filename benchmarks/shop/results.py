"""What was measured, as it is kept in JSON."""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from services import ROOT
from timing import Sample


@dataclass(slots=True)
class Cell:
    """What one row has cost one shop.

    Attributes:
        statements: What the database was sent for one request, ``BEGIN`` and ``COMMIT`` included.
        size: Bytes of the answer's body.
        samples: One for each round.
    """

    statements: float | None = None
    size: int | None = None
    samples: list[Sample] = field(default_factory=list)

    def median(self, value: Callable[[Sample], float]) -> float:
        """Return the median of a figure over the rounds."""
        return statistics.median(map(value, self.samples))

    @property
    def cpu_ms(self) -> float:
        """The median of CPU milliseconds a request."""
        return self.median(lambda sample: sample.cpu_ms)

    @property
    def spread(self) -> float:
        """The distance between the cheapest and the dearest round, as a part of the median."""
        costs = [sample.cpu_ms for sample in self.samples]
        return (max(costs) - min(costs)) / self.cpu_ms if self.cpu_ms else 0.0


@dataclass(slots=True)
class Oversell:
    """What became of checkouts at the same time, of the last unit."""

    sent: int
    accepted: int
    stock: int


@dataclass(slots=True)
class Soak:
    """The resident memory of the workers, in bytes, before and after many mixed requests."""

    requests: int
    before: int
    after: int
    per_second: float

    @property
    def growth(self) -> float:
        """By how much it has grown, as a part of what it was."""
        return self.after / self.before - 1


@dataclass(slots=True)
class Measured:
    """A shop of one size: cells by row and shop, then what else was seen by shop, and what failed."""

    size: int
    cells: dict[str, dict[str, Cell]] = field(default_factory=dict)
    oversell: dict[str, Oversell] = field(default_factory=dict)
    memory: dict[str, list[int]] = field(default_factory=dict)
    soak: dict[str, Soak] = field(default_factory=dict)
    fill_seconds: dict[str, float] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    load_before: float = 0.0
    load_after: float = 0.0
    commit: str = ""

    def cell(self, row: str, shop: str) -> Cell | None:
        """Return a cell, if the shop can answer the row."""
        found = self.cells.get(row, {}).get(shop)
        return found if found and found.samples else None


@dataclass(slots=True)
class Run:
    """A whole run."""

    machine: dict[str, Any]
    settings: dict[str, Any]
    versions: dict[str, dict[str, str]]
    sizes: list[Measured] = field(default_factory=list)

    def keep(self, measured: Measured) -> None:
        """Add a size, in the place of what was measured of it before."""
        others = [other for other in self.sizes if other.size != measured.size]
        self.sizes = sorted([*others, measured], key=lambda each: each.size)

    def keep_from(self, path: Path) -> None:
        """Add the sizes of a run that was written before, if there is one."""
        if path.exists():
            for size in json.loads(path.read_text())["sizes"]:
                self.keep(read_size(size))

    def write(self, path: Path) -> None:
        """Write it as JSON."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(asdict(self), indent=1) + "\n")


def read_size(written: dict[str, Any]) -> Measured:
    """Return a size as it was written."""
    cells = {
        row: {
            shop: Cell(cell["statements"], cell["size"], [Sample(**sample) for sample in cell["samples"]])
            for shop, cell in shops.items()
        }
        for row, shops in written["cells"].items()
    }
    oversell = {shop: Oversell(**seen) for shop, seen in written["oversell"].items()}
    soak = {shop: Soak(**seen) for shop, seen in written["soak"].items()}
    return Measured(**{**written, "cells": cells, "oversell": oversell, "soak": soak})


def machine() -> dict[str, Any]:
    """Return what tells the machine and the code."""
    models = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    commit = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return {
        "processor": models[0].partition(": ")[2] if models else platform.machine(),
        "cores": os.cpu_count(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9, 1),
        "system": platform.platform(),
        "python": platform.python_version(),
        "commit": commit.stdout.strip(),
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
