"""Repair of summaries: product counts of collections, representatives of groups, and ratings.

Use cases, ``save()``, ``delete()`` and bulk writes through the store's querysets keep summaries up to date. Raw SQL
and other managers do not, and a change of the setting ``TRACK_INVENTORY`` changes the representatives of groups.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Model

from storefront_store.conf import get_model
from storefront_store.models import CatalogueVersion
from storefront_store.querysets import summaries
from storefront_store.services.batching import BATCH_SIZE, key_batches
from storefront_store.services.transactions import use_case, using


def summarised_models() -> tuple[type[Model], ...]:
    """Return the models with summaries."""
    return get_model("Collection"), get_model("ProductGroup"), get_model("Product")


def refresh_summaries(
    *, batch_size: int = BATCH_SIZE, dry_run: bool = False, advance: Callable[[int], object] = lambda done: None
) -> int:
    """Repair outdated summaries.

    Args:
        batch_size: Number of rows checked in one transaction.
        dry_run: Whether to count without writing.
        advance: Called with the number of rows processed since the last call.

    Returns:
        The number of incorrect rows.
    """
    wrong = 0
    for model in summarised_models():
        for keys in key_batches(model._base_manager.all(), batch_size):
            found = _wrong(model, keys)
            wrong += len(found)
            if found and not dry_run:
                _mend(model, found)
            advance(len(keys))
    return wrong


def _wrong(model: type[Model], keys: list[Any]) -> list[Any]:
    right = {f"right_{name}": value for name, value in _expressions(model).items()}
    rows = model._base_manager.using(using()).filter(pk__in=keys).annotate(**right)
    names = [field.attname for field in model._meta.concrete_fields if field.name in model.SUMMARIES]  # type: ignore[attr-defined]
    return [
        row.pk for row in rows if any(getattr(row, name) != getattr(row, f"right_{_plain(name)}") for name in names)
    ]


def _plain(name: str) -> str:
    return name.removesuffix("_id")


def _expressions(model: Any) -> dict[str, Any]:
    if model is get_model("Collection"):
        return summaries.counted(model, using())
    make = summaries.chosen if model is get_model("ProductGroup") else summaries.rated
    return make(get_model("Product"), using())


@use_case
def _mend(model: Any, keys: list[Any]) -> None:
    """Repair rows under the lock of the catalogue version."""
    rows = model._base_manager.using(using()).filter(pk__in=keys)
    list(rows.order_by("pk").select_for_update().values_list("pk"))
    CatalogueVersion.objects.db_manager(using()).bump()
    rows.update(**_expressions(model))
