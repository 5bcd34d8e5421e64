"""The WSGI entry point. Without ``DJANGO_SETTINGS_MODULE`` it uses the production settings."""

from __future__ import annotations

import os

from django.apps import apps
from django.conf import settings
from django.core.wsgi import get_wsgi_application

from storefront import process
from storefront.requests import Utf8Wsgi

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "storefront.settings.prod")
process.serves_requests = True

application = Utf8Wsgi(get_wsgi_application())
process.keep_loaded()

if settings.OUTBOX_COURIER and settings.CELERY_TASK_ALWAYS_EAGER and apps.is_installed("store_custom"):
    from store_custom import courier

    courier.start()  # without a broker, no beat sends mails that are left over
