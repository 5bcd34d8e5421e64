from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from storefront_store.exceptions import IdempotencyMismatch, InvalidInput
from storefront_store.models import IdempotencyRecord, Order
from storefront_store.services import idempotency

pytestmark = pytest.mark.django_db


def order(client: Any, cart: Any, key: str, **body: Any) -> Any:
    return client.post("/store/orders/", {"cart_id": str(cart.pk), **body}, headers={"Idempotency-Key": key})


class TestOverHTTP:
    def test_repeated_request_replays_response(self, as_user: Any, make_product: Any, make_cart: Any) -> None:
        cart = make_cart((make_product(), 1))

        first, second = order(as_user, cart, "k"), order(as_user, cart, "k")

        assert (first.status_code, second.status_code) == (201, 201)
        assert first.content == second.content
        assert first["Content-Type"] == second["Content-Type"] == "application/json"
        assert not first.has_header("Idempotent-Replayed")
        assert second["Idempotent-Replayed"] == "true"
        assert Order.objects.count() == 1
        assert as_user.get(f"/store/orders/{first.json()['id']}/").json() == first.json()

    def test_different_request_with_same_key_is_422(self, as_user: Any, make_product: Any, make_cart: Any) -> None:
        order(as_user, make_cart((make_product(), 1)), "k")

        answer = order(as_user, make_cart((make_product(), 1)), "k")

        assert answer.status_code == 422
        assert answer.json()["code"] == "idempotency_mismatch"
        assert Order.objects.count() == 1

    def test_keys_are_per_user(
        self, as_user: Any, make_user: Any, log_in: Any, make_product: Any, make_cart: Any
    ) -> None:
        product = make_product()
        order(as_user, make_cart((product, 1)), "k")

        answer = order(log_in(make_user()), make_cart((product, 1)), "k")

        assert answer.status_code == 201
        assert Order.objects.count() == 2

    @pytest.mark.database
    def test_keys_differ_by_case_accent_and_blanks(self, as_user: Any, make_product: Any, make_cart: Any) -> None:
        product = make_product()

        answers = [order(as_user, make_cart((product, 1)), key) for key in ("key", "KEY", "kéy", "k ey", "key-")]

        assert [answer.status_code for answer in answers] == [201] * 5
        assert Order.objects.count() == 5

    def test_error_response_is_not_stored(self, as_user: Any, make_product: Any, make_cart: Any) -> None:
        product = make_product(inventory=0)
        cart = make_cart((product, 1))
        short = order(as_user, cart, "k")
        product.inventory = 1
        product.save()

        answer = order(as_user, cart, "k")

        assert (short.status_code, answer.status_code) == (409, 201)
        assert not answer.has_header("Idempotent-Replayed")

    @pytest.mark.parametrize("key", ["", " ", "k" * 256, "a\tb", "a\x7fb"])
    def test_malformed_key_is_400(self, as_user: Any, make_product: Any, make_cart: Any, key: str) -> None:
        answer = order(as_user, make_cart((make_product(), 1)), key)

        assert answer.status_code == 400
        assert answer.json()["code"] == "invalid"
        assert not Order.objects.exists()
        assert not IdempotencyRecord.objects.exists()

    def test_key_of_255_characters_is_accepted(self, as_user: Any, make_product: Any, make_cart: Any) -> None:
        assert order(as_user, make_cart((make_product(), 1)), "k" * 255).status_code == 201

    def test_expired_key_can_be_reused(self, as_user: Any, make_product: Any, make_cart: Any) -> None:
        product = make_product()
        order(as_user, make_cart((product, 1)), "k")
        IdempotencyRecord.objects.update(created_at=timezone.now() - timedelta(hours=25))

        answer = order(as_user, make_cart((product, 1)), "k")

        assert answer.status_code == 201
        assert Order.objects.count() == 2
        assert IdempotencyRecord.objects.count() == 1

    @pytest.mark.database
    def test_key_needs_no_savepoint(self, as_user: Any, make_product: Any, make_cart: Any) -> None:
        cart = make_cart((make_product(), 1))

        with CaptureQueriesContext(connection) as queries:
            order(as_user, cart, "k")

        savepoints = [query["sql"] for query in queries if query["sql"].startswith("SAVEPOINT")]
        assert len(savepoints) == 1  # the transaction itself, because the test has one around it


class TestUseCase:
    def test_action_runs_once(self, user: Any) -> None:
        calls: list[int] = []

        def action() -> int:
            calls.append(1)
            return len(calls)

        def render(result: int) -> tuple[int, bytes]:
            return 200, f"call {result}".encode()

        outcomes = [idempotency.run(user, "k", "f", action, render) for _ in range(3)]

        assert [(outcome.body, outcome.replayed) for outcome in outcomes] == [
            (b"call 1", False),
            (b"call 1", True),
            (b"call 1", True),
        ]

    def test_failed_action_leaves_no_record(self, user: Any) -> None:
        def action() -> None:
            raise InvalidInput

        with pytest.raises(InvalidInput):
            idempotency.run(user, "k", "f", action, lambda result: (200, b""))

        assert not IdempotencyRecord.objects.exists()

    def test_different_fingerprint_raises_mismatch(self, user: Any) -> None:
        idempotency.run(user, "k", "f", lambda: None, lambda result: (200, b""))

        with pytest.raises(IdempotencyMismatch):
            idempotency.run(user, "k", "g", lambda: None, lambda result: (200, b""))

    def test_digest_separates_its_parts(self) -> None:
        assert idempotency.digest(b"ab", b"c") != idempotency.digest(b"a", b"bc")

    @pytest.mark.database
    def test_purge_keeps_unexpired_records(self, user: Any) -> None:
        for key in ("old", "young"):
            idempotency.run(user, key, "f", lambda: None, lambda result: (200, b""))
        IdempotencyRecord.objects.filter(pk=IdempotencyRecord.objects.earliest("pk").pk).update(
            created_at=timezone.now() - timedelta(hours=25)
        )

        assert idempotency.purge(dry_run=True) == 1
        assert idempotency.purge() == 1
        assert IdempotencyRecord.objects.count() == 1
