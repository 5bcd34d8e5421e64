"""What can be wrong with a catalogue file."""

from __future__ import annotations

from storefront_store.exceptions import InvalidInput


class UnreadableFile(InvalidInput):
    """The file as a whole makes no sense; nothing was written."""

    code = "unreadable_file"


class BadRow(InvalidInput):
    """One row can't become a product."""

    code = "bad_row"
