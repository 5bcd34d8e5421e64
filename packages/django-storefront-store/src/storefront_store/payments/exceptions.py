"""What can go wrong with a payment, on top of :mod:`storefront_store.exceptions`."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from storefront_store.exceptions import Busy, Conflict, InvalidInput


class NothingDue(Conflict):
    """There is nothing to pay for the order."""

    code = "nothing_due"
    message: Any = _("There is nothing to pay for this order.")


class PaymentRefused(Conflict):
    """The provider refused the payment or the refund."""

    code = "payment_refused"
    message: Any = _("The payment provider refused this.")


class RefundTooLarge(Conflict):
    """More should be refunded than was captured and not refunded yet."""

    code = "refund_too_large"
    message: Any = _("This is more than can be refunded.")


class AmountMismatch(Conflict):
    """The provider reports another amount or currency than was asked for."""

    code = "amount_mismatch"
    message: Any = _("The amount or the currency is not that of the payment.")


class InvalidCallback(InvalidInput):
    """A callback that the provider did not send, or that can't be understood."""

    code = "invalid_callback"
    message: Any = _("This callback can't be verified.")


class ProviderUnavailable(Busy):
    """The provider can't be reached, or did not say whether it did what it was asked to do."""

    code = "provider_unavailable"
    message: Any = _("The payment provider can't be reached. Please try again.")
