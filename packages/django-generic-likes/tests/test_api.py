from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.db import connections
from django.test import override_settings
from django.urls import reverse

pytest.importorskip("rest_framework")

from generic_likes_testapp.helpers import login, make
from generic_likes_testapp.models import Article, Book, Chapter
from rest_framework import permissions, serializers

from generic_likes import urls
from generic_likes.api import mixins, views
from generic_likes.exceptions import Busy
from generic_likes.links.registry import home_of
from generic_likes.selectors import get_liked_item_model, likes_count
from generic_likes.services import like

pytestmark = [pytest.mark.database, pytest.mark.django_db]

NOT_FOUND = {"detail": "Not found.", "code": "not_found"}


def url(kind, key):
    return f"/likes/generic_likes_testapp.{kind}/{key}/"


def only_published(queryset, user):
    return queryset.filter(hidden=False) if queryset.model is Article else queryset


def test_url_patterns():
    assert urls.app_name == "generic_likes"
    assert {pattern.name: str(pattern.pattern) for pattern in urls.urlpatterns} == {
        "like-list": "",
        "like-detail": r"^(?P<model>[^/]+)/(?P<key>(?s:.+))/\Z",
    }


def test_put_and_delete_are_idempotent(client, thing, kind, member, rival):
    like(rival, thing)
    steps = [("get", 1, False), ("put", 2, True), ("put", 2, True), ("get", 2, True), ("delete", 1, False)]

    for method, count, is_liked in [*steps, ("delete", 1, False)]:
        answer = getattr(client, method)(url(kind.upper(), thing.pk), **member)

        assert (answer.status_code, answer.json()) == (200, {"likes_count": count, "is_liked": is_liked})
        assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize("key", ["a/b c", "a\nb", "a\r\n", "/"])
def test_reversed_url_with_special_characters_in_key(client, member, key):
    country = make("country", key)
    address = reverse("generic_likes:like-detail", args=["generic_likes_testapp.country", country.pk])

    assert client.put(address, **member).json() == {"likes_count": 1, "is_liked": True}


def test_anonymous_can_read_likes_count(client, thing, kind, rival, django_assert_num_queries):
    like(rival, thing)
    client.get(url(kind, thing.pk))  # content types are looked up once a process

    with django_assert_num_queries(2):
        answer = client.get(url(kind, thing.pk))

    assert (answer.status_code, answer.json()) == (200, {"likes_count": 1, "is_liked": False})


def test_read_permission_can_require_authentication(client):
    models = ["generic_likes_testapp.Photo"]
    settings = {"MODELS": models, "READ_PERMISSION": "rest_framework.permissions.IsAuthenticated"}

    with override_settings(GENERIC_LIKES=settings):
        assert client.get(url("photo", make("photo").pk)).status_code == 401


def test_anonymous_like_is_401_even_with_allow_any(client):
    settings = {"MODELS": ["generic_likes_testapp.Photo"], "PERMISSION": "rest_framework.permissions.AllowAny"}

    with override_settings(GENERIC_LIKES=settings):
        assert client.put(url("photo", make("photo").pk)).status_code == 401
        assert client.get("/likes/").json()["results"] == []


@pytest.mark.parametrize("method", ["put", "delete"])
def test_anonymous_requests_are_401(client, method):
    photo = make("photo")

    answers = [getattr(client, method)(url("photo", photo.pk)), getattr(client, method)(url("photo", "nonsense"))]

    assert [answer.status_code for answer in answers] == [401, 401]
    assert all(answer.json()["code"] == "not_authenticated" for answer in answers)
    assert client.get("/likes/").status_code == 401
    assert likes_count(photo) == 0


def test_options_requests(client, member):
    assert client.options(url("photo", make("photo").pk), **member).status_code == 200
    assert client.options(url("photo", "nonsense"), **member).status_code == 404
    assert client.options("/likes/", **member).status_code == 200


@pytest.mark.parametrize("method", ["post", "patch"])
def test_unsupported_methods_are_405(client, member, method):
    answer = getattr(client, method)(url("photo", make("photo").pk), **member)

    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")


@pytest.mark.parametrize("body", [b"{", b"[" * 100_000, b"\xff", b'{"user": 1, "likes_count": 99}'], ids=range(4))
def test_request_body_is_ignored(client, member, body):
    photo = make("photo")

    answer = client.generic("PUT", url("photo", photo.pk), body, **member)

    assert (answer.status_code, answer.json()) == (200, {"likes_count": 1, "is_liked": True})


