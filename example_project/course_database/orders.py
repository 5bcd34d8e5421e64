"""Import of carts and orders."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any, Final

from django.db import models
from django.db.models import F

from course_database.context import Move
from course_database.copying import Row
from course_database.values import cart_key, moment
from storefront_store.conf import get_model

PAYMENT_STATUSES: Final = frozenset("PCF")
MAX_QUANTITY: Final = 32_767  # of a cart item


def copy_carts(move: Move) -> None:
    """Copy carts and their items."""
    cart, item = get_model("Cart"), get_model("CartItem")

    def make(row: Row) -> models.Model:
        created = moment(row.first("created_at", default=move.started))
        return cart(pk=cart_key(row["id"]), created_at=created, updated_at=created)

    kept = move.copier.copy("carts", cart, move.source.rows("store_cart"), make, same="pk")
    wanted: dict[tuple[Any, Any], Row] = {}
    for row in move.source.rows("store_cartitem"):
        key = cart_key(row["cart_id"]), row["product_id"]
        if key in wanted:
            move.report.changed["lines of a cart with the same product, which are one now"] += 1
            wanted[key]["quantity"] += row["quantity"]
        elif key[0] in kept and key[1] in move.products and row["quantity"] > 0:
            wanted[key] = row
            row["cart_id"] = key[0]
        else:
            move.report.lost["cart items of nothing"] += 1
    move.copier.copy(
        "cart items",
        item,
        wanted.values(),
        lambda row: item(
            pk=row["id"],
            cart_id=row["cart_id"],
            product_id=row["product_id"],
            quantity=min(row["quantity"], MAX_QUANTITY),
        ),
        same="product_id",
    )


def copy_orders(move: Move) -> None:
    """Copy orders and their items, with the sums of the items as totals."""
    order, item = get_model("Order"), get_model("OrderItem")
    totals: dict[Any, Decimal] = defaultdict(Decimal)
    for row in move.source.rows("store_orderitem"):
        totals[row["order_id"]] += Decimal(str(row["unit_price"])) * row["quantity"]

    def make(row: Row) -> models.Model:
        status = row.get("payment_status")
        if status not in PAYMENT_STATUSES:
            move.report.changed["unknown payment statuses, which are pending now"] += 1
        return order(
            pk=row["id"],
            customer_id=row["customer_id"],
            placed_at=moment(row["placed_at"]),
            payment_status=status if status in PAYMENT_STATUSES else "P",
            subtotal=totals[row["id"]],
            total=totals[row["id"]],
        )

    kept = move.copier.copy("orders", order, move.source.rows("store_order"), make, same="customer_id")
    titles = dict(get_model("Product")._base_manager.using(move.using).values_list("pk", "title"))

    def line(row: Row) -> models.Model | None:
        if row["order_id"] not in kept or row["product_id"] not in titles or row["quantity"] < 1:
            move.report.lost["order items of nothing"] += 1
            return None
        return item(
            pk=row["id"],
            order_id=row["order_id"],
            product_id=row["product_id"],
            title=titles[row["product_id"]],
            quantity=row["quantity"],
            unit_price=Decimal(str(row["unit_price"])),
        )

    lines = move.copier.copy("order items", item, move.source.rows("store_orderitem"), line, same="order_id")
    ordered = move.source.total("store_orderitem", "quantity", "unit_price")
    move.compare("order items", ordered, item, lines, F("quantity") * F("unit_price"))
    move.compare("orders", ordered, order, kept, F("total"))
