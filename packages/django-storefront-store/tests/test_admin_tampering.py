"""Admin pages whose address or form was tampered with."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils import timezone
from storefront_store_testapp.rows import fill
from storefront_store_testapp.shop import form_of, messages_of

from storefront_store.admin import ProductAdmin
from storefront_store.admin.hardening import HardenedModelAdmin
from storefront_store.models import Product, Review

STORE_MODELS = [model for model in admin.site._registry if model._meta.app_label == "storefront_store"]
HUGE = str(10**40)


@pytest.mark.database
@pytest.mark.django_db
class TestHostileRequests:
    """Query strings and forms may hold anything that somebody has typed."""

    @pytest.mark.parametrize(
        ("model", "query"),
        [
            ("order", "placed_at__gte=0001-01-01 00:00:00+14:00"),
            ("order", "payment_status__exact=\0"),
            ("product", "last_update__year=0"),
            ("product", "slug__range=1"),
            ("product", f"inventory__in={HUGE}"),
            ("product", "title__contains=\0"),
            ("review", "rating=NaN"),
        ],
    )
    def test_invalid_filters_redirect_to_unfiltered_list(
        self, admin_client: Any, make_product: Any, model: str, query: str
    ) -> None:
        Review.objects.create(product=make_product(), name="Ann", description="fine")
        address = reverse(f"admin:storefront_store_{model}_changelist")

        answer = admin_client.get(address, dict([query.split("=", 1)]), follow=True)

        assert answer.status_code == 200
        assert answer.redirect_chain in ([], [(f"{address}?e=1", 302)])

    @pytest.mark.parametrize(
        "lookup", ["last_update__regex", "is_active__iregex", "title__contains", "unit_price__gt", "collection__title"]
    )
    def test_disallowed_lookups_are_rejected(self, admin_client: Any, lookup: str) -> None:
        address = reverse("admin:storefront_store_product_changelist")

        assert admin_client.get(address, {lookup: "1"}).headers["Location"] == f"{address}?e=1"

    def test_error_in_changelist_is_not_taken_for_invalid_filter(self, admin_client: Any, monkeypatch: Any) -> None:
        def fail(*args: Any) -> Any:
            raise ValueError("a defect")

        monkeypatch.setattr(ProductAdmin, "get_paginator", fail)

        with pytest.raises(ValueError, match="a defect"):
            admin_client.get(reverse("admin:storefront_store_product_changelist"))

    @pytest.mark.parametrize("model", STORE_MODELS, ids=lambda model: model._meta.model_name)
    @pytest.mark.parametrize("term", ["a " * 1200, "x" * 100_000, "'\0"], ids=["words", "length", "null"])
    def test_oversized_or_invalid_searches_find_nothing(
        self, admin_client: Any, make_product: Any, model: Any, term: str
    ) -> None:
        make_product(title="a")
        address = reverse(f"admin:storefront_store_{model._meta.model_name}_changelist")
        choices = {"app_label": "storefront_store", "model_name": "product", "field_name": "collection", "term": term}

        assert admin_client.get(address, {"q": term}).status_code == 200
        assert admin_client.get(reverse("admin:autocomplete"), choices).json()["results"] == []

    @pytest.mark.parametrize("key", ["abc", "", "\0", HUGE])
    def test_unknown_keys_are_reported(self, admin_client: Any, make_product: Any, key: str) -> None:
        make_product(unit_price=10)
        address = reverse("admin:storefront_store_product_changelist")
        edited = form_of(admin_client.get(address)) | {"form-0-id": key, "form-0-unit_price": "5", "_save": "Save"}

        for data in ({"action": "deactivate", "_selected_action": [key]}, edited):
            answer = admin_client.post(address, data, follow=True)
            [(level, text)] = messages_of(answer)
            assert (level, "Perhaps it was deleted?" in text) == ("error", True)
        product = Product.objects.get()
        assert (product.is_active, product.unit_price) == (True, 10)

    @pytest.mark.parametrize("key", ["abc", "\0", HUGE])
    @pytest.mark.parametrize(
        ("model", "field"), [("product", "collection"), ("collection", "featured_product"), ("promotion", "products")]
    )
    def test_invalid_choices_are_form_errors(self, admin_client: Any, model: str, field: str, key: str) -> None:
        address = reverse(f"admin:storefront_store_{model}_add")

        posted = admin_client.post(address, form_of(admin_client.get(address)) | {field: [key]})

        assert posted.status_code == 200
        assert field in posted.context["adminform"].form.errors
        assert admin_client.get(address, {field: key}).status_code == 200

    @pytest.mark.parametrize("key", ["abc", "\0", HUGE])
    def test_invalid_inline_keys_do_not_fail(self, admin_client: Any, make_product: Any, key: str) -> None:
        product = make_product()
        address = reverse("admin:storefront_store_product_change", args=[product.pk])
        data = form_of(admin_client.get(address)) | {"Promotion_products-TOTAL_FORMS": "1"}

        for name in ("Promotion_products-0-promotion", "images-0-id"):
            assert admin_client.post(address, data | {name: key}).status_code == 200

    @pytest.mark.parametrize("moment", ["x", "0001-01-01 00:00:00+14:00", "2020-13-01", "2020-01-01\0"])
    def test_invalid_initial_date_is_ignored(self, admin_client: Any, moment: str) -> None:
        answer = admin_client.get(reverse("admin:storefront_store_promotion_add"), {"starts_at": moment, "discount": 5})

        assert answer.context["adminform"].form.initial == {"discount": "5"}

    def test_initial_date_is_read_from_query_string(self, admin_client: Any) -> None:
        answer = admin_client.get(reverse("admin:storefront_store_promotion_add"), {"starts_at": "2020-02-01 10:00"})

        initial = answer.context["adminform"].form.initial["starts_at"]
        assert initial == datetime(2020, 2, 1, 10, tzinfo=timezone.get_default_timezone())


VALUES = ["", "(", "\0", "abc", HUGE, f"-{HUGE}", "0", "1,2", "NaN", "1e999", "9" * 5000, "0001-01-01", "9999-12-31"]
LOOKUPS = ["", "__exact", "__in", "__gte", "__lt", "__range", "__year", "__month", "__day", "__isnull", "__isempty"]
LOOKUPS += ["__regex", "__iregex", "__contains", "__date__gt", "__year__gte", "__x"]
CONTROLS = ["o", "p", "q", "e", "all", "_facets", "_popup", "_to_field", "_changelist_filters", "_source_model"]
ACCEPTABLE = {200, 302, 400, 403, 404}
ONE_IN = int(os.environ.get("TAMPERING_ONE_IN", "12"))  # 1: every page is asked for everything


def share(values: Sequence[Any], number: int) -> Sequence[Any]:
    """Return one in ``ONE_IN`` of the values; neighbouring numbers take others, so that together they take all."""
    step = min(ONE_IN, len(values) or 1)
    return values[number % step :: step]


def fields_of(model: Any) -> Iterator[str]:
    yield "pk"
    for field in model._meta.get_fields():
        yield field.name
        if field.is_relation and field.related_model is not None:
            yield f"{field.name}__{field.related_model._meta.pk.name}"
    yield from ("nothing", "products_count", "in_force", "status", "inventory")


@pytest.fixture
def filled(db: None) -> None:
    """One row in each table that has a page."""
    fill(1)


@pytest.mark.database
@pytest.mark.django_db
@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("model", STORE_MODELS, ids=lambda model: model._meta.model_name)
class TestEveryPage:
    """Each registered page, each of its fields, each lookup and each control, with values that make no sense."""

    @pytest.fixture
    def urls(self, model: Any) -> Any:
        def url(name: str, *args: Any) -> str:
            return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}", args=args)

        return url

    def test_model_admin_is_hardened(self, model: Any) -> None:
        assert isinstance(admin.site.get_model_admin(model), HardenedModelAdmin)

    def test_filters(self, admin_client: Any, model: Any, urls: Any, rf: Any) -> None:
        address, request = urls("changelist"), rf.get("/")

        for number, field in enumerate(fields_of(model), STORE_MODELS.index(model)):
            offered = [
                lookup
                for lookup in LOOKUPS
                if admin.site.get_model_admin(model).lookup_allowed(f"{field}{lookup}", "", request)
            ]
            others = [lookup for lookup in LOOKUPS if lookup not in offered]
            for place, lookup in enumerate([*offered, *share(others, number)], number):
                for value in share(VALUES, place) if lookup in offered else VALUES[:1]:
                    answer = admin_client.get(address, {f"{field}{lookup}": value})
                    assert answer.status_code in ACCEPTABLE, (field, lookup, value[:50])

    def test_controls(self, admin_client: Any, model: Any, urls: Any) -> None:
        pk = model.objects.first().pk
        pages = [urls("changelist"), urls("change", pk), urls("history", pk), urls("delete", pk)]
        values = [*VALUES, "1.2.3.-4.-5.99999", ".".join("1" * 2500), "a " * 1200, "id__id", "x.y", "auth.user", "-1"]

        for number, page in enumerate(pages, STORE_MODELS.index(model)):
            for place, name in enumerate(CONTROLS, number):
                for value in share(values, place):
                    answer = admin_client.get(page, {name: value})
                    assert answer.status_code in ACCEPTABLE, (page, name, value[:50])

    def test_keys_in_addresses(self, admin_client: Any, model: Any, urls: Any) -> None:
        for number, name in enumerate(("change", "history", "delete"), STORE_MODELS.index(model)):
            for value in share(VALUES[1:], number):
                for method in (admin_client.get, admin_client.post):
                    assert method(urls(name, value)).status_code in ACCEPTABLE, (name, value[:50])

    def test_initial_values(self, admin_client: Any, model: Any, urls: Any) -> None:
        for value in share(VALUES, STORE_MODELS.index(model)):
            answer = admin_client.get(urls("add"), dict.fromkeys(fields_of(model), value[:500]))
            assert answer.status_code in ACCEPTABLE, value[:50]

    def test_forms(self, admin_client: Any, model: Any, urls: Any) -> None:
        row = model.objects.first()
        answer = admin_client.get(urls("change", row.pk))
        complete = form_of(answer)

        for number, name in enumerate(complete):
            for value in share(VALUES, number):
                posted = admin_client.post(urls("change", row.pk), complete | {name: value})
                assert posted.status_code in ACCEPTABLE, (name, value[:50])

    def test_actions(self, admin_client: Any, model: Any, urls: Any) -> None:
        before = model.objects.count()
        actions = [*admin.site.get_model_admin(model).actions, "delete_selected", "nothing", "\0"]
        for number, action in enumerate(actions, STORE_MODELS.index(model)):
            for value in share(VALUES, number):
                for data in ({"_selected_action": value}, {"_selected_action": "1", "index": value}):
                    answer = admin_client.post(urls("changelist"), {"action": action, **data})
                    assert answer.status_code in ACCEPTABLE, (action, data)
        assert model.objects.count() == before

    def test_autocomplete_parameters(self, admin_client: Any, model: Any) -> None:
        # Django's own page of users is not hardened: a project that has users in its admin chooses that page itself.
        names = [field.name for field in model._meta.get_fields() if field.related_model is not get_user_model()]
        base = {"app_label": model._meta.app_label, "model_name": model._meta.model_name}
        more_of = [{name: value} for name in ("term", "page") for value in VALUES]
        for number, field in enumerate([*names, "nothing", "\0"], STORE_MODELS.index(model)):
            for more in ({}, *share(more_of, number)):
                answer = admin_client.get(reverse("admin:autocomplete"), base | {"field_name": field} | more)
                assert answer.status_code in ACCEPTABLE, (field, more)


@pytest.mark.django_db
class TestNoMailIsSent:
    """A forged URL is not a defect: no mail is sent to administrators."""

    @pytest.mark.parametrize("query", ["title__regex=(", "_to_field=title", "last_update__year=0", "_source_model=x"])
    def test_forged_query_sends_no_mail(self, admin_client: Any, settings: Any, mailoutbox: Any, query: str) -> None:
        settings.ADMINS = [("Admin", "admin@example.com")]

        answer = admin_client.get(f"{reverse('admin:storefront_store_product_changelist')}?{query}")

        assert answer.status_code in {302, 400}
        assert mailoutbox == []
