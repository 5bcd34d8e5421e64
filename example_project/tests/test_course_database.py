"""Import of the database of a project that follows the course."""

from __future__ import annotations

import sqlite3
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.core.management import CommandError, call_command
from PIL import Image
from rest_framework.test import APIClient
from tests.course import make_source

from generic_likes.models import LikedItem
from generic_tags.selectors import tags_for
from storefront_store.models import (
    Address,
    Cart,
    CartItem,
    Collection,
    Customer,
    Order,
    OrderItem,
    Product,
    ProductImage,
    Promotion,
    Review,
)

pytestmark = [pytest.mark.database, pytest.mark.django_db]

SEED = Path(__file__).resolve().parents[3] / "shared" / "data" / "course_seed" / "seed.sql"
PASSWORD = "correct horse battery"


@pytest.fixture
def passwords() -> dict[str, str]:
    return {"ada": make_password(PASSWORD), "bob": make_password(PASSWORD)}


@pytest.fixture
def source(tmp_path: Path, passwords: dict[str, str]) -> str:
    return make_source(tmp_path / "course.sqlite3", passwords)


@pytest.fixture
def media(tmp_path: Path) -> Path:
    folder = tmp_path / "course-media"
    (folder / "store" / "images").mkdir(parents=True)
    Image.new("RGB", (8, 8), "red").save(folder / "store" / "images" / "rose.png")
    return folder


def move(*arguments: Any, **options: Any) -> str:
    output = StringIO()
    call_command("move_course_database", *arguments, stdout=output, **options)
    return output.getvalue()


def rows_by_model() -> dict[str, int]:
    models = [Address, Cart, CartItem, Collection, Customer, Order, OrderItem, Product, Promotion, Review, LikedItem]
    return {model.__name__: model._base_manager.count() for model in [*models, get_user_model()]}


def test_rows_keep_keys_values_and_dates(source: str) -> None:
    move(source)

    rose = Product.objects.get(pk=11)
    assert (rose.title, rose.unit_price, rose.inventory, rose.collection.title) == (
        "Rose",
        Decimal("4.50"),
        11,
        "Flowers",
    )
    assert rose.last_update == datetime(2020, 9, 11, 10, tzinfo=UTC)
    assert Collection.objects.get(pk=2).featured_product_id == 12
    assert Customer.objects.get(pk=21).membership == "G"
    assert Customer.objects.get(pk=21).user.username == "ada"
    assert str(Address.objects.get().street) == "1 Main St"
    assert Review.objects.get(pk=3).date == date(2021, 2, 3)
    order = Order.objects.get(pk=31)
    assert (order.total, order.subtotal, order.tax, order.payment_status) == (
        Decimal("89.10"),
        Decimal("89.10"),
        0,
        "C",
    )
    assert order.placed_at == datetime(2022, 3, 4, 5, 6, 7, tzinfo=UTC)
    assert [(item.title, item.unit_price) for item in order.items.all()] == [
        ("Rose", Decimal("4.50")),
        ("Bowl", Decimal("80.10")),
    ]
    assert {tag.label for tag in tags_for(rose)} == {"Red"}
    assert LikedItem.objects.count() == 3


def test_invalid_values_are_changed_and_reported(source: str) -> None:
    report = move(source)

    assert [(row.pk, row.discount) for row in Promotion.objects.order_by("pk")] == [
        (1, Decimal("25.00")),
        (2, Decimal("20.00")),
    ]
    broken = Product.objects.get(pk=13)
    assert (broken.unit_price, broken.inventory, broken.is_active) == (Decimal("0.01"), 0, False)
    assert CartItem.objects.get().quantity == 5
    for line in (
        "Changed: discounts below 1, taken for fractions (1)",
        "Changed: lines of a cart with the same product, which are one now (1)",
        "Changed: products without a price, which are inactive now (1)",
        "Changed: stocks below zero, which are 0 now (1)",
        "Not kept: promotions of no percentage (1)",
        "Not kept: tags of something that is no product here (1)",
        "order items: 173.74 there, 173.74 here: equal",
        "stock: 48.00 there, 51.00 here: DIFFERENT",
    ):
        assert line in report


def test_users_can_log_in_with_old_passwords(source: str) -> None:
    move(source)

    answer = APIClient().post("/auth/jwt/create/", {"username": "ada", "password": PASSWORD}, format="json")

    assert answer.status_code == 200
    client = APIClient(headers={"Authorization": f"JWT {answer.json()['access']}"})
    assert [order["id"] for order in client.get("/store/orders/").json()] == [32, 31]  # the first user is staff
    assert client.get("/store/customers/me/").json()["id"] == 21


