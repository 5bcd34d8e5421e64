"""Form fields for tags."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, ClassVar, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from generic_tags.conf import app_settings
from generic_tags.exceptions import InvalidLabel
from generic_tags.labels import clean_label, label_key
from generic_tags.selectors import tags_for
from generic_tags.services import set_tags

# A quoted label followed by a comma, a line break or the end, or any text up to a comma, a line break or the end.
_LABEL: Final = re.compile(r'[^\S\n]*(?:"((?:[^"]|"")*)"[^\S\n]*(?=[,\n]|\Z)|([^,\n]+))')


def parse_tags(text: str) -> list[str]:
    """Return the labels in a comma-separated text.

    Labels that contain commas are in double quotes; a quote inside of them is doubled. Labels may contain spaces.
    """
    labels = []
    for match in _LABEL.finditer(text):
        quoted, plain = match.groups()
        labels.append(plain.strip() if quoted is None else quoted.replace('""', '"').strip())
    return [label for label in labels if label]


def format_tags(tags: Iterable[object]) -> str:
    """Return labels or tags as a comma-separated text, which :func:`parse_tags` reads."""
    labels = [str(tag) for tag in tags]
    return ", ".join(
        '"' + label.replace('"', '""') + '"' if "," in label or '"' in label else label for label in labels
    )


class TagsInput(forms.TextInput):
    """A text input that shows tags separated by commas."""

    def format_value(self, value: Any) -> str | None:
        """Return the text to show."""
        return value if value is None or isinstance(value, str) else format_tags(value)


class TagField(forms.CharField):
    """A text field for tags, which cleans to a list of labels."""

    widget = TagsInput
    default_help_text: ClassVar[Any] = _(
        "Separate tags by commas. Put double quotes around a tag that contains a comma."
    )

    def __init__(self, **options: Any) -> None:
        """Accept the arguments of a ``CharField``."""
        options.setdefault("help_text", self.default_help_text)
        super().__init__(**options)

    def clean(self, value: Any) -> list[str]:
        """Return the labels.

        Raises:
            ValidationError: A label is invalid, or there are too many.
        """
        labels = parse_tags(super().clean(value))
        if len(labels) > app_settings.MAX_LABELS:
            message = _("At most %(count)d tags are allowed.")
            raise ValidationError(message, code="max_length", params={"count": app_settings.MAX_LABELS})
        try:
            return [clean_label(label) for label in labels]
        except InvalidLabel as error:
            raise ValidationError(str(error), code=error.code) from error

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Return whether the tags have changed, regardless of order, case and spacing."""
        before = initial if isinstance(initial, str) else format_tags(initial or [])
        given = data if isinstance(data, str) else format_tags(data or [])
        return {label_key(label) for label in parse_tags(before)} != {label_key(label) for label in parse_tags(given)}


class TagsModelForm(forms.ModelForm):
    """A model form with the field ``tags``, for registered models without a ``TaggableManager``.

    ``class ArticleForm(TagsModelForm)`` with a ``Meta`` as usual; in an admin page, set ``form = ArticleForm``.
    """

    tags: ClassVar[TagField] = TagField(label=_("Tags"), required=False)

    save_m2m: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Create the form, with the tags of the object as initial value."""
        super().__init__(*args, **kwargs)
        if not self.instance._state.adding:
            self.initial.setdefault("tags", list(tags_for(self.instance)))

    def save(self, commit: bool = True) -> Any:
        """Save the object and its tags; with ``commit=False`` the tags are saved by ``save_m2m()``."""
        obj = super().save(commit)
        if commit:
            self._save_tags()
            return obj
        save_others = self.save_m2m

        def save_all() -> None:
            save_others()
            self._save_tags()

        self.save_m2m = save_all
        return obj

    def _save_tags(self) -> None:
        if "tags" in self.changed_data:
            set_tags(self.instance, self.cleaned_data["tags"])
