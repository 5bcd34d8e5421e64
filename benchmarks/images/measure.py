"""How long ``storefront_store.images.sanitise`` takes, and how much memory it wants, for pictures that try it.

Each picture is dealt with in a process of its own, warmed up with a small one: the figures are the time, and the growth
of the highest memory ever held. Run with ``.venv/bin/python benchmarks/images/measure.py``.
"""

from __future__ import annotations

import io
import multiprocessing
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

TESTS = Path(__file__).parents[2] / "packages" / "django-storefront-store" / "tests"
sys.path.insert(0, str(TESTS))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "storefront_store_testapp.settings")

import django  # noqa: E402

django.setup()

from django.core.exceptions import ValidationError  # noqa: E402
from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: E402
from PIL import Image  # noqa: E402
from storefront_store_testapp import pictures  # noqa: E402

from storefront_store import images  # noqa: E402

LARGE = (4000, 3000)


def photo(kind: str, mode: str = "RGB", **options: Any) -> bytes:
    """Return something like a photograph of 12 megapixels: smooth, with a corner of noise."""
    picture = Image.radial_gradient("L").resize(LARGE)
    noise = Image.effect_noise((400, 300), 40)
    picture.paste(noise, (0, 0))
    bands = [picture, picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT), picture.transpose(Image.Transpose.ROTATE_180)]
    bands += [picture.transpose(Image.Transpose.FLIP_TOP_BOTTOM)]
    whole = Image.merge(mode, bands[: len(mode)]) if mode != "L" else picture
    output = io.BytesIO()
    whole.save(output, kind, **options)
    return output.getvalue()


def sideways() -> bytes:
    """Return a photograph that has to be turned."""
    exif = Image.Exif()
    exif[0x0112] = 6
    return photo("JPEG", quality=40, exif=exif, progressive=True, subsampling=0)


def scans() -> bytes:
    """Return a photograph in as many scans as are let through."""
    few = photo("JPEG", quality=8, progressive=True, subsampling=0)
    last = few.rindex(b"\xff\xda")
    missing = images.MAX_SCANS - few.count(b"\xff\xda")
    return few[:last] + few[last:-2] * (missing + 1) + b"\xff\xd9"


def deep_png() -> bytes:
    """Return 12 megapixels of 16 bits a channel, from next to nothing."""
    return pictures.png(LARGE, 16, 6)


LARGEST: dict[str, Callable[[], bytes]] = {
    "12 Mpx JPEG": lambda: photo("JPEG", quality=40),
    "12 Mpx JPEG, progressive, turned": sideways,
    "12 Mpx JPEG, 40 scans": scans,
    "12 Mpx JPEG, CMYK, progressive": lambda: photo("JPEG", "CMYK", quality=5, progressive=True, subsampling=0),
    "12 Mpx PNG, one bit": lambda: pictures.png(LARGE, 1, 0),
    "12 Mpx PNG, 16 bits grey": lambda: pictures.png(LARGE, 16, 0),
    "12 Mpx PNG, 16 bits RGBA": deep_png,
    "12 Mpx PNG, palette": lambda: pictures.encode("PNG", LARGE, "P"),
    "12 Mpx PNG, palette with a hole": lambda: pictures.encode("PNG", LARGE, "P", transparency=0),
    "12 Mpx WebP, lossy": lambda: photo("WEBP", quality=40, method=0),
    "12 Mpx WebP, lossy with alpha": lambda: photo("WEBP", "RGBA", quality=10, method=0, alpha_quality=10),
    "12 Mpx WebP, lossless": lambda: pictures.encode("WEBP", LARGE, lossless=True, method=0),
}


def highest_memory() -> int:
    """Return the most memory this process ever held, in kilobytes."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1])
    raise RuntimeError("no VmHWM in /proc/self/status")


def measure(name: str, data: bytes, answers: Any) -> None:
    """Deal with one picture and tell what it took."""
    for kind in ("JPEG", "PNG", "WEBP"):
        images.sanitise(SimpleUploadedFile("warm", pictures.encode(kind)))
    before, start = highest_memory(), time.perf_counter()
    try:
        result = f"{images.sanitise(SimpleUploadedFile(name, data)).size // 1024} KB kept"
    except ValidationError as error:
        result = f"refused: {error.code}"
    answers.put((time.perf_counter() - start, (highest_memory() - before) / 1024, result))


def main() -> None:
    """Print a table."""
    context = multiprocessing.get_context("spawn")
    print("| picture | KB | seconds | MB more | answer |\n|---|---|---|---|---|")  # noqa: T201
    for table in (pictures.REFUSED, pictures.CLEANED, LARGEST):
        for name, make in table.items():
            data, answers = make(), context.Queue()
            process = context.Process(target=measure, args=(name, data, answers))
            process.start()
            seconds, megabytes, result = answers.get()
            process.join()
            printable = name[:40].encode("ascii", "replace").decode().replace("|", " ")
            row = f"| {printable} | {len(data) // 1024} | {seconds:.3f} | {megabytes:.0f} | {result} |"
            print(row, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
