from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import models
from rest_framework import serializers

from generic_likes.querysets import likes_for_many


class LikeStateSerializer(serializers.Serializer[Any]):
    """What the user sees of the likes of one object."""

    likes_count = serializers.IntegerField(read_only=True)
    is_liked = serializers.BooleanField(read_only=True)


class LikedObjectSerializer(serializers.Serializer[Any]):
    """Which object the user likes, and since when."""

    model = serializers.SerializerMethodField()
    id = serializers.SerializerMethodField()
    liked_at = serializers.DateTimeField(source="created_at", read_only=True)

    def get_model(self, like: Any) -> str:
        """Return the model as it stands in URLs."""
        return f"{like.content_type.app_label}.{like.content_type.model}"

    def get_id(self, like: Any) -> int | str:
        """Return the key, an integer as a number and any other as text."""
        key = like.object_id
        return key if isinstance(key, int) else str(key)


class ListedSerializer(serializers.ListSerializer[Any]):
    """Know what is being written, in a list nested in another serializer too, so that it can be asked for at once."""

    def to_representation(self, data: Any) -> Any:
        self.instance = list(data.all() if isinstance(data, models.Manager) else data)
        return super().to_representation(self.instance)


class LikesSerializerMixin(serializers.Serializer[Any]):
    """Add ``likes_count`` and ``is_liked`` to a serializer of a registered model.

    The annotations of ``with_likes`` are used where the object has them. Where it has not, the serializer looks at the
    list that it is one of, and asks at most two queries for all of it.
    """

    likes_count = serializers.IntegerField(read_only=True)
    is_liked = serializers.BooleanField(read_only=True)

    @classmethod
    def many_init(cls, *args: Any, **kwargs: Any) -> Any:
        many = super().many_init(*args, **kwargs)
        if type(many) is serializers.ListSerializer:  # one of the host's own stays
            many.__class__ = ListedSerializer
        return many

    def to_representation(self, instance: Any) -> Any:
        if not hasattr(instance, "likes_count"):
            user = getattr(self.context.get("request"), "user", None)
            for obj, state in likes_for_many(self._listed_with(instance), user).items():
                obj.likes_count, obj.is_liked = state  # type: ignore[attr-defined]
        return super().to_representation(instance)

    def _listed_with(self, instance: models.Model) -> list[models.Model]:
        many = self.parent
        listed = getattr(many, "instance", None) if isinstance(many, serializers.ListSerializer) else None
        # To look at an iterator is to empty it.
        objects = [] if listed is None or isinstance(listed, models.Manager | Iterator) else list(listed)
        return objects if any(obj is instance for obj in objects) else [instance]
