from __future__ import annotations

from storefront_auth.api.serializers.users import UserCreateSerializer


class ShortUserCreateSerializer(UserCreateSerializer):
    class Meta(UserCreateSerializer.Meta):
        fields = ["id", "username", "email", "password"]
        extra_kwargs = {"email": {"write_only": True}}
