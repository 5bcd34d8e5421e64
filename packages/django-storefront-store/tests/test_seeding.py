from __future__ import annotations

import io
from collections import Counter
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from PIL import Image
from storefront_store_testapp.threads import together

from storefront_store.demo import images
from storefront_store.demo.seeding import demo_size, load_demo, seed_catalogue
from storefront_store.interchange.services import export_catalogue
from storefront_store.management import progress as progress_module
from storefront_store.management.progress import progress
from storefront_store.models import CatalogueVersion, Collection, Product, ProductGroup, ProductImage, Promotion, Review


def seed(*args: str) -> str:
    output = io.StringIO()
    call_command("seed_store", *args, stdout=output, stderr=io.StringIO())
    return output.getvalue()


def exported() -> str:
    stream = io.StringIO()
    export_catalogue(stream)
    return stream.getvalue()


class TestDemoCatalogue:
    def test_demo_catalogue_is_large_and_varied(self) -> None:
        collections = load_demo()["collections"]
        products = [product for collection in collections for product in collection["products"]]

        assert len({collection["title"] for collection in collections}) >= 12
        assert demo_size() == len(products) >= 240
        for name in ("sku", "title", "slug", "description"):
            assert len({product[name] for product in products}) == len(products)
        assert all(len(product["description"].split()) >= 20 for product in products)
        assert len({product["unit_price"] for product in products}) > 200
        stocks = Counter(min(product["inventory"], 10) for product in products)
        assert stocks[0] > 5
        assert stocks[10] < len(products) - 20

    def test_descriptions_start_with_different_words(self) -> None:
        products = [product for collection in load_demo()["collections"] for product in collection["products"]]
        openings = [product["description"].split()[0] for product in products]

        assert all(one != following for one, following in pairwise(openings))
        assert Counter(openings).most_common(1)[0][1] < len(products) / 8

    def test_demo_products_use_every_image_motif(self) -> None:
        hints = [product["picture"] for collection in load_demo()["collections"] for product in collection["products"]]

        assert {hint["motif"] for hint in hints} == images.motif_names()

    @pytest.mark.parametrize("colours", [("#E3ECE0", "#7F9C80"), ("#28324A", "#E3B866")])
    def test_drawn_image_is_small_square_jpeg_and_deterministic(self, colours: tuple[str, str]) -> None:
        drawn = images.draw("bicycle", colours)

        assert len(drawn) < 60_000
        picture = Image.open(io.BytesIO(drawn))
        assert (picture.format, picture.size) == ("JPEG", (800, 800))
        assert len(picture.getcolors(maxcolors=10**6)) > 100
        assert drawn == images.draw("bicycle", colours)
        assert drawn != images.draw("kettle", colours)


