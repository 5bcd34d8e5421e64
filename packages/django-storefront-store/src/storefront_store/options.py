"""Validation of the options that distinguish the variants of a group, shared by the API, the admin and imports."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from storefront_store.text import fold, is_visible

MAX_OPTIONS: Final = 10  # number of names that a group can vary by
MAX_NAME_LENGTH: Final = 60
MAX_VALUE_LENGTH: Final = 100


@lru_cache(maxsize=10_000)
def normalise(text: str) -> str:
    """Return a normalised name or value for comparison, without case, accents and repeated spaces."""
    return " ".join(fold(text).split())


def options_digest(options: Mapping[str, str]) -> str:
    """Return a digest of options that does not depend on their order and spelling."""
    pairs = sorted((normalise(name), normalise(value)) for name, value in options.items())
    text = "\x1e".join(f"{name}\x1f{value}" for name, value in pairs)
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def validate_varies_by(value: Any) -> None:
    """Validate the names of the options of a group.

    Args:
        value: A list of names in the order in which they are shown, such as ``["Colour", "Size"]``.

    Raises:
        ValidationError: If it is not a list, or a name is empty, too long or repeated.
    """
    if not isinstance(value, list | tuple):
        raise ValidationError(_("Enter a list of names."), code="not_a_list")
    if len(value) > MAX_OPTIONS:
        raise ValidationError(
            _("A group can vary by at most %(limit)s options."), code="too_many", params={"limit": MAX_OPTIONS}
        )
    for name in value:
        _check_text(name, MAX_NAME_LENGTH)
    if len({normalise(name) for name in value}) < len(value):
        raise ValidationError(_("Each name may be given once."), code="duplicate")


def validate_options(value: Any) -> None:
    """Validate the options of one product, independently of its group.

    Args:
        value: Names and values, such as ``{"Colour": "Red", "Size": "M"}``.

    Raises:
        ValidationError: If it is not a mapping of strings, or one of them is empty or too long.
    """
    if not isinstance(value, Mapping):
        raise ValidationError(_("Enter names with their values."), code="not_a_mapping")
    validate_varies_by(list(value))
    for text in value.values():
        _check_text(text, MAX_VALUE_LENGTH)


def fit_options(options: Mapping[str, str], varies_by: Sequence[str]) -> dict[str, str]:
    """Return ``options`` with the names of the group, in its order.

    Args:
        options: The options of a product, already validated by :func:`validate_options`.
        varies_by: The names of its group.

    Returns:
        The options in the spelling and order of ``varies_by``, without surrounding spaces.

    Raises:
        ValidationError: If the names are not those of the group.
    """
    given = {normalise(name): value.strip() for name, value in options.items()}
    if given.keys() != {normalise(name) for name in varies_by}:
        raise ValidationError(
            _("The options of this group are: %(names)s. Give a value for each of them, and for no other."),
            code="options",
            params={"names": ", ".join(varies_by) or _("none")},
        )
    return {name: given[normalise(name)] for name in varies_by}


def _check_text(text: Any, limit: int) -> None:
    if not isinstance(text, str):
        raise ValidationError(_("Not a valid string."), code="invalid")
    if "\x00" in text:
        raise ValidationError(_("Null characters are not allowed."), code="null_characters_not_allowed")
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise ValidationError(_("Not a valid string."), code="invalid")
    if not is_visible(text):
        raise ValidationError(_("This field may not be blank."), code="blank")
    if len(text) > limit:
        raise ValidationError(
            _("Ensure this value has at most %(limit)s characters."), code="max_length", params={"limit": limit}
        )
