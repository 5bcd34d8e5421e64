"""The sidebar of the admin shows what Django's does, for each user."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.template.loader import render_to_string
from django.test import Client, RequestFactory, override_settings
from django.utils import translation

from store_custom.navigation import navigation_html
from storefront_store.conf import get_model

pytestmark = pytest.mark.django_db


def parts(html: str) -> list[str]:
    """Return the tags and texts of some HTML, without the space between them."""
    return re.sub(r"\s+", " ", html).replace("> <", "><").replace("> ", ">").replace(" <", "<").strip().split("<")


def request_of(user: Any, path: str = "/admin/storefront_store/product/") -> Any:
    request = RequestFactory().get(path)
    request.user = user
    return request


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("path", ["/admin/storefront_store/product/", "/admin/", "/admin/generic_tags/tag/1/change/"])
def test_sidebar_matches_django_template(path: str, language: str, admin_user: Any) -> None:
    with translation.override(language):
        request = request_of(admin_user, path)
        apps = admin.site.get_app_list(request)
        rendered = render_to_string("admin/app_list.html", {"app_list": apps, "request": request})

        assert parts(navigation_html(apps, path)) == parts(rendered)


def test_sidebar_depends_on_permissions(client: Client, create_user: Callable[..., Any], admin_client: Client) -> None:
    clerk = create_user("clerk", is_staff=True)
    clerk.user_permissions.add(Permission.objects.get(codename="view_product"))
    client.force_login(clerk)

    assert 'class="model-order"' in admin_client.get("/admin/").content.decode()
    page = client.get("/admin/storefront_store/product/").content.decode()
    assert 'class="model-product current-model"' in page
    assert 'class="model-order' not in page
    assert "/admin/storefront_store/product/add/" not in page

    clerk.user_permissions.add(Permission.objects.get(codename="view_order"))
    assert 'class="model-order' in client.get("/admin/storefront_store/product/").content.decode()


def test_path_is_escaped(admin_user: Any) -> None:
    with override_settings(LANGUAGE_CODE="en"):
        apps = admin.site.get_app_list(request_of(admin_user))

    assert "<script>" not in navigation_html(apps, '/admin/"><script>')


def test_missing_product_admin_is_registered() -> None:
    import importlib

    import store_custom.admin

    product = get_model("Product")
    page = type(admin.site.get_model_admin(product))
    others = {
        model: type(admin.site.get_model_admin(model))
        for model in (get_model("Order"), store_custom.admin.OutboxMessage)
    }
    for model in (product, *others):
        admin.site.unregister(model)
    try:
        importlib.reload(store_custom.admin)

        assert admin.site.is_registered(product)
    finally:
        for model, own in {product: page, **others}.items():
            if admin.site.is_registered(model):
                admin.site.unregister(model)
            admin.site.register(model, own)
