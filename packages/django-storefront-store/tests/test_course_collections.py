"""Who may create a collection, and what one looks like: the smallest tests of an endpoint."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from model_bakery import baker
from rest_framework import status
from rest_framework.test import APIClient

from storefront_store.models import Collection

pytestmark = pytest.mark.django_db


@pytest.fixture
def create_collection(api: APIClient) -> Callable[[dict[str, Any]], Any]:
    """Return a function that posts a collection as whoever ``api`` is authenticated as."""

    def create_collection(collection: dict[str, Any]) -> Any:
        return api.post("/store/collections/", collection)

    return create_collection


@pytest.fixture
def authenticate(api: APIClient) -> Callable[..., None]:
    """Return a function that authenticates ``api`` as a new user."""

    def authenticate(*, is_staff: bool = False) -> None:
        api.force_authenticate(baker.make("auth.User", is_staff=is_staff))

    return authenticate


class TestCreateCollection:
    def test_if_user_is_anonymous_returns_401(self, create_collection: Any) -> None:
        response = create_collection({"title": "Kitchen"})

        assert response.status_code == status.HTTP_401_UNAUTHORIZED
        assert not Collection.objects.exists()

    def test_if_user_is_not_admin_returns_403(self, authenticate: Any, create_collection: Any) -> None:
        authenticate()

        response = create_collection({"title": "Kitchen"})

        assert response.status_code == status.HTTP_403_FORBIDDEN
        assert not Collection.objects.exists()

    def test_if_data_is_invalid_returns_400(self, authenticate: Any, create_collection: Any) -> None:
        authenticate(is_staff=True)

        response = create_collection({"title": ""})

        assert response.status_code == status.HTTP_400_BAD_REQUEST
        assert response.data["title"] is not None
        assert not Collection.objects.exists()

    def test_if_data_is_valid_returns_201(self, authenticate: Any, create_collection: Any) -> None:
        authenticate(is_staff=True)

        response = create_collection({"title": "Kitchen"})

        assert response.status_code == status.HTTP_201_CREATED
        assert response.data["id"] > 0


class TestRetrieveCollection:
    def test_if_collection_exists_returns_200(self, api: APIClient) -> None:
        collection = baker.make(Collection)

        response = api.get(f"/store/collections/{collection.pk}/")

        assert response.status_code == status.HTTP_200_OK
        assert response.data == {"id": collection.pk, "title": collection.title, "products_count": 0}

    def test_if_collection_does_not_exist_returns_404(self, api: APIClient) -> None:
        collection = baker.make(Collection)

        response = api.get(f"/store/collections/{collection.pk + 1}/")

        assert response.status_code == status.HTTP_404_NOT_FOUND
