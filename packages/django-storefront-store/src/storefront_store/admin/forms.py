"""What the forms of the admin pages take in, and how it is read."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.admin.widgets import (
    AdminFileWidget,
    AutocompleteMixin,
    AutocompleteSelect,
    AutocompleteSelectMultiple,
)
from django.core.exceptions import ValidationError

from storefront_store import images


class SanitisedImageField(forms.FileField):
    """An uploaded picture, judged as the API judges it: by its header, before anything is decoded."""

    widget = AdminFileWidget

    def to_python(self, data: Any) -> Any:
        """Return a file that is safe to store.

        Raises:
            ValidationError: If the upload is no acceptable picture.
        """
        upload = super().to_python(data)
        return None if upload is None else images.sanitise(upload)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Let the file dialog offer what can be accepted."""
        return {**super().widget_attrs(widget), "accept": "image/jpeg,image/png,image/webp"}


class ProductImageForm(forms.ModelForm):
    """One picture of a product."""

    image = SanitisedImageField()


def is_key(field: Any, value: Any) -> bool:
    """Tell whether the column of ``field`` could hold ``value`` at all, so that a query may ask for it."""
    try:
        field.run_validators(field.to_python(value))
    except ValidationError:
        return False
    return "\x00" not in str(value)


class _TypedMixin(AutocompleteMixin):
    """Shows those choices as selected that can be looked up; a select that was tampered with holds others."""

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        """Return the selected choices."""
        target = self.field.target_field
        return super().optgroups(name, [key for key in value if is_key(target, key)], attr)


class TypedSelect(_TypedMixin, AutocompleteSelect):
    """A choice of one row."""


class TypedSelectMultiple(_TypedMixin, AutocompleteSelectMultiple):
    """A choice of several rows."""


class KeysField(forms.ModelMultipleChoiceField):
    """Several rows by their keys."""

    def clean(self, value: Any) -> Any:
        """Return the rows.

        Raises:
            ValidationError: If one of them is not among the choices, or can't be anywhere.
        """
        column = self.queryset.model._meta.pk  # type: ignore[union-attr]
        for key in value or ():
            if not is_key(column, key):
                message = self.error_messages["invalid_pk_value"]
                raise ValidationError(message, code="invalid_pk_value", params={"pk": key})
        return super().clean(value)


def inventory_difference(form: Any) -> int:
    """Return how much was added to the stock that the page had shown; sales since then don't count.

    Args:
        form: A product's form. What it had shown is in a hidden field; without one, or if that can't have been a
            stock, what is there now counts.
    """
    if "inventory" not in form.changed_data:
        return 0
    field = form.fields["inventory"]
    shown = field.hidden_widget().value_from_datadict(form.data, form.files, form.add_initial_prefix("inventory"))
    try:
        before = form.instance._meta.get_field("inventory").clean(field.to_python(shown), form.instance)
    except ValidationError:
        before = form.initial["inventory"]
    difference: int = form.cleaned_data["inventory"] - before
    return difference
