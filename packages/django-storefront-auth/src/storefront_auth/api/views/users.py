"""The routes of djoser for accounts."""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import ImproperlyConfigured
from django.db.models import QuerySet
from django.utils.module_loading import import_string
from djoser import signals
from djoser.conf import settings as djoser_settings
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.settings import api_settings
from rest_framework.throttling import BaseThrottle

from storefront_auth.accounts.authority import is_staff
from storefront_auth.api import throttles
from storefront_auth.api.errors import AccountView
from storefront_auth.api.openapi import document_users
from storefront_auth.api.pagination import LinkedPages
from storefront_auth.api.permissions import MayEditAccount
from storefront_auth.api.serializers import users as serializers
from storefront_auth.conf import app_settings
from storefront_auth.services import accounts, activation, deletion, passwords, privacy, usernames

try:
    from djoser.views import UserViewSet as DjoserUserViewSet
except RuntimeError as error:
    raise ImproperlyConfigured(
        "djoser requires the app rest_framework.authtoken, which is not needed. "
        "Add to the settings: DJOSER = {**recommended.DJOSER}"
    ) from error

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
# Serializers that a project may replace, with djoser's setting.
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
_UPDATE = (throttles.NewAddressThrottle, throttles.NewAddressPasswordThrottle)
_THROTTLES: dict[str, tuple[type[BaseThrottle], ...]] = {
    "create": (throttles.RegisterAddressThrottle,),
    "me": _UPDATE,
    "update": _UPDATE,
    "partial_update": _UPDATE,
    "reset_username_confirm": (throttles.RegisterAddressThrottle,),
    "resend_activation": _MAIL,
    "reset_password": _MAIL,
    "reset_username": _MAIL,
    "set_password": _PASSWORD,
    "set_username": _PASSWORD,
    "destroy": _PASSWORD,
    "data": (throttles.PersonalDataThrottle,),
}


