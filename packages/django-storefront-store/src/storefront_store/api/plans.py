"""Read plans: serializers compiled to read rows without creating model instances.

A serializer that is purely declarative is compiled once into a :class:`ReadPlan`: the columns to select, the
attribute for each name, and the conversion of each value. A request then costs one statement for the rows and one
for each nested list that can't be read with them (see :mod:`storefront_store.prepared`).

What can be compiled: plain fields of columns, of columns of a related row (``source="product.title"``), and of
annotations that ``setup_queryset`` adds; any field of an attribute that ``prepare_rows`` sets, if its output depends
on the value alone; nested serializers of a related row, of the rows that refer to this one, and with
``source="*"``. Subclasses may add and remove such fields. A serializer with a method field, its own
``to_representation`` or other code that runs for each row has no plan: views then serialize model instances, as
REST framework does, with the same result.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Sequence
from datetime import datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any

from django.core.signals import setting_changed
from django.db import models
from rest_framework import serializers

from storefront_store.api.plan_rows import PACKED, Row, Rows, Show, Shown, rows_of
from storefront_store.api.plan_rules import (
    CannotPlan,
    field_path,
    is_key,
    price_columns,
    refuse_overrides,
    shown_by,
    shown_by_value,
    stored_by,
)
from storefront_store.api.serializers.fields import FirstImageField
from storefront_store.api.serializers.rows import RowListSerializer, shown_fields
from storefront_store.conf import app_settings
from storefront_store.internals import annotations_of


@lru_cache(maxsize=256)
def plan_for(serializer_class: type[Any]) -> ReadPlan | None:
    """Return the plan of a serializer, or None if it can't be compiled."""
    try:
        return ReadPlan(serializer_class)
    except CannotPlan:
        return None


def _forget_plans(**kwargs: Any) -> None:
    plan_for.cache_clear()


setting_changed.connect(_forget_plans, dispatch_uid="storefront_store.api.plans")


