"""Synchronisation of payments and refunds of unknown status with the providers."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

from django.utils import timezone
from payments import PaymentStatus

from storefront_store.exceptions import StoreError
from storefront_store.payments.conf import app_settings
from storefront_store.payments.exceptions import PaymentRefused
from storefront_store.payments.models import Payment
from storefront_store.payments.providers.drafts import PaymentDraft, draft_of
from storefront_store.payments.providers.gateway import Gateway, gateway
from storefront_store.payments.services import payments, recording, refunds
from storefront_store.services.transactions import using

logger: Final = logging.getLogger(__name__)


def unsure() -> list[int]:
    """Return the keys of payments that have been open for longer than ``SYNC_AFTER_MINUTES``."""
    overdue = timezone.now() - timedelta(minutes=app_settings.SYNC_AFTER_MINUTES)
    opened = Payment.objects.using(using()).filter(status__in=Payment.OPEN, created_at__lt=overdue)
    return list(opened.order_by("pk").values_list("pk", flat=True))


def sync(*, dry_run: bool = False, advance: Callable[[int], object] = lambda done: None) -> Counter[str]:
    """Request the status of open payments, and carry out unsettled refunds.

    Each is processed separately; a failure is logged, and the next run tries again.

    Args:
        dry_run: Whether to count without calling providers.
        advance: Called with the number of rows processed since the last call.

    Returns:
        The numbers of payments and refunds by their current state, such as ``"payment captured"``.
    """
    payment_ids, refund_ids = unsure(), refunds.unsettled()
    if dry_run:
        return Counter({"payment open": len(payment_ids), "refund pending": len(refund_ids)})
    counts: Counter[str] = Counter()
    for kind, keys, step in (("payment", payment_ids, sync_payment), ("refund", refund_ids, _sync_refund)):
        for key in keys:
            try:
                counts[f"{kind} {step(key)}"] += 1
            except StoreError as error:
                logger.warning("The %s %s could not be settled: %s", kind, key, error)
                counts[f"{kind} unknown"] += 1
            advance(1)
    return +counts


def _sync_refund(refund_id: Any) -> str:
    return refunds.carry_out_one(refund_id, again=True).status


def sync_payment(payment_id: int) -> str:
    """Request the status of one open payment and record it.

    A payment whose order was cancelled or deleted is closed at the provider, so that it can't be paid any more. If the
    provider can't return the status, the payment fails after ``EXPIRE_AFTER_HOURS``; later callbacks are still
    accepted.

    Returns:
        The current status of the payment.

    Raises:
        ProviderUnavailable: If the provider can't be reached.
    """
    payment = Payment.objects.using(using()).get(pk=payment_id)
    provider, draft = gateway(payment.variant), draft_of(payment)
    _look_up(provider, draft)
    if draft.status in {PaymentStatus.WAITING, PaymentStatus.INPUT}:
        if not payments.is_wanted(payment) and provider.void(draft):
            draft.change_status(PaymentStatus.CANCELLED, "The order was cancelled")
        elif payment.created_at < _expiry():
            draft.change_status(PaymentStatus.CANCELLED, "Nothing was heard of this payment")
    recorded = recording.record(payment.pk, draft)
    refunds.carry_out(recorded.refunds)
    return recorded.payment.status


def _look_up(provider: Gateway, draft: PaymentDraft) -> None:
    if not provider.can_look_up:
        return
    try:
        provider.look_up(draft)
    except PaymentRefused:
        logger.warning("The provider of %s does not know payment %s", draft.variant, draft.pk)


def _expiry() -> datetime:
    return timezone.now() - timedelta(hours=app_settings.EXPIRE_AFTER_HOURS)
