"""The least that a checkout of five lines with stock can cost: a script, one connection, no framework.

``python checkout.py PORT DATABASE COUNT SIZE``: fills carts in our store's tables, says ``ready``, waits for a line,
buys them, and writes the milliseconds of each and its own CPU seconds as JSON.
"""

from __future__ import annotations

import json
import sys
import time
import uuid
from typing import Any

import psycopg
from catalogue import Catalogue

CART = "INSERT INTO storefront_store_cart (id, created_at, updated_at) VALUES (%s, now(), now())"
LINE = "INSERT INTO storefront_store_cartitem (cart_id, product_id, quantity) VALUES (%s, %s, 1)"
LOCK = "SELECT id FROM storefront_store_cart WHERE id = %s FOR UPDATE"
STOCK = """
    UPDATE storefront_store_product p SET inventory = p.inventory - l.quantity
    FROM (
        SELECT locked.id, l.quantity FROM storefront_store_cartitem l
        JOIN storefront_store_product locked ON locked.id = l.product_id
        WHERE l.cart_id = %s ORDER BY locked.id FOR UPDATE OF locked
    ) l
    WHERE p.id = l.id AND p.inventory >= l.quantity
    RETURNING p.id, p.title, p.unit_price, l.quantity"""
ORDER = """
    INSERT INTO storefront_store_order
        (customer_id, placed_at, payment_status, tracking, subtotal, tax, total, currency, email, note)
    VALUES (%s, now(), 'P', '', %s, %s, %s, 'USD', 'script@shop.example', '') RETURNING id"""
ITEM = """
    INSERT INTO storefront_store_orderitem (order_id, product_id, title, unit_price, quantity, tax_rate, tax)
    VALUES (%s, %s, %s, %s, %s, 0.1, round(%s * 0.1, 2))"""
ADJUSTMENT = """
    INSERT INTO storefront_store_orderadjustment (order_id, kind, label, amount, included, taxable, reference)
    VALUES (%s, 'tax', 'Tax 10 %%', %s, false, false, '0.1')"""
CLEAR = ("DELETE FROM storefront_store_cartitem WHERE cart_id = %s", "DELETE FROM storefront_store_cart WHERE id = %s")


def buy(connection: psycopg.Connection[Any], cart: uuid.UUID, customer: int) -> None:
    """Buy a cart in one transaction."""
    with connection.transaction():
        connection.execute(LOCK, [cart])
        sold = connection.execute(STOCK, [cart]).fetchall()
        if len(sold) != 5:
            raise RuntimeError("something is sold out")
        subtotal = sum(price * quantity for _, _, price, quantity in sold)
        tax = round(subtotal / 10, 2)
        [order] = connection.execute(ORDER, [customer, subtotal, tax, subtotal + tax]).fetchone() or [None]
        lines = [(order, key, title, price, quantity, price * quantity) for key, title, price, quantity in sold]
        connection.cursor().executemany(ITEM, lines)
        connection.execute(ADJUSTMENT, [order, tax])
        for statement in CLEAR:
            connection.execute(statement, [cart])


def main() -> None:
    """Fill, wait, buy, tell."""
    port, name, count, size = sys.argv[1:]
    catalogue = Catalogue(int(size))
    with psycopg.connect(host="127.0.0.1", port=port, user="postgres", dbname=name, autocommit=True) as connection:
        [customer] = connection.execute("SELECT max(id) FROM storefront_store_customer").fetchone() or [None]
        carts = [uuid.uuid4() for _ in range(int(count))]
        for index, cart in enumerate(carts):
            connection.execute(CART, [cart])
            connection.cursor().executemany(LINE, [(cart, number) for number in catalogue.lines(index)])
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sys.stdin.readline()
        times, cpu = [], time.process_time()
        for cart in carts:
            start = time.perf_counter()
            buy(connection, cart, int(customer))
            times.append(time.perf_counter() - start)
        sys.stdout.write(json.dumps({"times": times, "cpu": time.process_time() - cpu}) + "\n")
        sys.stdout.flush()
        sys.stdin.readline()


main()
