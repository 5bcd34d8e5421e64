"""An image file exists if and only if its row does: in races, after failures, and after a killed process."""

from __future__ import annotations

import os
from collections import Counter
from datetime import timedelta
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import IntegrityError, OperationalError
from django.db.models.signals import post_save
from storefront_store_testapp import pictures
from storefront_store_testapp.threads import together

from storefront_store.models import Product, ProductImage, Review
from storefront_store.services import locks, product_images

ROUNDS = int(os.environ.get("RACE_ROUNDS", "5"))
ATTEMPTS = 8


def files(settings: Any) -> list[str]:
    return sorted(path.name for path in (Path(settings.MEDIA_ROOT) / "store" / "images").glob("*"))


def upload(client: Any, product: Any) -> Any:
    file = SimpleUploadedFile("a.png", pictures.encode("PNG"))
    return client.post(f"/store/products/{product.pk}/images/", {"image": file}, format="multipart")


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_upload_concurrent_with_deletion_of_product(
    make_user: Any, log_in: Any, make_product: Any, settings: Any
) -> None:
    clients = [log_in(make_user(is_staff=True)) for _ in range(4)]
    seen: Counter[int] = Counter()

    for _ in range(ROUNDS):
        product = make_product()
        uploads = [partial(upload, client, product) for client in clients[:3]]
        answers = together([*uploads, partial(clients[3].delete, f"/store/products/{product.pk}/")])
        seen.update(answer.status_code for answer in answers)

    assert set(seen) <= {201, 204, 404, 405, 409, 503}
    assert seen[204] > 0
    rows = ProductImage.objects.values_list("image", flat=True)
    assert files(settings) == sorted(Path(name).name for name in rows)
    assert not ProductImage.objects.exclude(product__in=Product.objects.all()).exists()


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_review_concurrent_with_deletion_of_product(make_user: Any, log_in: Any, make_product: Any) -> None:
    staff, author = log_in(make_user(is_staff=True)), log_in(make_user())
    seen: Counter[int] = Counter()

    for _ in range(ROUNDS):
        product = make_product()
        body = {"name": "Ann", "description": "Good"}
        post = partial(author.post, f"/store/products/{product.pk}/reviews/", body)
        answers = together([post, post, partial(staff.delete, f"/store/products/{product.pk}/")])
        seen.update(answer.status_code for answer in answers)

    assert set(seen) <= {201, 204, 404, 405, 409, 503}
    assert not Review.objects.exclude(product__in=Product.objects.all()).exists()


@pytest.mark.django_db(transaction=True)
class TestFailures:
    @pytest.fixture
    def product(self, make_product: Any) -> Any:
        return make_product()

    @pytest.mark.parametrize(
        ("error", "status", "attempts"),
        [(IntegrityError("refused at commit"), 409, 1), (OperationalError(1213, "deadlock"), 503, ATTEMPTS)],
    )
    def test_file_is_removed_when_row_cannot_be_saved(
        self, error: Exception, status: int, attempts: int, as_staff: Any, product: Any, settings: Any, listen: Any
    ) -> None:
        stored = []

        def refuse(**kwargs: Any) -> None:
            stored.append(len(files(settings)))
            raise error

        listen(post_save, refuse, sender=ProductImage)

        answer = upload(as_staff, product)

        assert (answer.status_code, len(stored), stored[0]) == (status, attempts, 1)
        assert files(settings) == []
        assert not ProductImage.objects.exists()

    def test_product_deleted_before_lock_is_404(
        self, as_staff: Any, product: Any, settings: Any, monkeypatch: Any
    ) -> None:
        def delete_then_lock(row: Any) -> None:
            Product.objects.filter(pk=row.pk).delete()
            locks.lock(row)

        monkeypatch.setattr(product_images, "lock", delete_then_lock)

        assert upload(as_staff, product).status_code == 404
        assert files(settings) == []


@pytest.mark.django_db
class TestOrphans:
    """Files that a killed process has left."""

    def old(self, name: str) -> None:
        path = Path(default_storage.path(name))
        os.utime(path, (0, 0))

    def test_old_orphans_are_removed_by_command(self, as_staff: Any, make_product: Any, settings: Any) -> None:
        upload(as_staff, make_product())
        kept = ProductImage.objects.get().image.name
        left = default_storage.save("store/images/left.png", ContentFile(b"x"))
        young = default_storage.save("store/images/young.png", ContentFile(b"x"))
        for name in (kept, left):
            self.old(name)

        out = StringIO()
        call_command("remove_orphan_images", "--dry-run", stdout=out)
        before = files(settings)
        call_command("remove_orphan_images", stdout=out)

        assert out.getvalue().split() == ["1", "files", "would", "be", "removed.", "1", "files", "removed."]
        assert len(before) == 3
        assert files(settings) == sorted(Path(name).name for name in (kept, young))

    def test_orphans_of_any_age_are_removed(self, settings: Any) -> None:
        default_storage.save("store/images/young.png", ContentFile(b"x"))

        assert product_images.remove_orphans(older_than=timedelta(0)) == 1
        assert files(settings) == []

    def test_missing_directory_has_no_orphans(self) -> None:
        assert product_images.remove_orphans() == 0
