"""The project as a whole: migrations, URLs, schema, accounts of the demo."""

from __future__ import annotations

import os
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

SNAPSHOT = Path(__file__).with_name("urls.txt")


def routes(resolver: URLResolver, prefix: str = "", namespace: str = "") -> Iterator[str]:
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield f"{route} {namespace}{entry.name}"
        elif entry.namespace != "admin":
            yield from routes(entry, route, f"{namespace}{entry.namespace}:" if entry.namespace else namespace)


@pytest.mark.django_db
def test_models_and_migrations_agree() -> None:
    call_command("makemigrations", check_changes=True, dry_run=True, verbosity=0)


def test_urls_match_published_list() -> None:
    """Published URLs must not change. ``UPDATE_URLS=1`` updates the list; review the difference before a commit."""
    if os.environ.get("UPDATE_URLS"):
        SNAPSHOT.write_text("".join(f"{route}\n" for route in sorted(routes(get_resolver()))))

    assert sorted(routes(get_resolver())) == SNAPSHOT.read_text().splitlines()


@pytest.mark.django_db
def test_schema_and_docs_page_are_served(client: Client) -> None:
    assert client.get("/schema/").status_code == 200
    assert b"swagger" in client.get("/docs/").content


@pytest.mark.django_db
def test_docs_page_loads_no_external_files(client: Client) -> None:
    assert b"https://" not in client.get("/docs/").content


@pytest.mark.django_db
def test_repeated_seeding_resets_passwords_of_demo_accounts(client: Client) -> None:
    call_command("seed_demo", stdout=StringIO(), stderr=StringIO())
    get_user_model().objects.filter(username="customer").update(password="forgotten")
    output = StringIO()

    call_command("seed_demo", stdout=output)

    assert len(output.getvalue().splitlines()) == 3
    for line in output.getvalue().splitlines():
        username, password, *_ = line.split()
        answer = client.post("/auth/jwt/create/", {"username": username, "password": password})
        assert answer.status_code == 200
    admin = get_user_model().objects.get(username="admin")
    assert (admin.is_staff, admin.is_superuser) == (True, True)
    support = get_user_model().objects.get(username="support")
    assert support.is_staff
    assert support.has_perm("storefront_store.view_history")
    assert not support.has_perm("storefront_store.change_product")


@pytest.mark.django_db
def test_messages_are_enabled_for_pages_and_disabled_for_api(client: Client) -> None:
    found = {path: hasattr(client.get(path).wsgi_request, "_messages") for path in ("/store/", "/admin/login/")}

    assert found == {"/store/": False, "/admin/login/": True}
