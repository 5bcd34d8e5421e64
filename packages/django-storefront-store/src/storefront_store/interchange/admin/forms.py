"""The upload form."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from storefront_store.interchange.conf import app_settings
from storefront_store.interchange.services import KEYS, PRESETS, Options

ACCEPTED: Final = ".csv,.tsv,.txt,.json,.xlsx,.xml,.rss,.atom"

FILES: Final = ("file", "variants")


class UploadForm(forms.Form):
    """Form for a catalogue to import and its options."""

    file: forms.FileField = forms.FileField(
        label=_("file"),
        help_text=_("CSV, TSV, JSON, Excel (.xlsx) or an XML feed, as exported by any of the platforms below."),
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPTED}),
    )
    variants: forms.FileField = forms.FileField(
        label=_("file of variants"),
        required=False,
        help_text=_("A second file with the variants of the products, such as the combinations of PrestaShop."),
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
    )
    preset: forms.ChoiceField = forms.ChoiceField(label=_("platform"), required=False)
    key: forms.ChoiceField = forms.ChoiceField(
        label=_("known by"), choices=[(key, key) for key in KEYS], help_text=_("By what a product is known again.")
    )
    currency: forms.RegexField = forms.RegexField(
        "^[A-Za-z]{3}$",
        label=_("currency"),
        required=False,
        help_text=_("The currency whose prices count; the store's, if left empty."),
    )
    decimal: forms.ChoiceField = forms.ChoiceField(
        label=_("decimal mark"),
        required=False,
        choices=[("", _("judged number by number")), (".", "1299.00"), (",", "1299,00")],
    )
    unknown_stock: forms.IntegerField = forms.IntegerField(
        label=_("unknown stock"),
        required=False,
        min_value=0,
        max_value=10**9 - 1,
        help_text=_("The stock of products that are in stock without a number; left open, if empty."),
    )
    strict: forms.BooleanField = forms.BooleanField(
        label=_("all or nothing"), required=False, help_text=_("Keep nothing if any row can't be used.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        platforms = [(name, preset.label) for name, preset in PRESETS.items()]
        for field in self.fields.values():
            field.label = capfirst(field.label)
        self.fields["preset"].choices = [("", _("recognise it")), *platforms]  # type: ignore[attr-defined]

    def clean_file(self) -> UploadedFile:
        """Validate the size of the file.

        Raises:
            ValidationError: If it is too large.
        """
        return self._checked(self.cleaned_data["file"])

    def clean_variants(self) -> UploadedFile | None:
        """Validate the size of the file of variants.

        Raises:
            ValidationError: If it is too large.
        """
        upload = self.cleaned_data["variants"]
        return self._checked(upload) if upload else None

    def uploads(self) -> list[UploadedFile]:
        """Return the uploaded files: that of the products, and that of their variants if there is one."""
        return [upload for upload in (self.cleaned_data["file"], self.cleaned_data["variants"]) if upload]

    @staticmethod
    def _checked(upload: UploadedFile) -> UploadedFile:
        limit = app_settings.UPLOAD_MAX_BYTES
        if (upload.size or 0) > limit:
            raise forms.ValidationError(
                _("Files larger than %(limit)s MB are imported by the command import_catalogue."),
                code="too_large",
                params={"limit": limit // 1024**2},
            )
        return upload

    def chosen(self) -> dict[str, Any]:
        """Return the chosen options."""
        data = {name: value for name, value in self.cleaned_data.items() if name not in FILES}
        return {name: None if value == "" else value for name, value in data.items()}


def options_of(chosen: dict[str, Any], files: Sequence[Path], *, dry_run: bool) -> Options:
    """Return the import options for the options chosen in the form and the stored files."""
    return Options(**chosen, variants=str(files[1]) if len(files) > 1 else None, dry_run=dry_run)


def field_labels() -> dict[str, str]:
    """Return the labels of the form's fields, by which messages name the options."""
    return {name: str(field.label) for name, field in UploadForm().fields.items()}
