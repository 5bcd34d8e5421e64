"""The settings of imports and exports, read live from ``STOREFRONT_STORE_INTERCHANGE``."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from django.conf import settings

SETTING: Final = "STOREFRONT_STORE_INTERCHANGE"

DEFAULTS: Final[dict[str, Any]] = {
    "UPLOAD_FOLDER": "",
    "UPLOAD_MAX_BYTES": 50 * 1024 * 1024,
    "FETCH_MAX_IMAGES": 1_000,
    "FETCH_SECONDS": 10,
    "FETCH_TOTAL_SECONDS": 1_800,
    "FETCH_PRIVATE_HOSTS": [],
}


class AppSettings:
    """``settings.STOREFRONT_STORE_INTERCHANGE`` over :data:`DEFAULTS`. Nothing is cached."""

    def _value(self, name: str) -> Any:
        return getattr(settings, SETTING, {}).get(name, DEFAULTS[name])

    @property
    def upload_folder(self) -> Path:
        """Where uploaded catalogues wait for their confirmation; with several web nodes, a folder that all share."""
        given = self._value("UPLOAD_FOLDER")
        return Path(given) if given else Path(tempfile.gettempdir()) / "storefront-store-uploads"

    @property
    def upload_max_bytes(self) -> int:
        """The largest catalogue that can be uploaded; for larger ones there is the command."""
        return int(self._value("UPLOAD_MAX_BYTES"))

    @property
    def fetch_max_images(self) -> int:
        """How many images one import may fetch."""
        return int(self._value("FETCH_MAX_IMAGES"))

    @property
    def fetch_seconds(self) -> float:
        """How long one image may take, redirects and all."""
        return float(self._value("FETCH_SECONDS"))

    @property
    def fetch_total_seconds(self) -> float:
        """How long all images of one import may take."""
        return float(self._value("FETCH_TOTAL_SECONDS"))

    @property
    def fetch_private_hosts(self) -> Sequence[str]:
        """Hosts whose images may be fetched although they are not on public addresses."""
        return tuple(self._value("FETCH_PRIVATE_HOSTS"))


app_settings = AppSettings()
