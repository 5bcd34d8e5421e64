"""``article.tags``, as users of django-taggit know it."""

from __future__ import annotations

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core import serializers
from django.db import connection
from django.db.models import Count, Prefetch
from django.test.utils import CaptureQueriesContext
from generic_tags_testapp.models import Dessert, Meal, Wine

from generic_tags.exceptions import InvalidLabel, NotFound
from generic_tags.selectors import get_tag_model, get_tagged_item_model, tagged_with
from generic_tags.services import add_tags, create_tag

pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.fixture(params=[Meal, Dessert, Wine], ids=lambda model: model.__name__)
def model(request):
    return request.param


@pytest.fixture
def apple(model):
    return model.objects.create(title="apple")


@pytest.fixture
def pear(model):
    return model.objects.create(title="pear")


def labels(obj):
    return [tag.label for tag in obj.tags.all()]


def titles(queryset):
    return sorted(obj.title for obj in queryset)


def test_add_labels_and_tags(apple, pear):
    green = create_tag("green")

    apple.tags.add("red", green, "red", "RED")

    assert labels(apple) == ["green", "red"]
    assert labels(pear) == []
    assert get_tag_model().objects.count() == 2


def test_set_remove_and_clear(apple):
    apple.tags.add("red", "sweet")

    apple.tags.set(["green", get_tag_model().objects.get(label="red")])
    assert labels(apple) == ["green", "red"]
    apple.tags.set(["green"], clear=True)
    assert labels(apple) == ["green"]
    apple.tags.remove("GREEN", "unknown")
    assert labels(apple) == []
    apple.tags.add("a", "b")
    apple.tags.remove(get_tag_model().objects.get(label="a"))
    assert labels(apple) == ["b"]
    apple.tags.clear()
    assert labels(apple) == []


def test_invalid_values_are_rejected(apple):
    for wrong in (1, None, apple, ["red"]):
        with pytest.raises(InvalidLabel):
            apple.tags.add(wrong)
    with pytest.raises(TypeError, match="list"):
        apple.tags.set("red")
    with pytest.raises(TypeError, match=r"tags\.set"):
        apple.tags = ["red"]

    assert labels(apple) == []


def test_unsaved_or_deleted_tag_is_rejected(apple):
    gone = create_tag("gone")
    get_tag_model().objects.filter(pk=gone.pk).delete()

    for tag in (get_tag_model()(label="new"), gone):
        with pytest.raises(NotFound):
            apple.tags.add(tag)

    assert not get_tagged_item_model().objects.exists()


def test_unsaved_object_raises_not_found(model):
    with pytest.raises(NotFound, match="save it first"):
        model(title="new").tags.all()
    with pytest.raises(NotFound):
        model(title="new").tags.add("red")


def test_filter_and_exclude_by_tag(model, apple, pear):
    apple.tags.add("red", "sweet")
    pear.tags.add("sweet")
    model.objects.create(title="plain")
    red = get_tag_model().objects.get(label="red")

    assert titles(model.objects.filter(tags__label="red")) == ["apple"]
    assert titles(model.objects.filter(tags=red)) == ["apple"]
    assert titles(model.objects.filter(tags=red.pk)) == ["apple"]
    assert titles(model.objects.filter(tags__in=[red])) == ["apple"]
    assert titles(model.objects.filter(tags__slug__startswith="re")) == ["apple"]
    assert titles(model.objects.filter(tags__label__in=["red", "sweet"]).distinct()) == ["apple", "pear"]
    assert titles(model.objects.filter(tags__label="red").filter(tags__label="sweet")) == ["apple"]
    assert titles(model.objects.exclude(tags__label="red")) == ["pear", "plain"]
    assert titles(model.objects.exclude(tags__label__in=["red", "sweet"])) == ["plain"]
    assert titles(model.objects.filter(tags__isnull=True)) == ["plain"]
    assert titles(model.objects.filter(tags__isnull=False).distinct()) == ["apple", "pear"]


def test_annotate_and_order_by_tag(model, apple, pear):
    apple.tags.add("b", "c")
    pear.tags.add("a")

    counted = model.objects.annotate(number=Count("tags")).order_by("-number")
    assert [(obj.title, obj.number) for obj in counted] == [("apple", 2), ("pear", 1)]
    assert [obj.title for obj in model.objects.filter(tags__label__in="ab").order_by("tags__label_key")] == [
        "pear",
        "apple",
    ]
    assert sorted(model.objects.values_list("title", "tags__label")) == [("apple", "b"), ("apple", "c"), ("pear", "a")]


def test_lookups_ignore_tags_of_other_models():
    meal = Meal.objects.create(title="meal")
    Wine.objects.create(title="wine").tags.add("red")
    meal.tags.add("sweet")

    assert titles(Meal.objects.filter(tags__label="red")) == []
    assert list(Meal.tags.values_list("label", flat=True)) == ["sweet"]


