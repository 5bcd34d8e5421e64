"""Shows a run as Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from cells import COLUMNS, TITLES, stand_in, with_spread
from overview import growth, overview, own_fields
from results import Cell, Measured, Run
from rows import ROWS

BUSY = 8.0  # a load average that the clients and servers of a run do not reach by themselves
PACKAGES = (
    "django",
    "djangorestframework",
    "gunicorn",
    "psycopg",
    "django-oscar",
    "django-oscar-api",
    "django-taggit",
)


def page(run: Run) -> str:
    """Return the page of results."""
    return "\n".join(
        [
            "# Results",
            "",
            *conditions(run),
            *overview(run),
            *growth(run),
            *(["![CPU time by the number of products](growth.svg)", ""] if len(run.sizes) > 1 else []),
            *own_fields(run),
            *(line for measured in run.sizes for line in section(measured)),
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
    seen = {name: packages[name] for packages in run.versions.values() for name in PACKAGES if name in packages}
    yield f"Versions: {', '.join(f'{name} {version}' for name, version in seen.items())}."
    yield ""


def section(measured: Measured) -> Iterator[str]:
    """Return everything about one size."""
    yield f"## {measured.size:,} products"
    yield ""
    if measured.commit:
        yield f"At commit `{measured.commit}`."
        yield ""
    if measured.failures:
        yield "What failed, and is left out of the figures:"
        yield ""
        yield from (f"- {failure}" for failure in measured.failures)
        yield ""
    yield f"![CPU time a request](cpu-{measured.size}.svg)"
    yield ""
    yield "CPU milliseconds a request, server and database together: the median of the rounds, and half their spread."
    yield ""
    yield from costs(measured)
    yield from details(measured)
    yield from last_unit(measured)
    yield from memory(measured)


def costs(measured: Measured) -> Iterator[str]:
    """Return the table of CPU times."""
    yield f"| request | {' | '.join(TITLES[name] for name in COLUMNS)} |"
    yield f"|---|{'--:|' * len(COLUMNS)}"
    for row in ROWS:
        if row.name in measured.cells:
            cells = [with_spread(stand_in(measured, row, name)) for name in COLUMNS]
            yield f"| {row.title} | {' | '.join(cells)} |"
    yield ""


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
    for name, soak in measured.soak.items():
        yield (
            f"Resident memory of {TITLES[name]} before and after {soak.requests:,} mixed requests:"
            f" {soak.before / 1e6:.1f} and {soak.after / 1e6:.1f} MB ({100 * soak.growth:+.1f} %, at most 5 wanted)."
        )
        yield ""
    yield f"Filled in: {', '.join(f'{TITLES[name]} {took:.0f} s' for name, took in measured.fill_seconds.items())}."
    yield ""
