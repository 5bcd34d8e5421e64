"""Files that the site serves: the favicon, and uploads if no web server serves them."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import Final

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django.views.static import serve

ICON: Final = "store_custom/logo.svg"


@require_safe
@cache_control(public=True, max_age=86400)
def favicon(request: HttpRequest) -> HttpResponseBase:
    """Send the icon that browsers request for pages without an icon, such as those of the admin."""
    path = finders.find(ICON)
    if path is None:
        raise Http404
    return FileResponse(Path(path).open("rb"), content_type="image/svg+xml")


def media(request: HttpRequest, path: str) -> HttpResponseBase:
    """Send an uploaded file.

    Raises:
        Http404: If the file does not exist, or the name is too long for the file system.
    """
    try:
        return serve(request, path, document_root=str(settings.MEDIA_ROOT))
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            raise Http404 from error
        raise
