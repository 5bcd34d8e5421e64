"""The route of the own profile."""

from __future__ import annotations

from typing import Any

from rest_framework.generics import RetrieveUpdateAPIView
from rest_framework.permissions import IsAuthenticated

from storefront_auth.api.errors import AccountView
from storefront_auth.api.openapi import document_profile
from storefront_auth.api.serializers.profiles import ProfileSerializer
from storefront_auth.models import Profile
from storefront_auth.services.profiles import profile_of


@document_profile
class ProfileView(AccountView, RetrieveUpdateAPIView[Any]):
    """The profile of the user who asks."""

    permission_classes: Any = (IsAuthenticated,)
    serializer_class: Any = ProfileSerializer

    def get_object(self) -> Profile:
        """Return the profile."""
        return profile_of(self.account)
