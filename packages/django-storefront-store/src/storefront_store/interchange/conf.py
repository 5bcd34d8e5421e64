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
        """Where uploaded catalogues wait for their confirmation; with several web nodes, a folder that all share."""
        given = self._value("UPLOAD_FOLDER")
        return Path(given) if given else Path(tempfile.gettempdir()) / "storefront-store-uploads"

    @property
    def UPLOAD_MAX_BYTES(self) -> int:  # noqa: N802
        """The largest catalogue that can be uploaded; for larger ones there is the command."""
        return int(self._value("UPLOAD_MAX_BYTES"))

    @property
    def FETCH_MAX_IMAGES(self) -> int:  # noqa: N802
        """How many images one import may fetch."""
        return int(self._value("FETCH_MAX_IMAGES"))

    @property
    def FETCH_SECONDS(self) -> float:  # noqa: N802
        """How long one image may take, redirects and all."""
        return float(self._value("FETCH_SECONDS"))

    @property
    def FETCH_TOTAL_SECONDS(self) -> float:  # noqa: N802
        """How long all images of one import may take."""
        return float(self._value("FETCH_TOTAL_SECONDS"))

    @property
    def FETCH_PRIVATE_HOSTS(self) -> Sequence[str]:  # noqa: N802
        """Hosts whose images may be fetched although they are not on public addresses."""
        return tuple(self._value("FETCH_PRIVATE_HOSTS"))


app_settings: Final = AppSettings()
