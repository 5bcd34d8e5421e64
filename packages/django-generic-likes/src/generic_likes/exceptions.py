"""Exceptions of the package."""

from __future__ import annotations


class LikesError(Exception):
    """Base class of the exceptions of this package."""


class NotRegistered(LikesError, TypeError):
    """The model is not named in ``GENERIC_LIKES["MODELS"]``."""


class UnsupportedKey(LikesError, TypeError):
    """The primary key of the model is not an integer, a UUID or a string of at most 255 characters."""


class InvalidKey(LikesError, ValueError):
    """The value cannot be a primary key of the model."""


class InvalidUser(LikesError, TypeError):
    """Only a saved user can like something: not None, an anonymous user or an unsaved one."""


class NotFound(LikesError, LookupError):
    """There is no such object: unknown or unregistered model, or a missing, unsaved or hidden object or user."""


class Busy(LikesError):
    """The database refused the transaction repeatedly because of other transactions; try again later."""
