"""Use cases of the groups of staff to which permissions are assigned."""

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
    """Return the permissions that the group "Customer Service" should have but does not.

    Raises:
        NotFound: If a permission does not exist because the migrations have not run.
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
    """Create the group "Customer Service" or add its missing permissions; other permissions and members are kept.

    Returns:
        The permissions that were added.

    Raises:
        NotFound: If a permission does not exist because the migrations have not run.
    """
    missing = missing_permissions()
    group, _created = Group.objects.get_or_create(name=CUSTOMER_SERVICE)
    group.permissions.add(*missing)
    return missing
