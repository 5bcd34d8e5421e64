"""Validation and re-encoding of uploaded images.

Uploads are validated by their bytes before any pixel is decoded. Only the first frame is stored, re-encoded in its
upright orientation, without metadata and without any data that follows the image in the upload.
"""

from __future__ import annotations

import errno
import io
import uuid
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import models
from django.db.models.fields.files import ImageFieldFile
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps
from PIL.WebPImagePlugin import WebPImageFile

from storefront_store.colours import is_small_profile, to_srgb
from storefront_store.conf import app_settings

FOLDER: Final = "store/images"  # in the default storage
JPEG_QUALITY: Final = 88
PNG_COMPRESSION: Final = 3  # of 9: higher levels take seconds on large images and save a few percent
MODES: Final[dict[str, tuple[str, ...]]] = {"PNG": ("1", "L", "LA", "P", "RGB", "RGBA"), "JPEG": ("L", "RGB")}

PNG_MAGIC: Final = b"\x89PNG\r\n\x1a\n"
PNG_CHUNKS: Final = frozenset({b"IHDR", b"PLTE", b"iCCP", b"tRNS", b"eXIf", b"IDAT", b"IEND"})
JPEG_MAGIC: Final = b"\xff\xd8\xff"
JPEG_SCAN: Final = b"\xff\xda"
JPEG_END: Final = b"\xff\xd9"
FULL_DISK: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS})  # The disk is full.
UNWRITABLE: Final = frozenset(  # The storage is misconfigured or unavailable.
    {errno.EACCES, errno.EPERM, errno.ENOTDIR, errno.EISDIR, errno.ENOENT, errno.EIO, errno.ENXIO}
)
MAX_SCANS: Final = 40  # Encoders write about ten; each scan decodes the whole image.


class FrugalWebP(WebPImageFile):
    """A WebP image that frees its decoder, and with it two buffers, before its pixels are copied."""

    def load_prepare(self) -> None:
        """Free the decoder before the memory for the pixels is allocated."""
        self._decoder = None
        super().load_prepare()


class OwnPath(str):
    """A path returned by :func:`image_path`."""

    __slots__ = ()


def image_path(instance: Any, filename: str) -> str:
    """Return a random path for a new image; only the extension comes from the name of the upload.

    Args:
        instance: The row of the image.
        filename: The name of the upload; an :class:`OwnPath` is returned as it is.
    """
    if isinstance(filename, OwnPath):
        return filename
    suffix = "png" if filename.lower().endswith(".png") else "jpg"
    return f"{FOLDER}/{uuid.uuid4().hex}.{suffix}"


class PictureFile(ImageFieldFile):
    """A stored image; if saving fails, the partly written file is removed."""

    def save(self, name: str, content: Any, save: bool = True) -> None:
        """Store ``content`` under a generated name.

        Raises:
            OSError: If the disk is full.
        """
        path = self.field.generate_filename(self.instance, name)
        try:
            super().save(OwnPath(path), content, save=False)
        except OSError:
            self.storage.delete(path)
            raise
        if save:
            self.instance.save()


