"""Untrusted images are rejected or re-encoded without metadata, without 5xx errors or leftover files."""

from __future__ import annotations

import errno
import io
import re
import warnings
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from PIL import Image, ImageFile
from storefront_store_testapp import pictures

from storefront_store import images
from storefront_store.models import ProductImage

pytestmark = pytest.mark.django_db

NAME = re.compile(r"store/images/[0-9a-f]{32}\.(jpg|png)")
REJECTED_WITHOUT_DECODING = [
    name
    for name in pictures.REFUSED
    if name not in {"no-pixels.png", "broken-pixels.png", "few-pixels.png", "cut-in-half.jpg", "cut-in-half.webp"}
]


@pytest.fixture
def product(make_product: Any) -> Any:
    return make_product()


def post(client: Any, product: Any, name: str, data: bytes, kind: str = "image/png") -> Any:
    upload = SimpleUploadedFile(name, data, content_type=kind)
    upload.name = name  # as sent: Django would have taken the path off already here
    return client.post(f"/store/products/{product.pk}/images/", {"image": upload}, format="multipart")


def stored_files(settings: Any) -> list[Path]:
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def test_there_are_at_least_40_sample_images() -> None:
    assert len(pictures.REFUSED) + len(pictures.CLEANED) >= 40


@pytest.mark.parametrize("name", pictures.REFUSED)
def test_invalid_image_is_400(name: str, as_staff: Any, product: Any, settings: Any) -> None:
    answer = post(as_staff, product, name, pictures.REFUSED[name]())

    assert answer.status_code == 400
    assert list(answer.json()) == ["image"]
    assert not ProductImage.objects.exists()
    assert stored_files(settings) == []


@pytest.mark.parametrize("name", REJECTED_WITHOUT_DECODING)
def test_invalid_image_is_rejected_before_decoding(name: str, monkeypatch: Any) -> None:
    def decode(*args: Any, **kwargs: Any) -> None:
        raise AssertionError("decoded")

    monkeypatch.setattr(ImageFile.ImageFile, "load", decode)
    monkeypatch.setattr(images, "_redraw", decode)

    with pytest.raises(ValidationError):
        images.sanitise(SimpleUploadedFile(name, pictures.REFUSED[name]()))


@pytest.mark.parametrize("name", pictures.CLEANED)
def test_image_is_stored_without_metadata(name: str, as_staff: Any, product: Any, settings: Any) -> None:
    answer = post(as_staff, product, name, pictures.CLEANED[name]())

    assert answer.status_code == 201, answer.content
    row = ProductImage.objects.get()
    assert NAME.fullmatch(row.image.name)
    assert answer.json() == {"id": row.pk, "image": f"http://testserver/media/{row.image.name}", "alt_text": ""}
    kept = row.image.read()
    assert stored_files(settings) == [Path(settings.MEDIA_ROOT) / row.image.name]
    assert pictures.SECRET not in kept
    assert pictures.TAIL not in kept
    with Image.open(io.BytesIO(kept)) as picture:
        assert f".{picture.format}" == Path(row.image.name).suffix.upper().replace("JPG", "JPEG")
        assert getattr(picture, "n_frames", 1) == 1
        assert not picture.getexif()
        assert not {"icc_profile", "xmp", "comment", "Author", "exif"} & picture.info.keys()
    assert kept.endswith(b"\xff\xd9" if row.image.name.endswith("jpg") else pictures.chunk(b"IEND"))


@pytest.mark.parametrize("name", ["profile-bomb.png", "text-bombs.png", "words.png", "animation.png", "archive.png"])
def test_ancillary_png_chunks_are_not_decoded(name: str, monkeypatch: Any) -> None:
    seen = []
    monkeypatch.setattr(images.Image, "open", lambda stream, **kwargs: seen.append(stream.getvalue()) or 1 / 0)

    with pytest.raises(ValidationError):
        images.sanitise(SimpleUploadedFile(name, pictures.CLEANED[name]()))

    assert len(seen) == 1
    for hidden in (b"iCCP", b"zTXt", b"iTXt", b"tEXt", b"acTL", b"fcTL", b"fdAT", b"PK\x03\x04"):
        assert hidden not in seen[0]


