"""Configuration of gunicorn from environment variables: ``gunicorn -c gunicorn.conf.py storefront.wsgi``.

``kill -HUP`` of the master process reloads the code without closing the socket; ``kill -TERM`` finishes running
requests.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from deployment.buffered_worker import BufferedWorker

LOG_LEVELS = ("debug", "info", "warning", "error", "critical")


def number(name: str, default: int, *, least: int = 1, most: int = 65535) -> int:
    """Return an integer from the environment, or exit with a message that names the variable."""
    value = (os.environ.get(name) or "").strip() or str(default)
    if not value.isdecimal() or not least <= int(value) <= most:
        sys.exit(f"{name} is invalid: expected a whole number from {least} to {most}.")
    return int(value)


def log_level() -> str:
    """Return the level of gunicorn's log."""
    value = (os.environ.get("WEB_LOG_LEVEL") or "warning").strip().lower()
    if value not in LOG_LEVELS:
        sys.exit(f"WEB_LOG_LEVEL is invalid: expected one of {', '.join(LOG_LEVELS)}.")
    return value


bind = f"{os.environ.get('HOST') or '0.0.0.0'}:{number('PORT', 8000)}"  # noqa: S104  (behind a proxy)
workers = number("WEB_CONCURRENCY", 2, most=1000)
threads = number("WEB_THREADS", 8, most=1000)
worker_class = BufferedWorker  # slow clients occupy no thread
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108  (heartbeats must not wait for a disk)

timeout = 60
graceful_timeout = 30
keepalive = 75  # longer than that of proxies, so that the proxy closes a connection first
max_requests = number("WEB_MAX_REQUESTS", 0, least=0, most=10**9)  # requests until a worker restarts; 0 is never
max_requests_jitter = max_requests // 10
limit_request_line = 8190

accesslog = os.environ.get("WEB_ACCESS_LOG") or None
errorlog = "-"
loglevel = log_level()
