"""Catalogues from and to files."""

from __future__ import annotations

from storefront_store.interchange.services.errors import UnreadableFile
from storefront_store.interchange.services.exporting import FORMATS, export_catalogue
from storefront_store.interchange.services.importing import KEYS, Options, Summary, import_catalogue
from storefront_store.interchange.services.presets import PRESETS

__all__ = [
    "FORMATS",
    "KEYS",
    "PRESETS",
    "Options",
    "Summary",
    "UnreadableFile",
    "export_catalogue",
    "import_catalogue",
]
