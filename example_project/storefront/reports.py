"""Mail to the admins about faults: which records are mailed, how often, and what is left out."""

from __future__ import annotations

import logging
import re
import threading
import time
from collections import deque
from http import HTTPStatus
from typing import Any, Final

from django.views.debug import SafeExceptionReporterFilter

# In an address: what stands before the host, up to the last @ (a password may hold one, or a slash), and a password
# among the options.
CREDENTIALS: Final = re.compile(r"(?<=://)\S*(?=@)|(?<=password=)[^&\s]+", re.IGNORECASE)


SAME_FAULT_SECONDS: Final = 600.0
MAILS: Final = 20  # in MAILS_SECONDS, of all faults together
MAILS_SECONDS: Final = 3600.0
KNOWN_FAULTS: Final = 1000


class ReportFilter(SafeExceptionReporterFilter):
    """Hide the credentials in addresses of services as well; Django goes by the names of settings alone."""

    def cleanse_setting(self, key: Any, value: Any) -> Any:
        """Return a setting, a request's header or a part of one as it may be shown."""
        cleansed = super().cleanse_setting(key, value)
        return CREDENTIALS.sub(self.cleansed_substitute, cleansed) if isinstance(cleansed, str) else cleansed


class OwnFaults(logging.Filter):
    """Let faults of the site pass, and not the mistakes of clients.

    Otherwise anybody could have mails written by the thousand. And a report reads the request again: one about a query
    that can't be read would fail in its turn.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Tell whether a record is about a fault of the site; a record without a status is."""
        status: int = getattr(record, "status_code", HTTPStatus.INTERNAL_SERVER_ERROR)
        return status >= HTTPStatus.INTERNAL_SERVER_ERROR


class RateLimit(logging.Filter):
    """Let each fault pass once in ten minutes, and twenty of all kinds an hour, a process.

    What is not mailed is in the log all the same. The counts are kept in memory, because the cache may be what has
    failed.
    """

    def __init__(self, name: str = "") -> None:
        super().__init__(name)
        self._lock = threading.Lock()
        self._last: dict[str, float] = {}
        self._mailed: deque[float] = deque(maxlen=MAILS)

    def reset(self) -> None:
        """Forget what was mailed."""
        with self._lock:
            self._last.clear()
            self._mailed.clear()

    def filter(self, record: logging.LogRecord) -> bool:
        """Tell whether a record may be mailed now."""
        fault, now = fault_of(record), time.monotonic()
        with self._lock:
            if now - self._last.get(fault, -SAME_FAULT_SECONDS) < SAME_FAULT_SECONDS:
                return False
            if len(self._mailed) == MAILS and now - self._mailed[0] < MAILS_SECONDS:
                return False
            if len(self._last) >= KNOWN_FAULTS:
                self._last.clear()
            self._last[fault] = now
            self._mailed.append(now)
        return True


def fault_of(record: logging.LogRecord) -> str:
    """Return what is the same for two records of one fault: the line that raised, or the text of the call."""
    error = record.exc_info[1] if record.exc_info else None
    if error is None:
        return f"{record.name}:{record.msg}"
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    line = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else ""
    return f"{type(error).__name__}:{line}"
