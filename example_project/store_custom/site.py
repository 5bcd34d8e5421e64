"""The admin site of this project, which builds its navigation once for all users with the same permissions."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import admin
from django.contrib.admin.apps import AdminConfig
from django.http import HttpRequest
from django.urls import get_script_prefix
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from store_custom.navigation import app_html

MAX_LISTS: Final = 256  # of combinations of permissions and language


class StorefrontAdminConfig(AdminConfig):
    """Django's admin, with the admin site of this project."""

    default_site = "store_custom.site.StorefrontAdminSite"


class StorefrontAdminSite(admin.AdminSite):
    """The admin site, with the name of the project and the dashboard on its index page.

    The list of apps is on every page, and building it takes a tenth of the time of a page. It depends only on the
    permissions and the language of the user, because each page of this project checks nothing else.
    """

    site_header = _("Storefront Admin")
    site_title = _("Storefront")
    index_title = _("Admin Dashboard")
    index_template = "store_custom/admin/index.html"

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self._lists: dict[Any, list[dict[str, Any]]] = {}

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
        """Return the apps and models that the user may see, with names in the language of the request."""
        if app_label is not None:
            return super().get_app_list(request, app_label)
        user: Any = request.user
        rights = True if user.is_superuser else frozenset(user.get_all_permissions())
        key = (user.is_active and user.is_staff, rights, get_language(), get_script_prefix(), len(self._registry))
        found = self._lists.get(key)
        if found is None:
            if len(self._lists) >= MAX_LISTS:
                self._lists.clear()
            found = self._lists[key] = [_in_language(app) for app in super().get_app_list(request)]
        return found


def _in_language(app: dict[str, Any]) -> dict[str, Any]:
    """Return an app of the list with names as text instead of lazy translations, and its HTML for the sidebar."""
    models = [{**model, "name": str(model["name"])} for model in app["models"]]
    named = {**app, "name": str(app["name"]), "models": models}
    return {**named, "html": app_html(named)}
