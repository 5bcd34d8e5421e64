"""A long-running task."""

from __future__ import annotations

import logging
import time
from typing import Final

from celery import shared_task

logger = logging.getLogger(__name__)

SECONDS: Final = 3


@shared_task
def notify_customers(message: str) -> None:
    """Simulate sending a message to many customers."""
    logger.info("Sending 10,000 mails: %s", message)
    time.sleep(SECONDS)
    logger.info("All mails are sent")