@pytest.mark.parametrize(
    "path",
    [
        "auth.user/1",
        "auth.permission/1",
        "sessions.session/1",
        "admin.logentry/1",
        "contenttypes.contenttype/1",
        "generic_likes_testapp.book/1",
        "no.model/1",
        "nonsense/1",
        "a.b.c/1",
        ".article/1",
        "generic_likes_testapp.article/999999",
        "generic_likes_testapp.article/abc",
        f"generic_likes_testapp.article/{2**63}",
        f"generic_likes_testapp.article/{'9' * 5000}",
        "generic_likes_testapp.article/-1",
        "generic_likes_testapp.article/1%00",
        "generic_likes_testapp.article/0x1",
        "generic_likes_testapp.photo/1",
        "generic_likes_testapp.photo/eccbc87e-4b5c-e2fe-2830-8fd9f2a7baf3",
        "generic_likes_testapp.country/%00",
        "generic_likes_testapp.country/%ff",
        "generic_likes_testapp.country/%ed%a0%80",
        "generic_likes_testapp.country/" + "x" * 300,
        "generic_likes_testapp.article/1' OR '1'='1",
        "%00/1",
    ],
    ids=lambda path: path[:60],
)
def test_unlisted_unknown_and_missing_objects_have_same_404(client, member, path):
    make("article")

    for method in (client.get, client.put, client.delete):
        answer = method(f"/likes/{path}/", **member)
        assert (answer.status_code, answer.json()) == (404, NOT_FOUND)
    assert not get_liked_item_model().objects.exists()


def test_list_contains_own_likes_latest_first(client, thing, kind, member, rival, django_assert_max_num_queries):
    me = get_user_model().objects.get(username="member")
    article = make("article", "extra")
    like(me, thing)
    like(me, article)
    like(rival, make("photo", "not mine"))
    client.get("/likes/", **member)  # content types are looked up once a process

    with django_assert_max_num_queries(3):
        answer = client.get("/likes/", **member)
    narrowed = client.get("/likes/", {"model": "generic_likes_testapp.ARTICLE"}, **member).json()

    label = home_of(type(thing))._meta.label_lower
    assert [(item["model"], item["id"]) for item in answer.json()["results"]] == [
        ("generic_likes_testapp.article", article.pk),
        (label, thing.pk if isinstance(thing.pk, int) else str(thing.pk)),
    ]
    assert {item["model"] for item in narrowed["results"]} == {"generic_likes_testapp.article"}
    assert answer["Cache-Control"] == "no-store"
    assert set(answer.json()["results"][0]) == {"model", "id", "liked_at"}


def test_list_is_paginated(client, member):
    me = get_user_model().objects.get(username="member")
    for number in range(25):
        like(me, make("photo", str(number)))

    assert len(client.get("/likes/", **member).json()["results"]) == 20
    assert len(client.get("/likes/", {"page_size": 10**9}, **member).json()["results"]) == 25
    for page in ("0", "-1", "abc", "1" * 20, "9" * 5000, "a\0b"):
        assert client.get("/likes/", {"page": page}, **member).status_code == 404
    with override_settings(
        GENERIC_LIKES={"MODELS": ["generic_likes_testapp.Photo"], "PAGE_SIZE": 3, "MAX_PAGE_SIZE": 5}
    ):
        assert len(client.get("/likes/", **member).json()["results"]) == 3
        assert len(client.get("/likes/", {"page_size": 100}, **member).json()["results"]) == 5


@pytest.mark.parametrize("model", ["auth.user", "nonsense", "no.model", "a\0b"])
def test_unlisted_model_in_query_is_404(client, member, model):
    answer = client.get("/likes/", {"model": model}, **member)

    assert (answer.status_code, answer.json()) == (404, NOT_FOUND)


def test_likes_of_unregistered_models_are_excluded(client, member):
    me = get_user_model().objects.get(username="member")
    like(me, make("photo"))
    like(me, make("article"))

    with override_settings(GENERIC_LIKES={"MODELS": ["generic_likes_testapp.Photo"]}):
        listed = client.get("/likes/", **member).json()["results"]

    assert [item["model"] for item in listed] == ["generic_likes_testapp.photo"]


def test_hidden_objects_are_404_and_excluded_from_list(client, member):
    me = get_user_model().objects.get(username="member")
    article = Article.objects.create(title="x", hidden=True)
    like(me, article)
    like(me, make("photo"))
    models = ["generic_likes_testapp.Article", "generic_likes_testapp.Photo"]

    with override_settings(GENERIC_LIKES={"MODELS": models, "VISIBLE": only_published}):
        for method in (client.get, client.put, client.delete):
            assert method(url("article", article.pk), **member).json() == NOT_FOUND
        listed = client.get("/likes/", **member).json()["results"]

    assert [item["model"] for item in listed] == ["generic_likes_testapp.photo"]


def test_busy_database_is_503_with_retry_after(client, member, monkeypatch):
    def busy(*args):
        raise Busy

    monkeypatch.setattr(mixins, "like", busy)

    answer = client.put(url("photo", make("photo").pk), **member)

    assert (answer.status_code, answer.json()["code"], answer["Retry-After"]) == (503, "busy", "1")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("atomic_requests", [False, True])
