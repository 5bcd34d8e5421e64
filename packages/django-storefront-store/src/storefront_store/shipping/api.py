"""The API of shipping methods."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.permissions import AllowAny

from storefront_store.api.conditional import NoStoreMixin
from storefront_store.api.serializers.fields import MoneyField
from storefront_store.api.views.base import ListMixin
from storefront_store.shipping.models import ShippingMethod


class ShippingMethodSerializer(serializers.ModelSerializer[Any]):
    """A shipping method. Its price for a basket is in the quote."""

    id: serializers.CharField = serializers.CharField(source="pk", read_only=True)
    price: MoneyField = MoneyField(max_digits=12, read_only=True)
    free_from: MoneyField = MoneyField(max_digits=12, read_only=True, allow_null=True)

    class Meta:
        model = ShippingMethod
        fields: ClassVar[Sequence[str]] = ["id", "name", "price", "free_from", "countries"]


class ShippingMethodViewSet(NoStoreMixin, ListMixin):
    """The active shipping methods."""

    permission_classes: Any = [AllowAny]
    http_method_names: Sequence[str] = ["get", "head", "options"]
    serializer_class: Any = ShippingMethodSerializer
    pagination_class: Any = None

    def get_serializer_class(self) -> Any:
        """Return the serializer of shipping methods."""
        return self.serializer_class

    def get_queryset(self) -> Any:
        """Return the active methods, in order."""
        return ShippingMethod.objects.filter(is_active=True)
