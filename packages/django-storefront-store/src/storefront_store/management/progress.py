"""A progress bar for long commands, with tqdm if installed, otherwise in plain lines."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any, Final, TextIO, cast

from django.core.management.base import OutputWrapper

try:
    from tqdm import tqdm
except ImportError:  # the extra "progress" is not installed
    tqdm = None

LINES: Final = 10  # number of lines in all, without tqdm


@contextlib.contextmanager
def progress(stream: TextIO, *, total: int | None, label: str, shown: bool = True) -> Iterator[Callable[[int], Any]]:
    """Show the progress of a command if the output is a terminal.

    Args:
        stream: The output; nothing is written unless it is a terminal.
        total: The number of steps, if known.
        label: The label of the progress bar.
        shown: Whether to show the progress.

    Yields:
        A function to call with the number of steps completed since its last call.
    """
    if not shown or not stream.isatty():
        yield lambda done: None
    elif tqdm is not None:
        with tqdm(total=total, desc=label, file=stream, unit="") as bar:
            yield bar.update
    else:
        yield _lines(stream, total, label)


def raw(output: OutputWrapper) -> TextIO:
    """Return the underlying stream of a command's ``stdout`` or ``stderr``, which adds no line endings."""
    return cast(TextIO, output._out)


def _lines(stream: TextIO, total: int | None, label: str) -> Callable[[int], None]:
    every = max(1, (total or 10_000) // LINES)
    made = 0

    def advance(done: int) -> None:
        nonlocal made
        before, made = made, made + done
        if made // every > before // every:
            stream.write(f"{label}: {made}" + (f" of {total}" if total else "") + "\n")

    return advance
