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


def admin_url(name: str, *args: Any) -> str:
    return reverse(f"admin:storefront_store_product_{name}", args=args)


def upload(page: Client, content: str | bytes = CSV, name: str = "in.csv", **fields: Any) -> Any:
    file = SimpleUploadedFile(name, content if isinstance(content, bytes) else content.encode())
    return page.post(admin_url("import"), {"file": file, "key": "sku", **fields})


def token_of(answer: Any) -> str:
    match = re.search(r'name="token" value="([^"]+)"', answer.content.decode())
    assert match
    return match[1]


class TestImport:
    def test_preview_shows_changes_and_writes_nothing(self, page: Client, make_product: Any) -> None:
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

    def test_confirmation_imports_file(self, page: Client, tmp_path: Path) -> None:
        token = token_of(upload(page))

        answer = page.post(admin_url("import_confirm"), {"token": token})

        assert "The file was imported." in answer.content.decode()
        assert sorted(Product.objects.values_list("sku", "inventory")) == [("I1", 2), ("P1", 5)]
        assert list((tmp_path / "uploads").iterdir()) == []
        assert "created 2, updated 0, failed 1" in LogEntry.objects.get().change_message

    def test_token_can_be_used_once(self, page: Client) -> None:
        token = token_of(upload(page))
        page.post(admin_url("import_confirm"), {"token": token})
        Product.objects.all().delete()

        answer = page.post(admin_url("import_confirm"), {"token": token}, follow=True)

        assert "The uploaded file is gone. Upload it again." in answer.content.decode()
        assert not Product.objects.exists()

    def test_options_of_preview_apply_to_import(self, page: Client) -> None:
        answer = upload(page, "title;price\nPen;1.500\n", decimal=",")

        page.post(admin_url("import_confirm"), {"token": token_of(answer)})

        assert Product.objects.get().unit_price == 1500

    def test_strict_import_with_errors_writes_nothing(self, page: Client) -> None:
        answer = upload(page, strict="on")

        assert "nothing is kept" in answer.content.decode()
        page.post(admin_url("import_confirm"), {"token": token_of(answer)})
        assert not Product.objects.exists()

    @pytest.mark.parametrize(
        ("content", "name", "message"),
        [
            (b"%PDF-1.7", "in.csv", "This is a PDF document"),
            (b"", "in.csv", "The submitted file is empty."),
            (b"nom,prix\nStylo,1\n", "in.csv", "No column was found for"),
        ],
    )
    def test_unreadable_file_shows_error(
        self, page: Client, tmp_path: Path, content: bytes, name: str, message: str
    ) -> None:
        content = content.replace(b"nom,prix", b"xx,yy")

        answer = upload(page, content, name)

        assert answer.status_code == 200
        assert message in answer.content.decode()
        assert not (tmp_path / "uploads").exists() or not list((tmp_path / "uploads").iterdir())

    def test_too_large_file_shows_error(self, page: Client, settings: Any) -> None:
        settings.STOREFRONT_STORE_INTERCHANGE = {"UPLOAD_MAX_BYTES": 10}

        assert "imported by the command import_catalogue" in upload(page).content.decode()

    @pytest.mark.parametrize("token", ["", "x", "a:b:c"])
    def test_invalid_token_is_rejected(self, page: Client, token: str) -> None:
        answer = page.post(admin_url("import_confirm"), {"token": token}, follow=True)

        assert "Upload it again" in answer.content.decode()

    def test_upload_of_another_user_is_not_imported(self, page: Client, client: Client, make_user: Any) -> None:
        token = token_of(upload(page))
        other = sign_in(Client(), make_user, "add_product", "change_product", "view_product")

        other.post(admin_url("import_confirm"), {"token": token})

        assert not Product.objects.exists()

    def test_get_request_does_not_confirm_import(self, page: Client) -> None:
        token = token_of(upload(page))

        assert page.get(admin_url("import_confirm"), {"token": token}).status_code == 302
        assert not Product.objects.exists()

    @pytest.mark.parametrize("codenames", [("view_product",), ("add_product", "view_product"), ("change_product",)])
    def test_import_requires_add_and_change_permissions(
        self, client: Client, make_user: Any, codenames: tuple[str, ...]
    ) -> None:
        page = sign_in(client, make_user, *codenames)

        assert page.get(admin_url("import")).status_code == 403
        assert upload(page).status_code == 403
        assert page.post(admin_url("import_confirm"), {"token": "x"}).status_code == 403
        assert admin_url("import") not in page.get(admin_url("changelist")).content.decode()

    def test_abandoned_uploads_are_removed(self, page: Client, tmp_path: Path) -> None:
        upload(page)
        (left,) = (tmp_path / "uploads").iterdir()
        os.utime(left, (time.time() - 90_000,) * 2)

        upload(page)

        assert left not in list((tmp_path / "uploads").iterdir())


