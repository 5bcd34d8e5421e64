from __future__ import annotations

import django.contrib.auth.models
import django.contrib.auth.validators
import django.db.models.deletion
import django.utils.timezone
import generic_likes.links.fields
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('contenttypes', '0002_remove_content_type_name'),
    ]

    operations = [
        migrations.CreateModel(
            name='Person',
            fields=[
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('username', models.CharField(error_messages={'unique': 'A user with that username already exists.'}, help_text='Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.', max_length=150, unique=True, validators=[django.contrib.auth.validators.UnicodeUsernameValidator()], verbose_name='username')),
                ('first_name', models.CharField(blank=True, max_length=150, verbose_name='first name')),
                ('last_name', models.CharField(blank=True, max_length=150, verbose_name='last name')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='email address')),
                ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
            options={
                'verbose_name': 'user',
                'verbose_name_plural': 'users',
                'abstract': False,
            },
            managers=[
                ('objects', django.contrib.auth.models.UserManager()),
            ],
        ),
        migrations.CreateModel(
            name='Favourite',
            fields=[
                ('object_int', models.BigIntegerField(blank=True, editable=False, null=True, verbose_name='integer key')),
                ('object_uuid', models.UUIDField(blank=True, editable=False, null=True, verbose_name='UUID key')),
                ('object_str', generic_likes.links.fields.ExactCharField(blank=True, editable=False, max_length=255, null=True, verbose_name='text key')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='liked at')),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('note', models.CharField(blank=True, max_length=20)),
                ('content_type', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='contenttypes.contenttype', verbose_name='content type')),
                ('user', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='liked_items', to=settings.AUTH_USER_MODEL, verbose_name='user')),
            ],
            options={
                'verbose_name': 'like',
                'verbose_name_plural': 'likes',
                'abstract': False,
                'indexes': [models.Index(fields=['content_type', 'object_int', 'user'], name='swapped_fav_content_755018_idx'), models.Index(fields=['content_type', 'object_uuid', 'user'], name='swapped_fav_content_257806_idx'), models.Index(fields=['content_type', 'object_str', 'user'], name='swapped_fav_content_921394_idx')],
                'constraints': [models.UniqueConstraint(fields=('user', 'content_type', 'object_int'), name='swapped_favourite_object_int_unique'), models.UniqueConstraint(fields=('user', 'content_type', 'object_uuid'), name='swapped_favourite_object_uuid_unique'), models.UniqueConstraint(fields=('user', 'content_type', 'object_str'), name='swapped_favourite_object_str_unique'), models.CheckConstraint(condition=models.Q(models.Q(('object_int__isnull', False), ('object_str__isnull', True), ('object_uuid__isnull', True)), models.Q(('object_int__isnull', True), ('object_str__isnull', True), ('object_uuid__isnull', False)), models.Q(('object_int__isnull', True), ('object_str__isnull', False), ('object_uuid__isnull', True)), _connector='OR'), name='swapped_favourite_one_key')],
            },
        ),
    ]
