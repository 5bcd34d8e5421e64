"""URL patterns of payments. Include them with ``path("store/", include("storefront_store.payments.urls"))``."""

from __future__ import annotations

from django.db import transaction
from django.urls import URLPattern, path

from storefront_store.payments.api import callbacks, views
from storefront_store.services.transactions import using

app_name = "storefront_store_payments"

_outside_transactions = transaction.non_atomic_requests(using=using())

urlpatterns: list[URLPattern] = [
    path("payment-methods/", views.PaymentMethodViewSet.as_view({"get": "list"}), name="payment-methods"),
    path(
        "orders/<str:order_pk>/payments/",
        views.PaymentViewSet.as_view({"get": "list", "post": "create"}),
        name="order-payments",
    ),
    path(
        "orders/<str:order_pk>/refunds/",
        views.RefundViewSet.as_view({"get": "list", "post": "create"}),
        name="order-refunds",
    ),
    path("payments/<str:token>/", _outside_transactions(callbacks.PaymentPage.as_view()), name="page"),
    path("payments/<str:token>/callback/", _outside_transactions(callbacks.CallbackView.as_view()), name="callback"),
    path(
        "payment-callbacks/<str:variant>/",
        _outside_transactions(callbacks.VariantCallbackView.as_view()),
        name="variant-callback",
    ),
]