class ReadPlan:
    """A plan for reading and converting the rows of one serializer.

    Args:
        serializer_class: The serializer.
        model: The model of its rows; defaults to the serializer's.
        is_priced: Whether to load the prices of the rows even if the serializer does not show them.

    Raises:
        CannotPlan: If it can't be compiled.
    """

    def __init__(
        self, serializer_class: type[Any], *, model: type[models.Model] | None = None, is_priced: bool = False
    ) -> None:
        refuse_overrides(serializer_class)
        if model is None and not issubclass(serializer_class, serializers.ModelSerializer):
            raise CannotPlan(f"{serializer_class.__qualname__} has no model")
        self.serializer_class: type[Any] = serializer_class
        self.model: type[models.Model] = model or serializer_class.Meta.model
        self.is_priced: bool = is_priced or getattr(serializer_class, "is_priced", False)
        self._prepared_attributes: Sequence[str] = getattr(serializer_class, "prepared_attributes", ())
        priced_by = price_columns() if self.is_priced else []
        self._packed: dict[str, Rows] = {}  # those of the nested rows that are read with their parents
        self.annotations: set[str] = set(annotations_of(self.queryset(at=None)))
        self._own = dict.fromkeys(["pk", *getattr(serializer_class, "needed_columns", ()), *priced_by])  # ordered
        self._joined: dict[str, ReadPlan] = {}
        self._nested: dict[str, Rows] = {}
        #: Returns the representation of a row as primitive values.
        fields = shown_fields(serializer_class())
        self.show: Shown = Shown([(str(each.field_name), *self._planned(each)) for each in fields])
        self._packed = {name: nested for name, nested in self._nested.items() if nested.can_be_packed}
        self._own_values = attrgetter(*self._own, "pk")  # with two attributes, it returns a tuple in any case
        self._stored = {name: stored for name in self._own if (stored := stored_by(self.model, name))}
        self._rows = Rows(self, "pk", self.model._meta.pk, packs=True)
        #: The statements of lists with these rows; see :mod:`storefront_store.api.pages`.
        self.statements: OrderedDict[Hashable, Any] = OrderedDict()

    def read(self, keys: Sequence[Any], *, using: str, at: datetime, context: dict[str, Any]) -> list[dict[str, Any]]:
        """Return the representations of the rows with some keys, in that order. Missing rows are left out.

        Args:
            keys: The primary keys.
            using: The alias of the database.
            at: The date and time of the prices.
            context: The serializer's context.
        """
        return self.read_from(self.fetch(keys, using=using, at=at), using=using, at=at, context=context)

    def fetch(self, keys: Sequence[Any], *, using: str, at: datetime) -> list[Row]:
        """Return the rows with some keys, in that order. Missing rows are left out."""
        found = self._rows.fetch(keys, using=using, at=at)
        return [row for key in keys for row in found.get(key, ())]

    def read_from(
        self, instances: Sequence[Any], *, using: str, at: datetime, context: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Return the representations of rows that are already loaded.

        Model instances that lack annotations or columns which the serializer needs are read again by their keys.

        Args:
            instances: The rows as model instances, or as objects of this plan.
            using: The alias of the database.
            at: The date and time of the prices.
            context: The serializer's context.
        """
        if instances and isinstance(instances[0], Row):
            rows = list(instances)
        elif self._joined or not all(vars(each).keys() >= self._own.keys() - {"pk"} for each in instances):
            rows = self.fetch([instance.pk for instance in instances], using=using, at=at)
        else:
            rows = [self._own_row(instance) for instance in instances]
        return [self.show(row, context) for row in self.complete(rows, using=using, at=at, context=context)]

    def read_loaded(
        self, instances: Sequence[Any], *, using: str, at: datetime, context: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Return the representations of model instances as they are in memory, such as those that were just written.

        Nested rows are taken from the instances where these have them, and read otherwise.

        Args:
            instances: The rows as model instances.
            using: The alias of the database.
            at: The date and time of the prices.
            context: The serializer's context.
        """
        try:
            rows = [self.row_of(instance) for instance in instances]
        except AttributeError:  # an annotation or a column of another row
            return self.read_from(instances, using=using, at=at, context=context)
        return [self.show(row, context) for row in self.complete(rows, using=using, at=at, context=context)]

    def row_of(self, instance: Any) -> Any:
        """Return a row object with the columns of an instance, and with its nested rows that are in memory.

        Raises:
            AttributeError: If the instance lacks a column.
        """
        row = self._own_row(instance)
        for name, plan in self._joined.items():
            related = getattr(instance, name)
            setattr(row, name, None if related is None else plan.row_of(related))
        for name, nested in self._nested.items():
            if nested.single:
                relation: Any = self.model._meta.get_field(name)
                if relation.is_cached(instance):
                    setattr(row, name, nested.plan.row_of(getattr(instance, name)))
            elif isinstance(vars(instance).get(name), list):
                setattr(row, name, [nested.plan.row_of(each) for each in vars(instance)[name]])
        return row

    def _own_row(self, instance: Any) -> Row:
        row = Row(zip(self._own, self._own_values(instance)))  # noqa: B905  (the second key is left over)
        for name, stored in self._stored.items():
            row.__dict__[name] = stored(row.__dict__[name])
        return row

    def queryset(self, *, at: Any) -> Any:
        """Return a queryset of all rows with the annotations that the serializer needs."""
        return self.annotated(self.model._default_manager.all(), at=at)

    def annotated(self, rows: Any, *, at: Any) -> Any:
        """Return a queryset of rows with the annotations that the serializer needs."""
        rows = getattr(self.serializer_class, "setup_queryset", lambda unchanged: unchanged)(rows)
        rows = getattr(self.serializer_class, "setup_plan", lambda unchanged, at: unchanged)(rows, at)
        annotate = getattr(app_settings.PRICE_PROVIDER(), "annotate", None) if self.is_priced else None
        if annotate is not None:
            rows = annotate(rows, at=at)
        rows = rows.annotate(**{PACKED + name: nested.packed() for name, nested in self._packed.items()})
        return rows.prefetch_related(None).select_related(None)

    @property
    def reads_again(self) -> bool:
        """Whether other columns than those of the model are needed, so that rows must be read again by their keys."""
        return bool(self._joined) or any(name in self.annotations or "__" in name for name in self._own)

    @property
    def columns(self) -> list[str]:
        """What is read of a row: its columns and those of its joined rows, followed by its packed rows."""
        return [*self.own_columns, *(PACKED + name for name in self._packed)]

    @property
    def own_columns(self) -> list[str]:
        """The columns of a row, followed by those of its joined rows."""
        joined = (f"{name}__{column}" for name, plan in self._joined.items() for column in plan.own_columns)
        return [*self._own, *joined]

    def rows(self, found: Sequence[Sequence[Any]], first: Sequence[str] = (), *, only_own: bool = False) -> list[Any]:
        """Return row objects for values that a statement read. Joined rows that do not exist are None.

        Args:
            found: The values of each row, in the order of ``first`` and ``columns``.
            first: The names of more columns, which become attributes as well.
            only_own: Whether the rows have values of ``own_columns`` only.
        """
        return rows_of(found, [*first, *self._own], self._joined, {} if only_own else self._packed)

    def complete(self, rows: list[Any], *, using: str, at: datetime, context: dict[str, Any]) -> list[Any]:
        """Read and prepare the nested rows, innermost first and all rows of a kind at once.

        Returns:
            The rows, without those whose product or other required row was deleted in the meantime.
        """
        if not rows:
            return rows
        for name, plan in self._joined.items():
            joined = [getattr(row, name) for row in rows]
            plan.complete([row for row in joined if row is not None], using=using, at=at, context=context)
        for name, nested in self._nested.items():
            rows = nested.attach(rows, name, using=using, at=at, context=context)
        prepare = getattr(self.serializer_class, "prepare_rows", None)
        if prepare is not None:
            prepare(rows, context)
        return rows

    def _planned(self, field: Any) -> tuple[str, Show | None]:
        """Return the attribute of a field (empty for the row itself) and the function that converts its value.

        Raises:
            CannotPlan: If the field needs more than the value.
        """
        if isinstance(field, serializers.ListSerializer):
            if type(field) not in (serializers.ListSerializer, RowListSerializer):
                raise CannotPlan(f"{field.field_name} is a list of its own kind")
            return self._planned_rows(field, type(field.child))
        if isinstance(field, serializers.BaseSerializer):
            return self._planned_one(field)
        if type(field) is FirstImageField:
            attribute, _show = self._planned_rows(field, type(field.image))
            show_image = self._nested[attribute].plan.show
            return attribute, lambda rows, context: show_image(rows[0], context) if rows else None
        source: list[str] = field.source_attrs
        if len(source) == 1 and source[0] in self._prepared_attributes:
            return source[0], shown_by_value(field)
        if len(source) == 1 and source[0] in self.annotations:
            self._own[source[0]] = None
            return source[0], shown_by(field, None)
        path = field_path(self.model, source)
        kind = path[-1]
        names = [step.name for step in path[:-1]]
        if kind.is_relation and not is_key(field):
            raise CannotPlan(f"{field.field_name} is a relation")
        column = "__".join([*names, kind.attname])
        self._own[column] = None
        return column, shown_by(field, kind)

    def _planned_one(self, field: Any) -> tuple[str, Show]:
        """Plan a nested serializer of a related row, or of the row itself."""
        if field.source == "*":
            refuse_overrides(type(field))
            return "", Shown([(str(each.field_name), *self._planned(each)) for each in shown_fields(field)])
        (relation,) = field_path(self.model, field.source_attrs)
        if (not relation.many_to_one and not relation.one_to_one) or relation.auto_created:
            raise CannotPlan(f"{field.field_name} is no foreign key")
        priced = relation.name in getattr(self.serializer_class, "priced_relations", ())
        plan = ReadPlan(type(field), model=relation.related_model, is_priced=priced)
        if plan.annotations.isdisjoint(plan.own_columns):
            self._joined[relation.name] = plan
            return relation.name, plan.show
        # Annotations can't be selected through a relation, so these rows are read with a separate statement.
        self._own[relation.attname] = None
        self._nested[relation.name] = Rows(
            plan, "pk", plan.model._meta.pk, parent=relation.attname, single=True, required=not relation.null
        )
        return relation.name, plan.show

    def _planned_rows(self, field: Any, serializer_class: type[Any]) -> tuple[str, Show]:
        """Plan the rows that refer to this one, with ``serializer_class``."""
        if len(field.source_attrs) != 1:
            raise CannotPlan(f"{field.field_name} has a source with several parts")
        (attribute,) = field.source_attrs
        (relation,) = field_path(self.model, [getattr(self.serializer_class, "lists", {}).get(attribute, attribute)])
        if not relation.one_to_many or not relation.remote_field.target_field.primary_key:
            raise CannotPlan(f"{field.field_name} is no reverse foreign key")
        plan = ReadPlan(serializer_class, model=relation.related_model)
        needed = getattr(self.serializer_class, "nested_attributes", {}).get(attribute, ())
        if not set(needed) <= {*plan._prepared_attributes, *plan._own}:
            raise CannotPlan(f"{serializer_class.__qualname__} does not prepare {', '.join(needed)}")
        foreign_key = relation.remote_field
        self._nested[attribute] = Rows(plan, f"{foreign_key.name}__pk", foreign_key.target_field)
        return attribute, lambda rows, context: [plan.show(row, context) for row in rows]
