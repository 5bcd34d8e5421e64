"""Exceptions of the package."""

from __future__ import annotations


class TagsError(Exception):
    """Base class of the exceptions of this package."""


class NotRegistered(TagsError, TypeError):
    """The model is not named in ``GENERIC_TAGS["MODELS"]``."""


class UnsupportedKey(TagsError, TypeError):
    """The primary key of the model is not an integer, a UUID or a string of at most 255 characters."""


class InvalidKey(TagsError, ValueError):
    """The value is not a valid primary key of the model."""


class NotFound(TagsError, LookupError):
    """The object or tag does not exist, is not saved or is hidden, or the model is unknown or not registered."""


class InvalidLabel(TagsError, ValueError):
    """The value is not a valid label.

    Attributes:
        code: The reason: ``invalid``, ``blank``, ``max_length`` or ``control_characters``. The message is for people.
    """

    def __init__(self, message: object, code: str) -> None:
        """Create the exception.

        Args:
            message: The reason, for people.
            code: The reason, for programs.
        """
        super().__init__(message)
        self.code: str = code


class TooManyLabels(TagsError, ValueError):
    """A call has more tags than ``GENERIC_TAGS["MAX_LABELS"]``."""


class TagExists(TagsError, ValueError):
    """Another tag has this label, regardless of case and Unicode form."""


class Busy(TagsError):
    """The database aborted the transaction several times because of other transactions; try again later."""
