"""Creation of course databases, for the tests of the import."""

from __future__ import annotations

import sqlite3
from pathlib import Path

TABLES = """
CREATE TABLE core_user (id integer PRIMARY KEY, password varchar(128), last_login datetime, is_superuser bool,
    username varchar(150), first_name varchar(150), last_name varchar(150), is_staff bool, is_active bool,
    date_joined datetime, email varchar(254));
CREATE TABLE core_user_groups (id integer PRIMARY KEY, user_id integer, group_id integer);
CREATE TABLE store_collection (id integer PRIMARY KEY, title varchar(255), featured_product_id integer);
CREATE TABLE store_promotion (id integer PRIMARY KEY, description varchar(255), discount real);
CREATE TABLE store_product (id integer PRIMARY KEY, title varchar(255), slug varchar(50), description text,
    unit_price decimal, inventory integer, last_update datetime, collection_id integer);
CREATE TABLE store_product_promotions (id integer PRIMARY KEY, product_id integer, promotion_id integer);
CREATE TABLE store_productimage (id integer PRIMARY KEY, image varchar(100), product_id integer);
CREATE TABLE store_review (id integer PRIMARY KEY, name varchar(255), description text, date date, product_id integer);
CREATE TABLE store_customer (id integer PRIMARY KEY, phone varchar(255), birth_date date, membership varchar(1),
    user_id integer);
CREATE TABLE store_address (id integer PRIMARY KEY, street varchar(255), city varchar(255), customer_id integer);
CREATE TABLE store_cart (id char(32) PRIMARY KEY, created_at datetime);
CREATE TABLE store_cartitem (id integer PRIMARY KEY, quantity integer, cart_id char(32), product_id integer);
CREATE TABLE store_order (id integer PRIMARY KEY, placed_at datetime, payment_status varchar(1), customer_id integer);
CREATE TABLE store_orderitem (id integer PRIMARY KEY, quantity integer, unit_price decimal, order_id integer,
    product_id integer);
CREATE TABLE django_content_type (id integer PRIMARY KEY, app_label varchar(100), model varchar(100));
CREATE TABLE tags_tag (id integer PRIMARY KEY, label varchar(255));
CREATE TABLE tags_taggeditem (id integer PRIMARY KEY, object_id integer, content_type_id integer, tag_id integer);
CREATE TABLE likes_likeditem (id integer PRIMARY KEY, object_id integer, content_type_id integer, user_id integer);
"""

ROWS = """
INSERT INTO store_collection VALUES (1, 'Flowers', NULL), (2, 'Pets', 12);
INSERT INTO store_promotion VALUES (1, 'Spring', 0.25), (2, 'Summer', 20), (3, 'Nothing', 0);
INSERT INTO store_product VALUES
    (11, 'Rose', '-', 'Red', 4.5, 11, '2020-09-11 10:00:00', 1),
    (12, 'Bowl', 'bowl', NULL, 84.64, 40, '2020-07-07 00:00:00', 2),
    (13, 'Broken', '-', '', 0, -3, '2020-07-07 00:00:00', 2);
INSERT INTO store_product_promotions VALUES (1, 11, 1), (2, 12, 1), (3, 12, 2);
INSERT INTO store_productimage VALUES (5, 'store/images/rose.png', 11), (6, 'store/images/none.png', 11);
INSERT INTO store_review VALUES (3, 'Ada', 'Smells well.', '2021-02-03', 11);
INSERT INTO store_customer VALUES (21, '123', '1980-01-02', 'G', 1), (22, '', NULL, 'B', 2);
INSERT INTO store_address VALUES (1, '1 Main St', 'Springfield', 21);
INSERT INTO store_cart VALUES ('0123456789ab4def8123456789abcdef', '2022-01-01 00:00:00');
INSERT INTO store_cartitem VALUES (1, 2, '0123456789ab4def8123456789abcdef', 11),
    (2, 3, '0123456789ab4def8123456789abcdef', 11);
INSERT INTO store_order VALUES (31, '2022-03-04 05:06:07', 'C', 21), (32, '2022-03-05 00:00:00', 'P', 22);
INSERT INTO store_orderitem VALUES (1, 2, 4.5, 31, 11), (2, 1, 80.1, 31, 12), (3, 1, 84.64, 32, 12);
INSERT INTO django_content_type VALUES (7, 'store', 'product'), (8, 'store', 'collection');
INSERT INTO tags_tag VALUES (1, 'Red'), (2, 'red');
INSERT INTO tags_taggeditem VALUES (1, 11, 7, 1), (2, 11, 7, 2), (3, 12, 7, 1), (4, 1, 8, 1);
INSERT INTO likes_likeditem VALUES (1, 11, 7, 1), (2, 12, 7, 1), (3, 11, 7, 2);
"""


def make_source(path: Path, passwords: dict[str, str], *, more: str = "") -> str:
    """Create the database of a small shop and return its URL.

    Args:
        path: The file to create.
        passwords: Hashed passwords by user name; the first user is staff.
        more: SQL statements that change it.
    """
    with sqlite3.connect(path) as connection:
        connection.executescript(TABLES + ROWS)
        for key, (name, password) in enumerate(passwords.items(), start=1):
            connection.execute(
                "INSERT INTO core_user VALUES (?, ?, NULL, 0, ?, 'First', 'Last', ?, 1, '2021-01-01 00:00:00', ?)",
                (key, password, name, key == 1, f"{name}@example.com"),
            )
        connection.executescript(more)
    connection.close()
    return f"sqlite:///{path}"
