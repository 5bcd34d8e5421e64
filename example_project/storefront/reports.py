"""Error reports by mail to the admins: filters for log records and for secrets."""

from __future__ import annotations

import logging
import re
import threading
import time
from collections import deque
from http import HTTPStatus
from typing import Any, Final

from django.views.debug import SafeExceptionReporterFilter

# The credentials in a URL: the part before the host, up to the last @ (a password may contain @ or /), and a password
# in the query string.
CREDENTIALS: Final = re.compile(r"(?<=://)\S*(?=@)|(?<=password=)[^&\s]+", re.IGNORECASE)


SAME_FAULT_SECONDS: Final = 600.0
MAILS: Final = 20  # in MAILS_SECONDS, for all errors together
MAILS_SECONDS: Final = 3600.0
KNOWN_FAULTS: Final = 1000


class ReportFilter(SafeExceptionReporterFilter):
    """Reporter filter that also hides credentials in URLs; Django only hides settings by their names."""

    def cleanse_setting(self, key: Any, value: Any) -> Any:
        """Return the cleansed value of a setting or a request header."""
        cleansed = super().cleanse_setting(key, value)
        return CREDENTIALS.sub(self.cleansed_substitute, cleansed) if isinstance(cleansed, str) else cleansed


class OwnFaults(logging.Filter):
    """Logging filter that accepts errors of the site, but not of clients.

    Otherwise anybody could trigger thousands of mails. In addition, an error report reads the request again, which
    would fail for a request with an invalid query string.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether a record is about an error of the site, which includes records without a status code."""
        status: int = getattr(record, "status_code", HTTPStatus.INTERNAL_SERVER_ERROR)
        return status >= HTTPStatus.INTERNAL_SERVER_ERROR


class RateLimit(logging.Filter):
    """Logging filter that accepts each error once in ten minutes, and 20 errors per hour, in each process.

    Other records are still written to the log. The counts are kept in memory, because the cache may be the cause of the
    error.
    """

    def __init__(self, name: str = "") -> None:
        super().__init__(name)
        self._lock = threading.Lock()
        self._last: dict[str, float] = {}
        self._mailed: deque[float] = deque(maxlen=MAILS)

    def reset(self) -> None:
        """Reset the counts."""
        with self._lock:
            self._last.clear()
            self._mailed.clear()

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether a record may be mailed now."""
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
    """Return the key under which an error is counted: the line that raised it, or the message of the log call."""
    error = record.exc_info[1] if record.exc_info else None
    if error is None:
        return f"{record.name}:{record.msg}"
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    line = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else ""
    return f"{type(error).__name__}:{line}"
