"""The command ``check_stock``."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from storefront_store.conf import get_model
from storefront_store.management.progress import progress, raw
from storefront_store.services.audit import check_orders


class Command(BaseCommand):
    """Report and repair inconsistent orders."""

    help = (
        "Reports orders whose total, items, stock or cancellation are inconsistent. With --repair, repairs them where "
        "possible. Exits with status 1 if inconsistencies are left."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("--repair", action="store_true", help="repair inconsistencies where possible")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print each inconsistency and a summary.

        Raises:
            CommandError: If inconsistencies are left.
        """
        total = get_model("Order")._base_manager.count()
        found = mended = 0
        with progress(raw(self.stderr), total=total, label="Orders", shown=options["verbosity"] > 0) as advance:
            for breach in check_orders(repair=options["repair"], advance=advance):
                found += 1
                mended += breach.mended
                state = " (mended)" if breach.mended else ""
                self.stdout.write(f"order {breach.order_number}: {breach.code}: {breach.detail}{state}")
        self.stdout.write(f"Checked {total} orders: {found} breaches, {mended} mended.")
        if found > mended:
            raise CommandError(f"{found - mended} breaches are left.")
