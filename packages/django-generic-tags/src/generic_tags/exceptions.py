"""Exceptions of the package."""

from __future__ import annotations


class TagsError(Exception):
    """Base class of the exceptions of this package."""


class NotRegistered(TagsError, TypeError):
    """The model is not named in ``GENERIC_TAGS["MODELS"]``."""


class UnsupportedKey(TagsError, TypeError):
    """The primary key of the model is not an integer, a UUID or a string of at most 255 characters."""


class InvalidKey(TagsError, ValueError):
    """The value cannot be a primary key of the model."""


class NotFound(TagsError, LookupError):
    """There is no such object: unknown or unregistered model, or a missing, unsaved or hidden object or tag."""


class InvalidLabel(TagsError, ValueError):
    """The value cannot be the label of a tag.

    Attributes:
        code: Why not: ``invalid``, ``blank``, ``max_length`` or ``control_characters``. The message is for people.
    """

    def __init__(self, message: object, code: str) -> None:
        """Keep the message and the code."""
        super().__init__(message)
        self.code: str = code


class TooManyLabels(TagsError, ValueError):
    """One call names more tags than ``GENERIC_TAGS["MAX_LABELS"]``."""


class TagExists(TagsError, ValueError):
    """Another tag has this label; case and Unicode form make no difference."""


class Busy(TagsError):
    """The database refused the transaction repeatedly because of other transactions; try again later."""
