"""The command ``refresh_search_text``."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from storefront_store.management.progress import progress, raw
from storefront_store.services.search_text import refresh_search_text, searched_models


class Command(BaseCommand):
    """Repair derived columns and search words."""

    help = "Updates the search text of collections and products that raw SQL or update() left out of date."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument(
            "--dry-run", action="store_true", help="print the number of incorrect rows without changing them"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Repair the rows, and print how many were incorrect."""
        total = sum(model._default_manager.count() for model in searched_models())
        with progress(raw(self.stderr), total=total, label="Rows", shown=options["verbosity"] > 0) as advance:
            wrong = refresh_search_text(dry_run=options["dry_run"], advance=advance)
        verb = "Would mend" if options["dry_run"] else "Mended"
        self.stdout.write(f"{verb} {wrong} of {total} rows.")
