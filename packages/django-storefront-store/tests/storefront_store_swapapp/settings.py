"""A host that brings models of its own.

``SWAPPED`` names them (``"Product,Cart"``), ``PRODUCT_KEY=uuid`` gives its product another primary key, ``HOST_USER``
brings a user model that has an e-mail address and no names, ``SHOP_DATABASE`` puts everything into a database that is
not the default one, and ``SWAP_FOLDER`` is where the database and the host's migrations go.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from storefront_store_testapp.settings import *  # noqa: F403
from storefront_store_testapp.settings import DATABASES, INSTALLED_APPS

SWAPPED = [name for name in os.environ.get("SWAPPED", "").split(",") if name]
SWAP_FOLDER = Path(os.environ["SWAP_FOLDER"])
HOST_USER = bool(os.environ.get("HOST_USER"))
SHOP_DATABASE = os.environ.get("SHOP_DATABASE", "")
MEDIA_ROOT = SWAP_FOLDER / "media"
ROOT_URLCONF = "storefront_store_testapp.urls"
ALLOWED_HOSTS = ["testserver"]
INSTALLED_APPS = [app for app in INSTALLED_APPS if app != "storefront_store_testapp"] + ["storefront_store_swapapp"]
MIGRATION_MODULES = {"storefront_store_swapapp": "host_migrations"}

globals().update({f"STOREFRONT_STORE_{name.upper()}_MODEL": f"storefront_store_swapapp.{name}" for name in SWAPPED})

_config: dict[str, Any] = DATABASES["default"]
_config["NAME"] = (
    SWAP_FOLDER / "db.sqlite3" if _config["ENGINE"].endswith("sqlite3") else f"storefront_store_swap_{os.getpid()}"
)

if HOST_USER:
    AUTH_USER_MODEL = "storefront_store_swapapp.Account"

if SHOP_DATABASE:
    DATABASES = {"default": {}, SHOP_DATABASE: _config}
    DATABASE_ROUTERS = ["storefront_store_swapapp.routers.ShopRouter"]
