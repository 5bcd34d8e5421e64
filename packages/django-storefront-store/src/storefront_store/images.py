"""Pictures from strangers: judged by their header before a pixel is decoded, then drawn anew.

What is stored is our own encoding of the first frame, turned upright, without metadata and without anything that
came after the picture in the upload.
"""

from __future__ import annotations

import io
import uuid
import warnings
from typing import IO, Any, Final

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

from storefront_store.conf import app_settings

FORMATS: Final = ("JPEG", "PNG", "WEBP")
JPEG_QUALITY: Final = 88


def image_path(instance: Any, filename: str) -> str:
    """Name an uploaded picture ourselves; of the client's name only the suffix that we chose remains."""
    suffix = "png" if filename.lower().endswith(".png") else "jpg"
    return f"store/images/{uuid.uuid4().hex}.{suffix}"


def sanitise(upload: Any) -> ContentFile[bytes]:
    """Turn an upload into a picture that is safe to keep and to serve.

    Args:
        upload: A file with ``size`` in bytes, as Django's upload handlers give it.

    Returns:
        A JPEG, or a PNG where the picture is a PNG or has transparency, under a name of ours.

    Raises:
        ValidationError: If it is empty, larger than ``IMAGE_MAX_BYTES``, not a JPEG, PNG or WebP by content,
            has more than ``IMAGE_MAX_PIXELS``, or can't be decoded.
    """
    _check_size(upload)
    picture = _open(upload)
    _check_pixels(picture)
    return _redraw(picture)


def _check_size(upload: Any) -> None:
    limit = app_settings.IMAGE_MAX_BYTES
    if not upload.size:
        raise ValidationError(_("The submitted file is empty."), code="empty")
    if upload.size > limit:
        raise ValidationError(
            _("Files cannot be larger than %(limit)sKB!"), code="too_large", params={"limit": limit // 1024}
        )


def _open(upload: IO[bytes]) -> Image.Image:
    """Read the header alone."""
    upload.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            return Image.open(upload, formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise _too_many_pixels() from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, TypeError) as error:
        raise _not_an_image() from error


def _check_pixels(picture: Image.Image) -> None:
    if picture.width * picture.height > app_settings.IMAGE_MAX_PIXELS:
        raise _too_many_pixels()


def _redraw(picture: Image.Image) -> ContentFile[bytes]:
    """Decode the first frame once and encode it again."""
    try:
        upright = ImageOps.exif_transpose(picture)
        transparent = upright.has_transparency_data
        keep_png = transparent or picture.format == "PNG"
        target = upright.convert("RGBA" if transparent else "RGB")
    except (OSError, ValueError, SyntaxError, TypeError, EOFError, OverflowError, MemoryError, IndexError) as error:
        raise _not_an_image() from error
    target.info.clear()
    output = io.BytesIO()
    if keep_png:
        target.save(output, "PNG")
    else:
        target.save(output, "JPEG", quality=JPEG_QUALITY)
    return ContentFile(output.getvalue(), name="picture.png" if keep_png else "picture.jpg")


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