def test_only_one_frame_of_animation_is_decoded(monkeypatch: Any) -> None:
    decoded = []
    get_next = images.WebPImageFile._get_next
    monkeypatch.setattr(images.WebPImageFile, "_get_next", lambda self: decoded.append(1) or get_next(self))

    images.sanitise(SimpleUploadedFile("a.webp", pictures.CLEANED["animation.webp"]()))

    assert len(decoded) == 1


def test_oversized_webp_is_rejected_before_opening(monkeypatch: Any) -> None:
    monkeypatch.setattr(images, "FrugalWebP", lambda stream: pytest.fail("opened"))

    for make in (pictures.REFUSED["hundred-megapixels.webp"], pictures.REFUSED["gigapixel.webp"], lossless, lossy):
        with pytest.raises(ValidationError, match="megapixels"):
            images.sanitise(SimpleUploadedFile("a.webp", make()))


def lossless() -> bytes:
    data = bytearray(pictures.encode("WEBP", lossless=True))
    data[21:25] = (8191 | 8191 << 14).to_bytes(4, "little")
    return bytes(data)


def lossy() -> bytes:
    data = bytearray(pictures.encode("WEBP"))
    data[26:30] = (8192).to_bytes(2, "little") * 2
    return bytes(data)


class TestLimits:
    def test_max_bytes(self, as_staff: Any, product: Any, settings: Any) -> None:
        settings.STOREFRONT_STORE = {"IMAGE_MAX_BYTES": 2048}
        data = pictures.encode("JPEG")

        assert post(as_staff, product, "a.jpg", data + b"\0" * (2048 - len(data))).status_code == 201
        answer = post(as_staff, product, "a.jpg", data + b"\0" * (2049 - len(data)))

        assert answer.status_code == 400
        assert answer.json() == {"image": ["Files cannot be larger than 2KB!"]}

    def test_default_max_bytes(self, as_staff: Any, product: Any) -> None:
        answer = post(as_staff, product, "a.jpg", pictures.encode("JPEG") + b"\0" * 512_000)

        assert answer.json() == {"image": ["Files cannot be larger than 500KB!"]}

    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
    def test_max_pixels(self, kind: str, settings: Any) -> None:
        settings.STOREFRONT_STORE = {"IMAGE_MAX_PIXELS": 100}

        assert images.sanitise(SimpleUploadedFile("a", pictures.encode(kind, (10, 10)))).size
        with pytest.raises(ValidationError) as caught:
            images.sanitise(SimpleUploadedFile("a", pictures.encode(kind, (10, 11))))

        assert caught.value.code == "too_many_pixels"

    def test_max_jpeg_scans(self) -> None:
        usual = pictures.encode("JPEG", (64, 64), progressive=True).count(images.JPEG_SCAN)

        assert images.sanitise(SimpleUploadedFile("a", pictures.jpeg_of_scans(images.MAX_SCANS - usual + 1))).size
        with pytest.raises(ValidationError):
            images.sanitise(SimpleUploadedFile("a", pictures.jpeg_of_scans(images.MAX_SCANS - usual + 2)))

    def test_decompression_bomb_warning_as_error(self, monkeypatch: Any) -> None:
        monkeypatch.setattr(images.Image, "MAX_IMAGE_PIXELS", 100)

        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with pytest.raises(ValidationError) as caught:
                images.sanitise(SimpleUploadedFile("a", pictures.encode("PNG", (11, 11))))

        assert caught.value.code == "too_many_pixels"


