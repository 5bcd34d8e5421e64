from __future__ import annotations

from typing import Any, ClassVar

import django.db.models.deletion
from django.db import migrations, models

import generic_likes.links.fields


class Migration(migrations.Migration):
    """Creates the table, without relations to models that a project may replace; see 0002."""

    initial: ClassVar[Any] = True

    dependencies: ClassVar[Any] = [
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations: ClassVar[Any] = [
        migrations.CreateModel(
            name="LikedItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("object_int", models.BigIntegerField(blank=True, editable=False, null=True, verbose_name="integer key")),
                ("object_uuid", models.UUIDField(blank=True, editable=False, null=True, verbose_name="UUID key")),
                ("object_str", generic_likes.links.fields.ExactCharField(blank=True, editable=False, max_length=255, null=True, verbose_name="text key")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="liked at")),
                ("content_type", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="contenttypes.contenttype", verbose_name="content type")),
            ],
            options={
                "verbose_name": "like",
                "verbose_name_plural": "likes",
                "abstract": False,
                "swappable": "GENERIC_LIKES_LIKEDITEM_MODEL",
            },
        ),
    ]
