"""The command ``seed_db``."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from store_custom.services.seeding import seed_products


class Command(BaseCommand):
    """Adds ten collections with a hundred products each; existing ones are not added again."""

    help = "Populates the database with collections and products"

    def handle(self, *args: Any, **options: Any) -> None:
        """Add the missing collections and products."""
        self.stdout.write("Populating the database...")
        collections, products = seed_products()
        self.stdout.write(f"{collections} collections and {products} products added.")
