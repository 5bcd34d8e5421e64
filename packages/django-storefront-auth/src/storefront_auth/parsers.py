from __future__ import annotations

from rest_framework import parsers


class JSONParser(parsers.JSONParser):
    """Reads JSON."""


class FormParser(parsers.FormParser):
    """Reads forms."""


class MultiPartParser(parsers.MultiPartParser):
    """Reads multipart forms."""
