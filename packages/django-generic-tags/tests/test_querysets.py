from __future__ import annotations

import pytest
from django.contrib.contenttypes.models import ContentType
from generic_tags_testapp.helpers import make
from generic_tags_testapp.models import Article, Book, Chapter, Photo

from generic_tags.exceptions import InvalidKey, NotFound, NotRegistered
from generic_tags.selectors import (
    _labels_statement,
    get_tag_model,
    get_tagged_item_model,
    labels_by_key,
    labels_for_many,
    most_common,
    similar_to,
    tagged_with,
    tags_for,
    tags_for_many,
)
from generic_tags.services import add_tags, create_tag

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def everything(obj):
    return type(obj)._default_manager.all()


def test_get_tags_for_takes_one_query(thing, other, django_assert_num_queries):
    add_tags(thing, "red", "sale")
    add_tags(other, "blue")
    links = get_tagged_item_model().objects.get_tags_for(type(thing), thing.pk)

    with django_assert_num_queries(1):
        labels = {link.tag.label for link in links}

    assert labels == {"red", "sale"}


def test_get_tags_for_accepts_key_as_text(thing):
    add_tags(thing, "red")

    assert get_tagged_item_model().objects.get_tags_for(type(thing), str(thing.pk)).count() == 1


def test_invalid_key_raises_error(things):
    with pytest.raises(InvalidKey):
        get_tagged_item_model().objects.get_tags_for(Article, "abc")


def test_for_object_and_for_model(thing, other):
    add_tags(thing, "red")
    add_tags(other, "red")

    assert get_tagged_item_model().objects.for_object(thing).count() == 1
    assert get_tagged_item_model().objects.for_model(type(thing)).count() == 2


def test_tagged_with_any_and_all(thing, other):
    add_tags(thing, "red", "sale")
    add_tags(other, "red")
    queryset = everything(thing).filter(pk__in=[thing.pk, other.pk])

    assert set(tagged_with(queryset, ["RED", "unknown"])) == {thing, other}
    assert set(tagged_with(queryset, ["sale"])) == {thing}
    assert set(tagged_with(queryset, ["red", "SALE"], match="all")) == {thing}
    assert set(tagged_with(queryset, ["red", "unknown"], match="all")) == set()


def test_tagged_with_in_exclude(thing, other):
    add_tags(thing, "red")
    queryset = everything(thing).filter(pk__in=[thing.pk, other.pk])

    assert list(queryset.exclude(pk__in=tagged_with(queryset, ["red"]))) == [other]


def test_tagged_with_many_labels(thing, other):
    many = [f"label {number}" for number in range(20)]
    add_tags(thing, *many)
    add_tags(other, *many[1:])

    assert set(tagged_with(everything(thing), many)) == {thing, other}
    assert set(tagged_with(everything(thing), many, match="all")) == {thing}


def test_tagged_with_accepts_tags(thing):
    add_tags(thing, "red")

    assert list(tagged_with(everything(thing), get_tag_model().objects.all())) == [thing]


@pytest.mark.parametrize("match", ["any", "all"])
def test_tagged_with_empty_list_matches_nothing(things, match):
    add_tags(things.photo, "red")

    assert not tagged_with(Photo.objects.all(), [], match).exists()


def test_tagged_with_unknown_match_raises_value_error():
    with pytest.raises(ValueError, match="'some'"):
        tagged_with(Photo.objects.all(), ["red"], match="some")


def test_objects_of_different_models_with_same_key_are_separate(things):
    chapter = Chapter.objects.create(pk=things.article.pk + 1000, title="x", book=Book.objects.create(title="b"))
    article = Article.objects.create(pk=chapter.pk, title="y")
    add_tags(article, "red")

    assert list(tags_for(chapter)) == []
    assert not tagged_with(Chapter.objects.all(), ["red"]).exists()


def test_tags_for_many_takes_one_query(things, django_assert_num_queries):
    objects = [thing for kind, thing in vars(things).items() if kind != "column"]
    for obj in objects[:-1]:
        add_tags(obj, "red", "Äpfel", "blue")
    ContentType.objects.clear_cache()
    for obj in objects:
        ContentType.objects.get_for_model(obj)

    with django_assert_num_queries(1):
        found = tags_for_many(objects)

    assert [[tag.label for tag in found[obj]] for obj in objects[:-1]] == [["blue", "red", "Äpfel"]] * (
        len(objects) - 1
    )
    assert found[objects[-1]] == []


