"""A long-running task."""

from __future__ import annotations

import logging
import time
from importlib import import_module
from typing import Final

from celery import shared_task
from django.conf import settings

import_module(settings.TASK_APPLICATION)  # the application that shared tasks belong to

logger = logging.getLogger(__name__)

SECONDS: Final = 3


@shared_task
def notify_customers(message: str) -> None:
    """Simulate sending a message to many customers."""
    logger.info("Sending 10,000 mails: %s", message)
    time.sleep(SECONDS)
    logger.info("All mails are sent")
