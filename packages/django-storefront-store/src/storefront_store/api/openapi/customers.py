"""Operations of customers and their addresses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from storefront_store.api.openapi.operations import Example, Operation, View, crud, one, rows

OWN: Final = one("storefront_store.api.serializers.OwnCustomerSerializer")
HISTORY: Final = rows("order_event", "storefront_store.api.pagination.NumberedPagination")
ADDRESS: Final = Example(
    "Address", {"name": "Ann Smith", "street": "1 Mill Lane", "zip": "10115", "city": "Berlin", "country": "DE"}
)

CUSTOMERS: Final[Mapping[str, Operation]] = {
    **crud("customers", "customer", "customer", change=one("customer", drop=("user_id",), as_name="CustomerChange")),
    "destroy": Operation(
        "customers_delete",
        "Delete a customer",
        {204: None},
        description="One with orders is kept.",
        codes={409: ("protected",)},
    ),
    "me.get": Operation("customers_me", "Show oneself as a customer", {200: OWN}),
    "me.put": Operation("customers_me_replace", "Replace what is known of oneself", {200: OWN}, OWN),
    "me.patch": Operation("customers_me_update", "Change what is known of oneself", {200: OWN}, OWN),
    "history": Operation("customers_history", "List what happened to a customer's orders", {200: HISTORY}),
}


def _addresses(name: str, of: str) -> dict[str, Operation]:
    """Return the operations of addresses."""
    operations = crud(name, f"address{of}", "address", nouns=f"addresses{of}", article="an")
    create: dict[str, Any] = {**vars(operations["create"]), "examples": (ADDRESS,)}
    return {**operations, "create": Operation(**create)}


VIEWS: Final[Mapping[str, View]] = {
    "storefront_store.api.views.CustomerViewSet": View("Customers", "Customer", CUSTOMERS),
    "storefront_store.api.views.AddressViewSet": View(
        "Addresses", "storefront_store.Address", _addresses("addresses", " of one's own")
    ),
    "storefront_store.api.views.CustomerAddressViewSet": View(
        "Customers", "storefront_store.Address", _addresses("customer_addresses", " of a customer"), rank=-1
    ),
}
