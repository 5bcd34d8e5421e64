"""The OpenAPI description of the store's views, for projects with drf-spectacular (the extra ``openapi``).

The apps import it if drf-spectacular is in ``INSTALLED_APPS``; nothing else does. Each view is described by a table
of its operations. The rest is derived from the code when the schema is generated: the parameters of filters and
pages, the statuses of errors, the ETag headers, and which operations need no login.
"""

from __future__ import annotations

from storefront_store.api.openapi import fields
from storefront_store.api.openapi.catalogue import VIEWS as CATALOGUE
from storefront_store.api.openapi.customers import VIEWS as CUSTOMERS
from storefront_store.api.openapi.sales import VIEWS as SALES
from storefront_store.api.openapi.schema import describe

__all__ = ["fields"]

describe(CATALOGUE)
describe(CUSTOMERS)
describe(SALES)
