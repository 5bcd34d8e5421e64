"""The Celery application. Tasks run in the calling process unless ``CELERY_BROKER_URL`` is set.

Without ``DJANGO_SETTINGS_MODULE`` it uses the production settings.
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any

from celery import Celery
from celery.signals import task_prerun
from django.conf import settings
from kombu.transport import TRANSPORT_ALIASES

from storefront.connections import drop_closed_connections

TRANSPORT_ALIASES.update({"redis": "storefront.broker:Transport", "rediss": "storefront.broker:Transport"})
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "storefront.settings.prod")

celery = Celery("storefront")
celery.config_from_object("django.conf:settings", namespace="CELERY")
celery.autodiscover_tasks()


@celery.on_after_configure.connect
def add_schedules(sender: Celery, **kwargs: Any) -> None:
    """Add the entries of the modules in the setting ``SCHEDULES`` to the schedule of Celery beat."""
    for module in settings.SCHEDULES:
        sender.conf.beat_schedule.update(import_module(module).SCHEDULE)


task_prerun.connect(drop_closed_connections, dispatch_uid="storefront.connections")
