"""Our exports come back unchanged after LibreOffice Calc has opened and saved them, in English and in German.

The tests need the environment variable ``LIBREOFFICE`` with the program, such as ``soffice``.
"""

from __future__ import annotations

import csv
import io
import os
import subprocess
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from storefront_store_testapp.imports import counts, load

from storefront_store.interchange.services import export_catalogue, export_workbook
from storefront_store.models import Collection, Product, ProductGroup

PROGRAM = os.environ.get("LIBREOFFICE", "")
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not PROGRAM, reason="name the program of LibreOffice in LIBREOFFICE"),
]

LOCALES = {"de-DE": 1031, "en-US": 1033}  # with the numbers by which the filters of LibreOffice know the languages
PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Setup/L10N">
<prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>{locale}</value></prop>
</item>
</oor:items>
"""
TEXTS = [
    ("0017", "Saw", "plain"), ("1E5", "TRUE", "3/4"), ("1234567890123456", "Mar-12", "-5"),
    ("ART-1", '=HYPERLINK("http://x")', "@x"), ("'7", "9,90", "10:30"), ("00.10", "wahr", "2024-01-02"),
    ("5%", "'Tis", "“quotes”; semi, comma\tTab"), ("8", "1.5.2024", "a\nb"), ("B-1", "12 May", ""),
    ("B-2", "$5", None), ("B-3", "+49 170", "1 000"), ("''9", "WAHR", "1.299,00"),
]  # fmt: skip


@pytest.fixture(autouse=True)
def catalogue(settings: Any) -> None:
    """Products whose texts a spreadsheet would change, with prices and stocks of all lengths."""
    settings.STOREFRONT_STORE = {"MIN_PRICE": Decimal("0.01")}
    collection = Collection.objects.create(title="1/2 price")
    common: dict[str, Any] = {"collection": collection, "unit_price": Decimal("9.90"), "inventory": 1}
    for number, (sku, title, description) in enumerate(TEXTS):
        Product.objects.create(
            sku=sku,
            title=title,
            slug=f"p-{number}",
            description=description,
            collection=collection,
            unit_price=Decimal(("9.90", "1299.00", "0.05")[number % 3]),
            inventory=(0, 12, 2000)[number % 3],
            is_active=number % 2 == 0,
        )
    group = ProductGroup.objects.create(title="Mug", slug="mug", description="=1+1\nb", varies_by=["Größe", "Colour"])
    for value in ("1", "02", "1/2"):
        options = {"Größe": value, "Colour": "TRUE"}
        Product.objects.create(
            sku=f"MUG-{value}", title=f"Mug {value}", slug="mug", group=group, options=options, **common
        )


@pytest.fixture
def calc(tmp_path: Path) -> Callable[..., Path]:
    """Open a file in LibreOffice in one of its languages, save it in another format, and return that file."""

    def convert(path: Path, locale: str, form: str, *, read_as: int | None = None) -> Path:
        profile = tmp_path / locale
        (profile / "user").mkdir(parents=True, exist_ok=True)
        (profile / "user" / "registrymodifications.xcu").write_text(PROFILE.format(locale=locale), encoding="utf-8")
        delimiter = 59 if locale == "de-DE" else 44
        target = f"csv:Text - txt - csv (StarCalc):{delimiter},34,76,1,,0,false,true" if form == "csv" else form
        # The last value says whether numbers are recognised in all their notations.
        source = [f"--infilter=CSV:44,34,76,1,,{read_as or LOCALES[locale]},false,{str(not read_as).lower()}"]
        subprocess.run(
            [
                PROGRAM,
                f"-env:UserInstallation={profile.as_uri()}",
                "--headless",
                "--norestore",
                *(source if path.suffix == ".csv" else []),
                "--convert-to",
                target,
                "--outdir",
                str(tmp_path / "saved"),
                str(path),
            ],
            check=True,
            capture_output=True,
            timeout=120,
        )
        return tmp_path / "saved" / f"{path.stem}.{form}"

    return convert


def exported(folder: Path, form: str) -> Path:
    path = folder / f"out.{form}"
    if form == "xlsx":
        with path.open("wb") as stream:
            export_workbook(stream)
    else:
        with path.open("w", encoding="utf-8", newline="") as text:
            export_catalogue(text, form)
    return path


def snapshot() -> str:
    stream = io.StringIO()
    export_catalogue(stream)
    return stream.getvalue()


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(("form", "saved"), [("csv", "csv"), ("csv", "xlsx"), ("xlsx", "csv"), ("xlsx", "xlsx")])
def test_export_saved_by_calc_imports_unchanged(tmp_path: Path, calc: Any, locale: str, form: str, saved: str) -> None:
    before = snapshot()

    summary = load(str(calc(exported(tmp_path, form), locale, saved)))

    assert summary.failures == []
    assert [row.detail for row in summary.rows] == []
    assert counts(summary) == (0, 0, len(TEXTS) + 3, 0, 0)
    assert snapshot() == before


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_csv_saved_in_german_locale_imports_unchanged(tmp_path: Path, calc: Any, form: str) -> None:
    before = snapshot()

    path = calc(exported(tmp_path, form), "de-DE", "csv", read_as=LOCALES["en-US"])

    with path.open(encoding="utf-8", newline="") as stream:
        prices = [row["unit_price"] for row in csv.DictReader(stream, delimiter=";")]
    assert {"9,9", "0,05"} <= set(prices)
    assert counts(load(str(path))) == (0, 0, len(TEXTS) + 3, 0, 0)
    assert snapshot() == before
