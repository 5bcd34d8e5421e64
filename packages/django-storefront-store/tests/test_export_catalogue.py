from __future__ import annotations

import csv
import io
import json
import os
import stat
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from hypothesis import given, settings
from hypothesis import strategies as st
from storefront_store_testapp.catalogues import DUMMYJSON, OSCAR, SPREE, real_catalogue

from storefront_store.demo.seeding import seed_catalogue
from storefront_store.interchange.management.commands import export_catalogue as command
from storefront_store.interchange.services import export_catalogue, exporting, import_catalogue
from storefront_store.models import Collection, Product, ProductImage, Promotion, Review
from storefront_store.services import batching

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("low_prices")]


def exported(form: str = "json") -> str:
    stream = io.StringIO()
    export_catalogue(stream, form)
    return stream.getvalue()


def clear_catalogue() -> None:
    for model in (Promotion, Product, Collection):
        model.objects.all().delete()


def round_trip(form: str, path: Path) -> tuple[str, str]:
    """Export, clear the catalogue, import; return the export before and the one after."""
    before = exported(form)
    path.write_text(before, encoding="utf-8", newline="")
    clear_catalogue()
    summary = import_catalogue(str(path))
    assert summary.failures == []
    return before, exported(form)


@pytest.fixture
def desk() -> Collection:
    return Collection.objects.create(title="Desk")


class TestContent:
    def test_json(self, desk: Collection, make_product: Any) -> None:
        pen = make_product(title="Pen “fine”", slug="pen", sku="P1", unit_price="2.50", inventory=3, collection=desk)
        ink = make_product(title="Ink", slug="ink", is_active=False, description="", collection=desk)
        desk.featured_product = pen
        desk.save()
        Collection.objects.create(title="Empty")
        Review.objects.create(product=pen, name="Ann", description="Good", rating=5, is_hidden=True)
        Review.objects.filter(name="Ann").update(date=date(2024, 5, 6))
        ProductImage.objects.create(product=pen, image="store/images/pen.jpg", alt_text="A pen")
        sale = Promotion.objects.create(
            description="Sale", discount=Decimal("12.5"), ends_at=datetime(2030, 1, 2, 3, 4, tzinfo=UTC)
        )
        sale.products.set([pen, ink])

        assert json.loads(exported()) == {
            "collections": [
                {"title": "Desk", "featured_product": "P1"},
                {"title": "Empty", "featured_product": None},
            ],
            "groups": [],
            "products": [
                {
                    "sku": "P1",
                    "title": "Pen “fine”",
                    "slug": "pen",
                    "description": None,
                    "unit_price": "2.50",
                    "inventory": 3,
                    "is_active": True,
                    "collection": "Desk",
                    "images": [{"image": "store/images/pen.jpg", "alt_text": "A pen"}],
                    "reviews": [
                        {"name": "Ann", "description": "Good", "rating": 5, "date": "2024-05-06", "is_hidden": True}
                    ],
                },
                {
                    "sku": None,
                    "title": "Ink",
                    "slug": "ink",
                    "description": "",
                    "unit_price": "10.00",
                    "inventory": 100,
                    "is_active": False,
                    "collection": "Desk",
                    "images": [],
                    "reviews": [],
                },
            ],
            "promotions": [
                {
                    "description": "Sale",
                    "discount": "12.50",
                    "starts_at": None,
                    "ends_at": "2030-01-02T03:04:00+00:00",
                    "products": ["P1"],
                }
            ],
        }

    def test_json_has_one_entry_per_row(self, make_product: Any) -> None:
        make_product(), make_product()

        assert len(exported().splitlines()) == 2 + (1 + 2 + 1) + 1 + (1 + 2 + 1) + 1

    def test_csv(self, desk: Collection, make_product: Any) -> None:
        pen = make_product(
            title="Pen", slug="pen", sku="P1", description='a, "b"\nc', unit_price="2.50", inventory=3, collection=desk
        )
        for name in ("1.jpg", "2.jpg"):
            ProductImage.objects.create(product=pen, image=name)

        rows = list(csv.reader(io.StringIO(exported("csv"), newline="")))

        assert rows == [
            list(exporting.COLUMNS),
            ["P1", "Pen", "pen", 'a, "b"\nc', "2.50", "3", "true", "Desk", "1.jpg\n2.jpg", *[""] * 5],
        ]

    @pytest.mark.parametrize("form", ["json", "csv"])
    def test_empty_catalogue(self, form: str) -> None:
        assert export_catalogue(io.StringIO(), form) == 0
        if form == "json":
            assert json.loads(exported()) == {"collections": [], "groups": [], "products": [], "promotions": []}

    def test_author_of_review_is_not_exported(self, make_product: Any, user: Any) -> None:
        Review.objects.create(product=make_product(), author=user, name="Ann", description="Good")

        assert user.username not in exported()

    @pytest.mark.parametrize("form", ["json", "csv"])
    def test_query_count_depends_on_batches_only(
        self, make_product: Any, desk: Collection, monkeypatch: Any, django_assert_max_num_queries: Any, form: str
    ) -> None:
        for _ in range(30):
            Review.objects.create(product=make_product(collection=desk), name="Ann", description="Good")

        with django_assert_max_num_queries(8):
            export_catalogue(io.StringIO(), form)
        before = exported(form)
        monkeypatch.setattr(batching, "BATCH_SIZE", 7)
        assert exported(form) == before


