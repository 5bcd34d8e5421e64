"""System checks; each id is stable and explained in the settings reference."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.core import checks
from django.core.checks import CheckMessage, Error
from django.utils.module_loading import import_string

from generic_tags.conf import DEFAULTS, IMPORT_STRINGS, app_settings
from generic_tags.exceptions import UnsupportedKeyError
from generic_tags.fields import TaggedItemRelation
from generic_tags.keys import key_column
from generic_tags.querysets import get_tag_model, get_tagged_item_model
from generic_tags.registry import find_model

if TYPE_CHECKING:
    from collections.abc import Iterator


def check_settings(**kwargs: Any) -> list[CheckMessage]:
    """Check ``GENERIC_TAGS`` and the replaced models."""
    given = getattr(settings, "GENERIC_TAGS", {})
    if not isinstance(given, dict):
        return [Error("GENERIC_TAGS must be a dictionary.", id="generic_tags.E001")]
    return [
        *(
            Error(
                f"GENERIC_TAGS has no setting {name!r}.", hint=f"Known: {', '.join(DEFAULTS)}.", id="generic_tags.E001"
            )
            for name in given
            if name not in DEFAULTS
        ),
        *_check_models(),
        *_check_paths(given),
        *_check_numbers(),
        *_check_replacements(),
    ]


def _check_models() -> Iterator[CheckMessage]:
    entries = app_settings.MODELS
    if not isinstance(entries, list | tuple) or not all(isinstance(entry, str) for entry in entries):
        yield Error("GENERIC_TAGS['MODELS'] must be a list of 'app_label.Model'.", id="generic_tags.E002")
        return
    if not entries:
        hint = "Name the models that may be tagged."
        yield checks.Warning(
            "GENERIC_TAGS['MODELS'] is empty: nothing can be tagged.", hint=hint, id="generic_tags.W001"
        )
    seen = set()
    for entry in entries:
        model = find_model(entry)
        if model is None:
            hint = "Write it as 'app_label.Model', and see that the app is installed."
            yield Error(f"GENERIC_TAGS['MODELS']: there is no model {entry!r}.", hint=hint, id="generic_tags.E003")
            continue
        if model in seen:
            hint = "A proxy is tagged as the model behind it; one entry is enough."
            yield checks.Warning(f"GENERIC_TAGS['MODELS'] names {entry!r} twice.", hint=hint, id="generic_tags.W002")
        seen.add(model)
        if model._meta.swapped:
            hint = f"Name {model._meta.swapped!r} instead."
            yield Error(f"GENERIC_TAGS['MODELS']: {entry!r} is swapped out.", hint=hint, id="generic_tags.E004")
            continue
        try:
            key_column(model)
        except UnsupportedKeyError as error:
            yield Error(f"GENERIC_TAGS['MODELS']: {error}", id="generic_tags.E005")


def _check_paths(given: dict[str, Any]) -> Iterator[CheckMessage]:
    for name in sorted(IMPORT_STRINGS & given.keys()):
        value = given[name]
        try:
            target = import_string(value) if isinstance(value, str) else value
        except ImportError as error:
            yield Error(f"GENERIC_TAGS[{name!r}] can not be imported: {error}", id="generic_tags.E006")
            continue
        if target is not None and not callable(target):
            yield Error(f"GENERIC_TAGS[{name!r}] is nothing that can be called.", id="generic_tags.E006")


def _check_numbers() -> Iterator[CheckMessage]:
    for name in ("MAX_LABELS", "PAGE_SIZE", "MAX_PAGE_SIZE"):
        value = getattr(app_settings, name)
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            yield Error(f"GENERIC_TAGS[{name!r}] must be a whole number above 0.", id="generic_tags.E007")


def _check_replacements() -> Iterator[CheckMessage]:
    from generic_tags.models import AbstractTag, AbstractTaggedItem

    for model, base in ((get_tag_model(), AbstractTag), (get_tagged_item_model(), AbstractTaggedItem)):
        if not issubclass(model, base):
            hint = f"Let it inherit generic_tags.models.{base.__name__}."
            yield Error(f"{model._meta.label} can not stand in for it.", hint=hint, obj=model, id="generic_tags.E008")


def check_relations(**kwargs: Any) -> list[CheckMessage]:
    """Find plain generic relations to the tag links: they look in one fixed column, which may not be the model's."""
    links = get_tagged_item_model()
    return [
        Error(
            f"{model._meta.label}.{field.name} looks for tags in a column that does not hold the keys of this model.",
            hint="Use generic_tags.fields.TaggedItemRelation, which finds the column by itself.",
            obj=model,
            id="generic_tags.E009",
        )
        for model in apps.get_models()
        for field in model._meta.private_fields
        if isinstance(field, GenericRelation)
        and not isinstance(field, TaggedItemRelation)
        and field.related_model is links
        and not _is_right(model, field)
    ]


def _is_right(model: Any, field: GenericRelation) -> bool:
    try:
        return bool(field.object_id_field_name == key_column(model))
    except UnsupportedKeyError:
        return False
