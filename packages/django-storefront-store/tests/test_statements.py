"""Prepared statements that lock and change rows have the same effect as their querysets."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, models, transaction
from django.db.models.signals import pre_delete
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from storefront_store.exceptions import NotFound, OutOfStock, Shortage, Unavailable
from storefront_store.models import Address, Cart, CartItem, Customer, Product, Promotion
from storefront_store.pricing import PriceBook
from storefront_store.querysets import CartQuerySet, ProductQuerySet
from storefront_store.services import cart_rows, carts, checkout_rows, customers, stock
from storefront_store.statements import PreparedChange, PreparedInstances, fits, is_prepared_safely

pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.fixture
def products(make_product: Any) -> list[Product]:
    made = [make_product(inventory=100) for _ in range(12)]
    Promotion.objects.create(description="Sale", discount=Decimal("12.50")).products.set(made[:3])
    return made


@pytest.mark.parametrize("number", [1, 2, 5, 12])
@pytest.mark.parametrize("is_priced", [False, True])
def test_locked_products_equal_those_of_queryset(number: int, is_priced: bool, products: list[Product]) -> None:
    book = PriceBook() if is_priced else None
    keys = [product.pk for product in reversed(products[:number])]

    locked = stock.lock_products(keys, book)

    expected = Product.objects.with_best_discount() if is_priced else Product.objects.all()
    assert list(locked) == sorted(keys)
    for product in expected.filter(pk__in=keys):
        ours = {name: value for name, value in vars(locked[product.pk]).items() if name != "_state"}
        assert ours == {name: value for name, value in vars(product).items() if name != "_state"}


@pytest.mark.parametrize("number", [1, 3, 7, 12])
def test_stock_is_reduced_by_quantity_of_each_product(number: int, products: list[Product]) -> None:
    wanted = {product.pk: index + 1 for index, product in enumerate(products[:number])}

    stock.take(wanted)

    left = dict(Product.objects.values_list("pk", "inventory"))
    assert left == {product.pk: 100 - wanted.get(product.pk, 0) for product in products}


@pytest.mark.parametrize("number", [1, 5, 7])
def test_stock_is_locked_and_reduced_in_one_query_on_postgresql(number: int, products: list[Product]) -> None:
    wanted = {product.pk: index + 1 for index, product in enumerate(products[:number])}
    stock.take(dict(wanted), PriceBook())  # compiles

    with CaptureQueriesContext(connection) as queries:
        taken = stock.take(wanted, PriceBook())

    assert len(queries) == (1 if connection.vendor == "postgresql" else 2)
    assert {key: (product.inventory, product.title) for key, product in taken.items()} == {
        product.pk: (100 - wanted[product.pk], product.title) for product in products[:number]
    }
    expected = {product.pk: 100 - 2 * wanted.get(product.pk, 0) for product in products}
    assert dict(Product.objects.values_list("pk", "inventory")) == expected


@pytest.mark.parametrize("is_priced", [False, True])
def test_only_missing_products_are_reported(is_priced: bool, products: list[Product]) -> None:
    book = PriceBook() if is_priced else None
    Product.objects.filter(pk=products[1].pk).update(inventory=3)
    wanted = {products[0].pk: 60, products[1].pk: 4, products[2].pk: 101}

    with pytest.raises(OutOfStock) as refused, transaction.atomic():
        stock.take(wanted, book)

    assert refused.value.items == (Shortage(products[1].pk, 4, 3), Shortage(products[2].pk, 101, 100))
    Product.objects.filter(pk=products[0].pk).update(is_active=False)
    with pytest.raises(Unavailable) as missing, transaction.atomic():
        stock.take(wanted | {10**6: 1}, book)
    assert missing.value.items == (Shortage(products[0].pk, 60, 0), Shortage(10**6, 1, 0))
    assert list(Product.objects.order_by("pk").values_list("inventory", flat=True)[:3]) == [100, 3, 100]


def test_stock_of_many_products_is_reduced_in_several_statements(
    products: list[Product], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storefront_store.statements.SIZES", (1, 5))

    stock.take({product.pk: 1 for product in products})

    assert set(Product.objects.values_list("inventory", flat=True)) == {99}


@pytest.mark.parametrize(
    ("keys", "fit"), [([], False), ([1], True), (["a"], True), ([2**63], False), ([-(2**70)], False)]
)
def test_keys_out_of_range_do_not_fit(keys: list[Any], fit: bool) -> None:
    assert fits(keys) is fit
    assert not fits(range(1001))


def test_lock_requires_transaction() -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has no row locks")
    statement = PreparedInstances(
        lambda alias, keys: stock.in_lock_order(Product.objects.filter(pk__in=keys), alias),
        lists={"keys": Product._meta.pk},
    )
    statement.fetch(using="default", keys=[1])
    connection.in_atomic_block = False
    try:
        with pytest.raises(transaction.TransactionManagementError):
            statement.fetch(using="default", keys=[1])
    finally:
        connection.in_atomic_block = True


def test_customer_is_locked_with_default_addresses(make_user: Any) -> None:
    user, other = make_user(), make_user()
    Address.objects.create(customer=user.customer, street="Road 1", city="Town", shipping_default_of=user.customer)

    locked, bare = customers.lock_customer_of(user), customers.lock_customer_of(other)

    with CaptureQueriesContext(connection) as queries:
        assert locked.shipping_default.street == "Road 1"
        assert getattr(locked, "billing_default", None) is None
        assert getattr(bare, "shipping_default", None) is None
        assert (locked.user, bare.user) == (user, other)
    assert len(queries) == 0


def test_missing_customer_is_created(make_user: Any) -> None:
    user = make_user()
    Customer.objects.filter(user=user).delete()

    assert customers.lock_customer_of(user).pk == Customer.objects.get(user=user).pk


class TestCarts:
    @pytest.mark.parametrize("lock", [cart_rows.lock_cart, cart_rows.lock_cart_to_discard])
    def test_owned_cart_can_be_locked_only_by_owner_and_system(self, lock: Any, make_user: Any) -> None:
        owner, other = make_user(), make_user()
        own, anonymous = Cart.objects.create(customer=owner.customer), Cart.objects.create()

        found = {}
        for name, user in (("nobody", None), ("owner", owner), ("other", other), ("system", carts.SYSTEM)):
            for cart in (own, anonymous):
                try:
                    lock(cart.pk, user=user)
                    found[name, cart.pk] = True
                except NotFound:
                    found[name, cart.pk] = False

        assert [key for key, locked in found.items() if not locked] == [("nobody", own.pk), ("other", own.pk)]

    def test_locking_updates_timestamp(self) -> None:
        cart, before = Cart.objects.create(), timezone.now()

        cart_rows.lock_cart(cart.pk)

        cart.refresh_from_db()
        assert cart.updated_at >= before

    def test_demand_is_in_order_of_items(self, products: list[Product], make_cart: Any) -> None:
        cart = make_cart(*((product, index + 1) for index, product in enumerate(reversed(products[:3]))))

        demand = cart_rows.demand_of(cart.pk)

        assert list(demand.items()) == [(products[2].pk, 1), (products[1].pk, 2), (products[0].pk, 3)]

    def test_discarding_cart_deletes_only_its_own_items(self, products: list[Product], make_cart: Any) -> None:
        cart, other = make_cart((products[0], 1)), make_cart((products[0], 1))

        cart_rows.discard_cart(cart.pk)

        assert list(Cart.objects.values_list("pk", flat=True)) == [other.pk]
        assert CartItem.objects.get().cart_id == other.pk

    def test_pre_delete_is_sent_for_items_of_discarded_cart(
        self, products: list[Product], make_cart: Any, listen: Any
    ) -> None:
        cart, heard = make_cart((products[0], 1)), []

        def hear(instance: Any, **kwargs: Any) -> None:
            heard.append(instance.cart_id)

        listen(pre_delete, hear, sender=CartItem)

        cart_rows.discard_cart(cart.pk)

        assert heard == [cart.pk]
        assert not Cart.objects.exists()

    def test_look_up_ignores_inactive_and_unknown_products(self, products: list[Product], make_cart: Any) -> None:
        cart = make_cart((products[0], 2))
        Product.objects.filter(pk=products[1].pk).update(is_active=False)

        assert cart_rows.look_up(cart.pk, products[0].pk) == (products[0].pk, cart.items.get().pk, 2, 1)
        assert cart_rows.look_up(cart.pk, products[2].pk) == (products[2].pk, None, 0, 1)
        assert cart_rows.look_up(uuid4(), products[2].pk) == (products[2].pk, None, 0, 0)
        assert cart_rows.look_up(cart.pk, products[1].pk) is None
        assert cart_rows.look_up(cart.pk, 2**64) is None


class TestIsPreparedSafely:
    def test_built_in_models_are_safe(self) -> None:
        assert is_prepared_safely(Cart, CartQuerySet, "visible_to")
        assert is_prepared_safely(Product, ProductQuerySet, "active")

    def test_custom_manager_or_overridden_method_is_not_safe(self, monkeypatch: pytest.MonkeyPatch) -> None:
        class Tenants(CartQuerySet):
            def visible_to(self, user: Any) -> Any:
                return self.none()

        class TenantManager(models.Manager.from_queryset(CartQuerySet)):  # type: ignore[misc]
            def get_queryset(self) -> Any:
                return super().get_queryset().none()

        monkeypatch.setattr(Cart._default_manager, "_queryset_class", Tenants)
        assert not is_prepared_safely(Cart, CartQuerySet, "visible_to")
        assert is_prepared_safely(Cart, CartQuerySet)

        class Model:
            _default_manager: Any = TenantManager()
            _meta = Cart._meta

        class Own(models.Manager.from_queryset(CartQuerySet)):  # type: ignore[misc]
            def visible_to(self, user: Any) -> Any:
                return self.none()

        assert not is_prepared_safely(Model, CartQuerySet)  # type: ignore[arg-type]
        Model._default_manager = Own()
        assert is_prepared_safely(Model, CartQuerySet, "open_to")  # type: ignore[arg-type]
        assert not is_prepared_safely(Model, CartQuerySet, "visible_to")  # type: ignore[arg-type]

    def test_cart_hidden_by_custom_queryset_is_not_locked(self, monkeypatch: pytest.MonkeyPatch) -> None:
        class Hidden(CartQuerySet):
            def visible_to(self, user: Any) -> Any:
                return self.none()

        cart = Cart.objects.create()
        cart_rows.lock_cart(cart.pk, user=None)
        monkeypatch.setattr(Cart._default_manager, "_queryset_class", Hidden)

        for lock in (cart_rows.lock_cart, cart_rows.lock_cart_to_discard):
            with pytest.raises(NotFound):
                lock(cart.pk, user=None)

    def test_cart_found_by_custom_join_is_locked(self, monkeypatch: pytest.MonkeyPatch) -> None:
        class Joined(CartQuerySet):
            def visible_to(self, user: Any) -> Any:
                return self.filter(models.Q(customer__user=None) | models.Q(customer__user__is_staff=True)).distinct()

        cart = Cart.objects.create()
        monkeypatch.setattr(Cart._default_manager, "_queryset_class", Joined)

        cart_rows.lock_cart_to_discard(cart.pk, user=None)  # PostgreSQL can't lock the rows of this queryset

        assert Cart.objects.visible_to(None).get() == cart


@pytest.mark.parametrize("delete", [False, True])
def test_change_affects_rows_of_queryset(delete: bool, products: list[Product]) -> None:
    statement = PreparedChange(
        lambda keys, title: (Product.objects.filter(pk__in=keys), None if delete else {"title": title}),
        lists={"keys": Product._meta.pk},
        bound={"title": Product._meta.get_field("title")},
    )
    keys = [product.pk for product in products[5:8]]  # without promotions

    found = [statement.execute(using="default", keys=[*keys, 10**6], title=title) for title in ("A mug", "A cup")]

    assert found == ([3, 0] if delete else [3, 3])
    left = Product.objects.filter(pk__in=keys)
    assert set(left.values_list("title", flat=True)) == (set() if delete else {"A cup"})


@pytest.mark.parametrize("asker", ["system", "nobody", "owner", "other"])
@pytest.mark.parametrize("owned", [False, True])
def test_visible_cart_agrees_with_queryset(owned: bool, asker: str, user: Any, make_user: Any) -> None:
    cart = Cart.objects.create(customer=user.customer if owned else None)
    who: Any = {"system": cart_rows.SYSTEM, "nobody": None, "owner": user, "other": make_user()}[asker]
    expected = cart_rows.carts_of(who).filter(pk=cart.pk).values_list("pk", flat=True).first()

    try:
        seen = cart_rows.visible_cart(cart.pk, who)
    except NotFound:
        seen = None

    assert seen == expected
    assert (seen is None) is (owned and asker in {"nobody", "other"})


def test_customer_of_user_is_read_with_default_addresses(user: Any, make_user: Any) -> None:
    address = Address.objects.create(customer=user.customer, street="A", city="B", shipping_default_of=user.customer)
    stranger = make_user()
    stranger.customer.delete()

    with CaptureQueriesContext(connection) as queries:
        found: Any = customers.existing_customer_of(user)
        default = found.shipping_default

    assert (found, default, found.user) == (user.customer, address, user)
    assert len(queries) == 1
    assert customers.existing_customer_of(stranger) is None


def test_cart_and_customer_are_locked_and_read_by_few_statements(
    user: Any, products: list[Product], make_cart: Any
) -> None:
    Address.objects.create(customer=user.customer, street="Road 1", city="Town", shipping_default_of=user.customer)
    cart, other = make_cart((products[2], 2), (products[0], 1)), make_cart((products[1], 5))
    own = Cart.objects.create(customer=user.customer)
    statements = 1 if connection.vendor == "postgresql" else 2

    for each, expected in (
        (cart, [(products[2].pk, 2), (products[0].pk, 1)]),
        (other, [(products[1].pk, 5)]),
        (own, []),
    ):
        with CaptureQueriesContext(connection) as queries:
            customer, demand = checkout_rows.lock_cart_and_customer(each.pk, user)
        assert len(queries) == statements
        assert list(demand.items()) == expected
        assert customer == user.customer
        assert customer.shipping_default.street == "Road 1"
        assert not any(name.startswith("storefront_") for name in vars(customer))


def test_cart_of_user_without_customer_is_locked_and_read(user: Any, products: list[Product], make_cart: Any) -> None:
    user.customer.delete()
    cart = make_cart((products[0], 1))

    assert checkout_rows.lock_cart_and_customer(cart.pk, user) == (None, {products[0].pk: 1})


def test_cart_of_guest_is_locked_and_read(products: list[Product], make_cart: Any) -> None:
    cart = make_cart((products[0], 1))

    assert checkout_rows.lock_cart_and_customer(cart.pk, None) == (None, {products[0].pk: 1})


def test_missing_cart_and_cart_of_other_customer_are_not_found(user: Any, make_user: Any) -> None:
    other = Cart.objects.create(customer=make_user().customer)

    for key in (other.pk, uuid4()):
        for asker in (user, None):
            with pytest.raises(NotFound):
                checkout_rows.lock_cart_and_customer(key, asker)


def test_items_with_custom_manager_are_read_separately(
    user: Any, products: list[Product], make_cart: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Current(models.Manager[Any]):
        def get_queryset(self) -> Any:
            return super().get_queryset().filter(quantity=2)

    cart, manager = make_cart((products[0], 1), (products[1], 2)), Current()
    manager.model = CartItem
    monkeypatch.setattr(CartItem._meta, "base_manager", manager)

    assert checkout_rows.lock_cart_and_customer(cart.pk, user) == (None, {products[1].pk: 2})
