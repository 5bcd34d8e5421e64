from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse
from generic_tags_testapp.helpers import make
from generic_tags_testapp.models import Article, Photo

from generic_tags.selectors import get_tag_model, tags_for
from generic_tags.services import add_tags, create_tag
from generic_tags.services import tags as tag_services
from generic_tags.signals import object_tagged, object_untagged

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(client):
    client.force_login(get_user_model().objects.create_superuser("root", password="secret"))
    return client


def tag_url(name, *args):
    return reverse(f"admin:{get_tag_model()._meta.label_lower.replace('.', '_')}_{name}", args=args)


def test_changelist_can_be_sorted_by_usage(browser):
    add_tags(make("photo"), "red")
    create_tag("blue")

    page = browser.get(tag_url("changelist"), {"o": "-3"})

    assert [(tag.label, tag.items_count) for tag in page.context["cl"].result_list] == [("red", 1), ("blue", 0)]


@pytest.mark.parametrize("words", ["WINE", "straße"])
def test_changelist_search(browser, words):
    create_tag("Red Wine Straße")
    create_tag("beer")

    page = browser.get(tag_url("changelist"), {"q": words})

    assert [tag.label for tag in page.context["cl"].result_list] == ["Red Wine Straße"]


def test_changelist_query_count_is_constant(browser, django_assert_max_num_queries):
    for number in range(30):
        add_tags(make("photo"), f"label {number}")

    with django_assert_max_num_queries(6):
        browser.get(tag_url("changelist"))


@pytest.mark.parametrize("label", ["RED", " ", "a\0b", "a" * 256])
def test_invalid_label_is_form_error(browser, label):
    create_tag("red")

    page = browser.post(tag_url("add"), {"label": label})

    assert page.status_code == 200
    assert "label" in page.context["adminform"].form.errors
    assert get_tag_model().objects.count() == 1


def test_add_and_rename_tag(browser):
    browser.post(tag_url("add"), {"label": " Red  Wine "})
    tag = get_tag_model().objects.get()
    browser.post(tag_url("change", tag.pk), {"label": "White"})

    assert tag.slug == "red-wine"
    assert get_tag_model().objects.get().slug == "white"


def test_merge_action_asks_for_target(browser):
    photo, article = make("photo"), make("article")
    add_tags(photo, "color")
    add_tags(article, "colour")
    tags = {tag.label: tag for tag in get_tag_model().objects.all()}
    form = {"action": "merge", "_selected_action": [tag.pk for tag in tags.values()]}

    question = browser.post(tag_url("changelist"), form)
    assert b"colour (1)" in question.content
    browser.post(tag_url("changelist"), {**form, "target": tags["colour"].pk})

    assert [tag.label for tag in tags_for(photo)] == ["colour"]
    assert get_tag_model().objects.count() == 1


def test_deleting_tags_removes_them_from_objects(browser):
    photo = make("photo")
    add_tags(photo, "red", "blue", "green", "kept")
    red, *others = get_tag_model().objects.with_labels(["red", "blue", "green"]).order_by("-label_key")

    browser.post(tag_url("delete", red.pk), {"post": "yes"})
    form = {"action": "delete_selected", "_selected_action": [tag.pk for tag in others], "post": "yes"}
    browser.post(tag_url("changelist"), form)

    assert [tag.label for tag in tags_for(photo)] == ["kept"]


@pytest.mark.parametrize("what", ["rename", "delete", "delete_selected", "merge"])
def test_concurrently_deleted_tag_is_reported_and_not_recreated(browser, monkeypatch, what):
    red, blue, real = create_tag("red"), create_tag("blue"), tag_services.hold_exclusively

    def delete_first(*args):
        get_tag_model().objects.filter(pk=red.pk).delete()
        real(*args)

    monkeypatch.setattr(tag_services, "hold_exclusively", delete_first)
    chosen = {"action": what, "_selected_action": [red.pk, blue.pk], "target": red.pk, "post": "yes"}
    page = {
        "rename": lambda: browser.post(tag_url("change", red.pk), {"label": "green"}, follow=True),
        "delete": lambda: browser.post(tag_url("delete", red.pk), {"post": "yes"}, follow=True),
    }.get(what, lambda: browser.post(tag_url("changelist"), chosen, follow=True))()

    assert "Nothing was saved" in page.content.decode()
    assert get_tag_model().objects.filter(label="blue").exists()
    assert not get_tag_model().objects.filter(label="green").exists()


def test_merge_requires_two_tags(browser):
    tag = create_tag("red")

    form = {"action": "merge", "_selected_action": [tag.pk], "target": tag.pk}
    page = browser.post(tag_url("changelist"), form, follow=True)

    assert "Select at least two tags" in page.content.decode()
    assert get_tag_model().objects.count() == 1


