"""System checks of the package; each id is stable and explained in the README."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage

from .links import checks
from .selectors import get_liked_item_model


def check_settings(**kwargs: Any) -> list[CheckMessage]:
    """Check the setting ``GENERIC_LIKES``, a custom model of likes, and the user model."""
    from .models import AbstractLikedItem

    dictionary = list(checks.check_dictionary())
    if any("dictionary" in message.msg for message in dictionary):
        return dictionary
    return [
        *dictionary,
        *checks.check_models(),
        *checks.check_import_strings(),
        *checks.check_numbers(),
        *checks.check_replacements({get_liked_item_model(): AbstractLikedItem}),
        *checks.check_user_model(),
    ]


def check_fields(**kwargs: Any) -> list[CheckMessage]:
    """Check the relations to likes that models of the project declare."""
    return checks.check_relations(get_liked_item_model(), "generic_likes.fields.LikedItemRelation")
