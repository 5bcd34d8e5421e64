from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core import checks
from django.db import models
from django.db.models.query_utils import DeferredAttribute

from storefront_auth.accounts.identity import identity_key


class _KeyAttribute(DeferredAttribute):
    """Computes the key from its source on each read, so that no way of saving an instance can store a stale one."""

    def __get__(self, instance: models.Model | None, cls: type[models.Model] | None = None) -> Any:
        if instance is None:
            return self
        return identity_key(getattr(instance, self.field.source) or "")  # type: ignore[attr-defined]

    def __set__(self, instance: models.Model, value: Any) -> None:
        # Model.__init__ assigns every loaded column; its presence tells Django that the field is not deferred.
        instance.__dict__[self.field.attname] = value


class IdentityKeyField(models.CharField):
    """A unique, read-only column which holds :func:`~storefront_auth.accounts.identity.identity_key` of another one.

    Args:
        source: name of the text field of the same model whose value must be unique whatever its case and Unicode form.
    """

    descriptor_class = _KeyAttribute

    def __init__(self, *args: Any, source: str, **kwargs: Any) -> None:
        self.source = source
        kwargs.update(max_length=64, unique=True, editable=False)
        super().__init__(*args, **kwargs)

    def check(self, **kwargs: Any) -> list[Any]:
        return [*super().check(**kwargs), *self._check_source()]

    def _check_source(self) -> list[checks.CheckMessage]:
        if any(field.name == self.source for field in self.model._meta.fields):
            return []
        return [
            checks.Error(
                f"{self.model.__name__} has no field {self.source!r}: all its rows have the same {self.name!r}.",
                hint=f"Set {self.name} = None as well.",
                obj=self,
                id="storefront_auth.E006",
            )
        ]

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        name, path, args, kwargs = super().deconstruct()
        for fixed in ("max_length", "unique", "editable"):
            del kwargs[fixed]
        return name, path, args, {**kwargs, "source": self.source}


def key_fields(model: type[models.Model]) -> dict[str, str]:
    """Return the names of the key columns of ``model`` by the names of their sources."""
    return {field.source: field.name for field in model._meta.fields if isinstance(field, IdentityKeyField)}


def with_key_fields(model: type[models.Model], fields: Iterable[str]) -> list[str]:
    """Return ``fields`` and the key columns that follow from them."""
    fields = list(fields)
    return fields + [key for source, key in key_fields(model).items() if source in fields and key not in fields]
