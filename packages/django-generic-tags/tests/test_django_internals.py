"""Private APIs of Django that the package relies on.

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


def test_generic_foreign_key_has_check_object_id_field():
    """``ObjectForeignKey`` overrides it: ``object_id`` is a property over three fields."""
    assert "_check_object_id_field" in vars(GenericForeignKey)
    assert "_check_object_id_field" in inspect.getsource(GenericForeignKey.check)


def test_generic_foreign_key_accessor_has_get_prefetch_querysets():
    """``ObjectAccessor`` extends it, and replaces the third of the six values: the key of a link."""
    accessor = TaggedItem.content_object.accessor

    assert list(inspect.signature(accessor.get_prefetch_querysets).parameters) == ["instances", "querysets"]
    assert len(accessor.get_prefetch_querysets([])) == 6
    assert callable(accessor.is_cached)


def test_generic_relation_uses_object_id_field_name():
    """``LinkRelation`` makes it a property that depends on the model."""
    for method in ("resolve_related_fields", "get_path_info"):
        assert "self.object_id_field_name" in inspect.getsource(getattr(GenericRelation, method))
    assert isinstance(vars(LinkRelation)["object_id_field_name"], property)


@pytest.mark.parametrize("name", ["get_content_type", "get_extra_restriction", "bulk_related_objects", "check"])
def test_generic_relation_has_required_methods(name):
    assert callable(getattr(GenericRelation, name))
    assert "get_content_type()" in inspect.getsource(GenericRelation.get_extra_restriction)


def test_foreign_object_check_extends_parent_check():
    """``LinkRelation.check`` skips what ``ForeignObject`` adds."""
    assert callable(super(models.ForeignObject, models.ForeignObject).check)
    assert "_check_to_fields_exist" in inspect.getsource(models.ForeignObject.check)


def test_prefetch_related_objects_uses_prefetched_objects_cache():
    """``links.prefetch`` reads and drops them, ``managers.ObjectTags`` is asked for its part."""
    source = inspect.getsource(inspect.getmodule(prefetch_related_objects))

    for name in ("_prefetched_objects_cache", "get_prefetch_querysets", "_apply_rel_filters"):
        assert name in source


def test_inline_checks_have_check_relation():
    """``admin.inlines`` overrides it: the relation is over three columns."""
    assert "_check_relation" in vars(GenericInlineModelAdminChecks)


def test_generic_formset_sets_required_attributes():
    """``admin.inlines.TaggedItemFormSet`` sets them instead of calling the constructor."""
    source = inspect.getsource(BaseGenericInlineFormSet.__init__)

    for name in ("self.instance", "self.rel_name", "self.save_as_new", "self.ct_fk_field"):
        assert name in source
