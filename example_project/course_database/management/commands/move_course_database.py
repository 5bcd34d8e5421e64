"""The command ``move_course_database``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from course_database.copying import Collision
from course_database.moving import move_database
from course_database.source import Source, SourceError


class Command(BaseCommand):
    """Imports the data of a course project."""

    help = (
        "Copies users with their passwords, products, customers, carts, orders, reviews, tags and likes from the "
        "database of a project that follows the course. Running it twice changes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("source", help="the address of the database, such as mysql://user:password@host/storefront")
        parser.add_argument("--media", type=Path, help="the media folder of the source; without it no image is copied")
        parser.add_argument(
            "--label",
            action="append",
            default=[],
            metavar="STORE=NAME",
            help="the label of an app that is called otherwise in the source, such as store=shop; may be repeated",
        )
        parser.add_argument(
            "--column",
            action="append",
            default=[],
            metavar="TABLE.COLUMN=NAME",
            help="a column that is called otherwise in the source, such as store_product.title=name; may be repeated",
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would be done, and change nothing")

    def handle(self, *args: Any, source: str, media: Path | None, **options: Any) -> None:
        """Import the data, and print the report."""
        if media is not None and not media.is_dir():
            raise CommandError(f"{media} is no folder.")
        labels = _pairs(options["label"], "A label is given as STORE=NAME, such as store=shop.")
        columns = _pairs(
            options["column"], "A column is given as TABLE.COLUMN=NAME, such as store_product.title=name.", dotted=True
        )
        try:
            database = Source(
                source, labels, {(name.partition(".")[0], name.partition(".")[2]): to for name, to in columns.items()}
            )
        except SourceError as error:
            raise CommandError(str(error)) from error
        try:
            if database.table("store_product") is None:
                raise CommandError("The source has no table store_product. Name the label of its app with --label.")
            report = move_database(database, media=media, dry_run=options["dry_run"])
        except (Collision, SourceError) as error:
            raise CommandError(str(error)) from error
        finally:
            database.close()
        for line in report.lines():
            self.stdout.write(line)
        if options["dry_run"]:
            self.stdout.write("Nothing was changed: this was a dry run.")


def _pairs(texts: list[str], message: str, *, dotted: bool = False) -> dict[str, str]:
    """Return options of the form ``NAME=VALUE`` as a dictionary."""
    pairs = {name: value for name, _, value in (text.partition("=") for text in texts)}
    if not all(name and value and (not dotted or all(name.partition("."))) for name, value in pairs.items()):
        raise CommandError(message)
    return pairs
