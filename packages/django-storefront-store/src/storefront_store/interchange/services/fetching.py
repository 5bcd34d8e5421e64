"""Download of the images given by URL in a file, after its products are written."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from storefront_store.conf import app_settings as store_settings
from storefront_store.conf import get_model
from storefront_store.images import sanitise
from storefront_store.interchange.conf import app_settings
from storefront_store.interchange.downloads import DownloadError, download
from storefront_store.models import CatalogueVersion, ProductImage
from storefront_store.services.transactions import use_case, using

FOLDER: Final = "store/images/imported"
BEYOND: Final = gettext_noop("images not fetched, beyond the bounds of one import")
FETCHED: Final = gettext_noop("images fetched")
FAILED: Final = gettext_noop("images not fetched, for the reasons above")


@dataclass(frozen=True, slots=True)
class Wanted:
    """An image to download.

    Attributes:
        key: The field that identifies its product, and the value of that field.
        only_without_sku: Whether only products without a SKU match.
        place: Its position in the file.
        address: Its URL.
        alt_text: Its alternative text.
    """

    key: tuple[str, Any]
    only_without_sku: bool
    place: str
    address: str
    alt_text: str


@dataclass(slots=True)
class Fetched:
    """The result of downloads.

    Attributes:
        notes: The numbers of downloaded and of other images.
        warnings: The position and the reason of each image that was not downloaded.
    """

    notes: Counter[str]
    warnings: list[tuple[str, str]]


def fetch_images(wanted: Sequence[Wanted]) -> Fetched:
    """Download images and add them to their products; images that a product already has are skipped.

    Args:
        wanted: The images, in the order of the file.
    """
    fetched = Fetched(Counter(), [])
    ends_at = time.monotonic() + app_settings.FETCH_TOTAL_SECONDS
    for image in wanted:
        product = _product_of(image)
        if product is None:
            continue
        name = _name(product, image.address)
        if ProductImage.objects.using(using()).filter(product=product, image__startswith=f"{name}.").exists():
            continue
        left = ends_at - time.monotonic()
        if left <= 0:
            fetched.notes[BEYOND] += 1
            continue
        try:
            _add(product, image, name, _load(image.address, min(left, app_settings.FETCH_SECONDS)))
            fetched.notes[FETCHED] += 1
        except (DownloadError, ValidationError) as error:
            reason = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
            fetched.notes[FAILED] += 1
            fetched.warnings.append(
                (image.place, _("image %(address)s: %(reason)s") % {"address": image.address[:200], "reason": reason})
            )
    return fetched


def _product_of(image: Wanted) -> Any:
    name, value = image.key
    rows = get_model("Product")._base_manager.using(using()).filter(**{name: value})
    if image.only_without_sku:
        rows = rows.filter(sku=None)
    found = list(rows.order_by("pk")[:2])
    return found[0] if len(found) == 1 else None


def _name(product: Any, address: str) -> str:
    """Return a name derived from product and URL, so that the image is recognised in later imports."""
    digest = hashlib.blake2b(f"{product.pk} {address}".encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
    return f"{FOLDER}/{digest}"


def _load(address: str, seconds: float) -> ContentFile[bytes]:
    data = download(
        address,
        limit=store_settings.IMAGE_MAX_BYTES,
        seconds=seconds,
        private_hosts=app_settings.FETCH_PRIVATE_HOSTS,
    )
    return sanitise(ContentFile(data, name="image"))


def _add(product: Any, image: Wanted, name: str, content: ContentFile[bytes]) -> None:
    """Store the file, then write the row in a transaction."""
    storage = ProductImage._meta.get_field("image").storage
    path = storage.save(f"{name}{PurePosixPath(content.name or '').suffix}", content)
    try:
        _add_row(product.pk, path, image.alt_text[:255])
    except BaseException:
        storage.delete(path)
        raise


@use_case
def _add_row(product_key: Any, path: str, alt_text: str) -> None:
    CatalogueVersion.objects.lock()
    product = get_model("Product")._base_manager.using(using()).get(pk=product_key)
    ProductImage.objects.using(using()).bulk_create([ProductImage(product=product, image=path, alt_text=alt_text)])
    CatalogueVersion.objects.bump()
