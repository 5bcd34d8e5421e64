"""Requests that fail before or during authentication."""

from __future__ import annotations

import pytest

pytest.importorskip("rest_framework")

from generic_likes_testapp.helpers import make
from rest_framework import authentication, exceptions, generics
from rest_framework.response import Response

from generic_likes.api.mixins import LikesViewSetMixin

pytestmark = [pytest.mark.django_db]

BAD = {"headers": {"authorization": "Basic bm9ib2R5Ondyb25n"}}
GARBLED = {"headers": {"authorization": "Basic ***"}}


def paths():
    photo, article = make("photo"), make("article")
    return [
        "/articles/",
        f"/articles/{article.pk}/",
        f"/articles/{article.pk}/like/",
        "/popular/",
        "/likes/",
        f"/likes/generic_likes_testapp.photo/{photo.pk}/",
    ]


@pytest.fixture
def browser(client):
    client.raise_request_exception = False
    return client


@pytest.mark.parametrize("credentials", [BAD, GARBLED, {}], ids=["bad", "garbled", "none"])
def test_unsupported_accept_header_is_406(browser, credentials):
    headers = {"headers": {**credentials.get("headers", {}), "accept": "application/xml"}}

    for path in paths():
        for method in ("get", "put", "delete", "options"):
            answer = getattr(browser, method)(path, **headers)
            assert answer.status_code in {405, 406}, (method, path, answer.status_code)
            assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize("credentials", [BAD, GARBLED], ids=["bad", "garbled"])
def test_invalid_credentials_are_401_for_any_format(browser, credentials):
    for path in paths():
        assert browser.get(path, **credentials).status_code == 401
        assert browser.options(path, **credentials).status_code == 401
        assert browser.get(path, {"format": "csv"}, **credentials).status_code in {401, 404}


def test_options_as_anonymous(browser):
    *public, like_list, like_detail = paths()

    assert {browser.options(path).status_code for path in public} == {200}
    assert browser.options(like_list).status_code == 401
    assert browser.options(like_detail).status_code == 200


class FailingAuthentication(authentication.BaseAuthentication):
    def authenticate(self, request):
        raise exceptions.AuthenticationFailed

    def authenticate_header(self, request):
        return "Basic"


class LazyView(LikesViewSetMixin, generics.GenericAPIView):
    """Authenticates lazily, as described in the documentation of Django REST framework."""

    authentication_classes = [FailingAuthentication]
    permission_classes = []

    def perform_authentication(self, request):
        pass

    def get(self, request):
        return Response({"fine": True})


def test_mixin_does_not_authenticate_lazy_view(rf):
    answer = LazyView.as_view()(rf.get("/"))

    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
