"""The ASGI entry point. Without ``DJANGO_SETTINGS_MODULE`` it uses the production settings."""

from __future__ import annotations

import os

from django.core.asgi import get_asgi_application

from storefront import process
from storefront.requests import Utf8Asgi

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "storefront.settings.prod")
process.serves_requests = True

application = Utf8Asgi(get_asgi_application())
process.keep_loaded()
