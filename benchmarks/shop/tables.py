"""Shows a run as Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from results import Cell, Measured, Run
from rows import ROWS, Row

BUSY = 8.0  # a load average that the clients and servers of a run do not reach by themselves
TITLES = {
    "store": "Django Storefront",
    "naive": "plain DRF",
    "oscar": "oscar",
    "oscar_rich": "oscar, rich list",
    "raw": "raw view",
    "script": "raw script",
    "taggit": "django-taggit",
    "generic_tags": "generic_tags",
}
NONE = "-"
PACKAGES = (
    "django",
    "djangorestframework",
    "gunicorn",
    "psycopg",
    "django-oscar",
    "django-oscar-api",
    "django-taggit",
)
COLUMNS = ("store", "naive", "oscar", "oscar_rich", "raw")


def page(run: Run) -> str:
    """Return the page of results."""
    return "\n".join(
        [
            "---",
            "orphan: true",
            "---",
            "",
            "# Results",
            "",
            *conditions(run),
            *(line for measured in run.sizes for line in section(measured)),
            *growth(run),
        ]
    )


def conditions(run: Run) -> Iterator[str]:
    """Tell what was measured, on what, and how busy it was."""
    machine, plan = run.machine, run.settings
    loads = [load for measured in run.sizes for load in (measured.load_before, measured.load_after)]
    yield (
        f"Measured {machine['at'][:10]} at commit `{machine['commit']}` on {machine['cores']} cores of"
        f" {machine['processor']}, {machine['memory_gb']} GB, {machine['system']}, Python {machine['python']},"
        f" PostgreSQL {machine['postgresql']}. {plan['rounds']} rounds of {plan['seconds']} s,"
        f" {plan['connections']} connections, 2 workers of 4 threads for each server."
        f" Load average before and after: {', '.join(f'{load:.1f}' for load in loads)}."
    )
    yield ""
    if max(loads, default=0) > BUSY:
        yield "```{warning}\nThe machine was busy with other work: only the ratios mean something.\n```\n"
    wanted = (
        "django",
        "djangorestframework",
        "gunicorn",
        "psycopg",
        "django-oscar",
        "django-oscar-api",
        "django-taggit",
    )
    seen = {name: packages[name] for packages in run.versions.values() for name in wanted if name in packages}
    yield f"Versions: {', '.join(f'{name} {version}' for name, version in seen.items())}."
    yield ""


def section(measured: Measured) -> Iterator[str]:
    """Return everything about one size."""
    yield f"## {measured.size:,} products"
    yield ""
    if measured.failures:
        yield "Left out, because the answers were wrong:"
        yield ""
        yield from (f"- {failure}" for failure in measured.failures)
        yield ""
    yield f"![CPU time a request](cpu-{measured.size}.svg)"
    yield ""
    yield "CPU milliseconds a request, server and database together: the median of the rounds, and half their spread."
    yield ""
    yield from costs(measured)
    yield from verdicts(measured)
    yield from details(measured)
    yield from last_unit(measured)
    yield from memory(measured)


def costs(measured: Measured) -> Iterator[str]:
    """Return the table of CPU times."""
    yield f"| request | {' | '.join(TITLES[name] for name in COLUMNS)} |"
    yield f"|---|{'--:|' * len(COLUMNS)}"
    for row in ROWS:
        if row.name in measured.cells:
            cells = [cost(stand_in(measured, row, name)) for name in COLUMNS]
            yield f"| {row.title} | {' | '.join(cells)} |"
    yield ""


def stand_in(measured: Measured, row: Row, name: str) -> Cell | None:
    """Return a cell; tags and the script have others that stand for the shops of the columns."""
    other = {("tags", "store"): "generic_tags", ("tags", "naive"): "taggit", ("checkout", "raw"): "script"}
    return measured.cell(row.name, other.get((row.name, name), name))


def cost(cell: Cell | None) -> str:
    """Return the CPU time of a cell."""
    return f"{cell.cpu_ms:.1f} (± {50 * cell.spread:.0f} %)" if cell else NONE


def verdicts(measured: Measured) -> Iterator[str]:
    """Compare our store with the others and with what it should cost."""
    yield "| request | plain DRF / ours | oscar / ours | raw / ours | goal, ms | ours, ms | goal met |"
    yield "|---|--:|--:|--:|--:|--:|---|"
    for row in ROWS:
        ours = stand_in(measured, row, "store")
        if not ours:
            continue
        oscar = "oscar_rich" if measured.cell(row.name, "oscar_rich") else "oscar"
        ratios = [ratio(stand_in(measured, row, name), ours) for name in ("naive", oscar, "raw")]
        goal = row.goal(measured.size)
        met = "" if goal is None else "yes" if ours.cpu_ms <= goal else f"no, {ours.cpu_ms / goal:.1f} times"
        yield f"| {row.title} | {' | '.join(ratios)} | {goal or ''} | {ours.cpu_ms:.1f} | {met} |"
    yield ""


def ratio(other: Cell | None, ours: Cell) -> str:
    """Return how many times our cost another's is."""
    return f"{other.cpu_ms / ours.cpu_ms:.2f}" if other and ours.cpu_ms else NONE


