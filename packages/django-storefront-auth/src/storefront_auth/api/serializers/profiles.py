"""Serializer of profiles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from rest_framework import serializers

from storefront_auth.models import Profile
from storefront_auth.services.profiles import save_profile


class ProfileSerializer(serializers.ModelSerializer[Profile]):
    """Display name, time zone and language of a user."""

    class Meta:
        """The model and its public fields."""

        model = Profile
        fields: ClassVar[Sequence[str]] = ["display_name", "time_zone", "language"]

    def update(self, instance: Profile, validated_data: dict[str, Any]) -> Profile:
        """Change the profile."""
        return save_profile(instance.user, validated_data)
