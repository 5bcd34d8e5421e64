from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.utils.module_loading import import_string
from djoser import signals
from djoser.conf import settings as djoser_settings
from djoser.views import UserViewSet as DjoserUserViewSet
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import SAFE_METHODS, AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.settings import api_settings
from rest_framework.throttling import BaseThrottle

from storefront_auth.api import throttles
from storefront_auth.api.errors import AccountView
from storefront_auth.api.pagination import LinkedPages
from storefront_auth.api.serializers import users as serializers
from storefront_auth.services import accounts

_USERNAME = get_user_model().USERNAME_FIELD

_SERIALIZERS: dict[str, type[BaseSerializer[Any]]] = {
    "activation": serializers.LinkSerializer,
    "resend_activation": serializers.EmailSerializer,
    "reset_password": serializers.EmailSerializer,
    "reset_password_confirm": serializers.ResetPasswordSerializer,
    "reset_username": serializers.EmailSerializer,
    "reset_username_confirm": serializers.ResetUsernameSerializer,
    "set_password": serializers.SetPasswordSerializer,
    "set_username": serializers.SetUsernameSerializer,
    "destroy": serializers.CurrentPasswordSerializer,
}
# These a host may replace, by djoser's own setting.
_REPLACEABLE: dict[str, type[BaseSerializer[Any]]] = {
    "user": serializers.UserSerializer,
    "current_user": serializers.UserSerializer,
    "user_create": serializers.UserCreateSerializer,
}
_OPEN = frozenset(
    {
        "create",
        "activation",
        "resend_activation",
        "reset_password",
        "reset_password_confirm",
        "reset_username",
        "reset_username_confirm",
    }
)
_MAIL = (throttles.ResetAddressThrottle, throttles.ResetAccountThrottle)
_PASSWORD = (throttles.PasswordThrottle,)
_THROTTLES: dict[str, tuple[type[BaseThrottle], ...]] = {
    "create": (throttles.RegisterAddressThrottle,),
    "me": (throttles.NewAddressThrottle,),
    "update": (throttles.NewAddressThrottle,),
    "partial_update": (throttles.NewAddressThrottle,),
    "reset_username_confirm": (throttles.RegisterAddressThrottle,),
    "resend_activation": _MAIL,
    "reset_password": _MAIL,
    "reset_username": _MAIL,
    "set_password": _PASSWORD,
    "set_username": _PASSWORD,
    "destroy": _PASSWORD,
}


