"""Images that a file names by their addresses: fetched within bounds, and from public hosts only."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from storefront_store_testapp.imports import INK, PEN, load
from storefront_store_testapp.pictures import encode

from storefront_store.interchange.downloads import DownloadError, download, public_addresses
from storefront_store.models import Product, ProductImage

IMAGE = encode("JPEG")


class Handler(BaseHTTPRequestHandler):
    """A server of valid images and of bad responses."""

    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        getattr(self, f"_{self.path.strip('/').partition('.')[0].partition('-')[0]}", self._missing)()

    def _answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _image(self) -> None:
        self._answer(200, IMAGE)

    def _text(self) -> None:
        self._answer(200, b"no image")

    def _missing(self) -> None:
        self._answer(404)

    def _private(self) -> None:
        self._answer(302, Location="http://169.254.169.254/latest/meta-data/")

    def _file(self) -> None:
        self._answer(302, Location="file:///etc/passwd")

    def _loop(self) -> None:
        self._answer(302, Location="/loop")

    def _moved(self) -> None:
        self._answer(301, Location="/image.jpg")

    def _large(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(10**9))
        self.end_headers()

    def _endless(self) -> None:
        self.send_response(200)
        self.end_headers()
        try:
            while True:
                self.wfile.write(b"x" * 65536)
        except OSError:
            self.close_connection = True

    def _slow(self) -> None:
        try:
            for byte in b"HTTP/1.1 200 OK\r\nX: " + b"y" * 1000:
                self.wfile.write(bytes([byte]))
                time.sleep(0.05)
        except OSError:
            self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing."""


@pytest.fixture
def host(settings: Any) -> Iterator[Any]:
    """A server of images on a private address that the settings allow; its address, and what it was asked for."""
    settings.STOREFRONT_STORE = {"MIN_PRICE": Decimal("0.01")}
    settings.STOREFRONT_STORE_INTERCHANGE = {"FETCH_PRIVATE_HOSTS": ["127.0.0.1"], "FETCH_SECONDS": 1}
    Handler.asked = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def fetch(address: str, **options: Any) -> bytes:
    return download(address, **{"limit": 100_000, "seconds": 1.0, "private_hosts": ["127.0.0.1"], **options})


class TestDownload:
    def test_downloads_image(self, host: str) -> None:
        assert fetch(f"{host}/image.jpg") == IMAGE

    def test_follows_redirect(self, host: str) -> None:
        assert fetch(f"{host}/moved") == IMAGE

    @pytest.mark.parametrize(
        ("path", "reason"),
        [
            ("private", "not on a public address"),
            ("file", "only http and https"),
            ("loop", "from one address to another"),
            ("missing", "answers 404"),
            ("large", "larger than 97 KB"),
            ("endless", "larger than 97 KB"),
        ],
    )
    def test_bad_response_raises(self, host: str, path: str, reason: str) -> None:
        with pytest.raises(DownloadError, match=reason):
            fetch(f"{host}/{path}")

    def test_slow_response_times_out(self, host: str) -> None:
        with pytest.raises(DownloadError, match=r"takes longer than 0\.5 seconds"):
            fetch(f"{host}/slow", seconds=0.5)

    def test_missing_response_times_out(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as silent:
            port = silent.getsockname()[1]
            with pytest.raises(DownloadError, match="takes longer"):
                fetch(f"http://127.0.0.1:{port}/", seconds=0.3)

    @pytest.mark.parametrize(
        "address",
        [
            "http://127.0.0.1/a.jpg",
            "http://localhost/a.jpg",
            "http://10.0.0.1/a.jpg",
            "http://192.168.0.1/a.jpg",
            "http://169.254.169.254/latest/meta-data/",
            "http://[::1]/a.jpg",
            "http://[::ffff:127.0.0.1]/a.jpg",
            "http://[fe80::1]/a.jpg",
            "http://[64:ff9b::7f00:1]/a.jpg",
            "http://0.0.0.0/a.jpg",
            "http://2130706433/a.jpg",
            "http://0x7f.1/a.jpg",
            "http://224.0.0.1/a.jpg",
            "http://100.64.0.1/a.jpg",
        ],
    )
    def test_private_addresses_are_rejected(self, address: str) -> None:
        with pytest.raises(DownloadError, match=r"not on a public address|no such host"):
            fetch(address, private_hosts=[])

    @pytest.mark.parametrize(
        ("address", "reason"),
        [
            ("ftp://example.com/a.jpg", "only http and https"),
            ("http:///a.jpg", "only http and https"),
            ("http://user:secret@example.com/a.jpg", "with a password"),
            ("http://example.com:99999/a.jpg", "not an address"),
            ("http://[::1/a.jpg", "not an address"),
            ("http://1.1.1.1:22/", "port 22 is not that of a web site"),
        ],
    )
    def test_invalid_urls_are_rejected(self, address: str, reason: str) -> None:
        with pytest.raises(DownloadError, match=reason):
            fetch(address, private_hosts=[])

    def test_name_with_private_and_public_addresses_is_rejected(self, monkeypatch: Any) -> None:
        answers = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 80)) for ip in ("93.184.216.34", "10.0.0.1")]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: answers)

        with pytest.raises(DownloadError, match="not on a public address"):
            public_addresses("example.com", 80)


