"""Which models may be tagged, and how an outsider's words for an object become the object."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import apps

from generic_tags.conf import app_settings
from generic_tags.exceptions import InvalidKeyError, NotTaggableError, ObjectNotFoundError, UnsupportedKeyError
from generic_tags.keys import key_column, parse_key

if TYPE_CHECKING:
    from django.db import models


def find_model(label: str) -> type[models.Model] | None:
    """Return the concrete model behind ``app_label.Model``, whatever the case, or None."""
    app_label, _, name = label.partition(".")
    try:
        model = apps.get_model(app_label, name)
    except (LookupError, ValueError):
        matching = (m for m in apps.get_models() if m._meta.label.lower() == label.lower())
        model = next(matching, None)  # type: ignore[assignment]
    return model and model._meta.concrete_model


def registered_models() -> list[type[models.Model]]:
    """Return the models of ``GENERIC_TAGS["MODELS"]``; wrong entries are left to the system checks."""
    entries = app_settings.MODELS if isinstance(app_settings.MODELS, list | tuple) else []
    found = (find_model(label) for label in entries if isinstance(label, str))
    return list(dict.fromkeys(model for model in found if model is not None))


def is_taggable(model: type[models.Model]) -> bool:
    """Tell whether objects of this model, or of the model it is a proxy of, may be tagged."""
    return model._meta.concrete_model in registered_models()


def column_for(model: type[models.Model]) -> str:
    """Return the column that holds keys of a registered model.

    Raises:
        NotTaggableError: the model is not registered.
        UnsupportedKeyError: it is, but its keys can not be kept.
    """
    if not is_taggable(model):
        raise NotTaggableError(f"{model._meta.label} is not in GENERIC_TAGS['MODELS'].")
    return key_column(model)


def visible(model: type[models.Model], user: Any = None) -> models.QuerySet[Any]:
    """Return the objects of the model that ``user`` may know of, by ``GENERIC_TAGS["VISIBLE"]``."""
    queryset = model._default_manager.all()
    restrict = app_settings.VISIBLE
    return restrict(queryset, user) if restrict else queryset


def resolve_model(label: str) -> type[models.Model]:
    """Return the registered model of this name; the name of a proxy stands for the model behind it.

    Raises:
        ObjectNotFoundError: there is none.
    """
    model = find_model(label)
    if model is None or model not in registered_models():
        raise ObjectNotFoundError
    return model


def resolve_object(label: str, key: str, user: Any = None) -> models.Model:
    """Return the object of a registered model that ``user`` may know of.

    Raises:
        ObjectNotFoundError: unknown or unlisted model, impossible key, missing or hidden object; nobody is told which.
    """
    model = resolve_model(label)
    try:
        found = visible(model, user).filter(pk=parse_key(model, key)).first()
    except (InvalidKeyError, UnsupportedKeyError) as error:
        raise ObjectNotFoundError from error
    if found is None:
        raise ObjectNotFoundError
    return found
