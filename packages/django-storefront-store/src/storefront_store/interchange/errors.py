"""Exceptions for catalogue files and their rows."""

from __future__ import annotations

from django.utils.translation import gettext as _

from storefront_store.exceptions import InvalidInput


class UnreadableFile(InvalidInput):
    """The file can't be read; nothing was written."""

    code = "unreadable_file"


class MissingLibrary(UnreadableFile):
    """The format requires a library that is not installed."""

    code = "missing_library"

    def __init__(self, form: str, extra: str) -> None:
        super().__init__(
            _("%(format)s needs an extra: pip install 'django-storefront-store[%(extra)s]'")
            % {"format": form, "extra": extra}
        )


class BadRow(InvalidInput):
    """A row is invalid."""

    code = "bad_row"


class SkipRow(Exception):
    """A row is skipped intentionally.

    Args:
        reason: The reason, shown after "skipped".
    """

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)
