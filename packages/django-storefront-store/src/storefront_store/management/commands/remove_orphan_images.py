"""The command ``remove_orphan_images``."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from storefront_store.management.arguments import age
from storefront_store.services.product_images import YOUNG, remove_orphans


class Command(BaseCommand):
    """Remove image files to which no product refers."""

    help = "Removes image files to which no product refers. Run it regularly, such as once a week."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument(
            "--older-than", type=age, default=YOUNG, metavar="AGE", help="keep files newer than this, such as 2h or 1d"
        )
        parser.add_argument("--dry-run", action="store_true", help="print the number of files without removing them")

    def handle(self, *args: Any, **options: Any) -> None:
        """Remove the files, and print their number."""
        number = remove_orphans(older_than=options["older_than"], dry_run=options["dry_run"])
        verb = "would be removed" if options["dry_run"] else "removed"
        self.stdout.write(f"{number} files {verb}.")
