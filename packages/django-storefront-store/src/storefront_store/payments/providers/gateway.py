"""Calls to providers, whose exceptions are converted to those of this app."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.core.exceptions import SuspiciousOperation
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string
from payments import PaymentError, RedirectNeeded
from payments.core import BasicProvider

from storefront_store.exceptions import NotFound
from storefront_store.payments.conf import app_settings
from storefront_store.payments.exceptions import InvalidCallback, PaymentRefused, ProviderUnavailable
from storefront_store.payments.providers.drafts import PaymentDraft
from storefront_store.services.transactions import using

logger: Final = logging.getLogger(__name__)


@dataclass(frozen=True)
class Gateway:
    """The provider of a variant of django-payments.

    The methods work on drafts and must be called outside of transactions, because they may access the network.

    Attributes:
        name: The name of the variant.
        provider: An instance of the provider's class.
    """

    name: str
    provider: BasicProvider

    def start(self, draft: PaymentDraft, data: Any = None) -> Any:
        """Start the payment, or continue with the customer's input.

        Args:
            draft: The payment.
            data: The form that the customer posted.

        Returns:
            The URL to which the customer is redirected, or a Django form to show.

        Raises:
            PaymentRefused: If the provider refused.
            ProviderUnavailable: If the outcome is unknown.
        """
        with _provider_errors():
            try:
                return self.provider.get_form(draft, data=data)
            except RedirectNeeded as redirect:
                return str(redirect)

    def token_of(self, request: HttpRequest) -> str:
        """Return the token of the payment that a callback concerns.

        Raises:
            InvalidCallback: If it is not signed by the provider, or concerns no payment.
        """
        with _callback_errors():
            return str(self.provider.get_token_from_request(payment=None, request=request))

    def read(self, draft: PaymentDraft, request: HttpRequest) -> HttpResponse:
        """Update the draft from a callback.

        Returns:
            The response to the provider or to the returning customer.

        Raises:
            InvalidCallback: If the provider doesn't accept it.
            ProviderUnavailable: If the provider had to be called and was unavailable.
        """
        with _callback_errors():
            response: HttpResponse = self.provider.process_data(draft, request)
            return response

    def refund(self, draft: PaymentDraft, amount: Decimal, key: str) -> None:
        """Refund money.

        Args:
            draft: The payment.
            amount: The amount.
            key: The idempotency key of the refund, for providers that support it.

        Raises:
            PaymentRefused: If the provider refused.
            ProviderUnavailable: If the outcome is unknown.
        """
        draft.attrs.refund_key = key
        with _provider_errors():
            self.provider.refund(draft, amount)

    @property
    def repeats_safely(self) -> bool:
        """Whether a refund requested twice with the same key is paid once."""
        return bool(getattr(self.provider, "idempotent_refunds", False))

    def find_refund(self, draft: PaymentDraft, key: str) -> bool | None:
        """Return whether the provider has paid the refund with that key; None if it can't be queried.

        Raises:
            ProviderUnavailable: If it can't be reached.
        """
        find: Callable[[PaymentDraft, str], bool] | None = getattr(self.provider, "find_refund", None)
        if find is None:
            return None
        with _provider_errors():
            return find(draft, key)

    @property
    def can_look_up(self) -> bool:
        """Whether the provider can be queried for the status of a payment."""
        return callable(getattr(self.provider, "lookup", None))

    def look_up(self, draft: PaymentDraft) -> None:
        """Request the status of the payment, and store it in the draft.

        Raises:
            PaymentRefused: If the provider doesn't know the payment.
            ProviderUnavailable: If it can't be reached.
        """
        lookup: Callable[[PaymentDraft], None] = self.provider.lookup
        with _provider_errors():
            lookup(draft)

    def void(self, draft: PaymentDraft) -> bool:
        """Request that the provider closes the payment; return whether it did."""
        try:
            with _provider_errors():
                self.provider.cancel(draft)
        except (PaymentRefused, ProviderUnavailable):
            return False
        return True


@contextmanager
def _provider_errors() -> Iterator[None]:
    _require_no_transaction()
    try:
        yield
    except (ProviderUnavailable, RedirectNeeded):
        raise
    except PaymentError as error:
        logger.warning("A payment provider refused: %s", error)
        raise PaymentRefused from error
    except Exception as error:  # the libraries of the providers may raise any exception
        logger.exception("A payment provider failed")
        raise ProviderUnavailable from error


def _require_no_transaction() -> None:
    """Raise RuntimeError in a transaction, which would hold its locks during network access."""
    with transaction.atomic(using=using(), durable=True):
        pass


@contextmanager
def _callback_errors() -> Iterator[None]:
    _require_no_transaction()
    try:
        yield
    except (ProviderUnavailable, SuspiciousOperation):
        raise
    except PaymentError as error:
        raise InvalidCallback from error
    except OSError as error:  # exceptions of requests and urllib for network errors
        logger.warning("A payment provider could not be asked about a callback", exc_info=error)
        raise ProviderUnavailable from error
    except Exception as error:  # any exception of the library, such as for an invalid signature or body
        logger.warning("A callback could not be read", exc_info=error)
        raise InvalidCallback from error


def gateway(variant: str) -> Gateway:
    """Return the gateway of a variant.

    Raises:
        NotFound: If there is no such variant.
    """
    config = app_settings.VARIANTS.get(variant)
    if config is None:
        raise NotFound
    provider_class = import_string(config["PROVIDER"])
    return Gateway(variant, provider_class(**config.get("OPTIONS", {})))
