"""Conversion of images to sRGB, the colour space that browsers assume for images without a profile."""

from __future__ import annotations

import io
import zlib
from typing import Final

from PIL import Image, ImageCms

MAX_PROFILE_BYTES: Final = 1_000_000
SRGB: Final = "RGB"
WITH_ALPHA: Final = {"RGBA": "RGB", "LA": "L", "PA": "RGB"}
PROBE: Final = [(level, other, 255 - level) for level in range(0, 256, 51) for other in (0, 51, 128, 204, 255)]
MOST_ROUNDING: Final = 3  # difference of a channel between two profiles for sRGB
# Colour space of the profile, by image mode.
SPACES: Final = {"RGB": "RGB", "L": "GRAY", "CMYK": "CMYK"}


def is_small_profile(chunk: bytes) -> bool:
    """Return whether the decompressed profile of a PNG has at most :data:`MAX_PROFILE_BYTES`.

    Args:
        chunk: The content of an ``iCCP`` chunk: a name, the compression method and the compressed profile.
    """
    packed = chunk.partition(b"\0")[2][1:]
    try:
        unpacked = zlib.decompressobj().decompress(packed, MAX_PROFILE_BYTES + 1)
    except zlib.error:
        return False
    return len(unpacked) <= MAX_PROFILE_BYTES


def to_srgb(picture: Image.Image) -> Image.Image:
    """Convert an image to sRGB, or to greyscale if it is greyscale.

    Uses the embedded colour profile, so call it before the metadata is removed. Without a profile, or with a broken
    one or one for another colour space, the image is taken to be sRGB, as browsers do.

    Args:
        picture: A decoded image; may be modified in place.

    Returns:
        The image in the mode ``L``, ``LA``, ``RGB`` or ``RGBA`` if it was converted; otherwise the image as it was.
    """
    profile = _profile_of(picture)
    if profile is None or picture.mode.startswith(("I", "F")):
        return picture
    if picture.mode in ("1", "P", "PA"):
        picture = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    alpha = picture.getchannel("A") if picture.mode in WITH_ALPHA else None
    base = picture.convert(WITH_ALPHA[picture.mode]) if alpha is not None else picture
    if SPACES.get(base.mode) != profile.profile.xcolor_space.strip():
        return picture
    try:
        converted = _convert(base, profile)
    except ImageCms.PyCMSError:
        return picture
    if base.mode == "L":
        converted = converted.convert("L")
    if alpha is not None:
        converted.putalpha(alpha)
    return converted


def _profile_of(picture: Image.Image) -> ImageCms.ImageCmsProfile | None:
    data = picture.info.get("icc_profile")
    if not data:
        return None
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(data))
        return None if _is_srgb(profile) else profile
    except (OSError, ImageCms.PyCMSError):
        return None


def _is_srgb(profile: ImageCms.ImageCmsProfile) -> bool:
    """Return whether colours stay the same in a conversion. The name of a profile is not reliable."""
    if profile.profile.xcolor_space.strip() != SRGB:
        return False
    probe = Image.new(SRGB, (len(PROBE), 1))
    probe.putdata(PROBE)
    before = probe.tobytes()
    after = _convert(probe, profile).tobytes()
    return max(abs(one - other) for one, other in zip(before, after, strict=True)) <= MOST_ROUNDING


def _convert(picture: Image.Image, profile: ImageCms.ImageCmsProfile) -> Image.Image:
    converted = ImageCms.profileToProfile(
        picture,
        profile,
        ImageCms.createProfile("sRGB"),
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
        outputMode=SRGB,
        inPlace=picture.mode == SRGB,
        flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )
    return picture if converted is None else converted
