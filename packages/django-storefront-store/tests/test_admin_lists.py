"""Lists of the admin show and count a bounded number of rows, and render the same inputs as Django's templates."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms
from django.contrib import admin
from django.contrib.admin.options import ModelAdmin
from django.db import connection
from django.forms.renderers import DjangoTemplates, TemplatesSetting, get_default_renderer
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from storefront_store.admin.hardening import BoundedPaginator, inputs, searches
from storefront_store.admin.hardening.inputs import InputRenderer
from storefront_store.models import Collection, OrderEvent, Product, Promotion, Review
from storefront_store.services.customers import customer_of

pytestmark = pytest.mark.django_db
PRODUCTS = "/admin/storefront_store/product/"
PROMOTIONS = "/admin/storefront_store/promotion/"


@pytest.fixture
def promotions() -> list[Promotion]:
    return [Promotion.objects.create(description=f"Offer {number}", discount=number) for number in range(1, 8)]


@pytest.fixture
def short_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(BoundedPaginator, "max_rows", 5)


@pytest.mark.database
class TestBounds:
    def test_short_list_is_counted_exactly(self, promotions: Any, admin_client: Client) -> None:
        page = admin_client.get(PROMOTIONS)

        assert page.context["cl"].result_count == 7
        assert "Only the first" not in page.content.decode()

    def test_long_list_is_counted_up_to_limit(self, promotions: Any, admin_client: Client, short_lists: None) -> None:
        with CaptureQueriesContext(connection) as statements:
            page = admin_client.get(PROMOTIONS)

        assert page.context["cl"].result_count == 5
        assert "Only the first 5 are shown." in page.content.decode()
        counts = [
            row["sql"] for row in statements if "COUNT(*)" in row["sql"] and "promotion_products" not in row["sql"]
        ]
        assert counts
        assert all("LIMIT 6" in sql for sql in counts)

    def test_page_past_limit_redirects_to_first_page_with_message(
        self, promotions: Any, admin_client: Client, short_lists: None
    ) -> None:
        page = admin_client.get(PROMOTIONS, {"p": "2", "q": "Offer"}, follow=True)

        assert page.redirect_chain == [(f"{PROMOTIONS}?q=Offer", 302)]
        assert "Only the first 5 are shown." in next(str(message) for message in page.context["messages"])

    @pytest.mark.parametrize("page", ["0", "-1", "x", "²", "9" * 30])
    def test_invalid_page_numbers_are_200(
        self, page: str, promotions: Any, admin_client: Client, short_lists: None
    ) -> None:
        assert admin_client.get(PROMOTIONS, {"p": page}, follow=True).status_code == 200

    def test_select_across_in_long_list_changes_nothing(
        self, make_product: Any, admin_client: Client, short_lists: None
    ) -> None:
        products = [make_product() for _ in range(7)]
        data = {"action": "deactivate", "select_across": "1", "_selected_action": [products[0].pk], "index": "0"}

        page = admin_client.post(PRODUCTS, data, follow=True)

        assert Product.objects.filter(is_active=True).count() == 7
        assert "Only the first 5 are shown." in page.content.decode()

    def test_select_across_in_short_list_changes_all_rows(self, make_product: Any, admin_client: Client) -> None:
        products = [make_product() for _ in range(7)]
        data = {"action": "deactivate", "select_across": "1", "_selected_action": [products[0].pk], "index": "0"}

        admin_client.post(PRODUCTS, data)

        assert not Product.objects.filter(is_active=True).exists()


@pytest.mark.database
class TestOrdering:
    @staticmethod
    def sorted_by(client: Client, column: str, direction: str = "") -> Any:
        number = client.get(PRODUCTS).context["cl"].list_display.index(column)
        return client.get(PRODUCTS, {"o": f"{direction}{number}"})

    def test_short_list_is_sorted_by_any_column(self, make_product: Any, admin_client: Client) -> None:
        for inventory in (3, 1, 2):
            make_product(inventory=inventory)

        rows = self.sorted_by(admin_client, "inventory_status").context["cl"].result_list

        assert [row.inventory for row in rows] == [1, 2, 3]

    def test_long_list_is_not_sorted_by_unindexed_column(
        self, make_product: Any, admin_client: Client, short_lists: None
    ) -> None:
        products = [make_product(inventory=number % 3) for number in range(7)]

        page = self.sorted_by(admin_client, "inventory_status")

        rows = page.context["cl"].result_list
        assert [row.pk for row in rows] == sorted((row.pk for row in products), reverse=True)[: len(rows)]
        assert "too long to be sorted" in page.content.decode()

    @pytest.mark.parametrize("direction", ["", "-"])
    def test_long_list_is_sorted_by_indexed_column(
        self, direction: str, make_product: Any, admin_client: Client, short_lists: None
    ) -> None:
        for number in range(7):
            make_product(unit_price=1 + number % 2)

        page = self.sorted_by(admin_client, "unit_price", direction)

        rows = [(row.unit_price, row.pk) for row in page.context["cl"].result_list]
        assert rows == sorted(rows, reverse=bool(direction))
        assert "too long to be sorted" not in page.content.decode()


@pytest.mark.database
class TestSearch:
    NOTE = "Only the newest 5 were searched."

    def test_short_list_is_searched_completely(self, promotions: Any, admin_client: Client) -> None:
        page = admin_client.get(PROMOTIONS, {"q": "ffer"})

        assert page.context["cl"].result_count == 7
        assert "were searched" not in page.content.decode()

    def test_newest_rows_of_long_list_are_searched(
        self, promotions: Any, admin_client: Client, short_lists: None
    ) -> None:
        page = admin_client.get(PROMOTIONS, {"q": "ffer"})

        assert set(page.context["cl"].result_list) == set(promotions[2:])
        assert self.NOTE in page.content.decode()

    def test_results_are_sorted_by_any_column(self, promotions: Any, admin_client: Client, short_lists: None) -> None:
        number = admin_client.get(PROMOTIONS).context["cl"].list_display.index("description")

        page = admin_client.get(PROMOTIONS, {"q": "ffer", "o": number})

        assert list(page.context["cl"].result_list) == promotions[2:]
        assert "too long to be sorted" not in page.content.decode()

    def test_many_results_are_sorted_newest_first(
        self, promotions: Any, admin_client: Client, short_lists: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(searches, "MAX_KEYS", 2)
        number = admin_client.get(PROMOTIONS).context["cl"].list_display.index("description")

        page = admin_client.get(PROMOTIONS, {"q": "ffer", "o": number})

        assert list(page.context["cl"].result_list) == promotions[:1:-1]
        assert "too long to be sorted" in page.content.decode()

    @pytest.mark.parametrize("most", [500, 1])
    def test_old_row_is_found_by_exact_indexed_value(
        self, most: int, make_user: Any, admin_client: Client, short_lists: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(searches, "MAX_KEYS", most)
        old, *others = [customer_of(make_user(username=f"{name}@x.example")) for name in "abcdefg"]
        customers = "/admin/storefront_store/customer/"

        rows = admin_client.get(customers, {"q": "A@x.example "}).context["cl"].result_list
        parts = admin_client.get(customers, {"q": "a@x"}).context["cl"].result_list

        assert (list(rows), list(parts)) == ([old], [])
        assert list(admin_client.get(customers, {"q": "g@x"}).context["cl"].result_list) == others[-1:]

    def test_old_rows_of_filtered_list_are_searched(
        self, make_product: Any, admin_client: Client, short_lists: None
    ) -> None:
        product = make_product()
        old, *_others = [
            Review.objects.create(product=product, name="Ann", description="Good", rating=1, is_hidden=not number)
            for number in range(7)
        ]
        reviews = "/admin/storefront_store/review/"

        page = admin_client.get(reviews, {"q": "goo", "is_hidden__exact": "1"})

        assert list(page.context["cl"].result_list) == [old]
        assert "were searched" not in page.content.decode()
        assert old not in admin_client.get(reviews, {"q": "goo"}).context["cl"].result_list

    def test_exact_search_of_indexed_field_is_not_limited(self, admin_client: Client, short_lists: None) -> None:
        events = [OrderEvent.objects.create(event=OrderEvent.PLACED, order_number=n) for n in range(1, 8)]

        page = admin_client.get("/admin/storefront_store/orderevent/", {"q": "1"})

        assert list(page.context["cl"].result_list) == events[:1]
        assert "were searched" not in page.content.decode()


class TestInputs:
    @pytest.mark.parametrize(
        ("field", "value"),
        [
            (forms.CharField(max_length=9), '<"a&b">'),
            (forms.CharField(widget=forms.TextInput({"disabled": True, "x": False, "y": 0})), "é"),
            (forms.CharField(), None),
            (forms.IntegerField(min_value=0), 12345),
            (forms.DecimalField(max_digits=6, decimal_places=2), "1.50"),
            (forms.BooleanField(required=False), True),
            (forms.BooleanField(required=False), False),
            (forms.CharField(widget=forms.HiddenInput({"class": "a'b"})), "1"),
            (forms.ChoiceField(choices=[("", "-"), ("a", "<A>"), ("b", "B")]), "a"),
            (forms.ChoiceField(choices=[("Group", [("a", "A")]), ("b", "B")]), "b"),
            (forms.ChoiceField(choices=[]), None),
            (forms.EmailField(), "a@example.com"),
            (forms.SplitDateTimeField(), None),
        ],
    )
    def test_fields_are_rendered_like_django_templates(self, field: Any, value: Any) -> None:
        form = type("Form", (forms.Form,), {"field": field})
        plain, quick = (form(initial={"field": value}, renderer=each) for each in (DjangoTemplates(), InputRenderer()))

        assert str(quick["field"]) == str(plain["field"])
        assert str(quick["field"].errors) == str(plain["field"].errors)

    def test_errors_are_rendered_like_django_templates(self) -> None:
        form = type("Form", (forms.Form,), {"field": forms.IntegerField()})
        plain, quick = (form({"field": "x"}, renderer=each) for each in (DjangoTemplates(), InputRenderer()))

        assert str(quick["field"].errors) == str(plain["field"].errors) != ""

    def test_project_templates_are_used(self, monkeypatch: pytest.MonkeyPatch) -> None:
        get_default_renderer.cache_clear()
        with override_settings(FORM_RENDERER="django.forms.renderers.TemplatesSetting"):
            renderer = InputRenderer()
        get_default_renderer.cache_clear()

        assert isinstance(renderer._project, TemplatesSetting)
        assert not inputs._is_of_django(renderer._project, "django/forms/widgets/text.html")

    @pytest.mark.django_db
    def test_action_checkbox_is_rendered_like_django(self) -> None:
        page: Any = admin.site.get_model_admin(Collection)
        row = Collection(pk=7, title='A "quoted" <b>')

        assert page.action_checkbox(row) == ModelAdmin.action_checkbox(page, row)
