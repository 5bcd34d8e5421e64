"""Catalogues from and to files."""

from __future__ import annotations

from storefront_store.services.catalogue_io.errors import UnreadableFile
from storefront_store.services.catalogue_io.exporting import FORMATS, export_catalogue
from storefront_store.services.catalogue_io.importing import KEYS, Options, Summary, import_catalogue
from storefront_store.services.catalogue_io.presets import PRESETS

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
