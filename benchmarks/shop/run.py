"""Compare the shops: ``make bench``, or ``make bench QUICK=1`` for five minutes.

Writes ``results.json``, ``results.md`` and a chart for each size.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from dataclasses import asdict
from pathlib import Path

import charts
import environments
import tables
from contest import Contest, Plan, say
from database import Database
from results import Run, machine
from services import ROOT, Services
from shops.base import Shop
from shops.naive import Naive
from shops.oscar import Oscar, RichOscar
from shops.raw import Raw
from shops.store import Store
from shops.tags import GenericTags, Taggit

SHOPS: tuple[type[Shop], ...] = (Store, Naive, Oscar, RichOscar, Raw, GenericTags, Taggit)
SIZES = (1_000, 100_000, 1_000_000)
FULL = Plan(seconds=3, rounds=5, connections=8, carts=200, orders=50, parallel=16)
QUICK = Plan(seconds=0.7, rounds=3, connections=8, carts=24, orders=10, parallel=16)


def parse() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a thousand products and short rounds")
    parser.add_argument("--sizes", type=int, nargs="+", help="numbers of products")
    parser.add_argument("--rows", nargs="+", default=[], help="names of rows; all without it")
    parser.add_argument("--seconds", type=float, help="of one row, for one shop, in one round")
    parser.add_argument("--rounds", type=int, help="how often each row is measured")
    parser.add_argument("--into", type=Path, default=ROOT / "docs" / "benchmarks", help="where the results go")
    return parser.parse_args()


def plan_of(given: argparse.Namespace) -> Plan:
    """Return how long and how often."""
    plan = asdict(QUICK if given.quick else FULL)
    changed = {name: value for name in ("seconds", "rounds") if (value := getattr(given, name)) is not None}
    return Plan(**{**plan, **changed, "only": frozenset(given.rows)})


def main() -> int:
    """Run it."""
    given = parse()
    plan, started = plan_of(given), time.monotonic()
    say("Environments ...")
    versions = environments.prepare({shop.environment for shop in SHOPS})
    with Services() as services:
        database = Database(services)
        if shutil.which("redis-server"):
            Store.broker = f"{services.redis()[1]}/1"
        settings = {**asdict(plan), "only": sorted(plan.only), "broker": bool(Store.broker)}
        run = Run({**machine(), "postgresql": database.server_version}, settings, versions)
        for size in given.sizes or (SIZES[:1] if given.quick else SIZES):
            say(f"{size:,} products ...")
            measured = Contest(services, database, SHOPS, size).run(plan)
            run.sizes.append(measured)
            run.write(given.into / "results.json")
            charts.draw(measured, given.into / f"cpu-{size}.svg")
    (given.into / "results.md").write_text(tables.page(run))
    sys.stdout.write(tables.page(run))
    say(f"\n{time.monotonic() - started:.0f} s; see {given.into}")
    return int(any(measured.failures for measured in run.sizes))


if __name__ == "__main__":
    sys.exit(main())
