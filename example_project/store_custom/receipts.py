"""Receipts as PDF."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from fpdf import FPDF
from fpdf.enums import Align, MethodReturnValue, XPos, YPos
from fpdf.errors import FPDFUnicodeEncodingException

# The plain font is built into PDF readers and covers Western European languages. The other one has Greek, Cyrillic and
# many more characters (missing ones are left out), but loading it takes 20 times as long as the rest of a receipt.
PLAIN_FONT: Final = "helvetica"
WIDE_FONT: Final = "dejavu"
WIDE_FONT_FILE: Final = Path(__file__).parent / "fonts" / "DejaVuSans.ttf"
COLUMNS: Final = (95, 20, 35, 35)  # in millimetres, as the following values
ALIGNMENT: Final = (Align.L, Align.R, Align.R, Align.R)
PADDING: Final = 1
LINE_HEIGHT: Final = 6
ROW_HEIGHT: Final = 8
BRAND: Final = (11, 122, 102)
RULE: Final = (200, 205, 200)


def render(order: dict[str, Any]) -> bytes:
    """Return the receipt of an order as PDF, in the active language.

    Args:
        order: The content of the mail, as returned by :func:`store_custom.services.letters.read`.
    """
    try:
        return _render(order, PLAIN_FONT)
    except FPDFUnicodeEncodingException:
        return _render(order, WIDE_FONT)


def _render(order: dict[str, Any], font: str) -> bytes:
    pdf = FPDF(format="A4")
    pdf.set_title(_("Receipt %(number)s") % order)
    pdf.set_creation_date(order["placed_at"])
    if font == WIDE_FONT:
        pdf.add_font(WIDE_FONT, fname=WIDE_FONT_FILE)
    pdf.set_font(font, size=10)
    pdf.add_page()
    _write_head(pdf, order)
    _write_lines(pdf, order)
    return bytes(pdf.output())


def _write_head(pdf: FPDF, order: dict[str, Any]) -> None:
    pdf.set_text_color(*BRAND)
    pdf.set_font_size(22)
    _line(pdf, "Storefront", height=12)
    pdf.set_text_color(0)
    pdf.set_font_size(14)
    _line(pdf, _("Receipt for order %(number)s") % order, height=9)
    pdf.set_font_size(10)
    placed_at = timezone.localtime(order["placed_at"])
    _line(pdf, f"{placed_at:%Y-%m-%d %H:%M} {placed_at.tzname()}")
    _line(pdf, order["name"])
    for value in (order["address"] or {}).values():
        _line(pdf, str(value))
    pdf.ln(6)


def _write_lines(pdf: FPDF, order: dict[str, Any]) -> None:
    """Write the table row by row, because the tables of fpdf2 take four times as long."""
    currency = order["currency"]
    pdf.set_draw_color(*RULE)
    pdf.set_text_color(*BRAND)
    _row(pdf, [_("Product"), _("Quantity"), f"{_('Price')}, {currency}", f"{_('Sum')}, {currency}"])
    pdf.set_text_color(0)
    for line in order["lines"]:
        _row(pdf, [line["title"], str(line["quantity"]), _amount(line["unit_price"]), _amount(line["total"])])
    if order["adjustments"]:
        _row(pdf, [_("Subtotal"), "", "", _amount(order["subtotal"])])
    for adjustment in order["adjustments"]:
        note = f" ({_('included')})" if adjustment["included"] else ""
        _row(pdf, [f"{adjustment['label']}{note}", "", "", _amount(adjustment["amount"])])
    _row(pdf, [_("Total"), "", "", _amount(order["total"])])


def _amount(value: Decimal) -> str:
    """Return an amount as it is written in the active language."""
    return number_format(value, 2, use_l10n=True, force_grouping=True)


def _row(pdf: FPDF, cells: list[str]) -> None:
    """Write one row with a line below it; the first cell may take several lines."""
    title = " ".join(cells[0].split())
    first, *rest = _broken(pdf, title)
    if pdf.will_page_break(ROW_HEIGHT + LINE_HEIGHT * len(rest)):
        pdf.add_page()
    for width, text, align in zip(COLUMNS, [first, *cells[1:]], ALIGNMENT, strict=True):
        pdf.cell(width, ROW_HEIGHT if not rest else LINE_HEIGHT, text, align=align)
    pdf.ln(ROW_HEIGHT if not rest else LINE_HEIGHT)
    for number, text in enumerate(rest, start=1):
        pdf.cell(COLUMNS[0], LINE_HEIGHT, text, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        if number == len(rest):
            pdf.ln(ROW_HEIGHT - LINE_HEIGHT)
    y = pdf.get_y()
    pdf.line(pdf.l_margin, y, pdf.l_margin + sum(COLUMNS), y)


def _broken(pdf: FPDF, text: str) -> list[str]:
    """Return the lines of a text, wrapped to the width of the first column."""
    if pdf.get_string_width(text) <= COLUMNS[0] - 2 * PADDING:
        return [text]
    lines: Any = pdf.multi_cell(COLUMNS[0], LINE_HEIGHT, text, dry_run=True, output=MethodReturnValue.LINES)
    return list(lines)


def _line(pdf: FPDF, text: str, *, height: float = LINE_HEIGHT) -> None:
    pdf.multi_cell(0, height, text, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
