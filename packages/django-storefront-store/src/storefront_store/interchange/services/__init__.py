"""Import and export of catalogues."""

from __future__ import annotations

from storefront_store.interchange.errors import UnreadableFile
from storefront_store.interchange.presets import PRESETS
from storefront_store.interchange.services.exporting import FORMATS, export_catalogue, export_workbook
from storefront_store.interchange.services.importing import import_catalogue
from storefront_store.interchange.services.options import KEYS, Options
from storefront_store.interchange.services.summary import Result, RowReport, Summary

__all__ = [
    "FORMATS",
    "KEYS",
    "PRESETS",
    "Options",
    "Result",
    "RowReport",
    "Summary",
    "UnreadableFile",
    "export_catalogue",
    "export_workbook",
    "import_catalogue",
]
