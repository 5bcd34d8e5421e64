"""The HTML of the sidebar of the admin.

It is on every page. Django's template for it takes a tenth of the time of a page, so the parts of it are made together
with the list of apps and kept with it; a page only chooses those of the current app and model.
"""

from __future__ import annotations

from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext


def navigation_html(apps: list[dict[str, Any]], path: str) -> SafeString:
    """Return the HTML of the list of apps.

    Args:
        apps: The apps, with their HTML.
        path: The path of the page, whose app and model are marked.
    """
    parts: list[str] = []
    for app in apps:
        parts.append(app["current_head"] if app["app_url"] in path else app["head"])
        for model in app["models"]:
            url = model.get("admin_url")
            parts.append(model["current_row"] if url and url in path else model["row"])
        parts.append("</table></div>")
    return SafeString("".join(parts))


def head_html(app: dict[str, Any], *, is_current: bool) -> SafeString:
    """Return the beginning of an app, to which its models and ``</table></div>`` are added."""
    return format_html(
        '<div class="app-{} module{}"><table><caption><a href="{}" class="section" title="{}">{}</a></caption>'
        '<thead class="visually-hidden"><tr><th scope="col">{}</th><th scope="col">{}</th><th scope="col">{}</th></tr>'
        "</thead>",
        app["app_label"],
        " current-app" if is_current else "",
        app["app_url"],
        gettext("Models in the %(name)s application") % {"name": app["name"]},
        app["name"],
        gettext("Model name"),
        gettext("Add link"),
        gettext("Change or view list link"),
    )


def row_html(app: dict[str, Any], model: dict[str, Any], *, is_current: bool) -> SafeString:
    """Return the row of a model, with links to its list and to the form to add an object."""
    name = model["object_name"].lower()
    key = f"{app['app_label']}-{name}"
    link: str = model["name"]
    add = ""
    if model.get("admin_url"):
        current = mark_safe(' aria-current="page"') if is_current else ""
        link = format_html('<a href="{}"{}>{}</a>', model["admin_url"], current, model["name"])
    if model.get("add_url"):
        add = format_html(
            '<a href="{}" class="addlink" aria-describedby="{}">{}</a>', model["add_url"], key, gettext("Add")
        )
    return format_html(
        '<tr class="model-{}{}"><th scope="row" id="{}">{}</th><td>{}</td></tr>',
        name,
        " current-model" if is_current else "",
        key,
        link,
        add,
    )
