"""Template tags."""

from __future__ import annotations

import pytest
from django.template import Context, Template
from generic_tags_testapp.models import Meal

from generic_tags.services import add_tags

pytestmark = pytest.mark.django_db


def render(text, **context):
    return Template("{% load generic_tags %}" + text).render(Context(context))


def test_tags_of_object_are_rendered(thing):
    add_tags(thing, "<b>", "red")

    assert render("{% tags_for thing %}", thing=thing) == "&lt;b&gt;, red"
    loop = "{% tags_for thing as tags %}{% for tag in tags %}[{{ tag.slug }}]{% empty %}none{% endfor %}"
    assert render(loop, thing=thing).endswith("[red]")


def test_object_without_tags_renders_nothing(thing):
    assert render("{% tags_for thing %}", thing=thing) == ""


def test_prefetched_tags_take_no_query(django_assert_num_queries):
    for number in range(5):
        Meal.objects.create(title=str(number)).tags.add("red", f"label {number}")
    meals = list(Meal.objects.prefetch_related("tags"))

    with django_assert_num_queries(0):
        text = render("{% for meal in meals %}{% tags_for meal %};{% endfor %}", meals=meals)

    assert text.startswith("label 0, red;label 1, red;")


def test_manager_can_be_iterated_but_not_altered_in_template():
    meal = Meal.objects.create(title="x")
    meal.tags.add("red")

    assert render("{% for tag in meal.tags.all %}{{ tag }}{% endfor %}", meal=meal) == "red"
    assert render("{{ meal.tags.clear }}", meal=meal) == ""
    assert meal.tags.labels() == ["red"]


def test_most_common_tags(things):
    add_tags(things.photo, "red", "blue")
    add_tags(things.article, "red")

    cloud = "{% most_common_tags limit=1 as tags %}{% for tag in tags %}{{ tag }} {{ tag.items_count }}{% endfor %}"
    assert render(cloud) == "red 2"
