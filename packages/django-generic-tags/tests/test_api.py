from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.test import override_settings
from django.urls import URLPattern, reverse

pytest.importorskip("rest_framework")

from generic_tags_testapp.helpers import NOT_FOUND, for_url, labels, make
from generic_tags_testapp.models import Article

from generic_tags import urls
from generic_tags.api import mixins
from generic_tags.exceptions import InvalidLabel, TagExists, TooManyLabels
from generic_tags.links.registry import home_of
from generic_tags.selectors import get_tag_model, get_tagged_item_model
from generic_tags.services import add_tags, create_tag

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def only_published(queryset, user):
    return queryset.filter(hidden=False) if queryset.model is Article else queryset


def test_url_patterns():
    table = {pattern.name: str(pattern.pattern) for pattern in urls.urlpatterns if isinstance(pattern, URLPattern)}

    assert urls.app_name == "generic_tags"
    assert table == {
        "tag-list": "",
        "object-tags": r"^for/(?P<model>[^/]+)/(?P<key>(?s:.+))/\Z",
        "tag-detail": "<str:slug>/",
        "tag-items": "<str:slug>/items/",
    }


def test_anonymous_can_list_tags_with_counts(client):
    add_tags(make("photo"), "red", "sale")
    add_tags(make("article"), "red")

    answer = client.get(reverse("generic_tags:tag-list"))

    assert answer.status_code == 200
    assert [(tag["label"], tag["slug"], tag["items_count"]) for tag in answer.json()["results"]] == [
        ("red", "red", 2),
        ("sale", "sale", 1),
    ]


def test_list_can_be_searched_ordered_and_filtered_by_model(client):
    add_tags(make("photo"), "Straße", "red")
    add_tags(make("article"), "red")

    def listed(**query):
        return [tag["label"] for tag in client.get("/tags/", query).json()["results"]]

    assert listed(search="ASSE") == ["Straße"]
    assert listed(ordering="-label") == ["Straße", "red"]
    assert listed(ordering="-items_count") == ["red", "Straße"]
    assert listed(ordering="items_count") == ["Straße", "red"]
    assert listed(ordering="password") == ["red", "Straße"]
    assert listed(model="Generic_Tags_Testapp.ARTICLE") == ["red"]


def test_list_is_paginated(client, django_assert_num_queries):
    for number in range(25):
        add_tags(make("article"), f"label {number:02}")

    first = client.get("/tags/").json()
    assert (first["count"], len(first["results"])) == (25, 20)
    assert len(client.get("/tags/", {"page_size": 10**9}).json()["results"]) == 25
    with django_assert_num_queries(2):
        client.get("/tags/", {"page_size": 2})
    with override_settings(GENERIC_TAGS={"MODELS": [], "PAGE_SIZE": 3, "MAX_PAGE_SIZE": 5}):
        assert len(client.get("/tags/").json()["results"]) == 3
        assert len(client.get("/tags/", {"page_size": 100}).json()["results"]) == 5


@pytest.mark.parametrize("page", ["0", "-1", "abc", "1" * 20, "9" * 5000, "a\0b"])
def test_invalid_page_is_404(client, page):
    answer = client.get("/tags/", {"page": page})

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("text", ["a" * 256, "a" * 100_000, "a\0b"])
def test_invalid_search_is_400(client, text):
    assert client.get("/tags/", {"search": text}).status_code == 400


@pytest.mark.parametrize(("who", "status"), [("nobody", 401), ("member", 403)])
def test_only_staff_can_write(client, who, status, member):
    create_tag("red")
    as_who = member if who == "member" else {"content_type": "application/json"}
    photo = make("photo")

    answers = [
        client.post("/tags/", {"label": "x"}, **as_who),
        client.patch("/tags/red/", {"label": "x"}, **as_who),
        client.put("/tags/red/", {"label": "x"}, **as_who),
        client.delete("/tags/red/", **as_who),
        client.put(for_url("photo", photo.pk), {"tags": ["x"]}, **as_who),
        client.put(for_url("photo", "nonsense"), {"tags": ["x"]}, **as_who),
    ]

    assert [answer.status_code for answer in answers] == [status] * len(answers)
    assert all(set(answer.json()) == {"detail", "code"} for answer in answers)
    assert [tag.label for tag in get_tag_model().objects.all()] == ["red"]


def test_staff_can_create_rename_and_delete(client, staff):
    created = client.post("/tags/", {"label": " Red  Wine "}, **staff)
    assert (created.status_code, created.json()["slug"], created.json()["items_count"]) == (201, "red-wine", 0)

    renamed = client.patch("/tags/red-wine/", {"label": "White"}, **staff)
    assert (renamed.status_code, renamed.json()["slug"]) == (200, "white")
    assert client.patch("/tags/white/", {}, **staff).json()["label"] == "White"
    assert client.put("/tags/white/", {"label": "WHITE"}, **staff).json()["label"] == "WHITE"

    assert client.get("/tags/white/").json()["label"] == "WHITE"
    assert client.delete("/tags/white/", **staff).status_code == 204
    assert client.get("/tags/white/").status_code == 404


