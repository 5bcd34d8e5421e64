"""Parts of an import: its file, and the file with the variants of its products if there is one."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from storefront_store.interchange.entries import Entry, Rejected
from storefront_store.interchange.errors import UnreadableFile
from storefront_store.interchange.files import Hints, Source, open_source
from storefront_store.interchange.presets import Context, is_known_column, is_price_column
from storefront_store.interchange.services.columns import Columns, choose_columns
from storefront_store.interchange.services.options import Options
from storefront_store.interchange.services.reading import Reader
from storefront_store.interchange.wording import option

VARIANTS: Final = gettext_noop("variants")


@dataclass(frozen=True, slots=True)
class Part:
    """One file of an import.

    Attributes:
        source: The file.
        columns: The mapping of its columns to fields.
        reader: The reader of its rows.
        name: The name of the part in messages; empty for the products.
        offset: The number of rows of the parts before.
    """

    source: Source
    columns: Columns
    reader: Reader
    name: str = ""
    offset: int = 0

    def entries(self, advance: Callable[[int], object]) -> Iterator[Entry | Rejected]:
        """Yield the entries of the rows.

        Args:
            advance: Called with the number of rows read since the last call.
        """
        for row in self.source.rows():
            advance(1)
            for item in self.reader.read(row):
                yield self._place(item) if self.name else item

    def account(self) -> Mapping[str, str]:
        """Return the field of each column of the file; an empty string for unused columns."""
        used = self.columns.account(self.source)
        return (
            {f"{translation.gettext(self.name)}: {column}": field for column, field in used.items()}
            if self.name
            else used
        )

    def _place(self, item: Entry | Rejected) -> Entry | Rejected:
        number, place = self.offset + item.number, f"{translation.gettext(self.name)}, {item.place}"
        if isinstance(item, Rejected):
            return replace(item, number=number, place=place)
        item.number, item.place = number, place
        return item


@contextlib.contextmanager
def open_parts(path: str, options: Options, context: Context) -> Iterator[list[Part]]:
    """Open the files of an import.

    Args:
        path: The file of the products, or ``-`` for the standard input.
        options: The options of the import.
        context: The currency to import and the decimal mark.

    Raises:
        UnreadableFile: If one of them can't be read, or is not of the kind that it should be.
    """
    hints = Hints(
        is_column=lambda cell: is_known_column(cell) or cell in options.columns.values(),
        is_price=lambda column: is_price_column(column) or column == options.columns.get("unit_price"),
        header=options.header,
        list_key=options.list_key,
        encoding=options.encoding,
    )
    with contextlib.ExitStack() as stack:
        source = stack.enter_context(open_source(path, hints))
        columns = choose_columns(source, options.preset, options.columns, options.key)
        if columns.preset.of_variants:
            raise UnreadableFile(
                _("This file only has the variants of products (%(preset)s). Import it with their file: %(option)s")
                % {"preset": columns.preset.label, "option": option("variants")}
            )
        parts = [Part(source, columns, Reader(columns, context, options.unknown_stock))]
        if options.variants:
            second = stack.enter_context(open_source(options.variants, replace(hints, header=None, list_key=None)))
            columns = choose_columns(second, None, {}, options.key)
            if not columns.preset.of_variants:
                raise UnreadableFile(
                    _(
                        "The file of variants, %(name)s, does not have the variants of other products. It was read as: "
                        "%(preset)s."
                    )
                    % {"name": Path(options.variants).name, "preset": columns.preset.label}
                )
            parts.append(Part(second, columns, Reader(columns, context, options.unknown_stock), VARIANTS, source.count))
        yield parts
