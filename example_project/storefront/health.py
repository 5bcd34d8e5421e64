"""Health checks for load balancers and containers."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

logger = logging.getLogger(__name__)

BROKER_SECONDS: Final = 1


def check_database() -> None:
    """Run a simple query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def check_cache() -> None:
    """Write a value to the cache and read it."""
    token = uuid.uuid4().hex
    cache.set(f"readyz:{token}", token, 10)
    if cache.get(f"readyz:{token}") != token:
        raise RuntimeError("the cache forgets")


def check_broker() -> None:
    """Connect to the broker, if there is one."""
    if settings.CELERY_BROKER_URL:
        from storefront.celery import celery  # only where there is a broker, as it is slow to import

        options = {"socket_connect_timeout": BROKER_SECONDS, "socket_timeout": BROKER_SECONDS}
        with celery.connection_for_write(connect_timeout=BROKER_SECONDS, transport_options=options) as broker:
            broker.ensure_connection(max_retries=1, timeout=BROKER_SECONDS)


CHECKS: Final[dict[str, Callable[[], None]]] = {
    "database": check_database,
    "cache": check_cache,
    "broker": check_broker,
}


@transaction.non_atomic_requests  # ATOMIC_REQUESTS would use the database before the view runs
@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """Return 200, which shows that the process responds."""
    return JsonResponse({"status": "alive"})


@transaction.non_atomic_requests
@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Return the state of each service that the process needs; the reasons for failures are in the log."""
    failed = [name for name, check in CHECKS.items() if not _passes(name, check)]
    body = {"status": "unavailable" if failed else "ready", "failed": failed}
    return JsonResponse(body, status=503 if failed else 200)


def _passes(name: str, check: Callable[[], None]) -> bool:
    try:
        check()
    except Exception:  # any exception of a service's client
        logger.exception("Not ready: %s", name)
        return False
    return True
