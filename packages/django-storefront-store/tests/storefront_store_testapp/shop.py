"""What tests of the admin and of the commands need: orders, pictures, and members of staff with some permissions."""

from __future__ import annotations

import io
from itertools import count
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from PIL import Image

from storefront_store.conf import get_model
from storefront_store.services.checkout import checkout

numbers = count(1)
LABELS = ["auth", "storefront_store", "storefront_store_payments", "storefront_store_shipping"]


def place_order(user: Any, *lines: tuple[Any, int]) -> Any:
    """Check out a cart with ``lines`` of product and quantity."""
    cart, item = get_model("Cart").objects.create(), get_model("CartItem")
    item.objects.bulk_create(item(cart=cart, product=product, quantity=number) for product, number in lines)
    return checkout(user=user, cart_id=cart.pk)


def post_order(client: Any, cart: Any, **body: Any) -> Any:
    """Check out a cart by the API."""
    return client.post("/store/orders/", {"cart_id": str(cart.pk), **body})


def stock(*products: Any) -> list[int]:
    """Return the inventories that the products have in the database now."""
    return [type(product)._base_manager.get(pk=product.pk).inventory for product in products]


def staff_with(*codenames: str) -> Any:
    """Make a member of staff who holds exactly the permissions named."""
    user = get_user_model()._default_manager.create_user(username=f"staff{next(numbers)}", is_staff=True)
    found = Permission.objects.filter(codename__in=codenames, content_type__app_label__in=LABELS)
    assert {permission.codename for permission in found} == set(codenames)
    user.user_permissions.set(found)
    return user


def client_of(user: Any) -> Client:
    """A browser in which ``user`` is signed in. Exceptions in views become 500s."""
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


def picture(name: str = "picture.png", size: tuple[int, int] = (40, 30), kind: str = "PNG") -> SimpleUploadedFile:
    """An upload that is what it says."""
    data = io.BytesIO()
    Image.new("RGB", size, "teal").save(data, kind)
    return SimpleUploadedFile(name, data.getvalue(), content_type="image/png")


def messages_of(response: Any) -> list[tuple[str, str]]:
    """The messages that the page shows, as pairs of level and text."""
    return [(message.level_tag, message.message) for message in response.context["messages"]]


def form_of(response: Any) -> dict[str, Any]:
    """The values that a browser would post for the change form or the list as it stands."""
    data: dict[str, Any] = {}
    forms = []
    if "adminform" in response.context:
        forms.append(response.context["adminform"].form)
        formsets = [inline.formset for inline in response.context["inline_admin_formsets"]]
    else:
        formsets = [response.context["cl"].formset]
    for formset in formsets:
        forms += [formset.management_form, *formset.forms]
    for form in forms:
        for bound in form:
            value = bound.value()
            if value is None or value is False or hasattr(value, "url"):
                continue
            data[bound.html_name] = value
            if bound.field.show_hidden_initial:
                data[bound.html_initial_name] = value
    return data


def save_form(client: Client, path: str, **changes: Any) -> Any:
    """Post the form at ``path`` as a browser would, with some of its values changed."""
    return client.post(path, form_of(client.get(path)) | changes)


def act(client: Client, path: str, action: str, *objects: Any, **extra: Any) -> Any:
    """Run an action on rows of the list at ``path``, and return the page that follows."""
    data = {"action": action, "_selected_action": [obj.pk for obj in objects], **extra}
    return client.post(path, data, follow=True)


def run_command(*arguments: str) -> str:
    """Run a command as from a shell, and return what it prints."""
    out = io.StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()