@document_users
class UserViewSet(AccountView, DjoserUserViewSet):
    """The routes of djoser, each of which hands its work to a use case of this package."""

    lookup_field = "pk"
    pagination_class: ClassVar[Any] = api_settings.DEFAULT_PAGINATION_CLASS or LinkedPages

    @property
    def step(self) -> str | None:
        """The name of the action, which is ``destroy`` also for deleting one's own account."""
        return "destroy" if self.action == "me" and self.request.method == "DELETE" else self.action

    def get_queryset(self) -> QuerySet[Any]:
        """Return the users that are visible to the user of the request."""
        users = get_user_model()._default_manager.order_by("pk")
        return users if is_staff(self.request.user) else users.filter(pk=self.request.user.pk)

    def get_object(self) -> Any:
        """Return the account of the route, which is that of the user on routes without a key."""
        return super().get_object() if self.lookup_field in self.kwargs else self.request.user

    def get_permissions(self) -> list[Any]:
        """Return the permissions from djoser's settings, and the one for changing other accounts."""
        # Whoever may POST to a route may also read its description with OPTIONS.
        if self.action == "metadata" and self.action_map.get("post") in _OPEN:
            return [AllowAny()]
        return [*super().get_permissions(), MayEditAccount()]

    def permission_denied(self, request: Request, message: str | None = None, code: str | None = None) -> NoReturn:
        """Raise 403 for staff, who can see every account; other users get djoser's 404."""
        if is_staff(request.user):
            raise PermissionDenied(detail=message, code=code)
        super().permission_denied(request, message=message, code=code)
        raise PermissionDenied

    def get_serializer_class(self) -> type[BaseSerializer[Any]]:
        """Return the serializer of the action, which djoser's setting can replace for accounts."""
        if self.step in _SERIALIZERS:
            return _SERIALIZERS[self.step]
        name = {"create": "user_create", "me": "current_user"}.get(self.action or "", "user")
        chosen = getattr(settings, "DJOSER", {}).get("SERIALIZERS", {}).get(name, _REPLACEABLE[name])
        return import_string(chosen) if isinstance(chosen, str) else chosen

    def get_throttles(self) -> list[BaseThrottle]:
        """Return the throttles of the action, and those of the project."""
        return [throttle() for throttle in _THROTTLES.get(self.step or "", ())] + super().get_throttles()

    def validated(self) -> Any:
        """Return the valid serializer of the request's body."""
        serializer = self.get_serializer(data=self.request.data)
        serializer.is_valid(raise_exception=True)
        return serializer

    def perform_create(self, serializer: BaseSerializer[Any], *args: Any, **kwargs: Any) -> None:
        """Create the account and send djoser's signal."""
        self._send(signals.user_registered, serializer.save())

    def perform_update(self, serializer: BaseSerializer[Any], *args: Any, **kwargs: Any) -> None:
        """Change the account and send djoser's signal."""
        self._check_new_address(serializer)
        self._send(signals.user_updated, serializer.save())

    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Delete the account."""
        user = self.get_object()
        passwords.check_password(self.account, self.validated().validated_data["current_password"])
        deletion.delete(user)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @action(["get", "put", "patch", "delete"], detail=False)
    def me(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Do to the own account what the routes with a key do to any."""
        steps = {"PUT": "update", "PATCH": "partial_update", "DELETE": "destroy"}
        return getattr(self, steps.get(str(request.method), "retrieve"))(request, *args, **kwargs)

    @action(["get"], detail=False, url_path="me/data", permission_classes=[IsAuthenticated])
    def data(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return everything that is held about the user."""
        return Response(
            privacy.personal_data(self.account),
            headers={"Content-Disposition": 'attachment; filename="personal-data.json"'},
        )

    @action(["post"], detail=False)
    def activation(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Activate an account by a mailed link."""
        data = self.validated().validated_data
        user = activation.activate(data["uid"], data["token"], confirm=djoser_settings.SEND_CONFIRMATION_EMAIL)
        self._send(signals.user_activated, user)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @action(["post"], detail=False)
    def resend_activation(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Mail the link to activate an account again."""
        activation.resend_activation(self._email())
        return Response(status=status.HTTP_204_NO_CONTENT)

    @action(["post"], detail=False)
    def set_password(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Change the own password."""
        data = self.validated().validated_data
        passwords.change_password(
            self.account,
            data["current_password"],
            data["new_password"],
            notify=djoser_settings.PASSWORD_CHANGED_EMAIL_CONFIRMATION,
        )
        return Response(status=status.HTTP_204_NO_CONTENT)

    @action(["post"], detail=False)
    def reset_password(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Mail a link to set a new password."""
        passwords.request_password_reset(self._email())
        return Response(status=status.HTTP_204_NO_CONTENT)

    @action(["post"], detail=False)
    def reset_password_confirm(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Set a new password by a mailed link."""
        data = self.validated().validated_data
        passwords.reset_password(
            data["uid"],
            data["token"],
            data["new_password"],
            notify=djoser_settings.PASSWORD_CHANGED_EMAIL_CONFIRMATION,
        )
        return Response(status=status.HTTP_204_NO_CONTENT)

    @action(["post"], detail=False, url_path=f"set_{_USERNAME}")
    def set_username(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Change the own user name."""
        serializer = self.validated()
        usernames.change_username(
            self.account,
            serializer.validated_data["current_password"],
            serializer.new_username,
            activate_by_mail=djoser_settings.SEND_ACTIVATION_EMAIL,
            notify=djoser_settings.USERNAME_CHANGED_EMAIL_CONFIRMATION,
        )
        return Response(status=status.HTTP_204_NO_CONTENT)

    @action(["post"], detail=False, url_path=f"reset_{_USERNAME}")
    def reset_username(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Mail a link to choose a new user name."""
        usernames.request_username_reset(self._email())
        return Response(status=status.HTTP_204_NO_CONTENT)

    @action(["post"], detail=False, url_path=f"reset_{_USERNAME}_confirm")
    def reset_username_confirm(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Set a new user name by a mailed link."""
        serializer = self.validated()
        usernames.reset_username(
            serializer.validated_data["uid"],
            serializer.validated_data["token"],
            serializer.new_username,
            activate_by_mail=djoser_settings.SEND_ACTIVATION_EMAIL,
            notify=djoser_settings.USERNAME_CHANGED_EMAIL_CONFIRMATION,
        )
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _check_new_address(self, serializer: BaseSerializer[Any]) -> None:
        """Check the current password if the user's own email address changes."""
        account: Any = serializer.instance
        if (
            app_settings.EMAIL_CHANGE_REQUIRES_PASSWORD
            and account.pk == self.request.user.pk
            and accounts.moves(account, serializer.validated_data)
        ):
            proof = serializers.CurrentPasswordSerializer(data=self.request.data)
            proof.is_valid(raise_exception=True)
            passwords.check_password(self.account, proof.validated_data["current_password"])

    def _email(self) -> str:
        (email,) = self.validated().validated_data.values()
        return email

    def _send(self, signal: Any, user: Any) -> None:
        signal.send_robust(sender=type(self), user=user, request=self.request)
