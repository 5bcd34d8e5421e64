"""System checks of the settings and of the models in them. The ids of the messages are stable."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.fields import GenericRelation
from django.core import checks
from django.core.checks import CheckMessage, Error
from django.db import models
from django.utils.module_loading import import_string

from ..conf import APP_LABEL, DEFAULTS, IMPORT_STRINGS, POSITIVE_NUMBERS, SETTING
from ..exceptions import UnsupportedKey
from .fields import LinkRelation
from .keys import key_column
from .registry import find_model, is_registered


def check_dictionary() -> Iterator[CheckMessage]:
    """Yield an error if the setting is not a dictionary of known keys."""
    given = getattr(settings, SETTING, {})
    if not isinstance(given, dict):
        yield Error(f"{SETTING} must be a dictionary.", id=f"{APP_LABEL}.E001")
        return
    for name in given:
        if name not in DEFAULTS:
            hint = f"Known settings: {', '.join(DEFAULTS)}."
            yield Error(f"{SETTING} has no setting {name!r}.", hint=hint, id=f"{APP_LABEL}.E001")


def check_models() -> Iterator[CheckMessage]:
    """Yield errors for entries of ``MODELS`` that are not concrete models with a supported key."""
    entries = _given("MODELS")
    if not isinstance(entries, list | tuple) or not all(isinstance(entry, str) for entry in entries):
        yield Error(f"{SETTING}['MODELS'] must be a list of 'app_label.Model'.", id=f"{APP_LABEL}.E002")
        return
    if not entries:
        hint = "List the models as 'app_label.Model'."
        yield checks.Warning(f"{SETTING}['MODELS'] is empty.", hint=hint, id=f"{APP_LABEL}.W001")
    seen = set()
    for entry in entries:
        model = find_model(entry)
        if model is None:
            hint = "Write it as 'app_label.Model', and check that its app is installed."
            message = f"{SETTING}['MODELS']: there is no model {entry!r}."
            yield Error(message, hint=hint, id=f"{APP_LABEL}.E003")
            continue
        if model in seen:
            hint = "A proxy stands for its concrete model; one entry is enough."
            yield checks.Warning(f"{SETTING}['MODELS'] names {entry!r} twice.", hint=hint, id=f"{APP_LABEL}.W002")
        seen.add(model)
        if model._meta.swapped:
            hint = f"Name {model._meta.swapped!r} instead."
            message = f"{SETTING}['MODELS']: {entry!r} is swapped out."
            yield Error(message, hint=hint, id=f"{APP_LABEL}.E004")
            continue
        try:
            key_column(model)
        except UnsupportedKey as error:
            yield Error(f"{SETTING}['MODELS']: {error}", id=f"{APP_LABEL}.E005")


def check_import_strings() -> Iterator[CheckMessage]:
    """Yield errors for dotted paths that cannot be imported or called."""
    for name in sorted(IMPORT_STRINGS):
        value = _given(name)
        if value == DEFAULTS[name]:
            continue
        try:
            target = import_string(value) if isinstance(value, str) else value
        except ImportError as error:
            yield Error(f"{SETTING}[{name!r}] cannot be imported: {error}", id=f"{APP_LABEL}.E006")
            continue
        if target is not None and not callable(target):
            yield Error(f"{SETTING}[{name!r}] is not callable.", id=f"{APP_LABEL}.E006")


def check_numbers() -> Iterator[CheckMessage]:
    """Yield errors for numbers that are not positive integers."""
    for name in POSITIVE_NUMBERS:
        value = _given(name)
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            yield Error(f"{SETTING}[{name!r}] must be a positive integer.", id=f"{APP_LABEL}.E007")


def check_replacements(bases: Mapping[Any, type[models.Model]]) -> Iterator[CheckMessage]:
    """Yield errors for custom models that do not inherit the package's abstract models.

    Args:
        bases: The required abstract base of each model, by the model.
    """
    for model, base in bases.items():
        if not issubclass(model, base):
            message = f"{model._meta.label} must inherit {base.__name__}."
            hint = f"Inherit {base.__module__}.{base.__name__}."
            yield Error(message, hint=hint, obj=model, id=f"{APP_LABEL}.E008")


def check_user_model() -> Iterator[CheckMessage]:
    """Yield an error if ``is_staff`` of the user model is a method, which would be true for every user."""
    user_model = get_user_model()
    if callable(getattr(user_model, "is_staff", None)):
        message = f"{user_model._meta.label}.is_staff is a method, so that no user is taken for staff."
        hint = "Make is_staff a field or a property."
        yield Error(message, hint=hint, obj=user_model, id=f"{APP_LABEL}.E012")


def check_relations(links: type[models.Model], relation: str) -> list[CheckMessage]:
    """Return errors for relations that would not find the correct links.

    Args:
        links: The model of the links.
        relation: Dotted path of the relation field to use instead of a plain ``GenericRelation``.
    """
    return list(_check_relations(links, relation, apps.get_models()))


def _check_relations(
    links: type[models.Model], relation: str, all_models: Iterable[type[models.Model]]
) -> Iterator[CheckMessage]:
    for model in all_models:
        for field in model._meta.private_fields:
            if not isinstance(field, GenericRelation) or field.related_model is not links:
                continue
            name = f"{model._meta.label}.{field.name}"
            if isinstance(field, LinkRelation):
                if not is_registered(model):
                    hint = f"Add {model._meta.label!r} to {SETTING}['MODELS']."
                    message = f"{name} relates to {links._meta.label}, but its model is not registered."
                    yield Error(message, hint=hint, obj=model, id=f"{APP_LABEL}.E011")
            elif not _is_right(model, field):
                message = f"{name} looks in a column that does not hold the primary keys of this model."
                yield Error(message, hint=f"Use {relation}.", obj=model, id=f"{APP_LABEL}.E009")


def _given(name: str) -> Any:
    given = getattr(settings, SETTING, {})
    return given.get(name, DEFAULTS[name]) if isinstance(given, dict) else DEFAULTS[name]


def _is_right(model: type[models.Model], field: GenericRelation) -> bool:
    try:
        return bool(field.object_id_field_name == key_column(model))
    except UnsupportedKey:
        return False
