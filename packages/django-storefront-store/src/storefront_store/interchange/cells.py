"""Text in the cells of a CSV file that a spreadsheet would change or run.

On export such text gets an apostrophe in front, as spreadsheets themselves mark text; on import it is taken away
again, so that what is exported comes back unchanged even if a spreadsheet has opened and saved the file.
"""

from __future__ import annotations

import re
from typing import Final

APOSTROPHE: Final = "'"  # a lone one is quoted as well
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


def quote(text: str) -> str:
    """Return ``text`` so that a spreadsheet neither runs it nor turns it into a number, a date or a logical value."""
    return APOSTROPHE + text if _is_at_risk(text) or _is_quoted(text) else text


def unquote(text: str) -> str:
    """Take away the apostrophe that :func:`quote`, or a spreadsheet, has put in front of ``text``."""
    return text[1:] if _is_quoted(text) else text


def _is_quoted(text: str) -> bool:
    """Tell whether an apostrophe marks what follows as text; ``'Tis`` begins with one of its own."""
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
