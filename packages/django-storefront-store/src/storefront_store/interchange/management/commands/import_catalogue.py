from __future__ import annotations

import argparse
import contextlib
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from storefront_store.exceptions import StoreError
from storefront_store.interchange.services import KEYS, PRESETS, Options, Summary, import_catalogue
from storefront_store.management.progress import progress, raw


class Command(BaseCommand):
    """Import products from a JSON or CSV file."""

    help = (
        "Imports products from a JSON or CSV file: new ones are created, known ones brought up to date. "
        "Rows that can't be used are named and left out. Nothing is deleted, and no address is fetched."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("file", help="a JSON or CSV file in UTF-8; - for the standard input")
        parser.add_argument(
            "--map",
            action="append",
            default=[],
            type=field_and_column,
            metavar="FIELD=COLUMN",
            dest="columns",
            help="which column holds a field; in JSON also a path, such as unit_price=price.amount",
        )
        parser.add_argument("--preset", choices=sorted(PRESETS), help="the shape of the file, if it isn't recognised")
        parser.add_argument(
            "--key",
            choices=KEYS,
            default="sku",
            help="by what a product is known again; a row without a sku goes by its id, or else by its title",
        )
        parser.add_argument("--currency", help="which rows to take where products are priced more than once")
        parser.add_argument("--list-key", help="where the products are in a JSON object with several lists")
        header = parser.add_mutually_exclusive_group()
        header.add_argument(
            "--header", action="store_true", default=None, help="the first row of the CSV file names its columns"
        )
        header.add_argument(
            "--no-header",
            action="store_false",
            dest="header",
            help="the first row is a product already; columns are called 1, 2, 3 …",
        )
        parser.add_argument("--strict", action="store_true", help="all or nothing: one bad row, and nothing is kept")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, and write nothing")
        parser.add_argument("--quiet", action="store_true", help="say nothing unless something goes wrong")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, name the bad rows and sum up."""
        quiet = options["quiet"] or options["verbosity"] == 0
        chosen = Options(
            columns=dict(options["columns"]),
            **{
                name: options[name] for name in ("preset", "key", "currency", "list_key", "header", "strict", "dry_run")
            },
        )
        try:
            summary = self._import(options["file"], chosen, quiet)
        except StoreError as error:
            raise CommandError(str(error.message)) from error
        for place, reason in summary.failures:
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

            return import_catalogue(path, options, started=start, advance=lambda done: bars[0](done))

    def _sum_up(self, summary: Summary, *, dry_run: bool) -> None:
        if dry_run:
            self.stdout.write("Dry run: nothing was written.")
        self.stdout.write(
            f"created {summary.created}, updated {summary.updated}, unchanged {summary.unchanged}, "
            f"skipped {summary.skipped.total()}, failed {summary.failed}"
        )
        for reason, number in summary.skipped.items():
            self.stdout.write(f"  skipped, {reason}: {number}")
        for note, number in summary.notes.items():
            if number:
                self.stdout.write(f"  {note}: {number}")


def field_and_column(text: str) -> tuple[str, str]:
    """Read ``field=column``.

    Raises:
        ArgumentTypeError: If one of them is missing.
    """
    name, _, column = text.partition("=")
    if not name or not column:
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form FIELD=COLUMN")
    return name, column
