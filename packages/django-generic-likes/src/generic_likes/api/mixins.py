"""Mixins for a project's own viewsets."""

from __future__ import annotations

from typing import Any, Final

from django.utils.cache import patch_vary_headers
from rest_framework.decorators import action
from rest_framework.exceptions import APIException
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from generic_likes.api.errors import as_api_error
from generic_likes.api.serializers import LikeStateSerializer
from generic_likes.conf import app_settings
from generic_likes.exceptions import LikesError
from generic_likes.links.openapi import operation
from generic_likes.selectors import like_state
from generic_likes.services import like, unlike

PERSONAL: Final = frozenset({"Authorization", "Cookie"})  # the headers by which a response to a user varies


class LikesViewSetMixin:
    """Add ``{id}/like/`` to a viewset of a registered model.

    GET needs the permissions of the viewset, PUT and DELETE need ``GENERIC_LIKES["PERMISSION"]``. Put the mixin before
    the viewset class: it overrides ``get_permissions()``, and it forbids caches to store responses to authenticated
    users, which may contain what the user likes.
    """

    def get_permissions(self) -> list[BasePermission]:
        """Return ``GENERIC_LIKES["PERMISSION"]`` for liking, and the viewset's permissions for other actions."""
        if getattr(self, "action", None) == "like" and self.request.method not in SAFE_METHODS:  # type: ignore[attr-defined]
            return [app_settings.PERMISSION()]
        permissions: list[BasePermission] = super().get_permissions()  # type: ignore[misc]
        return permissions

    @operation("Read how many users like an object", {200: LikeStateSerializer}, errors=(404,), methods=["GET"])
    @operation(
        "Like an object",
        {200: LikeStateSerializer},
        errors=(401, 403, 404, 503),
        methods=["PUT"],
        request=None,
    )
    @operation(
        "Take a like back",
        {200: LikeStateSerializer},
        errors=(401, 403, 404, 503),
        methods=["DELETE"],
    )
    @action(
        detail=True,
        methods=["get", "put", "delete"],
        url_path="like",
        url_name="like",
        serializer_class=LikeStateSerializer,
        pagination_class=None,
        filter_backends=[],
    )
    def like(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Read, set or take back the user's like of one object."""
        return answer_like(request, self.get_object())  # type: ignore[attr-defined]

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Return the response with headers that forbid caches to share it between users."""
        response = super().finalize_response(request, response, *args, **kwargs)  # type: ignore[misc]
        if not PERSONAL.issubset(response.headers.get("Vary", "").split(", ")):
            patch_vary_headers(response, sorted(PERSONAL))
        if _is_personal(request, response):
            response["Cache-Control"] = "no-store"
            del response["ETag"]
        return response


def answer_like(request: Request, obj: Any) -> Response:
    """Return a response with the like state of an object, after adding (PUT) or removing (DELETE) the user's like."""
    try:
        if request.method == "PUT":
            like(request.user, obj)
        elif request.method == "DELETE":
            unlike(request.user, obj)
        state = like_state(obj, request.user)
    except LikesError as error:
        raise as_api_error(error) from error
    return Response(LikeStateSerializer(state).data)


def _is_personal(request: Request, response: Any) -> bool:
    """Return whether the response may contain personal data.

    Every error counts as personal. The user is not read for it, because the error may come from the authentication, and
    reading ``request.user`` would raise it again.
    """
    if getattr(response, "exception", False):
        return True
    try:
        return bool(getattr(request.user, "is_authenticated", False))
    except APIException:
        return True
