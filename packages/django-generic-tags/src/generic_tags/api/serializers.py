from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import models, router
from rest_framework import serializers

from generic_tags.api.errors import as_api_error
from generic_tags.conf import app_settings
from generic_tags.exceptions import GenericTagsError, InvalidLabelError
from generic_tags.labels import clean_label
from generic_tags.querysets import get_tag_model, tags_for_many
from generic_tags.services import create_tag, rename_tag, set_tags
from generic_tags.transactions import run


def _label_error(error: InvalidLabelError) -> serializers.ValidationError:
    return serializers.ValidationError(str(error), code=error.code)


class LabelField(serializers.CharField):
    """Text that can be the label of a tag."""

    def to_internal_value(self, data: Any) -> str:
        try:
            return clean_label(data)
        except InvalidLabelError as error:
            raise _label_error(error) from error

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """Leave blank text to ``clean_label``, so that there is one rule and one message."""
        if isinstance(data, str):
            return self.to_internal_value(data)
        return super().run_validation(data)


class TagSerializer(serializers.ModelSerializer[Any]):
    label = LabelField()  # type: ignore[assignment]
    items_count = serializers.IntegerField(read_only=True, default=0)

    class Meta:
        model = get_tag_model()
        fields = ["id", "label", "slug", "items_count"]
        read_only_fields = ["id", "slug"]
        extra_kwargs = {"id": {"source": "pk"}}  # whatever a replacement calls it

    def create(self, validated_data: dict[str, Any]) -> Any:
        return create_tag(validated_data["label"])

    def update(self, instance: Any, validated_data: dict[str, Any]) -> Any:
        return rename_tag(instance, validated_data.get("label", instance.label))


class ListedSerializer(serializers.ListSerializer[Any]):
    """Know what is being written, in a list nested in another serializer too, so that it can be asked for at once."""

    def to_representation(self, data: Any) -> Any:
        self.instance = list(data.all() if isinstance(data, models.Manager) else data)
        return super().to_representation(self.instance)


class TagListField(serializers.ListField):
    """The labels on the object itself, for any serializer of a registered model.

    A list of objects costs one query in all: the field looks at the list that its serializer is one of. A list that is
    nested in another serializer, or an iterator, takes ``Meta.list_serializer_class = ListedSerializer``, which
    ``TagsSerializerMixin`` has by itself; else every object costs one.
    """

    child = LabelField()

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._known: dict[models.Model, list[Any]] = {}

    def get_attribute(self, instance: Any) -> list[str]:
        if instance not in self._known:
            self._known = tags_for_many(self._listed_with(instance))
        return [tag.label for tag in self._known.pop(instance)]

    def _listed_with(self, instance: models.Model) -> list[models.Model]:
        many = getattr(self.parent, "parent", None)
        listed = getattr(many, "instance", None) if isinstance(many, serializers.ListSerializer) else None
        # To look at an iterator is to empty it.
        objects = [] if listed is None or isinstance(listed, models.Manager | Iterator) else list(listed)
        return objects if instance in objects else [instance]

    def to_internal_value(self, data: Any) -> list[str]:
        if isinstance(data, list | tuple) and len(data) > app_settings.MAX_LABELS:
            message = self.error_messages["max_length"].format(max_length=app_settings.MAX_LABELS)
            raise serializers.ValidationError(message, code="max_length")
        labels: list[str] = super().to_internal_value(data)
        return labels

    def run_child_validation(self, data: list[Any]) -> list[str]:
        """Let the first wrong label speak for all, so that the answer is ``{field: [messages]}``."""
        return [self.child.run_validation(label) for label in data]


class ObjectTagsSerializer(serializers.Serializer[Any]):
    """The tags of one object, read and written in the same shape."""

    tags = TagListField()


class TagsSerializerMixin(serializers.Serializer[Any]):
    """Add ``tags`` to a model serializer: read with the object, and written with it.

    Whoever may write the object may then set its tags; ``tags = TagListField(read_only=True)`` forbids it.
    """

    tags = TagListField(required=False)

    @classmethod
    def many_init(cls, *args: Any, **kwargs: Any) -> Any:
        many = super().many_init(*args, **kwargs)
        if type(many) is serializers.ListSerializer:  # one of the host's own stays
            many.__class__ = ListedSerializer
        return many

    def create(self, validated_data: dict[str, Any]) -> Any:
        return self._save(validated_data, super().create)

    def update(self, instance: Any, validated_data: dict[str, Any]) -> Any:
        return self._save(validated_data, lambda data: super(TagsSerializerMixin, self).update(instance, data))

    def _save(self, validated_data: dict[str, Any], save: Any) -> Any:
        labels = validated_data.pop("tags", None)
        if labels is None:
            return save(validated_data)

        def action() -> Any:
            instance = save(dict(validated_data))  # a copy: what is saved again must be whole
            set_tags(instance, labels)
            return instance

        try:
            return run(action, router.db_for_write(self.Meta.model))  # type: ignore[attr-defined]
        except GenericTagsError as error:
            raise as_api_error(error, "tags") from error


class TaggedObjectSerializer(serializers.Serializer[Any]):
    """Which object a tag is on."""

    model = serializers.SerializerMethodField()
    id = serializers.SerializerMethodField()

    def get_model(self, link: Any) -> str:
        """Return the model as it stands in URLs."""
        return f"{link.content_type.app_label}.{link.content_type.model}"

    def get_id(self, link: Any) -> int | str:
        """Return the key, an integer as a number and any other as text."""
        key = link.object_id
        return key if isinstance(key, int) else str(key)