class UserViewSet(AccountView, DjoserUserViewSet):
    """The routes of djoser, each of which hands its work to a use case of this package."""

    lookup_field = "pk"
    pagination_class = api_settings.DEFAULT_PAGINATION_CLASS or LinkedPages

    @property
    def step(self) -> str | None:
        """What is being done; deleting oneself is deleting."""
        return "destroy" if self.action == "me" and self.request.method == "DELETE" else self.action

    def get_queryset(self) -> QuerySet[Any]:
        """Return the users whom the one who asks may know of."""
        users = get_user_model()._default_manager.order_by("pk")
        return users if self.request.user.is_staff else users.filter(pk=self.request.user.pk)

    def get_object(self) -> Any:
        """Return the account of the route; on routes without a key, one's own."""
        return super().get_object() if self.lookup_field in self.kwargs else self.request.user

    def get_permissions(self) -> Any:
        # Whoever may post to a route may ask what to post.
        if self.action == "metadata" and self.action_map.get("post") in _OPEN:
            return [AllowAny()]
        return super().get_permissions()

    def get_serializer_class(self) -> type[BaseSerializer[Any]]:
        if self.step in _SERIALIZERS:
            return _SERIALIZERS[self.step]
        name = {"create": "user_create", "me": "current_user"}.get(self.action or "", "user")
        chosen = getattr(settings, "DJOSER", {}).get("SERIALIZERS", {}).get(name, _REPLACEABLE[name])
        return import_string(chosen) if isinstance(chosen, str) else chosen

    def get_throttles(self) -> list[BaseThrottle]:
        return [throttle() for throttle in _THROTTLES.get(self.step or "", ())] + super().get_throttles()

    def check_object_permissions(self, request: Request, obj: Any) -> None:
        super().check_object_permissions(request, obj)
        # By another address, and the link sent to it, staff would become the superuser.
        if obj.is_superuser and not request.user.is_superuser and request.method not in SAFE_METHODS:
            raise PermissionDenied

    def validated(self) -> Any:
        """Return the valid serializer of the request's body."""
        serializer = self.get_serializer(data=self.request.data)
        serializer.is_valid(raise_exception=True)
        return serializer

    def perform_create(self, serializer: BaseSerializer[Any], *args: Any, **kwargs: Any) -> None:
        user = serializer.save()
        self._tell(signals.user_registered, user)

    def perform_update(self, serializer: BaseSerializer[Any], *args: Any, **kwargs: Any) -> None:
        self._tell(signals.user_updated, serializer.save())

    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        user = self.get_object()
        accounts.check_password(request.user, self.validated().validated_data["current_password"])
        accounts.delete(user)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @action(["get", "put", "patch", "delete"], detail=False)
    def me(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Do to the own account what the routes with a key do to any."""
        steps = {"PUT": "update", "PATCH": "partial_update", "DELETE": "destroy"}
        return getattr(self, steps.get(str(request.method), "retrieve"))(request, *args, **kwargs)

    @action(["post"], detail=False)
    def activation(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        data = self.validated().validated_data
        user = accounts.activate(data["uid"], data["token"], confirm=djoser_settings.SEND_CONFIRMATION_EMAIL)
        self._tell(signals.user_activated, user)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @action(["post"], detail=False)
    def resend_activation(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        accounts.resend_activation(self._email())
        return Response(status=status.HTTP_204_NO_CONTENT)

    @action(["post"], detail=False)
    def set_password(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        data = self.validated().validated_data
        accounts.change_password(
            request.user,
            data["current_password"],
            data["new_password"],
            notify=djoser_settings.PASSWORD_CHANGED_EMAIL_CONFIRMATION,
        )
        return Response(status=status.HTTP_204_NO_CONTENT)

    @action(["post"], detail=False)
    def reset_password(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        accounts.request_password_reset(self._email())
        return Response(status=status.HTTP_204_NO_CONTENT)

    @action(["post"], detail=False)
    def reset_password_confirm(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        data = self.validated().validated_data
        accounts.reset_password(
            data["uid"],
            data["token"],
            data["new_password"],
            notify=djoser_settings.PASSWORD_CHANGED_EMAIL_CONFIRMATION,
        )
        return Response(status=status.HTTP_204_NO_CONTENT)

    @action(["post"], detail=False, url_path=f"set_{_USERNAME}")
    def set_username(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        serializer = self.validated()
        accounts.change_username(
            request.user,
            serializer.validated_data["current_password"],
            serializer.new_username,
            activate_by_mail=djoser_settings.SEND_ACTIVATION_EMAIL,
            notify=djoser_settings.USERNAME_CHANGED_EMAIL_CONFIRMATION,
        )
        return Response(status=status.HTTP_204_NO_CONTENT)

    @action(["post"], detail=False, url_path=f"reset_{_USERNAME}")
    def reset_username(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        accounts.request_username_reset(self._email())
        return Response(status=status.HTTP_204_NO_CONTENT)

    @action(["post"], detail=False, url_path=f"reset_{_USERNAME}_confirm")
    def reset_username_confirm(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        serializer = self.validated()
        data = serializer.validated_data
        accounts.reset_username(
            data["uid"],
            data["token"],
            serializer.new_username,
            activate_by_mail=djoser_settings.SEND_ACTIVATION_EMAIL,
            notify=djoser_settings.USERNAME_CHANGED_EMAIL_CONFIRMATION,
        )
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _email(self) -> str:
        (email,) = self.validated().validated_data.values()
        return email

    def _tell(self, signal: Any, user: Any) -> None:
        signal.send_robust(sender=type(self), user=user, request=self.request)
