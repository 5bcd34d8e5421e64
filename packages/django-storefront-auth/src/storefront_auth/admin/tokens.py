"""The admin of Simple JWT's records of tokens, whose tables get a row with every login."""

from __future__ import annotations

from django.contrib import admin
from rest_framework_simplejwt.token_blacklist import admin as records
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken

from storefront_auth.admin.hardening import HardenedModelAdmin


class OutstandingTokenAdmin(HardenedModelAdmin, records.OutstandingTokenAdmin):
    """Simple JWT's admin of the tokens that were issued, which counts and searches a bounded number of rows."""


class BlacklistedTokenAdmin(HardenedModelAdmin, records.BlacklistedTokenAdmin):
    """Simple JWT's admin of the tokens that were ended, which counts and searches a bounded number of rows."""


for _model, _shipped, _page in (
    (OutstandingToken, records.OutstandingTokenAdmin, OutstandingTokenAdmin),
    (BlacklistedToken, records.BlacklistedTokenAdmin, BlacklistedTokenAdmin),
):
    if admin.site.is_registered(_model) and type(admin.site.get_model_admin(_model)) is _shipped:
        admin.site.unregister(_model)
        admin.site.register(_model, _page)
