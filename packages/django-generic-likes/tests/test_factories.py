"""Rows created by test tools: model_bakery, factory_boy, fixtures."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from model_bakery import baker

from generic_likes.selectors import get_liked_item_model, likes_count
from generic_likes.services import like, remove_orphans

pytestmark = [pytest.mark.database, pytest.mark.django_db]

MODELS = [get_liked_item_model(), *apps.get_app_config("generic_likes_testapp").get_models()]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_baker_creates_instances_without_arguments(model):
    for _ in range(100):
        assert baker.make(model).pk is not None


def test_baker_creates_like_of_object(thing):
    like_row = baker.make(get_liked_item_model(), content_object=thing)

    assert like_row.object_id == thing.pk
    assert likes_count(thing) == 1


def test_like_created_without_object_is_orphan(thing):
    baker.make(get_liked_item_model(), content_type=ContentType.objects.get_for_model(thing))

    assert sum(remove_orphans().values()) == 1


def test_factory_boy_creates_likes(thing, user):
    factory: Any = pytest.importorskip("factory")

    class LikeFactory(factory.django.DjangoModelFactory):
        class Meta:
            model = get_liked_item_model()

        user = None
        content_object = thing

    LikeFactory(user=user)

    assert likes_count(thing) == 1


@pytest.mark.parametrize("options", [[], ["--natural-foreign"]], ids=["keys", "natural"])
def test_fixtures_are_dumped_and_loaded(things, user, tmp_path, options):
    objs = [things.photo, things.article, things.country]
    for obj in objs:
        like(user, obj)
    model, fixture = get_liked_item_model(), tmp_path / "likes.json"
    call_command("dumpdata", model._meta.label, *options, "--output", fixture, verbosity=0)
    model.objects.all().delete()

    call_command("loaddata", fixture, verbosity=0)

    assert len(json.loads(fixture.read_text())) == 3
    assert [likes_count(obj) for obj in objs] == [1, 1, 1]
