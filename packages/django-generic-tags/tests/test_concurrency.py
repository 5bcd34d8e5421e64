"""Concurrent writers, in threads with their own connections."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from generic_tags_testapp.helpers import at_once, login, make
from generic_tags_testapp.models import Photo

from generic_tags.exceptions import NotFound
from generic_tags.links.transactions import use_case
from generic_tags.selectors import get_tag_model, get_tagged_item_model, tags_for
from generic_tags.services import add_tags, create_tag, merge_tags, remove_tags, set_tags
from generic_tags.signals import object_tagged

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]

MANY = 100


def test_same_tag_is_added_to_object_once(calls):
    photo, received = make("photo"), calls(object_tagged)

    errors = at_once(*[lambda: add_tags(photo, "red")] * MANY)

    assert errors == []
    assert get_tag_model().objects.count() == 1
    assert get_tagged_item_model().objects.count() == 1
    assert len(received) == 1


def test_many_tags_are_added_to_one_object():
    article = make("article")

    errors = at_once(*[lambda number=number: add_tags(article, f"label {number}") for number in range(MANY)])

    assert errors == []
    assert tags_for(article).count() == MANY


def test_same_tags_in_any_order_do_not_deadlock():
    country, labels = make("country"), ["a", "b", "c", "d"]

    errors = at_once(*[lambda n=n: add_tags(country, *(labels[n % 4 :] + labels[: n % 4])) for n in range(40)])

    assert errors == []
    assert [tag.label for tag in tags_for(country)] == labels


def test_one_of_concurrent_replacements_wins_completely():
    photo = make("photo")

    errors = at_once(*[lambda n=n: set_tags(photo, [f"a{n % 5}", f"b{n % 5}"]) for n in range(20)])

    assert errors == []
    first, second = (tag.label for tag in tags_for(photo))
    assert (first[0], second[0], first[1]) == ("a", "b", second[1])


def test_adding_and_removing_concurrently_causes_no_error():
    photo = make("photo")

    errors = at_once(*[lambda: add_tags(photo, "red"), lambda: remove_tags(photo, "red")] * 20)

    assert errors == []
    assert tags_for(photo).count() in {0, 1}


def test_tag_can_be_deleted_while_it_is_added():
    photo = make("photo")

    def delete():
        get_tag_model().objects.filter(label_key="red").delete()

    errors = at_once(*[lambda: add_tags(photo, "red"), delete] * 20)

    assert errors == []


def test_merging_while_tags_are_added_loses_no_object():
    target, source = create_tag("colour"), create_tag("color")
    photos = [make("photo", str(number)) for number in range(20)]

    errors = at_once(
        *[lambda photo=photo: add_tags(photo, "color") for photo in photos], lambda: merge_tags(target, [source])
    )

    assert errors == []
    assert all(tags_for(photo).count() == 1 for photo in photos)


def test_one_of_opposite_merges_succeeds():
    photo = make("photo")
    add_tags(photo, "colour", "color")
    one, two = get_tag_model().objects.all()

    errors = at_once(lambda: merge_tags(one, [two]), lambda: merge_tags(two, [one]))

    assert [type(error) for error in errors] == [NotFound]
    assert tags_for(photo).count() == get_tag_model().objects.count() == 1


def test_many_concurrent_requests_cause_no_server_error():
    pytest.importorskip("rest_framework")
    staff, photos, seen = login("staff", is_staff=True), [make("photo", str(number)) for number in range(3)], []

    def request(method, url, data=None):
        client = Client(raise_request_exception=False)
        seen.append((method, url, getattr(client, method)(url, data or {}, **staff).status_code))

    def tag(first):
        for number in range(10):
            labels = ["red", "blue", "green"][: 1 + (first + number) % 3]
            url = f"/tags/for/generic_tags_testapp.photo/{photos[number % 3].pk}/"
            request("put", url, {"tags": labels})

    def delete_and_create():
        for _ in range(6):
            request("delete", "/tags/red/")
            request("post", "/tags/", {"label": "red"})

    def rename_repeatedly():
        for _ in range(6):
            request("patch", "/tags/blue/", {"label": "green"})
            request("patch", "/tags/green/", {"label": "blue"})

    errors = at_once(*[lambda n=n: tag(n) for n in range(3)], delete_and_create, delete_and_create, rename_repeatedly)

    assert errors == []
    assert [one for one in seen if one[-1] >= 500] == []


def test_replacing_tags_while_object_is_deleted_leaves_no_orphan():
    if connection.vendor == "sqlite":
        pytest.skip("one writer at a time")
    photos = [make("photo", str(number)) for number in range(20)]

    def delete(photo):
        use_case()(lambda *, using: Photo.objects.get(pk=photo.pk).delete())(using="default")

    errors = at_once(
        *[lambda p=p: set_tags(p, ["red"]) for p in photos],
        *[lambda p=p: delete(p) for p in photos],
    )

    assert [error for error in errors if not isinstance(error, NotFound)] == []
    assert not get_tagged_item_model().objects.exists()
