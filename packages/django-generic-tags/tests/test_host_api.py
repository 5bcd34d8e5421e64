"""Views and serializers of a project with the mixins, the field and the filter."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections
from django.urls import reverse

pytest.importorskip("rest_framework")

from generic_tags_testapp.helpers import make
from generic_tags_testapp.models import Article, Book, Chapter

from generic_tags.selectors import get_tag_model
from generic_tags.services import add_tags, create_tag, tagging

pytestmark = [pytest.mark.database, pytest.mark.django_db]


class TestProjectViewSet:
    """A viewset and a serializer of a project with the mixins."""

    def test_list_takes_one_additional_query(self, client, django_assert_num_queries):
        for number in range(100):
            add_tags(make("article", str(number)), "red", f"label {number}")

        with django_assert_num_queries(2):
            answer = client.get("/articles/").json()

        assert len(answer) == 100
        assert answer[7]["tags"] == ["label 7", "red"]

    def test_detail_contains_tags(self, client):
        article = make("article")
        add_tags(article, "red")

        assert client.get(f"/articles/{article.pk}/").json() == {"id": article.pk, "title": "one", "tags": ["red"]}

    def test_tags_are_saved_with_object(self, client):
        created = client.post("/articles/", {"title": "x", "tags": ["Red"]}, content_type="application/json")
        assert (created.status_code, created.json()["tags"]) == (201, ["Red"])
        url = f"/articles/{created.json()['id']}/"

        kept = client.patch(url, {"title": "y"}, content_type="application/json")
        assert kept.json()["tags"] == ["Red"]
        changed = client.patch(url, {"tags": ["blue"]}, content_type="application/json")
        assert changed.json()["tags"] == ["blue"]

    @pytest.mark.django_db(transaction=True)
    def test_update_succeeds_when_tag_is_deleted_concurrently(self, client, monkeypatch):
        if connection.vendor == "sqlite":
            pytest.skip("one writer at a time")
        article, real, done = make("article"), tagging.ensure_tags, []

        def deleted_once(*args):
            tags = real(*args)
            if not done:
                done.append(1)
                with ThreadPoolExecutor() as rival:
                    rival.submit(delete_all).result()
            return tags

        def delete_all():
            try:
                get_tag_model().objects.all().delete()
            finally:
                connections.close_all()

        create_tag("red")
        monkeypatch.setattr(tagging, "ensure_tags", deleted_once)

        answer = client.patch(f"/articles/{article.pk}/", {"tags": ["red"]}, content_type="application/json")

        assert (done, answer.status_code) == ([1], 200)

    def test_invalid_tags_are_400_and_save_nothing(self, client):
        answer = client.post("/articles/", {"title": "x", "tags": ["a\0b"]}, content_type="application/json")

        assert answer.status_code == 400
        assert not Article.objects.exists()

    def test_tags_action(self, client, staff, member):
        article = make("article")
        url = reverse("article-tags", args=[article.pk])

        assert client.put(url, {"tags": ["x"]}, content_type="application/json").status_code == 401
        assert client.put(url, {"tags": ["x"]}, **member).status_code == 403
        assert client.put(url, {"tags": ["x"]}, **staff).json() == {"tags": ["x"]}
        assert client.get(url).json() == {"tags": ["x"]}
        assert client.get("/articles/999999/tags/").status_code == 404
        assert client.put(url, {"tags": [str(n) for n in range(1000)]}, **staff).status_code == 400

    def test_tags_action_on_concurrently_deleted_object_is_404(self, client, staff, monkeypatch):
        article = make("article")
        from generic_tags.api import mixins

        real = mixins.set_tags

        def delete_first(obj, tags):
            Article.objects.filter(pk=obj.pk).delete()
            return real(obj, tags)

        monkeypatch.setattr(mixins, "set_tags", delete_first)

        assert client.put(f"/articles/{article.pk}/tags/", {"tags": ["x"]}, **staff).status_code == 404

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("tags=RED", ["both", "red"]),
            ("tags=red,sale", ["both", "red", "sale"]),
            ("tags=red&tags=sale", ["both", "red", "sale"]),
            ("tags=red,sale&tags_match=all", ["both"]),
            ("tags=red,nothing&tags_match=all", []),
            ("tags=nothing", []),
            ("tags=", ["both", "red", "sale", "plain"]),
            ("tags=,", ["both", "red", "sale", "plain"]),
            ("tags=c_" + "0" * 32, []),
        ],
    )
    def test_filter_by_labels(self, client, query, found):
        for title, tags in (("both", ["red", "sale"]), ("red", ["red"]), ("sale", ["sale"]), ("plain", [])):
            add_tags(make("article", title), *tags)

        assert [article["title"] for article in client.get(f"/articles/?{query}").json()] == found

    def test_filter_by_slug(self, client):
        add_tags(make("article"), "a, b")
        slug = get_tag_model().objects.get().slug

        assert len(client.get("/articles/", {"tags": slug}).json()) == 1

    @pytest.mark.parametrize("match", ["any", "all"])
    def test_filter_prefers_slug_over_label_of_other_tag(self, client, match):
        for label in ("t shirt", "t-shirt"):
            add_tags(make("article", label), label)

        for slug, label in get_tag_model().objects.values_list("slug", "label"):
            found = client.get("/articles/", {"tags": slug, "tags_match": match}).json()
            assert [article["title"] for article in found] == [label]

    @pytest.mark.parametrize(
        "query",
        [
            {"tags": ",".join(map(str, range(1000)))},
            {"tags": "a" * 300},
            {"tags": "a\0"},
            {"tags": "a", "tags_match": "x"},
        ],
    )
    def test_invalid_filter_is_400(self, client, query):
        assert client.get("/articles/", query).status_code == 400

    def test_schema_parameters_of_filter(self):
        from generic_tags.api.filters import TagsFilterBackend

        assert [one["name"] for one in TagsFilterBackend().get_schema_operation_parameters(None)] == [
            "tags",
            "tags_match",
        ]


def test_field_in_nested_and_lazy_lists(thing, other, django_assert_num_queries):
    from rest_framework import serializers

    from generic_tags.api.serializers import TagListField

    class ThingSerializer(serializers.Serializer):
        tags = TagListField()

    class BoxSerializer(serializers.Serializer):
        things = ThingSerializer(many=True)

    add_tags(thing, "red")
    queryset = type(thing)._default_manager.filter(pk__in=[thing.pk, other.pk]).order_by("pk")

    with django_assert_num_queries(2):
        lazy = ThingSerializer(queryset, many=True).data
    nested = BoxSerializer({"things": list(queryset)}).data["things"]

    assert sorted(one["tags"] for one in lazy) == sorted(one["tags"] for one in nested) == [[], ["red"]]


@pytest.mark.parametrize("mixin", [True, False])
def test_iterator_is_serialized_completely(django_assert_num_queries, mixin):
    from generic_tags_testapp.api import TaggedArticleSerializer
    from rest_framework import serializers

    from generic_tags.api.serializers import TagListField

    class PlainSerializer(serializers.Serializer):
        tags = TagListField()

    for number in range(5):
        add_tags(make("article", str(number)), f"label {number}")

    serializer = TaggedArticleSerializer if mixin else PlainSerializer
    with django_assert_num_queries(2 if mixin else 6):
        data = serializer(Article.objects.order_by("pk").iterator(), many=True).data

    assert [one["tags"] for one in data] == [[f"label {number}"] for number in range(5)]


def test_each_nested_list_takes_one_additional_query(django_assert_num_queries):
    from rest_framework import serializers

    from generic_tags.api.serializers import ReadAheadListSerializer, TagListField, TagsSerializerMixin

    class ChapterSerializer(TagsSerializerMixin, serializers.ModelSerializer):
        class Meta:
            model, fields = Chapter, ["title", "tags"]

    class PlainSerializer(serializers.ModelSerializer):
        tags = TagListField()

        class Meta:
            model, fields, list_serializer_class = Chapter, ["title", "tags"], ReadAheadListSerializer

    class BookSerializer(serializers.Serializer):
        chapters = ChapterSerializer(many=True, source="chapter_set")
        same = PlainSerializer(many=True, source="chapter_set")

    book = Book.objects.create(title="Book")
    for number in range(10):
        add_tags(Chapter.objects.create(book=book, title=str(number)), f"label {number}")

    with django_assert_num_queries(4):
        data = BookSerializer(book).data

    assert data["chapters"] == data["same"]
    assert sorted(one["tags"] for one in data["chapters"]) == [[f"label {number}"] for number in range(10)]