@pytest.mark.django_db
@pytest.mark.usefixtures("low_prices")
class TestSeeding:
    def test_seeding_fills_empty_store(self) -> None:
        demo = load_demo()
        reviews = sum(len(p["reviews"]) for c in demo["collections"] for p in c["products"])

        said = seed("--no-images")

        assert said == (
            f"Added 257 products in 14 new collections, {reviews} reviews, {len(demo['promotions'])} promotions "
            "and 0 images.\n"
        )
        assert (Product.objects.count(), Collection.objects.count()) == (257, 14)
        assert (Review.objects.count(), Promotion.objects.count()) == (reviews, len(demo["promotions"]))
        assert not Collection.objects.filter(featured_product=None).exists()
        for product in Product.objects.all():
            product.full_clean()
        for review in Review.objects.all():
            review.full_clean()

    def test_products_match_demo_data(self) -> None:
        seed("--no-images")

        clock = Product.objects.get(sku="FUR-018")
        assert clock.title == "Grandfather Clock, Eight-Day"
        assert clock.slug == "grandfather-clock-eight-day"
        assert clock.unit_price == Decimal("3480.00")
        assert clock.inventory == 1
        assert clock.collection.title == "Furniture"
        assert clock.description.startswith("A brass movement")
        assert sorted(clock.reviews.values_list("name", "rating")) == [("Archibald Thorne", 5), ("Mette Kjaer", 4)]
        assert list(Product.objects.search("GRANDFATHER black forest")) == [clock]
        assert Promotion.objects.get(description="First Flat").products.filter(sku="FUR-001").exists()

    def test_images_are_drawn(self) -> None:
        seed("--products", "14")

        assert ProductImage.objects.count() == 14
        image = Product.objects.get(sku="KIT-001").images.get()
        assert image.image.name == "store/images/demo/kit-001.jpg"
        assert image.alt_text == "Enamelled Dutch Oven, 5 Litre"
        assert Image.open(image.image).size == (800, 800)

    def test_demo_has_group_of_variants(self) -> None:
        seed("--no-images")

        group = ProductGroup.objects.get()
        assert group.varies_by == ["Colour", "Size"]
        assert sorted(tuple(product.options.values()) for product in group.products.all()) == sorted(
            (colour, size) for colour in ("Natural", "Black") for size in ("S", "M", "L")
        )

    def test_some_products_are_low_in_stock_and_some_sold_out(self) -> None:
        seed("--no-images")

        assert Product.objects.low_stock().filter(inventory__gt=0).count() > 20
        assert Product.objects.out_of_stock().count() > 10

    def test_reviews_are_dated_within_two_years(self) -> None:
        seed("--no-images")

        dates = set(Review.objects.values_list("date", flat=True))
        today = timezone.localdate()
        assert len(dates) > 200
        assert today - timedelta(days=730) < min(dates)
        assert max(dates) <= today

    def test_missing_media_root_raises_error_and_writes_nothing(
        self, settings: Any, tmp_path: Path, monkeypatch: Any
    ) -> None:
        monkeypatch.chdir(tmp_path)
        settings.MEDIA_ROOT = ""

        with pytest.raises(CommandError, match="MEDIA_ROOT is not set"):
            seed()

        assert not Product.objects.exists()
        assert list(tmp_path.iterdir()) == []
        assert "Added 257 products" in seed("--no-images")

    @pytest.mark.database
    def test_second_run_changes_nothing(self) -> None:
        seed("--products", "300", "--no-images")
        seed("--products", "5")
        before, version = exported(), CatalogueVersion.objects.current()
        files = {path: path.stat().st_mtime_ns for path in image_files()}

        said = seed("--products", "300", "--no-images") + seed("--products", "5")

        assert said == 2 * "Added 0 products in 0 new collections, 0 reviews, 0 promotions and 0 images.\n"
        assert exported() == before
        assert CatalogueVersion.objects.current() == version
        assert {path: path.stat().st_mtime_ns for path in image_files()} == files

    def test_changed_rows_are_kept_and_missing_rows_are_added(self) -> None:
        seed("--products", "20", "--no-images")
        Product.objects.filter(sku="KIT-001").update(unit_price=5, title="Mine")
        Product.objects.get(sku="COF-001").delete()
        Collection.objects.update(featured_product=None)

        seeded = seed_catalogue(20, images=False)

        assert seeded.products == 1
        assert Product.objects.get(sku="KIT-001").title == "Mine"
        assert Product.objects.filter(sku="COF-001").exists()
        assert Collection.objects.get(title="Coffee & Tea").featured_product.sku == "COF-001"

    @pytest.mark.database
    def test_seeding_is_deterministic(self) -> None:
        seed("--products", "280", "--no-images")
        first = exported()
        for model in (Promotion, Product, Collection):
            model.objects.all().delete()

        seed("--products", "280", "--no-images")

        assert exported() == first

    def test_few_products_cover_all_collections(self) -> None:
        seed("--products", "14", "--no-images")

        assert Product.objects.count() == 14
        assert Product.objects.values("collection").distinct().count() == 14

    def test_many_products_include_numbered_copies(self) -> None:
        seeded = seed_catalogue(demo_size() * 2 + 3, images=False)

        assert seeded.products == Product.objects.count() == demo_size() * 2 + 3
        assert Product.objects.values("title").distinct().count() == Product.objects.count()
        variant = Product.objects.get(sku="KIT-001-2")
        assert variant.title == "Enamelled Dutch Oven, 5 Litre, No. 2"
        assert variant.slug == "enamelled-dutch-oven-5-litre-2"
        assert variant.collection.title == "Kitchen & Cooking"
        assert variant.unit_price != Product.objects.get(sku="KIT-001").unit_price
        for product in Product.objects.filter(sku__endswith="-2"):
            product.full_clean()
        assert not Review.objects.filter(product=variant).exists()

    def test_larger_run_adds_missing_products(self) -> None:
        seed("--products", "5", "--no-images")

        assert seed_catalogue(8, images=False).products == 3

    def test_images_can_be_added_later(self) -> None:
        seed("--products", "3", "--no-images")

        assert seed_catalogue(3).images == 3
        assert ProductImage.objects.count() == 3

    def test_stored_image_is_reused(self) -> None:
        seed("--products", "1")
        (path,) = image_files()
        path.write_bytes(b"our own")
        ProductImage.objects.all()._raw_delete(ProductImage.objects.db)

        seed("--products", "1")

        assert path.read_bytes() == b"our own"
        assert ProductImage.objects.get().image.name == "store/images/demo/kit-001.jpg"

    def test_existing_collection_with_same_title_is_used(self) -> None:
        mine = Collection.objects.create(title="Furniture")

        seed("--products", "14", "--no-images")

        assert Product.objects.get(sku="FUR-001").collection == mine

    def test_catalogue_version_is_increased(self) -> None:
        seed("--products", "1", "--no-images")

        assert CatalogueVersion.objects.current() > 0

    @pytest.mark.parametrize("flags", [["--quiet"], ["--verbosity", "0"]])
    def test_quiet_run_prints_nothing(self, flags: list[str], capfd: Any) -> None:
        assert seed("--products", "1", *flags) == ""
        assert capfd.readouterr() == ("", "")

    @pytest.mark.parametrize("number", ["0", "-1", "abc", "1.5", "٣", "", "1000000000", "9" * 5000])
    def test_invalid_number_of_products_is_rejected(self, number: str) -> None:
        with pytest.raises(CommandError, match="is not a number from 1 to"):
            seed(f"--products={number}")

        assert not Product.objects.exists()


