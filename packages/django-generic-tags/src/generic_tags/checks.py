"""System checks of the package; each id is stable and explained in the README."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage

from generic_tags.links import checks
from generic_tags.selectors import get_tag_model, get_tagged_item_model


def check_settings(**kwargs: Any) -> list[CheckMessage]:
    """Check the setting ``GENERIC_TAGS``, custom models of tags and links, and the user model."""
    from generic_tags.models import AbstractTag, AbstractTaggedItem

    dictionary = list(checks.check_dictionary())
    if any("dictionary" in message.msg for message in dictionary):
        return dictionary
    return [
        *dictionary,
        *checks.check_models(),
        *checks.check_import_strings(),
        *checks.check_numbers(),
        *checks.check_replacements({get_tag_model(): AbstractTag, get_tagged_item_model(): AbstractTaggedItem}),
        *checks.check_user_model(),
    ]


def check_fields(**kwargs: Any) -> list[CheckMessage]:
    """Check the relations to tag links that models of the project declare."""
    return checks.check_relations(get_tagged_item_model(), "generic_tags.fields.TaggedItemRelation")
