"""What can be asked of the store's rows. Models are reached through ``self.model`` and relation names only,
so every method works for a host's own models too."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Self

from django.db import models
from django.db.models import (
    Avg,
    Count,
    DecimalField,
    Exists,
    ExpressionWrapper,
    F,
    Max,
    OuterRef,
    Prefetch,
    Q,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce, Concat, Trim
from django.utils import timezone

from storefront_store.conf import app_settings
from storefront_store.text import searchable

MONEY: DecimalField[Any, Any] = DecimalField(max_digits=19, decimal_places=2)


def _related(model: type[models.Model], name: str) -> Any:
    """Return the model at the other end of the relation ``name``."""
    return model._meta.get_field(name).related_model


def _in_order(queryset: Any) -> Any:
    """Say the model's own order out loud: Django forgets it where rows are grouped."""
    return queryset if queryset.query.order_by else queryset.order_by(*queryset.model._meta.ordering)


class SearchableQuerySet(models.QuerySet[Any]):
    """Keeps ``search_text`` right in bulk writes, as ``save()`` does for single ones."""

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        """Insert many rows, search text included."""
        objs = list(objs)
        for obj in objs:
            obj.set_search_text()
        return super().bulk_create(objs, *args, **kwargs)

    def bulk_update(self, objs: Iterable[Any], fields: Iterable[str], *args: Any, **kwargs: Any) -> int:
        """Update many rows; touching a searched field updates the search text as well."""
        objs, names = list(objs), set(fields)
        if names & set(self.model.SEARCHED_FIELDS):
            names.add("search_text")
            for obj in objs:
                obj.set_search_text()
        return super().bulk_update(objs, sorted(names), *args, **kwargs)

    def refresh_search_text(self, *, batch_size: int = 1000, dry_run: bool = False) -> int:
        """Mend the search text of rows that raw SQL or ``update()`` left behind.

        Args:
            batch_size: Rows read and written at a time.
            dry_run: Count only.

        Returns:
            How many rows were wrong.
        """
        wrong = 0
        last: Any = None
        while True:
            batch = list((self.filter(pk__gt=last) if last is not None else self).order_by("pk")[:batch_size])
            if not batch:
                return wrong
            last = batch[-1].pk
            stale = [obj for obj in batch if obj.search_text != obj.make_search_text()]
            wrong += len(stale)
            if stale and not dry_run:
                self.model._base_manager.all().bulk_update(_with_search_text(stale), ["search_text"])


def _with_search_text(objs: Sequence[Any]) -> Sequence[Any]:
    for obj in objs:
        obj.set_search_text()
    return objs


class PromotionQuerySet(models.QuerySet[Any]):
    """Promotions."""

    def in_force(self, at: datetime | None = None) -> Self:
        """Those that count at the moment ``at`` (now, if not given)."""
        at = at or timezone.now()
        return self.filter(
            Q(starts_at__isnull=True) | Q(starts_at__lte=at),
            Q(ends_at__isnull=True) | Q(ends_at__gt=at),
        )


class CollectionQuerySet(SearchableQuerySet):
    """Collections."""

    def with_products_count(self) -> Self:
        """Add ``products_count``, the number of active products; 0 for an empty collection."""
        return _in_order(self.annotate(products_count=Count("products", filter=Q(products__is_active=True))))

    def without_featured_product(self) -> Self:
        """Those that feature nothing."""
        return self.filter(featured_product__isnull=True)


class ProductQuerySet(SearchableQuerySet):
    """Products."""

    def active(self) -> Self:
        """Those on sale."""
        return self.filter(is_active=True)

    def visible_to(self, user: Any) -> Self:
        """Those that ``user`` may see: all for staff, the active ones for anybody else."""
        return self.all() if getattr(user, "is_staff", False) else self.active()

    def in_stock(self) -> Self:
        """Those of which something is left."""
        return self.filter(inventory__gt=0)

    def out_of_stock(self) -> Self:
        """Those of which nothing is left."""
        return self.filter(inventory__lte=0)

    def low_stock(self) -> Self:
        """Those with fewer units than the setting ``LOW_STOCK``."""
        return self.filter(inventory__lt=app_settings.LOW_STOCK)

    def on_promotion(self, at: datetime | None = None) -> Self:
        """Those with a promotion in force at the moment ``at``."""
        return self.filter(Exists(self._promotions(at)))

    def with_best_discount(self, at: datetime | None = None) -> Self:
        """Add ``best_discount``, the highest percentage in force at the moment ``at``, or None."""
        best = self._promotions(at).order_by("-discount").values("discount")[:1]
        return self.annotate(best_discount=Subquery(best))

    def _promotions(self, at: datetime | None) -> Any:
        promotion = _related(self.model, "promotions")
        return promotion._default_manager.in_force(at).filter(products=OuterRef("pk"))

    def with_rating(self) -> Self:
        """Add ``rating_average`` (None without ratings) and ``rating_count``, hidden reviews left out."""
        review = _related(self.model, "reviews")
        rated = (
            review._default_manager.filter(product=OuterRef("pk"), rating__isnull=False, is_hidden=False)
            .order_by()
            .values("product")
        )
        return self.annotate(
            rating_average=Subquery(rated.annotate(value=Avg("rating")).values("value")),
            rating_count=Coalesce(Subquery(rated.annotate(value=Count("pk")).values("value")), 0),
        )

    def search(self, text: str) -> Self:
        """Those in which every word of ``text`` occurs: in title or description, or in the collection's title.

        Collections are few, so the matching ones are looked up first; that leaves a condition which an index
        on the search text can serve.
        """
        words = searchable(text).split()
        if not words:
            return self.all()
        collection = _related(self.model, "collection")
        any_word = Q()
        for word in words:
            any_word |= Q(search_text__contains=word)
        collections = list(collection._default_manager.filter(any_word).values_list("pk", "search_text"))
        found = self.all()
        for word in words:
            condition = Q(search_text__contains=word)
            matching = [pk for pk, title in collections if word in title]
            if matching:
                condition |= Q(collection__in=matching)
            found = found.filter(condition)
        return found

    def ever_ordered(self) -> Self:
        """Those that occur in an order."""
        return self.filter(Exists(self._sold_lines()))

    def never_ordered(self) -> Self:
        """Those that nobody has ordered yet."""
        return self.filter(~Exists(self._sold_lines()))

    def _sold_lines(self) -> Any:
        return _related(self.model, "orderitems")._default_manager.filter(product=OuterRef("pk"))

    def with_sales(self) -> Self:
        """Add ``units_sold`` and ``total_sales`` (money) over orders that were not cancelled."""
        kept = Q(orderitems__order__cancelled_at__isnull=True)
        counted = self.annotate(
            units_sold=Coalesce(Sum("orderitems__quantity", filter=kept), 0),
            total_sales=Coalesce(
                Sum(F("orderitems__quantity") * F("orderitems__unit_price"), filter=kept, output_field=MONEY),
                Value(Decimal(0)),
                output_field=MONEY,
            ),
        )
        return _in_order(counted)

    def best_sellers(self, limit: int = 5) -> Self:
        """The ``limit`` products that earned most."""
        return self.with_sales().filter(units_sold__gt=0).order_by("-total_sales", "pk")[:limit]

    def with_discounted_price(self, percent: Decimal) -> Self:
        """Add ``discounted_price``: the list price less ``percent`` percent."""
        factor = Value(
            (Decimal(100) - percent) / Decimal(100), output_field=DecimalField(max_digits=7, decimal_places=4)
        )
        return self.annotate(discounted_price=ExpressionWrapper(F("unit_price") * factor, output_field=MONEY))