class TestReencoding:
    """The stored image looks like the uploaded one."""

    @pytest.mark.parametrize("orientation", range(1, 9))
    def test_exif_orientation_is_applied(self, orientation: int) -> None:
        exif = Image.Exif()
        exif[0x0112] = orientation
        sent = Image.new("L", (16, 8))
        sent.paste(255, (0, 0, 8, 8))
        data = io.BytesIO()
        sent.save(data, "JPEG", exif=exif, quality=95)

        kept = Image.open(images.sanitise(SimpleUploadedFile("a", data.getvalue())))

        assert kept.size == ((8, 16) if orientation >= 5 else (16, 8))
        bright_corner = {1: (0, 0), 2: (15, 0), 3: (15, 7), 4: (0, 7), 5: (0, 0), 6: (7, 0), 7: (7, 15), 8: (0, 15)}
        assert kept.getpixel(bright_corner[orientation]) > 200
        opposite = tuple(length - 1 - at for length, at in zip(kept.size, bright_corner[orientation], strict=True))
        assert kept.getpixel(opposite) < 50

    @pytest.mark.parametrize(
        ("name", "format_", "mode", "pixel"),
        [
            ("sixteen-bits.png", "PNG", "L", 0x80),
            ("one-bit.png", "PNG", "1", 255),
            ("grey.jpg", "JPEG", "L", 90),
            ("palette-with-a-hole.png", "PNG", "RGBA", (0, 0, 0, 0)),
            ("grey-and-alpha.png", "PNG", "LA", (9, 9)),
            ("alpha.webp", "PNG", "RGBA", (1, 2, 3, 4)),
        ],
    )
    def test_colours_are_kept(self, name: str, format_: str, mode: str, pixel: Any) -> None:
        kept = Image.open(images.sanitise(SimpleUploadedFile(name, pictures.CLEANED[name]())))

        assert (kept.format, kept.mode) == (format_, mode)
        found = kept.getpixel((5, 5))
        if name == "alpha.webp":  # lossy: near enough
            assert found[3] == pixel[3]
        else:
            assert found == pixel

    def test_cmyk_is_converted_to_rgb(self) -> None:
        kept = Image.open(images.sanitise(SimpleUploadedFile("a", pictures.CLEANED["print.jpg"]())))

        assert kept.mode == "RGB"
        assert all(abs(a - b) < 12 for a, b in zip(kept.getpixel((5, 5)), (206, 198, 190), strict=True))


