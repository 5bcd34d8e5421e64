"""Template tags for the index page of the admin."""

from __future__ import annotations

from typing import Any

from django import template

from store_custom.dashboard import figures_for

register = template.Library()


@register.inclusion_tag("store_custom/admin/dashboard.html", takes_context=True)
def shop_dashboard(context: Any) -> dict[str, Any]:
    """Show orders, revenue, best sellers and low stock, depending on the user's permissions."""
    return figures_for(context.request.user)
