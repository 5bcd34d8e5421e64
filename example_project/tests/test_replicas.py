"""Which requests are read from a replica of the database, and which from the primary."""

from __future__ import annotations

import base64
import json
import time
import uuid
from collections.abc import Iterator
from decimal import Decimal
from http import HTTPStatus
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.test import RequestFactory
from tests.processes import SECRETS, run, values

from storefront.replicas import middleware, shoppers
from storefront.replicas.monitor import Monitor
from storefront.replicas.router import PRIMARY, REPLICA, ReplicaRouter, reading_from_replica
from storefront_store.conf import get_model

CART = "/store/carts/8d3bdb6c-9b6f-4c62-9d0e-5ad9f0d8a1b0/"
router = ReplicaRouter()
requests = RequestFactory()


class Site:
    """A site behind the middleware, which records the databases that it reads from."""

    def __init__(self) -> None:
        self.read_from: list[str] = []
        self.response: Any = HttpResponse
        self.handle = middleware.ReadYourWrites(self.view)

    def view(self, request: HttpRequest) -> HttpResponse:
        self.read_from.append(router.db_for_read(None))
        response = self.response
        return response() if callable(response) else response

    def ask(self, path: str = "/", **headers: str) -> str:
        self.handle(requests.get(path, **headers))
        return self.read_from[-1]


@pytest.fixture(autouse=True)
def _lag(settings: Any) -> Iterator[None]:
    settings.REPLICA_LAG_SECONDS = 5
    caches["default"].clear()
    yield
    caches["default"].clear()


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Site:
    monkeypatch.setattr(middleware, "monitor", Monitor(lambda: Decimal(1), lambda: Decimal(1)))
    return Site()


def access_token(user: int, age: float = 3600) -> str:
    payload = json.dumps({"user_id": str(user), "iat": int(time.time() - age)}).encode()
    return f"JWT header.{base64.urlsafe_b64encode(payload).decode().rstrip('=')}.signature"


def test_replica_is_disabled_by_default() -> None:
    databases, routers = values("DATABASES", "DATABASE_ROUTERS", settings="prod", **SECRETS)

    assert isinstance(databases, dict)
    assert list(databases) == ["default"]
    assert routers == []


def test_replica_url_enables_router_and_middleware() -> None:
    services = {
        "DATABASE_URL": "postgres://one/shop",
        "DATABASE_REPLICA_URL": "postgres://two/shop",
        "REDIS_URL": "redis://localhost/2",
    }
    databases, routers, classes = values(
        "DATABASES", "DATABASE_ROUTERS", "MIDDLEWARE", settings="prod", **SECRETS, **services
    )

    assert isinstance(databases, dict)
    assert isinstance(classes, list)
    assert databases["replica"]["HOST"] == "two"
    assert routers == ["storefront.replicas.router.ReplicaRouter"]
    assert "storefront.replicas.middleware.ReadYourWrites" in classes


def test_replica_requires_shared_cache() -> None:
    answer = run("manage.py", "check", settings="prod", **SECRETS, DATABASE_REPLICA_URL="postgres://two/shop")

    assert answer.returncode != 0
    assert "REDIS_URL" in answer.stderr


def test_primary_is_read_outside_requests() -> None:
    assert router.db_for_read(get_model("Product")) == PRIMARY


def test_context_manager_reads_from_replica() -> None:
    with reading_from_replica():
        inside = router.db_for_read(get_model("Product"))

    assert inside == REPLICA
    assert router.db_for_read(get_model("Product")) == PRIMARY


def test_context_manager_reads_from_primary_after_write() -> None:
    with reading_from_replica():
        written = router.db_for_write(get_model("Order"))

        assert (written, router.db_for_read(get_model("Order"))) == (PRIMARY, PRIMARY)


@pytest.mark.django_db(transaction=True)
def test_transaction_reads_from_primary() -> None:
    with reading_from_replica():
        before = router.db_for_read(get_model("Product"))
        with transaction.atomic():
            within = router.db_for_read(get_model("Product"))

    assert connection.alias == PRIMARY
    assert (before, within) == (REPLICA, PRIMARY)


def test_migrations_run_on_primary_only() -> None:
    assert router.allow_migrate(REPLICA, "storefront_store") is False
    assert router.allow_migrate(PRIMARY, "storefront_store") is None


def test_relations_between_databases_are_allowed() -> None:
    assert router.allow_relation(object(), object())


def test_anonymous_request_reads_from_replica(site: Site) -> None:
    assert site.ask("/store/products/") == REPLICA


def test_unsafe_request_reads_from_primary(site: Site) -> None:
    site.handle(requests.post("/store/carts/"))

    assert site.read_from == [PRIMARY]


def test_user_reads_own_writes_from_primary(site: Site) -> None:
    site.handle(requests.post("/store/orders/", headers={"Authorization": access_token(7)}))

    with_another_token = {"Authorization": access_token(7, age=2000)}
    assert site.ask("/store/orders/", headers=with_another_token) == PRIMARY
    assert site.ask("/store/orders/", headers={"Authorization": access_token(8)}) == REPLICA
    assert site.ask("/store/products/") == REPLICA


def test_recorded_writes_expire(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shoppers, "hold_seconds", lambda: 0.001)
    site.handle(requests.post("/store/orders/", headers={"Authorization": access_token(7)}))
    time.sleep(0.01)

    assert site.ask("/store/orders/", headers={"Authorization": access_token(7)}) == REPLICA


def test_recorded_writes_outlast_allowed_lag(settings: Any) -> None:
    assert shoppers.hold_seconds() > settings.REPLICA_LAG_SECONDS + 2


