"""The pages of the playground. Only staff can send mails, and only to themselves or the admins."""

from __future__ import annotations

import logging
import time
from smtplib import SMTPException
from typing import Any, Final

from django.contrib.admin.views.decorators import staff_member_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views.decorators.cache import cache_page, never_cache
from django.views.decorators.http import require_POST, require_safe
from django.views.generic import View

from playground import mails, slow

logger = logging.getLogger(__name__)

SLOWNESS: Final = 2  # seconds
PAGE_SECONDS: Final = 5 * 60


class HelloView(View):
    """Page with the response of the slow service, which is cached for ten minutes."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the page."""
        return render(request, "playground/hello.html", {"name": "world", "answer": slow.ask_once()})


@method_decorator(cache_page(PAGE_SECONDS, cache="pages"), name="get")
class CachedHelloView(View):
    """The same page, which is cached as a whole; the response of the service is not cached separately."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the page."""
        return render(request, "playground/hello.html", {"name": "world", "answer": slow.ask()})


@require_safe
@never_cache
def slow_service(request: HttpRequest) -> JsonResponse:
    """Return a response after a delay, to simulate a slow external service."""
    time.sleep(SLOWNESS)
    return JsonResponse({"message": "Good things take time."})


@require_POST
@staff_member_required
def send(request: HttpRequest, way: str) -> JsonResponse:
    """Send a mail to the user of the request, or to the admins."""
    if way not in mails.WAYS:
        raise Http404
    subject, text = request.POST.get("subject", "Hello"), request.POST.get("text", "Hello from the playground.")
    try:
        mails.WAYS[way](subject, text, request.user.email)  # type: ignore[union-attr]
    except ValueError:  # BadHeaderError or another ValueError, for a line break in a header
        logger.warning("A mail with a bad header was refused")
        return answer(400, "The subject must be a single line.", "bad_header")
    except (OSError, SMTPException):
        logger.exception("The mail could not be sent")
        return answer(503, "The mail server can't be reached.", "mail_unavailable")
    return JsonResponse({"sent": way})


@require_POST
@staff_member_required
def notify(request: HttpRequest) -> JsonResponse:
    """Start a long task in a worker, or in this process if there is no broker."""
    # Imported where they are used, because a site without the playground's button does not need Celery.
    from kombu.exceptions import OperationalError

    from playground.tasks import notify_customers

    try:
        notify_customers.apply_async([request.POST.get("text", "Hello")], retry=False)
    except OperationalError:
        logger.exception("The task could not be queued")
        return answer(503, "The broker can't be reached.", "broker_unavailable")
    return JsonResponse({"queued": "notify_customers"}, status=202)


def answer(status: int, detail: str, code: str) -> JsonResponse:
    """Return an error response in the format of the API."""
    body: dict[str, Any] = {"detail": detail, "code": code}
    return JsonResponse(body, status=status)
