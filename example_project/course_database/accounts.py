"""Import of users, customers and their addresses."""

from __future__ import annotations

from typing import Any, Final

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.db import models

from course_database.context import Move
from course_database.copying import Row
from course_database.values import converted, moment
from storefront_auth.accounts.identity import identity_key
from storefront_store.conf import get_model
from storefront_store.models import Address

USERS: Final = ("core_user", "auth_user")


def copy_users(move: Move) -> None:
    """Copy accounts with their passwords."""
    model: Any = get_user_model()
    names = {"username": set[str](), "email": set[str]()}
    taken = {name: _keys_of_others(move, model, name) for name in names}

    def make(row: Row) -> models.Model:
        user = model(pk=row["id"], password=row["password"])
        for name in ("first_name", "last_name", "is_active", "is_staff", "is_superuser", "date_joined"):
            setattr(user, name, converted(model, name, row[name]))
        user.last_login = moment(row["last_login"]) if row.get("last_login") else None
        user.username = _unique(move, taken["username"], row["id"], row["username"], f"{row['username']}-{row['id']}")
        user.email = _unique(move, taken["email"], row["id"], row.get("email") or "", f"{row['id']}@duplicate.invalid")
        return user

    move.copier.copy("users", model, move.source.rows(*USERS), make, same="username")


def copy_customers(move: Move) -> None:
    """Copy customers and their addresses."""
    customer = get_model("Customer")
    owners = dict(customer._base_manager.using(move.using).values_list("pk", "user_id"))

    def make(row: Row) -> models.Model:
        if row["id"] not in owners:
            user_id = row["user_id"] if "user_id" in row else _account_of(move, row, set(owners.values()))
            owners[row["id"]] = user_id
        birth_date = converted(customer, "birth_date", row.get("birth_date"))
        membership = row.get("membership")
        return customer(
            pk=row["id"],
            user_id=owners[row["id"]],
            phone=converted(customer, "phone", row.get("phone") or ""),
            birth_date=birth_date,
            membership=membership if membership in {"B", "S", "G"} else "B",
        )

    kept = move.copier.copy("customers", customer, move.source.rows("store_customer"), make, same="pk")

    def address(row: Row) -> models.Model | None:
        if row["customer_id"] not in kept:
            move.report.lost["addresses without a customer"] += 1
            return None
        codes = {**row, "zip": row.first("zip", "zip_code", "zipcode", "postal_code")}
        values = {name: converted(Address, name, codes.get(name) or "") for name in ("street", "city", "zip")}
        # In projects with one address for each customer, the customer's key is the address's key.
        return Address(pk=row.get("id", row["customer_id"]), customer_id=row["customer_id"], **values)

    move.copier.copy("addresses", Address, move.source.rows("store_address"), address, same="customer_id")


def _keys_of_others(move: Move, model: Any, name: str) -> dict[str, Any]:
    """Return the keys of the existing accounts, by the digests of their names or addresses."""
    rows = model._base_manager.using(move.using).values_list("pk", name)
    return {identity_key(text): key for key, text in rows}


def _unique(move: Move, taken: dict[str, Any], key: Any, text: str, instead: str) -> str:
    """Return a name or an address, or another one if a different account uses it, and store its owner in ``taken``."""
    owner = taken.get(identity_key(text))
    if not text or owner not in (None, key):
        if owner != key:
            move.report.changed["names and addresses that are empty or differ from another only in case"] += 1
        text = instead
    taken[identity_key(text)] = key
    return text


def _account_of(move: Move, row: Row, taken: set[Any]) -> Any:
    """Return the key of an account for a customer from a version of the course in which customers had none.

    Args:
        move: The import.
        row: The customer.
        taken: The keys of the accounts that other customers have.

    Returns:
        The key of the account with the customer's email address, or of a new one without a password.
    """
    model: Any = get_user_model()
    email = row.first("email", default=f"customer-{row['id']}@duplicate.invalid")
    users = model._base_manager.using(move.using)
    known = users.filter(email_key=identity_key(email)).values_list("pk", flat=True).first()
    if known is not None and known not in taken:
        return known
    if known is not None:
        move.report.changed["customers whose email address another customer has, who have a new account now"] += 1
        email = f"customer-{row['id']}@duplicate.invalid"
    else:
        move.report.changed["customers without an account, who can reset the password of a new one"] += 1
    names = {name: converted(model, name, row.first(name, default="")) for name in ("first_name", "last_name")}
    user = model(username=f"customer-{row['id']}", email=email, password=make_password(None), **names)
    users.bulk_create([user])
    return users.get(username=user.username).pk