def test_request_with_new_token_reads_from_primary(site: Site) -> None:
    assert site.ask("/auth/users/me/", headers={"Authorization": access_token(9, age=1)}) == PRIMARY


def test_guest_reads_own_cart_from_primary(site: Site) -> None:
    site.handle(requests.post(f"{CART}items/", {}, "application/json"))

    assert site.ask(CART) == PRIMARY
    assert site.ask(f"/store/carts/{uuid.uuid4()}/") == REPLICA


def test_new_cart_is_read_from_primary(site: Site) -> None:
    key = str(uuid.uuid4())
    site.response = lambda: JsonResponse({"id": key}, status=201)
    site.handle(requests.post("/store/carts/"))

    assert site.ask(f"/store/carts/{key}/") == PRIMARY


def test_ordered_cart_is_read_from_primary(site: Site) -> None:
    key = str(uuid.uuid4())
    site.handle(requests.post("/store/orders/", {"cart_id": key}, "application/json"))

    assert site.ask(f"/store/carts/{key}/") == PRIMARY


def test_guest_reads_own_order_from_primary(site: Site) -> None:
    key = "Jk3" * 14
    site.response = lambda: JsonResponse({"id": 3, "key": key}, status=201)
    site.handle(requests.post("/store/orders/"))

    assert site.ask(f"/store/orders/3/?key={key}") == PRIMARY


def test_session_reads_own_writes_from_primary(site: Site) -> None:
    response = HttpResponse()
    response.set_cookie("sessionid", "new")
    site.response = response
    site.handle(requests.post("/admin/login/"))
    requests.cookies["sessionid"] = "new"
    try:
        assert site.ask("/admin/") == PRIMARY
        requests.cookies["sessionid"] = "another"
        assert site.ask("/admin/") == REPLICA
    finally:
        requests.cookies.clear()


def test_failed_write_is_recorded(site: Site) -> None:
    site.response = lambda: HttpResponse(status=503)
    site.handle(requests.post(CART))

    assert site.ask(CART) == PRIMARY


def test_own_writes_are_read_from_primary_when_cache_fails(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        def __getattr__(self, name: str) -> Any:
            raise ConnectionError

    monkeypatch.setattr(shoppers, "caches", {"default": Broken()})
    site.handle(requests.post(CART))

    assert site.ask(CART) == PRIMARY
    assert site.ask("/store/products/") == REPLICA


def test_failed_read_is_retried_on_primary(site: Site) -> None:
    answers = iter([HttpResponse(status=503), HttpResponse()])
    site.response = lambda: next(answers)

    response = site.handle(requests.get("/store/products/"))

    assert response.status_code == HTTPStatus.OK
    assert site.read_from == [REPLICA, PRIMARY]


def test_failed_write_is_not_retried(site: Site) -> None:
    site.response = lambda: HttpResponse(status=503)

    assert site.handle(requests.post(CART)).status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert len(site.read_from) == 1


@pytest.mark.parametrize(
    "header", ["", "JWT", "JWT a.b.c", "Basic a.b.c", "JWT a.WzFd.c", "JWT a.é.c", "Bearer ..", "JWT a.e30.c"]
)
def test_malformed_tokens_are_treated_as_anonymous(site: Site, header: str) -> None:
    assert site.ask("/", headers={"Authorization": header}) == REPLICA


class FakeReplica:
    """A primary and a replica whose positions are set by the test."""

    def __init__(self) -> None:
        self.now = 100.0
        self.written: Decimal | None = Decimal(10)
        self.replayed: Decimal | None = Decimal(10)
        self.monitor = Monitor(lambda: self.written, lambda: self.replayed, lambda: self.now)

    def after(self, seconds: float, written: int | None = None, replayed: int | None = None) -> bool:
        self.now += seconds
        self.written = Decimal(written) if written is not None else self.written
        self.replayed = Decimal(replayed) if replayed is not None else self.replayed
        return self.monitor.is_usable()


def test_synchronized_replica_is_usable() -> None:
    assert FakeReplica().monitor.is_usable()


def test_replica_that_was_never_synchronized_is_not_usable() -> None:
    replica = FakeReplica()
    replica.replayed = Decimal(9)

    assert not replica.monitor.is_usable()


def test_replica_is_usable_until_lag_exceeds_limit() -> None:
    replica = FakeReplica()
    replica.after(0)

    usable = [replica.after(1, written=20 + second) for second in range(8)]

    assert usable == [True] * 5 + [False] * 3


def test_replica_is_usable_again_after_catching_up() -> None:
    replica = FakeReplica()
    for second in range(10):
        replica.after(1, written=20 + second)

    assert replica.after(1, replayed=29)


def test_replica_with_constant_lag_is_usable() -> None:
    replica = FakeReplica()
    replica.after(0)

    assert all(replica.after(1, written=20 + second, replayed=17 + second) for second in range(20))


def test_unavailable_replica_is_checked_every_second() -> None:
    replica = FakeReplica()
    replica.after(0)
    replica.replayed = None

    assert replica.after(0.5)  # not known yet
    assert not replica.after(0.6)
    assert replica.after(1.1, replayed=10)


def test_suspected_replica_is_checked_immediately() -> None:
    replica = FakeReplica()
    replica.after(0)
    replica.replayed = None

    replica.monitor.suspect()

    assert not replica.after(0)


def test_replica_becomes_unusable_without_position_of_primary() -> None:
    replica = FakeReplica()
    replica.after(0)
    replica.written = None

    assert replica.after(4)
    assert not replica.after(2)
