"""Run a load test of one minute with 100 users, on PostgreSQL with two gunicorn workers; write figures and a chart.

``python scripts/load.py [--users 100] [--seconds 60] [--into FOLDER]``. Needs the dependency group "dev".
"""

from __future__ import annotations

import argparse
import csv
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from services import EXAMPLE, HOST, ROOT, Services, free_port, prepare, site_environment


def measure(users: int, seconds: int, into: Path) -> list[dict[str, str]]:
    """Run Locust against a new site, and return the rows of its table, with the total last."""
    with Services() as services:
        _, redis_url = services.redis()
        port = free_port()
        env = site_environment(
            DATABASE_URL=services.postgresql(),
            REDIS_URL=f"{redis_url}/2",
            CELERY_BROKER_URL=f"{redis_url}/1",
            EMAIL_URL=f"filemail:///{services.folder / 'mails'}",
            STATIC_ROOT=str(services.folder / "static"),
            THROTTLING="off",
            SLOW_SERVICE_URL=f"http://{HOST}:{port}/playground/slow-service/",
            WEB_CONCURRENCY="2",
            WEB_THREADS="8",
        )
        prepare(env, "seed_db")
        _, url = services.web(env, port=port)
        prefix = services.folder / "load"
        subprocess.run(
            [
                sys.executable, "-m", "locust", "-f", "locustfiles/browse.py,locustfiles/buy.py", "--headless",
                "--host", url, "--users", str(users), "--spawn-rate", "10", "--run-time", f"{seconds}s",
                "--csv", str(prefix), "--csv-full-history", "--only-summary",
            ],
            cwd=EXAMPLE, env=env, check=False,
        )  # fmt: skip
        stats = read(Path(f"{prefix}_stats.csv"))
        draw(read(Path(f"{prefix}_stats_history.csv")), into / "load.svg")
    return stats


def read(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file."""
    with path.open(newline="") as lines:
        return list(csv.DictReader(lines))


def draw(history: list[dict[str, str]], path: Path) -> None:
    """Draw a chart of requests per second and response times."""
    import matplotlib as mpl

    mpl.use("svg")
    from matplotlib import pyplot

    rows = [row for row in history if row["Name"] == "Aggregated" and row["50%"] not in ("", "N/A")]
    start = int(rows[0]["Timestamp"])
    times = [int(row["Timestamp"]) - start for row in rows]
    figure, (upper, lower) = pyplot.subplots(2, 1, sharex=True, figsize=(8, 5), layout="constrained")
    upper.plot(times, [float(row["Requests/s"]) for row in rows], color="#0b7a66")
    upper.set_ylabel("requests a second")
    for share, colour in (("50%", "#1ec8aa"), ("95%", "#b3381d")):
        lower.plot(times, [float(row[share]) for row in rows], color=colour, label=share)
    lower.set_ylabel("milliseconds")
    lower.set_xlabel("seconds")
    lower.legend(title="answered within")
    figure.savefig(path, metadata={"Date": None})


def table(stats: list[dict[str, str]]) -> str:
    """Return the figures as a Markdown table."""
    lines = ["| request | number | failures | 50 % | 95 % | 99 % |", "|---|--:|--:|--:|--:|--:|"]
    for row in stats:
        name = f"`{row['Type']} {row['Name']}`" if row["Type"] else "**all**"
        times = " | ".join(f"{row[share]} ms" for share in ("50%", "95%", "99%"))
        lines.append(f"| {name} | {row['Request Count']} | {row['Failure Count']} | {times} |")
    return "\n".join(lines)


def main() -> int:
    """Run the test and print the table; return 1 if a request failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--users", type=int, default=100)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--into", type=Path, default=ROOT / "docs" / "images")
    given: Any = parser.parse_args()
    given.into.mkdir(parents=True, exist_ok=True)
    stats = measure(given.users, given.seconds, given.into)
    total = stats[-1]
    load = " ".join(f"{value:.1f}" for value in os.getloadavg())
    sys.stdout.write(f"{table(stats)}\n\n{float(total['Requests/s']):.0f} requests a second; load average {load}\n")
    return int(total["Failure Count"] != "0")


if __name__ == "__main__":
    sys.exit(main())