def test_tags_for_many_of_empty_list_takes_no_query(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert tags_for_many([]) == {}


def test_similar_objects_are_ordered_by_shared_tags(kind, db, django_assert_num_queries):
    thing, closest, related, unrelated = (make(kind, name) for name in ("thing", "closest", "related", "unrelated"))
    add_tags(thing, "a", "b", "c")
    add_tags(closest, "a", "b", "c", "d")
    add_tags(related, "b")
    add_tags(unrelated, "x")

    with django_assert_num_queries(2):
        similar = similar_to(thing)

    assert [(obj, obj.shared_tags) for obj in similar] == [(closest, 3), (related, 1)]
    assert similar_to(thing, limit=1) == [closest]


def test_most_common_counts_objects(things):
    add_tags(things.photo, "red", "blue")
    add_tags(things.article, "red")
    create_tag("unused")

    assert [(tag.label, tag.items_count) for tag in most_common()] == [("red", 2), ("blue", 1)]
    assert [(tag.label, tag.items_count) for tag in most_common(Photo)] == [("blue", 1), ("red", 1)]


def test_counts_and_search(things):
    add_tags(things.photo, "Straße")
    create_tag("unused")
    tags = get_tag_model().objects

    assert [tag.label for tag in tags.search("ASS")] == ["Straße"]
    assert {tag.label: tag.items_count for tag in tags.with_counts()} == {"Straße": 1, "unused": 0}


def test_natural_keys(db):
    tag = create_tag("Café")

    assert get_tag_model().objects.get_by_natural_key(*tag.natural_key()) == tag
    assert get_tag_model().objects.get_by_natural_key("CAFE\u0301") == tag


def test_tags_are_ordered_by_label_case_insensitively(db):
    for label in ("b", "C", "a"):
        create_tag(label)

    assert [str(tag) for tag in get_tag_model().objects.all()] == ["a", "b", "C"]


def test_content_object_by_access_and_prefetch(things, django_assert_num_queries):
    objects = [thing for kind, thing in vars(things).items() if kind not in {"column", "report"}]
    for obj in objects:
        add_tags(obj, "red")
    links = get_tagged_item_model().objects.all()

    assert {link.content_object for link in links} == set(objects)
    with django_assert_num_queries(1 + len(objects)):
        assert {link.content_object for link in links.prefetch_related("content_object")} == set(objects)


def test_link_can_be_created_by_object_or_key(thing):
    model, tag = get_tagged_item_model(), create_tag("red")
    content_type = ContentType.objects.get_for_model(thing)

    by_object = model(tag=tag, content_object=thing)
    by_key = model(tag=tag, content_type=content_type, object_id=thing.pk)
    by_object.save()

    assert by_object.object_id == by_key.object_id == thing.pk
    assert list(tags_for(thing)) == [tag]
    assert str(by_object) == "red"


@pytest.mark.parametrize("key", [{"object_int": 1}, {"object_str": "DE"}], ids=["integer", "text"])
def test_link_with_stale_content_type_has_no_object(db, key):
    stale = ContentType.objects.create(app_label="gone", model="thing")
    link = get_tagged_item_model().objects.create(tag=create_tag("red"), content_type=stale, **key)

    assert link.content_object is None
    assert [one.content_object for one in get_tagged_item_model().objects.prefetch_related("content_object")] == [None]
    with pytest.raises(LookupError):
        link.object_id = 2


def test_empty_link_has_no_object():
    assert get_tagged_item_model()().content_object is None


def test_declared_relation_can_be_filtered_and_prefetched(things, django_assert_num_queries):
    add_tags(things.chapter, "red", "sale")

    found = Chapter.objects.filter(tagged_items__tag__label_key="red")
    assert list(found) == [things.chapter]
    with django_assert_num_queries(3):
        (chapter,) = Chapter.objects.prefetch_related("tagged_items__tag")
        assert {link.tag.label for link in chapter.tagged_items.all()} == {"red", "sale"}


def test_custom_queryset_has_tag_methods(things):
    add_tags(things.article, "red", "sale")

    assert list(Article.objects.tagged_with("red", "sale", match="all")) == [things.article]
    assert [tag.label for tag in Article.objects.all().most_common_tags()] == ["red", "sale"]


@pytest.mark.parametrize(
    "ask",
    [
        pytest.param(lambda: get_tagged_item_model().objects.get_tags_for(Book, 1), id="get_tags_for"),
        pytest.param(lambda: tagged_with(Book.objects.all(), ["red"]), id="tagged_with"),
        pytest.param(lambda: most_common(Book), id="most_common"),
        pytest.param(lambda: tags_for(Book.objects.create(title="b")), id="tags_for"),
        pytest.param(lambda: tags_for_many([Book.objects.create(title="b")]), id="tags_for_many"),
        pytest.param(lambda: similar_to(Book.objects.create(title="b")), id="similar_to"),
    ],
)
def test_unregistered_model_raises_not_registered(ask):
    with pytest.raises(NotRegistered):
        ask()


def test_unsaved_object_raises_not_found():
    with pytest.raises(NotFound):
        tags_for(Photo(title="x"))


def test_labels_by_key_match_labels_of_objects(thing, other, django_assert_num_queries):
    add_tags(thing, "red", "Blue", "sale")
    add_tags(other, "blue")
    objects = {obj.pk: obj for obj in (thing, other)}

    for keys in ([thing.pk], [other.pk, thing.pk]):
        with django_assert_num_queries(1):
            labels = labels_by_key(type(thing), keys)

        expected = labels_for_many([objects[key] for key in keys])
        assert labels == {key: expected[objects[key]] for key in keys}


def test_labels_by_key_of_empty_list_takes_no_query(thing, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert labels_by_key(type(thing), []) == {}


def test_labels_by_key_calls_get_queryset_of_manager_each_time(thing, monkeypatch):
    """As with a manager that returns the rows of the current tenant only."""
    model = get_tagged_item_model()
    add_tags(thing, "red")

    class Tenant(type(model.objects)):
        rows = "all"

        def get_queryset(self):
            return getattr(super().get_queryset(), self.rows)()

    manager = Tenant()
    manager.model = model
    monkeypatch.setattr(model, "objects", manager)
    _labels_statement.cache_clear()

    found = []
    for manager.rows in ("all", "none", "all"):
        found.append(labels_by_key(type(thing), [thing.pk]))

    _labels_statement.cache_clear()
    assert found == [{thing.pk: ["red"]}, {}, {thing.pk: ["red"]}]
