"""The schema that drf-spectacular makes of the API."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("rest_framework")
pytest.importorskip("drf_spectacular")

PACKAGE = Path(__file__).parent.parent
SETTINGS = """
from generic_tags_testapp.settings import *
INSTALLED_APPS = [*INSTALLED_APPS, "rest_framework", "drf_spectacular"]
ROOT_URLCONF = "blank_urls"
REST_FRAMEWORK = {**REST_FRAMEWORK, "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema"}
"""
URLS = """
from django.urls import include, path
urlpatterns = [path("tags/", include("generic_tags.urls")), path("", include("generic_tags_testapp.api"))]
"""
RUN = """
import json
import django
django.setup()
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
schema = SchemaGenerator().get_schema(request=None, public=True)
GENERATOR_STATS.emit_summary()
print(json.dumps(schema))
"""


@pytest.fixture(scope="module")
def schema(tmp_path_factory):
    import json

    folder = tmp_path_factory.mktemp("blank")
    (folder / "blank_settings.py").write_text(SETTINGS)
    (folder / "blank_urls.py").write_text(URLS)
    path = os.pathsep.join([str(folder), str(PACKAGE / "tests")])
    environ = os.environ | {"DJANGO_SETTINGS_MODULE": "blank_settings", "PYTHONPATH": path}
    done = subprocess.run(
        [sys.executable, "-c", RUN], cwd=folder, env=environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "warning" not in done.stderr.lower(), done.stderr
    assert "error" not in done.stderr.lower(), done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def operations(schema):
    return {
        operation["operationId"]: operation
        for path in schema["paths"].values()
        for method, operation in path.items()
        if method != "parameters"
    }


def test_operations_have_tags_and_error_responses(schema):
    found = {name: operation for name, operation in operations(schema).items() if name.startswith("tags_")}

    assert {name: sorted(operation["responses"]) for name, operation in found.items()} == {
        "tags_list": ["200", "400", "401", "404", "406", "503"],
        "tags_create": ["201", "400", "401", "403", "404", "406", "413", "415", "503"],
        "tags_retrieve": ["200", "401", "404", "406", "503"],
        "tags_replace": ["200", "400", "401", "403", "404", "406", "413", "415", "503"],
        "tags_update": ["200", "400", "401", "403", "404", "406", "413", "415", "503"],
        "tags_delete": ["204", "401", "403", "404", "406", "503"],
        "tags_items_list": ["200", "401", "404", "406", "503"],
        "tags_object_retrieve": ["200", "401", "404", "406", "503"],
        "tags_object_replace": ["200", "400", "401", "403", "404", "406", "413", "415", "503"],
    }
    assert {tuple(operation["tags"]) for operation in found.values()} == {("Tags",)}
    assert list(found["tags_create"]["requestBody"]["content"]) == ["application/json"]


def test_bodies_are_schema_components(schema):
    components = schema["components"]["schemas"]

    assert {"TagsError", "TagsFieldErrors", "Tag", "TaggedObject", "ObjectTags", "PaginatedTagList"} <= set(components)
    assert components["ObjectTags"]["properties"]["tags"]["items"]["type"] == "string"
    assert components["TaggedObject"]["properties"]["id"]["oneOf"] == [{"type": "integer"}, {"type": "string"}]


def test_tags_of_project_viewset_are_described(schema):
    path = schema["paths"]["/articles/{id}/tags/"]

    assert set(path) == {"get", "put"}
    assert {"400", "401", "403", "404", "503"} <= set(path["put"]["responses"])
    parameters = {parameter["name"] for parameter in schema["paths"]["/articles/"]["get"]["parameters"]}
    assert {"tags", "tags_match"} <= parameters
