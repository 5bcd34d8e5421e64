from __future__ import annotations

import pytest
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from rest_framework.test import APIClient

from storefront.connections import has_unread_data

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]


def backend_of(wrapper: BaseDatabaseWrapper) -> int:
    """Return the number of the server's process or thread."""
    function = "pg_backend_pid()" if wrapper.vendor == "postgresql" else "connection_id()"
    with wrapper.cursor() as cursor:
        cursor.execute(f"SELECT {function}")
        number: int = cursor.fetchone()[0]
    return number


def kill(backend: int) -> None:
    """End a connection from the side of the server, and wait until its socket is closed."""
    killer = connection.copy()
    statement = "SELECT pg_terminate_backend(%s, 5000)" if connection.vendor == "postgresql" else "KILL %s"
    with killer.cursor() as cursor:
        cursor.execute(statement, [backend])
    killer.close()
    for _ in range(1000):
        if has_unread_data(connection):
            return
    pytest.fail("the server keeps the connection open")


@pytest.fixture(autouse=True)
def _server() -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has no connections that could be closed by a server")


@pytest.mark.parametrize("method", ["get", "post"])
def test_request_succeeds_after_server_closed_connection(method: str, api_client: APIClient) -> None:
    before = backend_of(connection)
    kill(before)

    address = "/store/products/" if method == "get" else "/store/carts/"
    response = getattr(api_client, method)(address)

    assert response.status_code in {200, 201}
    assert backend_of(connection) != before


def test_open_connection_is_reused(api_client: APIClient) -> None:
    before = backend_of(connection)

    for _ in range(3):
        assert api_client.get("/store/products/").status_code == 200

    assert backend_of(connection) == before
    assert not has_unread_data(connection)
