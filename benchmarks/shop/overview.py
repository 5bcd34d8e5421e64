"""The tables over all sizes: what is wanted, what size costs, what a project's own fields cost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from cells import NONE, cost, oscar, ratio, stand_in
from results import Cell, Measured, Run
from rows import ROWS, Row

GROWTH_GOALS: Final = {
    **dict.fromkeys(("list", "cursor", "filter", "detail", "cart", "add"), 1.3),
    "search": 3.0,
}
OWN_FIELDS: Final = (("host", "three more fields"), ("host_method", "a method field"))
OWN_FIELDS_GOAL: Final = 1.15


def overview(run: Run) -> Iterator[str]:
    """Return one table of all rows: costs by size, what is wanted, and whether it is so."""
    if not run.sizes:
        return
    peers = [measured for measured in run.sizes if any("naive" in cells for cells in measured.cells.values())]
    columns = [
        *(f"plain {size_name(measured)}" for measured in peers),
        *(f"oscar {size_name(measured)}" for measured in peers[-1:]),
        *(f"**ours {size_name(measured)}**" for measured in run.sizes),
        "spread",
        "raw",
        "wanted",
        "met",
        "ahead of plain",
        "raw / ours",
    ]
    yield "## Overview"
    yield ""
    yield (
        "CPU milliseconds a request, of server and database together: medians of the rounds. The spread is the distance"
        " between the cheapest and the dearest round of ours, as a part of the median. The last five columns are about"
        f" {size_name(last_with_raw(run))} products, and about each size that the plain shop has."
    )
    yield ""
    yield f"| request | {' | '.join(columns)} |"
    yield f"|---|{'--:|' * (len(columns) - 4)}--:|---|---|--:|"
    for row in ROWS:
        if any(stand_in(measured, row, "store") for measured in run.sizes):
            yield f"| {row.title} | {' | '.join(line(run, peers, row))} |"
    yield ""


def line(run: Run, peers: Sequence[Measured], row: Row) -> Iterator[str]:
    """Return the cells of one row."""
    for measured in peers:
        yield cost(stand_in(measured, row, "naive"))
    for measured in peers[-1:]:
        yield cost(oscar(measured, row))
    for measured in run.sizes:
        yield f"**{cost(stand_in(measured, row, 'store'))}**"
    of = last_with_raw(run)
    ours, raw = stand_in(of, row, "store"), stand_in(of, row, "raw")
    yield f"{ours.spread:.0%}".replace("%", " %") if ours else NONE
    yield cost(raw)
    goal = row.goal(of.size, cpu_of(of, "list"))
    yield f"{goal:.2g}" if goal and goal < 10 else f"{goal:.0f}" if goal else ""
    yield (
        "" if goal is None or ours is None else "yes" if ours.cpu_ms <= goal else f"no, {ours.cpu_ms / goal:.1f} times"
    )
    yield ", ".join(f"{size_name(measured)} {ahead(measured, row)}" for measured in peers if ahead(measured, row))
    yield ratio(raw, ours)


def met(ours: Cell | None, goal: float | None) -> str:
    """Tell whether our store costs no more than a goal, or how many times as much."""
    if ours is None or goal is None:
        return ""
    return "yes" if ours.cpu_ms <= goal else f"no, {ours.cpu_ms / goal:.1f} times"


def last_with_raw(run: Run) -> Measured:
    """Return the largest size that all shops take part in; else the largest."""
    complete = [measured for measured in run.sizes if any("naive" in cells for cells in measured.cells.values())]
    return (complete or run.sizes)[-1]


def cpu_of(measured: Measured, name: str) -> float | None:
    """Return what a row costs our store."""
    cell = measured.cell(name, "store")
    return cell.cpu_ms if cell else None


def ahead(measured: Measured, row: Row) -> str:
    """Tell whether our store costs less than the plain shop, and how many times as much the plain one costs."""
    ours, plain = stand_in(measured, row, "store"), stand_in(measured, row, "naive")
    if not ours or not plain:
        return ""
    return f"{'yes' if ours.cpu_ms <= plain.cpu_ms else 'no'} ({ratio(plain, ours)})"


def size_name(measured: Measured) -> str:
    """Return a short name of a size, such as ``100k``."""
    size = measured.size
    return f"{size // 1_000_000}M" if size % 1_000_000 == 0 else f"{size // 1_000}k" if size % 1_000 == 0 else f"{size}"


def growth(run: Run) -> Iterator[str]:
    """Compare the sizes with the smallest."""
    if len(run.sizes) < 2:
        return
    first, others = run.sizes[0], run.sizes[1:]
    yield f"## What size costs: CPU time compared with {first.size:,} products"
    yield ""
    names = " | ".join(f"ours {size_name(measured)} | plain {size_name(measured)}" for measured in others)
    yield f"| request | {names} | wanted | met |"
    yield f"|---|{'--:|' * (2 * len(others) + 1)}---|"
    for row in ROWS:
        if not (small := stand_in(first, row, "store")):
            continue
        cells = []
        for measured in others:
            cells.append(ratio(stand_in(measured, row, "store"), small))
            cells.append(ratio(stand_in(measured, row, "naive"), stand_in(first, row, "naive")))
        goal = GROWTH_GOALS.get(row.name)
        worst = max((cell.cpu_ms for measured in others if (cell := stand_in(measured, row, "store"))), default=None)
        verdict = "" if goal is None or worst is None else "yes" if worst <= goal * small.cpu_ms else "no"
        yield f"| {row.title} | {' | '.join(cells)} | {goal or ''} | {verdict} |"
    yield ""


def own_fields(run: Run) -> Iterator[str]:
    """Tell what a project's own serializer costs: one that only declares more fields, and one with a method field."""
    rows = [(measured, row) for measured in run.sizes for row in ROWS if measured.cell(row.name, "host")]
    if not rows:
        return
    yield "## A project's own product model and serializer"
    yield ""
    yield (
        "The example project with a product model that has three more columns, all of which its serializer shows, and"
        " the same with a `SerializerMethodField` instead, which can't be read by a plan."
    )
    yield ""
    yield "| request | products | as shipped | three more fields | ratio | wanted | met | a method field | ratio |"
    yield "|---|--:|--:|--:|--:|--:|---|--:|--:|"
    for measured, row in rows:
        ours, *cells = (measured.cell(row.name, name) for name in ("store", *(name for name, _ in OWN_FIELDS)))
        yield f"| {row.title} | {measured.size:,} | {' | '.join(own(ours, *cells))} |"
    yield ""


def own(ours: Cell | None, host: Cell | None, method: Cell | None) -> Iterator[str]:
    """Return the cells of one row of the table of own fields."""
    yield cost(ours)
    yield cost(host)
    yield ratio(host, ours)
    yield str(OWN_FIELDS_GOAL)
    yield "" if not ours or not host else "yes" if host.cpu_ms <= OWN_FIELDS_GOAL * ours.cpu_ms else "no"
    yield cost(method)
    yield ratio(method, ours)
