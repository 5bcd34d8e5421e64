"""Serializers, and the serializer field for tags that projects use in theirs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django.db import models, router
from rest_framework import serializers

from generic_tags.api.errors import as_api_error
from generic_tags.conf import app_settings
from generic_tags.exceptions import InvalidLabel, TagsError
from generic_tags.labels import clean_label
from generic_tags.links.rest import ObjectReferenceSerializer, ReadAheadListSerializer, ReadAheadMixin, objects_beside
from generic_tags.links.transactions import use_case
from generic_tags.selectors import get_tag_model, labels_for_many
from generic_tags.services import create_tag, rename_tag, set_tags

__all__ = [
    "LabelField",
    "ObjectTagsSerializer",
    "ReadAheadListSerializer",
    "TagListField",
    "TagSerializer",
    "TaggedObjectSerializer",
    "TagsSerializerMixin",
]


class LabelField(serializers.CharField):
    """The label of a tag."""

    def to_internal_value(self, data: Any) -> str:
        """Return the normalized label."""
        try:
            return clean_label(data)
        except InvalidLabel as error:
            raise serializers.ValidationError(str(error), code=error.code) from error

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """Validate the value, leaving blank text to ``clean_label`` so that all code raises the same error."""
        if isinstance(data, str):
            return self.to_internal_value(data)
        return super().run_validation(data)


class TagSerializer(serializers.ModelSerializer[Any]):
    """A tag, with the number of its objects."""

    label: LabelField = LabelField()  # type: ignore[assignment]
    items_count: ClassVar[serializers.IntegerField] = serializers.IntegerField(read_only=True, default=0)

    class Meta:
        model: ClassVar[Any] = get_tag_model()
        fields: ClassVar[Any] = ["id", "label", "slug", "items_count"]
        read_only_fields: ClassVar[Any] = ["id", "slug"]
        extra_kwargs: ClassVar[Any] = {"id": {"source": "pk"}}  # a custom model may name it differently

    def create(self, validated_data: dict[str, Any]) -> Any:
        """Create a tag."""
        return create_tag(validated_data["label"])

    def update(self, instance: Any, validated_data: dict[str, Any]) -> Any:
        """Rename a tag."""
        return rename_tag(instance, validated_data.get("label", instance.label))


class TagListField(serializers.ListField):
    """The labels of an object's tags, for any serializer of a registered model.

    The tags of a list of objects are read in one query. For a list that is nested in another serializer, and for an
    iterator, this needs ``Meta.list_serializer_class = ReadAheadListSerializer``, which ``TagsSerializerMixin`` sets.
    Otherwise there is one query for each object.
    """

    child: LabelField = LabelField()

    def __init__(self, **kwargs: Any) -> None:
        """Accept the arguments of a ``ListField``."""
        super().__init__(**kwargs)
        self._known: dict[models.Model, list[str]] = {}

    def get_attribute(self, instance: Any) -> list[str]:
        """Return the labels of an object, after reading those of all objects in the list."""
        if instance not in self._known:
            self._known = labels_for_many(objects_beside(self.parent, instance))
        return self._known.pop(instance)

    def to_representation(self, data: list[str]) -> list[str]:
        """Return the labels, which need no conversion."""
        return data

    def to_internal_value(self, data: Any) -> list[str]:
        """Return the normalized labels."""
        if isinstance(data, list | tuple) and len(data) > app_settings.MAX_LABELS:
            message = self.error_messages["max_length"].format(max_length=app_settings.MAX_LABELS)
            raise serializers.ValidationError(message, code="max_length")
        labels: list[str] = super().to_internal_value(data)
        return labels

    def run_child_validation(self, data: list[Any]) -> list[str]:
        """Report only the first invalid label, so that the response is ``{field: [messages]}``."""
        return [self.child.run_validation(label) for label in data]


class ObjectTagsSerializer(serializers.Serializer[Any]):
    """The tags of one object, read and written in the same shape."""

    tags: ClassVar[TagListField] = TagListField()


class TagsSerializerMixin(ReadAheadMixin, serializers.Serializer[Any]):
    """Add ``tags`` to a model serializer, which reads and writes them together with the object.

    Users who may write the object may then set its tags, unless ``tags = TagListField(read_only=True)`` is declared.
    """

    tags: ClassVar[TagListField] = TagListField(required=False)

    def create(self, validated_data: dict[str, Any]) -> Any:
        """Create the object with its tags."""
        return self._save(validated_data, super().create)

    def update(self, instance: Any, validated_data: dict[str, Any]) -> Any:
        """Update the object and its tags."""
        return self._save(validated_data, lambda data: super(TagsSerializerMixin, self).update(instance, data))

    def _save(self, validated_data: dict[str, Any], save: Callable[[dict[str, Any]], Any]) -> Any:
        labels = validated_data.pop("tags", None)
        if labels is None:
            return save(validated_data)

        @use_case(retry_missing_references=True)
        def save_all(*, using: str) -> Any:
            instance = save(dict(validated_data))  # a copy, because a retry needs the original
            set_tags(instance, labels)
            return instance

        try:
            return save_all(using=router.db_for_write(self.Meta.model))
        except TagsError as error:
            raise as_api_error(error, "tags") from error


class TaggedObjectSerializer(ObjectReferenceSerializer):
    """An object that has the tag."""
