"""JSON with names in camel case, as a host's front end may want it."""

from __future__ import annotations

import re
from typing import Any

from rest_framework.parsers import JSONParser
from rest_framework.renderers import JSONRenderer


def renamed(value: Any, rename: Any) -> Any:
    """Return ``value`` with all keys of dictionaries renamed."""
    if isinstance(value, dict):
        return {rename(str(key)): renamed(each, rename) for key, each in value.items()}
    return [renamed(each, rename) for each in value] if isinstance(value, list | tuple) else value


def camel(name: str) -> str:
    """Return ``unit_price`` as ``unitPrice``."""
    return re.sub(r"(?<=[a-z0-9])_([a-z])", lambda match: match[1].upper(), name)


def snake(name: str) -> str:
    """Return ``unitPrice`` as ``unit_price``."""
    return re.sub(r"(?<=[a-z0-9])([A-Z])", lambda match: f"_{match[1].lower()}", name)


class CamelRenderer(JSONRenderer):
    """Renders names in camel case."""

    def render(self, data: Any, *args: Any, **kwargs: Any) -> bytes:
        """Return the bytes."""
        rendered: bytes = super().render(renamed(data, camel), *args, **kwargs)
        return rendered


class CamelParser(JSONParser):
    """Reads names in camel case."""

    def parse(self, *args: Any, **kwargs: Any) -> Any:
        """Return the body."""
        return renamed(super().parse(*args, **kwargs), snake)
