"""Recording of providers' reports on the payment and its order, under their locks.

Reports may be repeated, late or out of order. Captured money stays captured, whatever is reported afterwards.
Lock order: the order, then its payments by key.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _
from payments import PaymentStatus

from storefront_store.exceptions import NotFound
from storefront_store.internals import locks_without_key
from storefront_store.models import AbstractOrder, OrderEvent
from storefront_store.payments.conf import app_settings
from storefront_store.payments.models import Payment, Refund
from storefront_store.payments.providers.drafts import PaymentDraft
from storefront_store.payments.signals import payment_needs_attention, refund_done
from storefront_store.services import orders
from storefront_store.services.transactions import after_commit, use_case, using

OPEN: Final = frozenset(Payment.OPEN)
FAILURES: Final[frozenset[str]] = frozenset({PaymentStatus.REJECTED, PaymentStatus.ERROR, PaymentStatus.CANCELLED})
REFUSALS: Final[frozenset[str]] = frozenset({PaymentStatus.REJECTED, PaymentStatus.ERROR})


@dataclass(frozen=True)
class Recorded:
    """The result of recording a report.

    Attributes:
        payment: The updated payment.
        mismatch: Whether the report was rejected, because the amount or currency differs.
        refunds: Keys of refunds that must be carried out after the commit.
    """

    payment: Payment
    mismatch: bool = False
    refunds: tuple[int, ...] = ()


@use_case
def record(payment_id: int, draft: PaymentDraft, *, url: str = "") -> Recorded:
    """Record the provider's report on a payment.

    Args:
        payment_id: The payment.
        draft: The draft changed by the provider.
        url: The URL at which the customer pays, if known.

    Returns:
        The payment, and what is to be done next.

    Raises:
        NotFound: If there is no such payment.
    """
    payment, order = lock_payment(payment_id)
    if _is_mismatch(payment, draft):
        flag(payment, Payment.Attention.AMOUNT_MISMATCH)
        payment.save()
        return Recorded(payment, mismatch=True)
    payment.reference = payment.reference or clean(draft.transaction_id)
    payment.data = {**payment.data, **draft.attrs.as_dict()}
    payment.url = payment.url or url
    refunds = _apply(payment, order, draft)
    payment.save()
    return Recorded(payment, refunds=tuple(refund.pk for refund in refunds))


def lock_payment(payment_id: int) -> tuple[Payment, AbstractOrder | None]:
    """Return a payment and its order, locking the order first; the order is None if it was deleted.

    Raises:
        NotFound: If there is no such payment.
    """
    order_id = Payment.objects.using(using()).filter(pk=payment_id).values_list("order_id", flat=True).first()
    order: AbstractOrder | None = None
    if order_id is not None:
        try:
            order = orders.lock_order(order_id)
        except NotFound:
            order = None
    no_key = locks_without_key(using())
    payment = Payment.objects.using(using()).select_for_update(no_key=no_key).filter(pk=payment_id).first()
    if payment is None:
        raise NotFound
    return payment, order


def lock_payments(order: AbstractOrder) -> list[Payment]:
    """Lock and return all payments of a locked order, in the order in which they were started."""
    no_key = locks_without_key(using())
    payments = Payment.objects.using(using()).select_for_update(no_key=no_key)
    return list(payments.filter(order_id=order.pk).order_by("pk"))


def flag(payment: Payment, reason: Payment.Attention) -> None:
    """Flag a payment for the attention of staff. The caller saves it."""
    payment.attention = reason
    after_commit(lambda: payment_needs_attention.send_robust(Payment, payment=payment))


def write_history(payment: Payment, event: str, amount: Decimal, *, user: AbstractBaseUser | None = None) -> None:
    """Write an event about money to the history of an order, which may have been deleted."""
    OrderEvent.objects.using(using()).create(
        order_number=payment.order_number,
        customer_number=payment.customer_number,
        actor_id="" if user is None else str(user.pk),
        actor_name="" if user is None else user.get_username()[:255],
        event=event,
        new_value=f"{amount} {payment.currency}",
    )


def clean(text: str) -> str:
    """Return a provider's text in a form that a column can store."""
    return text.replace("\x00", "")[:255]


def paid_for(order: AbstractOrder) -> Decimal:
    """Return the amount captured for an order and not refunded, without excess payments."""
    payments = Payment.objects.using(using()).filter(order_id=order.pk, settles=True)
    captured: Decimal = payments.aggregate(sum=Sum("captured"))["sum"] or Decimal(0)
    refunds = Refund.objects.using(using()).filter(payment__in=payments, status=Refund.Status.DONE)
    refunded: Decimal = refunds.aggregate(sum=Sum("amount"))["sum"] or Decimal(0)
    return captured - refunded


def _is_mismatch(payment: Payment, draft: PaymentDraft) -> bool:
    if draft.status != PaymentStatus.CONFIRMED or payment.captured:
        return False
    reported = draft.reported_amount
    if reported is None:  # the library's providers set the captured amount, or zero for the full amount
        reported = draft.captured_amount or payment.amount
    return reported != payment.amount or draft.reported_currency not in (None, payment.currency)


