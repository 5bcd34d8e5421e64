"""Signal receiver that erases the personal data of payments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.module_loading import import_string

from storefront_store.payments.conf import app_settings
from storefront_store.payments.models import Payment, Refund
from storefront_store.services.batching import BATCH_SIZE
from storefront_store.signals import personal_data_erased


def connect() -> None:
    """Connect the receivers."""
    personal_data_erased.connect(erase_data, dispatch_uid="storefront_store_payments.erase")


def erase_data(customers: Sequence[Any], using: str, **kwargs: Any) -> None:
    """Erase the data that providers and staff stored with the payments of customers.

    Amounts are kept, as well as the references that providers need for refunds.

    Args:
        customers: The primary keys of the customers.
        using: The alias of the database.
        **kwargs: Other arguments of the signal.
    """
    if not customers:
        return
    numbers = [str(number) for number in customers]
    payments = list(Payment.objects.using(using).filter(customer_number__in=numbers).only("variant", "data", "message"))
    if not payments:
        return
    for payment in payments:
        references = _references_of(payment.variant)
        payment.data = {name: value for name, value in payment.data.items() if name in references}
        payment.message = ""
    Payment.objects.using(using).bulk_update(payments, ["data", "message"], batch_size=BATCH_SIZE)
    Refund.objects.using(using).filter(payment__in=payments).update(reason="", message="")


def _references_of(variant: str) -> frozenset[str]:
    """Return the names of the data that the provider of a variant needs for refunds and that identify nobody."""
    config = app_settings.VARIANTS.get(variant)
    provider_class = None if config is None else import_string(config["PROVIDER"])
    return frozenset(getattr(provider_class, "references", ()))
