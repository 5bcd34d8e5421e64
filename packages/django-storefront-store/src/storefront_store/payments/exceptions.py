"""Exceptions of payments, in addition to :mod:`storefront_store.exceptions`."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from storefront_store.exceptions import Busy, Conflict, InvalidInput


class NothingDue(Conflict):
    """There is nothing to pay or to refund."""

    code = "nothing_due"
    message: Any = _("There is nothing to pay for this order.")


class PaymentRefused(Conflict):
    """The provider refused the payment or the refund."""

    code = "payment_refused"
    message: Any = _("The payment provider refused this.")


class RefundTooLarge(Conflict):
    """The refund exceeds the captured amount that was not refunded yet."""

    code = "refund_too_large"
    message: Any = _("This is more than can be refunded.")


class AmountMismatch(Conflict):
    """The provider reports another amount or currency than requested."""

    code = "amount_mismatch"
    message: Any = _("The amount or the currency is not that of the payment.")


class InvalidCallback(InvalidInput):
    """A callback was not sent by the provider or is malformed."""

    code = "invalid_callback"
    message: Any = _("This callback can't be verified.")


class ProviderUnavailable(Busy):
    """The provider can't be reached, or the outcome of a request is unknown."""

    code = "provider_unavailable"
    message: Any = _("The payment provider can't be reached. Please try again.")
