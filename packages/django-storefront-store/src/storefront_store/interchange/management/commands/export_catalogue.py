"""The command ``export_catalogue``."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from storefront_store.conf import get_model
from storefront_store.interchange.services import FORMATS, UnreadableFile, export_catalogue, export_workbook
from storefront_store.management.progress import progress, raw


class Command(BaseCommand):
    """Export the catalogue to a file or to the standard output."""

    help = "Exports collections, groups, products, reviews and promotions in a format that import_catalogue can read."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("file", nargs="?", default="-", help="the output file; the standard output by default")
        parser.add_argument("--format", choices=FORMATS, help="json, unless the file's name ends in .csv or .xlsx")
        parser.add_argument("--quiet", action="store_true", help="show no progress")

    def handle(self, *args: Any, **options: Any) -> None:
        """Export the catalogue."""
        path = options["file"]
        form = options["format"] or next((form for form in FORMATS if path.lower().endswith(f".{form}")), "json")
        quiet = options["quiet"] or options["verbosity"] == 0
        total = get_model("Product")._base_manager.count()
        with progress(raw(self.stderr), total=total, label="Exporting", shown=not quiet) as advance:
            if path == "-":
                if form == "xlsx":
                    raise CommandError("A workbook is not text: give the name of a file.")
                export_catalogue(raw(self.stdout), form, advance=advance)
                return
            try:
                with _replacing(Path(path), binary=form == "xlsx") as stream:
                    if form == "xlsx":
                        number = export_workbook(stream, advance=advance)
                    else:
                        number = export_catalogue(stream, form, advance=advance)
            except UnreadableFile as error:
                raise CommandError(str(error.message)) from error
            except OSError as error:
                raise CommandError(f"{path} can't be written: {error.strerror or error}.") from error
        if not quiet:
            self.stdout.write(f"Exported {number} products to {path}.")


def _open(file: Any, *, binary: bool) -> IO[Any]:
    return open(file, "wb") if binary else open(file, "w", encoding="utf-8", newline="")


@contextlib.contextmanager
def _replacing(path: Path, *, binary: bool) -> Iterator[IO[Any]]:
    """Write to a temporary file and rename it at the end, so that the export is never incomplete.

    Pipes and devices are written directly, and links are followed; none of them is replaced.
    """
    if path.exists() and not path.is_file():
        with _open(path, binary=binary) as stream:
            yield stream
        return
    path = Path(os.path.realpath(path))
    mode = stat.S_IMODE(path.stat().st_mode) if path.exists() else 0o666 & ~_umask()
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with _open(handle, binary=binary) as stream:
            yield stream
        Path(name).chmod(mode)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
