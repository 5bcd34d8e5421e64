"""Storage of uploaded catalogues until they are confirmed, in a folder that no web server serves."""

from __future__ import annotations

import contextlib
import secrets
import time
from collections.abc import Sequence
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


def sign(paths: Sequence[Path], user: Any, options: dict[str, Any]) -> str:
    """Return a token for the files of an upload, which is valid for one user and one day."""
    names = [path.name for path in paths]
    return signing.dumps({"names": names, "user": str(user.pk), "options": options}, salt=SALT)


def find(token: str, user: Any) -> tuple[list[Path], dict[str, Any]] | None:
    """Return the files of a token and their options; None if the token is invalid or a file does not exist."""
    try:
        said = signing.loads(token, salt=SALT, max_age=KEPT_SECONDS)
    except signing.BadSignature:
        return None
    paths = [app_settings.UPLOAD_FOLDER / Path(name).name for name in said["names"]]
    if said["user"] != str(user.pk) or not all(path.is_file() for path in paths):
        return None
    return paths, said["options"]


def forget(*paths: Path) -> None:
    """Remove the files of an upload."""
    for path in paths:
        with contextlib.suppress(OSError):
            path.unlink()


def _sweep(folder: Path) -> None:
    oldest = time.time() - KEPT_SECONDS
    for path in folder.iterdir():
        with contextlib.suppress(OSError):
            if path.is_file() and path.stat().st_mtime < oldest:
                path.unlink()
