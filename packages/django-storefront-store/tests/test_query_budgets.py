"""How many SQL statements each page costs: the same number at 10 and at 1,000 rows, and no more than its budget."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.db import connection, transaction
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.urls import path
from rest_framework.test import APIClient
from storefront_store_testapp.routes import readable_routes

from storefront_store.models import (
    Address,
    Cart,
    CartItem,
    Collection,
    Customer,
    Order,
    OrderEvent,
    OrderItem,
    Product,
    ProductGroup,
    ProductImage,
    Promotion,
    Review,
)

pytestmark = pytest.mark.database

NOT_COUNTED = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK", "SET TRANSACTION")
FEW, MANY = 10, 1000

# Route -> statements.
BUDGETS = {
    "api-root": 0,
    "product-list": 1,
    "product-detail": 3,  # the last for the variants of its group
    "product-images-list": 2,
    "product-images-detail": 2,
    "product-reviews-list": 1,
    "product-reviews-detail": 2,
    "product-facets": 3,
    "product-group-list": 1,
    "product-group-detail": 1,
    "collection-list": 1,
    "collection-detail": 1,
    "promotion-list": 2,
    "promotion-detail": 2,
    "cart-detail": 4,
    "cart-mine": 5,
    "cart-items-list": 4,
    "cart-items-detail": 4,
    "order-list": 5,
    "order-detail": 5,
    "customer-list": 1,
    "customer-detail": 1,
    "customer-me": 1,
    "customer-history": 3,
    "address-list": 2,
    "address-detail": 2,
    "customer-addresses-list": 3,
    "customer-addresses-detail": 3,
}
# Other questions to the product list -> statements, with a count that is known.
QUESTIONS = {
    "": 1,
    "?page_size=100": 1,
    "?page=2&page_size=5": 1,
    "?pagination=cursor": 1,
    "?pagination=cursor&page_size=100&ordering=-unit_price": 1,
    "?collection_id={collection}&unit_price__gt=1&unit_price__lt=1000&ordering=unit_price": 3,
    "?in_stock=true&on_promotion=true&page_size=5": 3,
    "?variants=collapse&page_size=5": 3,
    "?variants=collapse&option_Colour=Red&group={group}&page_size=5": 4,
    "?search=mug": 3,
    "?search=mug+nice+shelf&ordering=-last_update": 4,  # of several words, the keys are read first
}


class SampleData:
    """Any number of rows of everything, in one product, one cart and one customer."""

    def __init__(self) -> None:
        users = get_user_model()._default_manager
        self.owner = users.create_user("owner", is_staff=True, is_superuser=True)
        self.customer = self.owner.customer
        self.collection = Collection.objects.create(title="Shelf 0")
        self.group = ProductGroup.objects.create(title="Mug", slug="mug", varies_by=["Colour", "Number"])
        self.rows = 0

    def grow(self, rows: int) -> None:
        numbers = range(self.rows, rows)
        users = get_user_model()._default_manager.bulk_create(get_user_model()(username=f"u{n}") for n in numbers)
        Customer.objects.bulk_create(Customer(user=user) for user in users)
        ProductGroup.objects.bulk_create(ProductGroup(title=f"Group {n}", slug="g") for n in numbers)
        Collection.objects.bulk_create(Collection(title=f"Shelf {n + 1}") for n in numbers)
        products = Product.objects.bulk_create(
            Product(
                title=f"Mug {n}",
                slug=f"mug-{n}",
                description="Nice",
                unit_price=Decimal(10 + n % 7),
                inventory=100,
                collection=self.collection,
                group=self.group,
                options={"Colour": "Red", "Number": str(n)},
            )
            for n in numbers
        )
        self.product = Product.objects.order_by("pk").first()
        ProductImage.objects.bulk_create(ProductImage(product=p, image=f"{n}.png") for n in range(2) for p in products)
        ProductImage.objects.bulk_create(ProductImage(product=self.product, image=f"{n}.png") for n in numbers)
        Review.objects.bulk_create(
            Review(product=self.product, name="Ann", description="Good", rating=4, date=date(2026, 1, 1))
            for _ in numbers
        )
        promotions = Promotion.objects.bulk_create(Promotion(description="Sale", discount=10) for _ in numbers)
        through = Promotion.products.through
        through.objects.bulk_create(
            through(promotion=promotion, product=product)
            for promotion, product in zip(promotions, products, strict=True)
        )
        self.cart, _ = Cart.objects.get_or_create(
            pk="7b1f1e0c-6f2f-4b52-9b3d-000000000001", defaults={"customer": self.customer}
        )
        CartItem.objects.bulk_create(CartItem(cart=self.cart, product=product, quantity=1) for product in products)
        orders = Order.objects.bulk_create(
            Order(customer=self.customer, total=Decimal(20), currency="USD") for _ in numbers
        )
        if connection.vendor == "mysql":
            orders = list(Order.objects.order_by("-pk")[: len(numbers)])
        OrderItem.objects.bulk_create(
            OrderItem(order=order, product=product, title="Mug", quantity=1, unit_price=Decimal(10))
            for order, product in zip(orders, products, strict=True)
        )
        Address.objects.bulk_create(Address(customer=self.customer, street="Road", city="Town") for _ in numbers)
        OrderEvent.objects.bulk_create(
            OrderEvent(order_number="1", customer_number=str(self.customer.pk), event=OrderEvent.PLACED)
            for _ in numbers
        )
        self.rows = rows
        cache.clear()

    def url_of(self, route: str) -> str:
        product = f"products/{self.product.pk}/"
        keys = {
            "api-root": "",
            "product-detail": product,
            "product-images-list": f"{product}images/",
            "product-images-detail": f"{product}images/{self.product.images.first().pk}/",
            "product-reviews-list": f"{product}reviews/",
            "product-reviews-detail": f"{product}reviews/{self.product.reviews.first().pk}/",
            "product-facets": "products/facets/",
            "product-group-list": "groups/",
            "product-group-detail": f"groups/{self.group.pk}/",
            "collection-detail": f"collections/{self.collection.pk}/",
            "promotion-detail": f"promotions/{Promotion.objects.first().pk}/",
            "cart-detail": f"carts/{self.cart.pk}/",
            "cart-mine": "carts/mine/",
            "customer-addresses-list": f"customers/{self.customer.pk}/addresses/",
            "customer-addresses-detail": f"customers/{self.customer.pk}/addresses/{Address.objects.first().pk}/",
            "cart-items-list": f"carts/{self.cart.pk}/items/",
            "cart-items-detail": f"carts/{self.cart.pk}/items/{self.cart.items.first().pk}/",
            "order-detail": f"orders/{Order.objects.first().pk}/",
            "customer-detail": f"customers/{self.customer.pk}/",
            "customer-me": "customers/me/",
            "customer-history": f"customers/{self.customer.pk}/history/",
            "address-list": "customers/me/addresses/",
            "address-detail": f"customers/me/addresses/{Address.objects.first().pk}/",
        }
        return "/store/" + keys.get(route, f"{route.removesuffix('-list')}s/")


def count(ask: Callable[[], Any], status: int = 200) -> int:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        answer = ask()
    assert answer.status_code == status, answer.content
    return sum(not query["sql"].upper().startswith(NOT_COUNTED) for query in queries.captured_queries)


def measure(sample_data: SampleData) -> dict[str, int]:
    anonymous, owner = APIClient(), APIClient()
    owner.force_authenticate(sample_data.owner)
    counts = {}
    for route in readable_routes():
        address = sample_data.url_of(route)
        owner.get(address, {"page_size": 100})  # the number of rows is known afterwards
        counts[route] = count(lambda address=address: owner.get(address, {"page_size": 100}))
    for question in QUESTIONS:
        cache.clear()
        address = "/store/products/" + question.format(collection=sample_data.collection.pk, group=sample_data.group.pk)
        anonymous.get(address)
        counts[question] = count(lambda address=address: anonymous.get(address))
    return counts


@pytest.fixture(scope="module")
def counts(django_db_setup: None, django_db_blocker: Any) -> dict[int, dict[str, int]]:
    with django_db_blocker.unblock(), transaction.atomic():
        sample_data, found = SampleData(), {}
        for rows in (FEW, MANY):
            sample_data.grow(rows)
            found[rows] = measure(sample_data)
        transaction.set_rollback(True)
    return found


def without_budget(urlconf: Any = "storefront_store.urls") -> set[str]:
    return readable_routes(urlconf) - BUDGETS.keys()


def test_every_readable_route_has_budget() -> None:
    assert without_budget() == set()
    assert BUDGETS.keys() <= readable_routes()


def test_route_without_budget_is_detected() -> None:
    class Urls:
        urlpatterns = [path("wishes/", lambda request: HttpResponse(), name="wish-list")]

    assert without_budget(Urls) == {"wish-list"}


@pytest.mark.parametrize("page", [*BUDGETS, *QUESTIONS])
def test_query_count_is_constant_and_within_budget(page: str, counts: dict[int, dict[str, int]]) -> None:
    few, many = counts[FEW][page], counts[MANY][page]

    assert few == many
    assert few <= {**BUDGETS, **QUESTIONS}[page]


@pytest.mark.django_db
class TestAnonymousReading:
    @pytest.fixture
    def sample_data(self) -> SampleData:
        sample_data = SampleData()
        sample_data.grow(FEW)
        return sample_data

    def test_uncached_count_costs_one_query(self, sample_data: SampleData, api: Any) -> None:
        sample_data.grow(100)
        cache.clear()

        unknown = count(lambda: api.get("/store/products/"))

        assert unknown == count(lambda: api.get("/store/products/")) + 1

    def test_deep_cursor_page_costs_one_query(self, sample_data: SampleData, api: Any) -> None:
        sample_data.grow(100)
        first = api.get("/store/products/?pagination=cursor").json()
        address = first["next"]
        for _ in range(5):
            address = api.get(address).json()["next"]
        where = urlsplit(address)

        assert count(lambda: api.get(f"{where.path}?{where.query}")) == 1

    def test_not_modified_response_costs_one_query(self, sample_data: SampleData, api: Any) -> None:
        tag = api.get("/store/products/")["ETag"]

        assert count(lambda: api.get("/store/products/", HTTP_IF_NONE_MATCH=tag), 304) == 1

    def test_detail_costs_one_query_and_one_for_variants(self, sample_data: SampleData, api: Any) -> None:
        alone = Product.objects.create(
            title="Alone", slug="a", unit_price=1, inventory=1, collection=sample_data.collection
        )

        assert count(lambda: api.get(f"/store/products/{alone.pk}/")) == 1
        assert count(lambda: api.get(f"/store/products/{sample_data.product.pk}/")) == 2

    def test_reviews_cost_one_query_and_two_if_empty(self, sample_data: SampleData, api: Any) -> None:
        alone = Product.objects.create(
            title="Alone", slug="a", unit_price=1, inventory=1, collection=sample_data.collection
        )

        assert count(lambda: api.get(f"/store/products/{sample_data.product.pk}/reviews/")) == 1
        assert count(lambda: api.get(f"/store/products/{alone.pk}/reviews/")) == 2
        assert count(lambda: api.get("/store/products/0/reviews/"), 404) == 2

    def test_options_request_costs_no_query(self, sample_data: SampleData, api: Any) -> None:
        assert count(lambda: api.options("/store/products/")) == 0
        assert count(lambda: api.options(f"/store/products/{sample_data.product.pk}/")) == 0

    def test_custom_serializer_is_used(self, sample_data: SampleData, api: Any, settings: Any) -> None:
        settings.STOREFRONT_STORE = {"SERIALIZERS": {"product": "storefront_store_testapp.serializers.TitleSerializer"}}

        answer = api.get("/store/products/?page_size=2")

        assert answer.json()["results"] == [{"title": "Mug 0"}, {"title": "Mug 1"}]


@pytest.mark.django_db
class TestBuying:
    @pytest.fixture
    def products(self, make_product: Any) -> list[Product]:
        collection = Collection.objects.create(title="Mugs")
        products = [make_product(collection=collection) for _ in range(20)]
        Promotion.objects.create(description="Sale", discount=10).products.set(products)
        return products

    def test_promotion_cost_is_independent_of_number_of_products(self, products: list[Product], as_staff: Any) -> None:
        counted = []
        for number in (2, 20):
            body = {"description": "S", "discount": 5, "products": [product.pk for product in products[:number]]}
            counted.append(count(lambda body=body: as_staff.post("/store/promotions/", body), 201))

        assert counted[0] == counted[1]

    def test_new_cart_with_first_item_stays_within_budget(self, products: list[Product], api: Any) -> None:
        made = []
        first = count(lambda: made.append(api.post("/store/carts/")) or made[0], 201)
        body = {"product_id": products[0].pk, "quantity": 1}

        second = count(lambda: api.post(f"/store/carts/{made[0].json()['id']}/items/", body), 201)

        assert first + second <= 4

    @pytest.mark.parametrize("headers", [{}, {"HTTP_IDEMPOTENCY_KEY": "one"}], ids=["plain", "with a key"])
    def test_checkout_cost_is_independent_of_number_of_items(
        self, headers: Any, products: list[Product], make_cart: Any, make_user: Any, log_in: Any
    ) -> None:
        counted = []
        for lines in (1, 20):
            client = log_in(make_user())
            body = {"cart_id": str(make_cart(*((product, 1) for product in products[:lines])).pk)}
            counted.append(count(lambda client=client, body=body: client.post("/store/orders/", body, **headers), 201))

        assert counted[0] == counted[1]
        assert counted[0] <= (6 if connection.vendor == "postgresql" else 11) + (2 if headers else 0)

    def test_cancellation_cost_is_independent_of_number_of_items(
        self, products: list[Product], make_cart: Any, make_user: Any, log_in: Any
    ) -> None:
        counted = []
        for lines in (1, 20):
            client = log_in(make_user())
            cart = make_cart(*((product, 1) for product in products[:lines]))
            order = client.post("/store/orders/", {"cart_id": str(cart.pk)}).json()
            address = f"/store/orders/{order['id']}/cancel/"
            counted.append(count(lambda client=client, address=address: client.post(address)))

        assert counted[0] == counted[1]
        assert counted[0] <= 14
