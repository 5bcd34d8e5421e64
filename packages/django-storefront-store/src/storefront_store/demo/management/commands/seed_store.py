"""The command ``seed_store``."""

from __future__ import annotations

import re
from argparse import ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from storefront_store.demo.seeding import NoMedia, demo_size, seed_catalogue
from storefront_store.management.progress import progress, raw


class Command(BaseCommand):
    """Fill the store with the demo catalogue."""

    help = "Adds the missing parts of the demo catalogue. Running it twice changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument(
            "--products",
            type=natural_number,
            metavar="N",
            help="the number of products; beyond the demo's own, numbered copies are added",
        )
        parser.add_argument("--no-images", action="store_true", help="draw no images")
        parser.add_argument("--quiet", action="store_true", help="print nothing unless there is an error")

    def handle(self, *args: Any, **options: Any) -> None:
        """Seed the store, and print what was added."""
        size = demo_size() if options["products"] is None else options["products"]
        quiet = options["quiet"] or options["verbosity"] == 0
        images = not options["no_images"]
        steps = size + (min(size, demo_size()) if images else 0)
        with progress(raw(self.stderr), total=steps, label="Seeding", shown=not quiet) as advance:
            try:
                seeded = seed_catalogue(size, images=images, advance=advance)
            except NoMedia as error:
                raise CommandError(f"{error.message} Set MEDIA_ROOT and MEDIA_URL, or add --no-images.") from error
        if not quiet:
            self.stdout.write(
                f"Added {seeded.products} products in {seeded.collections} new collections, {seeded.reviews} reviews, "
                f"{seeded.promotions} promotions and {seeded.images} images."
            )


def natural_number(text: str) -> int:
    """Parse a positive number.

    Raises:
        ArgumentTypeError: If it is not a number, below 1, or too large.
    """
    if not re.fullmatch("0*[1-9][0-9]{0,8}", text):
        raise ArgumentTypeError(f"{text[:40]!r} is not a number from 1 to 999999999")
    return int(text)
