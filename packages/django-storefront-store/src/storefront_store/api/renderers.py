"""The JSON renderer of the store's views."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.utils.encoders import JSONEncoder


class AmountEncoder(JSONEncoder):
    """REST framework's encoder, which looks for numbers first: most values of a page of the store are amounts."""

    def default(self, obj: Any) -> Any:
        """Return a value that can be encoded."""
        return float(obj) if type(obj) is Decimal else super().default(obj)


class AmountRenderer(JSONRenderer):
    """REST framework's renderer with that encoder. The bytes are the same."""

    encoder_class = AmountEncoder


def with_amounts(renderers: list[BaseRenderer]) -> list[BaseRenderer]:
    """Return the renderers with REST framework's own JSON renderer replaced; subclasses of it are left alone."""
    return [
        AmountRenderer() if type(renderer) is JSONRenderer and JSONRenderer.encoder_class is JSONEncoder else renderer
        for renderer in renderers
    ]
