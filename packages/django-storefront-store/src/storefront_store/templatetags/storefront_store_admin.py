"""Template tags for admin pages."""

from __future__ import annotations

from typing import Any, Final

from django import template

from storefront_store.admin.dashboard import figures

register: Final = template.Library()


@register.inclusion_tag("admin/storefront_store/figures.html", takes_context=True)
def store_figures(context: Any) -> dict[str, Any]:
    """Return the context of the dashboard with the figures that the user may see."""
    request = context.request
    return {"figures": figures(request.user, getattr(request, "current_app", None))}
