"""Two databases; ``ROUTER`` says which router stands between them, if any."""

from __future__ import annotations

import os
from pathlib import Path

from storefront_store_testapp.settings import *  # noqa: F403

FOLDER = Path(os.environ["TWO_FOLDER"])
DATABASES = {
    alias: {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": FOLDER / f"{alias}.sqlite3",
        "OPTIONS": {"transaction_mode": "IMMEDIATE"},
    }
    for alias in ("default", "other")
}
MEDIA_ROOT = FOLDER / "media"
router = os.environ.get("ROUTER", "")
DATABASE_ROUTERS = [f"storefront_store_twodatabases.routers.{router}"] if router else []
