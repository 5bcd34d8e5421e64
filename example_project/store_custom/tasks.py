"""Tasks: what is done in the background, and what is done every night."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from store_custom.services import addresses, outbox
from storefront_auth.services.tokens import purge_expired_tokens
from storefront_store.payments.services.sync import sync
from storefront_store.services import carts, idempotency, product_images

SEND_SECONDS: Final = 45  # a worker that is asked to stop waits no longer for a mail server


@shared_task(time_limit=SEND_SECONDS)
def send_outbox() -> int:
    """Send the mails that are due; return how many."""
    return outbox.deliver_due()


@shared_task
def purge_outbox() -> int:
    """Delete mails that were sent more than ``MAIL_DAYS`` ago; return how many."""
    addresses.forget_unused()
    return outbox.purge()


@shared_task
def purge_carts() -> int:
    """Delete the carts that nobody has touched for ``CART_DAYS``; return how many."""
    return carts.purge_carts(timezone.now() - timedelta(days=settings.CART_DAYS))


@shared_task
def purge_idempotency_records() -> int:
    """Delete the answers that are too old to be given again; return how many."""
    return idempotency.purge()


@shared_task
def purge_tokens() -> int:
    """Delete the records of refresh tokens that have expired; return how many."""
    return purge_expired_tokens()


@shared_task
def remove_orphan_images() -> int:
    """Delete the files of images that have no row, such as those of a process that was killed; return how many."""
    return product_images.remove_orphans()


@shared_task
def sync_payments() -> dict[str, int]:
    """Ask the payment providers about what is not settled; return how many payments and refunds are in which state."""
    return dict(sync())
