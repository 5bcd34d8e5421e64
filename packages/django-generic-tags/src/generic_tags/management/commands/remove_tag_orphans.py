from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from generic_tags.services import remove_orphans


class Command(BaseCommand):
    help = "Delete tag links to objects that are gone, as raw SQL leaves them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--database", default="default")

    def handle(self, *args: Any, **options: Any) -> None:
        for model, count in sorted(remove_orphans(options["database"]).items()):
            self.stdout.write(_("%(model)s: %(count)d removed") % {"model": model, "count": count})
