"""Images that are uploaded in the form of a product in the admin."""

from __future__ import annotations

import errno
from typing import Any

import pytest
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from storefront_store_testapp import pictures
from storefront_store_testapp.shop import messages_of, picture, save_form

from storefront_store.models import Product, ProductImage

pytestmark = pytest.mark.django_db


@pytest.fixture
def product(make_product: Any) -> Product:
    return make_product(title="Chair")


@pytest.fixture
def form(product: Product) -> str:
    """The path of the form of the fixture ``product``."""
    return f"/admin/storefront_store/product/{product.pk}/change/"


def test_image_is_reencoded_and_renamed(admin_client: Any, form: str) -> None:
    content = pictures.encode("PNG") + pictures.TAIL
    upload = SimpleUploadedFile("../me.php.png", content, content_type="image/png")

    save_form(admin_client, form, **{"images-0-image": upload, "images-0-alt_text": "A chair"})

    image = ProductImage.objects.get()
    assert image.alt_text == "A chair"
    assert image.image.name.startswith("store/images/")
    assert image.image.name.endswith(".png")
    assert "me" not in image.image.name
    with image.image.open() as stored:
        content = stored.read()
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    assert pictures.TAIL not in content


def test_empty_image_form_creates_no_row(admin_client: Any, form: str) -> None:
    save_form(admin_client, form, title="Stool")

    assert not ProductImage.objects.exists()


def test_file_that_is_not_an_image_is_rejected(admin_client: Any, form: str, settings: Any) -> None:
    upload = SimpleUploadedFile("picture.png", pictures.SVG, content_type="image/png")

    answer = save_form(admin_client, form, **{"images-0-image": upload})

    assert "Upload a valid image." in answer.content.decode()
    assert not ProductImage.objects.exists()
    assert not (settings.MEDIA_ROOT / "store").exists()


def test_too_large_image_is_rejected(admin_client: Any, form: str, settings: Any) -> None:
    settings.STOREFRONT_STORE = {"IMAGE_MAX_BYTES": 1024}

    answer = save_form(admin_client, form, **{"images-0-image": picture(size=(900, 900))})
    assert "Files cannot be larger than 1KB!" in answer.content.decode()

    settings.STOREFRONT_STORE = {"IMAGE_MAX_PIXELS": 1_000_000}
    answer = save_form(admin_client, form, **{"images-0-image": picture(size=(1001, 1000))})
    assert "Images cannot have more than 1 megapixels." in answer.content.decode()
    assert not ProductImage.objects.exists()


def test_file_input_accepts_only_images(admin_client: Any, form: str) -> None:
    page = admin_client.get(form).content.decode()

    assert 'accept="image/jpeg,image/png,image/webp"' in page


def test_full_disk_is_reported(admin_client: Any, product: Product, form: str, monkeypatch: Any) -> None:
    def fail(*args: Any) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(FileSystemStorage, "_save", fail)

    save_form(admin_client, form, **{"title": "Stool", "images-0-image": picture()})

    answer = admin_client.get(form)
    assert messages_of(answer) == [("error", "There is no room for this file.")]
    product.refresh_from_db()
    assert (product.title, product.images.count()) == ("Chair", 0)
