from __future__ import annotations

from typing import Any, ClassVar

import django.db.models.deletion
import swapper
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """Adds the relations to models that a project may replace."""

    initial: ClassVar[Any] = True

    dependencies: ClassVar[Any] = [
        ("generic_tags", "0001_initial"),
        swapper.dependency("generic_tags", "Tag"),
        swapper.dependency("generic_tags", "TaggedItem"),
    ]

    operations: ClassVar[Any] = [
        migrations.AddField(
            model_name="taggeditem",
            name="tag",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="tagged_items",
                to=swapper.get_model_name("generic_tags", "Tag"),
                verbose_name="tag",
            ),
        ),
        migrations.AddIndex(
            model_name="taggeditem",
            index=models.Index(fields=["tag", "content_type", "object_int"], name="generic_tag_tag_id_39094c_idx"),
        ),
        migrations.AddIndex(
            model_name="taggeditem",
            index=models.Index(fields=["tag", "content_type", "object_uuid"], name="generic_tag_tag_id_7b9950_idx"),
        ),
        migrations.AddIndex(
            model_name="taggeditem",
            index=models.Index(fields=["tag", "content_type", "object_str"], name="generic_tag_tag_id_d63574_idx"),
        ),
        migrations.AddConstraint(
            model_name="taggeditem",
            constraint=models.UniqueConstraint(
                fields=["content_type", "object_int", "tag"], name="generic_tags_taggeditem_object_int_unique"
            ),
        ),
        migrations.AddConstraint(
            model_name="taggeditem",
            constraint=models.UniqueConstraint(
                fields=["content_type", "object_uuid", "tag"], name="generic_tags_taggeditem_object_uuid_unique"
            ),
        ),
        migrations.AddConstraint(
            model_name="taggeditem",
            constraint=models.UniqueConstraint(
                fields=["content_type", "object_str", "tag"], name="generic_tags_taggeditem_object_str_unique"
            ),
        ),
        migrations.AddConstraint(
            model_name="taggeditem",
            constraint=models.CheckConstraint(
                condition=Q(object_int__isnull=False, object_uuid__isnull=True, object_str__isnull=True)
                | Q(object_int__isnull=True, object_uuid__isnull=False, object_str__isnull=True)
                | Q(object_int__isnull=True, object_uuid__isnull=True, object_str__isnull=False),
                name="generic_tags_taggeditem_one_key",
            ),
        ),
    ]
