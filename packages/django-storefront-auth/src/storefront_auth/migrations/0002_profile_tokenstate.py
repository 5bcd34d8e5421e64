
from __future__ import annotations
from typing import Any, ClassVar

import storefront_auth.models.deletion
import storefront_auth.models.profiles
import storefront_auth.models.tokens
import storefront_auth.accounts.validators
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial: ClassVar[bool] = True

    dependencies: ClassVar[Any] = [
        ('storefront_auth', '0001_user'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar[Any] = [
        migrations.CreateModel(
            name='TokenState',
            fields=[
                ('user', models.OneToOneField(on_delete=storefront_auth.models.deletion.cascade_where_installed, primary_key=True, related_name='storefront_token_state', serialize=False, to=settings.AUTH_USER_MODEL, verbose_name='user')),
                ('version', models.PositiveBigIntegerField(default=storefront_auth.models.tokens.random_version, verbose_name='version')),
                ('awaits_activation', models.BooleanField(default=False, help_text='Whether a link in a mail may activate the account. Never true for one that staff switched off.', verbose_name='awaits activation')),
            ],
            options={
                'verbose_name': 'token state',
                'verbose_name_plural': 'token states',
            },
        ),
        migrations.CreateModel(
            name='Profile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('display_name', models.CharField(blank=True, max_length=150, validators=[storefront_auth.accounts.validators.validate_printable], verbose_name='display name')),
                ('time_zone', models.CharField(default=storefront_auth.models.profiles.default_time_zone, max_length=63, validators=[storefront_auth.models.profiles.validate_time_zone], verbose_name='time zone')),
                ('language', models.CharField(default=storefront_auth.models.profiles.default_language, max_length=35, validators=[storefront_auth.models.profiles.validate_language], verbose_name='language')),
                ('user', models.OneToOneField(on_delete=storefront_auth.models.deletion.cascade_where_installed, related_name='storefront_profile', to=settings.AUTH_USER_MODEL, verbose_name='user')),
            ],
            options={
                'verbose_name': 'profile',
                'verbose_name_plural': 'profiles',
            },
        ),
    ]
