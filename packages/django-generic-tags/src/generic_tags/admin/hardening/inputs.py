"""The inputs of list pages, rendered without templates.

A list renders several inputs per row, such as the checkbox of the actions. Their templates take a fifth of the time
of the page, so the output of Django's own templates is written directly. Templates that the project replaces are used.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any, Final

import django.forms
from django.contrib.admin.helpers import ActionForm
from django.forms.renderers import DjangoTemplates, get_default_renderer
from django.utils.safestring import SafeString

FOLDER: Final = Path(django.forms.__file__).parent
WIDGETS: Final = "django/forms/widgets"
OPTION: Final = f"{WIDGETS}/select_option.html"
INPUTS: Final = ("checkbox", "hidden", "number", "text")


class ListActionForm(ActionForm):
    """Django's form of the actions, whose inputs are rendered without templates."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("renderer", InputRenderer())
        super().__init__(*args, **kwargs)


class InputRenderer:
    """Form renderer that writes plain inputs itself and leaves everything else to the renderer of the project."""

    def __init__(self) -> None:
        self._project: Any = get_default_renderer()

    def __getattr__(self, name: str) -> Any:
        """Return an attribute of the project's renderer."""
        return getattr(self._project, name)

    def render(self, template_name: str, context: Mapping[str, Any], request: Any = None) -> str:
        """Return the HTML of a template of a widget, a form or a list of errors."""
        write = WRITERS.get(template_name)
        if write is not None and _is_of_django(self._project, template_name):
            written = write(context)
            if written is not None:
                return written
        rendered: str = self._project.render(template_name, context, request)
        return rendered


@lru_cache(maxsize=64)
def _is_of_django(renderer: Any, template_name: str) -> bool:
    """Return whether the project uses Django's template and the templates that this one includes."""
    if type(renderer) is not DjangoTemplates:
        return False
    names = (template_name, *INCLUDED[template_name])
    return all(FOLDER in Path(renderer.get_template(name).origin.name).parents for name in names)


def _input(context: Mapping[str, Any]) -> SafeString:
    """Return the HTML of an input, like ``django/forms/widgets/input.html``."""
    widget = context["widget"]
    value = "" if widget["value"] is None else f' value="{_escaped(widget["value"])}"'
    tag = f'<input type="{_escaped(widget["type"])}" name="{_escaped(widget["name"])}"'
    return SafeString(f"{tag}{value}{_attributes(widget)}>")


def _select(context: Mapping[str, Any]) -> SafeString | None:
    """Return the HTML of a select, like ``django/forms/widgets/select.html``; ``None`` if its options are in groups."""
    widget = context["widget"]
    options: list[str] = []
    for group, choices, _index in widget["optgroups"]:
        if group or any(choice["template_name"] != OPTION for choice in choices):
            return None
        for choice in choices:
            value, label = _escaped(choice["value"]), _escaped(choice["label"])
            options.append(f'\n  <option value="{value}"{_attributes(choice)}>{label}</option>\n')
    return SafeString(f'<select name="{_escaped(widget["name"])}"{_attributes(widget)}>{"".join(options)}\n</select>')


def _attributes(widget: Mapping[str, Any]) -> str:
    """Return the HTML of the attributes of a widget, like ``django/forms/widgets/attrs.html``."""
    html = ""
    for name, value in widget["attrs"].items():
        if value is True:
            html += f" {_escaped(name)}"
        elif value is not False:
            html += f' {_escaped(name)}="{_escaped(value)}"'
    return html


def _escaped(value: Any) -> str:
    """Return ``value`` as text that is safe in HTML."""
    text = str(value)
    return text if isinstance(text, SafeString) else escape(text)


def _no_errors(context: Mapping[str, Any]) -> SafeString | None:
    """Return the empty HTML of an empty list of errors; ``None`` if there are errors."""
    return None if context["errors"] else SafeString()


WRITERS: Final[dict[str, Callable[[Mapping[str, Any]], SafeString | None]]] = {
    **{f"{WIDGETS}/{name}.html": _input for name in INPUTS},
    f"{WIDGETS}/select.html": _select,
    "django/forms/errors/list/default.html": _no_errors,
}
INCLUDED: Final[dict[str, tuple[str, ...]]] = {
    **{f"{WIDGETS}/{name}.html": (f"{WIDGETS}/input.html", f"{WIDGETS}/attrs.html") for name in INPUTS},
    f"{WIDGETS}/select.html": (OPTION, f"{WIDGETS}/attrs.html"),
    "django/forms/errors/list/default.html": ("django/forms/errors/list/ul.html",),
}
