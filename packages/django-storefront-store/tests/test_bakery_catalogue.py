"""Tools that fill models with random values can fill the catalogue's."""

from __future__ import annotations

import pytest

from storefront_store import models

baker = pytest.importorskip("model_bakery.baker")
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["Collection", "Product", "ProductGroup", "ProductWord", "SearchWord"])
def test_baker_makes_models_without_explicit_values(name: str) -> None:
    for _ in range(20):
        baker.make(getattr(models, name))
