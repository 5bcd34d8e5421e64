"""The view of URLs that lack the slash at their end."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect, JsonResponse
from django.urls import is_valid_path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.csrf import csrf_exempt
from rest_framework.permissions import SAFE_METHODS


@method_decorator(csrf_exempt, name="dispatch")  # the answer changes nothing
class MissingSlashView(View):
    """View for URLs without the trailing slash: redirects reads, and refuses writes with an explanation.

    Django would redirect writes too, which loses the body, or fail with a debug page.
    """

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Redirect the request, or refuse a write.

        Raises:
            Http404: If the URL with a slash does not exist either.
        """
        path = f"{request.path_info}/"
        if not is_valid_path(path, getattr(request, "urlconf", None)):
            raise Http404
        if request.method in SAFE_METHODS:
            return HttpResponsePermanentRedirect(request.get_full_path(force_append_slash=True))
        detail = _("This address needs a slash at its end: %(path)s") % {"path": f"{request.path}/"}
        return JsonResponse({"detail": detail, "code": "missing_slash"}, status=404)
