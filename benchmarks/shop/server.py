"""How gunicorn serves every shop: the same workers, threads and connections for all. The port comes from ``PORT``."""

from __future__ import annotations

import os

bind = f"127.0.0.1:{os.environ['PORT']}"
workers = 2
threads = 4
worker_class = "gthread"
worker_tmp_dir = "/dev/shm"  # noqa: S108  (heartbeats that wait for no disk)
keepalive = 75
timeout = 300
loglevel = "warning"
