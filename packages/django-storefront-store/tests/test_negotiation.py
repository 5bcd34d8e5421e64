"""Requests that fail before a view has done anything: formats, tokens, methods, slashes, missing tables."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import OperationalError, ProgrammingError, connection, transaction
from rest_framework.test import APIClient
from storefront_store_testapp.answers import code_of

from storefront_store.api.errors import exception_handler
from storefront_store.models import Collection, Order, Product, Review

pytestmark = pytest.mark.django_db

BAD_TOKENS = ["Basic !!!", "Basic YTpi", "Bearer abc", "JWT a.b.c", "Basic", "\u00ff"]


@pytest.fixture
def paths(make_product: Any, make_cart: Any) -> list[str]:
    product = make_product()
    cart = make_cart((product, 1))
    return [
        "",
        "products/",
        f"products/{product.pk}/",
        f"products/{product.pk}/images/",
        f"products/{product.pk}/reviews/",
        "products/facets/",
        "collections/",
        f"collections/{product.collection_id}/",
        "groups/",
        "promotions/",
        f"carts/{cart.pk}/",
        f"carts/{cart.pk}/items/",
        "customers/",
        "customers/me/",
        "customers/me/addresses/",
        "orders/",
    ]


class TestFormats:
    @pytest.mark.parametrize("token", ["", *BAD_TOKENS])
    @pytest.mark.parametrize("accept", ["application/xml", "text/csv", "text/html", "nonsense", "*/*;q=x"])
    @pytest.mark.parametrize("method", ["get", "options", "head", "post"])
    def test_no_server_error_for_any_accept_header(
        self, paths: list[str], token: str, accept: str, method: str
    ) -> None:
        client = APIClient()  # which raises what a view raises
        headers = {"Accept": accept, **({"Authorization": token.encode().decode("latin-1")} if token else {})}

        for path in paths:
            assert getattr(client, method)(f"/store/{path}", headers=headers).status_code < 500, path

    @pytest.mark.parametrize("suffix", ["?format=csv", "?format=json", "?format=api", "?format=%00", "?format="])
    @pytest.mark.parametrize("token", ["", "Basic YTpi"])
    def test_no_server_error_for_any_format_parameter(self, paths: list[str], suffix: str, token: str) -> None:
        client = APIClient()
        headers = {"Authorization": token} if token else {}

        for path in paths:
            for method in (client.get, client.options):
                assert method(f"/store/{path}{suffix}", headers=headers).status_code < 500, path

    def test_unacceptable_format_is_406(self, paths: list[str]) -> None:
        answer = APIClient().get("/store/products/", headers={"Accept": "application/xml", "Authorization": "Basic x"})

        assert code_of(answer) == (406, "not_acceptable")

    def test_invalid_credentials_are_401(self, paths: list[str]) -> None:
        answer = APIClient().get("/store/products/", headers={"Authorization": "Basic YTpi"})

        assert code_of(answer) == (401, "authentication_failed")

    def test_options_request_is_200_for_anonymous_user(self, paths: list[str]) -> None:
        for path in ("", "products/", "collections/", paths[2]):
            assert APIClient().options(f"/store/{path}").status_code == 200


class TestTrailingSlashes:
    @pytest.mark.parametrize("debug", [True, False])
    @pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
    def test_write_without_trailing_slash_is_404_with_hint(
        self, api: Any, settings: Any, method: str, debug: bool
    ) -> None:
        settings.DEBUG = debug

        answer = getattr(api, method)("/store/carts", {})

        assert code_of(answer) == (404, "missing_slash")
        assert "/store/carts/" in answer.json()["detail"]

    def test_read_without_trailing_slash_is_redirected(self, api: Any) -> None:
        answer = api.get("/store/products?search=a")

        assert (answer.status_code, answer["Location"]) == (301, "/store/products/?search=a")

    def test_unknown_path_is_404(self, api: Any) -> None:
        for method in (api.get, api.post):
            assert method("/store/nothing").status_code == 404
            assert method("/store/%2F/evil.example").status_code == 404

    def test_format_suffix_is_accepted(self, api: Any) -> None:
        assert api.get("/store/collections.json").json() == []


class TestMissingTables:
    @pytest.mark.parametrize(
        "error",
        [
            OperationalError("no such table: storefront_store_product"),
            OperationalError("no such column: storefront_store_product.title_key"),
            ProgrammingError(1146, "Table 'shop.storefront_store_product' doesn't exist"),
        ],
    )
    def test_missing_table_is_503_with_migrate_hint(self, error: Exception, caplog: Any) -> None:
        answer: Any = exception_handler(error, {})

        assert (answer.status_code, answer.data["code"]) == (503, "not_migrated")
        assert "manage.py migrate" in answer.data["detail"]
        assert "CRITICAL" in caplog.text

    @pytest.mark.database
    def test_missing_table_is_detected_on_every_database(self) -> None:
        with pytest.raises((ProgrammingError, OperationalError)) as caught, transaction.atomic():
            connection.cursor().execute("SELECT a FROM storefront_store_absent")

        answer: Any = exception_handler(caught.value, {})
        assert answer.data["code"] == "not_migrated"

    def test_other_database_errors_are_not_handled(self) -> None:
        assert exception_handler(ProgrammingError("syntax error"), {}) is None


def test_rejected_requests_write_nothing(paths: list[str]) -> None:
    before = [model.objects.count() for model in (Collection, Product, Order, Review)]
    client = APIClient()

    for path in paths:
        client.post(f"/store/{path}", {"title": "x"}, headers={"Authorization": "Basic YTpi"})

    assert [model.objects.count() for model in (Collection, Product, Order, Review)] == before
