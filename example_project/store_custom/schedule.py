"""The Celery beat schedule, in the time zone ``CELERY_TIMEZONE``."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from celery.schedules import crontab

SCHEDULE: Final[dict[str, dict[str, Any]]] = {
    "send what is left in the outbox": {
        "task": "store_custom.tasks.send_outbox",
        "schedule": timedelta(seconds=10),  # with the lease, a crashed process delays a mail by a minute
        "options": {"expires": 10},  # a worker that was stopped needs only the latest message
    },
    "sync payments": {
        "task": "store_custom.tasks.sync_payments",
        "schedule": timedelta(minutes=5),
        "options": {"expires": 300},
    },
    "compute the figures of the dashboard": {
        "task": "store_custom.tasks.refresh_dashboard",
        "schedule": timedelta(minutes=15),
        "options": {"expires": 900},
    },
    "purge mails": {"task": "store_custom.tasks.purge_outbox", "schedule": crontab(hour=3, minute=0)},
    "purge carts": {"task": "store_custom.tasks.purge_carts", "schedule": crontab(hour=3, minute=10)},
    "purge idempotency records": {
        "task": "store_custom.tasks.purge_idempotency_records",
        "schedule": crontab(hour=3, minute=20),
    },
    "purge tokens": {"task": "store_custom.tasks.purge_tokens", "schedule": crontab(hour=3, minute=30)},
    "remove orphan images": {"task": "store_custom.tasks.remove_orphan_images", "schedule": crontab(hour=3, minute=40)},
}
