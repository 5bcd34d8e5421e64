"""Run the example project with PostgreSQL, Redis, a Celery worker with beat, a mail catcher and Flower.

``python scripts/demo_services.py`` runs until Ctrl-C. ``--check`` places an order, waits for the confirmation mail with
its receipt, finds the task in Flower, and exits.
"""

from __future__ import annotations

import argparse
import email
import email.policy
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from services import HOST, Services, free_port, manage, site_environment, status_of, wait_for
from smoke import Client, check, walk

MAIL_SECONDS = 60


def confirmations(mails: Path) -> list[Any]:
    """Return the confirmation mails that have arrived."""
    letters = (email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in mails.glob("*.eml"))
    return [letter for letter in letters if str(letter["Subject"]).startswith("Your order")]


def look_at_mail(mails: Path) -> None:
    """Wait for the confirmation mail, and check its parts."""
    wait_for("the confirmation", lambda: bool(confirmations(mails)), MAIL_SECONDS)
    [letter] = confirmations(mails)
    [receipt] = list(letter.iter_attachments())
    check(receipt.get_content().startswith(b"%PDF-"), "the receipt is no PDF")
    kinds = {part.get_content_type() for part in letter.walk()}
    check({"text/plain", "text/html", "application/pdf"} <= kinds, "a part is missing")
    Client.line(f"                the mail is there: {letter['Subject']}, {receipt.get_filename()}")


def look_at_flower(url: str) -> None:
    """Check that Flower lists the task."""
    with urlopen(f"{url}/api/tasks", timeout=10) as answer:  # noqa: S310  (a local server)
        tasks = json.load(answer).values()
    sent = [task for task in tasks if task["name"].endswith("send_outbox") and task["state"] == "SUCCESS"]
    check(bool(sent), "Flower shows no such task")
    Client.line(f"                Flower shows {len(sent)} runs of {sent[0]['name']}")


def main() -> int:
    """Run the site, or check it and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    given = parser.parse_args()
    with Services() as services:
        _, redis_url = services.redis()
        _, mail_url, mails = services.mail_catcher()
        env = site_environment(
            DATABASE_URL=services.postgresql(),
            REDIS_URL=f"{redis_url}/2",
            CELERY_BROKER_URL=f"{redis_url}/1",
            EMAIL_URL=mail_url,
            STATIC_ROOT=str(services.folder / "static"),
            MEDIA_ROOT=str(services.folder / "media"),
            FLOWER_UNAUTHENTICATED_API="true",
            CORS_ALLOWED_ORIGINS="http://localhost:8001,http://127.0.0.1:8001",
        )
        as_public = {
            **env,
            "SECURE_SSL_REDIRECT": "on",
            "SECURE_HSTS_SECONDS": "31536000",
            "PLAYGROUND": "off",
            "DUMMY_PAYMENTS": "off",
            "FRONTEND_URL": "https://shop.example",
            "SITE_URL": "https://api.shop.example",
            "DEFAULT_FROM_EMAIL": "shop@shop.example",
            "ADMINS": "boss@shop.example",
        }
        manage(as_public, "check", "--deploy", "--fail-level", "WARNING")
        manage(env, "migrate", "--verbosity", "0")
        manage(env, "collectstatic", "--noinput", "--verbosity", "0")
        manage(env, "seed_store")
        manage(env, "seed_demo")
        flower_port = free_port()
        flower = f"http://{HOST}:{flower_port}"
        services.celery("flower", env, f"--port={flower_port}", f"--address={HOST}")
        services.celery("worker", env, "--concurrency", "2", "--loglevel", "INFO")
        services.celery("beat", env, "--schedule", str(services.folder / "schedule"))
        port = 0 if given.check else int(os.environ.get("PORT") or "8000")
        _, url = services.web(env, port=port or None)
        wait_for("Flower", lambda: status_of(f"{flower}/healthcheck") == 200)
        if given.check:
            walk(Client(url))
            look_at_mail(mails)
            look_at_flower(flower)
        else:
            Client.line(f"\nThe shop: {url}/   Flower: {flower}/   mails: {mails}/   logs: {services.folder}/*.log")
            Client.line("Ctrl-C closes it.")
            signal.sigwait({signal.SIGINT, signal.SIGTERM, signal.SIGHUP})
    return 0


if __name__ == "__main__":
    sys.exit(main())
