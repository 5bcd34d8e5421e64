"""Compare the shops: ``make bench``, or ``make bench QUICK=1`` for five minutes.

Writes ``results.json``, ``results.md`` and a chart for each size.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from dataclasses import asdict, replace
from pathlib import Path

import charts
import environments
import tables
from contest import Contest, say
from database import Database
from plans import FULL, QUICK, Plan
from results import Measured, Run, machine
from services import ROOT, Services
from shops.base import Shop
from shops.example import Example
from shops.host import Host, MethodHost
from shops.naive import Naive
from shops.oscar import Oscar, RichOscar
from shops.raw import Raw
from shops.store import Store
from shops.tags import GenericTags, Taggit

SHOPS: tuple[type[Shop], ...] = (
    Store,
    Naive,
    Oscar,
    RichOscar,
    Raw,
    Host,
    MethodHost,
    GenericTags,
    Taggit,
)
SIZES = (1_000, 100_000, 1_000_000)


def parse() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a thousand products and short rounds")
    parser.add_argument("--sizes", type=int, nargs="+", help="numbers of products")
    parser.add_argument("--rows", nargs="+", default=[], help="names of rows; all without it")
    names = [shop.name for shop in SHOPS]
    parser.add_argument("--shops", nargs="+", choices=names, default=names, help="who takes part; all without it")
    parser.add_argument("--seconds", type=float, help="of one row, for one shop, in one round")
    parser.add_argument("--rounds", type=int, help="how often each row is measured")
    parser.add_argument("--carts", type=int, help="how many are bought in a round, at most")
    parser.add_argument("--soak", type=int, help="how many requests are sent while memory is watched; 0 for none")
    parser.add_argument("--append", action="store_true", help="keep the other sizes of the results that are there")
    parser.add_argument("--into", type=Path, default=ROOT / "docs" / "benchmarks", help="where the results go")
    return parser.parse_args()


def plan_of(given: argparse.Namespace) -> Plan:
    """Return how long and how often."""
    plan = asdict(QUICK if given.quick else FULL)
    changed = {
        name: value for name in ("seconds", "rounds", "carts", "soak") if (value := getattr(given, name)) is not None
    }
    return Plan(**{**plan, **changed, "only": frozenset(given.rows)})


def main() -> int:
    """Run it."""
    given = parse()
    plan, started = plan_of(given), time.monotonic()
    say("Environments ...")
    shops = [shop for shop in SHOPS if shop.name in given.shops]
    versions = environments.prepare({shop.environment for shop in shops})
    with Services() as services:
        database = Database(services)
        if shutil.which("redis-server"):
            Example.broker = f"{services.redis()[1]}/1"
        settings = {**asdict(plan), "only": sorted(plan.only), "broker": bool(Example.broker)}
        run = Run({**machine(), "postgresql": database.server_version}, settings, versions)
        if given.append:
            run.keep_from(given.into / "results.json")
        for size in given.sizes or (SIZES[:1] if given.quick else SIZES):
            say(f"{size:,} products ...")
            measure(run, Contest(services, database, shops, size), plan, given.into)
            plan = replace(plan, soak=0)  # memory is watched at one size
    sys.stdout.write(tables.page(run))
    say(f"\n{time.monotonic() - started:.0f} s; see {given.into}")
    return int(any(measured.failures for measured in run.sizes))


def measure(run: Run, contest: Contest, plan: Plan, folder: Path) -> None:
    """Measure one size, and write what is known after each round: whoever stops the run keeps that."""

    def keep(measured: Measured) -> None:
        run.keep(measured)
        run.write(folder / "results.json")
        (folder / "results.md").write_text(tables.page(run))

    contest.measured.commit = run.machine["commit"]
    measured = contest.run(plan, keep)
    keep(measured)
    charts.draw(measured, folder / f"cpu-{measured.size}.svg")
    charts.draw_growth(run, folder / "growth.svg")


if __name__ == "__main__":
    sys.exit(main())
