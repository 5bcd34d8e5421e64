"""What is logged, and where."""

from __future__ import annotations

from typing import Any

from storefront.settings.environment import LOG_LEVELS


def logging(level: str, *, as_json: bool, file_name: str) -> dict[str, Any]:
    """Return the setting ``LOGGING``.

    Args:
        level: The lowest level that is logged, one of ``LOG_LEVELS``.
        as_json: Whether each record is a JSON object on a line of its own.
        file_name: A file to which records are written besides the console; none if it is empty.
    """
    console = {
        "class": "logging.StreamHandler",
        "filters": ["request_id"],
        "formatter": "json" if as_json else "verbose",
        "level": level,  # also limits loggers with their own level
    }
    handlers = {"console": console, "mail_admins": MAIL_ADMINS}
    if file_name:
        # This class reopens the file after logrotate has moved it.
        handlers["file"] = {**console, "class": "logging.handlers.WatchedFileHandler", "filename": file_name}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": FILTERS,
        "formatters": FORMATTERS,
        "handlers": handlers,
        "loggers": {
            "django": {"handlers": ["mail_admins"], "level": min(level, "INFO", key=LOG_LEVELS.index)},
            **{name: {"level": "WARNING"} for name in ("fontTools", "fpdf", "django_guid")},  # too verbose
            "celery.app.trace": {"level": "WARNING"},  # logs each task
            "waitress.queue": {"level": "ERROR"},  # logs each request that waits for a thread
        },
        "root": {"handlers": [name for name in handlers if name != "mail_admins"], "level": level},
    }


FILTERS = {
    "request_id": {"()": "django_guid.log_filters.CorrelationId"},
    "own_faults": {"()": "storefront.reports.OwnFaults"},
    "rate_limit": {"()": "storefront.reports.RateLimit"},
    "require_debug_false": {"()": "django.utils.log.RequireDebugFalse"},
}
FORMATTERS = {
    "verbose": {"format": "{asctime} ({levelname}) - {name} - {message} [{correlation_id}]", "style": "{"},
    "json": {
        "()": "pythonjsonlogger.json.JsonFormatter",
        "format": "{asctime}{levelname}{name}{message}{correlation_id}",
        "style": "{",
        "rename_fields": {"asctime": "time", "levelname": "level", "correlation_id": "request_id"},
    },
}
MAIL_ADMINS = {
    "class": "django.utils.log.AdminEmailHandler",
    "filters": ["require_debug_false", "own_faults", "rate_limit"],
    "level": "ERROR",
}
