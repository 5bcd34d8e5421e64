"""Django's generic classes with type arguments, which Django does not accept at runtime."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from django.contrib.admin.options import BaseModelAdmin, ModelAdmin, TabularInline
from django.core.paginator import Paginator
from django.forms.models import BaseInlineFormSet, ModelChoiceField, ModelForm, ModelMultipleChoiceField

if TYPE_CHECKING:
    AnyBaseModelAdmin: TypeAlias = BaseModelAdmin[Any]
    AnyModelAdmin: TypeAlias = ModelAdmin[Any]
    AnyTabularInline: TypeAlias = TabularInline[Any, Any]
    AnyPaginator: TypeAlias = Paginator[Any]
    AnyModelForm: TypeAlias = ModelForm[Any]
    AnyInlineFormSet: TypeAlias = BaseInlineFormSet[Any, Any, Any]
    AnyModelChoiceField: TypeAlias = ModelChoiceField[Any]
    AnyModelMultipleChoiceField: TypeAlias = ModelMultipleChoiceField[Any]
else:
    AnyBaseModelAdmin = BaseModelAdmin
    AnyModelAdmin = ModelAdmin
    AnyTabularInline = TabularInline
    AnyPaginator = Paginator
    AnyModelForm = ModelForm
    AnyInlineFormSet = BaseInlineFormSet
    AnyModelChoiceField = ModelChoiceField
    AnyModelMultipleChoiceField = ModelMultipleChoiceField
