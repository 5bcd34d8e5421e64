"""Inlines that show and edit the tags of an object on the admin page of its own model."""

from __future__ import annotations

from typing import Any, ClassVar

import swapper
from django.contrib import admin
from django.contrib.contenttypes.admin import (
    GenericInlineModelAdminChecks,
    GenericStackedInline,
    GenericTabularInline,
)
from django.contrib.contenttypes.forms import BaseGenericInlineFormSet
from django.core.checks import Error
from django.core.exceptions import ValidationError
from django.db import models
from django.forms import BaseModelFormSet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from generic_tags.admin.hardening import HardenedFormsMixin
from generic_tags.links.keys import key_column
from generic_tags.links.registry import content_type_of, is_registered
from generic_tags.selectors import get_tag_model, get_tagged_item_model
from generic_tags.services.tagging import announce
from generic_tags.signals import object_tagged, object_untagged


class TaggedItemFormSet(BaseGenericInlineFormSet):
    """Formset of the tags of one object, which allows each tag once and sends the signals that the services send."""

    rel_name: Any
    ct_fk_field: Any  # set by Django's factory of generic formsets

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        instance: Any = None,
        save_as_new: bool = False,
        prefix: str | None = None,
        queryset: Any = None,
        **kwargs: Any,
    ) -> None:
        """Use the content type under which the object is linked, which may be that of a parent model."""
        self.instance = instance
        self.rel_name = self.get_default_prefix()
        self.save_as_new = save_as_new
        links: Any = get_tagged_item_model()._default_manager.all() if queryset is None else queryset
        is_saved = instance is not None and not instance._state.adding and instance.pk is not None
        links = links.for_object(instance) if is_saved else links.none()
        BaseModelFormSet.__init__(self, data, files, prefix=prefix, queryset=links, **kwargs)

    def clean(self) -> None:
        """Raise ``ValidationError`` if a tag is chosen twice."""
        super().clean()
        tags = [
            form.cleaned_data["tag"]
            for form in self.forms
            if form.cleaned_data.get("tag") and not form.cleaned_data.get("DELETE")
        ]
        if len(tags) > len(set(tags)):
            raise ValidationError(_("An object can have a tag only once."), code="unique")

    def save_new(self, form: Any, commit: bool = True) -> Any:
        """Save a link that was added."""
        form.instance.content_type = content_type_of(type(self.instance), self.instance._state.db)
        setattr(form.instance, self.ct_fk_field.attname, self.instance.pk)
        link = form.save(commit=commit)
        if commit:
            announce(object_tagged, self.instance, [link.tag], link._state.db)
        return link

    def save_existing(self, form: Any, obj: Any, commit: bool = True) -> Any:
        """Save a link that was changed to another tag."""
        before = get_tag_model()._default_manager.get(pk=form.initial["tag"])
        link = super().save_existing(form, obj, commit=commit)
        if commit and before != link.tag:
            announce(object_untagged, self.instance, [before], link._state.db)
            announce(object_tagged, self.instance, [link.tag], link._state.db)
        return link

    def delete_existing(self, obj: Any, commit: bool = True) -> None:
        """Delete a link that was removed."""
        if commit:
            announce(object_untagged, self.instance, [obj.tag], obj._state.db)
        super().delete_existing(obj, commit=commit)


class _InlineChecks(GenericInlineModelAdminChecks):
    """Checks that the model is registered, instead of that it has a generic foreign key with one key column."""

    def _check_relation(self, obj: Any, parent_model: Any) -> list[Any]:
        if is_registered(parent_model):
            return []
        label = parent_model._meta.label
        hint = f"Add {label!r} to GENERIC_TAGS['MODELS'], or remove the inline."
        return [
            Error(
                f"An inline shows tags of {label}, which is not registered.", hint=hint, obj=obj, id="generic_tags.E010"
            )
        ]


class TaggedItemInlineMixin(HardenedFormsMixin):
    """Mixin for inlines with the tags of any registered model."""

    model: Any = swapper.load_model("generic_tags", "TaggedItem", require_ready=False)
    formset: Any = TaggedItemFormSet
    checks_class = _InlineChecks
    fields: ClassVar[Any] = ("tag",)
    autocomplete_fields: ClassVar[Any] = ("tag",)
    extra = 0
    verbose_name: Any = _("tag")
    verbose_name_plural: Any = _("tags")
    ct_fk_field: str

    def __init__(self, parent_model: type[models.Model], admin_site: admin.AdminSite) -> None:
        """Select the key column by the type of the model's primary key."""
        self.ct_fk_field = key_column(parent_model)
        super().__init__(parent_model, admin_site)  # type: ignore[call-arg]

    def get_queryset(self, request: HttpRequest) -> Any:
        """Return the links with their tags, ordered by label."""
        return super().get_queryset(request).select_related("tag").order_by("tag__label_key")


class TaggedItemTabularInline(TaggedItemInlineMixin, GenericTabularInline):
    """Inline that shows tags as rows of a table."""


class TaggedItemStackedInline(TaggedItemInlineMixin, GenericStackedInline):
    """Inline that shows tags one below the other."""
