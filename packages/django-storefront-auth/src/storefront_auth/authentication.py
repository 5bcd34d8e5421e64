from __future__ import annotations

from rest_framework_simplejwt import authentication


class JWTAuthentication(authentication.JWTAuthentication):
    """Lets in the user whose access token the request carries."""