class TestRoundTrip:
    @pytest.mark.database
    @pytest.mark.parametrize("form", ["json", "csv"])
    def test_seeded_catalogue(self, tmp_path: Path, form: str) -> None:
        seed_catalogue(images=False)
        seed_catalogue(5)
        pictures = ProductImage._meta.get_field("image").storage
        kept = {name: pictures.open(name).read() for name in ProductImage.objects.values_list("image", flat=True)}
        before = exported(form)
        (tmp_path / f"out.{form}").write_text(before, encoding="utf-8", newline="")
        clear_catalogue()
        for name, content in kept.items():
            if not pictures.exists(name):
                pictures.save(name, ContentFile(content))

        assert import_catalogue(str(tmp_path / f"out.{form}")).created == 257

        assert exported(form) == before
        assert "kit-001.jpg" in before

    @pytest.mark.parametrize("form", ["json", "csv"])
    @pytest.mark.parametrize("name", [DUMMYJSON, SPREE, OSCAR])
    def test_real_catalogues(self, tmp_path: Path, name: str, form: str) -> None:
        import_catalogue(str(real_catalogue(name)))

        before, after = round_trip(form, tmp_path / f"out.{form}")

        assert before.count("\n") > 80
        assert after == before

    def test_second_import_changes_nothing(self, tmp_path: Path) -> None:
        seed_catalogue(40, images=False)
        path = tmp_path / "out.json"
        path.write_text(exported(), encoding="utf-8")

        summary = import_catalogue(str(path))

        assert (summary.created, summary.updated, summary.unchanged) == (0, 0, 40)

    def test_products_without_sku_and_promotions_with_equal_names(self, tmp_path: Path, make_product: Any) -> None:
        make_product(title="Pen")
        numbered = make_product(title="Pen", sku="P1")
        for discount in (10, 20):
            Promotion.objects.create(description="Sale", discount=discount).products.add(numbered)

        before, after = round_trip("json", tmp_path / "out.json")

        assert after == before

    TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=40)

    @pytest.mark.database
    @pytest.mark.parametrize("form", ["json", "csv"])
    @given(
        title=TEXT.map(lambda text: f"x{text}x"),
        description=TEXT.map(lambda text: f"x{text}x"),
        price=st.decimals("0.01", "9999999999.99", places=2),
        inventory=st.integers(0, 2**31 - 1),
        sku=st.from_regex(r"[!-~]{1,64}", fullmatch=True),
    )
    @settings(max_examples=40)
    def test_arbitrary_text_and_numbers(
        self, tmp_path: Path, form: str, title: str, description: str, price: Decimal, inventory: int, sku: str
    ) -> None:
        clear_catalogue()
        Product.objects.create(
            title=title,
            slug="-",
            sku=sku,
            description=description,
            unit_price=price,
            inventory=inventory,
            collection=Collection.objects.create(title=title),
        )

        before, after = round_trip(form, tmp_path / f"out.{form}")

        assert after == before
        product = Product.objects.get()
        assert (product.title, product.description, product.sku) == (title, description, sku)
        assert (product.unit_price, product.inventory) == (price, inventory)