@pytest.mark.parametrize(
    "label",
    ["RED", "", " ", "\u200b", "a\0b", "a" * 10_000, None, 5, ["x"], {"a": 1}, True],
    ids=lambda label: repr(label)[:20],
)
def test_invalid_label_is_400(client, staff, label):
    create_tag("red")

    answer = client.post("/tags/", {"label": label}, **staff)

    assert answer.status_code == 400
    assert list(answer.json()) == ["label"]
    assert get_tag_model().objects.count() == 1


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b'"x"', b"{", b'{"label": NaN}', b"\xff", b"[" * 100_000])
def test_malformed_body_is_400(client, staff, body):
    assert client.generic("POST", "/tags/", body, **staff).status_code == 400


@pytest.mark.parametrize("slug", ["nothing", "a%00b", "a%2Fb", "x" * 5000, "%F0%9F%92%A9", "%ff"])
def test_unknown_slug_is_404(client, slug):
    for path in (f"/tags/{slug}/", f"/tags/{slug}/items/"):
        assert client.get(path).status_code == 404


def test_unicode_and_reserved_slugs_are_reachable(client, staff):
    for label in ("日本酒", "C++", "Über uns", "for", "items"):
        slug = client.post("/tags/", {"label": label}, **staff).json()["slug"]

        assert client.get(reverse("generic_tags:tag-detail", args=[slug])).json()["label"] == label
        assert client.get(reverse("generic_tags:tag-items", args=[slug])).json()["count"] == 0


def test_items_of_tag(client, thing, django_assert_max_num_queries):
    add_tags(thing, "red")
    article = make("article", "extra")
    add_tags(article, "red")

    client.get("/tags/red/items/")  # content types are looked up once a process
    with django_assert_max_num_queries(4):
        answer = client.get("/tags/red/items/").json()
    narrowed = client.get("/tags/red/items/", {"model": "generic_tags_testapp.article"}).json()

    assert answer["count"] == 2
    kind = home_of(type(thing))._meta.label_lower
    assert {"model": kind, "id": thing.pk if isinstance(thing.pk, int) else str(thing.pk)} in answer["results"]
    assert {"model": "generic_tags_testapp.article", "id": article.pk} in narrowed["results"]


def test_items_of_unregistered_models_are_excluded(client):
    add_tags(make("photo"), "red")
    add_tags(make("article"), "red")

    with override_settings(GENERIC_TAGS={"MODELS": ["generic_tags_testapp.Photo"]}):
        assert [item["model"] for item in client.get("/tags/red/items/").json()["results"]] == [
            "generic_tags_testapp.photo"
        ]


def test_retrieve_and_replace_tags_of_object(client, thing, kind, staff, django_assert_max_num_queries):
    add_tags(thing, "old")

    put = client.put(for_url(kind, thing.pk), {"tags": ["sale", "Red", "RED"]}, **staff)

    assert (put.status_code, put.json()) == (200, {"tags": ["Red", "sale"]})
    assert labels(thing) == ["Red", "sale"]
    with django_assert_max_num_queries(3):
        got = client.get(for_url(kind.upper(), thing.pk))
    assert (got.status_code, got.json()) == (200, {"tags": ["Red", "sale"]})
    assert client.put(for_url(kind, thing.pk), {"tags": []}, **staff).json() == {"tags": []}


@pytest.mark.parametrize("key", ["a/b c", "a\nb", "a\r\n", "/", "for"])
def test_text_keys_with_special_characters(client, staff, key):
    country = make("country", key)
    address = reverse("generic_tags:object-tags", args=["generic_tags_testapp.country", key])

    assert client.put(address, {"tags": ["x"]}, **staff).status_code == 200
    assert labels(country) == ["x"]


@pytest.mark.parametrize(
    "path",
    [
        "auth.user/1",
        "auth.permission/1",
        "sessions.session/1",
        "admin.logentry/1",
        "contenttypes.contenttype/1",
        "generic_tags_testapp.book/1",
        "no.model/1",
        "nonsense/1",
        "a.b.c/1",
        ".article/1",
        "generic_tags_testapp.article/999999",
        "generic_tags_testapp.article/abc",
        f"generic_tags_testapp.article/{2**63}",
        f"generic_tags_testapp.article/{'9' * 5000}",
        "generic_tags_testapp.article/-1",
        "generic_tags_testapp.article/1%00",
        "generic_tags_testapp.article/0x1",
        "generic_tags_testapp.photo/1",
        "generic_tags_testapp.photo/eccbc87e-4b5c-e2fe-2830-8fd9f2a7baf3",
        "generic_tags_testapp.country/%00",
        "generic_tags_testapp.country/%ff",
        "generic_tags_testapp.country/%ed%a0%80",
        "generic_tags_testapp.country/" + "x" * 300,
        "generic_tags_testapp.article/1' OR '1'='1",
        "%00/1",
    ],
    ids=lambda path: path[:60],
)
def test_unlisted_unknown_and_missing_objects_have_same_404(client, staff, path):
    make("article")
    assert get_user_model().objects.exists()

    answers = [client.get(f"/tags/for/{path}/"), client.put(f"/tags/for/{path}/", {"tags": ["x"]}, **staff)]

    assert [(answer.status_code, answer.json()) for answer in answers] == [(404, NOT_FOUND)] * 2
    assert not get_tagged_item_model().objects.exists()


