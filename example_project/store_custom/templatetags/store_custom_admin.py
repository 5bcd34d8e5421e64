"""Template tags for the pages of the admin."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.safestring import SafeString

from store_custom.dashboard import figures_for
from store_custom.navigation import navigation_html

register = template.Library()


@register.inclusion_tag("store_custom/admin/dashboard.html", takes_context=True)
def shop_dashboard(context: Any) -> dict[str, Any]:
    """Show orders, revenue, best sellers and low stock, depending on the user's permissions."""
    return figures_for(context.request.user)


@register.simple_tag(takes_context=True)
def shop_navigation(context: Any, apps: list[dict[str, Any]]) -> SafeString:
    """Show the list of apps in the sidebar."""
    return navigation_html(apps, context.request.path)
