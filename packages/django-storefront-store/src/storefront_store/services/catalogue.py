"""Changes of the catalogue that need more than a ``save()``."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError
from django.db.models import ProtectedError
from django.utils.translation import gettext_lazy as _

from storefront_store.conf import get_model
from storefront_store.exceptions import Protected
from storefront_store.models import CatalogueVersion
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
def clear_inventory(products: Any) -> int:
    """Set the stock of all ``products``, a queryset, to nothing; return how many there were."""
    return _update(products, inventory=0)


@use_case
def set_active(products: Any, *, active: bool) -> int:
    """Put all ``products``, a queryset, on sale or take them off; return how many there were."""
    return _update(products, is_active=active)


def _update(products: Any, **values: Any) -> int:
    keys = list(products.order_by("pk").values_list("pk", flat=True))
    changed = get_model("Product")._base_manager.filter(pk__in=keys).update(**values)
    CatalogueVersion.objects.bump()
    return changed
