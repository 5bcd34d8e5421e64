"""Uploads to an unwritable storage get an error response, and leave neither a row nor a file."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from storefront_store_testapp import pictures

from storefront_store.models import ProductImage

pytestmark = pytest.mark.django_db
UNAVAILABLE = (503, {"detail": "Files can't be stored at the moment.", "code": "storage_unavailable"})
NO_ROOM = (507, {"detail": "There is no room for this file.", "code": "no_storage"})


def upload(client: Any, product: Any) -> Any:
    file = SimpleUploadedFile("a.png", pictures.encode("PNG"))
    return client.post(f"/store/products/{product.pk}/images/", {"image": file}, format="multipart")


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_upload_is_503_when_media_root_is_a_file(as_staff: Any, make_product: Any, settings: Any) -> None:
    Path(settings.MEDIA_ROOT).write_text("not a folder")

    answer = upload(as_staff, make_product())

    assert (answer.status_code, answer.json()) == UNAVAILABLE
    assert answer["Retry-After"] == "1"
    assert not ProductImage.objects.exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_upload_is_503_without_write_permission(as_staff: Any, make_product: Any, settings: Any) -> None:
    folder = Path(settings.MEDIA_ROOT)
    folder.mkdir(mode=0o500)

    answer = upload(as_staff, make_product())

    assert (answer.status_code, answer.json()) == UNAVAILABLE
    assert not ProductImage.objects.exists()


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (errno.EACCES, UNAVAILABLE),
        (errno.EPERM, UNAVAILABLE),
        (errno.ENOTDIR, UNAVAILABLE),
        (errno.EIO, UNAVAILABLE),
        (errno.EROFS, NO_ROOM),
        (errno.ENOSPC, NO_ROOM),
        (errno.EDQUOT, NO_ROOM),
    ],
    ids=lambda value: errno.errorcode[value] if isinstance(value, int) else "",
)
def test_upload_errors_of_operating_system(
    number: int, expected: Any, as_staff: Any, make_product: Any, settings: Any, monkeypatch: Any
) -> None:
    """The system call is patched, because not every error can be provoked."""
    opened = os.open

    def refuse(path: Any, flags: int, *args: Any, **kwargs: Any) -> int:
        if flags & os.O_CREAT and str(path).startswith(str(settings.MEDIA_ROOT)):
            raise OSError(number, os.strerror(number), path)
        return opened(path, flags, *args, **kwargs)

    monkeypatch.setattr(os, "open", refuse)

    answer = upload(as_staff, make_product())

    assert (answer.status_code, answer.json()) == expected
    assert not ProductImage.objects.exists()
    assert files(Path(settings.MEDIA_ROOT)) == []


def test_upload_works_after_storage_is_repaired(as_staff: Any, make_product: Any, settings: Any) -> None:
    folder, product = Path(settings.MEDIA_ROOT), make_product()
    folder.write_text("not a folder")
    refused = upload(as_staff, product).status_code
    folder.unlink()

    assert (refused, upload(as_staff, product).status_code) == (503, 201)
    assert len(files(folder)) == 1