def test_child_model_shares_tags_with_parent():
    dessert, meal = Dessert.objects.create(title="cake"), Meal.objects.create(title="soup")
    dessert.tags.add("sweet")
    meal.tags.add("hot")

    parent = Meal.objects.get(pk=dessert.pk)
    assert titles(Meal.objects.filter(tags__label="sweet")) == ["cake"]
    assert titles(tagged_with(Meal.objects.all(), ["sweet"])) == ["cake"]
    assert titles(Dessert.objects.filter(tags__label="sweet")) == ["cake"]
    assert titles(Dessert.objects.filter(tags__label="hot")) == []
    assert labels(parent) == ["sweet"]
    parent.tags.add("SWEET", "fresh")
    assert labels(dessert) == ["fresh", "sweet"]
    assert [(tag.label, tag.items_count) for tag in Dessert.tags.most_common()] == [("fresh", 1), ("sweet", 1)]
    assert [tag.label for tag in Meal.tags.all()] == ["fresh", "hot", "sweet"]
    assert [tag.label for tag in Dessert.tags.all()] == ["fresh", "sweet"]


def test_tags_are_prefetched_in_one_query(model, apple, pear, django_assert_num_queries):
    apple.tags.add("shared", "own")
    pear.tags.add("shared")
    ContentType.objects.get_for_model(model)

    with django_assert_num_queries(2):
        found = list(model.objects.prefetch_related("tags").order_by("title"))
    with django_assert_num_queries(0):
        assert [labels(obj) for obj in found] == [["own", "shared"], ["shared"]]
    queryset = get_tag_model().objects.filter(label="own")
    with django_assert_num_queries(2):
        found = list(model.objects.prefetch_related(Prefetch("tags", queryset)).order_by("title"))
        assert [labels(obj) for obj in found] == [["own"], []]
    with django_assert_num_queries(2):
        found = list(model.objects.prefetch_related(Prefetch("tags", queryset, to_attr="mine")).order_by("title"))
        assert [[tag.label for tag in obj.mine] for obj in found] == [["own"], []]


def test_prefetched_tags_are_refreshed_after_change(model, apple):
    apple.tags.add("red")
    found = model.objects.prefetch_related("tags").get()

    found.tags.add("sweet")
    assert labels(found) == ["red", "sweet"]
    (found,) = model.objects.prefetch_related("tags")
    found.tags.remove("red")
    assert labels(found) == ["sweet"]
    (found,) = model.objects.prefetch_related("tags")
    found.tags.set(["new"])
    assert labels(found) == ["new"]
    (found,) = model.objects.prefetch_related("tags")
    add_tags(found, "more")
    assert labels(found) == ["more", "new"]


def test_manager_has_queryset_methods(apple):
    apple.tags.add("green and juicy", "red")

    assert apple.tags.labels() == apple.tags.names() == ["green and juicy", "red"]
    assert apple.tags.slugs() == ["green-and-juicy", "red"]
    assert apple.tags.filter(label="red").exists()
    assert apple.tags.count() == 2
    assert apple.tags.first().label == "green and juicy"
    with pytest.raises(AttributeError):
        _ = apple.tags.nonsense


def test_most_common_is_lazy(model, apple, pear, django_assert_num_queries):
    apple.tags.add("sweet", "red")
    pear.tags.add("sweet")
    ContentType.objects.get_for_model(model)

    with django_assert_num_queries(0):
        tags = model.tags.most_common()
    with django_assert_num_queries(1):
        assert [(tag.label, tag.items_count) for tag in tags] == [("sweet", 2), ("red", 1)]
    assert [tag.label for tag in model.tags.most_common(min_count=2)] == ["sweet"]
    assert [(tag.label, tag.items_count) for tag in apple.tags.most_common()] == [("sweet", 2), ("red", 1)]
    assert [tag.label for tag in apple.tags.most_common(min_count=2)] == ["sweet"]


def test_similar_objects(model, apple, pear):
    melon = model.objects.create(title="melon")
    apple.tags.add("green", "juicy", "small", "sour")
    pear.tags.add("green", "juicy", "small", "sweet")
    melon.tags.add("green", "juicy", "large", "sweet")

    assert [(obj.title, obj.shared_tags) for obj in apple.tags.similar_objects()] == [("pear", 3), ("melon", 2)]


def test_query_count_of_add_is_constant(model, apple, pear):
    def cost(obj, *tags):
        with CaptureQueriesContext(connection) as captured:
            obj.tags.add(*tags)
        return len(captured)

    apple.tags.add("known")
    assert cost(apple, "a") == cost(pear, *[f"label {number}" for number in range(50)]) <= 12
    assert cost(pear, "a", "known") <= 8
    assert cost(pear, "a", "known") <= 5
    assert cost(pear) <= 3


def test_links_are_deleted_with_objects(model, apple, pear):
    apple.tags.add("red")
    pear.tags.add("red")

    apple.delete()
    assert labels(pear) == ["red"]
    model.objects.all().delete()

    assert not get_tagged_item_model().objects.exists()


def test_field_attributes_and_deconstruct(model):
    field = model._meta.get_field("tags")

    assert field.model is model
    assert field.get_internal_type() == "ManyToManyField"
    assert field.remote_field.model is get_tagged_item_model()
    assert field.check() == []
    name, path, args, options = field.deconstruct()
    assert (name, path, args) == ("tags", "generic_tags.managers.TaggableManager", [])
    assert set(options) == {"verbose_name", "blank", "help_text"}


def test_serialize_object_with_tags(apple):
    apple.tags.add("red")

    (again,) = serializers.deserialize("json", serializers.serialize("json", [apple]))

    assert again.object == apple
    assert apple._meta.get_field("tags").value_to_string(apple) == "red"
