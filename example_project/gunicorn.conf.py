"""How gunicorn serves the site: ``gunicorn -c gunicorn.conf.py storefront.wsgi``. Numbers come from the environment.

``kill -HUP`` of the master reloads the code without closing the socket; ``kill -TERM`` lets requests finish.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from deployment.buffered_worker import BufferedWorker

LOG_LEVELS = ("debug", "info", "warning", "error", "critical")


def number(name: str, default: int, *, least: int = 1, most: int = 65535) -> int:
    """Return a whole number from the environment, or stop with the name of the variable."""
    value = (os.environ.get(name) or "").strip() or str(default)
    if not value.isdecimal() or not least <= int(value) <= most:
        sys.exit(f"{name} is invalid: expected a whole number from {least} to {most}.")
    return int(value)


def log_level() -> str:
    """Return the level of gunicorn's own log."""
    value = (os.environ.get("WEB_LOG_LEVEL") or "warning").strip().lower()
    if value not in LOG_LEVELS:
        sys.exit(f"WEB_LOG_LEVEL is invalid: expected one of {', '.join(LOG_LEVELS)}.")
    return value


bind = f"{os.environ.get('HOST') or '0.0.0.0'}:{number('PORT', 8000)}"  # noqa: S104  (a proxy stands before it)
workers = number("WEB_CONCURRENCY", 2, most=1000)
threads = number("WEB_THREADS", 8, most=1000)
worker_class = BufferedWorker  # a client that sends slowly takes no thread
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108  (heartbeats never wait for a disk)

timeout = 60
graceful_timeout = 30
keepalive = 75  # longer than proxies keep theirs: who closes first must not be the one who is asked next
max_requests = number("WEB_MAX_REQUESTS", 0, least=0, most=10**9)  # a worker is replaced after so many; 0 is never
max_requests_jitter = max_requests // 10
limit_request_line = 8190

accesslog = os.environ.get("WEB_ACCESS_LOG") or None
errorlog = "-"
loglevel = log_level()
