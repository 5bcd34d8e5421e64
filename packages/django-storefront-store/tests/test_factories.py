"""The tools that projects make their test data with: model_bakery, factory_boy and Django's fixtures."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from model_bakery import baker

pytestmark = [pytest.mark.django_db, pytest.mark.database]

APPS = [app for app in apps.get_app_configs() if app.name.partition(".")[0] == "storefront_store"]
MODELS = [model for app in APPS for model in app.get_models()]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.model_name)
def test_baker_makes_100_rows_of_each_model(model: Any) -> None:
    made = [baker.make(model) for _ in range(100)]

    assert len(made) == 100


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.model_name)
def test_baked_rows_survive_dumpdata_and_loaddata(model: Any, tmp_path: Any) -> None:
    baker.make(model)
    fixture = tmp_path / "rows.json"
    call_command("dumpdata", "auth", *(app.label for app in APPS), output=str(fixture), verbosity=0)

    call_command("loaddata", str(fixture), verbosity=0)

    assert any(row["model"] == model._meta.label_lower for row in json.loads(fixture.read_text()))
