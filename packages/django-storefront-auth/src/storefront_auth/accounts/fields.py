"""The model field that makes names and addresses unique regardless of case and Unicode form."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.core import checks
from django.db import models
from django.db.models.signals import pre_save

from storefront_auth.accounts.identity import identity_key

if TYPE_CHECKING:
    CharField = models.CharField[Any, Any]  # generic for type checkers only
else:
    CharField = models.CharField


class IdentityKeyField(CharField):
    """Unique, read-only column that holds the :func:`~storefront_auth.accounts.identity.identity_key` of another field.

    Args:
        source: The name of the text field of the same model whose value must be unique.
    """

    def __init__(self, *args: Any, source: str, **kwargs: Any) -> None:
        self.source = source
        # With a default, factories such as model_bakery generate no value of their own.
        kwargs.update(max_length=64, unique=True, editable=False, default="")
        super().__init__(*args, **kwargs)

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        """Add the field to ``cls``, whose fixtures then need no keys."""
        super().contribute_to_class(cls, name, private_only)
        if not cls._meta.abstract:
            pre_save.connect(self._complete_fixture, sender=cls)

    def _complete_fixture(self, instance: models.Model, raw: bool, **kwargs: object) -> None:
        if raw:  # Django does not call pre_save() of fields for a fixture
            self.refresh(instance)

    def refresh(self, instance: models.Model) -> str:
        """Compute the key from its source, set it on ``instance`` and return it."""
        key = identity_key(getattr(instance, self.source) or "")
        setattr(instance, self.attname, key)
        return key

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        """Return the key of the present source."""
        return self.refresh(model_instance)

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        """Return the messages of the system checks."""
        return [*super().check(**kwargs), *self._check_source()]

    def _check_source(self) -> list[checks.CheckMessage]:
        if any(field.name == self.source for field in self.model._meta.fields):
            return []
        return [
            checks.Error(
                f"{self.model.__name__} has no field {self.source!r}, so that all its rows get the same {self.name!r}.",
                hint=f"Set {self.name} = None as well.",
                obj=self,
                id="storefront_auth.E006",
            )
        ]

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        """Return the field as migrations write it."""
        name, path, args, kwargs = super().deconstruct()
        for fixed in ("max_length", "unique", "editable", "default"):
            del kwargs[fixed]
        return name, path, args, {**kwargs, "source": self.source}


def key_fields(model: type[models.Model]) -> dict[str, str]:
    """Return the names of the key columns of ``model`` by the names of their sources."""
    return {field.source: field.name for field in model._meta.fields if isinstance(field, IdentityKeyField)}


def with_key_fields(model: type[models.Model], fields: Iterable[str]) -> list[str]:
    """Return ``fields`` and the key columns that follow from them."""
    fields = list(fields)
    return fields + [key for source, key in key_fields(model).items() if source in fields and key not in fields]


def refresh_keys(instance: models.Model) -> None:
    """Compute the keys of all sources of ``instance`` that are loaded."""
    deferred = instance.get_deferred_fields()
    for field in instance._meta.fields:
        if isinstance(field, IdentityKeyField) and field.source not in deferred:
            field.refresh(instance)
