"""Requests whose transaction conflicts with another one."""

from __future__ import annotations

import pytest
from django.db import OperationalError, connection, connections

pytest.importorskip("rest_framework")

from generic_tags_testapp.helpers import NOT_FOUND, for_url, make

from generic_tags.api import mixins
from generic_tags.exceptions import Busy
from generic_tags.selectors import get_tag_model
from generic_tags.services import create_tag, tagging
from generic_tags.services import tags as tag_services

pytestmark = [pytest.mark.database, pytest.mark.django_db]


class DeadlockError(Exception):
    sqlstate = "40P01"


def deadlock(execute, sql, *args):
    if sql.startswith(("INSERT", "UPDATE", "DELETE")):
        raise OperationalError from DeadlockError()
    return execute(sql, *args)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("atomic_requests", [False, True])
@pytest.mark.parametrize(
    ("method", "path", "data"),
    [
        ("post", "/tags/", {"label": "blue"}),
        ("patch", "/tags/red/", {"label": "blue"}),
        ("delete", "/tags/red/", {}),
        ("put", "/tags/for/generic_tags_testapp.country/DE/", {"tags": ["blue"]}),
        ("post", "/articles/", {"title": "x", "tags": ["blue"]}),
    ],
)
def test_persistent_conflicts_are_503(client, staff, monkeypatch, method, path, data, atomic_requests):
    monkeypatch.setitem(connections.settings["default"], "ATOMIC_REQUESTS", atomic_requests)
    create_tag("red")
    make("country", "DE")
    client.raise_request_exception = False

    with connection.execute_wrapper(deadlock):
        answer = getattr(client, method)(path, data, **staff)

    assert (answer.status_code, answer["Retry-After"]) == (503, "1")
    assert [tag.label for tag in get_tag_model().objects.all()] == ["red"]


@pytest.mark.django_db(transaction=True)
def test_conflict_is_retried_with_atomic_requests(client, staff, monkeypatch):
    monkeypatch.setitem(connections.settings["default"], "ATOMIC_REQUESTS", True)
    real, attempts = tagging.ensure_tags, []

    def conflict_once(*args):
        attempts.append(1)
        if len(attempts) == 1:
            raise OperationalError from DeadlockError()
        return real(*args)

    monkeypatch.setattr(tagging, "ensure_tags", conflict_once)

    assert client.put(for_url("photo", make("photo").pk), {"tags": ["x"]}, **staff).status_code == 200


@pytest.mark.parametrize(("method", "data"), [("patch", {"label": "blue"}), ("delete", {})])
def test_concurrently_deleted_tag_is_404(client, staff, monkeypatch, method, data):
    create_tag("red")
    real = tag_services.hold_exclusively

    def delete_first(model, *args):
        model.objects.all().delete()
        real(model, *args)

    monkeypatch.setattr(tag_services, "hold_exclusively", delete_first)

    assert getattr(client, method)("/tags/red/", data, **staff).json() == NOT_FOUND


def test_busy_database_is_503_with_retry_after(client, staff, monkeypatch):
    def busy(*args):
        raise Busy

    monkeypatch.setattr(mixins, "set_tags", busy)

    answer = client.put(for_url("photo", make("photo").pk), {"tags": ["x"]}, **staff)

    assert (answer.status_code, answer.json()["code"], answer["Retry-After"]) == (503, "busy", "1")
