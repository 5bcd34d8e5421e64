"""The adjuster of vouchers: takes discounts off the price and counts the uses of each voucher."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, ClassVar

from django.db.models import Exists, F, FilteredRelation, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from storefront_store.baskets import Adjustment, AdjustmentKind, Basket
from storefront_store.conf import get_model
from storefront_store.exceptions import InvalidInput
from storefront_store.models import AbstractOrder
from storefront_store.money import ZERO, spread
from storefront_store.services.transactions import using
from storefront_store.vouchers.conf import app_settings
from storefront_store.vouchers.models import Voucher, VoucherRedemption, fold_code

REFUSED = gettext_lazy("This voucher can't be used.")


class Vouchers:
    """Adjuster that subtracts vouchers. Runs no query without codes, and one for a quote with codes.

    A quote needs one more query if a voucher is restricted to some products, and a checkout two more for the uses.
    """

    choices: ClassVar[Sequence[str]] = ("vouchers",)

    def __init__(self) -> None:
        self._found: list[Voucher] = []
        self._numbers: dict[Any, set[int]] = defaultdict(set)

    def adjust(self, basket: Basket, so_far: Sequence[Adjustment]) -> Iterator[Adjustment]:
        """Yield an adjustment for each voucher, in the order of the codes.

        Raises:
            InvalidInput: If there are too many codes, or one can't be used for this basket.
        """
        codes = list(dict.fromkeys(fold_code(code) for code in basket.vouchers))
        if not codes:
            return
        if len(codes) > app_settings.MAX_VOUCHERS:
            message = _("At most %(limit)s vouchers can be used at a time.") % {"limit": app_settings.MAX_VOUCHERS}
            raise InvalidInput(message, field="vouchers")
        vouchers = self._load(codes, basket)
        restricted = [voucher for voucher in vouchers if voucher.is_restricted]  # type: ignore[attr-defined]
        eligible = self._eligible(restricted, basket)
        for voucher in vouchers:
            yield self._discount(voucher, basket, eligible.get(voucher.pk))
        self._found = vouchers

    def placed(self, order: AbstractOrder, basket: Basket, adjustments: Sequence[Adjustment]) -> None:
        """Record the uses of the vouchers, or refuse the order if another order took the last use.

        Raises:
            InvalidInput: If a voucher has no uses left.
        """
        if not self._found:
            return
        keys = sorted(voucher.pk for voucher in self._found)
        rows = Voucher.objects.using(using())
        if len(keys) > 1:
            list(rows.filter(pk__in=keys).order_by("pk").select_for_update().values_list("pk"))
        if rows.filter(pk__in=keys, is_active=True).unused().update(used=F("used") + 1) < len(keys):
            raise _refused()
        if basket.customer is None or basket.customer.user_id is None:
            self._count_again(basket)
        VoucherRedemption.objects.using(using()).bulk_create(
            VoucherRedemption(
                voucher=voucher, order_id=order.pk, holder=holder_of(basket), number=self._next_number(voucher)
            )
            for voucher in sorted(self._found, key=lambda voucher: voucher.pk)
        )

    def cancelled(self, order: AbstractOrder) -> None:
        """Return the uses of a cancelled order."""
        redemptions = VoucherRedemption.objects.using(using()).filter(order_id=order.pk)
        keys = sorted(redemptions.values_list("voucher", flat=True))
        if not keys:
            return
        rows = Voucher.objects.using(using()).filter(pk__in=keys)
        list(rows.order_by("pk").select_for_update().values_list("pk"))
        redemptions.delete()
        rows.filter(used__gt=0).update(used=F("used") - 1)

    def _load(self, codes: Sequence[str], basket: Basket) -> list[Voucher]:
        """Return the vouchers with the holder's numbers of uses, with one statement."""
        own = FilteredRelation("redemptions", condition=Q(redemptions__holder=holder_of(basket)))
        rows = Voucher.objects.using(using()).filter(code_key__in=codes).annotate(own=own)
        by_code: dict[str, Voucher] = {}
        for voucher in rows.annotate(own_number=F("own__number"), is_restricted=_is_restricted()).order_by("pk"):
            found = by_code.setdefault(voucher.code_key, voucher)
            if voucher.own_number is not None:
                self._numbers[found.pk].add(voucher.own_number)
        vouchers = [by_code[code] for code in codes if code in by_code]
        if len(vouchers) < len(codes) or not all(self._is_usable(voucher, basket) for voucher in vouchers):
            raise _refused()
        return vouchers

    def _is_usable(self, voucher: Voucher, basket: Basket) -> bool:
        limit = voucher.max_uses_per_customer
        return voucher.is_in_force(basket.at) and (limit is None or len(self._numbers[voucher.pk]) < limit)

    def _count_again(self, basket: Basket) -> None:
        """Count the uses of a guest again under the lock of the vouchers, because no row of the guest is locked."""
        for voucher in self._found:
            if voucher.max_uses_per_customer is not None:
                uses = VoucherRedemption.objects.using(using()).filter(voucher=voucher, holder=holder_of(basket))
                self._numbers[voucher.pk] = set(uses.values_list("number", flat=True))
                if not self._is_usable(voucher, basket):
                    raise _refused()

    def _next_number(self, voucher: Voucher) -> int:
        """Return the lowest unused number of the holder; of concurrent checkouts, only one can insert it."""
        taken, number = self._numbers[voucher.pk], 1
        while number in taken:
            number += 1
        return number

    def _eligible(self, vouchers: Sequence[Voucher], basket: Basket) -> dict[Any, set[Any]]:
        """Return the products of the basket to which restricted vouchers apply, with one statement."""
        found: dict[Any, set[Any]] = {voucher.pk: set() for voucher in vouchers}
        if not vouchers:
            return found
        products = get_model("Product")._default_manager.using(using()).order_by()
        products = products.filter(pk__in=[line.product.pk for line in basket.lines])
        pairs = products.filter(vouchers__in=found).values_list("vouchers", "pk")
        shelves = products.filter(collection__vouchers__in=found).values_list("collection__vouchers", "pk")
        for voucher, product in pairs.union(shelves).order_by():  # Django 6.1 applies the model's ordering again
            found.get(voucher, set()).add(product)
        return found

    def _discount(self, voucher: Voucher, basket: Basket, products: set[Any] | None) -> Adjustment:
        if basket.subtotal < voucher.minimum_subtotal:
            message = _("This voucher needs a subtotal of at least %(amount)s.")
            raise InvalidInput(message % {"amount": voucher.minimum_subtotal}, field="vouchers")
        weights = [line.amount if products is None or line.product.pk in products else ZERO for line in basket.lines]
        base: Decimal = sum(weights, ZERO)
        if not base and products is not None:
            raise InvalidInput(_("This voucher is for other products."), field="vouchers")
        amount = -voucher.discount_on(base)
        return Adjustment(
            kind=AdjustmentKind.DISCOUNT.value,
            label=_("Voucher %(code)s") % {"code": voucher.code},
            amount=amount,
            reference=voucher.code,
            parts=spread(amount, weights),
        )


def holder_of(basket: Basket) -> str:
    """Return the holder whose uses are counted: a digest of the customer, or of a guest's e-mail address."""
    customer = basket.customer
    if customer is not None and customer.user_id is not None:
        whose = f"customer {customer.pk}"
    elif basket.email:
        whose = f"email {basket.email.casefold()}"
    else:
        whose = f"customer {customer.pk}" if customer is not None else "nobody"
    return hashlib.sha256(whose.encode()).hexdigest()


def _is_restricted() -> Any:
    links = [Voucher.products.through, Voucher.collections.through]
    products, collections = (Exists(link._default_manager.filter(voucher=OuterRef("pk"))) for link in links)
    return products | collections


def _refused() -> InvalidInput:
    return InvalidInput(REFUSED, field="vouchers")
