"""The page that shows the API's schema."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from drf_spectacular.views import SpectacularSwaggerView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request


class DocsView(SpectacularSwaggerView):
    """Show the schema with Swagger UI, to anybody and whatever token comes along."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    def options(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:  # type: ignore[override]
        """Answer which methods are allowed.

        REST framework would describe the view, and a page has no renderer for such a description.
        """
        return HttpResponse(status=HTTPStatus.OK, headers={"Allow": ", ".join(self.allowed_methods)})
