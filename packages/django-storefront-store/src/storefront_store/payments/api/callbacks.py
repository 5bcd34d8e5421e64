"""Views for callbacks and forms of providers. They are authenticated by the token or the signature."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.loader import select_template
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import View

from storefront_store.api.errors import RETRY_AFTER, STATUSES
from storefront_store.exceptions import StoreError
from storefront_store.payments.models import Payment
from storefront_store.payments.services import callbacks, payments

TEMPLATES: Final = ("storefront_store_payments/{variant}.html", "storefront_store_payments/pay.html")


def error_response(error: StoreError) -> JsonResponse:
    """Return the response to an error, in the format of the API."""
    code = next(value for kind, value in STATUSES.items() if isinstance(error, kind))
    headers = {"Retry-After": RETRY_AFTER} if code == 503 else None
    return JsonResponse({"detail": str(error.message), "code": error.code}, status=code, headers=headers)


class _ErrorsView(View):
    """Base view with error responses in JSON."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Call the handler of the method, and convert exceptions to responses."""
        try:
            return super().dispatch(request, *args, **kwargs)
        except StoreError as error:
            return error_response(error)
        except RequestDataTooBig:
            return JsonResponse({"detail": _("The request body is too large."), "code": "too_large"}, status=413)
        except SuspiciousOperation:
            return JsonResponse({"detail": _("The request can't be understood."), "code": "bad_request"}, status=400)

    def http_method_not_allowed(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Return 405 in JSON."""
        allowed = ", ".join(name.upper() for name in self.http_method_names if hasattr(self, name))
        body = {"detail": _("Method not allowed."), "code": "method_not_allowed"}
        return JsonResponse(body, status=405, headers={"Allow": allowed})


@method_decorator([csrf_exempt, never_cache], name="dispatch")
class CallbackView(_ErrorsView):
    """View for callbacks of one payment. Some providers redirect the customer here, with GET."""

    http_method_names: Sequence[str] = ["get", "post", "options"]

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """Process the parameters of the customer's redirect."""
        return callbacks.receive(token, request)

    post = get


@method_decorator([csrf_exempt, never_cache], name="dispatch")
class VariantCallbackView(_ErrorsView):
    """View for callbacks of all payments of a variant."""

    http_method_names: Sequence[str] = ["post", "options"]

    def post(self, request: HttpRequest, variant: str) -> HttpResponse:
        """Process a signed report of the provider."""
        response = callbacks.receive_for_variant(variant, request)
        return JsonResponse({"status": "ignored"}) if response is None else response


@method_decorator(never_cache, name="dispatch")
class PaymentPage(_ErrorsView):
    """View for the form of a provider without its own page. Override the template for one variant or all."""

    http_method_names: Sequence[str] = ["get", "post", "options"]

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """Show the form, or redirect the customer if there is none."""
        return self.answer(request, callbacks.find_payment(token), None)

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """Submit the customer's input."""
        return self.answer(request, callbacks.find_payment(token), request.POST)

    def answer(self, request: HttpRequest, payment: Payment, data: Any) -> HttpResponse:
        """Return the page with the form, or redirect the customer."""
        if not payments.is_wanted(payment):
            return HttpResponseRedirect(payment.return_url)
        if payment.url and payment.url != payments.page_url(payment):
            return HttpResponseRedirect(payment.url)
        answer = payments.submit_form(payment, data)
        if isinstance(answer, str):
            return HttpResponseRedirect(answer)
        template = select_template([name.format(variant=payment.variant) for name in TEMPLATES])
        return HttpResponse(template.render({"form": answer, "payment": payment}, request))
