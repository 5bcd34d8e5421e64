"""The JSON renderer of the store's views."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from rest_framework.compat import SHORT_SEPARATORS
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.utils.encoders import JSONEncoder


class AmountRenderer(JSONRenderer):
    """REST framework's renderer for data whose only values that JSON lacks are numbers. The bytes are the same.

    Such data are encoded without a call of Python for each number. All other data, and indented JSON, are rendered by
    REST framework.
    """

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> bytes:
        """Return the data as JSON."""
        if data is None or self.get_indent(accepted_media_type or "", renderer_context or {}) is not None:
            return super().render(data, accepted_media_type, renderer_context)
        try:
            text = json.dumps(
                data,
                default=Decimal.__float__,  # raises a TypeError for everything but a Decimal
                ensure_ascii=self.ensure_ascii,
                check_circular=False,  # costs a sixth; the renderer of REST framework reports such data
                allow_nan=not self.strict,
                separators=SHORT_SEPARATORS if self.compact else None,
            )
        except (TypeError, ValueError, RecursionError):
            return super().render(data, accepted_media_type, renderer_context)
        return text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029").encode()


def with_amounts(renderers: list[BaseRenderer]) -> list[BaseRenderer]:
    """Return the renderers with REST framework's own JSON renderer replaced; subclasses of it are left alone."""
    return [
        AmountRenderer() if type(renderer) is JSONRenderer and JSONRenderer.encoder_class is JSONEncoder else renderer
        for renderer in renderers
    ]
