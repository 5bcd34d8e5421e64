"""Receipts as PDF."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from django.utils import timezone
from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.errors import FPDFUnicodeEncodingException
from fpdf.fonts import FontFace

# Every reader of PDF has the plain font, for the letters of Western Europe. The other one has Greek, Cyrillic and much
# more (what it hasn't is left out), and reading it takes twenty times as long as all the rest.
PLAIN_FONT: Final = "helvetica"
WIDE_FONT: Final = "dejavu"
WIDE_FONT_FILE: Final = Path(__file__).parent / "fonts" / "DejaVuSans.ttf"
COLUMNS: Final = (95, 20, 35, 35)  # millimetres
BRAND: Final = (11, 122, 102)


def render(order: dict[str, Any]) -> bytes:
    """Return the receipt of an order, as :func:`store_custom.services.confirmation.read` gives it."""
    try:
        return _render(order, PLAIN_FONT)
    except FPDFUnicodeEncodingException:
        return _render(order, WIDE_FONT)


def _render(order: dict[str, Any], font: str) -> bytes:
    pdf = FPDF(format="A4")
    pdf.set_title(f"Receipt {order['number']}")
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
    _line(pdf, f"Receipt for order {order['number']}", height=9)
    pdf.set_font_size(10)
    placed_at = timezone.localtime(order["placed_at"])
    _line(pdf, f"{placed_at:%Y-%m-%d %H:%M} {placed_at.tzname()}")
    _line(pdf, order["name"])
    for value in (order["address"] or {}).values():
        _line(pdf, str(value))
    pdf.ln(6)


def _write_lines(pdf: FPDF, order: dict[str, Any]) -> None:
    currency = order["currency"]
    with pdf.table(
        col_widths=COLUMNS,
        text_align=("LEFT", "RIGHT", "RIGHT", "RIGHT"),
        borders_layout="HORIZONTAL_LINES",
        headings_style=FontFace(color=BRAND, emphasis="NONE"),
        line_height=6,
        padding=1,
    ) as table:
        table.row(["Product", "Quantity", f"Price, {currency}", f"Sum, {currency}"])
        for line in order["lines"]:
            table.row([line["title"], str(line["quantity"]), f"{line['unit_price']:,.2f}", f"{line['total']:,.2f}"])
        table.row(["Total", "", "", f"{order['total']:,.2f}"])


def _line(pdf: FPDF, text: str, *, height: float = 6) -> None:
    pdf.multi_cell(0, height, text, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