def test_second_run_changes_nothing(source: str, media: Path) -> None:
    move(source, media=media)
    before = rows_by_model()

    report = move(source, media=media)

    assert rows_by_model() == before
    assert ProductImage.objects.count() == 1
    assert "moved" in report
    assert "DIFFERENT" not in report.replace("stock: 48.00 there, 51.00 here: DIFFERENT", "")


def test_new_rows_get_keys_after_imported_rows(source: str) -> None:
    move(source)

    assert Product.objects.create(title="New", slug="new", unit_price=1, inventory=1, collection_id=1).pk > 13
    assert get_user_model().objects.create_user("new", "new@example.com", PASSWORD).pk > 2


def test_dry_run_reports_without_changes(source: str) -> None:
    before = rows_by_model()

    report = move(source, dry_run=True)

    assert rows_by_model() == before
    assert "products                         3         3" in report
    assert "Nothing was changed" in report


def test_images_are_copied_to_media_storage(source: str, media: Path, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"

    report = move(source, media=media)

    image = ProductImage.objects.get()
    assert (image.pk, image.product_id) == (5, 11)
    assert Image.open(image.image.path).size == (8, 8)
    assert "Not kept: images without a file (1)" in report


def test_usernames_differing_in_case_are_made_unique(tmp_path: Path, passwords: dict[str, str]) -> None:
    accounts = {**passwords, "ADA": make_password("another one")}
    url = make_source(tmp_path / "twins.sqlite3", accounts)

    report = move(url)

    names = dict(get_user_model().objects.values_list("username", "email"))
    assert names["ada"] == "ada@example.com"
    assert names["ADA-3"] == "3@duplicate.invalid"
    assert "names and addresses that are empty or differ from another only in case (2)" in report


def test_customers_without_user_get_account(tmp_path: Path, passwords: dict[str, str]) -> None:
    more = """
        DROP TABLE store_customer;
        CREATE TABLE store_customer (id integer PRIMARY KEY, first_name text, last_name text, email text, phone text,
            birth_date date, membership text);
        INSERT INTO store_customer VALUES (21, 'Eve', 'Old', 'eve@example.com', '1', NULL, 'X'),
            (22, 'Bob', 'B', 'BOB@example.com', '', NULL, 'S');
    """
    url = make_source(tmp_path / "old.sqlite3", passwords, more=more)

    move(url)

    eve, bob = Customer.objects.order_by("pk")
    assert (eve.user.email, eve.user.first_name, eve.membership) == ("eve@example.com", "Eve", "B")
    assert not eve.user.has_usable_password()
    assert bob.user.username == "bob"


def test_customers_with_same_email_get_separate_accounts(tmp_path: Path, passwords: dict[str, str]) -> None:
    more = """
        DROP TABLE store_customer;
        CREATE TABLE store_customer (id integer PRIMARY KEY, first_name text, email text, phone text, membership text);
        INSERT INTO store_customer VALUES (21, 'Ada', 'ada@example.com', '1', 'B'),
            (22, 'Ada', 'ADA@example.com', '2', 'S');
    """
    url = make_source(tmp_path / "old.sqlite3", passwords, more=more)

    report = move(url)
    move(url)

    first, second = Customer.objects.order_by("pk")
    assert (first.user.username, second.user.username) == ("ada", "customer-22")
    assert second.user.email == "customer-22@duplicate.invalid"
    assert "customers whose email address another customer has, who have a new account now (1)" in report
    assert get_user_model().objects.count() == 3


def test_renamed_columns_are_given_as_options(tmp_path: Path, passwords: dict[str, str]) -> None:
    more = """
        ALTER TABLE store_promotion RENAME COLUMN discount TO rebate;
        ALTER TABLE store_product RENAME COLUMN inventory TO stock;
    """
    url = make_source(tmp_path / "columns.sqlite3", passwords, more=more)
    columns = ["store_promotion.discount=rebate", "store_product.inventory=stock"]

    for given, missing in ((columns[1:], columns[0]), (columns[:1], columns[1])):
        option, _, _ = missing.partition("=")
        with pytest.raises(CommandError, match=f"--column {option}=NAME"):
            move(url, column=given)
    assert Product.objects.count() == 0
    move(url, column=columns)

    assert Product.objects.get(pk=12).inventory == 40
    assert Promotion.objects.get(pk=2).discount == 20


def test_optional_columns_and_tables_may_be_missing(tmp_path: Path, passwords: dict[str, str]) -> None:
    more = """
        ALTER TABLE store_product DROP COLUMN slug;
        ALTER TABLE store_product DROP COLUMN description;
        ALTER TABLE store_cart DROP COLUMN created_at;
        DROP TABLE store_productimage;
        DROP TABLE store_review;
    """
    url = make_source(tmp_path / "early.sqlite3", passwords, more=more)

    move(url)

    assert Product.objects.get(pk=11).slug == "rose"
    assert (Cart.objects.count(), Review.objects.count()) == (1, 0)


def test_reviews_keep_authors_and_ratings(tmp_path: Path, passwords: dict[str, str]) -> None:
    more = """
        DROP TABLE store_review;
        CREATE TABLE store_review (id integer PRIMARY KEY, user_id integer, customer_id integer, title text,
            description text, rating integer, created_at datetime, product_id integer);
        INSERT INTO store_review VALUES (1, 2, NULL, 'Lovely', 'It lasts.', 4, '2021-02-03 23:30:00', 11),
            (2, NULL, 21, NULL, 'Too small.', 9, '2021-02-04 00:00:00', 12),
            (3, NULL, NULL, NULL, 'Fine.', NULL, '2021-02-05 00:00:00', 12);
    """
    url = make_source(tmp_path / "reviews.sqlite3", passwords, more=more)

    report = move(url)

    first, second, third = Review.objects.order_by("pk")
    assert (first.author.username, first.name, first.rating) == ("bob", "First Last", 4)
    assert (first.description, first.date) == ("Lovely\n\nIt lasts.", date(2021, 2, 3))
    assert (second.author.username, second.rating) == ("ada", None)
    assert (third.author, third.name) == (None, "Anonymous")
    assert Product.objects.get(pk=11).rating_count == 1
    assert "reviews without an author's name, who is called Anonymous now (1)" in report


@pytest.mark.parametrize("column", ["zip_code", "postal_code"])
def test_postal_code_columns_are_recognized(tmp_path: Path, passwords: dict[str, str], column: str) -> None:
    more = f"ALTER TABLE store_address ADD COLUMN {column} text; UPDATE store_address SET {column} = '50667';"
    url = make_source(tmp_path / "codes.sqlite3", passwords, more=more)

    move(url)

    assert Address.objects.get().zip == "50667"


@pytest.mark.parametrize("options", [{"label": ["store"]}, {"column": ["discount=discout"]}, {"column": ["a.b="]}])
def test_malformed_options_raise_command_error(source: str, options: dict[str, list[str]]) -> None:
    with pytest.raises(CommandError, match="is given as"):
        move(source, **options)


def test_integer_cart_keys_become_stable_uuids(tmp_path: Path, passwords: dict[str, str]) -> None:
    more = """
        DELETE FROM store_cart;
        INSERT INTO store_cart VALUES (5, '2022-01-01');
        UPDATE store_cartitem SET cart_id = 5;
    """
    url = make_source(tmp_path / "carts.sqlite3", passwords, more=more)

    move(url)
    first = Cart.objects.get().pk
    move(url)

    assert Cart.objects.get().pk == first
    assert CartItem.objects.get().cart_id == first


def test_unrelated_rows_are_not_overwritten(source: str) -> None:
    Product.objects.create(
        pk=11, title="Mine", slug="mine", unit_price=1, inventory=1, collection=Collection.objects.create(title="C")
    )

    with pytest.raises(CommandError, match="is another one"):
        move(source)

    assert Product.objects.get(pk=11).title == "Mine"
    assert Order.objects.count() == 0


def test_renamed_apps_are_given_as_options(tmp_path: Path, passwords: dict[str, str]) -> None:
    url = make_source(tmp_path / "shop.sqlite3", passwords)
    with sqlite3.connect(tmp_path / "shop.sqlite3") as connection:
        for table, *_ in connection.execute("SELECT name FROM sqlite_master WHERE name LIKE 'store_%'").fetchall():
            connection.execute(f"ALTER TABLE {table} RENAME TO shop_{table.removeprefix('store_')}")
        connection.execute("UPDATE django_content_type SET app_label = 'shop'")
    connection.close()

    with pytest.raises(CommandError, match="--label"):
        move(url)
    move(url, label=["store=shop"])

    assert Product.objects.count() == 3
    assert LikedItem.objects.count() == 3


@pytest.mark.parametrize(
    "arguments",
    [["nonsense"], ["sqlite:////nowhere/at/all.sqlite3"], ["postgres://127.0.0.1:1/none"]],
)
def test_unreadable_source_raises_command_error(arguments: list[str]) -> None:
    with pytest.raises(CommandError):
        move(*arguments)


def test_seed_data_of_course_is_imported(tmp_path: Path, passwords: dict[str, str]) -> None:
    if not SEED.exists():
        pytest.skip("seed.sql of the course is not available")
    more = """
        DELETE FROM store_collection; DELETE FROM store_product; DELETE FROM store_cartitem;
        DELETE FROM store_orderitem;
        DELETE FROM store_product_promotions;
    """ + SEED.read_text()
    url = make_source(tmp_path / "seed.sqlite3", passwords, more=more)

    report = move(url)

    assert Product.objects.count() == 1000
    assert Collection.objects.count() == 10
    assert "DIFFERENT" not in report