class CustomerQuerySet(models.QuerySet[Any]):
    """Customers."""

    def with_full_name(self) -> Self:
        """Add ``full_name`` from the user's first and last name; empty where the user model has none."""
        names = [part for name in self.model.user_names() for part in (Value(" "), F(f"user__{name}"))]
        return self.annotate(full_name=Trim(Concat(Value(""), Value(""), *names)))

    def with_orders_count(self) -> Self:
        """Add ``orders_count``."""
        return _in_order(self.annotate(orders_count=Count("orders")))

    def with_last_order(self) -> Self:
        """Add ``last_order_id``, or None."""
        return _in_order(self.annotate(last_order_id=Max("orders__pk")))

    def with_total_spent(self) -> Self:
        """Add ``total_spent`` over orders that were not cancelled."""
        kept = Q(orders__cancelled_at__isnull=True)
        spent = Coalesce(Sum("orders__total", filter=kept), Value(Decimal(0)), output_field=MONEY)
        return _in_order(self.annotate(total_spent=spent))

    def with_more_orders_than(self, number: int) -> Self:
        """Those with more than ``number`` orders."""
        return self.with_orders_count().filter(orders_count__gt=number)

    def never_ordered(self) -> Self:
        """Those without an order."""
        return self.filter(orders__isnull=True)


class CartQuerySet(models.QuerySet[Any]):
    """Carts."""

    def with_lines(self) -> Self:
        """Bring the lines and their products along: two queries, however many there are."""
        item = _related(self.model, "items")
        return self.prefetch_related(
            Prefetch("items", queryset=item._default_manager.select_related("product").order_by("pk"))
        )

    def untouched_since(self, moment: datetime) -> Self:
        """Those last changed before ``moment``."""
        return self.filter(updated_at__lt=moment)


class OrderQuerySet(models.QuerySet[Any]):
    """Orders."""

    def with_lines(self) -> Self:
        """Bring the lines and their products along: two queries, however many there are."""
        item = _related(self.model, "items")
        return self.prefetch_related(
            Prefetch("items", queryset=item._default_manager.select_related("product").order_by("pk"))
        )

    def visible_to(self, user: Any) -> Self:
        """Those that ``user`` may see: all for staff, the own ones for anybody else."""
        return self.all() if user.is_staff else self.filter(customer__user=user)

    def kept(self) -> Self:
        """Those that were not cancelled."""
        return self.filter(cancelled_at__isnull=True)

    def cancelled(self) -> Self:
        """Those that were cancelled."""
        return self.filter(cancelled_at__isnull=False)

    def revenue(self) -> Decimal:
        """The sum of all totals of orders that are not cancelled, and whose payment neither failed nor was refunded."""
        total = self.kept().exclude(payment_status__in=["F", "R"]).aggregate(total=Sum("total"))["total"]
        return total if total is not None else Decimal(0)


class CatalogueVersionManager(models.Manager[Any]):
    """The one row that tells whether the catalogue has changed."""

    ROW = 1

    def current(self) -> int:
        """Return the version; 0 before the first change."""
        return self.filter(pk=self.ROW).values_list("version", flat=True).first() or 0

    def bump(self) -> None:
        """Say that the catalogue has changed. Belongs into the transaction that changed it."""
        if not self.filter(pk=self.ROW).update(version=F("version") + 1):
            self.bulk_create([self.model(pk=self.ROW, version=0)], ignore_conflicts=True)
            self.filter(pk=self.ROW).update(version=F("version") + 1)

    def lock(self) -> None:
        """Make other seeds and imports wait until this transaction ends, so that they see what it has added."""
        self.bulk_create([self.model(pk=self.ROW, version=0)], ignore_conflicts=True)
        self.select_for_update().get(pk=self.ROW)
