"""All pages of the admin: number of queries, registration, and the figures on the index."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from types import ModuleType
from typing import Any

import pytest
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.contrib.admin.apps import AdminConfig, SimpleAdminConfig
from django.core import checks
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import path, reverse
from django.utils import timezone, translation
from storefront_store_testapp.rows import fill
from storefront_store_testapp.shop import client_of, staff_with

from storefront_store.admin import CollectionAdmin, ProductAdmin, dashboard, register
from storefront_store.admin.base import change_link, changelist_link
from storefront_store.apps import complete_admin
from storefront_store.models import (
    Collection,
    Customer,
    Order,
    Product,
    Promotion,
)

STORE_MODELS = [model for model in admin.site._registry if model._meta.app_label == "storefront_store"]
BUDGET = 8
custom_site = admin.AdminSite("own")
urlpatterns = [path("own/", custom_site.urls), path("admin/", admin.site.urls)]


@pytest.mark.django_db
class TestCost:
    @pytest.fixture(params=[10, 1000], ids=["10 rows", "1000 rows"])
    def rows(self, request: Any) -> int:
        fill(request.param)
        return request.param

    def queries(self, client: Any, address: str) -> int:
        with CaptureQueriesContext(connection) as context:
            assert client.get(address).status_code == 200
        return len(context)

    def test_query_count_of_lists(self, rows: int) -> None:
        everything = [f"view_{model._meta.model_name}" for model in STORE_MODELS]
        everything += ["change_product", "change_customer"]  # the lists that are edited in place
        clerk = client_of(staff_with(*everything))

        for model in STORE_MODELS:
            address = reverse(f"admin:storefront_store_{model._meta.model_name}_changelist")
            assert self.queries(clerk, address) <= BUDGET, model

    def test_query_count_of_searches(self, rows: int, admin_client: Any) -> None:
        for model in STORE_MODELS:
            if admin.site.get_model_admin(model).search_fields:
                address = reverse(f"admin:storefront_store_{model._meta.model_name}_changelist")
                assert self.queries(admin_client, f"{address}?q=1") <= BUDGET, model

    def test_query_count_of_forms(self, rows: int, admin_client: Any) -> None:
        Promotion.objects.first().products.set(Product.objects.all()[:5])
        for model in STORE_MODELS:
            instance = model.objects.first()
            address = reverse(f"admin:storefront_store_{model._meta.model_name}_change", args=[instance.pk])
            choices = 1 if model is Product else 0  # a product shows a collection and a group
            assert self.queries(admin_client, address) <= BUDGET + choices, model

    def test_query_count_of_index(self, rows: int, admin_client: Any) -> None:
        admin_client.get("/admin/")  # the first page of a process looks whether the tables exist

        assert self.queries(admin_client, "/admin/") <= 7


@pytest.mark.django_db
class TestLists:
    @pytest.mark.parametrize("model", STORE_MODELS, ids=lambda model: model._meta.model_name)
    def test_every_column_is_sortable(self, admin_client: Any, model: Any) -> None:
        fill(3)
        address = reverse(f"admin:storefront_store_{model._meta.model_name}_changelist")
        columns = len(admin_client.get(address).context["cl"].list_display)

        for column in range(1, columns):
            assert admin_client.get(address, {"o": f"-{column}"}).status_code == 200


@pytest.mark.django_db
class TestFigures:
    def order(self, customer: Any, total: str, **values: Any) -> Order:
        order = Order.objects.create(customer=customer, total=Decimal(total), currency=values.pop("currency", "USD"))
        Order.objects.filter(pk=order.pk).update(**values)
        return order

    @pytest.fixture
    def customer(self, user: Any) -> Customer:
        return Customer.objects.get(user=user)

    def values(self, *permissions: str) -> dict[str, str]:
        user = staff_with(*permissions)
        return {figure.label: figure.value for figure in dashboard.figures(user)}

    def test_orders_and_revenue(self, customer: Customer) -> None:
        now = timezone.now()
        self.order(customer, "10.50")
        self.order(customer, "1000")
        self.order(customer, "7", payment_status="F")
        self.order(customer, "5", cancelled_at=now)
        self.order(customer, "100", placed_at=now - timedelta(days=10))
        self.order(customer, "9999", placed_at=now - timedelta(days=31))

        assert self.values("view_order") == {
            "Orders today": "3",
            "Revenue today": "1,010.50 USD",
            "Revenue, last 30 days": "1,110.50 USD",
        }

    def test_revenue_is_per_currency(self, customer: Customer) -> None:
        self.order(customer, "10")
        self.order(customer, "20", currency="EUR")

        assert self.values("view_order")["Revenue today"] == "20.00 EUR + 10.00 USD"

    def test_today_begins_at_midnight(self, customer: Customer, settings: Any) -> None:
        settings.TIME_ZONE = "UTC"
        now = timezone.now()
        self.order(customer, "10", placed_at=now.replace(hour=0, minute=0, second=0, microsecond=0))
        self.order(customer, "3", placed_at=now.replace(hour=0, minute=0, second=0) - timedelta(seconds=1))

        assert self.values("view_order")["Revenue today"] == "10.00 USD"

    def test_figures_of_empty_store(self) -> None:
        assert self.values("view_order", "view_product") == {
            "Orders today": "0",
            "Revenue today": "0.00 USD",
            "Revenue, last 30 days": "0.00 USD",
            "Low stock": "0",
        }

    @pytest.mark.parametrize(("limit", "days"), [(3, 30), (2, 7), (1, 7), (0, None)])
    def test_revenue_period_is_shorter_with_many_orders(
        self, limit: int, days: int | None, customer: Customer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(dashboard, "MAX_ROWS", limit)
        for ago in (0, 10, 20):
            self.order(customer, "10", placed_at=timezone.now() - timedelta(days=ago))

        values = self.values("view_order")

        assert values["Revenue today"] == "10.00 USD"
        assert [label for label in values if "days" in label] == ([f"Revenue, last {days} days"] if days else [])

    def test_low_stock_is_omitted_with_many_products(self, make_product: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(dashboard, "MAX_ROWS", 1)
        for _ in range(2):
            make_product(inventory=1)

        assert self.values("view_product") == {}

    def test_low_stock_counts_active_products(self, make_product: Any) -> None:
        make_product(inventory=9)
        make_product(inventory=10)
        make_product(inventory=1, is_active=False)

        assert self.values("change_product") == {"Low stock": "1"}

    def test_figures_require_permission(self, make_product: Any) -> None:
        make_product(inventory=1)

        assert self.values() == {}
        assert set(self.values("change_order")) == {"Orders today", "Revenue today", "Revenue, last 30 days"}
        page = client_of(staff_with("view_collection")).get("/admin/").content.decode()
        assert "store-figures" not in page

    def test_figures_link_to_rows(self, admin_client: Any, customer: Customer, make_product: Any) -> None:
        today = self.order(customer, "10")
        old = self.order(customer, "10", placed_at=timezone.now() - timedelta(days=3))
        low = make_product(inventory=1)
        make_product(inventory=50)

        page = admin_client.get("/admin/").content.decode()
        assert "store-figures" in page
        links = {figure.label: figure.url for figure in dashboard.figures(staff_with("view_order", "view_product"))}

        def rows(label: str) -> list[Any]:
            return list(admin_client.get(links[label]).context["cl"].result_list)

        assert rows("Orders today") == rows("Revenue today") == [today]
        assert rows("Revenue, last 30 days") == [today, old]
        assert rows("Low stock") == [low]

    def test_midnight_without_time_zones(self, customer: Customer, monkeypatch: Any) -> None:
        naive = timezone.now().replace(tzinfo=None)
        monkeypatch.setattr("django.utils.timezone.now", lambda: naive)

        assert dashboard._midnight() == naive.replace(hour=0, minute=0, second=0, microsecond=0)


class TestRegistration:
    def test_custom_model_admin_is_kept(self) -> None:
        site = admin.AdminSite("host")

        class HostAdmin(ProductAdmin):
            pass

        site.register(Product, HostAdmin)
        site.index_template = "host/index.html"

        register(site)

        assert type(site.get_model_admin(Product)) is HostAdmin
        assert type(site.get_model_admin(Collection)) is CollectionAdmin
        assert site.index_template == "host/index.html"

    def test_model_admin_can_be_replaced_after_registration(self) -> None:
        site = admin.AdminSite("host")
        register(site)

        class HostAdmin(ProductAdmin):
            inlines = []

        site.unregister(Product)
        site.register(Product, HostAdmin)
        register(site)

        assert type(site.get_model_admin(Product)) is HostAdmin

    def test_registration_is_idempotent(self) -> None:
        site = admin.AdminSite("host")

        register(site)
        register(site)

        assert set(site._registry) == set(STORE_MODELS)

    @pytest.mark.django_db
    def test_system_checks_pass(self, settings: Any) -> None:
        adjusters = ["vouchers.adjusters.Vouchers", "shipping.adjusters.Shipping", "adjusters.Tax"]
        settings.STOREFRONT_STORE = {"ADJUSTERS": [f"storefront_store.{name}" for name in adjusters]}

        assert checks.run_checks() == []

    @pytest.mark.parametrize(("config", "completed"), [(AdminConfig, True), (SimpleAdminConfig, False)])
    def test_registration_requires_autodiscovery(self, monkeypatch: Any, config: Any, completed: bool) -> None:
        sites: list[Any] = []
        monkeypatch.setattr("storefront_store.admin.register", sites.append)
        monkeypatch.setattr("django.apps.apps.get_app_config", lambda label: config("django.contrib.admin", admin))
        monkeypatch.setattr("django.contrib.admin.autodiscover", lambda: None)

        complete_admin()

        assert bool(sites) is completed

    def test_project_without_admin(self, monkeypatch: Any) -> None:
        sites: list[Any] = []
        monkeypatch.setattr("storefront_store.admin.register", sites.append)
        monkeypatch.setattr("django.apps.apps.is_installed", lambda name: name != "django.contrib.admin")

        complete_admin()

        assert sites == []


@pytest.mark.django_db
@pytest.mark.urls(__name__)
class TestCustomSite:
    @pytest.fixture(autouse=True)
    def _site(self) -> Any:
        register(custom_site)
        yield
        for model in list(custom_site._registry):
            custom_site.unregister(model)
        custom_site.index_template = None

    @pytest.fixture(autouse=True)
    def _routes(self, _site: Any, settings: Any) -> None:
        import sys

        from django.urls import clear_url_caches

        module = sys.modules[__name__]
        module.urlpatterns = [path("own/", custom_site.urls), path("admin/", admin.site.urls)]  # type: ignore[attr-defined]
        clear_url_caches()

    def test_links_stay_on_custom_site(self, admin_client: Any, make_product: Any) -> None:
        product = make_product(inventory=1)

        index = admin_client.get("/own/").content.decode()
        products = admin_client.get("/own/storefront_store/product/").content.decode()

        assert 'href="/own/storefront_store/product/?inventory=%3C10&amp;is_active__exact=1"' in index
        assert f'href="/own/storefront_store/product/?collection__id={product.collection_id}"' in products

    def test_unregistered_model_is_not_linked(self, make_product: Any, settings: Any) -> None:
        product = make_product(title="<Chair>")
        empty = admin.AdminSite("empty")
        settings.ROOT_URLCONF = "storefront_store.urls"

        assert change_link(empty, product) == "<Chair>"
        assert changelist_link(empty, Product, "all <b>") == "all <b>"

    def test_links_have_language_prefix(self, settings: Any) -> None:
        urlconf = ModuleType("urls_with_languages")
        urlconf.urlpatterns = i18n_patterns(path("admin/", admin.site.urls))  # type: ignore[attr-defined]
        settings.ROOT_URLCONF = urlconf

        links = []
        for language in ("de", "es"):
            with translation.override(language):
                links.append(changelist_link(admin.site, Product, "all"))

        assert ['"/de/admin/' in links[0], '"/es/admin/' in links[1]] == [True, True]
