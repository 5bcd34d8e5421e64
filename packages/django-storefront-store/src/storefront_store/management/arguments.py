"""Command line arguments shared by several commands."""

from __future__ import annotations

import re
from argparse import ArgumentTypeError
from datetime import timedelta
from typing import Final

UNITS: Final = {"h": "hours", "d": "days", "w": "weeks"}
LONGEST: Final = timedelta(days=36_500)


def age(text: str) -> timedelta:
    """Parse an age such as ``90``, ``90d``, ``12h`` or ``6w``; a number without unit means days.

    Raises:
        ArgumentTypeError: If it is invalid or longer than a century.
    """
    match = re.fullmatch(r"([0-9]{1,7})([hdw]?)", text.strip().lower())
    if match is None:
        raise ArgumentTypeError(f"{text!r} is not an age: write 90d for days, 12h for hours or 6w for weeks")
    result = timedelta(**{UNITS[match[2] or "d"]: int(match[1])})
    if result > LONGEST:
        raise ArgumentTypeError(f"{text!r} is longer than a century")
    return result
