"""Summaries of variant groups, for lists that show one product of each group."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, Final

from django.db.models import DecimalField, OuterRef, Subquery, TextField, Value
from django.db.models.functions import Coalesce

from storefront_store.conf import app_settings, get_model
from storefront_store.packed import packed, unpacked
from storefront_store.pricing import PriceBook, PromotionPrices, discounted

ANNOTATIONS: Final = ("group_title", "packed_variants")

Offer = dict[str, Any]


def with_offers(products: Any, at: Any) -> Any:
    """Annotate products with the title of their group, and the prices and discounts of its variants on sale.

    Args:
        products: A queryset of products.
        at: The date and time of the prices.

    Returns:
        The products with ``group_title`` and ``packed_variants``, which is None if the project has its own prices.
    """
    model = products.model
    group = model._meta.get_field("group").related_model
    title = Subquery(group._base_manager.order_by().filter(pk=OuterRef("group")).values("title"))
    if app_settings.PRICE_PROVIDER is not PromotionPrices:
        return products.annotate(group_title=title, packed_variants=Value(None, TextField()))
    variants = model._default_manager.active().filter(group=OuterRef("group")).with_best_discount(at)
    variants = variants.annotate(discount=Coalesce("best_discount", Value(0), output_field=DecimalField()))
    return products.annotate(group_title=title, packed_variants=packed(variants, "unit_price", "discount"))


def set_offers(rows: Sequence[Any], prices: PriceBook) -> None:
    """Set ``group_offer`` of products: title, number of variants, lowest and highest price, for variants on sale.

    It is None for products without a group, and for groups without such variants.

    Args:
        rows: Products, which may have the annotations of :func:`with_offers`.
        prices: The prices of the request.
    """
    unknown = []
    for row in rows:
        row.group_offer = None
        if row.group_id is None:
            continue
        variants = vars(row).get("packed_variants")
        if variants is None:  # not annotated, or longer than the database returns
            unknown.append(row)
        else:
            row.group_offer = _offer(row.group_title, unpacked(variants))
    offers = _offers_by_group({row.group_id for row in unknown}, prices) if unknown else {}
    for row in unknown:
        row.group_offer = offers.get(row.group_id)


def _offer(title: str, variants: Sequence[Sequence[float]]) -> Offer | None:
    """Return the offer of a group, whose variants are given by price and discount, cheapest first."""
    if not variants:
        return None
    highest = {discount: price for price, discount in variants}
    lowest = {discount: price for price, discount in reversed(variants)}
    return {
        "title": title,
        "count": len(variants),
        "price_from": min(_effective(price, discount) for discount, price in lowest.items()),
        "price_to": max(_effective(price, discount) for discount, price in highest.items()),
    }


def _effective(price: float, discount: float) -> float:
    """Return the price after the discount, rounded as other prices are."""
    return float(discounted(Decimal(str(price)), Decimal(str(discount)))) if discount else float(price)


def _offers_by_group(keys: Iterable[Any], prices: PriceBook) -> dict[Any, Offer]:
    """Return the offers of groups by key, with the prices of each variant read by a statement."""
    products = get_model("Product")._default_manager.active().filter(group__in=keys)
    variants = list(prices.annotate(products.select_related("group")))
    prices.load(variants)
    members = defaultdict(list)
    for variant in variants:
        members[variant.group].append(float(prices.price(variant).effective))
    return {
        group.pk: {"title": group.title, "count": len(amounts), "price_from": min(amounts), "price_to": max(amounts)}
        for group, amounts in members.items()
    }
