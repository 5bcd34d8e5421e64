"""Finds and repairs what is kept of other rows: the numbers of collections, what stands for groups, ratings.

Every use case, ``save()`` and ``delete()``, and the writes of many through the store's querysets keep them right. Raw
SQL does not, nor do other managers; and the setting ``TRACK_INVENTORY`` decides on what stands for a group.
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


def summarised_models() -> tuple[Any, ...]:
    """Return the models that keep something of other rows."""
    return get_model("Collection"), get_model("ProductGroup"), get_model("Product")


def refresh_summaries(
    *, batch_size: int = BATCH_SIZE, dry_run: bool = False, advance: Callable[[int], object] = lambda done: None
) -> int:
    """Work anew what is kept of other rows, where it is wrong.

    Args:
        batch_size: Rows looked at in one transaction.
        dry_run: Count only.
        advance: Told the number of rows dealt with since the last call.

    Returns:
        How many rows were wrong.
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
    """Write under the lock that other writers of the catalogue wait for."""
    rows = model._base_manager.using(using()).filter(pk__in=keys)
    list(rows.order_by("pk").select_for_update().values_list("pk"))
    CatalogueVersion.objects.db_manager(using()).bump()
    rows.update(**_expressions(model))
