"""The maintenance commands. Seeding, import and export have modules of their own."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.core.management import CommandError, call_command
from django.utils import timezone
from storefront_store_testapp.shop import place_order, run_command
from storefront_store_testapp.threads import together

from storefront_store.models import (
    Cart,
    CartItem,
    Collection,
    Customer,
    IdempotencyRecord,
    Order,
    OrderEvent,
    Product,
)
from storefront_store.services import audit, carts, customers, idempotency, search_text

pytestmark = [pytest.mark.django_db, pytest.mark.database]

CUSTOMER_SERVICE = {
    *(f"{action}_{model}" for action in ("add", "change", "delete", "view") for model in ("customer", "order")),
    "view_history",
}


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    "command",
    [
        ("purge_carts", "--older-than", "90d"),
        ("purge_idempotency_records",),
        ("create_missing_customers",),
        ("refresh_search_text",),
        ("check_stock",),
    ],
    ids=lambda command: command[0],
)
class TestProgress:
    @pytest.fixture(autouse=True)
    def _work(self, user: Any, make_product: Any, make_cart: Any) -> None:
        product = make_product()
        place_order(user, (product, 1))
        make_cart((product, 1))
        Cart.objects.update(updated_at=timezone.now() - timedelta(days=100))
        IdempotencyRecord.objects.create(user=user, key_digest="a", fingerprint="b")
        IdempotencyRecord.objects.update(created_at=timezone.now() - timedelta(days=100))
        get_user_model()._default_manager.bulk_create([get_user_model()(username="old")])

    def test_progress_is_shown_on_terminal(self, command: tuple[str, ...]) -> None:
        terminal = Terminal()

        call_command(*command, stdout=io.StringIO(), stderr=terminal)

        assert "1" in terminal.getvalue()

    def test_no_progress_without_terminal_or_verbosity(self, command: tuple[str, ...]) -> None:
        log, quiet = io.StringIO(), Terminal()

        call_command(*command, stdout=io.StringIO(), stderr=log)
        call_command(*command, stdout=io.StringIO(), stderr=quiet, verbosity=0)

        assert log.getvalue() == quiet.getvalue() == ""


class TestPurgeCarts:
    @pytest.fixture
    def old(self, make_product: Any, make_cart: Any) -> list[Cart]:
        """Three carts that nobody has touched for 100 days."""
        product = make_product()
        found = [make_cart((product, 1)) for _ in range(3)]
        Cart.objects.update(updated_at=timezone.now() - timedelta(days=100))
        return found

    @pytest.mark.parametrize("age", ["90d", "90", "14w", "2000h", "90D"])
    def test_old_carts_are_deleted_with_items(
        self, old: list[Cart], make_product: Any, make_cart: Any, age: str
    ) -> None:
        kept = make_cart((make_product(), 2))

        assert run_command("purge_carts", "--older-than", age) == "Deleted 3 carts.\n"

        assert Cart.objects.get() == kept
        assert CartItem.objects.get().cart == kept

    def test_younger_carts_are_kept(self, old: list[Cart]) -> None:
        assert run_command("purge_carts", "--older-than", "101d") == "Deleted 0 carts.\n"
        assert Cart.objects.count() == 3

    def test_dry_run_deletes_nothing(self, old: list[Cart]) -> None:
        assert run_command("purge_carts", "--older-than", "90d", "--dry-run") == "3 carts would be deleted.\n"
        assert Cart.objects.count() == 3

    @pytest.mark.parametrize("age", ["", "d", "-1", "1.5d", "90m", "abc", "9999999w", "٩d"])
    def test_invalid_age_is_rejected(self, old: list[Cart], age: str) -> None:
        with pytest.raises(CommandError, match="argument --older-than"):
            run_command("purge_carts", f"--older-than={age}")
        assert Cart.objects.count() == 3

    def test_age_is_required(self) -> None:
        with pytest.raises(CommandError, match="--older-than"):
            run_command("purge_carts")

    def test_recently_changed_cart_is_kept(self, old: list[Cart]) -> None:
        used = old[1]
        moment = timezone.now() - timedelta(days=90)
        carts.change_item(used.pk, used.items.get().pk, 5)

        assert carts._purge_batch([cart.pk for cart in old], moment) == 2
        assert Cart.objects.get() == used

    def test_rows_are_processed_in_batches(self, old: list[Cart]) -> None:
        steps: list[int] = []

        carts.purge_carts(timezone.now(), batch_size=2, advance=steps.append)

        assert steps == [2, 1]


class TestPurgeIdempotencyRecords:
    @pytest.fixture(autouse=True)
    def _records(self, user: Any) -> None:
        for index in range(4):
            IdempotencyRecord.objects.create(user=user, key_digest=str(index), fingerprint="b")
        IdempotencyRecord.objects.exclude(key_digest="0").update(created_at=timezone.now() - timedelta(hours=25))

    def test_expired_records_are_deleted(self) -> None:
        assert run_command("purge_idempotency_records") == "Deleted 3 records.\n"
        assert IdempotencyRecord.objects.get().key_digest == "0"

    def test_expiry_is_a_setting(self, settings: Any) -> None:
        settings.STOREFRONT_STORE = {"IDEMPOTENCY_HOURS": 26}

        assert run_command("purge_idempotency_records") == "Deleted 0 records.\n"

    def test_dry_run_deletes_nothing(self) -> None:
        assert run_command("purge_idempotency_records", "--dry-run") == "3 records would be deleted.\n"
        assert IdempotencyRecord.objects.count() == 4

    def test_rows_are_processed_in_batches(self) -> None:
        steps: list[int] = []

        idempotency.purge(batch_size=2, advance=steps.append)

        assert steps == [2, 1]


class TestCreateMissingCustomers:
    @pytest.fixture(autouse=True)
    def _users(self, user: Any) -> None:
        """One user with a customer, three from before the store was installed."""
        model = get_user_model()
        model._default_manager.bulk_create([model(username=f"old{index}") for index in range(3)])

    def test_missing_customers_are_created_once(self) -> None:
        assert run_command("create_missing_customers") == "Created 3 customers.\n"
        assert Customer.objects.count() == get_user_model()._default_manager.count() == 4
        assert run_command("create_missing_customers") == "Created 0 customers.\n"

    def test_dry_run_creates_nothing(self) -> None:
        assert run_command("create_missing_customers", "--dry-run") == "3 customers would be created.\n"
        assert Customer.objects.count() == 1

    def test_rows_are_processed_in_batches(self) -> None:
        steps: list[int] = []

        customers.create_missing_customers(batch_size=2, advance=steps.append)

        assert steps == [2, 1]


class TestCreateGroups:
    def permissions(self) -> set[str]:
        return set(Group.objects.get(name="Customer Service").permissions.values_list("codename", flat=True))

    def test_permissions_of_customer_service(self) -> None:
        printed = run_command("create_groups")

        assert printed.startswith('The group "Customer Service" got 9 permissions.\n')
        assert "  storefront_store.view_history\n" in printed
        assert self.permissions() == CUSTOMER_SERVICE

    def test_other_permissions_of_group_are_kept(self) -> None:
        run_command("create_groups")
        group = Group.objects.get()
        group.permissions.add(Permission.objects.get(codename="cancel_order"))
        group.permissions.remove(Permission.objects.get(codename="view_history"))

        assert run_command("create_groups") == (
            'The group "Customer Service" got 1 permissions.\n  storefront_store.view_history\n'
        )
        assert self.permissions() == CUSTOMER_SERVICE | {"cancel_order"}

    def test_dry_run_creates_no_group(self) -> None:
        assert "would get 9 permissions" in run_command("create_groups", "--dry-run")
        assert not Group.objects.exists()

    def test_missing_permissions_are_an_error(self) -> None:
        Permission.objects.filter(codename="view_history").delete()

        with pytest.raises(CommandError, match="Run migrate first"):
            run_command("create_groups")
        assert not Group.objects.exists()


class TestRefreshSearchText:
    @pytest.fixture
    def stale(self, make_product: Any) -> Product:
        """A product and a collection with a text that is behind, and a product whose text is right."""
        collection = Collection.objects.create(title="Seats")
        stale = make_product(title="Old", collection=collection)
        make_product(title="Right", collection=collection)
        Product.objects.filter(pk=stale.pk).update(title="STRASSE Straße")
        Collection.objects.update(title="Chairs")
        return stale

    def test_stale_rows_are_refreshed(self, stale: Product) -> None:
        assert not Product.objects.search("strasse").exists()

        assert run_command("refresh_search_text") == "Mended 2 of 3 rows.\n"

        assert Product.objects.search("strasse").get() == stale
        assert Product.objects.search("chairs").count() == 2
        assert run_command("refresh_search_text") == "Mended 0 of 3 rows.\n"

    def test_dry_run_changes_nothing(self, stale: Product) -> None:
        assert run_command("refresh_search_text", "--dry-run") == "Would mend 2 of 3 rows.\n"
        assert not Product.objects.search("strasse").exists()

    def test_rows_are_processed_in_batches(self, stale: Product) -> None:
        steps: list[int] = []

        assert search_text.refresh_search_text(batch_size=1, advance=steps.append) == 2

        assert steps == [1, 1, 1]


@pytest.mark.django_db(transaction=True)
class TestConcurrentRuns:
    """Each command may be started again while it runs: cron does that."""

    THREADS = 4

    def run_concurrently(self, action: Callable[[], Any]) -> list[Any]:
        return together([action] * self.THREADS)

    def test_purge_carts(self, make_product: Any, make_cart: Any) -> None:
        product = make_product()
        for _ in range(60):
            make_cart((product, 1))

        purged = self.run_concurrently(partial(carts.purge_carts, timezone.now() + timedelta(hours=1), batch_size=7))

        assert sum(purged) == 60
        assert not Cart.objects.exists()
        assert not CartItem.objects.exists()

    def test_purge_idempotency_records(self, user: Any) -> None:
        IdempotencyRecord.objects.bulk_create(
            IdempotencyRecord(user=user, key_digest=str(index), fingerprint="b") for index in range(60)
        )
        IdempotencyRecord.objects.update(created_at=timezone.now() - timedelta(days=9))

        purged = self.run_concurrently(partial(idempotency.purge, batch_size=7))

        assert sum(purged) == 60
        assert not IdempotencyRecord.objects.exists()

    def test_create_missing_customers(self) -> None:
        model = get_user_model()
        model._default_manager.bulk_create([model(username=f"old{index}") for index in range(60)])

        self.run_concurrently(partial(customers.create_missing_customers, batch_size=7))

        assert Customer.objects.count() == 60

    def test_create_groups(self) -> None:
        self.run_concurrently(partial(run_command, "create_groups"))

        assert Group.objects.get().permissions.count() == len(CUSTOMER_SERVICE)

    def test_refresh_search_text(self, make_product: Any) -> None:
        collection = Collection.objects.create(title="Seats")
        for index in range(60):
            make_product(title=f"Chair {index}", collection=collection)
        Product.objects.update(title_key="stale")

        mended = self.run_concurrently(partial(search_text.refresh_search_text, batch_size=7))

        assert sum(mended) == 60
        assert Product.objects.search("chair").count() == 60

    def test_check_stock(self, user: Any, make_product: Any) -> None:
        product = make_product(inventory=100)
        for _ in range(20):
            place_order(user, (product, 2))
        Order.objects.update(cancelled_at=timezone.now())

        found = self.run_concurrently(lambda: list(audit.check_orders(repair=True, batch_size=7)))

        assert sum(map(len, found)) == 20
        assert Product.objects.get().inventory == 100
        assert OrderEvent.objects.filter(event="cancelled").count() == 20
