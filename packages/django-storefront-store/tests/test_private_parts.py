"""Private APIs of libraries that the package uses: a release that changes one of them fails here, by name."""

from __future__ import annotations

import inspect
import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management.base import OutputWrapper
from django.db import connection
from django.db.models import F
from PIL.WebPImagePlugin import WebPImageFile

import storefront_store
from storefront_store import internals
from storefront_store.api.serializers.orders import ShipSerializer
from storefront_store.management.progress import raw
from storefront_store.models import Product

SOURCE = Path(inspect.getfile(storefront_store)).parent
# What Django, REST framework and Pillow do not document; each may stand in the modules that are named.
PRIVATE = {
    r"\.query\.(order_by|annotations|sql_with_params|where|combinator)\b": {"internals.py"},
    r"\.features\b": {"internals.py"},
    r"\.get_compiler\(": {"inserts.py", "internals.py", "prepared.py", "statements.py"},
    r"\.(results_iter|apply_converters)\(": set(),
    r"\.get_converters\(": {"prepared.py", "statements.py"},
    r"DeleteQuery|UpdateQuery|\.chain\(": {"statements.py"},
    r"InsertQuery|db_returning_fields|_state\.adding = ": {"inserts.py"},
    r"limit_offset_sql": {"prepared.py"},
    r"adapt_integerfield_value": {"prepared.py"},
    r"RoutePattern|URLResolver\(": {"api/routers.py"},
    r"_do_update": {"models/search.py"},
    r"_decoder = None|load_prepare": {"images.py"},
    r"_committed|_result_cache|_prefetch\w*cache|_prefetch_done|QuerySet\._insert|OnConflict": set(),
    r"_readable_fields": {"api/plan_rules.py"},  # as the name of what a serializer may override
    r"_declared_fields": {"checks/project.py"},
    r"_writable_fields|\.__class__ = |_meta\.ordering = ": set(),
    r"\._out\b": {"management/progress.py"},
    r"\brequest\._request\b|DeferredAttribute|_set_content_type": set(),
}


@pytest.mark.parametrize("pattern", PRIVATE)
def test_private_apis_are_used_only_in_listed_modules(pattern: str) -> None:
    code = {path.relative_to(SOURCE).as_posix(): path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py")}

    found = {name for name, text in code.items() if "hardening" not in name and re.search(pattern, text)}

    assert found <= PRIVATE[pattern]


@pytest.mark.django_db
def test_annotations_and_order_of_queryset() -> None:
    rows = Product.objects.annotate(units=F("inventory"))

    assert set(internals.annotations_of(rows)) == {"units"}
    assert internals.explicit_order(rows) == ()
    assert list(internals.order_of(rows)) == list(Product._meta.ordering)
    assert list(internals.order_of(rows.order_by("-units"))) == ["-units"]


@pytest.mark.django_db
def test_statement_of_queryset() -> None:
    sql, params = internals.statement_of(Product.objects.filter(title="Mug").values("pk").order_by())

    assert sql.startswith("SELECT")
    assert params == ("Mug",)


@pytest.mark.django_db
def test_filters_of_queryset() -> None:
    rows = Product.objects.filter(is_active=True)

    assert internals.has_same_filters(rows.order_by("pk"), Product.objects.active())
    assert not internals.has_same_filters(rows, Product.objects.filter(is_active=False))
    assert not internals.has_same_filters(rows, rows.distinct())


@pytest.mark.database
@pytest.mark.django_db
def test_features_of_database() -> None:
    can = {
        "postgresql": {"no_key": True, "of": True, "slices": True, "deferred": True},
        "sqlite": {"no_key": False, "of": False, "slices": True, "deferred": True},
        "mysql": {"no_key": False, "slices": False, "deferred": False},
    }

    found = {
        "no_key": internals.locks_without_key("default"),
        "of": internals.locks_some_tables("default"),
        "slices": internals.slices_in_subqueries("default"),
        "deferred": internals.defers_constraints("default"),
    }

    assert can[connection.vendor].items() <= found.items()


def test_serializer_class_has_declared_fields() -> None:
    """``check_rest_framework`` reads them without making a serializer."""
    assert set(ShipSerializer._declared_fields) == {"tracking"}


def test_raw_returns_stream_of_output_wrapper() -> None:
    stream = StringIO()

    assert raw(OutputWrapper(stream)) is stream


def test_pillow_webp_image_has_decoder_and_load_prepare() -> None:
    assert "self._decoder" in inspect.getsource(WebPImageFile)
    assert list(inspect.signature(WebPImageFile.load_prepare).parameters) == ["self"]
