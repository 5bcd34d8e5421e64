"""Groups of staff: permissions belong to them rather than to single people."""

from __future__ import annotations

from typing import Final

from django.contrib.auth.models import Group, Permission
from django.db.models import Q

from storefront_store.conf import get_model
from storefront_store.exceptions import NotFound
from storefront_store.services.transactions import use_case

CUSTOMER_SERVICE: Final = "Customer Service"
ACTIONS: Final = ("add", "change", "delete", "view")


def missing_permissions() -> list[Permission]:
    """Return those permissions that the group "Customer Service" should have and has not.

    Raises:
        NotFound: If a permission does not exist, because the tables are not there yet.
    """
    customer, order = get_model("Customer")._meta, get_model("Order")._meta
    wanted = [(opts, f"{action}_{opts.model_name}") for opts in (customer, order) for action in ACTIONS]
    wanted.append((customer, "view_history"))
    named = Q()
    for opts, codename in wanted:
        named |= Q(content_type__app_label=opts.app_label, content_type__model=opts.model_name, codename=codename)
    found = list(Permission.objects.filter(named).select_related("content_type"))
    if len(found) < len(wanted):
        raise NotFound("Some permissions do not exist yet.")
    held = set(Permission.objects.filter(group__name=CUSTOMER_SERVICE).values_list("pk", flat=True))
    return [permission for permission in found if permission.pk not in held]


@use_case
def create_groups() -> list[Permission]:
    """Make the group "Customer Service"; what else it may do, and who is in it, stays.

    Returns:
        The permissions that it had not.

    Raises:
        NotFound: If a permission does not exist, because the tables are not there yet.
    """
    missing = missing_permissions()
    group, _created = Group.objects.get_or_create(name=CUSTOMER_SERVICE)
    group.permissions.add(*missing)
    return missing
