"""The command ``remove_tag_orphans``."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from generic_tags.services import remove_orphans


class Command(BaseCommand):
    """Deletes links to objects that do not exist."""

    help = "Delete tag links to objects that do not exist, which raw SQL can leave."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the arguments."""
        parser.add_argument("--database", default="default", help="alias of the database")

    def handle(self, *args: Any, **options: Any) -> None:
        """Delete the links and report how many."""
        for model, count in sorted(remove_orphans(options["database"]).items()):
            self.stdout.write(_("%(model)s: %(count)d removed") % {"model": model, "count": count})
