"""Mixins for a project's own viewsets."""

from __future__ import annotations

from typing import Any

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


class LikesViewSetMixin:
    """Add ``{id}/like/`` to a viewset of a registered model: GET as the object itself, PUT and DELETE by users.

    Put it before the viewset class: liking has its own permission, and no cache may store what a signed-in user gets,
    since it may say what the user likes.
    """

    def get_permissions(self) -> list[BasePermission]:
        """Return ``GENERIC_LIKES["PERMISSION"]`` for liking, the viewset's permissions for all else."""
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
        """Return the answer with headers that keep answers to different users apart in caches."""
        response = super().finalize_response(request, response, *args, **kwargs)  # type: ignore[misc]
        patch_vary_headers(response, ["Authorization", "Cookie"])
        if _is_personal(request, response):
            response["Cache-Control"] = "no-store"
            del response["ETag"]
        return response


def answer_like(request: Request, obj: Any) -> Response:
    """Return the state that the user sees, after liking (PUT) or taking the like back (DELETE)."""
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
    """Return whether the answer may say something about its reader.

    Errors count as such without asking who the reader is: the error may be that nobody knows, and asking would raise it
    once more.
    """
    if getattr(response, "exception", False):
        return True
    try:
        return bool(getattr(request.user, "is_authenticated", False))
    except APIException:
        return True
