"""Import and export on the admin's page of products."""

from __future__ import annotations

import html
import os
import re
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from storefront_store_testapp.imports import load

from storefront_store.interchange.admin import InterchangeMixin, extend
from storefront_store.models import Product

pytestmark = pytest.mark.django_db

CSV = "sku,title,price,stock,Colour\nP1,Pen,3.00,5,blue\nI1,<b>Ink</b>,9.99,2,red\nX1,Bad,dear,1,\n"


@pytest.fixture(autouse=True)
def _settings(settings: Any, tmp_path: Path) -> None:
    settings.STOREFRONT_STORE = {"MIN_PRICE": Decimal("0.01"), "THROTTLE_RATES": {}}
    settings.STOREFRONT_STORE_INTERCHANGE = {"UPLOAD_FOLDER": str(tmp_path / "uploads")}


@pytest.fixture
def page(client: Client, make_user: Callable[..., Any]) -> Client:
    """A browser of somebody who may add, change and view products."""
    return sign_in(client, make_user, "add_product", "change_product", "view_product")


def sign_in(client: Client, make_user: Callable[..., Any], *codenames: str) -> Client:
    user = make_user(is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client.force_login(user)
    return client


def address(name: str, *args: Any) -> str:
    return reverse(f"admin:storefront_store_product_{name}", args=args)


def upload(page: Client, content: str | bytes = CSV, name: str = "in.csv", **fields: Any) -> Any:
    file = SimpleUploadedFile(name, content if isinstance(content, bytes) else content.encode())
    return page.post(address("import"), {"file": file, "key": "sku", **fields})


def token_of(answer: Any) -> str:
    match = re.search(r'name="token" value="([^"]+)"', answer.content.decode())
    assert match
    return match[1]


class TestImport:
    def test_shows_first_and_writes_nothing(self, page: Client, make_product: Any) -> None:
        make_product(sku="P1", title="Pen", unit_price="2.00", inventory=5)

        answer = upload(page)

        shown = answer.content.decode()
        assert answer.status_code == 200
        assert "unit_price: 2.00 → 3.00" in shown
        assert "&lt;b&gt;Ink&lt;/b&gt;" in shown
        assert "unit_price: &#x27;dear&#x27; is not a number" in shown
        assert "columns not used" in shown
        assert "Colour" in shown
        assert Product.objects.get().unit_price == 2

    def test_writes_when_it_is_confirmed(self, page: Client, tmp_path: Path) -> None:
        token = token_of(upload(page))

        answer = page.post(address("import_confirm"), {"token": token})

        assert "The file was imported." in answer.content.decode()
        assert sorted(Product.objects.values_list("sku", "inventory")) == [("I1", 2), ("P1", 5)]
        assert list((tmp_path / "uploads").iterdir()) == []
        assert "created 2, updated 0, failed 1" in LogEntry.objects.get().change_message

    def test_once(self, page: Client) -> None:
        token = token_of(upload(page))
        page.post(address("import_confirm"), {"token": token})
        Product.objects.all().delete()

        answer = page.post(address("import_confirm"), {"token": token}, follow=True)

        assert "The uploaded file is gone. Upload it again." in answer.content.decode()
        assert not Product.objects.exists()

    def test_options_hold_from_the_preview_to_the_import(self, page: Client) -> None:
        answer = upload(page, "title;price\nPen;1.500\n", decimal=",")

        page.post(address("import_confirm"), {"token": token_of(answer)})

        assert Product.objects.get().unit_price == 1500

    def test_all_or_nothing(self, page: Client) -> None:
        answer = upload(page, strict="on")

        assert "nothing is kept" in answer.content.decode()
        page.post(address("import_confirm"), {"token": token_of(answer)})
        assert not Product.objects.exists()

    @pytest.mark.parametrize(
        ("content", "name", "message"),
        [
            (b"%PDF-1.7", "in.csv", "This is a PDF document"),
            (b"", "in.csv", "The submitted file is empty."),
            (b"nom,prix\nStylo,1\n", "in.csv", "No column was found for"),
        ],
    )
    def test_a_file_that_can_not_be_read(
        self, page: Client, tmp_path: Path, content: bytes, name: str, message: str
    ) -> None:
        content = content.replace(b"nom,prix", b"xx,yy")

        answer = upload(page, content, name)

        assert answer.status_code == 200
        assert message in answer.content.decode()
        assert not (tmp_path / "uploads").exists() or not list((tmp_path / "uploads").iterdir())

    def test_a_file_that_is_too_large(self, page: Client, settings: Any) -> None:
        settings.STOREFRONT_STORE_INTERCHANGE = {"UPLOAD_MAX_BYTES": 10}

        assert "imported by the command import_catalogue" in upload(page).content.decode()

    @pytest.mark.parametrize("token", ["", "x", "a:b:c"])
    def test_a_made_up_token(self, page: Client, token: str) -> None:
        answer = page.post(address("import_confirm"), {"token": token}, follow=True)

        assert "Upload it again" in answer.content.decode()

    def test_the_upload_of_somebody_else(self, page: Client, client: Client, make_user: Any) -> None:
        token = token_of(upload(page))
        other = sign_in(Client(), make_user, "add_product", "change_product", "view_product")

        other.post(address("import_confirm"), {"token": token})

        assert not Product.objects.exists()

    def test_confirming_by_an_address_imports_nothing(self, page: Client) -> None:
        token = token_of(upload(page))

        assert page.get(address("import_confirm"), {"token": token}).status_code == 302
        assert not Product.objects.exists()

    @pytest.mark.parametrize("codenames", [("view_product",), ("add_product", "view_product"), ("change_product",)])
    def test_needs_both_permissions(self, client: Client, make_user: Any, codenames: tuple[str, ...]) -> None:
        page = sign_in(client, make_user, *codenames)

        assert page.get(address("import")).status_code == 403
        assert upload(page).status_code == 403
        assert page.post(address("import_confirm"), {"token": "x"}).status_code == 403
        assert address("import") not in page.get(address("changelist")).content.decode()

    def test_uploads_that_nobody_came_back_for_are_removed(self, page: Client, tmp_path: Path) -> None:
        upload(page)
        (left,) = (tmp_path / "uploads").iterdir()
        os.utime(left, (time.time() - 90_000,) * 2)

        upload(page)

        assert left not in list((tmp_path / "uploads").iterdir())


class TestExport:
    def test_csv_of_what_is_filtered(self, page: Client, make_product: Any, tmp_path: Path) -> None:
        make_product(title="Pen", sku="P1", is_active=False)
        make_product(title="=Ink", sku="I1")

        answer = page.get(address("export", "csv"), {"is_active__exact": "1"})

        content = b"".join(answer.streaming_content)
        assert answer["Content-Disposition"].startswith('attachment; filename="products-')
        assert content.startswith("\ufeffsku,title".encode())
        assert b"'=Ink" in content
        assert b"Pen" not in content
        (tmp_path / "out.csv").write_bytes(content)
        assert load(str(tmp_path / "out.csv")).unchanged == 1

    def test_a_workbook(self, page: Client, make_product: Any, tmp_path: Path) -> None:
        pytest.importorskip("openpyxl")
        pytest.importorskip("python_calamine")
        for number in range(30):
            make_product(title=f"=Pen {number}", sku=f"00{number}")

        answer = page.get(address("export", "xlsx"))

        (tmp_path / "out.xlsx").write_bytes(b"".join(answer.streaming_content))
        assert load(str(tmp_path / "out.xlsx")).unchanged == 30

    def test_a_filter_that_makes_no_sense(self, page: Client, make_product: Any) -> None:
        make_product()

        assert page.get(address("export", "csv"), {"is_active__exact": "perhaps"}).status_code == 302

    @pytest.mark.parametrize("form", ["pdf", "json"])
    def test_another_form(self, page: Client, form: str) -> None:
        assert page.get(address("export", form)).status_code == 403

    def test_needs_permission(self, client: Client, make_user: Any) -> None:
        page = sign_in(client, make_user, "view_order")

        assert page.get(address("export", "csv")).status_code == 403

    def test_is_offered_with_the_filters_of_the_list(self, page: Client) -> None:
        shown = page.get(address("changelist"), {"is_active__exact": "1"}).content.decode()

        assert f'href="{address("export", "csv")}?is_active__exact=1"' in shown
        assert f'href="{address("import")}"' in shown


class TestExtending:
    def test_a_page_of_the_host_is_extended(self) -> None:
        class HostPage(admin.ModelAdmin):
            list_display = ("sku",)

        site = admin.AdminSite(name="host")
        extend(site)
        assert not site.is_registered(Product)
        site.register(Product, HostPage)

        extend(site)
        extend(site)

        page = site.get_model_admin(Product)
        assert isinstance(page, InterchangeMixin)
        assert isinstance(page, HostPage)
        assert page.list_display == ("sku",)


def test_a_second_file_brings_the_variants(page: Client, settings: Any) -> None:
    products = "Product ID;Active (0/1);Name *;Categories;Price tax excluded;Reference #;Quantity\n1;1;Mug;K;9;MUG;0\n"
    variants = (
        "Product ID*;Attribute (Name:Type:Position)*;Value (Value:Position)*;Reference;Impact on price;Quantity\n"
        "1;Colour:color:0;Red:0;R;0;1\n1;Colour:color:0;Blue:0;B;1;1\n"
    )

    preview = upload(page, products, variants=SimpleUploadedFile("variants.csv", variants.encode()))
    assert not Product.objects.exists()
    page.post(address("import_confirm"), {"token": token_of(preview)})

    assert sorted(Product.objects.values_list("sku", "unit_price")) == [("B", 10), ("R", 9)]
    assert list(Path(settings.STOREFRONT_STORE_INTERCHANGE["UPLOAD_FOLDER"]).iterdir()) == []


class TestWording:
    """Messages of the page name its fields, and the command where an option has none."""

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            ("title,unit_price,collection\nMug,1.500,Kitchen\n", "say which with the field “Decimal mark”"),
            ("title,unit_price,collection\nMug,£5.00,Kitchen\n", "choose a currency with the field “Currency”"),
            ("heading,amount\nMug,5.00\n", "Name it with import_catalogue --map"),
        ],
    )
    def test_options_are_named_as_fields(self, content: str, words: str, page: Client) -> None:
        text = html.unescape(upload(page, content).content.decode())

        assert words in text
        assert "with --" not in text
