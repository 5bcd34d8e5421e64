"""How gunicorn serves the site: ``gunicorn -c gunicorn.conf.py storefront.wsgi``. Numbers come from the environment.

``kill -HUP`` of the master reloads the code without closing the socket; ``kill -TERM`` lets requests finish.
"""

from __future__ import annotations

import os
from pathlib import Path

bind = f"{os.environ.get('HOST') or '0.0.0.0'}:{os.environ.get('PORT') or '8000'}"  # noqa: S104  (a proxy stands before it)
workers = int(os.environ.get("WEB_CONCURRENCY") or "2")
threads = int(os.environ.get("WEB_THREADS") or "8")
worker_class = "gthread"
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108  (heartbeats never wait for a disk)

timeout = 60
graceful_timeout = 30
keepalive = 75  # longer than proxies keep theirs: who closes first must not be the one who is asked next
max_requests = int(os.environ.get("WEB_MAX_REQUESTS") or "0")  # a worker is replaced after so many; 0 is never
max_requests_jitter = max_requests // 10
limit_request_line = 8190

accesslog = os.environ.get("WEB_ACCESS_LOG") or None
errorlog = "-"
loglevel = os.environ.get("WEB_LOG_LEVEL") or "warning"