@pytest.mark.django_db
def test_prices_are_raised_to_minimum_price(settings: Any) -> None:
    settings.STOREFRONT_STORE = {"MIN_PRICE": Decimal("2.50")}

    seed("--no-images")

    assert Product.objects.get(sku="PAN-001").unit_price == Decimal("2.50")
    assert Product.objects.get(sku="PAN-003").unit_price == Decimal("16.90")
    for product in Product.objects.all():
        product.full_clean()


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_concurrent_runs_add_everything_once() -> None:
    results = together([lambda: seed_catalogue(60, images=False)] * 2)

    assert sum(seeded.products for seeded in results) == 60
    assert (Product.objects.count(), Collection.objects.count()) == (60, 14)
    assert Promotion.objects.count() == len(load_demo()["promotions"])


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class TestProgress:
    def test_no_progress_is_shown_without_terminal(self) -> None:
        stream = io.StringIO()

        with progress(stream, total=3, label="Work") as advance:
            advance(3)

        assert stream.getvalue() == ""

    def test_terminal_shows_progress_bar(self) -> None:
        pytest.importorskip("tqdm", reason="the extra “progress” is not installed")
        stream = Terminal()

        with progress(stream, total=3, label="Work") as advance:
            advance(3)

        assert "Work" in stream.getvalue()
        assert "3/3" in stream.getvalue()

    def test_no_progress_is_shown_when_disabled(self) -> None:
        stream = Terminal()

        with progress(stream, total=3, label="Work", shown=False) as advance:
            advance(3)

        assert stream.getvalue() == ""

    @pytest.mark.parametrize(
        ("total", "steps", "lines"),
        [
            (20, [1] * 20, [f"Work: {n} of 20" for n in range(2, 21, 2)]),
            (20, [9, 11], ["Work: 9 of 20", "Work: 20 of 20"]),
            (3, [1, 1, 1], ["Work: 1 of 3", "Work: 2 of 3", "Work: 3 of 3"]),
            (None, [999, 1], ["Work: 1000"]),
            (0, [], []),
        ],
    )
    def test_terminal_shows_lines_without_tqdm(
        self, monkeypatch: Any, total: int | None, steps: list[int], lines: list[str]
    ) -> None:
        monkeypatch.setattr(progress_module, "tqdm", None)
        stream = Terminal()

        with progress(stream, total=total, label="Work") as advance:
            for step in steps:
                advance(step)

        assert stream.getvalue().splitlines() == lines


def image_files() -> list[Path]:
    return sorted(Path(ProductImage._meta.get_field("image").storage.location).rglob("*.jpg"))
