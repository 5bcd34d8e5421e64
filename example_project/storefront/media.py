"""Uploaded files, where no web server stands before the site to serve them."""

from __future__ import annotations

import errno

from django.conf import settings
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.static import serve


def media(request: HttpRequest, path: str) -> HttpResponseBase:
    """Send an uploaded file.

    Raises:
        Http404: If there is none, nor can be: no file has a name longer than the file system allows.
    """
    try:
        return serve(request, path, document_root=str(settings.MEDIA_ROOT))
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            raise Http404 from error
        raise
