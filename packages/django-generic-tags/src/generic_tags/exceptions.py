from __future__ import annotations


class GenericTagsError(Exception):
    """Base of everything this package raises on purpose."""


class NotTaggableError(GenericTagsError, TypeError):
    """The model is not named in ``GENERIC_TAGS["MODELS"]``."""


class UnsupportedKeyError(GenericTagsError, TypeError):
    """The primary key of the model is no integer, UUID or string of at most 255 characters."""


class InvalidKeyError(GenericTagsError, ValueError):
    """The value can not be a primary key of the model."""


class ObjectNotFoundError(GenericTagsError, LookupError):
    """Unknown model, unlisted model, missing, unsaved or hidden object: nobody is told which."""


class InvalidLabelError(GenericTagsError, ValueError):
    """The text can not be the label of a tag. ``code`` says why, the message says it to a person."""

    def __init__(self, message: object, code: str) -> None:
        super().__init__(message)
        self.code = code


class TooManyLabelsError(GenericTagsError, ValueError):
    """More labels in one call than ``GENERIC_TAGS["MAX_LABELS"]``."""


class TagExistsError(GenericTagsError, ValueError):
    """Another tag has this label, whatever the case and the Unicode form."""


class BusyError(GenericTagsError):
    """The database refused the work again and again; it may be tried later."""
