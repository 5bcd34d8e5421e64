"""Pictures as strangers send them: what must be refused, and what must come out clean.

Everything is made here, byte by byte where no encoder would make it.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from typing import Any

from PIL import Image, PngImagePlugin

SECRET = b"SECRET-METADATA"
TAIL = b"<?php echo shell_exec($_GET['c']); ?>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"


def encode(kind: str, size: tuple[int, int] = (32, 24), mode: str = "RGB", color: Any = None, **options: Any) -> bytes:
    """Encode a plain picture."""
    output = io.BytesIO()
    Image.new(mode, size, 0 if color is None else color).save(output, kind, **options)
    return output.getvalue()


def chunk(kind: bytes, data: bytes = b"") -> bytes:
    """A PNG chunk."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(
    size: tuple[int, int] = (4, 4), depth: int = 8, color: int = 2, *, before: bytes = b"", pixels: bytes | None = None
) -> bytes:
    """A PNG of the given header, with extra chunks before its pixels."""
    channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[color]
    row = b"\0" + b"\0" * ((size[0] * channels * depth + 7) // 8)
    if pixels is None:
        pixels = zlib.compress(row * size[1], 9)
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", *size, depth, color, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + before + chunk(b"IDAT", pixels) + chunk(b"IEND")


def animated_png(frames: int) -> bytes:
    """An APNG: its default picture, then tiny frames."""
    control = chunk(b"acTL", struct.pack(">II", frames, 0))
    more, number = [], 0
    pixel = zlib.compress(b"\0\1\2\3")
    for _ in range(frames):
        more.append(chunk(b"fcTL", struct.pack(">IIIIIHHBB", number, 1, 1, 0, 0, 1, 10, 0, 0)))
        more.append(chunk(b"fdAT", struct.pack(">I", number + 1) + pixel))
        number += 2
    plain = png(before=control)
    end = chunk(b"IEND")
    return plain[: -len(end)] + b"".join(more) + end


def animated_webp(frames: int) -> bytes:
    """An animated WebP: one tiny frame again and again."""
    still = encode("WEBP", (2, 2), lossless=True)
    body = still[12:]  # VP8L chunk
    frame = struct.pack("<3s3s3s3s3sB", b"\0" * 3, b"\0" * 3, b"\1\0\0", b"\1\0\0", b"\1\0\0", 0) + body
    anmf = b"ANMF" + struct.pack("<I", len(frame)) + frame + b"\0" * (len(frame) % 2)
    head = b"VP8X" + struct.pack("<IB3x3s3s", 10, 0x02, b"\1\0\0", b"\1\0\0") + b"ANIM" + struct.pack("<IIH", 6, 0, 0)
    payload = b"WEBP" + head + anmf * frames
    return b"RIFF" + struct.pack("<I", len(payload)) + payload


def jpeg_of_scans(number: int, size: tuple[int, int] = (64, 64)) -> bytes:
    """A progressive JPEG whose last scan is repeated."""
    data = encode("JPEG", size, progressive=True)
    last = data.rindex(b"\xff\xda")
    scan = data[last:-2]
    return data[:last] + scan * number + b"\xff\xd9"


def jpeg_with_size(width: int, height: int) -> bytes:
    """A JPEG that claims another size than it has."""
    data = bytearray(encode("JPEG"))
    at = data.index(b"\xff\xc0")
    data[at + 5 : at + 9] = struct.pack(">HH", height, width)
    return bytes(data)


def webp_with_size(width: int, height: int) -> bytes:
    """An extended WebP whose canvas claims another size."""
    still = encode("WEBP", (2, 2), lossless=True)[12:]
    canvas = struct.pack("<I", width - 1)[:3] + struct.pack("<I", height - 1)[:3]
    payload = b"WEBP" + b"VP8X" + struct.pack("<IB3x", 10, 0) + canvas + still
    return b"RIFF" + struct.pack("<I", len(payload)) + payload


def with_exif(kind: str, size: tuple[int, int] = (32, 24), orientation: int = 1) -> bytes:
    """A picture that tells where and by what it was taken."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = SECRET.decode()
    exif.get_ifd(0x8825)[2] = (52.0, 30.0, 59.0)
    return encode(kind, size, exif=exif)


def with_texts() -> bytes:
    """A PNG with words in it."""
    info = PngImagePlugin.PngInfo()
    info.add_text("Author", SECRET.decode())
    info.add_itxt("XML:com.adobe.xmp", SECRET.decode())
    return encode("PNG", pnginfo=info)


def zlib_bomb(megabytes: int) -> bytes:
    """Compressed zeros."""
    return zlib.compress(b"\0" * (megabytes << 20), 9)


def text_bombs() -> bytes:
    """Many texts, each just below the size that Pillow minds."""
    bomb = chunk(b"zTXt", b"a\0\0" + zlib.compress(b"A" * 1_000_000, 9))
    return png(before=bomb * 60)


def as_ico() -> bytes:
    """An icon with a PNG in it."""
    return encode("ICO", (32, 32))


def eps() -> bytes:
    """What would start Ghostscript, if anybody asked Pillow to."""
    return b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n%%EndComments\n(%pipe%id) (w) file\nshowpage\n%%EOF\n"


# Refused: name of the upload -> its bytes.
REFUSED: dict[str, Callable[[], bytes]] = {
    "vector.svg": lambda: SVG,
    "vector.png": lambda: SVG,
    "page.html": lambda: HTML,
    "page.jpg": lambda: HTML,
    "empty.png": lambda: b"",
    "text.png": lambda: b"not a picture at all",
    "magic-only.png": lambda: b"\x89PNG\r\n\x1a\n",
    "magic-only.jpg": lambda: b"\xff\xd8\xff",
    "magic-only.webp": lambda: b"RIFF\x04\0\0\0WEBP",
    "gif.png": lambda: encode("GIF"),
    "gif-polyglot.jpg": lambda: b"GIF89a/*" + encode("JPEG"),
    "html-then-jpeg.jpg": lambda: HTML + encode("JPEG"),
    "bitmap.png": lambda: encode("BMP"),
    "fax.png": lambda: encode("TIFF"),
    "icon.png": as_ico,
    "postscript.png": eps,
    "document.jpg": lambda: encode("PDF"),
    "cut-in-half.jpg": lambda: encode("JPEG", (600, 400))[:1200],
    "cut-in-half.png": lambda: encode("PNG", (600, 400))[:500],
    "cut-in-half.webp": lambda: encode("WEBP", (600, 400))[:100],
    "no-end.png": lambda: png()[:-12],
    "no-end.jpg": lambda: encode("JPEG")[:-2],
    "no-pixels.png": lambda: png(pixels=b""),
    "broken-pixels.png": lambda: png(pixels=b"\x78\x9c" + b"\xff" * 40),
    "few-pixels.png": lambda: png((400, 400), pixels=zlib.compress(b"\0" * 100)),
    "wrong-length.png": lambda: png()[:8] + b"\xff\xff\xff\xff" + png()[12:],
    "no-size.png": lambda: png((0, 0), pixels=zlib.compress(b"")),
    "gigapixel.png": lambda: png((50_000, 50_000), pixels=zlib.compress(b"\0")),
    "gigapixel.jpg": lambda: jpeg_with_size(65_500, 65_500),
    "gigapixel.webp": lambda: webp_with_size(16_383, 16_383),
    "hundred-megapixels.png": lambda: png((10_000, 10_000), pixels=zlib.compress(b"\0")),
    "hundred-megapixels.jpg": lambda: jpeg_with_size(10_000, 10_000),
    "hundred-megapixels.webp": lambda: webp_with_size(10_000, 10_000),
    "one-bit-bomb.png": lambda: png((25_000, 25_000), 1, 0),
    "thousand-scans.jpg": lambda: jpeg_of_scans(1_000),
    "too-heavy.jpg": lambda: encode("JPEG") + b"\0" * 600_000,
}

# Accepted, and clean afterwards: name of the upload -> its bytes.
CLEANED: dict[str, Callable[[], bytes]] = {
    "tail.jpg": lambda: encode("JPEG") + TAIL,
    "tail.png": lambda: encode("PNG") + TAIL,
    "tail.webp": lambda: encode("WEBP") + TAIL,
    "long-tail.jpg": lambda: encode("JPEG") + TAIL * 10_000,
    "archive.png": lambda: encode("PNG") + b"PK\x03\x04" + b"\0" * 1000 + TAIL,
    "where-it-was-taken.jpg": lambda: with_exif("JPEG"),
    "where-it-was-taken.png": lambda: with_exif("PNG"),
    "where-it-was-taken.webp": lambda: with_exif("WEBP"),
    "on-its-side.jpg": lambda: with_exif("JPEG", orientation=6),
    "comment.jpg": lambda: encode("JPEG", comment=SECRET),
    "words.png": with_texts,
    "profile.jpg": lambda: encode("JPEG", icc_profile=SECRET * 100),
    "profile.png": lambda: encode("PNG", icc_profile=SECRET * 100),
    "profile.webp": lambda: encode("WEBP", icc_profile=SECRET * 100),
    "profile-bomb.png": lambda: png(before=chunk(b"iCCP", b"p\0\0" + zlib_bomb(300))),
    "text-bombs.png": text_bombs,
    "animation.png": lambda: animated_png(5_000),
    "animation.webp": lambda: animated_webp(8_000),
    "print.jpg": lambda: encode("JPEG", mode="CMYK", color=(10, 20, 30, 40)),
    "grey.jpg": lambda: encode("JPEG", mode="L", color=90),
    "sixteen-bits.png": lambda: encode("PNG", mode="I;16", color=0x8000),
    "one-bit.png": lambda: encode("PNG", mode="1", color=1),
    "palette.png": lambda: encode("PNG", mode="P"),
    "palette-with-a-hole.png": lambda: encode("PNG", mode="P", transparency=0),
    "grey-and-alpha.png": lambda: encode("PNG", mode="LA", color=(9, 9)),
    "alpha.webp": lambda: encode("WEBP", mode="RGBA", color=(1, 2, 3, 4)),
    "really-a-jpeg.png": lambda: encode("JPEG"),
    "really-a-png.jpg": lambda: encode("PNG"),
    "../../etc/passwd.png": lambda: encode("PNG"),
    "<img src=x onerror=alert(1)>.jpg": lambda: encode("JPEG"),
    "shell.php.png": lambda: encode("PNG"),
    "\u202egnp.exe": lambda: encode("PNG"),
    ("n" * 300) + ".jpg": lambda: encode("JPEG"),
}
