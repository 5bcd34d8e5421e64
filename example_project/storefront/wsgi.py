"""The WSGI entry point."""

from __future__ import annotations

import os

from django.apps import apps
from django.conf import settings
from django.core.wsgi import get_wsgi_application

from storefront.requests import WsgiRequest

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "storefront.settings.dev")

application = get_wsgi_application()
application.request_class = WsgiRequest

if settings.OUTBOX_COURIER and settings.CELERY_TASK_ALWAYS_EAGER and apps.is_installed("store_custom"):
    from store_custom import courier

    courier.start()  # there is no beat to look for mail that was left
