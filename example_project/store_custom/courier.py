"""Carries word of new mail out of the request, so that no answer waits for a broker or a mail server.

One thread a process calls the task ``send_outbox``. With a broker that only puts a message into its queue. Without one
it sends the mail right there, and the thread looks again every few seconds for what could not be sent.
"""

from __future__ import annotations

import logging
import threading
import time
from typing import Final

from django.conf import settings
from django.db import connections

logger = logging.getLogger(__name__)

SWEEP_SECONDS: Final = 10  # without a broker; with one, beat does it
WATCH_SECONDS: Final = 0.5  # how long a process that wants to end waits for an idle courier

_news = threading.Event()
_idle = threading.Event()
_idle.set()
_lock = threading.Lock()
_thread: threading.Thread | None = None


def nudge() -> None:
    """Say that there is mail. Never waits."""
    if settings.OUTBOX_COURIER:
        _news.set()
        start()


def start() -> None:
    """See to it that this process has its courier."""
    global _thread
    with _lock:  # a thread doesn't survive the fork of a server's worker
        if _thread is None or not _thread.is_alive():
            _thread = threading.Thread(target=_run, name="courier")
            _thread.start()


def rest(seconds: float) -> bool:
    """Wait until nothing is left to carry; tell whether that is so."""
    end = time.monotonic() + seconds
    while _news.is_set() and time.monotonic() < end:
        time.sleep(0.01)
    return _idle.wait(max(end - time.monotonic(), 0))


def carry() -> None:
    """Call the task; whatever goes wrong is logged, for the sweep will see to the mail."""
    from store_custom.tasks import send_outbox

    try:
        send_outbox.apply_async(retry=False)
    except Exception as error:  # noqa: BLE001  (whatever a broker's client raises)
        logger.warning("The broker can't be reached: %s", error)
    finally:
        connections.close_all()


def _run() -> None:
    """Carry when there is news, until the process ends; it waits for what is being carried."""
    last = time.monotonic()
    while threading.main_thread().is_alive() or _news.is_set():
        sweeps = settings.OUTBOX_COURIER and settings.CELERY_TASK_ALWAYS_EAGER
        if _news.wait(WATCH_SECONDS) or (sweeps and time.monotonic() - last >= SWEEP_SECONDS):
            _idle.clear()
            _news.clear()
            carry()
            _idle.set()
            last = time.monotonic()