class TestExport:
    def test_csv_contains_filtered_products(self, page: Client, make_product: Any, tmp_path: Path) -> None:
        make_product(title="Pen", sku="P1", is_active=False)
        make_product(title="=Ink", sku="I1")

        answer = page.get(admin_url("export", "csv"), {"is_active__exact": "1"})

        content = b"".join(answer.streaming_content)
        assert answer["Content-Disposition"].startswith('attachment; filename="products-')
        assert content.startswith("\ufeffsku,title".encode())
        assert b"'=Ink" in content
        assert b"Pen" not in content
        (tmp_path / "out.csv").write_bytes(content)
        assert load(str(tmp_path / "out.csv")).unchanged == 1

    def test_exported_workbook_imports_unchanged(self, page: Client, make_product: Any, tmp_path: Path) -> None:
        pytest.importorskip("openpyxl")
        pytest.importorskip("python_calamine")
        for number in range(30):
            make_product(title=f"=Pen {number}", sku=f"00{number}")

        answer = page.get(admin_url("export", "xlsx"))

        (tmp_path / "out.xlsx").write_bytes(b"".join(answer.streaming_content))
        assert load(str(tmp_path / "out.xlsx")).unchanged == 30

    def test_invalid_filter_redirects(self, page: Client, make_product: Any) -> None:
        make_product()

        assert page.get(admin_url("export", "csv"), {"is_active__exact": "perhaps"}).status_code == 302

    @pytest.mark.parametrize("form", ["pdf", "json"])
    def test_unsupported_format_is_403(self, page: Client, form: str) -> None:
        assert page.get(admin_url("export", form)).status_code == 403

    def test_export_requires_permission(self, client: Client, make_user: Any) -> None:
        page = sign_in(client, make_user, "view_order")

        assert page.get(admin_url("export", "csv")).status_code == 403

    def test_export_link_keeps_filters_of_changelist(self, page: Client) -> None:
        shown = page.get(admin_url("changelist"), {"is_active__exact": "1"}).content.decode()

        assert f'href="{admin_url("export", "csv")}?is_active__exact=1"' in shown
        assert f'href="{admin_url("import")}"' in shown


class TestExtending:
    def test_custom_model_admin_is_extended(self) -> None:
        class ProjectProductAdmin(admin.ModelAdmin):
            list_display = ("sku",)

        site = admin.AdminSite(name="host")
        extend(site)
        assert not site.is_registered(Product)
        site.register(Product, ProjectProductAdmin)

        extend(site)
        extend(site)

        page = site.get_model_admin(Product)
        assert isinstance(page, InterchangeMixin)
        assert isinstance(page, ProjectProductAdmin)
        assert page.list_display == ("sku",)


def test_variants_are_imported_from_second_file(page: Client, settings: Any) -> None:
    products = "Product ID;Active (0/1);Name *;Categories;Price tax excluded;Reference #;Quantity\n1;1;Mug;K;9;MUG;0\n"
    variants = (
        "Product ID*;Attribute (Name:Type:Position)*;Value (Value:Position)*;Reference;Impact on price;Quantity\n"
        "1;Colour:color:0;Red:0;R;0;1\n1;Colour:color:0;Blue:0;B;1;1\n"
    )

    preview = upload(page, products, variants=SimpleUploadedFile("variants.csv", variants.encode()))
    assert not Product.objects.exists()
    page.post(admin_url("import_confirm"), {"token": token_of(preview)})

    assert sorted(Product.objects.values_list("sku", "unit_price")) == [("B", 10), ("R", 9)]
    assert list(Path(settings.STOREFRONT_STORE_INTERCHANGE["UPLOAD_FOLDER"]).iterdir()) == []


class TestMessages:
    """Messages of the page name its fields, and the command where an option has none."""

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            ("title,unit_price,collection\nMug,1.500,Kitchen\n", "say which with the field “Decimal mark”"),
            ("title,unit_price,collection\nMug,£5.00,Kitchen\n", "choose a currency with the field “Currency”"),
            ("heading,amount\nMug,5.00\n", "Name it with import_catalogue --map"),
        ],
    )
    def test_messages_name_form_fields(self, content: str, words: str, page: Client) -> None:
        text = html.unescape(upload(page, content).content.decode())

        assert words in text
        assert "with --" not in text
