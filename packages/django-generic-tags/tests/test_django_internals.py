"""The parts of Django without a public name that the package needs.

They are used in ``links.fields``, ``links.prefetch``, ``managers`` and ``admin.inlines`` only. A test here fails when
one of them moves in a new version of Django.
"""

from __future__ import annotations

import inspect

import pytest
from django.contrib.contenttypes.admin import GenericInlineModelAdminChecks
from django.contrib.contenttypes.fields import GenericForeignKey, GenericRelation
from django.contrib.contenttypes.forms import BaseGenericInlineFormSet
from django.db import models
from django.db.models.query import prefetch_related_objects

from generic_tags.links.fields import LinkRelation
from generic_tags.models import TaggedItem


def test_the_generic_foreign_key_checks_its_object_id_field_apart():
    """``ObjectForeignKey`` overrides it: ``object_id`` is a property over three fields."""
    assert "_check_object_id_field" in vars(GenericForeignKey)
    assert "_check_object_id_field" in inspect.getsource(GenericForeignKey.check)


def test_the_accessor_of_a_generic_foreign_key_prefetches_by_querysets():
    """``ObjectAccessor`` extends it, and replaces the third of the six values: the key of a link."""
    accessor = TaggedItem.content_object.accessor

    assert list(inspect.signature(accessor.get_prefetch_querysets).parameters) == ["instances", "querysets"]
    assert len(accessor.get_prefetch_querysets([])) == 6
    assert callable(accessor.is_cached)


def test_the_generic_relation_reads_its_column_from_an_attribute():
    """``LinkRelation`` makes it a property that depends on the model."""
    for method in ("resolve_related_fields", "get_path_info"):
        assert "self.object_id_field_name" in inspect.getsource(getattr(GenericRelation, method))
    assert isinstance(vars(LinkRelation)["object_id_field_name"], property)


@pytest.mark.parametrize("name", ["get_content_type", "get_extra_restriction", "bulk_related_objects", "check"])
def test_the_generic_relation_has_the_methods_that_are_overridden_or_relied_on(name):
    assert callable(getattr(GenericRelation, name))
    assert "get_content_type()" in inspect.getsource(GenericRelation.get_extra_restriction)


def test_relations_are_checked_apart_from_the_columns_of_foreign_objects():
    """``LinkRelation.check`` skips what ``ForeignObject`` adds."""
    assert callable(super(models.ForeignObject, models.ForeignObject).check)
    assert "_check_to_fields_exist" in inspect.getsource(models.ForeignObject.check)


def test_prefetched_objects_are_kept_in_an_attribute_of_the_object():
    """``links.prefetch`` reads and drops them, ``managers.ObjectTags`` is asked for its part."""
    source = inspect.getsource(inspect.getmodule(prefetch_related_objects))

    for name in ("_prefetched_objects_cache", "get_prefetch_querysets", "_apply_rel_filters"):
        assert name in source


def test_the_inline_checks_its_relation_apart():
    """``admin.inlines`` overrides it: the relation is over three columns."""
    assert "_check_relation" in vars(GenericInlineModelAdminChecks)


def test_the_generic_formset_has_the_attributes_that_are_set():
    """``admin.inlines.TaggedItemFormSet`` sets them instead of calling the constructor."""
    source = inspect.getsource(BaseGenericInlineFormSet.__init__)

    for name in ("self.instance", "self.rel_name", "self.save_as_new", "self.ct_fk_field"):
        assert name in source
