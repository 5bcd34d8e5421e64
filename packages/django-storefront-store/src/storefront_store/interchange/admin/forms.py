"""The upload form."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from storefront_store.interchange.conf import app_settings
from storefront_store.interchange.services import KEYS, PRESETS, Options

ACCEPTED: Final = ".csv,.tsv,.txt,.json,.xlsx,.xml,.rss,.atom"


class UploadForm(forms.Form):
    """Form for a catalogue to import and its options."""

    file: forms.FileField = forms.FileField(
        label=_("file"),
        help_text=_("CSV, TSV, JSON, Excel (.xlsx) or an XML feed, as exported by any of the platforms below."),
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPTED}),
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
        self.fields["preset"].choices = [("", _("recognise it")), *platforms]  # type: ignore[attr-defined]

    def clean_file(self) -> UploadedFile:
        """Validate the size of the file.

        Raises:
            ValidationError: If it is too large.
        """
        upload: UploadedFile = self.cleaned_data["file"]
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
        data = {name: value for name, value in self.cleaned_data.items() if name != "file"}
        return {name: None if value == "" else value for name, value in data.items()}


def options_of(chosen: dict[str, Any], *, dry_run: bool) -> Options:
    """Return the import options for the options chosen in the form."""
    return Options(**chosen, dry_run=dry_run)
