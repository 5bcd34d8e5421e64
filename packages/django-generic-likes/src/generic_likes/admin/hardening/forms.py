"""Form fields and widgets for relations, which validate keys before they query the database."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.widgets import (
    AutocompleteMixin,
    AutocompleteSelect,
    AutocompleteSelectMultiple,
    ForeignKeyRawIdWidget,
)
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest

from .generics import AnyBaseModelAdmin, AnyModelChoiceField, AnyModelMultipleChoiceField
from .values import is_key


class KeysField(AnyModelMultipleChoiceField):
    """Multiple choice field that treats keys that the column can't hold as invalid choices."""

    def clean(self, value: Any) -> Any:
        """Return the chosen rows.

        Raises:
            ValidationError: If one of them is not among the choices.
        """
        column = self.queryset.model._meta.pk  # type: ignore[union-attr]
        for key in value if isinstance(value, (list, tuple)) else ():
            if not is_key(column, key):
                message = self.error_messages["invalid_pk_value"]
                raise ValidationError(message, code="invalid_pk_value", params={"pk": key})
        return super().clean(value)


class KeyField(AnyModelChoiceField):
    """Choice field that treats a key that the column can't hold as an invalid choice."""

    def to_python(self, value: Any) -> Any:
        """Return the chosen row.

        Raises:
            ValidationError: If it is not among the choices.
        """
        model: Any = self.queryset.model  # type: ignore[union-attr]
        column = model._meta.get_field(self.to_field_name) if self.to_field_name else model._meta.pk
        if value not in self.empty_values and not isinstance(value, models.Model) and not is_key(column, value):
            message = self.error_messages["invalid_choice"]
            raise ValidationError(message, code="invalid_choice", params={"value": value})
        return super().to_python(value)


class _LookedUpMixin(AutocompleteMixin):
    """Looks up the selected rows to show them, without keys that the column can't hold."""

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        """Return the selected choices."""
        return super().optgroups(name, [key for key in value if is_key(self.field, key)], attr)


class HardenedSelect(_LookedUpMixin, AutocompleteSelect):
    """Autocomplete widget for one row."""


class HardenedSelectMultiple(_LookedUpMixin, AutocompleteSelectMultiple):
    """Autocomplete widget for several rows."""


class HardenedRawId(ForeignKeyRawIdWidget):
    """Raw id widget, whose key can be typed or picked from a list."""

    def label_and_url_for_value(self, value: Any) -> tuple[str, str]:
        """Return the name of the row and the URL of its page, both empty if there is no such row."""
        if not is_key(self.rel.get_related_field(), value):
            return "", ""
        return super().label_and_url_for_value(value)


class HardenedFormsMixin(AnyBaseModelAdmin):
    """Mixin for admin classes and inlines, which validates the posted keys of relations."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Return the form field for a choice of one row."""
        using = kwargs.get("using")
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", HardenedSelect(db_field, self.admin_site, using=using))
        elif db_field.name in self.raw_id_fields:
            kwargs.setdefault("widget", HardenedRawId(db_field.remote_field, self.admin_site, using=using))
        kwargs.setdefault("form_class", KeyField)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Return the form field for a choice of several rows."""
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", HardenedSelectMultiple(db_field, self.admin_site, using=kwargs.get("using")))
        kwargs.setdefault("form_class", KeysField)
        return super().formfield_for_manytomany(db_field, request, **kwargs)
