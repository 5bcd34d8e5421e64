"""Asks a provider, and turns whatever it raises into the errors of this app."""

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
    """A provider of django-payments by the name of its variant.

    Every method works on a draft and belongs outside of transactions: it may call the network.

    Attributes:
        name: The variant.
        provider: An instance of the provider's class.
    """

    name: str
    provider: BasicProvider

    def start(self, draft: PaymentDraft, data: Any = None) -> Any:
        """Begin the payment, or go on with what the customer entered.

        Args:
            draft: The payment.
            data: The form that the customer posted.

        Returns:
            The address to send the customer to, or a Django form to show.

        Raises:
            PaymentRefused: If the provider refused.
            ProviderUnavailable: If it is not known what it did.
        """
        with _provider_errors():
            try:
                return self.provider.get_form(draft, data=data)
            except RedirectNeeded as redirect:
                return str(redirect)

    def token_of(self, request: HttpRequest) -> str:
        """Return the token of the payment that a callback is about.

        Raises:
            InvalidCallback: If it is not signed by the provider, or names no payment.
        """
        with _callback_errors():
            return str(self.provider.get_token_from_request(payment=None, request=request))

    def read(self, draft: PaymentDraft, request: HttpRequest) -> HttpResponse:
        """Let the provider read a callback into the draft.

        Returns:
            What to answer to the provider or to the returning customer.

        Raises:
            InvalidCallback: If the provider doesn't accept it.
            ProviderUnavailable: If the provider had to be asked and was not there.
        """
        with _callback_errors():
            response: HttpResponse = self.provider.process_data(draft, request)
            return response

    def refund(self, draft: PaymentDraft, amount: Decimal, key: str) -> None:
        """Pay money back.

        Args:
            draft: The payment.
            amount: How much.
            key: Tells this refund from others, so that a provider which keeps keys pays it once.

        Raises:
            PaymentRefused: If the provider refused.
            ProviderUnavailable: If it is not known whether it did.
        """
        draft.attrs.refund_key = key
        with _provider_errors():
            self.provider.refund(draft, amount)

    @property
    def repeats_safely(self) -> bool:
        """Whether a refund asked for twice under the same key is paid once."""
        return bool(getattr(self.provider, "idempotent_refunds", False))

    def find_refund(self, draft: PaymentDraft, key: str) -> bool | None:
        """Tell whether the provider has paid the refund of that key; None if it can't be asked.

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
        """Whether the provider can be asked where a payment stands."""
        return callable(getattr(self.provider, "lookup", None))

    def look_up(self, draft: PaymentDraft) -> None:
        """Ask the provider where the payment stands, and keep the answer in the draft.

        Raises:
            PaymentRefused: If the provider doesn't know the payment.
            ProviderUnavailable: If it can't be reached.
        """
        lookup: Callable[[PaymentDraft], None] = self.provider.lookup
        with _provider_errors():
            lookup(draft)

    def void(self, draft: PaymentDraft) -> bool:
        """Ask the provider to accept no money for the payment any more; tell whether it agreed."""
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
    except Exception as error:  # the libraries of the providers raise what they like
        logger.exception("A payment provider failed")
        raise ProviderUnavailable from error


def _require_no_transaction() -> None:
    """Raise RuntimeError inside a transaction: it would hold its locks while the network is waited for."""
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
    except OSError as error:  # what requests and urllib raise if the network fails
        logger.warning("A payment provider could not be asked about a callback", exc_info=error)
        raise ProviderUnavailable from error
    except Exception as error:  # a wrong signature, a body that can't be read: whatever the library raises
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
