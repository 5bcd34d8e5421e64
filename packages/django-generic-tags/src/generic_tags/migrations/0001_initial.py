from __future__ import annotations

from typing import Any, ClassVar

import django.db.models.deletion
from django.db import migrations, models

import generic_tags.links.fields


class Migration(migrations.Migration):
    """Creates the tables, without relations to models that a project may replace; see 0002."""

    initial: ClassVar[Any] = True

    dependencies: ClassVar[Any] = [
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations: ClassVar[Any] = [
        migrations.CreateModel(
            name="Tag",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("label", models.CharField(max_length=255, verbose_name="label")),
                ("label_key", generic_tags.links.fields.ExactCharField(default="", editable=False, max_length=255, unique=True, verbose_name="comparable label")),
                ("slug", generic_tags.links.fields.ExactCharField(default="", editable=False, max_length=255, unique=True, verbose_name="slug")),
            ],
            options={
                "verbose_name": "tag",
                "verbose_name_plural": "tags",
                "ordering": ["label_key"],
                "abstract": False,
                "swappable": "GENERIC_TAGS_TAG_MODEL",
            },
        ),
        migrations.CreateModel(
            name="TaggedItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("object_int", models.BigIntegerField(blank=True, editable=False, null=True, verbose_name="integer key")),
                ("object_uuid", models.UUIDField(blank=True, editable=False, null=True, verbose_name="UUID key")),
                ("object_str", generic_tags.links.fields.ExactCharField(blank=True, editable=False, max_length=255, null=True, verbose_name="text key")),
                ("content_type", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="contenttypes.contenttype", verbose_name="content type")),
            ],
            options={
                "verbose_name": "tagged item",
                "verbose_name_plural": "tagged items",
                "abstract": False,
                "swappable": "GENERIC_TAGS_TAGGEDITEM_MODEL",
            },
        ),
    ]