@pytest.mark.parametrize("model", ["auth.user", "nonsense", "no.model", "a\0b"])
def test_unlisted_model_in_query_is_404(client, model):
    create_tag("red")

    for path in ("/tags/", "/tags/red/items/"):
        answer = client.get(path, {"model": model})
        assert (answer.status_code, answer.json()) == (404, NOT_FOUND)


@pytest.mark.parametrize(
    "tags",
    [
        None,
        "red",
        5,
        {"a": 1},
        [None],
        [5],
        [["red"]],
        [""],
        ["a", ""],
        ["a\0b"],
        ["a" * 10_000],
        [f"label {n}" for n in range(1000)],
    ],
    ids=lambda tags: repr(tags)[:20],
)
def test_invalid_tags_are_400_and_change_nothing(client, staff, tags):
    photo = make("photo")
    add_tags(photo, "old")

    answer = client.put(for_url("photo", photo.pk), {"tags": tags}, **staff)

    assert answer.status_code == 400
    assert list(answer.json()) == ["tags"]
    assert [type(message) for message in answer.json()["tags"]] == [str]
    assert labels(photo) == ["old"]


def test_tags_are_required(client, staff):
    assert client.put(for_url("photo", make("photo").pk), {}, **staff).json() == {"tags": ["This field is required."]}


@pytest.mark.parametrize("method", ["post", "patch", "delete"])
def test_unsupported_methods_are_405(client, staff, method):
    answer = getattr(client, method)(for_url("photo", make("photo").pk), **staff)

    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")


def test_hidden_objects_are_404_and_excluded_from_lists(client, staff):
    article = Article.objects.create(title="x", hidden=True)
    add_tags(article, "red")
    add_tags(make("photo"), "red")
    settings = {
        "MODELS": ["generic_tags_testapp.Article", "generic_tags_testapp.Photo"],
        "VISIBLE": only_published,
    }

    with override_settings(GENERIC_TAGS=settings):
        assert client.get(for_url("article", article.pk)).json() == NOT_FOUND
        assert client.put(for_url("article", article.pk), {"tags": []}, **staff).json() == NOT_FOUND
        assert [item["model"] for item in client.get("/tags/red/items/").json()["results"]] == [
            "generic_tags_testapp.photo"
        ]
        assert client.get("/tags/", {"model": "generic_tags_testapp.article"}).json()["results"] == []
        counted = client.get("/tags/", {"model": "generic_tags_testapp.photo"}).json()["results"]
        assert [(tag["label"], tag["items_count"]) for tag in counted] == [("red", 1)]


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (InvalidLabel("Not this one.", code="reserved"), "Not this one."),
        (TooManyLabels(), "Too many labels."),
        (TagExists(), "A tag with this label already exists."),
    ],
    ids=lambda value: type(value).__name__,
)
def test_errors_of_use_case_are_400_field_errors(client, staff, monkeypatch, error, message):
    def refuse(*args):
        raise error

    monkeypatch.setattr(mixins, "set_tags", refuse)

    answer = client.put(for_url("photo", make("photo").pk), {"tags": ["x"]}, **staff)

    assert (answer.status_code, answer.json()) == (400, {"tags": [message]})


def test_user_without_is_staff_attribute_cannot_write(rf):
    from generic_tags.api.permissions import IsStaffOrReadOnly

    request = rf.post("/tags/")
    request.user = object()

    assert not IsStaffOrReadOnly().has_permission(request, None)


def test_id_of_tag_is_primary_key(client, staff):
    created = client.post("/tags/", {"label": "red", "id": "5d4ae6a3-06ec-4f3c-a29d-9a4e35a7bd3f"}, **staff).json()

    key = get_tag_model().objects.get().pk
    assert created["id"] == (key if isinstance(key, int) else str(key))


def test_options_requests(client, staff):
    create_tag("red")

    assert client.options(for_url("photo", make("photo").pk), **staff).status_code == 200
    assert client.options(for_url("photo", "nonsense"), **staff).status_code == 404
    assert client.options("/tags/", **staff).status_code == 200
    assert client.options("/tags/red/", **staff).status_code == 200


def test_user_with_is_staff_method_cannot_write(client, member, monkeypatch):
    monkeypatch.setattr(get_user_model(), "is_staff", lambda user: False)

    assert client.post("/tags/", {"label": "x"}, **member).status_code == 403
    assert client.get("/tags/", **member).status_code == 200
