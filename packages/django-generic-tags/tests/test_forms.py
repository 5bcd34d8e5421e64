"""Tags in forms and admin pages."""

from __future__ import annotations

import pytest
from django import forms
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.test import override_settings
from django.urls import reverse
from generic_tags_testapp.helpers import labels
from generic_tags_testapp.models import Article, Meal, Wine

from generic_tags.forms import TagField, TagsModelForm, format_tags, parse_tags
from generic_tags.managers import TaggableManager
from generic_tags.services import add_tags

pytestmark = pytest.mark.django_db


class MealForm(forms.ModelForm):
    class Meta:
        model, fields = Meal, ["title", "tags"]


class WineForm(forms.ModelForm):
    class Meta:
        model, fields = Wine, ["title", "tags"]


class ArticleForm(TagsModelForm):
    class Meta:
        model, fields = Article, ["title"]


@pytest.mark.parametrize(
    ("text", "parsed"),
    [
        ("", []),
        ("one", ["one"]),
        ("one, two", ["one", "two"]),
        ("one two", ["one two"]),
        ("one,\ntwo\n three", ["one", "two", "three"]),
        (",, one , ,two,", ["one", "two"]),
        ('"one, two", three', ["one, two", "three"]),
        ('  "one"  ,two', ["one", "two"]),
        ('"say ""hi""", two', ['say "hi"', "two"]),
        ('6" nails, two', ['6" nails', "two"]),
        ('"open, two', ['"open', "two"]),
        ('"', ['"']),
    ],
)
def test_parse_tags(text, parsed):
    assert parse_tags(text) == parsed


@pytest.mark.parametrize("labels", [["one"], ["a, b", "c"], ['say "hi"', "x"], ['6" nails'], ['"'], [",", '","']])
def test_formatted_labels_can_be_parsed(labels):
    assert parse_tags(format_tags(labels)) == labels


@pytest.mark.parametrize("form_class", [MealForm, ArticleForm])
def test_form_saves_and_renders_tags(form_class):
    form = form_class({"title": "apple", "tags": 'green, "red, dark"'})
    assert form.is_valid(), form.errors
    obj = form.save()
    assert labels(obj) == ["green", "red, dark"]

    html = str(form_class(instance=obj)["tags"])
    assert 'value="green, &quot;red, dark&quot;"' in html
    changed = form_class({"title": "apple", "tags": "yellow"}, instance=obj)
    changed.save()
    assert labels(obj) == ["yellow"]


@pytest.mark.parametrize("form_class", [MealForm, ArticleForm])
def test_save_m2m_saves_tags(form_class):
    form = form_class({"title": "apple", "tags": "green"})
    obj = form.save(commit=False)
    obj.save()

    form.save_m2m()

    assert labels(obj) == ["green"]


def test_changed_data():
    meal = Meal.objects.create(title="pear")
    meal.tags.add("yellow", "sweet")

    assert MealForm({"title": "pear", "tags": "sweet, yellow"}, instance=meal).changed_data == []
    assert MealForm({"title": "pear", "tags": "SWEET,yellow"}, instance=meal).changed_data == []
    assert MealForm({"title": "pear", "tags": "sweet"}, instance=meal).changed_data == ["tags"]
    assert MealForm({"title": "plum", "tags": "sweet, yellow"}, instance=meal).changed_data == ["title"]


def test_tags_are_required_unless_blank_is_allowed():
    assert not MealForm({"title": "pear", "tags": ""}).is_valid()
    form = WineForm({"title": "port", "tags": ""})
    assert form.is_valid()
    assert labels(form.save()) == []


@pytest.mark.parametrize(("text", "code"), [("a\x07b", "control_characters"), ("a" * 256, "max_length")])
def test_invalid_label_is_field_error(text, code):
    form = MealForm({"title": "pear", "tags": f"good, {text}"})

    assert not form.is_valid()
    assert form.errors.as_data()["tags"][0].code == code


def test_too_many_tags_raise_validation_error():
    with override_settings(GENERIC_TAGS={"MODELS": [], "MAX_LABELS": 2}), pytest.raises(ValidationError, match="2"):
        TagField().clean("a, b, c")


def test_formfield_uses_options_of_model_field():
    field = TaggableManager("categories", help_text="Add some", blank=True).formfield()

    assert (field.label, field.help_text, field.required) == ("Categories", "Add some", False)
    assert field.clean("") == []
    with pytest.raises(ValidationError):
        TaggableManager().formfield().clean("")


@pytest.mark.parametrize("model", [Meal, Wine])
def test_tags_can_be_edited_as_text_in_admin(client, model):
    client.force_login(get_user_model().objects.create_superuser("root", password="secret"))
    name = model._meta.model_name
    add = reverse(f"admin:generic_tags_testapp_{name}_add")
    page = client.get(add)
    data = {key: page.context["adminform"].form[key].value() for key in page.context["adminform"].form.fields}

    client.post(add, {**data, "title": "port", "tags": "red, sweet"})

    obj = model.objects.get()
    assert labels(obj) == ["red", "sweet"]
    change = reverse(f"admin:generic_tags_testapp_{name}_change", args=[obj.pk])
    assert 'value="red, sweet"' in client.get(change).content.decode()
    client.post(change, {"id": str(obj.pk), "title": "port", "tags": "dry"})
    assert labels(obj) == ["dry"]


def test_form_loads_tags_of_instance_in_one_query(django_assert_num_queries):
    article = Article.objects.create(title="x")
    add_tags(article, "red")

    with django_assert_num_queries(1):
        str(ArticleForm(instance=article)["tags"])
