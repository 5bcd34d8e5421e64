"""Exceptions of the package."""

from __future__ import annotations


class LikesError(Exception):
    """Base class of the exceptions of this package."""


class NotRegistered(LikesError, TypeError):
    """The model is not named in ``GENERIC_LIKES["MODELS"]``."""


class UnsupportedKey(LikesError, TypeError):
    """The primary key of the model is not an integer, a UUID or a string of at most 255 characters."""


class InvalidKey(LikesError, ValueError):
    """The value is not a valid primary key of the model."""


class InvalidUser(LikesError, TypeError):
    """The user is ``None``, anonymous or not saved."""


class NotFound(LikesError, LookupError):
    """The object or user does not exist, is not saved or is hidden, or the model is unknown or not registered."""


class Busy(LikesError):
    """The database aborted the transaction several times because of other transactions; try again later."""
