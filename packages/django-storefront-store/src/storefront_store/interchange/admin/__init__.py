"""Import and export on the admin page of products."""

from __future__ import annotations

from storefront_store.interchange.admin.pages import InterchangeMixin, extend

__all__ = ["InterchangeMixin", "extend"]
