"""Background thread that starts the delivery of mail, so that no request waits for a broker or a mail server.

One thread per process calls the task ``send_outbox``, a fifth of a second after an order, once for all orders until
then. With a broker, this only adds a message to the queue. Without one the task sends the mail in the thread, which
calls it again every few seconds for mails that could not be sent.

When the process ends, it waits up to ``STOP_SECONDS`` for the thread. A mail that is interrupted is sent again when its
lease expires.
"""

from __future__ import annotations

import atexit
import logging
import threading
import time
from typing import Final

from django.conf import settings
from django.db import connections

logger = logging.getLogger(__name__)

GATHER_SECONDS: Final = 0.2  # orders that are placed meanwhile are delivered together
SWEEP_SECONDS: Final = 10  # without a broker; otherwise beat runs the task
STOP_SECONDS: Final = 5.0

_news = threading.Event()
_idle = threading.Event()
_idle.set()
_lock = threading.Lock()
_thread: threading.Thread | None = None


def nudge() -> None:
    """Request a delivery, without waiting for it."""
    if settings.OUTBOX_COURIER:
        _news.set()
        start()


def start() -> None:
    """Start the thread of this process, unless it is running."""
    global _thread
    with _lock:  # a thread doesn't survive the fork of a server's worker
        if _thread is None or not _thread.is_alive():
            _thread = threading.Thread(target=_run, name="courier", daemon=True)
            _thread.start()
            atexit.register(rest, STOP_SECONDS)


def rest(seconds: float) -> bool:
    """Wait up to ``seconds`` until no delivery is running, and return whether that is the case."""
    end = time.monotonic() + seconds
    while _news.is_set() and time.monotonic() < end:
        time.sleep(0.01)
    return _idle.wait(max(end - time.monotonic(), 0))


def carry() -> None:
    """Call the task, and log errors; the next call delivers the mail."""
    from store_custom.tasks import send_outbox

    try:
        send_outbox.apply_async(retry=False)
    except Exception as error:  # noqa: BLE001  (any exception of a broker's client)
        logger.warning("The broker can't be reached: %s", error)
    finally:
        connections.close_all()


def _run() -> None:
    """Deliver on request, and every ``SWEEP_SECONDS`` if there is no broker."""
    while True:
        sweeps = settings.OUTBOX_COURIER and settings.CELERY_TASK_ALWAYS_EAGER
        called = _news.wait(SWEEP_SECONDS)
        if called or sweeps:
            if called:
                time.sleep(GATHER_SECONDS)
            _idle.clear()
            _news.clear()
            carry()
            _idle.set()
