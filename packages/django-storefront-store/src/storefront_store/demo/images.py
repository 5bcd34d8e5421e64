"""Images for the demo catalogue: a flat motif on a soft gradient, drawn at seed time.

A motif is a list of shapes in ``motifs.json``, on a grid of 100 by 100: ``[kind, numbers, size, tone]``. The same
motif and colours always give the same image.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Sequence
from functools import cache
from importlib import resources
from typing import Any, Final

from PIL import Image, ImageColor, ImageDraw

Colour = tuple[int, int, int]

SIDE: Final = 800
OVERSAMPLING: Final = 2  # drawn larger and scaled down for smooth edges
CANVAS: Final = SIDE * OVERSAMPLING
MARGIN: Final = 0.06
QUALITY: Final = 84
WHITE: Final[Colour] = (255, 255, 255)
BLACK: Final[Colour] = (0, 0, 0)


def draw(motif: str, colours: Sequence[str]) -> bytes:
    """Draw a product image.

    Args:
        motif: A name in ``motifs.json``.
        colours: Background and main colour, such as ``("#E3ECE0", "#7F9C80")``.

    Returns:
        A square JPEG.

    Raises:
        KeyError: If there is no such motif.
    """
    back, main = (ImageColor.getcolor(colour, "RGB") for colour in colours)
    palette = _palette(back, main)  # type: ignore[arg-type]
    picture = _gradient(palette["back"], _mix(palette["back"], palette["main"], 0.35))
    pencil = ImageDraw.Draw(picture)
    _shadow(pencil, _mix(palette["back"], palette["dark"], 0.35))
    for kind, numbers, size, tone in _motifs()[motif]:
        SHAPES[kind](pencil, [_place(number) for number in numbers], numbers, _scale(size), palette[tone])
    output = io.BytesIO()
    picture.reduce(OVERSAMPLING).save(output, "JPEG", quality=QUALITY)
    return output.getvalue()


def motif_names() -> frozenset[str]:
    """Return the names of all motifs."""
    return frozenset(_motifs())


@cache
def _motifs() -> dict[str, list[Any]]:
    text = resources.files(__package__).joinpath("motifs.json").read_text(encoding="utf-8")
    motifs: dict[str, list[Any]] = json.loads(text)
    return motifs


def _palette(back: Colour, main: Colour) -> dict[str, Colour]:
    """Return the four tones of an image; on a dark background the shading is inverted."""
    dark_background = sum(back) < sum(main)
    return {
        "back": back,
        "main": main,
        "dark": _mix(main, back if dark_background else BLACK, 0.38),
        "light": _mix(main, WHITE, 0.92),
    }


def _mix(one: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def _gradient(top: Colour, bottom: Colour) -> Image.Image:
    mask = Image.linear_gradient("L").resize((CANVAS, CANVAS))
    size = (CANVAS, CANVAS)
    return Image.composite(Image.new("RGB", size, bottom), Image.new("RGB", size, top), mask)


def _shadow(pencil: ImageDraw.ImageDraw, colour: Colour) -> None:
    pencil.ellipse([_place(22), _place(84), _place(78), _place(93)], fill=colour)


def _scale(length: float) -> float:
    return length / 100 * CANVAS * (1 - 2 * MARGIN)


def _place(coordinate: float) -> float:
    return CANVAS * MARGIN + _scale(coordinate)


def _box(pencil: Any, at: list[float], _: list[float], size: float, colour: Colour) -> None:
    pencil.rounded_rectangle(at, radius=size, fill=colour)


def _oval(pencil: Any, at: list[float], _: list[float], size: float, colour: Colour) -> None:
    pencil.ellipse(at, fill=colour)


def _shape(pencil: Any, at: list[float], _: list[float], size: float, colour: Colour) -> None:
    pencil.polygon(at, fill=colour)


def _line(pencil: Any, at: list[float], _: list[float], size: float, colour: Colour) -> None:
    pencil.line(at, fill=colour, width=round(size), joint="curve")
    for x, y in ((at[0], at[1]), (at[-2], at[-1])):
        pencil.circle((x, y), size / 2, fill=colour)


def _arc(pencil: Any, at: list[float], numbers: list[float], size: float, colour: Colour) -> None:
    pencil.arc(at[:4], numbers[4], numbers[5], fill=colour, width=round(size))


def _pie(pencil: Any, at: list[float], numbers: list[float], size: float, colour: Colour) -> None:
    pencil.pieslice(at[:4], numbers[4], numbers[5], fill=colour)


SHAPES: Final[dict[str, Callable[..., None]]] = {
    "box": _box,
    "oval": _oval,
    "shape": _shape,
    "line": _line,
    "arc": _arc,
    "pie": _pie,
}
