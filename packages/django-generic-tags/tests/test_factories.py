"""Rows created by test tools: model_bakery, factory_boy, fixtures."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from model_bakery import baker

from generic_tags.selectors import get_tag_model, get_tagged_item_model, tags_for
from generic_tags.services import add_tags, remove_orphans

pytestmark = [pytest.mark.database, pytest.mark.django_db]

MODELS = [get_tag_model(), get_tagged_item_model(), *apps.get_app_config("generic_tags_testapp").get_models()]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_baker_creates_instances_without_arguments(model):
    for _ in range(100):
        assert baker.make(model).pk is not None


def test_baker_creates_link_to_object(thing):
    link = baker.make(get_tagged_item_model(), content_object=thing, tag__label="red")

    assert link.object_id == thing.pk
    assert [tag.label for tag in tags_for(thing)] == ["red"]


def test_link_created_without_object_is_orphan(thing):
    baker.make(get_tagged_item_model(), content_type=ContentType.objects.get_for_model(thing))

    assert sum(remove_orphans().values()) == 1


def test_factory_boy_creates_tags_and_links(thing):
    factory: Any = pytest.importorskip("factory")

    class TagFactory(factory.django.DjangoModelFactory):
        class Meta:
            model = get_tag_model()
            django_get_or_create = ["label"]

        label = factory.Sequence(lambda number: f"Label {number}")

    class LinkFactory(factory.django.DjangoModelFactory):
        class Meta:
            model = get_tagged_item_model()

        tag = factory.SubFactory(TagFactory)
        content_object = thing

    links = LinkFactory.create_batch(3)

    assert len(tags_for(thing)) == len({link.tag_id for link in links}) == 3


@pytest.mark.parametrize(
    "options",
    [[], ["--natural-foreign"], ["--natural-foreign", "--natural-primary"]],
    ids=["keys", "foreign", "natural"],
)
def test_fixtures_are_dumped_and_loaded(things, tmp_path, options):
    objs = [things.photo, things.article, things.country]
    for obj in objs:
        add_tags(obj, "Red", "C++")
    labels = [get_tag_model()._meta.label, get_tagged_item_model()._meta.label]
    fixture = tmp_path / "tags.json"
    call_command("dumpdata", *labels, *options, "--output", fixture, verbosity=0)
    get_tag_model().objects.all().delete()

    call_command("loaddata", fixture, verbosity=0)

    assert len(json.loads(fixture.read_text())) == 8
    assert [[(tag.label, tag.slug) for tag in tags_for(obj)] for obj in objs] == [
        [("C++", "c_plus_plus"), ("Red", "red")]
    ] * 3
