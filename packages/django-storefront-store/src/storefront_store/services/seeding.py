"""Fills a shop with the demo catalogue, or with numbered variants of it up to any size.

Only what is missing is added: whatever somebody has changed since stays as it is, and seeding twice changes
nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from importlib import resources
from itertools import batched, chain, count, islice, zip_longest
from typing import Any, Final

from django.core.files.base import ContentFile

from storefront_store.conf import app_settings, get_model
from storefront_store.demo import pictures
from storefront_store.models import CatalogueVersion, ProductImage, Promotion, Review
from storefront_store.pricing import to_cents
from storefront_store.services.transactions import use_case
