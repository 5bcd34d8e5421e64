"""How messages name an option: as an option of the command, or as a field of the admin page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from django.utils.translation import gettext as _

_labels: ContextVar[Mapping[str, str] | None] = ContextVar("labels", default=None)
COMMAND: Final = "import_catalogue"


@contextmanager
def as_fields(labels: Mapping[str, str]) -> Iterator[None]:
    """Let messages name options as the fields of a page.

    Args:
        labels: The labels of the fields by the name of their option. Other options exist for the command only.
    """
    token = _labels.set(labels)
    try:
        yield
    finally:
        _labels.reset(token)


def option(name: str) -> str:
    """Return how a message names an option.

    Args:
        name: The name of an option of :class:`~storefront_store.interchange.services.Options`, or ``"map"``.
    """
    labels = _labels.get()
    if labels is None:
        if name == "decimal":
            return _("--decimal . or --decimal ,")
        if name == "variants":
            return _("import_catalogue PRODUCTS --variants THIS_FILE")
        return _flag(name)
    if name in labels:
        return _("the field “%(label)s”") % {"label": labels[name]}
    return f"{COMMAND} {_flag(name)}"


def _flag(name: str) -> str:
    return f"--{name.replace('_', '-')}"
