"""Draws a run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cells import COLUMNS, TITLES, stand_in
from results import Measured, Run
from rows import ROWS

STYLES = ("-", "--", ":")
COLOURS = ("#0b7a66", "#9aa5b1", "#b3381d", "#e0a458", "#3b4754")


def plotter() -> Any:
    """Return matplotlib's plotting module, which takes a while to import, set up for SVG."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "storefront"  # the same figures make the same file
    mpl.rcParams["svg.fonttype"] = "none"  # text, and not outlines of letters
    from matplotlib import pyplot

    return pyplot


def draw_growth(run: Run, path: Path) -> None:
    """Draw what each row costs our store by the number of products, on logarithmic scales."""
    pyplot = plotter()
    figure, axes = pyplot.subplots(figsize=(9, 6), layout="constrained")
    for index, row in enumerate(ROWS):
        points = [(measured.size, cell.cpu_ms) for measured in run.sizes if (cell := stand_in(measured, row, "store"))]
        if points:
            axes.plot(*zip(*points, strict=True), marker="o", linestyle=STYLES[index % len(STYLES)], label=row.title)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("products")
    axes.set_ylabel("CPU milliseconds a request, server and database")
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False, fontsize=8)
    figure.savefig(path, metadata={"Date": None})
    pyplot.close(figure)


def draw(measured: Measured, path: Path) -> None:
    """Draw the CPU time of every row and shop as bars, on a logarithmic scale."""
    pyplot = plotter()
    rows = [row for row in ROWS if row.name in measured.cells][::-1]
    figure, axes = pyplot.subplots(figsize=(9, 0.75 * len(rows) + 1), layout="constrained")
    height = 0.8 / len(COLUMNS)
    for index, (name, colour) in enumerate(zip(COLUMNS, COLOURS, strict=True)):
        cells = [stand_in(measured, row, name) for row in rows]
        places = [place + 0.4 - (index + 0.5) * height for place, cell in enumerate(cells) if cell]
        costs = [cell.cpu_ms for cell in cells if cell]
        bars = axes.barh(places, costs, height, color=colour, label=TITLES[name])
        axes.bar_label(bars, fmt="%.1f", padding=2, fontsize=7)
    axes.set_yticks(range(len(rows)), [row.title for row in rows])
    axes.set_xscale("log")
    axes.set_xlabel("CPU milliseconds a request, server and database")
    axes.set_title(f"{measured.size:,} products")
    axes.set_xlim(right=axes.get_xlim()[1] * 1.7)  # room for the numbers beside the bars
    figure.legend(loc="outside lower center", ncols=len(COLUMNS), frameon=False)
    figure.savefig(path, metadata={"Date": None})
    pyplot.close(figure)
