"""Celery tasks that run in the background and every night."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module
from typing import Final

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from store_custom import figures
from store_custom.services import addresses, outbox
from storefront_auth.services.tokens import purge_expired_tokens
from storefront_store.payments.services.sync import sync
from storefront_store.services import carts, idempotency, product_images

import_module(settings.TASK_APPLICATION)  # the application that shared tasks belong to

SEND_SECONDS: Final = 45  # time limit, so that a stopping worker does not wait longer for a mail server


@shared_task(time_limit=SEND_SECONDS)
def send_outbox() -> int:
    """Send the mails that are due, and return their number."""
    return outbox.deliver_due()


@shared_task
def purge_outbox() -> int:
    """Delete mails that were sent more than ``MAIL_DAYS`` ago, and return their number."""
    addresses.forget_unused()
    return outbox.purge()


@shared_task
def purge_carts() -> int:
    """Delete the carts that have not been changed for ``CART_DAYS``, and return their number."""
    return carts.purge_carts(timezone.now() - timedelta(days=settings.CART_DAYS))


@shared_task
def purge_idempotency_records() -> int:
    """Delete expired idempotency records, and return their number."""
    return idempotency.purge()


@shared_task
def purge_tokens() -> int:
    """Delete the records of expired refresh tokens, and return their number."""
    return purge_expired_tokens()


@shared_task
def remove_orphan_images() -> int:
    """Delete image files without a row, for example from a killed process, and return their number."""
    return product_images.remove_orphans()


@shared_task
def sync_payments() -> dict[str, int]:
    """Update pending payments and refunds from the payment providers, and return their numbers by state."""
    return dict(sync())


@shared_task
def refresh_dashboard() -> bool:
    """Compute the figures of the admin's dashboard, if the shop is too large to do so for each page."""
    return figures.refresh()
