from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from storefront_store_testapp.imports import HEADER, INK, PEN, counts, load, own, run

from storefront_store.interchange.services import importing
from storefront_store.management import progress
from storefront_store.models import CatalogueVersion, Collection, Product, Promotion, Review

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("low_prices")]


@pytest.mark.database
class TestStrict:
    def test_invalid_row_rolls_back_import(self, write: Any) -> None:
        load(write([PEN]))
        version = CatalogueVersion.objects.current()
        rows = [PEN | {"title": "Biro"}, *({**INK, "sku": str(n)} for n in range(700)), INK | {"price": "dear"}]

        with pytest.raises(CommandError, match="1 rows failed, so nothing was kept"):
            run(write(rows), "--strict")

        assert Product.objects.get().title == "Pen"
        assert CatalogueVersion.objects.current() == version

    def test_invalid_row_is_reported(self, write: Any) -> None:
        err = io.StringIO()

        with pytest.raises(CommandError):
            call_command("import_catalogue", write([PEN, INK | {"price": "dear"}]), "--strict", stderr=err)

        assert err.getvalue() == "row 2: unit_price: 'dear' is not a number\n"

    def test_dry_run_fails_like_import(self, write: Any) -> None:
        with pytest.raises(CommandError, match="1 rows failed, so nothing was kept"):
            run(write([PEN, INK | {"price": "dear"}]), "--strict", "--dry-run")
        assert not Product.objects.exists()

    def test_valid_rows_are_imported(self, write: Any) -> None:
        assert counts(load(write([PEN, INK]), strict=True)) == (2, 0, 0, 0, 0)
        assert Product.objects.count() == 2

    def test_invalid_promotion_rolls_back_import(self, write: Any) -> None:
        document = {"products": [own("P1")], "promotions": [{"description": "Sale", "discount": "200"}]}

        summary = load(write(document), strict=True)

        assert summary.undone
        assert not Product.objects.exists()


class TestDryRun:
    def test_reports_counts_and_writes_nothing(self, write: Any) -> None:
        load(write([PEN]))
        before = list(Product.objects.values())
        version = CatalogueVersion.objects.current()
        rows = [
            PEN | {"price": 3, "category": "Office"},
            INK | {"reviews": [{"name": "Ann", "text": "Good"}]},
            INK | {"sku": "X", "price": 0},
        ]

        written = run(write(rows), "--dry-run")

        assert "Dry run: nothing was written.\ncreated 1, updated 1, unchanged 0, skipped 0, failed 1\n" in written.out
        assert list(Product.objects.values()) == before
        assert CatalogueVersion.objects.current() == version
        assert Collection.objects.count() == 1
        assert not Review.objects.exists()

    def test_collections_and_promotions_are_checked(self, write: Any) -> None:
        Collection.objects.create(title="A")
        Promotion.objects.create(description="Sale", discount=10)
        document = {
            "collections": [{"title": "A"}, {"title": "B"}, {"title": ""}],
            "products": [own("P1")],
            "promotions": [
                {"description": "Sale", "discount": "20"},
                {"description": "New", "discount": "20"},
                {"description": "Gift", "discount": "200"},
            ],
        }
        version = CatalogueVersion.objects.current()

        summary = load(write(document), dry_run=True)

        assert [place for place, _reason in summary.failures] == ["collection 3", "promotion 3"]
        kinds = ("new collections", "new promotions", "changed promotions")
        assert [summary.notes[kind] for kind in kinds] == [1, 1, 1]
        assert (Collection.objects.count(), Promotion.objects.get().discount) == (1, 10)
        assert CatalogueVersion.objects.current() == version

    def test_nothing_is_written_to_empty_store(self, write: Any) -> None:
        document = {"collections": [{"title": "A"}], "products": [own("P1")], "promotions": []}

        run(write(document), "--dry-run", "--strict")

        for model in (Product, Collection, CatalogueVersion):
            assert not model.objects.exists()


