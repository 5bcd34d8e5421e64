"""The parameters that a page of the admin gets from the page that opened it."""

from __future__ import annotations

from typing import Any, Final

from django.apps import apps
from django.contrib.admin.options import TO_FIELD_VAR
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse

from .generics import AnyModelAdmin

SOURCE_MODEL_VAR: Final = "_source_model"  # Django 5.2 and later


class CheckedPopupsMixin(AnyModelAdmin):
    """Admin class that rejects parameters of popups that no page of the admin sends."""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Show the form or save it.

        Raises:
            BadRequest: If ``_to_field`` is not a field that another model refers to.
        """
        self._check_popup(request)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Ask for confirmation, or delete the row.

        Raises:
            BadRequest: If ``_to_field`` is not a field that another model refers to.
        """
        self._check_popup(request)
        return super().delete_view(request, object_id, extra_context)

    def _check_popup(self, request: HttpRequest) -> None:
        """Check the parameters that are passed to a popup by the page that opened it."""
        for data in (request.GET, request.POST):
            to_field = data.get(TO_FIELD_VAR)
            if to_field and not self.to_field_allowed(request, to_field):
                raise BadRequest(f"{TO_FIELD_VAR} is no field that can be referred to.")
            source = data.get(SOURCE_MODEL_VAR)
            if source and not self._is_registered(source):
                raise BadRequest(f"{SOURCE_MODEL_VAR} is no model of this site.")

    def _is_registered(self, label: str) -> bool:
        try:
            return self.admin_site.is_registered(apps.get_model(label))
        except (LookupError, ValueError):
            return False
