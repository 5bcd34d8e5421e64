"""Many products at once."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from store_custom.services.seeding import seed_products


class Command(BaseCommand):
    """Add ten collections with a hundred products each. Doing it again changes nothing."""

    help = "Populates the database with collections and products"

    def handle(self, *args: Any, **options: Any) -> None:
        """Add what is missing."""
        self.stdout.write("Populating the database...")
        collections, products = seed_products()
        self.stdout.write(f"{collections} collections and {products} products added.")