@pytest.mark.django_db
class TestFetching:
    def test_images_are_fetched_once(self, host: str, write: Any) -> None:
        path = write([PEN | {"images": [f"{host}/image-1.jpg", f"{host}/image-2.jpg"]}, INK])

        summary = load(path, fetch_images=True)
        again = load(path, fetch_images=True)

        assert summary.notes["images fetched"] == 2
        assert again.notes["images fetched"] == 0
        images = list(ProductImage.objects.all())
        assert [image.product.sku for image in images] == ["P1", "P1"]
        assert images[0].image.read().startswith(b"\xff\xd8\xff")
        assert len(Handler.asked) == 2

    def test_failed_downloads_are_warnings_with_row(self, host: str, write: Any) -> None:
        rows = [PEN | {"images": [f"{host}/text"]}, INK | {"images": [f"{host}/private", f"{host}/image.jpg"]}]

        summary = load(write(rows), fetch_images=True)

        assert (summary.created, summary.failed) == (2, 0)
        assert [place for place, _reason in summary.warnings] == ["row 1", "row 2"]
        assert "Upload a valid image" in summary.warnings[0][1]
        assert "not on a public address" in summary.warnings[1][1]
        assert ProductImage.objects.get().product.sku == "I1"

    def test_number_of_images_is_limited(self, host: str, write: Any, settings: Any) -> None:
        settings.STOREFRONT_STORE_INTERCHANGE = {"FETCH_PRIVATE_HOSTS": ["127.0.0.1"], "FETCH_MAX_IMAGES": 2}
        rows = [PEN | {"images": [f"{host}/image-{n}.jpg" for n in range(5)]}]

        summary = load(write(rows), fetch_images=True)

        assert summary.notes["images fetched"] == 2
        assert summary.notes["images not fetched, beyond the bounds of one import"] == 3

    def test_total_time_is_limited(self, host: str, write: Any, settings: Any) -> None:
        settings.STOREFRONT_STORE_INTERCHANGE = {"FETCH_PRIVATE_HOSTS": ["127.0.0.1"], "FETCH_TOTAL_SECONDS": 0}

        summary = load(write([PEN | {"images": [f"{host}/image.jpg"]}]), fetch_images=True)

        assert summary.notes["images not fetched, beyond the bounds of one import"] == 1
        assert Handler.asked == []

    @pytest.mark.parametrize("options", [{"dry_run": True}, {}])
    def test_nothing_is_fetched_by_default_or_in_dry_run(self, host: str, write: Any, options: dict[str, bool]) -> None:
        wanted = {"fetch_images": True, **options} if options else {}

        summary = load(write([PEN | {"images": [f"{host}/image.jpg"]}]), **wanted)

        assert summary.notes["images elsewhere, not fetched"] == 1
        assert Handler.asked == []

    def test_images_of_parent_are_added_to_first_variant(self, host: str, write: Any) -> None:
        rows = (
            "Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price,Image Src\n"
            f"mug,Mug,Colour,Red,R,9,{host}/image-1.jpg\nmug,,,Blue,B,9,\nmug,,,,,,{host}/image-2.jpg\n"
        )

        load(write(rows), fetch_images=True)

        assert Product.objects.get(sku="R").images.count() == 2
        assert Product.objects.get(sku="B").images.count() == 0
