"""Every use case stays in the database of its object. Run by ``test_profiles`` with a second database."""

from __future__ import annotations

import pytest
from django.db import connections, router
from django.test import override_settings
from generic_tags_testapp.models import Article, Meal

from generic_tags.exceptions import NotFound
from generic_tags.selectors import (
    get_tag_model,
    get_tagged_item_model,
    labels_for_many,
    most_common,
    similar_to,
    tagged_with,
    tags_for,
    tags_for_many,
)
from generic_tags.services import (
    add_tags,
    bulk_add_tags,
    bulk_remove_tags,
    clear_tags,
    create_tag,
    delete_tags,
    merge_tags,
    remove_orphans,
    remove_tags,
    rename_tag,
    set_tags,
)

pytestmark = pytest.mark.django_db(databases=["default", "other"])


class DefaultTagsRouter:
    """Keeps tags in the default database, whatever the objects are in."""

    def db_for_write(self, model, **hints):
        return "default" if model._meta.app_label == "generic_tags" else None

    db_for_read = db_for_write


class OtherDatabaseRouter:
    """Reads and writes everything of the app in the second database."""

    def db_for_write(self, model, **hints):
        return "other"

    db_for_read = db_for_write


def pair(model=Article):
    """Return two objects with one key in two databases."""
    return model.objects.using("default").create(pk=3, title="here"), model.objects.using("other").create(
        pk=3, title="there"
    )


def labels(obj):
    return [tag.label for tag in tags_for(obj)]


def count(using):
    return get_tagged_item_model().objects.using(using).count()


def test_tags_are_stored_in_database_of_object():
    here, there = pair()

    add_tags(here, "red")
    add_tags(there, "blue", get_tag_model().objects.using("default").get())

    assert (labels(here), labels(there)) == (["red"], ["blue", "red"])
    assert {tag._state.db for tag in tags_for(there)} == {"other"}
    assert labels_for_many([there]) == {there: ["blue", "red"]}
    assert [tag.label for tag in tags_for_many([there])[there]] == ["blue", "red"]
    remove_tags(there, "red")
    set_tags(there, ["blue", "new"])
    assert (labels(here), labels(there)) == (["red"], ["blue", "new"])
    clear_tags(there)
    bulk_add_tags([there], "x", "y")
    bulk_remove_tags([there], "y")
    assert (labels(here), labels(there)) == (["red"], ["x"])


@pytest.mark.parametrize(
    "delete",
    [lambda o: o.delete(), lambda o: type(o).objects.using("other").all().delete()],
    ids=["instance", "queryset"],
)
def test_deletion_keeps_tags_of_object_with_same_key_in_other_database(delete):
    here, there = pair()
    add_tags(here, "red")
    add_tags(there, "red")

    delete(there)

    assert labels(here) == ["red"]
    assert (count("default"), count("other")) == (1, 0)


def test_lookups_use_database_of_queryset():
    here, there = pair()
    similar = Article.objects.using("other").create(pk=4, title="similar")
    add_tags(here, "red")
    add_tags(there, "blue")
    add_tags(similar, "blue")

    articles = Article.objects.using("other")
    assert list(tagged_with(articles, ["red"])) == []
    assert set(tagged_with(articles, ["blue"])) == {there, similar}
    assert similar_to(there) == [similar]
    assert [tag.label for tag in most_common()] == ["red"]
    assert [tag.items_count for tag in get_tag_model().objects.using("other").with_counts(Article)] == [2]


def test_manager_uses_database_of_object():
    here, there = pair(Meal)
    here.tags.add("red")
    there.tags.add("blue")

    assert list(Meal.objects.using("other").filter(tags__label="red")) == []
    (found,) = Meal.objects.using("other").prefetch_related("tags").filter(tags__label="blue")
    assert found.tags.labels() == ["blue"]


def test_tags_are_changed_in_their_database():
    for using in ("default", "other"):
        for label in ("red", "blue", "green"):
            get_tag_model()(label=label).save(using=using)
    red, blue, green = get_tag_model().objects.using("other").order_by("-label_key")

    rename_tag(red, "RED")
    merge_tags(red, [blue])
    delete_tags([green])

    assert [tag.label for tag in get_tag_model().objects.using("other")] == ["RED"]
    assert get_tag_model().objects.using("default").count() == 3


def test_remove_orphans_uses_given_database():
    for obj in pair():
        add_tags(obj, "red")
        with connections[obj._state.db].cursor() as cursor:
            cursor.execute(f"DELETE FROM {Article._meta.db_table}")

    assert sum(remove_orphans("other").values()) == 1
    assert (count("default"), count("other")) == (1, 0)


def test_router_can_store_tags_and_objects_in_different_databases():
    there = Article.objects.using("other").create(pk=3, title="there")
    deleted = Article.objects.using("other").create(pk=4, title="deleted")
    Article.objects.using("other").filter(pk=4).delete()

    with override_settings(DATABASE_ROUTERS=[DefaultTagsRouter()]):
        assert router.db_for_write(get_tagged_item_model(), instance=there) == "default"
        add_tags(there, "red")
        set_tags(there, ["red", "new"])
        with pytest.raises(NotFound):
            add_tags(deleted, "red")

    assert (count("default"), count("other")) == (2, 0)


def test_router_can_use_second_database_for_everything():
    with override_settings(DATABASE_ROUTERS=[OtherDatabaseRouter()]):
        article = Article.objects.create(title="x")
        add_tags(article, "red")
        create_tag("blue")
        assert [tag.label for tag in tags_for(article)] == ["red"]
        article.delete()

    assert (count("default"), count("other")) == (0, 0)
    assert get_tag_model().objects.using("default").count() == 0
