"""Use cases of the variants of a group."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import product as combinations
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from storefront_store.conf import get_model
from storefront_store.models import AbstractProduct, AbstractProductGroup, CatalogueVersion
from storefront_store.options import normalise, options_digest, validate_options
from storefront_store.pricing import PriceBook
from storefront_store.services.transactions import use_case
from storefront_store.types import AnyUser, Key

MAX_VARIANTS: Final = 500  # maximum number of variants of a group created at once


def attach_variants(product: AbstractProduct, *, user: AnyUser | None, prices: PriceBook) -> None:
    """Set ``product.variants`` to the priced products of its group, with one statement.

    Args:
        product: A product. Without a group, it has no variants.
        user: The user; only products visible to the user are included.
        prices: The prices of the request.
    """
    using = product._state.db
    found = variants_of(product.group_id, user=user, prices=prices, using=using)
    product.variants = found  # type: ignore[attr-defined]


def variants_of(
    group: Key | None, *, user: AnyUser | None, prices: PriceBook, using: str | None
) -> list[AbstractProduct]:
    """Return the priced products of a group, with the group, in one statement.

    Args:
        group: The key of the group; None has no variants.
        user: The user; only products visible to the user are included.
        prices: The prices of the request.
        using: The alias of the database.
    """
    if group is None:
        return []
    rows = get_model("Product")._default_manager.using(using).visible_to(user)
    found: list[AbstractProduct] = list(prices.annotate(rows.variants_of(group).select_related("group")))
    prices.attach(found)
    return found


def check_names(group: AbstractProductGroup, varies_by: Sequence[str]) -> None:
    """Validate a change of the option names of a group that has variants.

    The order of the names may always be changed.

    Raises:
        ValidationError: If there are variants and their option names would differ from those of the group.
    """
    variants = get_model("Product")._default_manager.filter(group=group.pk)
    if sorted(varies_by) != sorted(group.varies_by) and variants.exists():
        raise ValidationError(
            _("The group has variants with the options %(names)s, so that only their order can change."),
            code="has_variants",
            params={"names": ", ".join(group.varies_by) or _("none")},
        )


@use_case
def make_variants(
    group: AbstractProductGroup, values: Mapping[str, Iterable[str]], *, template: AbstractProduct
) -> list[AbstractProduct]:
    """Create a product for each combination of ``values`` that the group does not have yet.

    Args:
        group: The group.
        values: The values of each of the group's options, such as ``{"Colour": ["Red", "Blue"], "Size": ["M"]}``.
        template: An unsaved product with the common values of the variants, such as collection, price and description.
            The title of each variant is the template's followed by the values; its SKU is empty and its stock 0.

    Returns:
        The new products.

    Raises:
        ValidationError: If there are too many combinations, or a value is invalid.
    """
    get_model("ProductGroup")._base_manager.select_for_update().get(pk=group.pk)
    tables = [_distinct(values.get(name, ())) for name in group.varies_by]
    number = 1
    for table in tables:
        number *= len(table)
    if number > MAX_VARIANTS:
        raise ValidationError(
            _("These are %(number)s combinations; at most %(limit)s can be made at once."),
            code="too_many",
            params={"number": number, "limit": MAX_VARIANTS},
        )
    variants = get_model("Product")._default_manager.filter(group=group.pk)
    known = set(variants.values_list("options_digest", flat=True))
    made = []
    for combination in combinations(*tables):
        options = dict(zip(group.varies_by, combination, strict=True))
        validate_options(options)
        if options and options_digest(options) not in known:
            made.append(_copy(template, group, options))
    created = get_model("Product")._default_manager.bulk_create(made)
    if created:
        CatalogueVersion.objects.bump()
    return created


def _distinct(values: Iterable[str]) -> list[str]:
    """Return the distinct values in order, each in the spelling that occurs first."""
    found: dict[str, str] = {}
    for value in values:
        found.setdefault(normalise(value), value.strip())
    return list(found.values())


def _copy(template: Any, group: Any, options: Mapping[str, str]) -> Any:
    shared = {
        field.attname: getattr(template, field.attname)
        for field in template._meta.concrete_fields
        if not (field.primary_key or field.generated)
        and field.name not in {"sku", "inventory", "group", "options", *template.SUMMARIES}
    }
    product = type(template)(**shared, group=group, options=dict(options), inventory=0)
    suffix = ", ".join(options.values())
    product.title = f"{template.title[: 253 - len(suffix)]}, {suffix}"[:255]
    product.clean_fields(exclude={"collection", "group"})
    return product
