from __future__ import annotations

from typing import Any

import swapper
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.contenttypes.admin import (
    GenericInlineModelAdminChecks,
    GenericStackedInline,
    GenericTabularInline,
)
from django.contrib.contenttypes.forms import BaseGenericInlineFormSet
from django.core.checks import Error
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from generic_tags.exceptions import GenericTagsError
from generic_tags.keys import key_column
from generic_tags.querysets import get_tag_model
from generic_tags.registry import is_taggable
from generic_tags.services import announce, delete_tags, merge_tags, save_tag
from generic_tags.signals import object_tagged, object_untagged


class TagAdmin(admin.ModelAdmin):
    """Tags with search, usage counts, and an action that merges tags into one of them."""

    list_display = ["label", "slug", "items_count"]
    readonly_fields = ["slug"]
    search_fields = ["label", "label_key"]
    actions = ["merge"]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        queryset: Any = super().get_queryset(request)
        return queryset.with_counts()

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return self._tell(super().changelist_view, request, *args, **kwargs)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return self._tell(super().changeform_view, request, *args, **kwargs)

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return self._tell(super().delete_view, request, *args, **kwargs)

    def _tell(self, view: Any, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Answer with the view, or with a message if a use case refuses: the forms were right when they were read."""
        try:
            return view(request, *args, **kwargs)
        except GenericTagsError:
            message = _("The tags were changed by someone else meanwhile. Nothing was done; please try again.")
            self.message_user(request, message, messages.ERROR)
            return redirect(f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_changelist")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        save_tag(obj)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        delete_tags([obj])

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> None:
        delete_tags(queryset)

    @admin.display(description=_("objects"), ordering="items_count")
    def items_count(self, tag: Any) -> int:
        """Return on how many objects the tag is."""
        return int(tag.items_count)

    def has_merge_permission(self, request: HttpRequest) -> bool:
        """Merging changes one tag and deletes the others."""
        return self.has_change_permission(request) and self.has_delete_permission(request)

    @admin.action(description=_("Merge the selected tags"), permissions=["merge"])
    def merge(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> HttpResponse | None:
        """Ask which of the tags is to stay, then move the objects of the others to it."""
        tags = list(queryset.order_by("label_key"))
        target = next((tag for tag in tags if str(tag.pk) == request.POST.get("target")), None)
        if target is not None and len(tags) > 1:
            merge_tags(target, tags)
            self.log_change(request, target, f"Merged: {', '.join(tag.label for tag in tags if tag != target)}")
            message = ngettext("%(count)d tag was merged.", "%(count)d tags were merged.", len(tags) - 1)
            self.message_user(request, message % {"count": len(tags) - 1}, messages.SUCCESS)
            return None
        if len(tags) < 2:
            self.message_user(request, _("Select at least two tags to merge."), messages.WARNING)
            return None
        context = {
            **self.admin_site.each_context(request),
            "title": _("Merge tags"),
            "opts": self.model._meta,
            "tags": tags,
            "action_checkbox_name": ACTION_CHECKBOX_NAME,
        }
        return TemplateResponse(request, "admin/generic_tags/merge.html", context)


class TaggedItemFormSet(BaseGenericInlineFormSet):
    """Refuse one tag twice, and send the signals that the services send."""

    def clean(self) -> None:
        super().clean()
        tags = [
            form.cleaned_data["tag"]
            for form in self.forms
            if form.cleaned_data.get("tag") and not form.cleaned_data.get("DELETE")
        ]
        if len(tags) > len(set(tags)):
            raise ValidationError(_("A tag can be on an object only once."), code="unique")

    def save_new(self, form: Any, commit: bool = True) -> Any:
        link = super().save_new(form, commit=commit)
        if commit:
            announce(object_tagged, self.instance, [link.tag], link._state.db)
        return link

    def save_existing(self, form: Any, obj: Any, commit: bool = True) -> Any:
        before = get_tag_model()._default_manager.get(pk=form.initial["tag"])
        link = super().save_existing(form, obj, commit=commit)
        if commit and before != link.tag:
            announce(object_untagged, self.instance, [before], link._state.db)
            announce(object_tagged, self.instance, [link.tag], link._state.db)
        return link

    def delete_existing(self, obj: Any, commit: bool = True) -> None:
        if commit:
            announce(object_untagged, self.instance, [obj.tag], obj._state.db)
        super().delete_existing(obj, commit=commit)


class _InlineChecks(GenericInlineModelAdminChecks):
    """The relation stands over three columns, of which Django's check knows one at most."""

    def _check_relation(self, obj: Any, parent_model: Any) -> list[Any]:
        """Ask whether the model may be tagged; links to any other would be found by nobody, and outlive its objects."""
        if is_taggable(parent_model):
            return []
        label = parent_model._meta.label
        hint = f"Add {label!r} to GENERIC_TAGS['MODELS'], or take the inline away."
        return [Error(f"An inline tags {label}, which may not be tagged.", hint=hint, obj=obj, id="generic_tags.E010")]


class TaggedItemInlineMixin:
    """The tags of any host model; the column is found by the model's primary key."""

    model = swapper.load_model("generic_tags", "TaggedItem", require_ready=False)
    formset: Any = TaggedItemFormSet
    checks_class = _InlineChecks
    fields: Any = ("tag",)
    autocomplete_fields: Any = ("tag",)
    extra = 0
    ct_fk_field: str

    def __init__(self, parent_model: type[models.Model], admin_site: admin.AdminSite) -> None:
        self.ct_fk_field = key_column(parent_model)
        super().__init__(parent_model, admin_site)  # type: ignore[call-arg]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("tag").order_by("tag__label_key")  # type: ignore[misc]


class TaggedItemTabularInline(TaggedItemInlineMixin, GenericTabularInline):
    """Tags as rows of a table."""


class TaggedItemStackedInline(TaggedItemInlineMixin, GenericStackedInline):
    """Tags one below the other."""


if not swapper.is_swapped("generic_tags", "Tag"):
    admin.site.register(get_tag_model(), TagAdmin)