class TestCommand:
    @pytest.mark.parametrize(("arguments", "start"), [([], "{"), (["--format", "csv"], "sku,")])
    def test_writes_to_stdout(self, make_product: Any, arguments: list[str], start: str) -> None:
        make_product()
        out, err = io.StringIO(), io.StringIO()

        call_command("export_catalogue", *arguments, stdout=out, stderr=err)

        assert out.getvalue().startswith(start)
        assert out.getvalue() == exported("csv" if arguments else "json")
        assert err.getvalue() == ""

    @pytest.mark.parametrize(
        ("name", "arguments", "form"),
        [("out.json", [], "json"), ("out.CSV", [], "csv"), ("out.txt", [], "json"), ("out", ["--format=csv"], "csv")],
    )
    def test_writes_a_file(self, make_product: Any, tmp_path: Path, name: str, arguments: list[str], form: str) -> None:
        make_product()
        out = io.StringIO()

        call_command("export_catalogue", str(tmp_path / name), *arguments, stdout=out)

        assert (tmp_path / name).read_bytes().decode() == exported(form)
        assert out.getvalue() == f"Exported 1 products to {tmp_path / name}.\n"
        assert [path.name for path in tmp_path.iterdir() if path.is_file()] == [name]

    def test_new_file_has_default_mode(self, tmp_path: Path) -> None:
        (tmp_path / "plain").touch()

        call_command("export_catalogue", str(tmp_path / "out.json"), "--quiet", stdout=io.StringIO())

        assert (tmp_path / "out.json").stat().st_mode == (tmp_path / "plain").stat().st_mode

    def test_existing_file_keeps_its_mode(self, tmp_path: Path) -> None:
        path = tmp_path / "out.json"
        path.touch(0o600)

        call_command("export_catalogue", str(path), "--quiet")

        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert path.read_text() == exported()

    def test_symlink_is_followed(self, tmp_path: Path) -> None:
        (tmp_path / "exports").mkdir()
        link = tmp_path / "out.json"
        link.symlink_to(tmp_path / "exports" / "today.json")

        call_command("export_catalogue", str(link), "--quiet")
        call_command("export_catalogue", str(link), "--quiet")

        assert link.is_symlink()
        assert (tmp_path / "exports" / "today.json").read_text() == exported()

    def test_writes_to_named_pipe(self, tmp_path: Path) -> None:
        path = tmp_path / "pipe"
        os.mkfifo(path)
        reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)  # so that the writer need not wait for one
        try:
            call_command("export_catalogue", str(path), "--quiet")
            said = os.read(reader, 100_000)
        finally:
            os.close(reader)

        assert path.is_fifo()
        assert said.decode() == exported()

    def test_failed_export_keeps_existing_file(self, tmp_path: Path, monkeypatch: Any) -> None:
        path = tmp_path / "out.json"
        path.write_text("old")

        def fail(stream: Any, form: str, **kwargs: Any) -> int:
            stream.write("half")
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(command, "export_catalogue", fail)

        with pytest.raises(CommandError, match=r"out\.json can't be written: No space left on device"):
            call_command("export_catalogue", str(path))
        assert path.read_text() == "old"
        assert os.listdir(tmp_path) == ["out.json"]

    def test_missing_directory_is_an_error(self, tmp_path: Path) -> None:
        with pytest.raises(CommandError, match="can't be written: No such file or directory"):
            call_command("export_catalogue", str(tmp_path / "none" / "out.json"))

    @pytest.mark.parametrize("flags", [["--quiet"], ["--verbosity", "0"]])
    def test_quiet_or_verbosity_0_prints_nothing(self, tmp_path: Path, flags: list[str]) -> None:
        out = io.StringIO()

        call_command("export_catalogue", str(tmp_path / "out.json"), *flags, stdout=out)

        assert out.getvalue() == ""
