from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from storefront_auth.services.tokens import purge_expired_tokens


class Command(BaseCommand):
    help = "Deletes the records of refresh tokens that have expired."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--batch-size", type=int, default=1000, help="How many to delete in one transaction.")

    def handle(self, *args: Any, **options: Any) -> None:
        purged = purge_expired_tokens(options["batch_size"])
        self.stdout.write(f"Deleted {purged} expired tokens.")
