"""The lists of tokens in the admin read a bounded number of rows, although each login adds one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken

from storefront_auth.admin.hardening import BoundedPaginator

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def records(client: Client, make_user: Any, monkeypatch: pytest.MonkeyPatch) -> list[OutstandingToken]:
    monkeypatch.setattr(BoundedPaginator, "max_rows", 3)
    root = make_user(username="root", is_staff=True, is_superuser=True)
    client.force_login(root, "storefront_auth.backends.AccountBackend")
    ends = timezone.now() + timedelta(days=1)
    rows = [OutstandingToken.objects.create(user=root, jti=f"jti-{n}", token="x", expires_at=ends) for n in range(6)]
    for row in rows:
        BlacklistedToken.objects.create(token=row)
    return rows


@pytest.mark.parametrize("name", ["outstandingtoken", "blacklistedtoken"])
def test_changelist_count_stops_at_max_rows(name: str, client: Client, records: Any) -> None:
    with CaptureQueriesContext(connection) as statements:
        page = client.get(f"/admin/token_blacklist/{name}/")

    assert page.context["cl"].result_count == 3
    assert all("LIMIT" in row["sql"] for row in statements if "COUNT(*)" in row["sql"])


@pytest.mark.parametrize("name", ["outstandingtoken", "blacklistedtoken"])
def test_old_token_is_found_by_jti(name: str, client: Client, records: Any) -> None:
    page = client.get(f"/admin/token_blacklist/{name}/", {"q": "jti-0"})

    [row] = page.context["cl"].result_list
    assert records[0] in (row, getattr(row, "token", None))


def test_tokens_are_read_only(client: Client, records: Any) -> None:
    page = f"/admin/token_blacklist/outstandingtoken/{records[0].pk}/change/"

    assert client.get(page).status_code == 200
    assert client.post(page, {"jti": "other"}).status_code == 403
    assert client.post(page.replace("change", "delete"), {"post": "yes"}).status_code == 403
