"""What the mail to the admins about a fault is about, and what it keeps to itself."""

from __future__ import annotations

import logging
import re
from http import HTTPStatus
from typing import Any, Final

from django.views.debug import SafeExceptionReporterFilter

# In an address: what stands before the host, up to the last @ (a password may hold one, or a slash), and a password
# among the options.
CREDENTIALS: Final = re.compile(r"(?<=://)\S*(?=@)|(?<=password=)[^&\s]+", re.IGNORECASE)


class ReportFilter(SafeExceptionReporterFilter):
    """Hides the credentials in addresses of services as well; Django goes by the names of settings alone."""

    def cleanse_setting(self, key: Any, value: Any) -> Any:
        """Return a setting, a request's header or a part of one as it may be shown."""
        cleansed = super().cleanse_setting(key, value)
        return CREDENTIALS.sub(self.cleansed_substitute, cleansed) if isinstance(cleansed, str) else cleansed


class OwnFaults(logging.Filter):
    """Lets pass what went wrong here, and not what a client did wrong.

    Otherwise anybody could have mails written by the thousand. And a report reads the request again, so that one about
    a query which can't be read would fail in its turn, and make a crash of a refusal.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Tell whether a record is about a fault of ours; one that isn't about an answer is."""
        status: int = getattr(record, "status_code", HTTPStatus.INTERNAL_SERVER_ERROR)
        return status >= HTTPStatus.INTERNAL_SERVER_ERROR
