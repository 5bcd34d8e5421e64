from __future__ import annotations

from typing import Any

from django.utils.cache import patch_vary_headers
from rest_framework.decorators import action
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from generic_likes.api.errors import as_api_error
from generic_likes.api.serializers import LikeStateSerializer
from generic_likes.conf import app_settings
from generic_likes.exceptions import GenericLikesError
from generic_likes.querysets import like_state
from generic_likes.services import like, unlike


class LikesViewSetMixin:
    """Give a viewset of a registered model the action ``{id}/like/``: GET, PUT and DELETE by any signed-in user.

    Put it before the viewset: the action has its own permission, and what a signed-in user gets is stored nowhere,
    since it may say what the user likes.
    """

    def get_permissions(self) -> list[BasePermission]:
        """Return the permission of ``GENERIC_LIKES["PERMISSION"]`` for the action, the viewset's for all else."""
        if getattr(self, "action", None) == "like":
            return [app_settings.PERMISSION()]
        permissions: list[BasePermission] = super().get_permissions()  # type: ignore[misc]
        return permissions

    @action(
        detail=True,
        methods=["get", "put", "delete"],
        url_path="like",
        url_name="like",
        serializer_class=LikeStateSerializer,
    )
    def like(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Read, set or take back the user's like of one object."""
        return answer_like(request, self.get_object())  # type: ignore[attr-defined]

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Keep answers to different users apart in every cache."""
        response = super().finalize_response(request, response, *args, **kwargs)  # type: ignore[misc]
        patch_vary_headers(response, ["Authorization", "Cookie"])
        if getattr(request.user, "is_authenticated", False):
            response["Cache-Control"] = "no-store"
            del response["ETag"]
        return response


def answer_like(request: Request, obj: Any) -> Response:
    """Carry out PUT or DELETE, and answer the state that the user sees then."""
    try:
        if request.method == "PUT":
            like(request.user, obj)
        elif request.method == "DELETE":
            unlike(request.user, obj)
        state = like_state(obj, request.user)
    except GenericLikesError as error:
        raise as_api_error(error) from error
    return Response(LikeStateSerializer(state).data)
