"""The rows that the examples of the ORM ask for."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.contrib.auth import get_user_model

from storefront_store.models import Collection, Customer, Order, OrderItem, Product


class Shop:
    """Three collections, six products, three customers, four orders, one of them cancelled."""

    def __init__(self) -> None:
        self.tea, self.coffee, self.empty = (
            Collection.objects.create(title=title) for title in ("Tea", "Coffee", "Empty")
        )
        rows = [
            ("Assam", "A strong black tea", "12.50", 5, self.tea),
            ("Bancha", None, "8.00", 8, self.tea),
            ("Ceylon", "Black and light", "10.00", 50, self.tea),
            ("Diemel", "House coffee", "9.00", 0, self.coffee),
            ("Espresso", "Black, strong", "11.00", 11, self.coffee),
            ("filter", "", "7.00", 30, self.coffee),
        ]
        for title, description, price, inventory, collection in rows:
            product = Product.objects.create(
                title=title,
                slug=title.lower(),
                description=description,
                unit_price=Decimal(price),
                inventory=inventory,
                collection=collection,
            )
            setattr(self, title.lower(), product)
        Collection.objects.filter(pk=self.tea.pk).update(featured_product=self.assam)
        self.ann, self.bob, self.cid = (
            get_user_model()
            ._default_manager.create_user(
                first.lower(), f"{first.lower()}@shop.{domain}", first_name=first, last_name=last
            )
            .customer
            for first, last, domain in [("Ann", "Arbor", "com"), ("Bob", "Byte", "org"), ("Cid", "Cello", "com")]
        )
        self.first = self.order(self.ann, (self.assam, 2), (self.diemel, 1))
        self.second = self.order(self.ann, (self.assam, 1))
        self.third = self.order(self.bob, (self.espresso, 3))
        self.cancelled = self.order(self.ann, (self.ceylon, 9), cancelled_at=datetime(2026, 1, 1, tzinfo=UTC))

    def order(self, customer: Customer, *lines: tuple[Product, int], **kwargs: Any) -> Order:
        total = sum(product.unit_price * quantity for product, quantity in lines)
        order = Order.objects.create(customer=customer, total=total, currency="USD", **kwargs)
        OrderItem.objects.bulk_create(
            OrderItem(
                order=order, product=product, title=product.title, quantity=quantity, unit_price=product.unit_price
            )
            for product, quantity in lines
        )
        return order


def titles(products: Any) -> list[str]:
    return [product.title for product in products]
