"""Catalogue files, read row by row."""

from __future__ import annotations

from storefront_store.interchange.files.base import MISSING, Row, Source, lookup
from storefront_store.interchange.files.opening import Hints, open_source

__all__ = ["MISSING", "Hints", "Row", "Source", "lookup", "open_source"]
