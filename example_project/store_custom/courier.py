"""A thread that starts the delivery of mail, so that no request waits for a broker or a mail server.

One thread a process calls the task ``send_outbox``. With a broker that only puts a message into its queue. Without one
it sends the mail right there, and the thread looks again every few seconds for what could not be sent.

The process waits for the thread when it ends, for ``STOP_SECONDS``. A mail that is cut off by that is sent again when
its lease is over.
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

SWEEP_SECONDS: Final = 10  # without a broker; with one, beat does it
STOP_SECONDS: Final = 5.0

_news = threading.Event()
_idle = threading.Event()
_idle.set()
_lock = threading.Lock()
_thread: threading.Thread | None = None


def nudge() -> None:
    """Start a delivery soon. Returns at once."""
    if settings.OUTBOX_COURIER:
        _news.set()
        start()


def start() -> None:
    """Start the thread of this process, unless it runs."""
    global _thread
    with _lock:  # a thread doesn't survive the fork of a server's worker
        if _thread is None or not _thread.is_alive():
            _thread = threading.Thread(target=_run, name="courier", daemon=True)
            _thread.start()
            atexit.register(rest, STOP_SECONDS)


def rest(seconds: float) -> bool:
    """Wait until nothing is being delivered, and tell whether that is so."""
    end = time.monotonic() + seconds
    while _news.is_set() and time.monotonic() < end:
        time.sleep(0.01)
    return _idle.wait(max(end - time.monotonic(), 0))


def carry() -> None:
    """Call the task. Errors are logged: the next sweep delivers the mail."""
    from store_custom.tasks import send_outbox

    try:
        send_outbox.apply_async(retry=False)
    except Exception as error:  # noqa: BLE001  (whatever a broker's client raises)
        logger.warning("The broker can't be reached: %s", error)
    finally:
        connections.close_all()


def _run() -> None:
    """Deliver when there is news, and every ``SWEEP_SECONDS`` where no beat does it."""
    while True:
        sweeps = settings.OUTBOX_COURIER and settings.CELERY_TASK_ALWAYS_EAGER
        if _news.wait(SWEEP_SECONDS) or sweeps:
            _idle.clear()
            _news.clear()
            carry()
            _idle.set()
