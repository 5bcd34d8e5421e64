"""The admin page of tags."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from generic_tags.admin.hardening import HardenedModelAdmin
from generic_tags.exceptions import TagsError
from generic_tags.services import delete_tags, merge_tags, save_tag


class TagAdmin(HardenedModelAdmin):
    """Tags with search, usage counts, and an action that merges tags."""

    list_display: Any = ["label", "slug", "items_count"]
    readonly_fields: ClassVar[Any] = ["slug"]
    search_fields: ClassVar[Any] = ["label", "label_key"]
    actions: Any = ["merge"]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """Return the tags with ``items_count``."""
        queryset: Any = super().get_queryset(request)
        counted: models.QuerySet[Any] = queryset.with_counts()
        return counted

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Show the list of tags."""
        return self._report_conflicts(super().changelist_view, request, *args, **kwargs)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Show the form of a tag."""
        return self._report_conflicts(super().changeform_view, request, *args, **kwargs)

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Ask for confirmation, or delete the tag."""
        return self._report_conflicts(super().delete_view, request, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save a tag."""
        save_tag(obj)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Delete a tag."""
        delete_tags([obj])

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> None:
        """Delete the selected tags."""
        delete_tags(queryset)

    @admin.display(description=_("objects"), ordering="items_count")
    def items_count(self, tag: Any) -> int:
        """Return the number of objects that have the tag."""
        return int(tag.items_count)

    def has_merge_permission(self, request: HttpRequest) -> bool:
        """Return whether the user may merge tags, which needs the permissions to change and to delete them."""
        return self.has_change_permission(request) and self.has_delete_permission(request)

    @admin.action(description=_("Merge the selected tags"), permissions=["merge"])
    def merge(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> HttpResponse | None:
        """Ask which of the selected tags to keep, then move the objects of the others to it."""
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

    def _report_conflicts(self, view: Callable[..., Any], request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Call the view; redirect to the list with a message if a tag was changed after the form was read."""
        try:
            return view(request, *args, **kwargs)
        except TagsError:
            message = _("The tags were changed by someone else. Nothing was saved; please try again.")
            self.message_user(request, message, messages.ERROR)
            return redirect(f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_changelist")
