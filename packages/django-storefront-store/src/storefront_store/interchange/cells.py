"""Quoting of text in cells that a spreadsheet would convert or execute.

On export such text is prefixed with an apostrophe, by which spreadsheets mark text. On import the apostrophe is
removed, so that exported text is imported unchanged even if a spreadsheet has opened and saved the file, as CSV or as a
workbook.
"""

from __future__ import annotations

import re
from typing import Final

APOSTROPHE: Final = "'"  # a single one is quoted as well
FORMULA: Final = frozenset("=+-@\t\r\n|%")
MONTHS: Final = (
    "jan|feb|mar|mär|apr|may|mai|jun|jul|aug|sep|oct|okt|nov|dec|dez|"
    "january|february|march|april|june|july|august|september|october|november|december|"
    "januar|februar|märz|juni|juli|oktober|dezember"
)
# Numbers, dates, times and amounts, in the notation of any country. Plain digits are not at risk.
NUMERIC: Final = re.compile(r"(?i)[$€£¥]?\s?[0-9][0-9\s.,:/'\u2019\u00a0\u202f-]*(?:e[+-]?[0-9]+|am|pm|%|\s?[$€£¥])?")
MONTH: Final = rf"(?:{MONTHS})\.?[\s,./-]*"
DATE: Final = re.compile(
    rf"(?i)[0-9]{{1,4}}[\s./-]*{MONTH}[0-9]{{0,4}}|{MONTH}[0-9]{{1,4}}(?:[\s,./-]+[0-9]{{1,4}})?",
)
MOMENT: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T.*")
SAFE_DIGITS: Final = re.compile(r"[1-9][0-9]{0,14}|0")
LOGICAL: Final = frozenset({"true", "false", "wahr", "falsch"})


class DateCell(str):
    """A date in a workbook. A spreadsheet may have made it of a text such as ``MAR-12``, so it is not text."""

    __slots__ = ()


class ErrorCell(str):
    """The error of a formula in a workbook, such as ``#N/A``."""

    __slots__ = ()


def quote(text: str) -> str:
    """Return ``text`` quoted if a spreadsheet would execute it or convert it to a number, a date or a Boolean."""
    return APOSTROPHE + text if _is_at_risk(text) or _is_quoted(text) else text


def escape(text: str) -> str:
    """Return ``text`` for a cell that is of type text, with one apostrophe more if it seems to be quoted."""
    return APOSTROPHE + text if _is_quoted(text) else text


def unquote(text: str) -> str:
    """Return ``text`` without the apostrophe added by :func:`quote`, :func:`escape` or a spreadsheet."""
    return text[1:] if _is_quoted(text) else text


def _is_quoted(text: str) -> bool:
    """Return whether an apostrophe is a quote; in ``'Tis`` it belongs to the text."""
    if not text.startswith(APOSTROPHE):
        return False
    body = text.lstrip(APOSTROPHE)
    return not body or _is_at_risk(body) or SAFE_DIGITS.fullmatch(body.strip()) is not None


def _is_at_risk(text: str) -> bool:
    if not text:
        return False
    if text[0] in FORMULA:
        return True
    body = text.strip()
    if SAFE_DIGITS.fullmatch(body):
        return False
    return (
        body.casefold() in LOGICAL
        or NUMERIC.fullmatch(body) is not None
        or DATE.fullmatch(body) is not None
        or MOMENT.fullmatch(body) is not None
    )
