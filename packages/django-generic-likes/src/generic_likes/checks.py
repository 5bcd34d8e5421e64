"""System checks; each id is stable and explained in the settings reference."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.core import checks
from django.core.checks import CheckMessage, Error
from django.utils.module_loading import import_string

from generic_likes.conf import DEFAULTS, IMPORT_STRINGS, app_settings
from generic_likes.exceptions import UnsupportedKeyError
from generic_likes.fields import LikedItemRelation
from generic_likes.keys import key_column
from generic_likes.querysets import get_liked_item_model
from generic_likes.registry import find_model

if TYPE_CHECKING:
    from collections.abc import Iterator


def check_settings(**kwargs: Any) -> list[CheckMessage]:
    """Check ``GENERIC_LIKES`` and the replaced model."""
    given = getattr(settings, "GENERIC_LIKES", {})
    if not isinstance(given, dict):
        return [Error("GENERIC_LIKES must be a dictionary.", id="generic_likes.E001")]
    return [
        *(
            Error(
                f"GENERIC_LIKES has no setting {name!r}.",
                hint=f"Known: {', '.join(DEFAULTS)}.",
                id="generic_likes.E001",
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
        yield Error("GENERIC_LIKES['MODELS'] must be a list of 'app_label.Model'.", id="generic_likes.E002")
        return
    if not entries:
        hint = "Name the models that may be liked."
        yield checks.Warning(
            "GENERIC_LIKES['MODELS'] is empty: nothing can be liked.", hint=hint, id="generic_likes.W001"
        )
    seen = set()
    for entry in entries:
        model = find_model(entry)
        if model is None:
            hint = "Write it as 'app_label.Model', and see that the app is installed."
            yield Error(f"GENERIC_LIKES['MODELS']: there is no model {entry!r}.", hint=hint, id="generic_likes.E003")
            continue
        if model in seen:
            hint = "A proxy is liked as the model behind it; one entry is enough."
            yield checks.Warning(f"GENERIC_LIKES['MODELS'] names {entry!r} twice.", hint=hint, id="generic_likes.W002")
        seen.add(model)
        if model._meta.swapped:
            hint = f"Name {model._meta.swapped!r} instead."
            yield Error(f"GENERIC_LIKES['MODELS']: {entry!r} is swapped out.", hint=hint, id="generic_likes.E004")
            continue
        try:
            key_column(model)
        except UnsupportedKeyError as error:
            yield Error(f"GENERIC_LIKES['MODELS']: {error}", id="generic_likes.E005")


def _check_paths(given: dict[str, Any]) -> Iterator[CheckMessage]:
    for name in sorted(IMPORT_STRINGS & given.keys()):
        value = given[name]
        try:
            target = import_string(value) if isinstance(value, str) else value
        except ImportError as error:
            yield Error(f"GENERIC_LIKES[{name!r}] can not be imported: {error}", id="generic_likes.E006")
            continue
        if target is not None and not callable(target):
            yield Error(f"GENERIC_LIKES[{name!r}] is nothing that can be called.", id="generic_likes.E006")


def _check_numbers() -> Iterator[CheckMessage]:
    for name in ("PAGE_SIZE", "MAX_PAGE_SIZE"):
        value = getattr(app_settings, name)
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            yield Error(f"GENERIC_LIKES[{name!r}] must be a whole number above 0.", id="generic_likes.E007")


def _check_replacements() -> Iterator[CheckMessage]:
    from generic_likes.models import AbstractLikedItem

    model = get_liked_item_model()
    if not issubclass(model, AbstractLikedItem):
        hint = "Let it inherit generic_likes.models.AbstractLikedItem."
        yield Error(f"{model._meta.label} can not hold likes.", hint=hint, obj=model, id="generic_likes.E008")


def check_relations(**kwargs: Any) -> list[CheckMessage]:
    """Find plain generic relations to the likes: they look in one fixed column, which may not be the model's."""
    links = get_liked_item_model()
    return [
        Error(
            f"{model._meta.label}.{field.name} looks for likes in a column that does not hold the keys of this model.",
            hint="Use generic_likes.fields.LikedItemRelation, which finds the column by itself.",
            obj=model,
            id="generic_likes.E009",
        )
        for model in apps.get_models()
        for field in model._meta.private_fields
        if isinstance(field, GenericRelation)
        and not isinstance(field, LikedItemRelation)
        and field.related_model is links
        and not _is_right(model, field)
    ]


def _is_right(model: Any, field: GenericRelation) -> bool:
    try:
        return bool(field.object_id_field_name == key_column(model))
    except UnsupportedKeyError:
        return False
