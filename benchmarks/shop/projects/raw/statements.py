"""One statement for each answer, which the database makes as JSON.

They know what the catalogue of the measurement has, and leave out what it hasn't: promotions, variants, likes. That is
what makes them a bound and no shop.
"""

from __future__ import annotations

from typing import Final

PRODUCT: Final = """
    json_build_object(
        'id', p.id, 'title', p.title, 'description', p.description, 'slug', p.slug, 'sku', p.sku,
        'inventory', p.inventory, 'unit_price', p.unit_price, 'effective_price', p.unit_price,
        'price_with_tax', round(p.unit_price * 1.1, 2), 'collection', p.collection_id, 'group', p.group_id,
        'options', p.options, 'is_active', p.is_active,
        'last_update', to_char(p.last_update AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        'rating', json_build_object('average', p.rating_average, 'count', p.rating_count),
        'images', coalesce((
            SELECT json_agg(json_build_object('id', i.id, 'image', %(media)s || i.image, 'alt_text', i.alt_text)
                            ORDER BY i.id)
            FROM storefront_store_productimage i WHERE i.product_id = p.id
        ), '[]'::json),
        'tags', '[]'::json, 'likes_count', 0, 'is_liked', false, 'group_offer', NULL
    )"""

SIMPLE_PRODUCT: Final = """
    json_build_object(
        'id', p.id, 'title', p.title, 'unit_price', p.unit_price, 'effective_price', p.unit_price,
        'image', (SELECT json_build_object('id', i.id, 'image', %(media)s || i.image, 'alt_text', i.alt_text)
                  FROM storefront_store_productimage i WHERE i.product_id = p.id ORDER BY i.id LIMIT 1)
    )"""


def _page(condition: str, order: str) -> str:
    return f"""
    SELECT json_build_object('results', coalesce(json_agg({PRODUCT} ORDER BY {order}), '[]'::json))::text
    FROM (SELECT * FROM storefront_store_product p WHERE {condition} ORDER BY {order} LIMIT 10) p"""


LIST: Final = _page("p.is_active", "p.title_key, p.id")
AFTER: Final = _page("p.is_active AND (p.title_key, p.id) > (%(title)s, %(id)s)", "p.title_key, p.id")
FILTER: Final = _page(
    "p.is_active AND p.collection_id = %(collection)s AND p.unit_price BETWEEN %(low)s AND %(high)s",
    "p.unit_price, p.id",
)
DETAIL: Final = f"""
    SELECT (({PRODUCT})::jsonb || '{{"varies_by": [], "variants": []}}')::text
    FROM storefront_store_product p WHERE p.is_active AND p.id = %(id)s"""
CART: Final = f"""
    SELECT json_build_object(
        'id', %(id)s, 'total_price', sum(p.unit_price * l.quantity),
        'items', json_agg(json_build_object(
            'id', l.id, 'product', {SIMPLE_PRODUCT}, 'quantity', l.quantity,
            'total_price', p.unit_price * l.quantity
        ) ORDER BY l.id)
    )::text
    FROM storefront_store_cartitem l JOIN storefront_store_product p ON p.id = l.product_id
    WHERE l.cart_id = %(id)s::uuid"""
ORDERS: Final = f"""
    SELECT json_agg(json_build_object(
        'id', o.id, 'customer', o.customer_id, 'email', o.email, 'placed_at', o.placed_at,
        'payment_status', o.payment_status, 'currency', o.currency, 'subtotal', o.subtotal, 'tax', o.tax,
        'total', o.total, 'shipping_address', o.shipping_address, 'billing_address', o.billing_address,
        'items', (
            SELECT json_agg(json_build_object(
                'id', l.id, 'product', {SIMPLE_PRODUCT}, 'title', l.title, 'unit_price', l.unit_price,
                'quantity', l.quantity, 'tax_rate', l.tax_rate, 'tax', l.tax
            ) ORDER BY l.id)
            FROM storefront_store_orderitem l JOIN storefront_store_product p ON p.id = l.product_id
            WHERE l.order_id = o.id
        )
    ) ORDER BY o.placed_at DESC, o.id DESC)::text
    FROM storefront_store_order o WHERE o.customer_id = %(id)s"""
REVIEWS: Final = """
    SELECT json_agg(json_build_object(
        'id', r.id, 'date', r.date, 'name', r.name, 'description', r.description, 'rating', r.rating, 'author', NULL,
        'is_mine', false
    ) ORDER BY r.id DESC)::text
    FROM storefront_store_review r WHERE r.product_id = %(id)s AND NOT r.is_hidden"""
COLLECTIONS: Final = """
    SELECT json_agg(json_build_object('id', c.id, 'title', c.title, 'products_count', c.active_products)
                    ORDER BY c.title_key, c.id)::text
    FROM storefront_store_collection c"""
