"""The documentation page of the API."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from drf_spectacular.views import SpectacularSwaggerView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request


class DocsView(SpectacularSwaggerView):
    """Page that shows the schema with Swagger UI to everybody; tokens in the request are ignored."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    def options(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:  # type: ignore[override]
        """Return the allowed methods.

        REST framework would return metadata of the view, for which an HTML page has no renderer.
        """
        return HttpResponse(status=HTTPStatus.OK, headers={"Allow": ", ".join(self.allowed_methods)})
