from __future__ import annotations

from typing import Any, ClassVar

import django.db.models.deletion
import swapper
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """Adds the relations to models that a project may replace."""

    initial: ClassVar[Any] = True

    dependencies: ClassVar[Any] = [
        ("generic_likes", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        swapper.dependency("generic_likes", "LikedItem"),
    ]

    operations: ClassVar[Any] = [
        migrations.AddField(
            model_name="likeditem",
            name="user",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="liked_items",
                to=settings.AUTH_USER_MODEL,
                verbose_name="user",
            ),
        ),
        migrations.AddIndex(
            model_name="likeditem",
            index=models.Index(fields=["content_type", "object_int", "user"], name="generic_lik_content_a55ace_idx"),
        ),
        migrations.AddIndex(
            model_name="likeditem",
            index=models.Index(fields=["content_type", "object_uuid", "user"], name="generic_lik_content_6de676_idx"),
        ),
        migrations.AddIndex(
            model_name="likeditem",
            index=models.Index(fields=["content_type", "object_str", "user"], name="generic_lik_content_59ca4e_idx"),
        ),
        migrations.AddConstraint(
            model_name="likeditem",
            constraint=models.UniqueConstraint(
                fields=["user", "content_type", "object_int"], name="generic_likes_likeditem_object_int_unique"
            ),
        ),
        migrations.AddConstraint(
            model_name="likeditem",
            constraint=models.UniqueConstraint(
                fields=["user", "content_type", "object_uuid"], name="generic_likes_likeditem_object_uuid_unique"
            ),
        ),
        migrations.AddConstraint(
            model_name="likeditem",
            constraint=models.UniqueConstraint(
                fields=["user", "content_type", "object_str"], name="generic_likes_likeditem_object_str_unique"
            ),
        ),
        migrations.AddConstraint(
            model_name="likeditem",
            constraint=models.CheckConstraint(
                condition=Q(object_int__isnull=False, object_uuid__isnull=True, object_str__isnull=True)
                | Q(object_int__isnull=True, object_uuid__isnull=False, object_str__isnull=True)
                | Q(object_int__isnull=True, object_uuid__isnull=True, object_str__isnull=False),
                name="generic_likes_likeditem_one_key",
            ),
        ),
    ]
