"""Images in other colours than sRGB are converted before their metadata is dropped."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Sequence
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageCms

from storefront_store import images
from storefront_store.colours import to_srgb

# Display P3, adapted to D50: https://www.color.org/chardata/rgb/DisplayP3.xalter
P3 = [(0.51512, 0.24120, -0.00105), (0.29198, 0.69225, 0.04189), (0.15710, 0.06657, 0.78407)]
D50 = (0.96420, 1.0, 0.82491)


def fixed(*values: float) -> bytes:
    return struct.pack(f">{len(values)}i", *(round(value * 65536) for value in values))


def profile(space: bytes, tags: dict[bytes, bytes], *, pcs: bytes = b"XYZ ", kind: bytes = b"mntr") -> bytes:
    """Return an ICC profile, version 2. See https://www.color.org/ICC1v42_2006-05.pdf, section 7."""
    name = b"desc" + bytes(4) + struct.pack(">I", 5) + b"Test\0" + bytes(78)
    tags = {b"desc": name, b"cprt": b"text" + bytes(4) + b"None\0", b"wtpt": b"XYZ " + bytes(4) + fixed(*D50), **tags}
    table, body = struct.pack(">I", len(tags)), b""
    start = 128 + 4 + 12 * len(tags)
    for key, data in tags.items():
        table += key + struct.pack(">II", start + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    header = struct.pack(">I4sI", start + len(body), bytes(4), 0x02400000) + kind + space + pcs
    header += bytes(12) + b"acsp" + bytes(28) + fixed(*D50) + bytes(48)
    return header + table + body


def curve(gamma: float) -> bytes:
    return b"curv" + bytes(4) + struct.pack(">IH", 1, round(gamma * 256))


def srgb_curve() -> bytes:
    """The curve of sRGB, which Display P3 shares, at 1,024 points."""
    points = (number / 1023 for number in range(1024))
    linear = (x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in points)
    return b"curv" + bytes(4) + struct.pack(">I1024H", 1024, *(round(value * 65535) for value in linear))


def display_p3() -> bytes:
    columns = {
        key: b"XYZ " + bytes(4) + fixed(*column) for key, column in zip((b"rXYZ", b"gXYZ", b"bXYZ"), P3, strict=True)
    }
    return profile(b"RGB ", columns | dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), srgb_curve()))


def grey(gamma: float) -> bytes:
    return profile(b"GRAY", {b"kTRC": curve(gamma)})


def cmyk() -> bytes:
    """A profile of ideal inks: white paper, black for black ink, and full yellow for yellow ink."""
    lab = {(0, 0, 0, 0): (100, 0, 0), (0, 0, 1, 0): (97, -16, 94), (0, 1, 1, 0): (53, 80, 67)}
    corners = [(c, m, y, k) for c in (0, 1) for m in (0, 1) for y in (0, 1) for k in (0, 1)]
    grid = b""
    for corner in corners:
        lightness, a, b = (0, 0, 0) if corner[3] else lab.get(corner, (40, 0, 0))
        grid += bytes([round(lightness * 2.55), a + 128, b + 128])
    ramp = bytes(range(256))
    lut = b"mft1" + bytes(4) + bytes([4, 3, 2, 0]) + fixed(1, 0, 0, 0, 1, 0, 0, 0, 1) + ramp * 4 + grid + ramp * 3
    return profile(b"CMYK", {b"A2B0": lut}, pcs=b"Lab ", kind=b"prtr")


def stored(mode: str, colour: Any, icc: bytes | None, kind: str = "PNG", **options: Any) -> Image.Image:
    """Upload an image of one colour, and open what would be stored."""
    data = io.BytesIO()
    Image.new(mode, (16, 16), colour).save(data, kind, icc_profile=icc, **options)
    suffix = kind.lower()
    saved = images.sanitise(SimpleUploadedFile(f"a.{suffix}", data.getvalue(), content_type=f"image/{suffix}"))
    return Image.open(io.BytesIO(saved.read()))


