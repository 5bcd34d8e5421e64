"""Serializers, and the serializer mixin that projects use in theirs."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from rest_framework import serializers

from generic_likes.links.rest import ObjectReferenceSerializer, ReadAheadMixin, objects_beside
from generic_likes.selectors import LikeState, likes_for_many


class LikeStateSerializer(serializers.Serializer[Any]):
    """What the user sees of the likes of one object."""

    likes_count: ClassVar[serializers.IntegerField] = serializers.IntegerField(read_only=True)
    is_liked: ClassVar[serializers.BooleanField] = serializers.BooleanField(read_only=True)


class LikedObjectSerializer(ObjectReferenceSerializer):
    """An object that the user likes, and since when."""

    liked_at: ClassVar[serializers.DateTimeField] = serializers.DateTimeField(source="created_at", read_only=True)


class LikesCountField(serializers.IntegerField):
    """The number of likes of an object, read in one query for all objects of the list."""

    def get_attribute(self, instance: Any) -> Any:
        """Return the number."""
        parent: Any = self.parent
        return parent.state_of(instance).likes_count


class IsLikedField(serializers.BooleanField):
    """Whether the user of the request likes an object, read in one query for all objects of the list."""

    def get_attribute(self, instance: Any) -> Any:
        """Return whether the user likes it."""
        parent: Any = self.parent
        return parent.state_of(instance).is_liked


class LikesSerializerMixin(ReadAheadMixin, serializers.Serializer[Any]):
    """Add ``likes_count`` and ``is_liked`` to a serializer of a registered model.

    The annotations of ``with_likes`` are used where the object has them. Where it has not, one query reads the state of
    the whole list that the serializer is part of.
    """

    likes_count: ClassVar[LikesCountField] = LikesCountField(read_only=True)
    is_liked: ClassVar[IsLikedField] = IsLikedField(read_only=True)

    def state_of(self, instance: Any) -> LikeState:
        """Return the number of likes of an object, and whether the user of the request likes it."""
        annotated = instance.__dict__
        if "likes_count" in annotated and "is_liked" in annotated:
            return LikeState(annotated["likes_count"], annotated["is_liked"])
        known: dict[models.Model, LikeState] = self.__dict__.setdefault("_states", {})
        if instance not in known:
            known.clear()
            user = getattr(self.context.get("request"), "user", None)
            known.update(likes_for_many(objects_beside(self, instance), user))
        return known[instance]

    def to_representation(self, instance: Any) -> Any:
        """Serialize the object, and drop its cached state, which may change before the serializer is used again."""
        data = super().to_representation(instance)
        self.__dict__.get("_states", {}).pop(instance, None)
        return data
