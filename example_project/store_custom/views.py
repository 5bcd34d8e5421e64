"""The landing page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.views.decorators.http import require_safe

from store_custom import caching
from store_custom.services.letters import current_language
from storefront_store.conf import app_settings, get_model
from storefront_store.pricing import Price, PriceBook

SHOWN_PRODUCTS: Final = 12
SHOWN_COLLECTIONS: Final = 14


@dataclass(frozen=True, slots=True)
class Card:
    """A product on the page."""

    product: Any
    price: Price

    @property
    def picture(self) -> Any:
        """The first image, or ``None``."""
        return next(iter(self.product.images.all()), None)


def shop_window() -> list[Card]:
    """Return the products to show: the featured products of collections, then the newest products."""
    book = PriceBook()
    on_sale = book.annotate(get_model("Product").objects.active().select_related("collection"))
    on_sale = on_sale.prefetch_related("images")
    featured = get_model("Collection").objects.filter(featured_product__isnull=False).values("featured_product")
    products = list(on_sale.filter(pk__in=featured).order_by("collection__title", "pk")[:SHOWN_PRODUCTS])
    if len(products) < SHOWN_PRODUCTS:
        shown = [product.pk for product in products]
        products += on_sale.exclude(pk__in=shown).order_by("-last_update", "-pk")[: SHOWN_PRODUCTS - len(products)]
    book.load(products)
    return [Card(product, book.price(product)) for product in products]


def page() -> str:
    """Return the landing page."""
    context = {
        "cards": shop_window(),
        "collections": get_model("Collection").objects.order_by("title", "pk")[:SHOWN_COLLECTIONS],
        "currency": app_settings.CURRENCY,
        "shop_url": settings.FRONTEND_URL,
    }
    return render_to_string("store_custom/home.html", context)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show some products, and links to the API, the documentation and the admin."""
    language = current_language()
    with translation.override(language):
        return HttpResponse(caching.remembered(f"home:{language}", caching.catalogue_version(), page))
