"""Requests to a slow service, with timeouts and caching."""

from __future__ import annotations

import logging
from typing import Any, Final

import requests
from django.conf import settings
from django.core.cache import caches

logger = logging.getLogger(__name__)

KEY: Final = "slow_service_result"
KEEP_SECONDS: Final = 10 * 60
TIMEOUT: Final = (2, 5)  # seconds to connect, and between two reads of the response


def ask() -> dict[str, Any] | None:
    """Return the response of the service, or ``None`` if the request fails."""
    logger.info("Calling the slow service")
    try:
        response = requests.get(settings.SLOW_SERVICE_URL, timeout=TIMEOUT)
        response.raise_for_status()
        answer: dict[str, Any] = response.json()
    except requests.RequestException as error:  # connection errors, timeouts, error responses, invalid JSON
        logger.critical("The slow service is offline: %s", error)
        return None
    logger.info("Received the answer")
    return answer


def ask_once() -> dict[str, Any] | None:
    """Return the response of the service, cached for ten minutes; failures are not cached."""
    answer: dict[str, Any] | None = caches["pages"].get(KEY)
    if answer is None:
        answer = ask()
        if answer is not None:
            caches["pages"].set(KEY, answer, KEEP_SECONDS)
    return answer