def near(found: Sequence[int], wanted: Sequence[int], tolerance: int = 2) -> bool:
    return len(found) == len(wanted) and all(abs(x - y) <= tolerance for x, y in zip(found, wanted, strict=True))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_display_p3_is_converted_to_srgb(kind: str) -> None:
    options = {"lossless": True} if kind == "WEBP" else {"quality": 100, "subsampling": 0} if kind == "JPEG" else {}

    picture = stored("RGB", (220, 60, 40), display_p3(), kind, **options)

    assert near(picture.convert("RGB").getpixel((8, 8)), (239, 35, 17), tolerance=4)
    assert "icc_profile" not in picture.info


def test_profile_name_is_not_trusted() -> None:
    misnamed = display_p3().replace(struct.pack(">I", 5) + b"Test\0", struct.pack(">I", 5) + b"sRGB\0")

    picture = stored("RGB", (220, 60, 40), misnamed, "PNG")

    assert near(picture.convert("RGB").getpixel((8, 8)), (239, 35, 17), tolerance=4)


def test_alpha_is_kept() -> None:
    picture = stored("RGBA", (220, 60, 40, 100), display_p3())

    assert near(picture.getpixel((8, 8)), (239, 35, 17, 100))


def test_palettes_are_converted() -> None:
    data = io.BytesIO()
    Image.new("RGB", (16, 16), (220, 60, 40)).quantize(4).save(data, "PNG", icc_profile=display_p3())

    saved = images.sanitise(SimpleUploadedFile("a.png", data.getvalue()))

    assert near(Image.open(io.BytesIO(saved.read())).convert("RGB").getpixel((8, 8)), (239, 35, 17))


@pytest.mark.parametrize(("gamma", "wanted"), [(1.0, 188), (2.2, 128), (3.0, 100)])
def test_grey_is_converted_from_its_gamma(gamma: float, wanted: int) -> None:
    picture = stored("L", 128, grey(gamma))

    assert picture.mode == "L"
    assert abs(picture.getpixel((8, 8)) - wanted) <= 3


def test_grey_with_alpha() -> None:
    picture = stored("LA", (128, 77), grey(1.0))

    assert near(picture.convert("LA").getpixel((8, 8)), (188, 77), tolerance=3)


@pytest.mark.parametrize(
    ("ink", "wanted"),
    [
        ((0, 0, 0, 0), (255, 255, 255)),
        ((0, 0, 0, 255), (0, 0, 0)),
        ((0, 0, 255, 0), (255, 255, 0)),
        ((0, 255, 255, 0), (255, 0, 0)),
    ],
)
def test_cmyk_is_converted_to_rgb(ink: Any, wanted: Any) -> None:
    picture = stored("CMYK", ink, cmyk(), "JPEG", quality=100)

    assert picture.mode == "RGB"
    assert near(picture.getpixel((8, 8)), wanted, tolerance=12)


def test_cmyk_without_profile() -> None:
    picture = stored("CMYK", (0, 0, 255, 0), None, "JPEG", quality=100)

    assert near(picture.getpixel((8, 8)), (255, 255, 0), tolerance=3)


def test_srgb_is_unchanged() -> None:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    picture = Image.new("RGB", (4, 4), (220, 60, 40))
    picture.info["icc_profile"] = srgb

    assert to_srgb(picture) is picture
    assert picture.getpixel((0, 0)) == (220, 60, 40)


@pytest.mark.parametrize("icc", [b"", b"nonsense", display_p3()[:200], grey(1.0), cmyk(), b"\xff" * 5000])
def test_invalid_profile_is_ignored(icc: bytes) -> None:
    picture = stored("RGB", (220, 60, 40), icc)

    assert picture.getpixel((8, 8)) == (220, 60, 40)


def test_decompression_bomb_in_profile_is_ignored() -> None:
    data = io.BytesIO()
    Image.new("RGB", (16, 16), (220, 60, 40)).save(data, "PNG")
    bomb = b"icc\0\0" + zlib.compress(bytes(100_000_000), 9)
    chunk = struct.pack(">I", len(bomb)) + b"iCCP" + bomb + struct.pack(">I", zlib.crc32(b"iCCP" + bomb))
    png = data.getvalue()[:33] + chunk + data.getvalue()[33:]

    saved = images.sanitise(SimpleUploadedFile("a.png", png))

    assert Image.open(io.BytesIO(saved.read())).getpixel((8, 8)) == (220, 60, 40)
