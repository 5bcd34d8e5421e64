"""What the forms of the admin pages take in, and how it is read."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminFileWidget
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from storefront_store import images
from storefront_store.admin.hardening.generics import AnyModelForm


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


class ProductImageForm(AnyModelForm):
    """One picture of a product."""

    image: SanitisedImageField = SanitisedImageField()


def shown_inventory(form: Any) -> int | None:
    """Return the stock that the page has shown; None if the form has no such field.

    Args:
        form: A product's form. What it has shown is in a hidden field; without one, or if that can't have been a
            stock, what is there now counts.
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
    """Several texts, separated by commas."""

    def prepare_value(self, value: Any) -> Any:
        """Return the texts as one."""
        return ", ".join(map(str, value)) if isinstance(value, list | tuple) else value

    def to_python(self, value: Any) -> Any:
        """Return the list of texts, empty ones left out."""
        if isinstance(value, list | tuple):
            return list(value)
        return [part for part in map(str.strip, (super().to_python(value) or "").split(",")) if part]

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare the lists, not their texts."""
        return self.to_python(initial) != self.to_python(data)


class OptionsField(forms.CharField):
    """Options, one a line, as ``name: value``."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        """Return one line for each option."""
        return "\n".join(f"{name}: {text}" for name, text in value.items()) if isinstance(value, dict) else value

    def to_python(self, value: Any) -> Any:
        """Return the options.

        Raises:
            ValidationError: If a line has no colon, or a name is given twice.
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
        """Compare the options, not their texts."""
        try:
            return bool(self.to_python(initial) != self.to_python(data))
        except ValidationError:
            return True
