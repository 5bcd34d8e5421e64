"""Settings of the app ``interchange``, read live from ``STOREFRONT_STORE_INTERCHANGE``."""

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
    """Typed access to ``settings.STOREFRONT_STORE_INTERCHANGE`` over :data:`DEFAULTS`. Nothing is cached."""

    def _value(self, name: str) -> Any:
        return getattr(settings, SETTING, {}).get(name, DEFAULTS[name])

    @property
    def UPLOAD_FOLDER(self) -> Path:  # noqa: N802
        """Folder for uploaded catalogues until they are confirmed; several web servers must share it."""
        given = self._value("UPLOAD_FOLDER")
        return Path(given) if given else Path(tempfile.gettempdir()) / "storefront-store-uploads"

    @property
    def UPLOAD_MAX_BYTES(self) -> int:  # noqa: N802
        """Size of the largest catalogue that can be uploaded; use the command for larger ones."""
        return int(self._value("UPLOAD_MAX_BYTES"))

    @property
    def FETCH_MAX_IMAGES(self) -> int:  # noqa: N802
        """Number of images that one import can download."""
        return int(self._value("FETCH_MAX_IMAGES"))

    @property
    def FETCH_SECONDS(self) -> float:  # noqa: N802
        """Seconds that the download of one image can take, including redirects."""
        return float(self._value("FETCH_SECONDS"))

    @property
    def FETCH_TOTAL_SECONDS(self) -> float:  # noqa: N802
        """Seconds that the downloads of all images of one import can take."""
        return float(self._value("FETCH_TOTAL_SECONDS"))

    @property
    def FETCH_PRIVATE_HOSTS(self) -> Sequence[str]:  # noqa: N802
        """Hosts without public IP addresses from which images can be downloaded."""
        return tuple(self._value("FETCH_PRIVATE_HOSTS"))


app_settings: Final = AppSettings()
