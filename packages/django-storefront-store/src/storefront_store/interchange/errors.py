"""Errors of catalogue files and of their rows."""

from __future__ import annotations

from storefront_store.exceptions import InvalidInput


class UnreadableFile(InvalidInput):
    """The file as a whole can't be read; nothing was written."""

    code = "unreadable_file"


class MissingLibrary(UnreadableFile):
    """The file's format needs a library that is not installed."""

    code = "missing_library"

    def __init__(self, form: str, extra: str) -> None:
        super().__init__(f"{form} needs an extra: pip install 'django-storefront-store[{extra}]'")


class BadRow(InvalidInput):
    """One row can't become a product."""

    code = "bad_row"


class SkipRow(Exception):
    """One row is left out on purpose.

    Args:
        reason: Why, in words that stand behind "skipped".
    """

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)
