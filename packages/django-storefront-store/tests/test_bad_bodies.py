"""Bodies that are not valid JSON or forms, too large, or of another kind."""

from __future__ import annotations

import json
from typing import Any

import pytest
from storefront_store_testapp.refusals import DEEP_ARRAY, DEEP_OBJECT, refused, state, valid_body
from storefront_store_testapp.tables import each

from storefront_store.models import Product

pytestmark = pytest.mark.django_db


@pytest.fixture
def product(make_product: Any) -> Product:
    return make_product(title="Mug", sku="M-1")


@pytest.fixture
def valid(product: Product) -> dict[str, Any]:
    return valid_body(product)


class TestBodies:
    """Bodies that are not a JSON object in UTF-8."""

    CREATE = [
        "/store/products/",
        "/store/collections/",
        "/store/promotions/",
        "/store/orders/",
        "/store/customers/",
        "/store/customers/me/addresses/",
        "/store/carts/",
    ]

    @each("address", CREATE)
    @each(
        "body",
        [
            DEEP_ARRAY,
            DEEP_OBJECT,
            "NaN",
            '{"a": NaN}',
            '{"a": Infinity}',
            '{"title": "\\ud800"}',
            '{"\\ud800": 1}',
            b'{"title": "\xff"}',
            b"\xff\xfe{\0}\0",
            "[]",
            "null",
            "1",
            '"a"',
            "true",
            " ",
            "{",
            '{"a":1,}',
            "{'a':1}",
            '{"a":1}{"b":2}',
            "[" * 5,
            '{"a": ' + "9" * 5000 + "}",
        ],
    )
    def test_invalid_json_is_rejected(self, address: str, body: Any, as_staff: Any) -> None:
        before = state()

        refused(as_staff.generic("POST", address, body, content_type="application/json"))

        assert state() == before

    def test_empty_json_body_is_rejected(self, as_staff: Any) -> None:
        answer = as_staff.generic("POST", "/store/collections/", "", content_type="application/json")

        refused(answer, fields={"title"})

    @each("kind", ["text/xml", "text/plain", "application/octet-stream", "application/jsonp", "image/png"])
    @each("address", CREATE)
    def test_unsupported_media_type_is_415(self, address: str, kind: str, as_staff: Any) -> None:
        answer = as_staff.generic("POST", address, "<a/>", content_type=kind)

        refused(answer, 415)

    @each("kind", ["application/json; charset=utf-16", "application/json; charset=nonsense", "application/json;;;"])
    def test_malformed_charset_is_not_a_server_error(self, kind: str, as_staff: Any) -> None:
        assert as_staff.generic("POST", "/store/collections/", '{"title": "A"}', content_type=kind).status_code in (
            201,
            400,
            415,
        )

    @each("address", CREATE)
    def test_ten_megabytes_of_json_are_413(self, address: str, as_staff: Any, settings: Any) -> None:
        body = '{"a": "' + "x" * 10_000_000 + '"}'

        refused(as_staff.generic("POST", address, body, content_type="application/json"), 413)

    def test_body_is_unlimited_if_max_memory_size_is_none(self, as_staff: Any, settings: Any) -> None:
        settings.DATA_UPLOAD_MAX_MEMORY_SIZE = None
        body = '{"a": "' + "x" * 3_000_000 + '"}'

        refused(
            as_staff.generic("POST", "/store/collections/", body, content_type="application/json"), fields={"title"}
        )

    @each("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
    def test_ten_thousand_form_fields_are_rejected(self, kind: str, as_staff: Any) -> None:
        pairs = [(f"f{n}", "1") for n in range(10_000)]
        if kind.startswith("multipart"):
            parts = (
                f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in pairs
            )
            body = "".join(parts) + "--x--\r\n"
        else:
            body = "&".join(f"{name}={value}" for name, value in pairs)

        refused(as_staff.generic("POST", "/store/collections/", body, content_type=kind), 400, 413)

    def test_ten_megabytes_of_form_data_are_413(self, as_staff: Any) -> None:
        body = "title=" + "x" * 10_000_000

        answer = as_staff.generic("POST", "/store/collections/", body, content_type="application/x-www-form-urlencoded")

        refused(answer, 413)

    @each("body", [b"title=%FF", b"title=\xff", b"title=%00", b"title=a%00b", b"&&&==", b"title"])
    def test_malformed_form_data_is_not_a_server_error(self, body: bytes, as_staff: Any) -> None:
        answer = as_staff.generic("POST", "/store/collections/", body, content_type="application/x-www-form-urlencoded")

        assert answer.status_code in (201, 400)
        if answer.status_code == 201:
            assert body == b"title=%FF"  # Django reads it as the sign for what can't be read

    @each("accept", ["text/xml", "image/png", "garbage", "*", ";;;", "application/json;version="])
    def test_malformed_accept_header_is_200_or_406(self, accept: str, api: Any, product: Product) -> None:
        assert api.get("/store/products/", HTTP_ACCEPT=accept).status_code in (200, 406)

    @each("format_", ["xml", "%00", "../x", "json"])
    def test_format_parameter_is_200_or_404(self, format_: str, api: Any, product: Product) -> None:
        assert api.get(f"/store/products/?format={format_}").status_code in (200, 404)

    def test_prices_keep_every_digit(self, valid: Any, as_staff: Any) -> None:
        body = json.dumps({**valid, "unit_price": "PRICE"}).replace('"PRICE"', "9999999999.99")

        answer = as_staff.generic("POST", "/store/products/", body, content_type="application/json")

        assert answer.status_code == 201
        assert b'"unit_price":9999999999.99' in answer.content
