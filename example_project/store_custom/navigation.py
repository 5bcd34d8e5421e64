"""The HTML of the sidebar of the admin.

It is on every page, and Django's template for it takes a tenth of the time of a page. It is therefore rendered once for
each list of apps; a page only marks its own app and model.
"""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any, Final

from django.template.defaultfilters import urlencode
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString

NOWHERE: Final = SimpleNamespace(path="")  # a request for no page, so that nothing is marked


def app_html(app: dict[str, Any]) -> str:
    """Return an app of the list as Django's template shows it on the page of another app."""
    return render_to_string("admin/app_list.html", {"app_list": [app], "request": NOWHERE})


def navigation_html(apps: list[dict[str, Any]], path: str) -> SafeString:
    """Return the HTML of the list of apps.

    Args:
        apps: The apps, with their HTML.
        path: The path of the page, whose app and model are marked.
    """
    quoted = urlencode(path)
    return SafeString("".join(_marked(app, quoted) if app["app_url"] in quoted else app["html"] for app in apps))


def _marked(app: dict[str, Any], path: str) -> str:
    label = app["app_label"]
    html: str = app["html"].replace(f'class="app-{label} module"', f'class="app-{label} module current-app"', 1)
    for model in app["models"]:
        url = model.get("admin_url")
        if url and url in path:
            name = model["object_name"].lower()
            link = rf'<th scope="row" id="{label}-{name}">\s*<a href="{re.escape(escape(url))}"'
            row = rf'(<tr class="model-{name})(">\s*{link})'
            html = re.sub(row, r'\1 current-model\2 aria-current="page"', html, count=1)
    return html
