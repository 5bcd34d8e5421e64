"""Requests to each route of the store, as each role of the table of statuses."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from rest_framework.test import APIClient

from storefront_store.models import Address, ProductGroup, ProductImage, Promotion, Review
from storefront_store.services.checkout import checkout
from storefront_store_testapp import pictures
from storefront_store_testapp.role_table import ROLES


class Roles:
    """A user of each role, and one object of each kind, which belongs to the owner where it can belong to anybody.

    An order keeps one of the products from being deleted.
    """

    def __init__(self, make_user: Any, make_product: Any, make_cart: Any) -> None:
        self.users = {
            "A": None,
            "O": make_user(),
            "U": make_user(),
            "S": make_user(is_staff=True),
            "X": make_user(is_staff=True, is_superuser=True),
        }
        owner = self.users["O"]
        ordered, self.product = make_product(), make_product()
        self.order = checkout(user=owner, cart_id=make_cart((ordered, 1)).pk)
        self.cart = make_cart((self.product, 1))
        self.empty_collection = make_product().collection
        self.empty_collection.products.all().delete()
        self.group = ProductGroup.objects.create(title="Mug", slug="mug")
        self.promotion = Promotion.objects.create(description="Sale", discount=10)
        self.review = Review.objects.create(product=self.product, author=owner, name="Ann", description="Good")
        self.image = ProductImage.objects.create(
            product=self.product, image=SimpleUploadedFile("a.png", pictures.encode("PNG"))
        )
        self.address = Address.objects.create(customer=owner.customer, street="Main Road 1", city="Town")
        self.new_user = make_user()
        self.new_user.customer.delete()

    def url_of(self, route: str, *, missing: bool = False) -> str:
        product, cart = f"products/{self.product.pk}/", f"carts/{self.cart.pk}/"
        keys = {
            "api-root": "",
            "product-detail": product,
            "product-images-list": f"{product}images/",
            "product-images-detail": f"{product}images/{self.image.pk}/",
            "product-reviews-list": f"{product}reviews/",
            "product-reviews-detail": f"{product}reviews/{self.review.pk}/",
            "product-facets": "products/facets/",
            "product-group-list": "groups/",
            "product-group-detail": f"groups/{self.group.pk}/",
            "collection-detail": f"collections/{self.empty_collection.pk}/",
            "promotion-detail": f"promotions/{self.promotion.pk}/",
            "cart-detail": cart,
            "cart-quote": f"{cart}quote/",
            "cart-mine": "carts/mine/",
            "customer-addresses-list": f"customers/{self.order.customer_id}/addresses/",
            "customer-addresses-detail": f"customers/{self.order.customer_id}/addresses/{self.address.pk}/",
            "cart-items-list": f"{cart}items/",
            "cart-items-detail": f"{cart}items/{self.cart.items.get().pk}/",
            "order-detail": f"orders/{self.order.pk}/",
            "order-cancel": f"orders/{self.order.pk}/cancel/",
            "order-ship": f"orders/{self.order.pk}/ship/",
            "customer-detail": f"customers/{self.order.customer_id}/",
            "customer-me": "customers/me/",
            "customer-history": f"customers/{self.order.customer_id}/history/",
            "address-list": "customers/me/addresses/",
            "address-detail": f"customers/me/addresses/{self.address.pk}/",
        }
        where = keys.get(route, f"{route.removesuffix('-list')}s/")
        return f"/store/{self.with_missing_key(where) if missing else where}"

    @staticmethod
    def with_missing_key(where: str) -> str:
        """Return the URL with a key that does not exist in place of the last one."""
        parts = where.split("/")
        last = max(place for place, part in enumerate(parts) if not part.isalpha() and part)
        parts[last] = str(uuid.uuid4()) if parts[last - 1] == "carts" else "987654321"
        return "/".join(parts)

    def body_for(self, route: str, method: str) -> dict[str, Any]:
        product = {
            "title": "Mug",
            "slug": "mug",
            "unit_price": 9.5,
            "inventory": 3,
            "collection": self.empty_collection.pk,
        }
        bodies: dict[str, dict[str, Any]] = {
            "product-list": product,
            "product-detail": product,
            "product-reviews-list": {"name": "Bob", "description": "Fine"},
            "product-reviews-detail": {"name": "Bob", "description": "Fine"},
            "product-group-list": {"title": "Mugs", "slug": "mugs"},
            "product-group-detail": {"title": "Mugs", "slug": "mugs"},
            "collection-list": {"title": "Mugs"},
            "collection-detail": {"title": "Mugs"},
            "promotion-list": {"description": "Sale", "discount": 5, "products": []},
            "promotion-detail": {"description": "Sale", "discount": 5, "products": []},
            "cart-mine": {"cart_id": str(self.cart.pk)},
            "customer-addresses-list": {"street": "Side Road 2", "city": "Town"},
            "customer-addresses-detail": {"street": "Side Road 2", "city": "Town"},
            "cart-items-list": {"product_id": self.product.pk, "quantity": 1},
            "cart-items-detail": {"quantity": 2},
            "order-list": {"cart_id": str(self.cart.pk)},
            "order-detail": {"payment_status": "C"},
            "customer-list": {"user_id": self.new_user.pk},
            "customer-detail": {"phone": "1"},
            "customer-me": {"phone": "1"},
            "address-list": {"street": "Side Road 2", "city": "Town"},
            "address-detail": {"street": "Side Road 2", "city": "Town"},
        }
        return bodies.get(route, {})

    def ask(self, role: str, route: str, method: str, *, missing: bool = False) -> Any:
        """Send a request as one role; with ``missing``, for an object that does not exist."""
        client = APIClient(raise_request_exception=False)
        client.force_authenticate(self.users[role])
        address = self.url_of(route, missing=missing)
        if route.startswith("product-images") and method in ("POST", "PUT", "PATCH"):
            upload = SimpleUploadedFile("a.jpg", pictures.encode("JPEG"))
            return getattr(client, method.lower())(address, {"image": upload}, format="multipart")
        return (
            client.generic(method, address)
            if method in ("GET", "HEAD", "OPTIONS", "DELETE")
            else getattr(client, method.lower())(address, self.body_for(route, method))
        )

    def ask_each(self, route: str, method: str, *, missing: bool = False) -> dict[str, Any]:
        """Send the request as each role, each time in a transaction that is rolled back."""
        answers = {}
        for role in ROLES:
            with transaction.atomic():
                answers[role] = self.ask(role, route, method, missing=missing)
                transaction.set_rollback(True)
        return answers
