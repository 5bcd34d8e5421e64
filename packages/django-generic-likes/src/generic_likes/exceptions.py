from __future__ import annotations


class GenericLikesError(Exception):
    """Base of everything this package raises on purpose."""


class NotLikeableError(GenericLikesError, TypeError):
    """The model is not named in ``GENERIC_LIKES["MODELS"]``."""


class UnsupportedKeyError(GenericLikesError, TypeError):
    """The primary key of the model is no integer, UUID or string of at most 255 characters."""


class InvalidKeyError(GenericLikesError, ValueError):
    """The value can not be a primary key of the model."""


class ObjectNotFoundError(GenericLikesError, LookupError):
    """Unknown model, unlisted model, missing, unsaved or hidden object: nobody is told which."""


class BusyError(GenericLikesError):
    """The database refused the work again and again; it may be tried later."""
