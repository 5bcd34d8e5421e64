"""Brings payments and refunds whose truth is not known to one truth, by asking the providers."""

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
    """Ask the providers about open payments, and carry out the refunds that are not settled.

    Each is dealt with on its own; one that fails is logged and tried again by the next run.

    Args:
        dry_run: Count only.
        advance: Told the number of rows dealt with since the last call.

    Returns:
        How many payments and refunds there were by the state they are in now, such as ``"payment captured"``.
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
    """Ask the provider about one open payment and record its answer.

    A payment whose order is cancelled or gone is closed at the provider, so that nobody can pay it any more. One that
    the provider can't tell about counts as failed after ``EXPIRE_AFTER_HOURS``; a late callback still counts.

    Returns:
        The status of the payment now.

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
