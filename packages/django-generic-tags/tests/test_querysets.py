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


def test_get_tags_for_gives_links_with_their_tags_in_one_query(thing, other, django_assert_num_queries):
    add_tags(thing, "red", "sale")
    add_tags(other, "blue")
    links = get_tagged_item_model().objects.get_tags_for(type(thing), thing.pk)

    with django_assert_num_queries(1):
        labels = {link.tag.label for link in links}

    assert labels == {"red", "sale"}


def test_get_tags_for_takes_the_key_as_text_too(thing):
    add_tags(thing, "red")

    assert get_tagged_item_model().objects.get_tags_for(type(thing), str(thing.pk)).count() == 1


def test_an_impossible_key_is_an_error_and_not_nothing(things):
    with pytest.raises(InvalidKey):
        get_tagged_item_model().objects.get_tags_for(Article, "abc")


def test_links_of_one_object_and_of_one_model(thing, other):
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


def test_tagged_with_excludes_right(thing, other):
    add_tags(thing, "red")
    queryset = everything(thing).filter(pk__in=[thing.pk, other.pk])

    assert list(queryset.exclude(pk__in=tagged_with(queryset, ["red"]))) == [other]


def test_tagged_with_many_labels(thing, other):
    many = [f"label {number}" for number in range(20)]
    add_tags(thing, *many)
    add_tags(other, *many[1:])

    assert set(tagged_with(everything(thing), many)) == {thing, other}
    assert set(tagged_with(everything(thing), many, match="all")) == {thing}


def test_tagged_with_takes_tags(thing):
    add_tags(thing, "red")

    assert list(tagged_with(everything(thing), get_tag_model().objects.all())) == [thing]


@pytest.mark.parametrize("match", ["any", "all"])
def test_tagged_with_nothing_matches_nothing(things, match):
    add_tags(things.photo, "red")

    assert not tagged_with(Photo.objects.all(), [], match).exists()


def test_tagged_with_another_match_is_refused():
    with pytest.raises(ValueError, match="'some'"):
        tagged_with(Photo.objects.all(), ["red"], match="some")


def test_objects_of_different_models_with_one_key_are_not_mixed_up(things):
    chapter = Chapter.objects.create(pk=things.article.pk + 1000, title="x", book=Book.objects.create(title="b"))
    article = Article.objects.create(pk=chapter.pk, title="y")
    add_tags(article, "red")

    assert list(tags_for(chapter)) == []
    assert not tagged_with(Chapter.objects.all(), ["red"]).exists()


def test_tags_for_many_of_several_models_in_one_query(things, django_assert_num_queries):
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


def test_tags_for_many_of_nothing_asks_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert tags_for_many([]) == {}


def test_similar_objects_come_in_order_of_shared_tags(kind, db, django_assert_num_queries):
    thing, twin, cousin, stranger = (make(kind, name) for name in ("thing", "twin", "cousin", "stranger"))
    add_tags(thing, "a", "b", "c")
    add_tags(twin, "a", "b", "c", "d")
    add_tags(cousin, "b")
    add_tags(stranger, "x")

    with django_assert_num_queries(2):
        similar = similar_to(thing)

    assert [(obj, obj.shared_tags) for obj in similar] == [(twin, 3), (cousin, 1)]
    assert similar_to(thing, limit=1) == [twin]


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


def test_tags_are_in_order_of_their_labels_whatever_the_case(db):
    for label in ("b", "C", "a"):
        create_tag(label)

    assert [str(tag) for tag in get_tag_model().objects.all()] == ["a", "b", "C"]


def test_the_object_of_a_link_by_access_and_by_prefetch(things, django_assert_num_queries):
    objects = [thing for kind, thing in vars(things).items() if kind not in {"column", "report"}]
    for obj in objects:
        add_tags(obj, "red")
    links = get_tagged_item_model().objects.all()

    assert {link.content_object for link in links} == set(objects)
    with django_assert_num_queries(1 + len(objects)):
        assert {link.content_object for link in links.prefetch_related("content_object")} == set(objects)


def test_a_link_can_be_made_by_object_or_by_key(thing):
    model, tag = get_tagged_item_model(), create_tag("red")
    content_type = ContentType.objects.get_for_model(thing)

    by_object = model(tag=tag, content_object=thing)
    by_key = model(tag=tag, content_type=content_type, object_id=thing.pk)
    by_object.save()

    assert by_object.object_id == by_key.object_id == thing.pk
    assert list(tags_for(thing)) == [tag]
    assert str(by_object) == "red"


@pytest.mark.parametrize("key", [{"object_int": 1}, {"object_str": "DE"}], ids=["integer", "text"])
def test_a_link_to_a_model_that_is_gone_has_no_object(db, key):
    stale = ContentType.objects.create(app_label="gone", model="thing")
    link = get_tagged_item_model().objects.create(tag=create_tag("red"), content_type=stale, **key)

    assert link.content_object is None
    assert [one.content_object for one in get_tagged_item_model().objects.prefetch_related("content_object")] == [None]
    with pytest.raises(LookupError):
        link.object_id = 2


def test_an_empty_link_has_no_object():
    assert get_tagged_item_model()().content_object is None


def test_the_declared_relation_joins_and_prefetches(things, django_assert_num_queries):
    add_tags(things.chapter, "red", "sale")

    found = Chapter.objects.filter(tagged_items__tag__label_key="red")
    assert list(found) == [things.chapter]
    with django_assert_num_queries(3):
        (chapter,) = Chapter.objects.prefetch_related("tagged_items__tag")
        assert {link.tag.label for link in chapter.tagged_items.all()} == {"red", "sale"}


def test_a_queryset_of_the_host_gains_the_methods(things):
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
def test_asking_of_a_model_that_is_not_registered_is_an_error_and_not_nothing(ask):
    with pytest.raises(NotRegistered):
        ask()


def test_asking_of_an_unsaved_object_is_an_error_and_not_nothing():
    with pytest.raises(NotFound):
        tags_for(Photo(title="x"))


def test_labels_by_key_are_those_of_the_objects(thing, other, django_assert_num_queries):
    add_tags(thing, "red", "Blue", "sale")
    add_tags(other, "blue")
    objects = {obj.pk: obj for obj in (thing, other)}

    for keys in ([thing.pk], [other.pk, thing.pk]):
        with django_assert_num_queries(1):
            labels = labels_by_key(type(thing), keys)

        expected = labels_for_many([objects[key] for key in keys])
        assert labels == {key: expected[objects[key]] for key in keys}


def test_labels_of_no_keys_take_no_statement(thing, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert labels_by_key(type(thing), []) == {}


def test_labels_are_filtered_by_a_manager_that_decides_at_each_call(thing, monkeypatch):
    """As one does that shows the rows of the current tenant only."""
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
