"""The command ``refresh_summaries``."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from storefront_store.management.progress import progress, raw
from storefront_store.services.summaries import refresh_summaries, summarised_models


class Command(BaseCommand):
    """Repair the summaries that are stored with collections, groups and products."""

    help = (
        "Updates the product counts of collections, the ratings of products and the representatives of groups that are "
        "out of date after raw SQL or a change of TRACK_INVENTORY."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument(
            "--dry-run", action="store_true", help="print the number of incorrect rows without changing them"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Repair the rows, and print how many were incorrect."""
        total = sum(model._base_manager.count() for model in summarised_models())
        with progress(raw(self.stderr), total=total, label="Rows", shown=options["verbosity"] > 0) as advance:
            wrong = refresh_summaries(dry_run=options["dry_run"], advance=advance)
        verb = "Would mend" if options["dry_run"] else "Mended"
        self.stdout.write(f"{verb} {wrong} of {total} rows.")
