"""Celery's Redis transport, with support for queue entries that are not valid messages.

Kombu parses each entry of a queue as JSON in the worker's main loop, where an error ends the process. Any other entry
in the queue would therefore stop the delivery of mail.
"""

from __future__ import annotations

import json
import logging
from functools import cached_property
from typing import Any

from kombu.transport import redis

logger = logging.getLogger(__name__)


def is_message(item: bytes | str) -> bool:
    """Return whether an entry of a queue is a message that kombu can deliver."""
    try:
        message = json.loads(item)
        properties = message["properties"]
        return (
            isinstance(properties["delivery_tag"], str)
            and isinstance(properties["delivery_info"], dict)
            and isinstance(message["headers"], dict)
            and isinstance(message["body"], str)
        )
    except (ValueError, TypeError, LookupError, RecursionError):
        return False


def drop_unreadable(response: Any, **options: Any) -> Any:
    """Return the response of ``BRPOP``, or ``None`` for an invalid message, which is logged and dropped."""
    if not response or is_message(response[1]):
        return response
    logger.error("An entry of the queue %r is no message, and was dropped: %.200r", response[0], response[1])
    return None


class Channel(redis.Channel):
    """Channel that checks the entries of its queues before kombu parses them."""

    @cached_property
    def client(self) -> Any:
        """The Redis client that reads messages from the queues."""
        client = super().client
        client.set_response_callback("BRPOP", drop_unreadable)
        return client


class Transport(redis.Transport):
    """Redis transport with the channel of this module."""

    Channel = Channel