def details(measured: Measured) -> Iterator[str]:
    """Return everything that was measured, row by row."""
    yield ":::{dropdown} Requests a second, times, statements and bytes"
    yield "| request | | requests/s | p50 ms | p95 ms | p99 ms | server ms | database ms | statements | bytes |"
    yield "|---|---|--:|--:|--:|--:|--:|--:|--:|--:|"
    for row in ROWS:
        for name, cell in measured.cells.get(row.name, {}).items():
            if cell.samples:
                yield f"| {row.title} | {TITLES[name]} | {figures(cell)} |"
    yield ":::"
    yield ""


def figures(cell: Cell) -> str:
    """Return the medians of one cell."""
    rate = f"{cell.median(lambda sample: sample.per_second):.0f}"
    times = [
        cell.median(lambda sample: sample.p50),
        cell.median(lambda sample: sample.p95),
        cell.median(lambda sample: sample.p99),
        cell.median(lambda sample: sample.server_ms),
        cell.median(lambda sample: sample.database_ms),
    ]
    counted = ["" if value is None else f"{value:,.0f}" for value in (cell.statements, cell.size)]
    return " | ".join([rate, *(f"{time:.1f}" for time in times), *counted])


def last_unit(measured: Measured) -> Iterator[str]:
    """Tell who has sold more than there was."""
    if measured.oversell:
        yield "| the last unit, bought at the same time | sent | accepted | stock afterwards |"
        yield "|---|--:|--:|--:|"
        for name, seen in measured.oversell.items():
            yield f"| {TITLES[name]} | {seen.sent} | {seen.accepted} | {seen.stock} |"
        yield ""


def memory(measured: Measured) -> Iterator[str]:
    """Tell how large the workers are in the end."""
    yield "| resident memory of the workers in the end | MB |"
    yield "|---|--:|"
    for name, sizes in measured.memory.items():
        yield f"| {TITLES[name]} | {', '.join(f'{size / 1e6:.0f}' for size in sizes)} |"
    yield ""


def growth(run: Run) -> Iterator[str]:
    """Compare the sizes with the smallest."""
    if len(run.sizes) < 2:
        return
    first, others = run.sizes[0], run.sizes[1:]
    yield f"## What size costs: CPU time compared with {first.size:,} products"
    yield ""
    yield f"| request | | {' | '.join(f'{measured.size:,}' for measured in others)} |"
    yield f"|---|---|{'--:|' * len(others)}"
    for row in ROWS:
        for name, cell in first.cells.get(row.name, {}).items():
            if cell.samples:
                later = [measured.cell(row.name, name) for measured in others]
                yield f"| {row.title} | {TITLES[name]} | {' | '.join(ratio(each, cell) for each in later)} |"
    yield ""