class PictureField(models.ImageField):
    """An image field whose files are :class:`PictureFile`."""

    attr_class: Any = PictureFile

    def deconstruct(self) -> Any:
        """Deconstruct as Django's ``ImageField``, so that migrations do not refer to this class."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.ImageField", args, kwargs


def sanitise(upload: Any) -> ContentFile[bytes]:
    """Return an uploaded image re-encoded so that it is safe to store and serve.

    Args:
        upload: A file with ``size`` in bytes, as Django's upload handlers give it.

    Returns:
        A file with a generated name: a PNG if the image is a PNG or has transparency, otherwise a JPEG.

    Raises:
        ValidationError: If it is empty, larger than ``IMAGE_MAX_BYTES``, not a JPEG, PNG or WebP by content,
            has more than ``IMAGE_MAX_PIXELS``, or can't be decoded.
    """
    return _redraw(_open(_read(upload)))


def _read(upload: Any) -> bytes:
    limit = app_settings.IMAGE_MAX_BYTES
    if not upload.size:
        raise ValidationError(_("The submitted file is empty."), code="empty")
    if upload.size > limit:
        raise ValidationError(
            _("Files cannot be larger than %(limit)sKB!"), code="too_large", params={"limit": limit // 1024}
        )
    upload.seek(0)
    data: bytes = upload.read(limit)
    return data


def _open(data: bytes) -> Image.Image:
    """Open an image in one of the three formats, reading only its header."""
    if data.startswith(PNG_MAGIC):
        kind, data = "PNG", _bare_png(data)
    elif data.startswith(JPEG_MAGIC):
        kind = "JPEG"
        _check_jpeg(data)
    elif data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        kind = "WEBP"
        _check_webp(data)
    else:
        raise _not_an_image()
    try:
        stream = io.BytesIO(data)
        picture = FrugalWebP(stream) if kind == "WEBP" else Image.open(stream, formats=[kind])
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels() from error
    except Exception as error:  # Decoders may raise any exception for malformed images.
        raise _not_an_image() from error
    _check_pixels(*picture.size)
    return picture


def _bare_png(data: bytes) -> bytes:
    """Remove the chunks that are not needed and may be harmful: texts, large profiles and animation frames."""
    kept, position = [PNG_MAGIC], len(PNG_MAGIC)
    while (end := position + 12 + int.from_bytes(data[position : position + 4], "big")) <= len(data):
        kind = data[position + 4 : position + 8]
        if kind in PNG_CHUNKS and (kind != b"iCCP" or is_small_profile(data[position + 8 : end - 4])):
            kept.append(data[position:end])
        if kind == b"IEND":
            return b"".join(kept)
        position = end
    raise _not_an_image()


def _check_jpeg(data: bytes) -> None:
    """Refuse a truncated file, and one with thousands of scans, which would take minutes to decode.

    In compressed data, 0xFF is only followed by zero or a restart marker, so the markers of scans can be counted.
    """
    if JPEG_END not in data or data.count(JPEG_SCAN) > MAX_SCANS:
        raise _not_an_image()


def _check_webp(data: bytes) -> None:
    """Check the dimensions before opening the file, because the decoder allocates its canvas on opening.

    See https://developers.google.com/speed/webp/docs/riff_container and RFC 9649.
    """
    if int.from_bytes(data[4:8], "little") + 8 > len(data) or len(data) < 30:
        raise _not_an_image()
    if data[12:16] == b"VP8X":
        _check_pixels(int.from_bytes(data[24:27], "little") + 1, int.from_bytes(data[27:30], "little") + 1)
    elif data[12:16] == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        _check_pixels((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    else:
        _check_pixels(int.from_bytes(data[26:28], "little") & 0x3FFF, int.from_bytes(data[28:30], "little") & 0x3FFF)


def _check_pixels(width: int, height: int) -> None:
    if width * height > app_settings.IMAGE_MAX_PIXELS:
        raise _too_many_pixels()


def _redraw(picture: Image.Image) -> ContentFile[bytes]:
    """Decode the first frame once and encode it again, in place where possible to save memory."""
    output = io.BytesIO()
    try:
        ImageOps.exif_transpose(picture, in_place=True)
        kind = "PNG" if picture.format == "PNG" or picture.has_transparency_data else "JPEG"
        target = _in_mode_for(kind, to_srgb(picture))
        target.info.clear()
        target.save(output, kind, quality=JPEG_QUALITY, compress_level=PNG_COMPRESSION)
    except Exception as error:  # as above
        raise _not_an_image() from error
    return ContentFile(output.getvalue(), name="picture.png" if kind == "PNG" else "picture.jpg")


def _in_mode_for(kind: str, picture: Image.Image) -> Image.Image:
    """Convert the image to a mode that the format and browsers support."""
    if picture.mode.startswith("I"):  # 16-bit greyscale: keep the upper eight bits
        return picture.point(lambda grey: grey * (1 / 256)).convert("L")
    if "transparency" in picture.info:
        return picture.convert("RGBA")
    return picture if picture.mode in MODES[kind] else picture.convert("RGB")


def _not_an_image() -> ValidationError:
    return ValidationError(
        _("Upload a valid image. The file you uploaded was either not an image or a corrupted image."),
        code="invalid_image",
    )


def _too_many_pixels() -> ValidationError:
    return ValidationError(
        _("Images cannot have more than %(limit)s megapixels."),
        code="too_many_pixels",
        params={"limit": app_settings.IMAGE_MAX_PIXELS // 1_000_000},
    )
