"""The command ``create_groups``."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from storefront_store.exceptions import NotFound
from storefront_store.services import groups


class Command(BaseCommand):
    """Create the group "Customer Service"."""

    help = (
        f'Creates the group "{groups.CUSTOMER_SERVICE}", which may add, change, delete and view customers and orders, '
        "and see their history. Members must be staff to use the admin."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("--dry-run", action="store_true", help="print what is missing without changing anything")

    def handle(self, *args: Any, **options: Any) -> None:
        """Create the group or its missing permissions, and print them."""
        try:
            added = groups.missing_permissions() if options["dry_run"] else groups.create_groups()
        except NotFound as error:
            raise CommandError(f"{error.message} Run migrate first.") from error
        verb = "would get" if options["dry_run"] else "got"
        self.stdout.write(f'The group "{groups.CUSTOMER_SERVICE}" {verb} {len(added)} permissions.')
        for permission in added:
            self.stdout.write(f"  {permission.content_type.app_label}.{permission.codename}")
