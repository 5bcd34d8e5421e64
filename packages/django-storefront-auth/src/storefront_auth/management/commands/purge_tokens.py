"""The command ``purge_tokens``."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import DEFAULT_DB_ALIAS

from storefront_auth.services.tokens import purge_expired_tokens


class Command(BaseCommand):
    """Deletes the records of refresh tokens that are no longer needed."""

    help = "Deletes the records of refresh tokens that have expired, or whose user was deleted."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("--batch-size", type=int, default=1000, help="How many to delete in one transaction.")
        parser.add_argument("--all", action="store_true", help="Delete all, before the tables are removed.")
        parser.add_argument("--database", default=DEFAULT_DB_ALIAS, help="The database with the records.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the command."""
        purged = purge_expired_tokens(options["batch_size"], options["database"], everything=options["all"])
        self.stdout.write(f"Deleted {purged} records of tokens.")
