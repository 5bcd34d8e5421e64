"""The adjuster of shipping."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import ClassVar

from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from storefront_store.baskets import Adjustment, AdjustmentKind, Basket, Problem, ShippingOffer
from storefront_store.exceptions import InvalidInput
from storefront_store.services.transactions import using
from storefront_store.shipping.conf import app_settings
from storefront_store.shipping.models import ShippingMethod
from storefront_store.statements import PreparedInstances, once


class Shipping:
    """Adjuster that adds the price of the chosen shipping method, and offers the available ones. Runs one query.

    To charge by weight or by other criteria, subclass it and override :meth:`price`.
    """

    choices: ClassVar[Sequence[str]] = ("shipping_method",)

    @cached_property
    def methods(self) -> list[ShippingMethod]:
        """The active methods, read once."""
        return _reading().fetch(using=using())

    def offered(self, basket: Basket) -> list[ShippingMethod]:
        """Return the methods available for a basket and its address."""
        country = basket.address.country if basket.address else ""
        return [method for method in self.methods if method.serves(country)]

    def price(self, method: ShippingMethod, basket: Basket) -> Decimal:
        """Return the price of a method for a basket."""
        return method.price_for(basket.subtotal)

    def adjust(self, basket: Basket, so_far: Sequence[Adjustment]) -> Iterator[Adjustment]:
        """Yield the adjustment for the chosen method.

        Raises:
            InvalidInput: If the method is not offered for this basket.
        """
        if not basket.shipping_method:
            return
        for method in self.offered(basket):
            if str(method.pk) == basket.shipping_method:
                yield Adjustment(
                    kind=AdjustmentKind.SHIPPING.value,
                    label=method.name,
                    amount=self.price(method, basket),
                    taxable=method.taxable,
                    reference=str(method.pk),
                )
                return
        raise InvalidInput(_("This shipping method is not offered."), field="shipping_method")

    def shipping_methods(self, basket: Basket) -> Iterator[ShippingOffer]:
        """Yield the available methods."""
        for method in self.offered(basket):
            yield ShippingOffer(str(method.pk), method.name, self.price(method, basket))

    def problems(self, basket: Basket) -> Iterator[Problem]:
        """Yield a problem if there is an address and no method was chosen, unless ``REQUIRE_SHIPPING`` is off."""
        if app_settings.REQUIRE_SHIPPING and basket.address is not None and not basket.shipping_method:
            detail = str(_("Choose a shipping method."))
            yield Problem("shipping_method_required", detail, field="shipping_method")


@once
def _reading() -> PreparedInstances:
    return PreparedInstances(lambda alias: ShippingMethod.objects.filter(is_active=True))
