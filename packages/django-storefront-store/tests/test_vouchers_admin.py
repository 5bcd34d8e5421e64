"""The admin's pages of vouchers and of their uses."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from storefront_store_testapp.shop import form_of, place_order

from storefront_store.vouchers.models import Voucher, VoucherRedemption

pytestmark = pytest.mark.django_db

LIST = "/admin/storefront_store_vouchers/voucher/"
ADD = f"{LIST}add/"
USES = "/admin/storefront_store_vouchers/voucherredemption/"


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        ({"value": 10}, ["10 %", "In force", "0"]),
        ({"value": "2.5", "kind": "amount", "max_uses": 3}, ["2.50", "In force", "0 / 3"]),
        ({"value": 10, "is_active": False}, ["10 %", "Not in force", "0"]),
        ({"value": 10, "ends_at": timezone.now() - timedelta(days=1)}, ["10 %", "Not in force", "0"]),
        ({"value": 10, "max_uses": 2, "used": 2}, ["10 %", "Not in force", "2 / 2"]),
    ],
)
def test_list_shows_worth_state_and_uses(admin_client: Any, values: dict[str, Any], texts: list[str]) -> None:
    Voucher.objects.create(code="SPRING", **values)

    page = admin_client.get(LIST).content.decode()

    cells = [page.partition(f'field-{name}">')[2].partition("</td>")[0] for name in ("worth", "state", "uses")]
    assert [text in cell for text, cell in zip(texts, cells, strict=True)] == [True] * 3


def test_add_form_ignores_number_of_uses(admin_client: Any) -> None:
    form = form_of(admin_client.get(ADD)) | {"code": " spring ", "kind": "percent", "value": "10", "used": "7"}

    assert admin_client.post(ADD, form).status_code == 302

    voucher = Voucher.objects.get()
    assert (voucher.code, str(voucher), voucher.used) == ("spring", "spring", 0)
    assert list(Voucher.objects.with_code(["SPRING"])) == [voucher]


def test_duplicate_code_is_form_error(admin_client: Any) -> None:
    Voucher.objects.create(code="SPRING", value=10)

    answer = admin_client.post(ADD, form_of(admin_client.get(ADD)) | {"code": "spring", "kind": "amount", "value": "1"})

    assert answer.context["adminform"].form.errors == {"code": ["There is a voucher with this code already."]}


def test_renamed_code_is_found_by_new_name() -> None:
    voucher = Voucher.objects.create(code="SPRING", value=10)
    voucher.code = "Summer"

    voucher.save(update_fields=["code"])

    assert Voucher.objects.with_code(["summer"]).exists()
    assert not Voucher.objects.with_code(["spring"]).exists()


def test_redemptions_are_read_only(admin_client: Any, user: Any, make_product: Any) -> None:
    voucher = Voucher.objects.create(code="SPRING", value=10)
    order = place_order(user, (make_product(), 1))
    use = VoucherRedemption.objects.create(voucher=voucher, order_id=order.pk, holder="x", number=1)

    page = admin_client.get(USES, {"q": "spring"}).content.decode()

    assert str(use) == f"SPRING · #{order.pk}"
    assert f">{voucher}<" in page
    assert admin_client.get(f"{USES}add/").status_code == 403
    assert admin_client.post(f"{USES}{use.pk}/delete/", {"post": "yes"}).status_code == 403
