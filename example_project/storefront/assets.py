"""The storage of static files, which keeps the URLs of the files in memory."""

from __future__ import annotations

from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage


class AssetStorage(CompressedManifestStaticFilesStorage):
    """WhiteNoise's storage, which looks up the URL of each file once per process.

    The URLs of collected files do not change while a process runs, and a page of the admin has thirty of them.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._urls: dict[str, str] = {}

    def url(self, name: str | None, force: bool = False) -> str:
        """Return the URL of a file."""
        if name is None or force or name not in self.hashed_files:
            return super().url(name, force)
        found = self._urls.get(name)
        if found is None:
            found = self._urls[name] = super().url(name, force)
        return found
