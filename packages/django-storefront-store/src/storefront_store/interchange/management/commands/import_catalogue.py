"""The command ``import_catalogue``."""

from __future__ import annotations

import argparse
import contextlib
from typing import Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import reset_queries

from storefront_store.exceptions import StoreError
from storefront_store.interchange.services import KEYS, PRESETS, Options, Summary, import_catalogue
from storefront_store.management.progress import progress, raw

PASSED_ON: Final = (
    "preset",
    "key",
    "currency",
    "decimal",
    "encoding",
    "list_key",
    "header",
    "variants",
    "unknown_stock",
    "fetch_images",
    "strict",
    "dry_run",
)


class Command(BaseCommand):
    """Import products from a file."""

    help = (
        "Imports products from a CSV, TSV, JSON or Excel file or an XML feed of any supported platform. Creates new "
        "products and updates existing ones. Invalid rows are reported and skipped. Nothing is deleted, and nothing is "
        "downloaded unless --fetch-images is given."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("file", help="a file of products; - for the standard input")
        parser.add_argument(
            "--map",
            action="append",
            default=[],
            type=field_and_column,
            metavar="FIELD=COLUMN",
            dest="columns",
            help="the column of a field; in JSON also a path, such as unit_price=price.amount",
        )
        parser.add_argument("--preset", choices=sorted(PRESETS), help="the platform, if it isn't recognised")
        parser.add_argument(
            "--key",
            choices=KEYS,
            default="sku",
            help="the field that identifies a product; rows without a SKU are identified by id, or else by title",
        )
        parser.add_argument(
            "--currency", type=currency_code, help="the currency of the prices to import; by default that of the store"
        )
        parser.add_argument(
            "--decimal", choices=[".", ","], help="the decimal mark, if numbers such as 1.299 are ambiguous"
        )
        parser.add_argument("--encoding", help="the encoding of a text file, such as cp1252; UTF-8 by default")
        parser.add_argument("--list-key", help="the key of the products in a JSON object with several lists")
        header = parser.add_mutually_exclusive_group()
        header.add_argument(
            "--header",
            action="store_true",
            default=None,
            help="the first row of the table has the names of its columns",
        )
        header.add_argument(
            "--no-header",
            action="store_false",
            dest="header",
            help="the first row is a product; columns are named 1, 2, 3 …",
        )
        parser.add_argument(
            "--variants",
            metavar="FILE",
            help="a second file with the variants of the products, such as the combinations of PrestaShop",
        )
        parser.add_argument(
            "--unknown-stock",
            type=stock_number,
            metavar="N",
            help="the stock of products that are in stock without a number; not set by default",
        )
        parser.add_argument(
            "--fetch-images", action="store_true", help="download the images given by public URLs in the file"
        )
        parser.add_argument("--strict", action="store_true", help="keep nothing if any row is invalid")
        parser.add_argument("--dry-run", action="store_true", help="print what would happen without writing anything")
        parser.add_argument("--quiet", action="store_true", help="print nothing unless there is an error")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import the file, and print invalid rows and a summary."""
        quiet = options["quiet"] or options["verbosity"] == 0
        chosen = Options(columns=dict(options["columns"]), **{name: options[name] for name in PASSED_ON})
        try:
            summary = self._import(options["file"], chosen, quiet)
        except StoreError as error:
            raise CommandError(str(error.message)) from error
        for place, reason in (*summary.failures, *summary.warnings):
            self.stderr.write(f"{place}: {reason}")
        if summary.failed > len(summary.failures):
            self.stderr.write(f"… and {summary.failed - len(summary.failures)} more")
        if summary.undone:
            raise CommandError(f"{summary.failed} rows failed, so nothing was kept.")
        if not quiet:
            self._sum_up(summary, dry_run=chosen.dry_run)

    def _import(self, path: str, options: Options, quiet: bool) -> Summary:
        with contextlib.ExitStack() as stack:
            bars = []

            def start(total: int) -> None:
                stream = raw(self.stderr)
                bars.append(stack.enter_context(progress(stream, total=total, label="Importing", shown=not quiet)))

            def advance(done: int) -> None:
                bars[0](done)
                if settings.DEBUG:
                    reset_queries()  # which are kept in memory otherwise

            return import_catalogue(path, options, started=start, advance=advance)

    def _sum_up(self, summary: Summary, *, dry_run: bool) -> None:
        if dry_run:
            self.stdout.write("Dry run: nothing was written.")
        self.stdout.write(
            f"created {summary.created}, updated {summary.updated}, unchanged {summary.unchanged}, "
            f"skipped {summary.skipped.total()}, failed {summary.failed}"
        )
        for reason, number in summary.skipped_reasons:
            self.stdout.write(f"  skipped, {reason}: {number}")
        for note, number in summary.told:
            self.stdout.write(f"  {note}: {number}")
        self.stdout.write(f"read as: {summary.preset}")
        used = ", ".join(f"{column} → {name}" for column, name in summary.used_columns.items())
        self.stdout.write(f"columns used: {used}")
        if summary.unused_columns:
            self.stdout.write(f"columns not used: {', '.join(summary.unused_columns)}")


def field_and_column(text: str) -> tuple[str, str]:
    """Parse ``field=column``.

    Raises:
        ArgumentTypeError: If one of them is missing.
    """
    name, _, column = text.partition("=")
    if not name or not column:
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form FIELD=COLUMN")
    return name, column


def currency_code(text: str) -> str:
    """Parse the code of a currency.

    Raises:
        ArgumentTypeError: If it does not have three letters.
    """
    if len(text) != 3 or not text.isascii() or not text.isalpha():
        raise argparse.ArgumentTypeError(f"{text!r} is not the code of a currency, such as EUR")
    return text.upper()


def stock_number(text: str) -> int:
    """Parse a number of units.

    Raises:
        ArgumentTypeError: If it is not a number of units.
    """
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of units")
    return int(text)
