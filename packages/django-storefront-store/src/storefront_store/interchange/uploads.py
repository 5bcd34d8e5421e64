"""Storage of uploaded catalogues until they are confirmed, in a folder that no web server serves."""

from __future__ import annotations

import contextlib
import secrets
import time
from pathlib import Path
from typing import Any, Final

from django.core import signing
from django.core.files.uploadedfile import UploadedFile

from storefront_store.interchange.conf import app_settings

SALT: Final = "storefront_store.interchange.upload"
KEPT_SECONDS: Final = 24 * 60 * 60
SUFFIXES: Final = frozenset({".csv", ".tsv", ".txt", ".json", ".xlsx", ".xlsm", ".xml", ".rss", ".atom"})


def keep(upload: UploadedFile) -> Path:
    """Store an upload with a random name, and remove expired uploads."""
    folder = app_settings.UPLOAD_FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _sweep(folder)
    suffix = Path(upload.name or "").suffix.lower()
    path = folder / f"{secrets.token_hex(16)}{suffix if suffix in SUFFIXES else ''}"
    try:
        with path.open("xb") as stream:
            for chunk in upload.chunks():
                stream.write(chunk)
    except OSError:
        forget(path)
        raise
    return path


def sign(path: Path, user: Any, options: dict[str, Any]) -> str:
    """Return a token for an upload, which is valid for one user and one day."""
    return signing.dumps({"name": path.name, "user": str(user.pk), "options": options}, salt=SALT)


def find(token: str, user: Any) -> tuple[Path, dict[str, Any]] | None:
    """Return the upload of a token and its options; None if the token is invalid or the file does not exist."""
    try:
        said = signing.loads(token, salt=SALT, max_age=KEPT_SECONDS)
    except signing.BadSignature:
        return None
    path = app_settings.UPLOAD_FOLDER / Path(said["name"]).name
    if said["user"] != str(user.pk) or not path.is_file():
        return None
    return path, said["options"]


def forget(path: Path) -> None:
    """Remove an upload."""
    with contextlib.suppress(OSError):
        path.unlink()


def _sweep(folder: Path) -> None:
    oldest = time.time() - KEPT_SECONDS
    for path in folder.iterdir():
        with contextlib.suppress(OSError):
            if path.is_file() and path.stat().st_mtime < oldest:
                path.unlink()
