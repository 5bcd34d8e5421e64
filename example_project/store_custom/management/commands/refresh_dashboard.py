"""Compute the figures of the admin's dashboard for shops that are too large to do so for each page."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from store_custom import figures


class Command(BaseCommand):
    """Compute the figures of the dashboard and keep them."""

    help = "Computes the figures on the index page of the admin. Only large shops need it, every 15 minutes or so."

    def handle(self, *args: Any, **options: Any) -> None:
        """Compute the figures."""
        computed = figures.refresh()
        self.stdout.write("The figures were computed." if computed else "Each page computes the figures of this shop.")
