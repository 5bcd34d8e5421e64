"""Export of personal data, and its deletion with the account."""

from __future__ import annotations

import json
import stat
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection
from rest_framework.test import APIClient

from storefront_auth.services.privacy import personal_data

pytestmark = pytest.mark.django_db


def orders(user: Any) -> dict[str, object]:
    return {"orders": [{"total": Decimal("9.90"), "placed": datetime(2026, 1, 2, tzinfo=UTC), "of": user.pk}]}


def test_export_contains_data_of_package_and_project(as_user: Any, user: Any, settings: Any) -> None:
    settings.STOREFRONT_AUTH = {**settings.STOREFRONT_AUTH, "PERSONAL_DATA": [orders]}

    answer = as_user(user).get("/auth/users/me/data/")

    data = answer.json()
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    assert answer["Content-Disposition"] == 'attachment; filename="personal-data.json"'
    assert sorted(data) == ["account", "orders", "profile", "tokens"]
    assert (data["account"]["username"], data["account"]["email"]) == ("ann", "ann@example.com")
    assert data["orders"] == [{"total": "9.90", "placed": "2026-01-02T00:00:00+00:00", "of": user.pk}]
    assert [token["ended"] for token in data["tokens"]["refresh_tokens"]] == [None]
    assert user.password not in answer.content.decode()
    assert "email_key" not in data["account"]


def test_export_requires_authentication_and_is_throttled(
    api: APIClient, as_user: Any, user: Any, settings: Any
) -> None:
    settings.STOREFRONT_AUTH = {**settings.STOREFRONT_AUTH, "THROTTLE_RATES": {"personal_data": (2, 60)}}
    client = as_user(user)

    assert api.get("/auth/users/me/data/").status_code == 401
    assert [client.get("/auth/users/me/data/").status_code for _ in range(3)] == [200, 200, 429]
    assert client.post("/auth/users/me/data/").status_code == 405


def test_sources_with_same_key_raise_improperly_configured(user: Any, settings: Any) -> None:
    settings.STOREFRONT_AUTH = {**settings.STOREFRONT_AUTH, "PERSONAL_DATA": [orders, orders]}

    with pytest.raises(ImproperlyConfigured, match="orders"):
        personal_data(user)


@pytest.mark.parametrize("by", ["name", "key"])
def test_command_output_matches_service(user: Any, capsys: Any, by: str) -> None:
    call_command("export_personal_data", *(["ANN"] if by == "name" else [str(user.pk), "--pk"]))

    assert json.loads(capsys.readouterr().out) == json.loads(json.dumps(personal_data(user)))


def test_output_file_is_private_and_not_overwritten(user: Any, tmp_path: Path) -> None:
    path = tmp_path / "ann.json"

    call_command("export_personal_data", "ann", output=path)

    assert json.loads(path.read_text())["account"]["username"] == "ann"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(CommandError, match="can't be written"):
        call_command("export_personal_data", "ann", output=path)


@pytest.mark.parametrize("arguments", [["nobody"], ["nobody", "--pk"], ["99", "--pk"]])
def test_command_fails_for_unknown_user(arguments: list[str]) -> None:
    with pytest.raises(CommandError, match="There is no user"):
        call_command("export_personal_data", *arguments)


def test_deleted_account_leaves_no_personal_data(make_user: Any, as_user: Any) -> None:
    ann = make_user(username="annegret", first_name="Anngretchen", last_name="Obermaier")
    ann.storefront_profile.display_name = "Annegretel"
    ann.storefront_profile.save()
    client = as_user(ann)
    boss = make_user(username="boss", is_staff=True)
    LogEntry.objects.log_actions(boss.pk, [ann], 2, change_message="Changed.", single_object=True)

    assert client.delete("/auth/users/me/", {"current_password": "correct-horse-7"}).status_code == 204

    left = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            left += [
                (table, row) for row in cursor.fetchall() if "anneg" in str(row).lower() or "Obermaier" in str(row)
            ]
    assert left == []
