"""Changes of the catalogue that need more than a ``save()``."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError
from django.db.models import F, ProtectedError, Value
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from storefront_store.conf import get_model
from storefront_store.exceptions import Protected
from storefront_store.models import CatalogueVersion
from storefront_store.services.batching import batches
from storefront_store.services.transactions import use_case


def delete_product(product: Any) -> None:
    """Delete a product that nobody has ordered.

    Raises:
        Protected: If it is in an order.
    """
    message = _("Product cannot be deleted because it is associated with an order item.")
    _delete(product, message)


def delete_collection(collection: Any) -> None:
    """Delete an empty collection.

    Raises:
        Protected: If there are products in it.
    """
    message = _("Collection cannot be deleted because it includes one or more products.")
    _delete(collection, message)


def _delete(instance: Any, message: Any) -> None:
    try:
        use_case(instance.delete)()
    except (ProtectedError, IntegrityError) as error:  # the latter if somebody was quicker
        raise Protected(message) from error


@use_case
def save_details(product: Any, *, inventory_difference: int = 0) -> None:
    """Save a product that somebody has edited, and leave alone the stock which checkouts move meanwhile.

    Args:
        product: The product as it shall be.
        inventory_difference: Units that came into stock, or went if negative. What is left is never below zero.
    """
    fields = [field.name for field in product._meta.concrete_fields if not field.primary_key]
    product.save(update_fields=[name for name in fields if name != "inventory"])
    if inventory_difference:
        rows = get_model("Product")._base_manager.filter(pk=product.pk)
        rows.update(inventory=Greatest(F("inventory") + inventory_difference, Value(0)))
        product.refresh_from_db(fields=["inventory"])


@use_case
def clear_inventory(products: Any) -> int:
    """Set the stock of all ``products``, a queryset, to nothing; return how many there were."""
    return _update(products, inventory=0)


@use_case
def set_active(products: Any, *, active: bool) -> int:
    """Put all ``products``, a queryset, on sale or take them off; return how many there were."""
    return _update(products, is_active=active)


@use_case
def set_hidden(reviews: Any, *, hidden: bool) -> int:
    """Hide all ``reviews``, a queryset, or show them again; return how many there were."""
    return _update(reviews, is_hidden=hidden)


def _update(rows: Any, **values: Any) -> int:
    changed = _update_rows(rows, **values)
    CatalogueVersion.objects.bump()
    return changed


def _update_rows(queryset: Any, **values: Any) -> int:
    """Update by key and in batches: the queryset may be sorted and joined, and match any number of rows."""
    keys = list(queryset.order_by("pk").values_list("pk", flat=True))
    rows = queryset.model._base_manager
    return sum(rows.filter(pk__in=batch).update(**values) for batch in batches(keys))
