"""Summaries of variant groups, for lists that show one product of each group."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from storefront_store.conf import get_model
from storefront_store.pricing import PriceBook


def offers_by_group(keys: Iterable[Any], prices: PriceBook, using: str | None = None) -> dict[Any, dict[str, Any]]:
    """Return the title, the number of variants and the range of prices of groups, in one query.

    Args:
        keys: The primary keys of the groups; ``None`` is ignored.
        prices: The prices of the request.
        using: The alias of the database; by default the default database.

    Returns:
        ``title``, ``count``, ``price_from`` and ``price_to`` by the key of the group, for variants on sale. Groups
        without such variants are missing.
    """
    wanted = {key for key in keys if key is not None}
    if not wanted:
        return {}
    products = get_model("Product")._default_manager.using(using).active().filter(group__in=wanted)
    rows = list(prices.annotate(products.select_related("group").order_by("pk")))
    prices.load(rows)
    offers: dict[Any, dict[str, Any]] = {}
    for row in rows:
        price = float(prices.price(row).effective)
        offer = offers.setdefault(
            row.group_id, {"title": row.group.title, "count": 0, "price_from": price, "price_to": price}
        )
        offer["count"] += 1
        offer["price_from"] = min(offer["price_from"], price)
        offer["price_to"] = max(offer["price_to"], price)
    return offers
