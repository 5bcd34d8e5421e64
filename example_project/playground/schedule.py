"""The Celery beat schedule of the playground."""

from __future__ import annotations

from typing import Any, Final

from celery.schedules import crontab

SCHEDULE: Final[dict[str, dict[str, Any]]] = {
    "notify customers": {
        "task": "playground.tasks.notify_customers",
        "schedule": crontab(day_of_week="mon", hour=7, minute=30),
        "args": ["Hello from the shop"],
        "options": {"expires": 3600},
    },
}
