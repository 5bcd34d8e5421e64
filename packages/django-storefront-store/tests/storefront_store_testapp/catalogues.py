"""Catalogues of real shops, where there are any: they are nobody's to pass on, so they are not kept here."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[4]
DUMMYJSON = "dummyjson/products.json"
SPREE = "spree/products.csv"
OSCAR = "oscar/books.essential.csv"


def real_catalogue(name: str) -> Path:
    """Return the path of a real catalogue, or skip the test, saying so."""
    folder = Path(os.environ.get("STOREFRONT_CATALOGUES") or REPOSITORY.parent / "shared" / "data")
    path = folder / name
    if not path.is_file():
        pytest.skip(f"no catalogue {name}: name their folder in STOREFRONT_CATALOGUES")
    return path
