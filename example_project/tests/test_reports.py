"""Error reports by mail: one for each error, and limited in number."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from storefront import reports


def first(request: HttpRequest, *args: Any) -> HttpResponse:
    raise RuntimeError("the first fault")


def second(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("the second fault")


urlpatterns = [path("store/first/", first), path("store/second/", second), path("store/first/<int:number>/", first)]
pytestmark = pytest.mark.urls(__name__)


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False)


def test_repeated_error_is_mailed_once(client: Client) -> None:
    for number in range(5):
        client.get(f"/store/first/{number}/")

    assert len(mail.outbox) == 1


def test_different_errors_are_mailed_separately(client: Client) -> None:
    client.get("/store/first/")
    client.get("/store/second/")

    assert len(mail.outbox) == 2


def test_error_is_mailed_again_after_interval(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    client.get("/store/first/")
    monkeypatch.setattr(reports, "SAME_FAULT_SECONDS", 0.0)
    client.get("/store/first/")

    assert len(mail.outbox) == 2


def test_total_number_of_mails_is_limited(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reports, "SAME_FAULT_SECONDS", 0.0)

    for _ in range(reports.MAILS + 5):
        client.get("/store/first/")

    assert len(mail.outbox) == reports.MAILS


def test_every_error_is_logged(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(3):
        client.get("/store/first/")

    assert len([record for record in caplog.records if record.name == "django.request"]) == 3