def test_like_by_concurrently_deleted_user_is_404(client, member, monkeypatch, atomic_requests):
    monkeypatch.setitem(connections.settings["default"], "ATOMIC_REQUESTS", atomic_requests)
    photo, real = make("photo"), views.resolve_object

    def delete_user_first(*args):
        get_user_model().objects.all().delete()
        return real(*args)

    monkeypatch.setattr(views, "resolve_object", delete_user_first)

    answer = client.put(url("photo", photo.pk), **member)

    assert (answer.status_code, answer.json()) == (404, NOT_FOUND)
    assert not get_liked_item_model().objects.exists()


@pytest.mark.undocumented
def test_custom_permission_can_raise_field_errors(client, member):
    class FieldErrorPermission(permissions.IsAuthenticated):
        def has_permission(self, request, view):
            raise serializers.ValidationError({"like": ["Not today."]})

    settings = {"MODELS": ["generic_likes_testapp.Photo"], "PERMISSION": FieldErrorPermission}

    with override_settings(GENERIC_LIKES=settings):
        answer = client.put(url("photo", make("photo").pk), **member)

    assert (answer.status_code, answer.json()) == (400, {"like": ["Not today."]})
    assert answer["Cache-Control"] == "no-store"


class TestProjectViewSet:
    """A viewset and a serializer of a project with the mixins."""

    @pytest.mark.parametrize(("path", "queries"), [("/articles/", 3), ("/popular/", 2)])
    def test_list_query_count_is_constant(self, client, member, django_assert_num_queries, path, queries):
        me = get_user_model().objects.get(username="member")
        for number in range(100):
            article = make("article", str(number))
            if number % 2:
                like(me, article)
        client.get(path, **member)

        with django_assert_num_queries(queries):  # one of them signs the user in, one finds the articles
            answer = client.get(path, **member)

        assert len(answer.json()) == 100
        assert sum(article["likes_count"] for article in answer.json()) == 50
        assert sum(article["is_liked"] for article in answer.json()) == 50

    def test_cache_headers_separate_users(self, client, member):
        article = make("article")

        signed, anonymous = client.get(f"/articles/{article.pk}/", **member), client.get(f"/articles/{article.pk}/")

        assert signed["Cache-Control"] == "no-store"
        assert not anonymous.has_header("Cache-Control")
        assert {"Authorization", "Cookie"} <= set(anonymous["Vary"].split(", "))

    def test_like_action_has_its_own_permission(self, client, member):
        article = make("article")
        address = reverse("article-like", args=[article.pk])

        assert client.put(address).status_code == 401
        assert client.put(address, **member).json() == {"likes_count": 1, "is_liked": True}
        assert client.get(address, **login("other")).json() == {"likes_count": 1, "is_liked": False}
        assert client.delete(address, **member).json() == {"likes_count": 0, "is_liked": False}
        assert client.put(f"/articles/{article.pk}/", {}, **member).status_code == 403
        assert client.put("/articles/999999/like/", **member).status_code == 404

    def test_busy_database_in_action_is_503(self, client, member, monkeypatch):
        def busy(*args):
            raise Busy

        monkeypatch.setattr(mixins, "like", busy)

        assert client.put(f"/articles/{make('article').pk}/like/", **member).status_code == 503


def test_iterator_and_nested_list_take_one_additional_query(user, rf, django_assert_num_queries):
    from generic_likes_testapp.api import LikedArticleSerializer

    from generic_likes.api.serializers import LikesSerializerMixin

    class ChapterSerializer(LikesSerializerMixin):
        pass

    class BookSerializer(serializers.Serializer):
        chapters = ChapterSerializer(many=True, source="chapter_set")

    book = Book.objects.create(title="Book")
    for number in range(5):
        like(user, make("article", str(number)))
        like(user, Chapter.objects.create(book=book, title=str(number)))
    request = rf.get("/")
    request.user = user

    with django_assert_num_queries(2):
        one = LikedArticleSerializer(Article.objects.order_by("pk").iterator(), many=True, context={"request": request})
        assert [article["title"] for article in one.data] == ["0", "1", "2", "3", "4"]
    with django_assert_num_queries(2):
        chapters = BookSerializer(book, context={"request": request}).data["chapters"]
    assert chapters == [{"likes_count": 1, "is_liked": True}] * 5


def test_mixin_in_nested_and_lazy_lists(thing, other, rival, django_assert_num_queries):
    from generic_likes.api.serializers import LikesSerializerMixin

    class ThingSerializer(LikesSerializerMixin):
        pass

    class BoxSerializer(serializers.Serializer):
        things = ThingSerializer(many=True)

    like(rival, thing)
    queryset = type(thing)._default_manager.filter(pk__in=[thing.pk, other.pk]).order_by("pk")

    with django_assert_num_queries(2):
        lazy = ThingSerializer(queryset.all(), many=True).data
    nested = BoxSerializer({"things": list(queryset)}).data["things"]

    assert sorted(one["likes_count"] for one in lazy) == sorted(one["likes_count"] for one in nested) == [0, 1]
