"""Amounts with a decimal comma without quotation marks in text delimited by commas, which become two cells."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

WHOLE: Final = re.compile(r"\D{0,4}[0-9]{1,3}(?:\.?[0-9]{3})*")  # also with a currency before it
CENTS: Final = re.compile(r"[0-9]{2}\D{0,4}")
REST: Final = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,2})?\D{0,4}")  # of 1,299.00 too
CENTS_ONLY: Final = re.compile(r"0[0-9]\D{0,4}")  # no number of units or grams is written like this


class SplitAmounts:
    """Finds rows in which the comma of an amount was read as the end of a cell.

    Args:
        width: The number of columns with names.
        header: The number of cells in the header, trailing empty ones included.
        prices: The positions of the columns of prices.
    """

    def __init__(self, width: int, header: int, prices: Sequence[int]) -> None:
        self._width = width
        self._usual = max(width, header)
        self._prices = [position for position in prices if position + 1 < width]
        self._has_fitting = False  # whether any row has as many cells as the header
        self._has_others = False  # whether any longer row shows that the empty cells at its end are trailing delimiters

    def learn(self, cells: Sequence[str]) -> None:
        """Note what a row says about the others."""
        if len(cells) == self._usual:
            self._has_fitting = True
        elif len(cells) > self._usual and not self._is_split(cells, CENTS):
            self._has_others = True

    def found_in(self, cells: Sequence[str]) -> bool:
        """Return whether a row has an amount in two cells.

        A longer row with empty cells at its end may have a trailing delimiter instead. It has if all rows are longer
        than the header, and one of them can't be explained by a decimal comma.
        """
        if len(cells) <= self._usual:
            return len(cells) >= self._width and self._is_split(cells, CENTS_ONLY)
        if any(cells[self._usual :]):
            return any(WHOLE.fullmatch(one) and REST.fullmatch(two) for one, two in pairwise(cells))
        return (self._has_fitting or not self._has_others) and self._is_split(cells, CENTS)

    def _is_split(self, cells: Sequence[str], rest: re.Pattern[str]) -> bool:
        return any(
            WHOLE.fullmatch(cells[position].strip()) and rest.fullmatch(cells[position + 1].strip())
            for position in self._prices
            if position + 1 < len(cells)
        )
