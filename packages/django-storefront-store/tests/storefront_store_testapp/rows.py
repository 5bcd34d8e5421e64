"""Rows for every table of the store."""

from __future__ import annotations

from django.contrib.auth import get_user_model

from storefront_store.models import (
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


def fill(number: int) -> None:
    """Put ``number`` rows into every table, each with something behind it."""
    people = get_user_model()._default_manager
    names = range(number)
    users = people.bulk_create(
        get_user_model()(username=f"ann{name}", first_name=f"Ann {name}", last_name="Miller") for name in names
    )
    customers = Customer.objects.bulk_create(Customer(user=user) for user in users)
    collections = Collection.objects.bulk_create(Collection(title=f"C{index}") for index in range(number))
    groups = ProductGroup.objects.bulk_create(
        ProductGroup(title=f"G{index}", slug="g", varies_by=["Size"]) for index in range(number)
    )
    products = Product.objects.bulk_create(
        Product(
            title=f"P{index}",
            slug="p",
            unit_price=1,
            inventory=index,
            collection=collection,
            group=group,
            options={"Size": "M"},
        )
        for index, (collection, group) in enumerate(zip(collections, groups, strict=True))
    )
    for collection, product in zip(collections, products, strict=True):
        collection.featured_product = product
    Collection.objects.bulk_update(collections, ["featured_product"])
    ProductImage.objects.bulk_create(ProductImage(product=product, image="a.png") for product in products)
    Review.objects.bulk_create(
        Review(product=product, author=user, name="Ann", description="fine", rating=5)
        for product, user in zip(products, users, strict=True)
    )
    promotions = Promotion.objects.bulk_create(Promotion(description="Sale", discount=10) for _ in range(number))
    for promotion in promotions[:20]:
        promotion.products.set(products[:5])
    orders = Order.objects.bulk_create(Order(customer=customer, total=1, currency="USD") for customer in customers)
    OrderItem.objects.bulk_create(
        OrderItem(order=order, product=product, title="P", quantity=1, unit_price=1)
        for order, product in zip(orders, products, strict=True)
    )
    OrderEvent.objects.bulk_create(
        OrderEvent(order_number=order.pk, customer_number=order.customer_id, event="placed") for order in orders
    )
    carts = Cart.objects.bulk_create(Cart() for _ in range(number))
    CartItem.objects.bulk_create(
        CartItem(cart=cart, product=product, quantity=1) for cart, product in zip(carts, products, strict=True)
    )
