"""The OpenAPI description of the views, for projects with drf-spectacular (the extra ``openapi``)."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any, Final, TypeVar

from rest_framework import serializers

View = TypeVar("View", bound=type)
Decorator = Callable[[Any], Any]

TAG_ACCOUNTS: Final = "Accounts"
TAG_TOKENS: Final = "Tokens"


class AuthErrorSerializer(serializers.Serializer[Any]):
    """What went wrong, for people and for programs."""

    detail: serializers.CharField = serializers.CharField(read_only=True)
    code: serializers.CharField = serializers.CharField(read_only=True)


class AuthFieldErrorsSerializer(serializers.Serializer[Any]):
    """What is wrong with each field, or ``detail`` and ``code`` if the body cannot be read."""


class VerifiedSerializer(serializers.Serializer[Any]):
    """Nothing: the token would be accepted."""


try:
    from drf_spectacular.extensions import OpenApiAuthenticationExtension, OpenApiSerializerExtension
    from drf_spectacular.types import OpenApiTypes
    from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema
except ImportError:  # the extra is not installed

    def document_users(view: View) -> View:
        """Return ``view`` as it is."""
        return view

    def document_view(**operations: Any) -> Callable[[View], View]:
        """Return a decorator that returns its view as it is."""
        return lambda view: view

else:

    class JWTScheme(OpenApiAuthenticationExtension):
        """The security scheme of the access tokens."""

        target_class = "storefront_auth.authentication.JWTAuthentication"
        name = "jwtAuth"

        def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
            """Return the scheme; the header may use ``JWT`` instead of ``Bearer``."""
            return {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}

    class FieldErrorsExtension(OpenApiSerializerExtension):
        """The schema of errors by field."""

        target_class = AuthFieldErrorsSerializer

        def get_name(self, *args: Any, **kwargs: Any) -> str:
            """Return the name of the component."""
            return "AuthFieldErrors"

        def map_serializer(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
            """Return an object with lists of messages, or one message, by field."""
            messages = {"type": "array", "items": {"type": "string"}}
            return {"type": "object", "additionalProperties": {"oneOf": [messages, {"type": "string"}]}}

    _REASONS: Final[dict[int, str]] = {
        401: "The token or the credentials are not valid.",
        403: "Not permitted.",
        404: "There is no such account, or it is not visible; or `?format=` names no known format.",
        406: "The response cannot be given in an accepted media type.",
        409: "Other records depend on the account.",
        413: "The body is too large.",
        415: "The media type of the body is not supported.",
        429: "Too many requests; Retry-After holds the seconds to wait.",
        503: "The service is busy; Retry-After holds the seconds to wait.",
    }
    _RETRY_AFTER: Final = OpenApiParameter(
        "Retry-After", int, OpenApiParameter.HEADER, description="Seconds to wait.", response=[429, 503]
    )
    _BODY = (400, 413, 415)
    _OWN = (401, 403)

    def _responses(success: dict[int, Any], *statuses: int) -> dict[int, Any]:
        answers: dict[int, Any] = {
            status: OpenApiResponse(AuthErrorSerializer, _REASONS[status])
            for status in {404, 406, 503, *statuses}
            if status != 400
        }
        if 400 in statuses:
            answers[400] = OpenApiResponse(AuthFieldErrorsSerializer, "A value is not valid.")
        done = {
            status: answer or OpenApiResponse(description="Done." if status == 204 else "")
            for status, answer in success.items()
        }
        return {**done, **dict(sorted(answers.items()))}

    def _operation(
        operation_id: str, summary: str, success: dict[int, Any], *statuses: int, tag: str = TAG_ACCOUNTS, **kwargs: Any
    ) -> Decorator:
        decorate = extend_schema(
            operation_id=operation_id,
            summary=summary,
            tags=[tag],
            responses=_responses(success, *statuses),
            parameters=[_RETRY_AFTER],
            **kwargs,
        )
        return lambda method: _in_json(decorate(method))

    def _in_json(method: Any) -> Any:
        """Describe the request body as JSON only, which keeps the schema short."""
        present = method.kwargs["schema"]
        method.kwargs["schema"] = type("JSONSchema", (present,), {"map_parsers": lambda schema: ["application/json"]})
        return method

    def _chain(*decorators: Decorator) -> Decorator:
        return lambda method: reduce(lambda done, decorate: decorate(done), decorators, method)

    def document_view(**operations: Any) -> Callable[[View], View]:
        """Return a decorator that describes the operations of a view.

        Args:
            operations: The description of each method, by the name of the method.
        """
        from drf_spectacular.utils import extend_schema_view

        return extend_schema_view(**operations)

    def document_users(view: View) -> View:
        """Describe the routes of accounts."""
        from storefront_auth.api.serializers import users as forms

        user, data = forms.UserSerializer, {200: OpenApiTypes.OBJECT}
        delete: dict[str, Any] = {"request": forms.CurrentPasswordSerializer}
        mailed: dict[str, Any] = {"auth": []}

        def change(prefix: str, what: str, *, by_method: bool = False) -> list[Decorator]:
            """Return the descriptions of replacing and changing an account."""
            names = (("PUT", "replace", "Replace"), ("PATCH", "update", "Change"))
            return [
                _operation(
                    f"{prefix}_{name}",
                    f"{verb} {what}",
                    {200: user},
                    *_BODY,
                    *_OWN,
                    429,
                    404,
                    description="A new email address of one's own asks for `current_password`.",
                    request=forms.AccountChangeSerializer,
                    methods=[method] if by_method else None,
                )
                for method, name, verb in names
            ]

        replace, update = change("users", "an account")
        operations = {
            "list": _operation("users_list", "List the accounts that one may see", {200: user(many=True)}, 401, 404),
            "create": _operation(
                "users_register",
                "Register",
                {201: forms.UserCreateSerializer},
                *_BODY,
                *_OWN,
                429,
                examples=[
                    OpenApiExample(
                        "Registration",
                        {"username": "ann", "email": "ann@example.com", "password": "correct-horse-7"},
                        request_only=True,
                    )
                ],
                auth=[],
            ),
            "retrieve": _operation("users_retrieve", "Show an account", {200: user}, 401, 404),
            "update": replace,
            "partial_update": update,
            "destroy": _operation(
                "users_delete", "Delete an account", {204: None}, *_BODY, *_OWN, 404, 409, 429, **delete
            ),
            "me": _chain(
                _operation("me_retrieve", "Show the own account", {200: user}, 401, methods=["GET"]),
                *change("me", "the own account", by_method=True),
                _operation(
                    "me_delete",
                    "Delete the own account",
                    {204: None},
                    *_BODY,
                    *_OWN,
                    404,
                    409,
                    429,
                    methods=["DELETE"],
                    **delete,
                ),
            ),
            "data": _operation("me_data", "Export what is held about oneself", data, 401, 429),
            "activation": _operation(
                "users_activate", "Activate an account by a mailed link", {204: None}, *_BODY, 401, 403, **mailed
            ),
            "resend_activation": _operation(
                "users_resend_activation", "Mail the activation link again", {204: None}, *_BODY, 401, 429, **mailed
            ),
            "set_password": _operation(
                "me_set_password", "Change the own password", {204: None}, *_BODY, *_OWN, 404, 429
            ),
            "reset_password": _operation(
                "users_reset_password", "Mail a link to set a new password", {204: None}, *_BODY, 401, 429, **mailed
            ),
            "reset_password_confirm": _operation(
                "users_reset_password_confirm",
                "Set a new password by a mailed link",
                {204: None},
                *_BODY,
                401,
                **mailed,
            ),
            "set_username": _operation(
                "me_set_username", "Change the own user name", {204: None}, *_BODY, *_OWN, 404, 429
            ),
            "reset_username": _operation(
                "users_reset_username", "Mail a link to choose a new name", {204: None}, *_BODY, 401, 429, **mailed
            ),
            "reset_username_confirm": _operation(
                "users_reset_username_confirm",
                "Set a new user name by a mailed link",
                {204: None},
                *_BODY,
                401,
                429,
                **mailed,
            ),
        }
        return document_view(**operations)(view)


def document_tokens(name: str) -> Callable[[View], View]:
    """Return a decorator that describes a route of tokens.

    Args:
        name: ``login``, ``refresh``, ``verify``, ``logout`` or ``logout_all``.
    """
    if "extend_schema" not in globals():
        return lambda view: view
    from storefront_auth.api.serializers import tokens as forms

    pair = forms.TokenPairSerializer
    described: dict[str, tuple[str, str, dict[int, Any], Any]] = {
        "login": ("jwt_create", "Log in", {200: pair}, forms.LoginSerializer),
        "refresh": ("jwt_refresh", "Get new tokens for a refresh token", {200: pair}, forms.RefreshSerializer),
        "verify": ("jwt_verify", "Check a token", {200: VerifiedSerializer}, forms.TokenSerializer),
        "logout": ("jwt_logout", "End a refresh token", {204: None}, forms.RefreshSerializer),
        "logout_all": ("jwt_logout_all", "End all tokens and sessions", {204: None}, None),
    }
    operation_id, summary, success, request = described[name]
    statuses = (401, 403) if request is None else (*_BODY, 401, *((429,) if name == "login" else ()))
    open_route: dict[str, Any] = {} if request is None else {"auth": []}
    return document_view(
        post=_operation(operation_id, summary, success, *statuses, tag=TAG_TOKENS, request=request, **open_route)
    )


def document_profile(view: View) -> View:
    """Describe the route of the own profile."""
    if "extend_schema" not in globals():
        return view
    from storefront_auth.api.serializers.profiles import ProfileSerializer

    shown = {200: ProfileSerializer}
    return document_view(
        get=_operation("profile_retrieve", "Show the own profile", shown, 401),
        put=_operation("profile_replace", "Replace the own profile", shown, *_BODY, *_OWN, 404),
        patch=_operation("profile_update", "Change the own profile", shown, *_BODY, *_OWN, 404),
    )(view)
