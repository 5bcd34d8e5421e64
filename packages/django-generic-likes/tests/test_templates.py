"""Template tags."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import Context, Template
from generic_likes_testapp.helpers import make
from generic_likes_testapp.models import Photo

from generic_likes.selectors import with_likes
from generic_likes.services import like

pytestmark = pytest.mark.django_db


def render(text, **context):
    return Template("{% load generic_likes %}" + text).render(Context(context))


def test_likes_of_object_are_rendered(thing, user, rival):
    like(rival, thing)

    text = "{% likes_for thing as likes %}{{ likes.likes_count }} {{ likes.is_liked }}"
    assert render(text, thing=thing, user=user) == "1 False"
    assert render(text, thing=thing, user=rival) == "1 True"
    assert render(text, thing=thing, user=AnonymousUser()) == "1 False"
    assert render(text, thing=thing) == "1 False"


def test_user_of_request_is_used(thing, user, rf):
    like(user, thing)
    request = rf.get("/")
    request.user = user

    assert render("{% likes_count thing %} {% is_liked thing %}", thing=thing, request=request) == "1 True"


def test_annotated_objects_take_no_query(user, django_assert_num_queries):
    for number in range(5):
        like(user, make("photo", str(number)))
    photos = list(with_likes(Photo.objects.all(), user))

    with django_assert_num_queries(0):
        text = render(
            "{% for photo in photos %}{% likes_count photo %}{% is_liked photo %};{% endfor %}", photos=photos
        )

    assert text == "1True;" * 5
