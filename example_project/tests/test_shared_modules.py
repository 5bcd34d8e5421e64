"""The copies of shared modules in several packages, which do not depend on each other, are identical.

A change has to be made in all copies. Add a module or folder to ``SHARED``.
"""

from __future__ import annotations

from pathlib import Path

import pytest

PACKAGES = Path(__file__).parents[2] / "packages"
SOURCES = {
    "auth": PACKAGES / "django-storefront-auth/src/storefront_auth",
    "likes": PACKAGES / "django-generic-likes/src/generic_likes",
    "store": PACKAGES / "django-storefront-store/src/storefront_store",
    "tags": PACKAGES / "django-generic-tags/src/generic_tags",
}
# The shared folders and modules, with the packages that contain a copy.
SHARED = {
    "links": ("tags", "likes"),
    "admin/hardening": ("store", "auth", "tags", "likes"),
    "prepared.py": ("store", "auth", "tags", "likes"),
}


def contents(place: Path) -> dict[str, bytes]:
    """Return the bytes of a module, or of all the modules of a folder, by name."""
    if place.is_file():
        return {place.name: place.read_bytes()}
    return {str(file.relative_to(place)): file.read_bytes() for file in sorted(place.rglob("*.py"))}


@pytest.mark.parametrize("shared", SHARED)
def test_copies_of_shared_module_are_identical(shared: str) -> None:
    first, *others = [contents(SOURCES[package] / shared) for package in SHARED[shared]]

    assert first
    for other in others:
        assert sorted(other) == sorted(first)
        assert [name for name in first if first[name] != other[name]] == []


@pytest.mark.parametrize("shared", SHARED)
def test_shared_module_imports_no_package(shared: str) -> None:
    names = [source.name.encode() for source in SOURCES.values()]
    texts = contents(SOURCES[SHARED[shared][0]] / shared)

    assert [name for name, text in texts.items() if any(b"import " + package in text for package in names)] == []
    assert [name for name, text in texts.items() if any(b"from " + package in text for package in names)] == []


def test_status_helpers_of_suites_are_identical() -> None:
    copies = [file.read_bytes() for file in PACKAGES.glob("*/tests/*_testapp/statuses.py")]

    assert len(copies) == len(SOURCES)
    assert len(set(copies)) == 1
