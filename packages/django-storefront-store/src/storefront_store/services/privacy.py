"""Export and erasure of personal data.

Orders are kept when the user is deleted, because accounting requires it. Personal data is erased:

===========================  ==========================================================================
data                         treatment
===========================  ==========================================================================
customer without orders      deleted with its addresses
customer with orders         kept without phone, birth date and addresses
orders                       kept without e-mail address, note and addresses
reviews                      kept under the name "Deleted user", without author
history of orders            kept with the key of the user, without the name
stored responses             deleted
===========================  ==========================================================================

Apps that store more data should connect to ``personal_data_requested`` and ``personal_data_erased``.
"""

from __future__ import annotations

from typing import Any, Final

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import CharField, Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Cast
from django.forms.models import model_to_dict

from storefront_store.conf import get_model
from storefront_store.internals import defers_constraints
from storefront_store.models import AbstractCustomer, Address, OrderEvent, Review
from storefront_store.services.transactions import stay_in, use_case, using
from storefront_store.signals import personal_data_erased, personal_data_requested

ERASED_NAME: Final = "Deleted user"
EMPTY_CUSTOMER: Final[dict[str, str | None]] = {"phone": "", "birth_date": None}
EMPTY_ORDER: Final[dict[str, str | None]] = {"email": "", "note": "", "shipping_address": None, "billing_address": None}


def personal_data(user: AbstractBaseUser, *, alias: str | None = None) -> dict[str, object]:
    """Return the personal data of a user, as values that ``DjangoJSONEncoder`` can serialize.

    Args:
        user: The user.
        alias: The database to read; defaults to the one from which the user was read.

    Returns:
        A dictionary with ``customer``, ``addresses``, ``orders``, ``reviews`` and ``history``, and the entries added by
        receivers of ``personal_data_requested``.
    """
    alias = alias or user._state.db or using()
    customers = get_model("Customer")._base_manager.using(alias).filter(user=user.pk)
    orders = get_model("Order")._base_manager.using(alias).filter(customer__in=customers.values("pk"))
    customer = customers.first()
    data: dict[str, Any] = {
        "customer": None if customer is None else _values(customer),
        "addresses": [_values(each) for each in Address.objects.using(alias).filter(customer=customer)],
        "orders": [
            {**_values(order), "items": [_values(item) for item in order.items.all()]}
            for order in orders.order_by("pk").prefetch_related("items")
        ],
        "reviews": [_values(each) for each in Review.objects.using(alias).filter(author=user.pk)],
        "history": [_values(each) for each in OrderEvent.objects.using(alias).filter(actor_id=str(user.pk))],
    }
    personal_data_requested.send(sender=type(user), user=user, using=alias, data=data)
    return data


def _values(row: Any) -> dict[str, Any]:
    names = [field.name for field in row._meta.concrete_fields]
    values = model_to_dict(row, fields=names)
    # model_to_dict() leaves out fields that are not editable, such as the time of an order.
    return {name: values.get(name, getattr(row, row._meta.get_field(name).attname)) for name in names}


def release(users: QuerySet[AbstractBaseUser]) -> None:
    """Erase the personal data of users about to be deleted; must be called in the transaction that deletes them.

    The number of statements does not depend on the number of users. Users and customers are locked first, so that no
    order can be placed in between.

    Args:
        users: A queryset of the user model, on the database from which they are deleted.
    """
    with stay_in(users.db):
        _release(users)


def _release(users: QuerySet[Any]) -> None:
    alias = users.db
    numbers = _lock_people(users)
    people = get_user_model()._base_manager.using(alias).filter(pk__in=numbers)
    # Query again, because a statement that waited for a lock may have read other tables in an earlier state.
    parts = {
        "reviews": _reviews(alias),
        "events": _events(alias),
        "orders": _orders(alias),
        "addresses": _addresses(alias),
    }
    flags = {f"has_{name}": Exists(part) for name, part in parts.items()}
    rows = list(
        people.annotate(**flags, owned=Subquery(_customers(alias).values("pk")[:1])).values("pk", "owned", *flags)
    )
    if any(row["has_reviews"] for row in rows):
        Review.objects.using(alias).filter(author__in=numbers).update(name=ERASED_NAME)
    if any(row["has_events"] for row in rows):
        actors = [str(number) for number in numbers]
        OrderEvent.objects.using(alias).filter(actor_id__in=actors).update(actor_name="")
    _erase([row["owned"] for row in rows if row["has_orders"]], addresses=any(row["has_addresses"] for row in rows))
    idle = [row["owned"] for row in rows if row["owned"] is not None and not row["has_orders"]]
    if idle:
        get_model("Customer")._base_manager.using(alias).filter(pk__in=idle).delete()
    _tell(alias, users=numbers, customers=[row["owned"] for row in rows if row["owned"] is not None])


def _lock_people(users: QuerySet[Any]) -> list[Any]:
    """Lock users and their customers in the same order as a checkout, and return the keys of the users.

    A checkout writes a reference to the user before it locks the customer. If constraints are deferred, the reference
    locks the user when the checkout commits, which is after the customer.
    """
    alias = users.db
    keys = users.order_by().values("pk")
    locking = [
        get_user_model()._base_manager.using(alias).filter(pk__in=keys),
        get_model("Customer")._base_manager.using(alias).filter(user__in=keys),
    ]
    if defers_constraints(alias):
        locking.reverse()
    locked = {
        rows.model: list(rows.order_by("pk").select_for_update().values_list("pk", flat=True)) for rows in locking
    }
    return locked[get_user_model()]


@use_case
def erase_customer(customer: AbstractCustomer) -> None:
    """Erase the personal data of a customer and its orders, such as on request of a guest.

    Args:
        customer: The customer, who is kept along with the orders.
    """
    alias = using()
    list(
        get_model("Customer")
        ._base_manager.using(alias)
        .filter(pk=customer.pk)
        .order_by()
        .select_for_update()
        .values("pk")
    )
    _erase([customer.pk], addresses=True)
    _tell(alias, users=[], customers=[customer.pk])


def _tell(alias: str, *, users: list[Any], customers: list[Any]) -> None:
    personal_data_erased.send(sender=get_user_model(), users=users, customers=customers, using=alias)


def _erase(customers: list[Any], *, addresses: bool) -> None:
    if not customers:
        return
    alias = using()
    get_model("Customer")._base_manager.using(alias).filter(pk__in=customers).update(**EMPTY_CUSTOMER)
    get_model("Order")._base_manager.using(alias).filter(customer__in=customers).update(**EMPTY_ORDER)
    if addresses:
        Address.objects.using(alias).filter(customer__in=customers).delete()


def _reviews(alias: str) -> QuerySet[Any]:
    return Review.objects.using(alias).filter(author=OuterRef("pk")).order_by()


def _events(alias: str) -> QuerySet[Any]:
    number = Cast(OuterRef("pk"), CharField(max_length=255))
    return OrderEvent.objects.using(alias).filter(actor_id=number).order_by()


def _customers(alias: str) -> QuerySet[Any]:
    return get_model("Customer")._base_manager.using(alias).filter(user=OuterRef("pk")).order_by()


def _orders(alias: str) -> QuerySet[Any]:
    return get_model("Order")._base_manager.using(alias).filter(customer__user=OuterRef("pk")).order_by()


def _addresses(alias: str) -> QuerySet[Any]:
    return Address.objects.using(alias).filter(customer__user=OuterRef("pk")).order_by()