def _apply(payment: Payment, order: AbstractOrder | None, draft: PaymentDraft) -> list[Refund]:
    """Apply the report, unless the payment has a later status."""
    status, opened = draft.status, payment.status in OPEN
    if status == PaymentStatus.CONFIRMED and not payment.captured:
        return _capture(payment, order)
    if status == PaymentStatus.REFUNDED and payment.refundable:
        _note_foreign_refund(payment, order)
    elif status == PaymentStatus.PREAUTH and opened and payment.status != Payment.Status.AUTHORIZED:
        payment.status = Payment.Status.AUTHORIZED
        flag(payment, Payment.Attention.AUTHORIZED)
    elif status in FAILURES and opened:
        _fail(payment, order, draft)
    elif status in {PaymentStatus.WAITING, PaymentStatus.INPUT} and payment.status == Payment.Status.CREATED:
        payment.status = Payment.Status.WAITING
    return []


def _capture(payment: Payment, order: AbstractOrder | None) -> list[Refund]:
    """Record that the money was captured, and mark the order as paid or refund what it does not need."""
    payment.status, payment.captured = Payment.Status.CAPTURED, payment.amount
    payment.message = payment.attention = ""
    write_history(payment, OrderEvent.PAYMENT_CAPTURED, payment.captured)
    reason = _why_unneeded(order)
    if reason is None:
        assert order is not None  # noqa: S101  # the reason would be that it was deleted
        payment.settles = True
        payment.save()
        if paid_for(order) >= order.total:
            orders.change_payment_status(order.pk, orders.COMPLETE)
        return []
    flag(payment, reason)
    if not app_settings.AUTO_REFUND:
        return []
    return [reserve(payment, payment.captured, reason=str(reason.value))]


def _why_unneeded(order: AbstractOrder | None) -> Payment.Attention | None:
    if order is None:
        return Payment.Attention.ORDER_DELETED
    if order.cancelled_at:
        return Payment.Attention.ORDER_CANCELLED
    if order.payment_status in {orders.COMPLETE, orders.REFUNDED}:
        return Payment.Attention.SURPLUS
    return None


def _fail(payment: Payment, order: AbstractOrder | None, draft: PaymentDraft) -> None:
    """Record that the payment failed, also on the order unless another payment is open."""
    payment.status, payment.message = Payment.Status.FAILED, clean(draft.message)
    payment.attention = ""
    if order is None or order.cancelled_at or order.payment_status != orders.PENDING or draft.status not in REFUSALS:
        return
    others = Payment.objects.using(using()).filter(order_id=order.pk, status__in=OPEN).exclude(pk=payment.pk)
    if not others.exists():
        orders.change_payment_status(order.pk, orders.FAILED)


def _note_foreign_refund(payment: Payment, order: AbstractOrder | None) -> None:
    """Record that the rest was refunded at the provider."""
    refund = reserve(payment, payment.refundable, reason=str(_("By the provider")))
    finish(payment, order, refund, user=None)


def reserve(
    payment: Payment,
    amount: Decimal,
    *,
    reason: str = "",
    user: AbstractBaseUser | None = None,
    key: UUID | None = None,
) -> Refund:
    """Reserve money of a locked payment for a refund. The caller saves the payment."""
    payment.refunded += amount
    actor: Any = user  # mypy only knows the configured user model
    refund = Refund(payment=payment, amount=amount, reason=reason[:255], actor=actor)
    if key is not None:
        refund.key = key
    # the constraint that no more is refunded than captured is checked before the refund is created
    Payment.objects.using(using()).filter(pk=payment.pk).update(
        captured=payment.captured, refunded=payment.refunded, status=payment.status
    )
    refund.save(using=using())
    return refund


def finish(payment: Payment, order: AbstractOrder | None, refund: Refund, *, user: AbstractBaseUser | None) -> None:
    """Record that a refund was paid, on the locked payment and order. The caller saves the payment."""
    refund.status = Refund.Status.DONE
    refund.save(using=using())
    done = payment.refunds.using(using()).filter(status=Refund.Status.DONE).aggregate(sum=Sum("amount"))["sum"]
    if done == payment.captured:
        payment.status = Payment.Status.REFUNDED
        payment.attention = ""
    write_history(payment, OrderEvent.PAYMENT_REFUNDED, refund.amount, user=user)
    after_commit(lambda: refund_done.send_robust(Refund, refund=refund))
    if order is None or not payment.settles or order.cancelled_at or order.payment_status != orders.COMPLETE:
        return
    if paid_for(order) <= 0:
        orders.change_payment_status(order.pk, orders.REFUNDED, user=user)


def release(payment: Payment, refund: Refund, message: str) -> None:
    """Record that a refund was not paid, on the locked payment. The caller saves the payment."""
    refund.status, refund.message = Refund.Status.FAILED, clean(message)
    refund.save(using=using())
    payment.refunded -= refund.amount
    flag(payment, Payment.Attention.REFUND_FAILED)
