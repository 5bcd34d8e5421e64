"""Refunds: reserve the amount, commit, call the provider and record its response.

Reserved amounts count as refunded immediately, so concurrent refunds can't exceed the captured amount.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from storefront_store.exceptions import InvalidInput, StoreError
from storefront_store.payments.conf import app_settings
from storefront_store.payments.exceptions import NothingDue, PaymentRefused, RefundTooLarge
from storefront_store.payments.models import Payment, Refund
from storefront_store.payments.providers.drafts import draft_of
from storefront_store.payments.providers.gateway import gateway
from storefront_store.payments.services import recording
from storefront_store.services import orders
from storefront_store.services.transactions import use_case, using
from storefront_store.types import AnyUser, Key

logger: Final = logging.getLogger(__name__)

MAX_AMOUNT = Decimal(10) ** 13  # columns have 15 digits, two of them cents
NAMESPACE = uuid.UUID("6f9f6a4e-35f4-4c1c-9a55-6b2f0a1d7d11")  # maximum length of the keys chosen by clients


def refund_order(
    order_id: Key,
    amount: Decimal | None = None,
    *,
    reason: str = "",
    user: AnyUser | None = None,
    key: str | None = None,
) -> list[Refund]:
    """Refund money of an order, from its payments in the order in which they were started.

    Must not be called in a transaction, because the provider is called between two of them.

    Args:
        order_id: The order.
        amount: The amount; by default all that is left.
        reason: The reason, stored with the refund.
        user: The user who refunds; None for the system.
        key: An idempotency key. A repeated call with the same key refunds nothing more.

    Returns:
        The refunds, one for each payment concerned. A refund refused by the provider has failed; one with an unknown
        outcome is under way.

    Raises:
        NotFound: If there is no such order.
        InvalidInput: If the amount is not positive, or has more than two decimals.
        NothingDue: If nothing is left to refund.
        RefundTooLarge: If less is left than ``amount``.
    """
    if amount is not None:
        _check_amount(amount)
    claimed = _claim(order_id, amount, reason, user, key)
    carry_out(refund.pk for refund in claimed)
    return _read([refund.pk for refund in claimed])


def refund_payment(
    payment_id: int, amount: Decimal | None = None, *, reason: str = "", user: AnyUser | None = None
) -> Refund:
    """Refund money of one payment; see :func:`refund_order`."""
    if amount is not None:
        _check_amount(amount)
    refund = _claim_from(payment_id, amount, reason, user)
    carry_out([refund.pk])
    return _read([refund.pk])[0]


def _check_amount(amount: Decimal) -> None:
    if not amount.is_finite() or not 0 < amount < MAX_AMOUNT or amount != round(amount, 2):
        raise InvalidInput(_("This is not an amount."), field="amount")


@use_case
def _claim(order_id: Any, amount: Decimal | None, reason: str, user: Any, key: str | None) -> list[Refund]:
    order = orders.lock_order(order_id)
    payments = recording.lock_payments(order)
    keys = {payment.pk: uuid.uuid5(NAMESPACE, f"{payment.pk} {key}") if key else None for payment in payments}
    if key is not None:
        repeated = list(
            Refund.objects.using(using()).filter(key__in=[value for value in keys.values() if value]).order_by("pk")
        )
        if repeated:
            return repeated
    left = sum((payment.refundable for payment in payments), Decimal(0))
    wanted = left if amount is None else amount
    if left <= 0 and amount is None:
        raise NothingDue(_("There is nothing to refund."))
    if wanted > left:
        raise RefundTooLarge
    claimed = []
    for payment in payments:
        part = min(wanted, payment.refundable)
        if part > 0:
            claimed.append(recording.reserve(payment, part, reason=reason, user=user, key=keys[payment.pk]))
            wanted -= part
    return claimed


@use_case
def _claim_from(payment_id: Any, amount: Decimal | None, reason: str, user: Any) -> Refund:
    payment, _order = recording.lock_payment(payment_id)
    wanted = payment.refundable if amount is None else amount
    if wanted <= 0:
        raise NothingDue(_("There is nothing to refund."))
    if wanted > payment.refundable:
        raise RefundTooLarge
    return recording.reserve(payment, wanted, reason=reason, user=user)


def carry_out(refund_ids: Iterable[int]) -> None:
    """Request reserved refunds from the providers. Those with an unknown outcome are left to ``sync_payments``."""
    for refund_id in refund_ids:
        try:
            carry_out_one(refund_id)
        except StoreError as error:
            logger.warning("Refund %s is not settled: %s", refund_id, error)


def carry_out_one(refund_id: int, *, again: bool = False) -> Refund:
    """Request one refund from the provider.

    Args:
        refund_id: The refund.
        again: Whether to repeat an earlier request. It is not repeated if the provider would pay twice; the payment is
            then flagged for staff.

    Returns:
        The updated refund.

    Raises:
        NotFound: If there is no such refund.
        ProviderUnavailable: If the outcome is unknown; the refund stays under way.
    """
    refund = _attempt(refund_id, again)
    if refund is None:
        return _read([refund_id])[0]
    provider, draft = gateway(refund.payment.variant), draft_of(refund.payment)
    try:
        if not (again and provider.find_refund(draft, str(refund.key))):
            provider.refund(draft, refund.amount, str(refund.key))
    except PaymentRefused as error:
        return _settle(refund.pk, paid=False, message=str(error.__cause__ or error))
    return _settle(refund.pk, paid=True, reference=str(getattr(draft.attrs, "refund_id", "")))


@use_case
def _attempt(refund_id: Any, again: bool) -> Refund | None:
    """Claim a refund for a request; None if it is settled or claimed by another process."""
    payment_id: Any = Refund.objects.using(using()).filter(pk=refund_id).values_list("payment_id", flat=True).first()
    payment, _order = recording.lock_payment(payment_id)
    refund = Refund.objects.using(using()).get(pk=refund_id)
    if refund.status != Refund.Status.PENDING or (refund.attempted_at and not again):
        return None
    if refund.attempted_at and not gateway(payment.variant).repeats_safely:
        if payment.attention != Payment.Attention.REFUND_UNKNOWN:
            recording.flag(payment, Payment.Attention.REFUND_UNKNOWN)
            payment.save()
        return None
    refund.payment = payment
    refund.attempted_at = timezone.now()
    refund.save(update_fields=["attempted_at"])
    return refund


@use_case
def _settle(refund_id: Any, *, paid: bool, message: str = "", reference: str = "", user: Any = None) -> Refund:
    payment_id: Any = Refund.objects.using(using()).filter(pk=refund_id).values_list("payment_id", flat=True).first()
    payment, order = recording.lock_payment(payment_id)
    refund = Refund.objects.using(using()).select_related("actor").get(pk=refund_id)
    if refund.status != Refund.Status.PENDING:
        return refund
    refund.payment = payment
    refund.reference = recording.clean(reference)
    if paid:
        recording.finish(payment, order, refund, user=user or refund.actor)
    else:
        recording.release(payment, refund, message)
    payment.save()
    return refund


def settle_refund(refund_id: int, *, paid: bool, user: AnyUser | None = None) -> Refund:
    """Record the outcome of a refund as found out by staff at the provider.

    Args:
        refund_id: The refund.
        paid: Whether the provider has paid it.
        user: The user who records it.

    Returns:
        The refund.
    """
    return _settle(refund_id, paid=paid, message="" if paid else str(_("By staff")), user=user)


def unsettled() -> list[int]:
    """Return the keys of refunds under way that were not requested yet, or whose response is overdue."""
    overdue = timezone.now() - timedelta(minutes=app_settings.SYNC_AFTER_MINUTES)
    pending = Refund.objects.using(using()).filter(status=Refund.Status.PENDING, created_at__lt=overdue)
    return list(pending.exclude(attempted_at__gte=overdue).order_by("pk").values_list("pk", flat=True))


def _read(refund_ids: list[Any]) -> list[Refund]:
    found = Refund.objects.using(using()).select_related("payment").filter(pk__in=refund_ids).order_by("pk")
    return list(found)
