"""Serializers that prepare all rows together and can be read without model instances."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, ClassVar

from rest_framework import serializers

from storefront_store.conf import app_settings


def shown_fields(serializer: serializers.BaseSerializer[Any]) -> list[Any]:
    """Return the output fields of a serializer, in order."""
    fields: Any = getattr(serializer, "fields", {})
    return [field for field in fields.values() if not field.write_only]


class RowListSerializer(serializers.ListSerializer[Any]):
    """List serializer that prepares all rows at once before they are serialized."""

    def to_representation(self, data: Any) -> list[Any]:
        """Return the rows as primitive values."""
        rows = _rows(data)
        child: Any = self.child
        if self.parent is None or not child.is_prepared(rows):
            child.prepare(rows)
        return super().to_representation(rows)


class RowSerializer(serializers.ModelSerializer[Any]):
    """Model serializer with values that are computed for many rows at once.

    A subclass that needs more than the columns of its model overrides :meth:`prepare_rows` and declares plain fields
    for the attributes that it sets. Such a serializer can be compiled (see :mod:`storefront_store.api.plans`), because
    rows may be any objects with these attributes.

    Attributes:
        prepared_attributes: The attributes that :meth:`prepare_rows` sets.
        needed_columns: The columns that :meth:`prepare_rows` reads.
        is_priced: Whether the rows are products whose prices :meth:`prepare_rows` reads.
        priced_relations: Related products whose prices :meth:`prepare_rows` reads.
        parts: Relations represented by a serializer of the setting ``SERIALIZERS``, with its name there.
        lists: Attributes that cache the rows of a relation, with the name of the relation.
        nested_attributes: The attributes of nested rows that :meth:`prepare_rows` reads, by name of the relation.
    """

    prepared_attributes: ClassVar[tuple[str, ...]] = ()
    needed_columns: ClassVar[tuple[str, ...]] = ()
    is_priced: ClassVar[bool] = False
    priced_relations: ClassVar[tuple[str, ...]] = ()
    parts: ClassVar[dict[str, str]] = {}
    lists: ClassVar[dict[str, str]] = {}
    nested_attributes: ClassVar[dict[str, tuple[str, ...]]] = {}

    class Meta:
        list_serializer_class = RowListSerializer

    @classmethod
    def setup_plan(cls, queryset: Any, at: Any) -> Any:
        """Add annotations that only the rows of a read plan have, such as rows of other tables packed into a value.

        They are read if ``needed_columns`` has their names. For model instances, :meth:`prepare_rows` must do without.
        The statement is compiled once, so they must not depend on what is current, such as the language or the request.

        Args:
            queryset: The rows.
            at: The date and time of the prices, as an expression for the compiled statement.
        """
        return queryset

    @classmethod
    def prepare_rows(cls, rows: Sequence[Any], context: dict[str, Any]) -> None:
        """Set the attributes named in ``prepared_attributes``, for all rows at once.

        The rows of nested serializers are already prepared.

        Args:
            rows: Model instances, or other objects with the attributes in ``needed_columns``.
            context: The serializer's context.
        """

    def build_field(
        self, field_name: str, info: Any, model_class: Any, nested_depth: int
    ) -> tuple[Any, dict[str, Any]]:
        """Return the configured serializers for the relations in ``parts``."""
        if field_name not in self.parts:
            return super().build_field(field_name, info, model_class, nested_depth)
        part = app_settings.part("SERIALIZERS", self.parts[field_name])
        kwargs: dict[str, Any] = {"read_only": True, "many": info.relations[field_name].to_many}
        for attribute, relation in self.lists.items():
            if relation == field_name:
                kwargs["source"] = attribute
        return part, kwargs

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """Return the row as primitive values."""
        if self.parent is None or not self.is_prepared([instance]):
            self.prepare([instance])
        shown: dict[str, Any] = super().to_representation(instance)
        return shown

    def is_prepared(self, rows: Iterable[Any]) -> bool:
        """Return whether every row has all ``prepared_attributes``, as values or as properties of its class."""
        return all(
            name in vars(row) or isinstance(getattr(type(row), name, None), property)
            for row in rows
            for name in self.prepared_attributes
        )

    def prepare(self, rows: Sequence[Any]) -> None:
        """Prepare the rows of nested serializers, all of a kind at once, and then ``rows``."""
        if not rows:
            return
        for field in shown_fields(self):
            serializer = field.child if isinstance(field, serializers.ListSerializer) else field
            if isinstance(serializer, RowSerializer):
                serializer.prepare(list(_related(rows, field.source_attrs)))
        context: dict[str, Any] = self.context  # type: ignore[assignment]
        self.prepare_rows(rows, context)


def _rows(data: Any) -> list[Any]:
    return list(data.all() if hasattr(data, "all") else data)


def _related(rows: Iterable[Any], source: Sequence[str]) -> Iterator[Any]:
    """Yield the objects to which the path ``source`` leads from each row: one object, the rows of a list, or none."""
    for row in rows:
        value = row
        for name in source:
            value = getattr(value, name, None)
        if hasattr(value, "all"):
            yield from value.all()
        elif isinstance(value, list):
            yield from value
        elif value is not None:
            yield value