class TestCommand:
    def test_summary_is_printed(self, write: Any) -> None:
        rows = [PEN, INK | {"currency": "EUR"}, INK | {"price": -1, "sku": "X"}]

        written = run(write(rows))

        assert written.out.splitlines() == [
            "created 1, updated 0, unchanged 0, skipped 1, failed 1",
            "  skipped, priced in EUR: 1",
            "  new collections: 1",
            "read as: no known platform",
            (
                "columns used: sku → sku, title → title, price → unit_price, stock → inventory, category → collection, "
                "description → description, currency → currency"
            ),
        ]
        assert written.err.startswith("row 3: unit_price: Ensure this value is greater")

    @pytest.mark.parametrize("flags", [["--quiet"], ["--verbosity", "0"]])
    def test_quiet_still_reports_failures(self, write: Any, flags: list[str]) -> None:
        written = run(write([PEN, INK | {"price": "dear"}]), *flags)

        assert written.out == ""
        assert written.err == "row 2: unit_price: 'dear' is not a number\n"

    def test_map_and_key_options(self, write: Any) -> None:
        run(write("nom;prix\nStylo;2,50\n"), "--map", "title=nom", "--map", "unit_price=prix", "--key", "title")

        assert Product.objects.get().unit_price == Decimal("2.50")

    def test_header_options(self, write: Any) -> None:
        path = write("Title,2\n")

        run(path, "--no-header", "--map", "title=1", "--map", "unit_price=2")

        assert Product.objects.get().title == "Title"
        with pytest.raises(CommandError, match="no products"):
            run(path, "--header", "--map", "title=Title", "--map", "unit_price=2")

    @pytest.mark.parametrize(
        "flags",
        [
            ["--map", "title"],
            ["--map", "=title"],
            ["--map", "title="],
            ["--key", "pk"],
            ["--preset", "x"],
            ["--header", "--no-header"],
        ],
    )
    def test_invalid_options_are_rejected(self, write: Any, flags: list[str]) -> None:
        with pytest.raises(CommandError):
            run(write([PEN]), *flags)
        assert not Product.objects.exists()

    def test_progress_is_shown_on_terminal_only(self, write: Any, monkeypatch: Any) -> None:
        class Terminal(io.StringIO):
            def isatty(self) -> bool:
                return True

        monkeypatch.setattr(progress, "tqdm", None)
        err = Terminal()

        call_command("import_catalogue", write([PEN, INK]), stdout=io.StringIO(), stderr=err)

        assert err.getvalue() == "Importing: 1 of 2\nImporting: 2 of 2\n"
        assert run(write([PEN, INK])).err == ""

    def test_busy_database_is_reported(self, write: Any, monkeypatch: Any) -> None:
        def busy(*args: Any, **kwargs: Any) -> Any:
            from storefront_store.exceptions import Busy

            raise Busy

        monkeypatch.setattr(importing, "write_entries", busy)

        with pytest.raises(CommandError, match="busy"):
            run(write([PEN]))


class TestCurrency:
    ROWS = HEADER.strip() + ",currency\nP1,Pen,1,1,A,,USD\nP1,Pen,2,1,A,,EUR\nI1,Ink,3,1,A,,\n"

    @pytest.mark.parametrize(("currency", "price", "other"), [(None, 1, "EUR"), ("EUR", 2, "USD"), ("eur", 2, "USD")])
    def test_rows_are_selected_by_currency(self, write: Any, currency: str | None, price: int, other: str) -> None:
        summary = load(write(self.ROWS), currency=currency)

        assert summary.created == 2
        assert dict(summary.skipped) == {f"priced in {other}": 1}
        assert Product.objects.get(sku="P1").unit_price == price

    def test_default_is_currency_setting(self, write: Any, settings: Any) -> None:
        settings.STOREFRONT_STORE = {"CURRENCY": "EUR"}

        load(write(self.ROWS))

        assert Product.objects.get(sku="P1").unit_price == 2
