"""Staff can do nothing through lists, actions, popups or inlines that they could not do directly."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.admin import site
from storefront_store_testapp.shop import client_of, form_of, picture, place_order, staff_with

from storefront_store.models import (
    Address,
    Cart,
    Collection,
    Customer,
    Order,
    OrderEvent,
    Product,
    ProductGroup,
    ProductImage,
    Promotion,
    Review,
)

pytestmark = pytest.mark.django_db

MODELS = [Collection, ProductGroup, Product, Promotion, Review, Customer, Order, OrderEvent, Cart]
NOT_ADDABLE = {Review, OrderEvent, Cart}
READ_ONLY = {OrderEvent, Cart}


def path_of(model: Any) -> str:
    return f"/admin/storefront_store/{model._meta.model_name}/"


@pytest.fixture
def rows(user: Any, make_product: Any, make_cart: Any) -> dict[Any, Any]:
    """One row of each model, by model."""
    product = make_product(title="Chair", inventory=10)
    order = place_order(user, (product, 1))
    return {
        Collection: Collection.objects.create(title="Empty"),
        ProductGroup: ProductGroup.objects.create(title="Shirt", slug="shirt", varies_by=["Size"]),
        Product: make_product(inventory=5),
        Promotion: Promotion.objects.create(description="Sale", discount=10),
        Review: Review.objects.create(product=product, name="Ann", description="fine"),
        Customer: Customer.objects.create(),
        Order: order,
        OrderEvent: OrderEvent.objects.get(),
        Cart: make_cart((product, 1)),
    }


def test_all_registered_models_are_covered() -> None:
    registered = {model for model in site._registry if model._meta.app_label == "storefront_store"}

    assert registered == set(MODELS)


# What each permission opens; everything else is 403.
PAGES = [
    # permission, list, change form, add form, delete question
    ("view", 200, 200, 403, 403),
    ("change", 200, 200, 403, 403),
    ("add", 403, 403, 200, 403),
    ("delete", 403, 403, 403, 200),
]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.model_name)
@pytest.mark.parametrize(("permission", "listed", "changed", "added", "deleted"), PAGES, ids=[row[0] for row in PAGES])
def test_pages_require_permission(
    rows: dict[Any, Any], model: Any, permission: str, listed: int, changed: int, added: int, deleted: int
) -> None:
    if model in NOT_ADDABLE:
        added = 403
    if model in READ_ONLY:
        deleted = 403
    if model is OrderEvent and permission == "change":
        listed = changed = 403
    client = client_of(staff_with(f"{permission}_{model._meta.model_name}"))
    path, key = path_of(model), rows[model].pk

    assert client.get(path).status_code == listed
    assert client.get(f"{path}{key}/change/").status_code == changed
    assert client.get(f"{path}add/").status_code == added
    assert client.get(f"{path}{key}/delete/").status_code == deleted


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.model_name)
def test_anonymous_and_customers_are_redirected_to_login(
    client: Any, user: Any, rows: dict[Any, Any], model: Any
) -> None:
    for visitor in (client, client_of(user)):
        for path in (path_of(model), f"{path_of(model)}{rows[model].pk}/change/"):
            answer = visitor.get(path)
            assert answer.status_code == 302
            assert answer["Location"].startswith("/admin/login/")


ACTIONS = [
    # model, action, permission that it takes
    (Product, "clear_inventory", "change_product"),
    (Product, "activate", "change_product"),
    (Product, "deactivate", "change_product"),
    (Product, "delete_selected", "delete_product"),
    (Collection, "delete_selected", "delete_collection"),
    (ProductGroup, "delete_selected", "delete_productgroup"),
    (Promotion, "delete_selected", "delete_promotion"),
    (Review, "hide", "change_review"),
    (Review, "unhide", "change_review"),
    (Review, "delete_selected", "delete_review"),
    (Customer, "delete_selected", "delete_customer"),
    (Order, "mark_paid", "change_order"),
    (Order, "mark_failed", "change_order"),
    (Order, "mark_refunded", "change_order"),
    (Order, "ship", "ship_order"),
    (Order, "cancel", "cancel_order"),
    (Order, "delete_selected", "delete_order"),
]


def snapshot() -> list[Any]:
    return [sorted(map(str, model.objects.values())) for model in MODELS]


def test_all_actions_are_covered(rf: Any, admin_user: Any) -> None:
    request = rf.get("/")
    request.user = admin_user

    known = {(model, name) for model in MODELS for name in site.get_model_admin(model).get_actions(request)}

    assert known == {(model, action) for model, action, _permission in ACTIONS}


@pytest.mark.parametrize(("model", "action", "permission"), ACTIONS)
def test_actions_require_permission(rows: dict[Any, Any], model: Any, action: str, permission: str) -> None:
    name = model._meta.model_name
    every = {f"view_{name}", f"change_{name}", f"delete_{name}"}
    if model is Order:
        every |= {"cancel_order", "ship_order"}
    Product.objects.filter(pk=rows[Product].pk).update(is_active=action != "activate")
    Review.objects.update(is_hidden=action == "unhide")
    Order.objects.update(payment_status="C" if action in {"mark_refunded", "ship"} else "P")
    data = {"action": action, "_selected_action": [rows[model].pk], "post": "yes"}

    without, having = staff_with(*(every - {permission})), staff_with(f"view_{name}", permission)
    before = snapshot()

    client_of(without).post(path_of(model), data)
    assert snapshot() == before

    client_of(having).post(path_of(model), data)
    assert snapshot() != before


class TestListEditable:
    @pytest.mark.parametrize(
        ("model", "field", "value"), [(Product, "unit_price", "99"), (Customer, "membership", "G")]
    )
    def test_viewers_cannot_edit(
        self, admin_client: Any, rows: dict[Any, Any], model: Any, field: str, value: str
    ) -> None:
        path = path_of(model)
        data = form_of(admin_client.get(path)) | {f"form-0-{field}": value, "_save": "Save"}
        viewer = client_of(staff_with(f"view_{model._meta.model_name}"))
        before = snapshot()

        assert viewer.post(path, data).status_code == 403
        assert f'name="form-0-{field}"' not in viewer.get(path).content.decode()
        assert snapshot() == before


class TestInlines:
    def save(self, client: Any, admin_client: Any, path: str, **changes: Any) -> Any:
        data = form_of(admin_client.get(path)) | changes
        return client.post(path, data)

    def test_images_require_their_own_permissions(self, admin_client: Any, rows: dict[Any, Any]) -> None:
        path = f"{path_of(Product)}{rows[Product].pk}/change/"

        self.save(client_of(staff_with("change_product")), admin_client, path, **{"images-0-image": picture()})
        assert not ProductImage.objects.exists()

        uploader = client_of(staff_with("change_product", "add_productimage"))
        self.save(uploader, admin_client, path, **{"images-0-image": picture()})
        assert ProductImage.objects.count() == 1

        viewer = client_of(staff_with("change_product", "view_productimage"))
        self.save(viewer, admin_client, path, **{"images-0-DELETE": "on", "images-0-alt_text": "changed"})
        assert ProductImage.objects.get().alt_text == ""

    def test_promotions_of_product_require_change_promotion(self, admin_client: Any, rows: dict[Any, Any]) -> None:
        path = f"{path_of(Product)}{rows[Product].pk}/change/"
        prefix = admin_client.get(path).context["inline_admin_formsets"][1].formset.prefix
        changes = {f"{prefix}-TOTAL_FORMS": 1, f"{prefix}-0-promotion": rows[Promotion].pk}

        self.save(client_of(staff_with("change_product", "view_promotion")), admin_client, path, **changes)
        assert not rows[Promotion].products.exists()

        self.save(client_of(staff_with("change_product", "change_promotion")), admin_client, path, **changes)
        assert rows[Promotion].products.get() == rows[Product]

    def test_addresses_require_their_own_permissions(self, admin_client: Any, rows: dict[Any, Any]) -> None:
        path = f"{path_of(Customer)}{rows[Customer].pk}/change/"
        changes = {
            "addresses-TOTAL_FORMS": 1,
            "addresses-0-street": "Elm St 1",
            "addresses-0-city": "Springfield",
        }

        self.save(client_of(staff_with("change_customer")), admin_client, path, **changes)
        assert not Address.objects.exists()

        self.save(client_of(staff_with("change_customer", "add_address")), admin_client, path, **changes)
        assert Address.objects.exists()

    @pytest.mark.parametrize(("model", "line"), [(Order, "orderitem"), (Cart, "cartitem")])
    def test_order_and_cart_items_are_read_only(self, rows: dict[Any, Any], model: Any, line: str) -> None:
        path = f"{path_of(model)}{rows[model].pk}/change/"
        clerk = client_of(
            staff_with(f"view_{model._meta.model_name}", f"change_{line}", f"add_{line}", f"delete_{line}")
        )

        formset = clerk.get(path).context["inline_admin_formsets"][0]

        assert [form.instance.product.title for form in formset.formset.initial_forms] == ["Chair"]
        assert not any((formset.has_add_permission, formset.has_change_permission, formset.has_delete_permission))


class TestPopups:
    @pytest.mark.parametrize(
        ("path", "permission", "field", "related"),
        [
            (path_of(Product), "change_product", "collection", Collection),
            (path_of(Product), "change_product", "group", ProductGroup),
            (path_of(Collection), "change_collection", "featured_product", Product),
            (path_of(Promotion), "change_promotion", "products", Product),
        ],
    )
    def test_related_popups_require_permission(
        self, rows: dict[Any, Any], path: str, permission: str, field: str, related: Any
    ) -> None:
        model = next(model for model in MODELS if path_of(model) == path)
        clerk = client_of(staff_with(permission))
        before = snapshot()

        page = clerk.get(f"{path}{rows[model].pk}/change/").content.decode()
        add = clerk.post(f"{path_of(related)}add/?_popup=1", {"title": "x", "_popup": "1"})
        change = clerk.post(f"{path_of(related)}{rows[related].pk}/change/?_popup=1", {"title": "x", "_popup": "1"})
        delete = clerk.post(f"{path_of(related)}{rows[related].pk}/delete/?_popup=1", {"post": "yes", "_popup": "1"})
        names = clerk.get(
            "/admin/autocomplete/",
            {"app_label": "storefront_store", "model_name": model._meta.model_name, "field_name": field, "term": ""},
        )

        assert f'id="add_id_{field}"' not in page
        assert f'id="change_id_{field}"' not in page
        assert [answer.status_code for answer in (add, change, delete, names)] == [403] * 4
        assert snapshot() == before


def test_deletion_requires_permission_for_cascaded_models(rows: dict[Any, Any], make_product: Any) -> None:
    product = make_product()
    Review.objects.create(product=product, name="Ann", description="fine")
    path = f"{path_of(Product)}{product.pk}/delete/"

    assert client_of(staff_with("delete_product")).post(path, {"post": "yes"}).status_code == 403
    assert Product.objects.filter(pk=product.pk).exists()

    assert client_of(staff_with("delete_product", "delete_review")).post(path, {"post": "yes"}).status_code == 302
    assert not Product.objects.filter(pk=product.pk).exists()
