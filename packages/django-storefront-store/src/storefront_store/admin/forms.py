"""Form fields and forms of the admin pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminFileWidget
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from storefront_store import images
from storefront_store.admin.hardening.generics import AnyModelForm


class SanitisedImageField(forms.FileField):
    """Form field for an uploaded image, validated as by the API before anything is decoded."""

    widget = AdminFileWidget

    def to_python(self, data: Any) -> Any:
        """Return a file that is safe to store.

        Raises:
            ValidationError: If the upload is not an acceptable image.
        """
        upload = super().to_python(data)
        return None if upload is None else images.sanitise(upload)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Limit the file dialog to accepted image types."""
        return {**super().widget_attrs(widget), "accept": "image/jpeg,image/png,image/webp"}


class ProductImageForm(AnyModelForm):
    """Form of a product image."""

    image: SanitisedImageField = SanitisedImageField()


def shown_inventory(form: Any) -> int | None:
    """Return the stock that was shown on the page; None if the form has no such field.

    Args:
        form: The form of a product. The number is read from a hidden input. If that is missing or invalid, the
            initial value is used.
    """
    if "inventory" not in form.fields:
        return None
    field = form.fields["inventory"]
    shown = field.hidden_widget().value_from_datadict(form.data, form.files, form.add_initial_prefix("inventory"))
    try:
        before = form.instance._meta.get_field("inventory").clean(field.to_python(shown), form.instance)
    except ValidationError:
        before = form.initial["inventory"]
    return int(before)


class NamesField(forms.CharField):
    """Form field for several texts separated by commas."""

    def prepare_value(self, value: Any) -> Any:
        """Return the texts joined by commas."""
        return ", ".join(map(str, value)) if isinstance(value, list | tuple) else value

    def to_python(self, value: Any) -> Any:
        """Return the list of non-empty texts."""
        if isinstance(value, list | tuple):
            return list(value)
        return [part for part in map(str.strip, (super().to_python(value) or "").split(",")) if part]

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare the parsed lists."""
        return self.to_python(initial) != self.to_python(data)


class OptionsField(forms.CharField):
    """Form field for options, one per line, as ``name: value``."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        """Return one line for each option."""
        return "\n".join(f"{name}: {text}" for name, text in value.items()) if isinstance(value, dict) else value

    def to_python(self, value: Any) -> Any:
        """Return the options.

        Raises:
            ValidationError: If a line has no colon, or a name is repeated.
        """
        if isinstance(value, dict):
            return value
        options: dict[str, str] = {}
        for line in (super().to_python(value) or "").splitlines():
            if not line.strip():
                continue
            name, colon, text = (part.strip() for part in line.partition(":"))
            if not colon or name in options:
                raise ValidationError(_("Write each option on a line of its own, as “name: value”."), code="options")
            options[name] = text
        return options

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare the parsed options."""
        try:
            return bool(self.to_python(initial) != self.to_python(data))
        except ValidationError:
            return True