class TestFiles:
    """The file is deleted when the deletion of its row is committed."""

    @pytest.fixture
    def image(self, as_staff: Any, product: Any) -> ProductImage:
        answer = post(as_staff, product, "a.jpg", pictures.encode("JPEG"))
        return ProductImage.objects.get(pk=answer.json()["id"])

    @pytest.mark.parametrize("method", ["put", "patch"])
    def test_replaced_file_is_deleted_on_commit(
        self, method: str, image: ProductImage, as_staff: Any, settings: Any, django_capture_on_commit_callbacks: Any
    ) -> None:
        old = Path(image.image.path)
        address = f"/store/products/{image.product_id}/images/{image.pk}/"
        upload = SimpleUploadedFile("b.png", pictures.encode("PNG"))

        with django_capture_on_commit_callbacks() as callbacks:
            answer = getattr(as_staff, method)(address, {"image": upload}, format="multipart")

        assert answer.status_code == 200
        assert old.exists()
        for callback in callbacks:
            callback()
        image.refresh_from_db()
        assert stored_files(settings) == [Path(image.image.path)]
        assert image.image.name.endswith(".png")

    def test_file_is_kept_when_alt_text_changes(
        self, image: ProductImage, as_staff: Any, django_capture_on_commit_callbacks: Any
    ) -> None:
        address = f"/store/products/{image.product_id}/images/{image.pk}/"

        with django_capture_on_commit_callbacks(execute=True):
            answer = as_staff.patch(address, {"alt_text": "A mug"})

        assert answer.json()["alt_text"] == "A mug"
        assert Path(image.image.path).exists()

    def test_file_is_kept_when_replacement_is_invalid(
        self, image: ProductImage, as_staff: Any, settings: Any, django_capture_on_commit_callbacks: Any
    ) -> None:
        address = f"/store/products/{image.product_id}/images/{image.pk}/"
        upload = SimpleUploadedFile("b.png", pictures.SVG)

        with django_capture_on_commit_callbacks(execute=True):
            assert as_staff.patch(address, {"image": upload}, format="multipart").status_code == 400

        assert stored_files(settings) == [Path(image.image.path)]

    @pytest.mark.parametrize("what", ["image", "product"])
    def test_file_is_deleted_with_image_or_product(
        self, what: str, image: ProductImage, as_staff: Any, settings: Any, django_capture_on_commit_callbacks: Any
    ) -> None:
        address = f"/store/products/{image.product_id}/" + (f"images/{image.pk}/" if what == "image" else "")

        with django_capture_on_commit_callbacks(execute=True):
            assert as_staff.delete(address).status_code == 204

        assert stored_files(settings) == []

    def test_file_is_kept_when_deletion_is_rolled_back(
        self, image: ProductImage, settings: Any, django_capture_on_commit_callbacks: Any
    ) -> None:
        with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
            image.product.delete()
            transaction.set_rollback(True)

        assert stored_files(settings) == [Path(image.image.path)]

    def test_no_file_is_left_when_insert_fails(
        self, as_staff: Any, product: Any, settings: Any, monkeypatch: Any
    ) -> None:
        def insert(compiler: Any, *args: Any, **kwargs: Any) -> None:
            compiler.as_sql()  # which stores the file
            assert len(stored_files(settings)) == 1
            raise IntegrityError

        monkeypatch.setattr("django.db.models.sql.compiler.SQLInsertCompiler.execute_sql", insert)

        assert post(as_staff, product, "a.jpg", pictures.encode("JPEG")).status_code == 409

        assert stored_files(settings) == []

    @pytest.mark.parametrize("number", ["ENOSPC", "EROFS", "EDQUOT"])
    def test_full_disk_is_507(self, number: str, as_staff: Any, product: Any, settings: Any, monkeypatch: Any) -> None:
        def chunks(*args: Any, **kwargs: Any) -> Any:
            yield b"half a picture"
            raise OSError(getattr(errno, number), "no room")

        monkeypatch.setattr("django.core.files.base.ContentFile.chunks", chunks)

        answer = post(as_staff, product, "a.jpg", pictures.encode("JPEG"))

        assert answer.status_code == 507
        assert answer.json() == {"detail": "There is no room for this file.", "code": "no_storage"}
        assert not ProductImage.objects.exists()
        assert stored_files(settings) == []


class TestRequest:
    """Malformed requests."""

    @pytest.mark.parametrize("body", [{}, {"image": ""}, {"image": "a.png"}, {"image": None}, {"image": [1]}])
    def test_missing_file_is_400(self, body: Any, as_staff: Any, product: Any) -> None:
        answer = as_staff.post(f"/store/products/{product.pk}/images/", body, format="json")

        assert answer.status_code == 400
        assert list(answer.json()) == ["image"]

    @pytest.mark.parametrize(
        "data",
        [b"", b"--x\r\n", b'--x\r\nContent-Disposition: form-data; name="image"; filename="a.png"\r\n\r\n', b"\0" * 99],
    )
    def test_malformed_multipart_is_400(self, data: bytes, as_staff: Any, product: Any) -> None:
        address = f"/store/products/{product.pk}/images/"

        answer = as_staff.generic("POST", address, data, content_type="multipart/form-data; boundary=x")

        assert answer.status_code == 400
        assert not ProductImage.objects.exists()

    def test_multipart_without_boundary_is_400(self, as_staff: Any, product: Any) -> None:
        address = f"/store/products/{product.pk}/images/"

        answer = as_staff.generic("POST", address, b"--x", content_type="multipart/form-data")

        assert answer.status_code == 400

    def test_too_large_body_is_413_and_not_parsed(self, as_staff: Any, product: Any, monkeypatch: Any) -> None:
        monkeypatch.setattr("django.http.multipartparser.MultiPartParser.parse", lambda self: pytest.fail("read"))
        address = f"/store/products/{product.pk}/images/"
        head = b'--x\r\nContent-Disposition: form-data; name="image"; filename="a.png"\r\n\r\n'

        answer = as_staff.generic(
            "POST", address, head + b"\0" * 11_000_000, content_type="multipart/form-data; boundary=x"
        )

        assert answer.status_code == 413
        assert answer.json()["code"] == "too_large"
