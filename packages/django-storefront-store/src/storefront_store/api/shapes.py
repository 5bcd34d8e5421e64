"""Shapes of requests: what decides the query of a list or a detail, and the values that are given to it.

Requests of the same shape share statements that are compiled once; see :mod:`storefront_store.api.pages`. While a
statement is compiled, the view has in its ``bound`` a placeholder for each given value. Filter backends use these
instead of the values.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from django.db.models import DateTimeField, Field
from rest_framework.request import Request

from storefront_store.prepared import Bound
from storefront_store.querysets import ProductQuerySet


class Given(NamedTuple):
    """A value that is given to a compiled statement.

    Attributes:
        field: The model field that the value is compared with.
        value: The value, or a list of values.
    """

    field: Field[Any, Any]
    value: Any


class Shape(NamedTuple):
    """What the rows of a request depend on.

    Attributes:
        key: Everything that changes the query, such as the order and whether staff asks.
        values: The values of columns by which the rows are filtered, such as the key in the URL.
        columns: More columns to read than the serializer needs.
        given: The values for the placeholders of the filter backends.
    """

    key: Hashable
    values: Mapping[str, Any] = {}
    columns: Sequence[str] = ()
    given: Mapping[str, Given] = {}

    @property
    def full_key(self) -> Hashable:
        """The key with the numbers of values in the lists that are given."""
        lists = ((name, len(each.value)) for name, each in self.given.items() if isinstance(each.value, list))
        return (self.key, *lists)

    def placeholders(self) -> dict[str, Any]:
        """Return the placeholders for the given values, and ``at`` for the time of the request."""
        bound: dict[str, Any] = {"at": Bound("at", DateTimeField())}
        for name, (field, value) in self.given.items():
            bound[name] = (
                [Bound(f"{name}_{number}", field) for number in range(len(value))]
                if isinstance(value, list)
                else Bound(name, field)
            )
        return bound

    def parameters(self) -> dict[str, Any]:
        """Return the values of ``values`` and ``given`` by the names of their placeholders."""
        parameters = dict(self.values)
        for name, (_field, value) in self.given.items():
            if isinstance(value, list):
                parameters.update((f"{name}_{number}", each) for number, each in enumerate(value))
            else:
                parameters[name] = value
        return parameters


@lru_cache(maxsize=64)
def keeps(model: Any, *methods: str) -> bool:
    """Return whether a project's querysets of products override none of these methods."""
    rows = type(model._default_manager.all())
    return all(getattr(rows, name, None) is getattr(ProductQuerySet, name) for name in methods)


@lru_cache(maxsize=512)
def is_current(owner: type[Any], name: str, *others: str) -> bool:
    """Return whether a description is true of a class: no subclass overrides what it describes, but not itself.

    Args:
        owner: The class.
        name: The attribute with the description.
        others: The attributes that it describes; by default all methods.
    """
    for base in owner.__mro__:
        own = vars(base)
        if name in own:
            return True
        methods = (each for each in own if not each.startswith("__") and hasattr(type(own[each]), "__get__"))
        if any(each in own for each in others) if others else any(methods):
            return False
    return False


def shape_of_filters(view: Any, request: Request) -> Shape | None:
    """Return what the filter backends of a view make of a request, or None if they have to run.

    A backend takes part by a method ``shape(request, view)``. It returns a hashable value that determines what
    ``filter_queryset()`` does, or None. There must be few different values. A backend that filters by values returns a
    :class:`Shape` with them, and its ``filter_queryset()`` uses the placeholders in ``view.bound`` if there are any.
    """
    keys: list[Hashable] = []
    given: dict[str, Given] = {}
    for backend in view.filter_backends:
        shape = backend().shape(request, view) if is_current(backend, "shape") else None
        if shape is None:
            return None
        if isinstance(shape, Shape):
            given.update(shape.given)
            shape = shape.key
        keys.append(shape)
    return Shape(tuple(keys), given=given)
