"""Lookup of registered models and their objects."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import swapper
from django.apps import apps
from django.contrib.contenttypes.models import ContentType, ContentTypeManager
from django.core.exceptions import ImproperlyConfigured
from django.core.signals import setting_changed
from django.db import models

from ..conf import APP_LABEL, SETTING, app_settings
from ..exceptions import InvalidKey, NotFound, NotRegistered, UnsupportedKey
from .keys import key_column, parse_key

Model = type[models.Model]


def load_model(name: str) -> Any:
    """Return one of the package's models, or the custom model that replaces it.

    Raises:
        ImproperlyConfigured: The package is not in ``INSTALLED_APPS``.
    """
    return _loaded(name)


def find_model(label: str) -> Model | None:
    """Return the concrete model with the label ``app_label.Model``, case-insensitively, or ``None``."""
    app_label, _, name = label.partition(".")
    try:
        model: Model | None = apps.get_model(app_label, name)
    except (LookupError, ValueError):
        model = next((model for model in apps.get_models() if model._meta.label.lower() == label.lower()), None)
    return None if model is None else model._meta.concrete_model


def registered_models() -> tuple[Model, ...]:
    """Return the concrete models in the setting ``MODELS``. System checks report invalid entries."""
    return _registered(*_entries())


def home_of(model: Model) -> Model:
    """Return the model under which objects of ``model`` are linked.

    For a proxy this is the concrete model, and for a child in multi-table inheritance the topmost registered parent, so
    that an object has the same links through both models. If none of them is registered, it is the concrete model.
    """
    return _home(model, *_entries())


def is_registered(model: Model) -> bool:
    """Return whether this model, or a model that it inherits from, is registered."""
    return home_of(model) in registered_models()


def column_for(model: Model) -> str:
    """Return the link column that holds keys of a registered model.

    Raises:
        NotRegistered: The model is not registered.
        UnsupportedKey: The type of its primary key is not supported.
    """
    return _column(model, *_entries())


def content_type_of(model: Model, using: str | None = None) -> ContentType:
    """Return the content type under which objects of the model are linked; see :func:`home_of`."""
    return _content_types(using).get_for_model(home_of(model), for_concrete_model=True)


def visible(model: Model, user: Any = None) -> models.QuerySet[Any]:
    """Return the objects of the model that ``user`` may see, according to the setting ``VISIBLE``."""
    queryset: models.QuerySet[Any] = model._default_manager.all()
    restrict = app_settings.VISIBLE
    return restrict(queryset, user) if restrict else queryset


def resolve_model(label: str) -> Model:
    """Return the registered model with this label, or the concrete model for the label of a proxy.

    Raises:
        NotFound: There is no such model.
    """
    model = find_model(label)
    if model is None or model not in registered_models():
        raise NotFound
    return model


def resolve_object(label: str, key: str, user: Any = None) -> models.Model:
    """Return an object of a registered model, if ``user`` may see it.

    Args:
        label: The label of the model, as ``"app_label.Model"``.
        key: The primary key of the object, as text.
        user: The user who must be allowed to see it.

    Raises:
        NotFound: The model is unknown or not registered, the key is invalid, or the object is missing or hidden.
    """
    model = resolve_model(label)
    try:
        found: models.Model | None = visible(model, user).filter(pk=parse_key(model, key)).first()
    except (InvalidKey, UnsupportedKey) as error:
        raise NotFound from error
    if found is None:
        raise NotFound
    return found


def _entries() -> tuple[str, ...]:
    entries = app_settings.MODELS
    return tuple(entry for entry in entries if isinstance(entry, str)) if isinstance(entries, list | tuple) else ()


@lru_cache(maxsize=8)
def _loaded(name: str) -> Any:
    if apps.apps_ready and not apps.is_installed(APP_LABEL):
        raise ImproperlyConfigured(f'Add "{APP_LABEL}" to INSTALLED_APPS.')
    return swapper.load_model(APP_LABEL, name, require_ready=False)


def _forget(**kwargs: Any) -> None:
    _loaded.cache_clear()  # the model may be another one with other settings


setting_changed.connect(_forget, dispatch_uid=__name__)


@lru_cache(maxsize=16)
def _content_types(using: str | None) -> ContentTypeManager:
    return ContentType.objects.db_manager(using)


@lru_cache(maxsize=1024)
def _column(model: Model, *entries: str) -> str:
    if _home(model, *entries) not in _registered(*entries):
        raise NotRegistered(f"{model._meta.label} is not in {SETTING}['MODELS'].")
    return key_column(model)


# Cached by the value of the setting: tests may override it, but the models of a running project do not change.
@lru_cache(maxsize=32)
def _registered(*entries: str) -> tuple[Model, ...]:
    found = (find_model(entry) for entry in entries)
    return tuple(dict.fromkeys(model for model in found if model is not None))


@lru_cache(maxsize=1024)
def _home(model: Model, *entries: str) -> Model:
    registered = _registered(*entries)
    concrete: Model = model._meta.concrete_model or model
    home, ancestor = concrete, concrete
    while True:
        if ancestor in registered:
            home = ancestor
        remote: Any = ancestor._meta.pk.remote_field
        if remote is None or not remote.parent_link:
            return home
        ancestor = remote.model._meta.concrete_model
