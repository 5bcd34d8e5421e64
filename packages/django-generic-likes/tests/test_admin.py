from __future__ import annotations

import pytest
from django.contrib.auth import get_permission_codename, get_user_model
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from generic_likes_testapp.helpers import make

from generic_likes.selectors import get_liked_item_model
from generic_likes.services import like

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(client):
    client.force_login(get_user_model().objects.create_superuser("root", password="secret"))
    return client


def url(name, *args):
    return reverse(f"admin:{get_liked_item_model()._meta.label_lower.replace('.', '_')}_{name}", args=args)


def test_changelist_links_to_objects_with_admin(browser, user):
    photo, country = make("photo"), make("country", "<DE>")
    like(user, photo)
    like(user, country)
    stale = ContentType.objects.create(app_label="gone", model="thing")
    get_liked_item_model().objects.create(user=user, content_type=stale, object_int=4711)

    page = browser.get(url("changelist")).content.decode()

    assert f'<a href="{reverse("admin:generic_likes_testapp_photo_change", args=[photo.pk])}">one</a>' in page
    assert "&lt;DE&gt;" in page
    assert "<DE>" not in page
    assert "4711" in page


def test_changelist_query_count_is_constant(browser, user, django_assert_max_num_queries):
    for number in range(30):
        like(user, make("photo", str(number)))

    with django_assert_max_num_queries(9):
        browser.get(url("changelist"))


def test_changelist_search_by_user(browser, user, rival):
    photo = make("photo")
    like(user, photo)
    like(rival, photo)

    page = browser.get(url("changelist"), {"q": "riv"})

    assert [one.user for one in page.context["cl"].result_list] == [rival]


def test_likes_are_read_only(browser, user):
    like(user, make("photo"))
    row = get_liked_item_model().objects.get()

    assert browser.get(url("change", row.pk)).status_code == 200
    assert browser.post(url("change", row.pk), {}).status_code == 403
    assert browser.get(url("add")).status_code == 403
    assert browser.post(url("delete", row.pk), {"post": "yes"}).status_code == 403
    assert get_liked_item_model().objects.count() == 1
    assert "deletelink" not in browser.get(url("change", row.pk)).content.decode()
    assert browser.get(url("changelist")).context["action_form"] is None


@pytest.mark.parametrize("what", ["user", "chapter"])
def test_likes_are_deleted_with_user_and_object(browser, user, what):
    chapter = make("chapter")
    like(user, chapter)
    target = {"user": user, "chapter": chapter}[what]
    delete = reverse(f"admin:{target._meta.label_lower.replace('.', '_')}_delete", args=[target.pk])

    browser.post(delete, {"post": "yes"})

    assert not type(target).objects.filter(pk=target.pk).exists()
    assert not get_liked_item_model().objects.exists()


def test_deleting_user_with_likes_requires_permission_to_delete_likes(client, user):
    clerk = get_user_model().objects.create_user("clerk", password="secret", is_staff=True)
    clerk.user_permissions.set(Permission.objects.filter(codename=get_permission_codename("delete", user._meta)))
    client.force_login(clerk)
    like(user, make("photo"))
    delete = reverse(f"admin:{user._meta.label_lower.replace('.', '_')}_delete", args=[user.pk])

    assert client.post(delete, {"post": "yes"}).status_code == 403
    assert get_liked_item_model().objects.exists()