def test_merge_requires_change_and_delete_permissions(client):
    from django.contrib.auth.models import Permission

    user = get_user_model().objects.create_user("clerk", password="secret", is_staff=True)
    name = get_tag_model()._meta.model_name
    user.user_permissions.set(Permission.objects.filter(codename__in=[f"view_{name}", f"change_{name}"]))
    client.force_login(user)
    create_tag("red")

    assert b'value="merge"' not in client.get(tag_url("changelist")).content


def prefix(page):
    return page.context["inline_admin_formsets"][0].formset.prefix


def inline(prefix, *rows, initial=0):
    data = {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": initial}
    for number, row in enumerate(rows):
        data |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return data


def add_link(obj, tag):
    add_tags(obj, tag.label)
    return tag.tagged_items.get()


def fields(obj):
    if isinstance(obj, Photo):
        return {"id": obj.pk, "title": obj.title}
    return {name: getattr(obj, name) for name in ("title", "agency", "code") if hasattr(obj, name)}


@pytest.mark.parametrize("host", ["article", "report", "photo", "country"])
def test_inline_adds_changes_and_removes_tags(browser, host, calls, django_capture_on_commit_callbacks):
    received = calls(object_tagged, object_untagged)
    obj, red, blue = make(host), create_tag("red"), create_tag("blue")
    url = reverse(f"admin:generic_tags_testapp_{host}_change", args=[obj.pk])
    name = prefix(browser.get(url))

    with django_capture_on_commit_callbacks(execute=True):
        browser.post(url, fields(obj) | inline(name, {"tag": red.pk}))
    assert list(tags_for(obj)) == [red]

    link = red.tagged_items.get()
    with django_capture_on_commit_callbacks(execute=True):
        browser.post(url, fields(obj) | inline(name, {"id": link.pk, "tag": blue.pk}, initial=1))
    assert list(tags_for(obj)) == [blue]

    with django_capture_on_commit_callbacks(execute=True):
        browser.post(url, fields(obj) | inline(name, {"id": link.pk, "tag": blue.pk, "DELETE": "on"}, initial=1))
    assert list(tags_for(obj)) == []
    seen = [(call.signal is object_tagged, [tag.label for tag in call.tags]) for call in received]
    assert seen == [(True, ["red"]), (False, ["red"]), (True, ["blue"]), (False, ["blue"])]


def test_inline_saved_without_commit_sends_no_signals(browser, calls, django_capture_on_commit_callbacks):
    received = calls(object_tagged, object_untagged)
    obj, red, blue, green = make("article"), create_tag("red"), create_tag("blue"), create_tag("green")
    links = [add_link(obj, tag) for tag in (red, blue)]
    formset = (
        browser.get(reverse("admin:generic_tags_testapp_article_change", args=[obj.pk]))
        .context["inline_admin_formsets"][0]
        .formset
    )
    rows = [{"id": links[0].pk, "tag": green.pk}, {"id": links[1].pk, "tag": blue.pk, "DELETE": "on"}, {"tag": red.pk}]

    with django_capture_on_commit_callbacks(execute=True):
        bound = type(formset)(inline(formset.prefix, *rows, initial=2), instance=obj, prefix=formset.prefix)
        assert bound.is_valid(), bound.errors
        unsaved = bound.save(commit=False)

    assert [link.tag for link in unsaved] == [green, red]
    assert bound.deleted_objects == [links[1]]
    assert {tag.label for tag in tags_for(obj)} == {"red", "blue"}
    assert not received


def test_inline_rejects_duplicate_tag(browser):
    article, red = make("article"), create_tag("red")
    url = reverse("admin:generic_tags_testapp_article_change", args=[article.pk])
    name = prefix(browser.get(url))

    page = browser.post(url, fields(article) | inline(name, {"tag": red.pk}, {"tag": red.pk}))

    assert "only once" in page.content.decode()
    assert list(tags_for(article)) == []


def test_inline_adds_tags_to_new_object(browser):
    red = create_tag("red")
    url = reverse("admin:generic_tags_testapp_photo_add")
    page = browser.get(url)
    key = page.context["adminform"].form["id"].value()

    browser.post(url, {"id": str(key), "title": "New"} | inline(prefix(page), {"tag": red.pk}))

    assert list(tags_for(Photo.objects.get(title="New"))) == [red]


def test_inline_shows_tags_of_object_only(browser):
    article, other = make("article"), make("article", "two")
    add_tags(article, "red")
    add_tags(other, "blue")

    page = browser.get(reverse("admin:generic_tags_testapp_article_change", args=[article.pk]))

    formset = page.context["inline_admin_formsets"][0].formset
    assert [form.instance.tag.label for form in formset.initial_forms] == ["red"]
    assert Article.objects.count() == 2
