"""Repair of derived columns and search words that raw SQL or ``update()`` left out of date."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from storefront_store.conf import get_model
from storefront_store.models.search import DerivedModel
from storefront_store.services.batching import BATCH_SIZE, key_batches
from storefront_store.services.transactions import use_case


def searched_models() -> tuple[type[DerivedModel], ...]:
    """Return the models with derived columns, groups before products, whose search words include the group's title."""
    return get_model("Collection"), get_model("ProductGroup"), get_model("Product")


def refresh_search_text(
    *, batch_size: int = BATCH_SIZE, dry_run: bool = False, advance: Callable[[int], object] = lambda done: None
) -> int:
    """Repair the sort keys of all collections, groups and products, and the search words of the products.

    Args:
        batch_size: Number of rows checked in one transaction.
        dry_run: Whether to count without writing.
        advance: Called with the number of rows processed since the last call.

    Returns:
        The number of incorrect rows.
    """
    wrong = 0
    for model in searched_models():
        for keys in key_batches(model._default_manager.all(), batch_size):
            wrong += _refresh(model, keys, dry_run=dry_run)
            advance(len(keys))
    return wrong


@use_case
def _refresh(model: Any, keys: list[Any], *, dry_run: bool) -> int:
    """Check and write under a lock, so that concurrent edits are not overwritten by values derived from old ones."""
    rows = model._default_manager.filter(pk__in=keys)
    wrong: int = (rows if dry_run else rows.select_for_update()).refresh_search_text(dry_run=dry_run)
    return wrong
