"""The ASGI entry point."""

from __future__ import annotations

import os

from django.core.asgi import get_asgi_application

from storefront.requests import AsgiRequest

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "storefront.settings.dev")

application = get_asgi_application()
application.request_class = AsgiRequest
