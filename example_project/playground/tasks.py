"""A task that takes its time."""

from __future__ import annotations

import logging
import time
from typing import Final

from celery import shared_task

logger = logging.getLogger(__name__)

SECONDS: Final = 3


@shared_task
def notify_customers(message: str) -> None:
    """Pretend to send a message to very many people."""
    logger.info("Sending 10,000 mails: %s", message)
    time.sleep(SECONDS)
    logger.info("All mails are sent")
