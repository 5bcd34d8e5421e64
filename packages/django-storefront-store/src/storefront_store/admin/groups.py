"""Admin pages of product groups, including the page that creates variants."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from storefront_store.admin.base import PartInline, StoreModelAdmin, badge, change_link, changelist_link, count_of
from storefront_store.admin.forms import NamesField
from storefront_store.admin.hardening.generics import AnyModelForm
from storefront_store.conf import app_settings, get_model
from storefront_store.pricing import validate_min_price
from storefront_store.services import variants

VALUES_PREFIX = "values_"


class ProductGroupForm(AnyModelForm):
    """Form of a group; the names of its options are separated by commas."""

    varies_by: ClassVar[Any] = NamesField(
        label=capfirst(_("varies by")),
        required=False,
        help_text=_("The names of the options in the order in which they are shown, such as Colour, Size."),
    )

    def clean_varies_by(self) -> list[str]:
        """Validate the names of the options.

        Raises:
            ValidationError: If the variants of the group have options with other names.
        """
        names: list[str] = self.cleaned_data["varies_by"]
        self.instance._meta.get_field("varies_by").run_validators(names)
        if self.instance.pk is not None:
            variants.check_names(get_model("ProductGroup")._base_manager.get(pk=self.instance.pk), names)
        return names


class VariantInline(PartInline):
    """Inline of the variants of a group, with links to their pages."""

    model: Any = get_model("Product")
    fk_name: str = "group"
    fields: ClassVar[Any] = ["variant", "values", "sku", "unit_price", "stock", "active"]
    readonly_fields: ClassVar[Any] = ["variant", "values", "stock", "active"]
    ordering: ClassVar[Any] = ["pk"]
    verbose_name: Any = _("variant")
    verbose_name_plural: Any = _("variants")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether the user may view products."""
        return admin.TabularInline.has_view_permission(self, request, obj)

    @admin.display(description=_("product"))
    def variant(self, product: Any) -> str:
        """Return the product as a link to its page."""
        return change_link(self.admin_site, product)

    @admin.display(description=_("options"))
    def values(self, product: Any) -> str:
        """Return the values of the options in the order of the group."""
        return options_text(product.options, product.group.varies_by)

    @admin.display(description=_("inventory"))
    def stock(self, product: Any) -> str:
        """Return the stock."""
        kind = "bad" if not product.inventory else "open" if product.inventory < app_settings.LOW_STOCK else "good"
        return badge(kind, product.inventory)

    @admin.display(description=_("active"), boolean=True)
    def active(self, product: Any) -> bool:
        """Return whether the product is on sale."""
        return bool(product.is_active)


class MakeVariantsForm(forms.Form):
    """Form with the common values of new variants and the values of each option.

    Args:
        group: The group.
    """

    def __init__(self, *args: Any, group: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        product = get_model("Product")._meta
        self.fields["collection"] = forms.ModelChoiceField(
            get_model("Collection")._default_manager.all(), label=product.get_field("collection").verbose_name
        )
        self.fields["unit_price"] = forms.DecimalField(
            label=product.get_field("unit_price").verbose_name,
            max_digits=12,
            decimal_places=2,
            validators=[validate_min_price],
        )
        for number, name in enumerate(group.varies_by):
            self.fields[f"{VALUES_PREFIX}{number}"] = NamesField(
                label=name, help_text=_("Values, separated by commas.")
            )
        self.group = group

    def values(self) -> dict[str, list[str]]:
        """Return the values by option name."""
        return {name: self.cleaned_data[f"{VALUES_PREFIX}{number}"] for number, name in enumerate(self.group.varies_by)}

    def template(self) -> Any:
        """Return an unsaved product with the common values of the variants."""
        return get_model("Product")(
            title=self.group.title,
            slug=self.group.slug,
            description=self.group.description or None,
            collection=self.cleaned_data["collection"],
            unit_price=self.cleaned_data["unit_price"],
            is_active=False,
        )


class ProductGroupAdmin(StoreModelAdmin):
    """Admin page of product groups."""

    form = ProductGroupForm
    change_form_template: ClassVar[str] = "admin/storefront_store/group_change_form.html"
    inlines: ClassVar[Any] = [VariantInline]
    list_display: Any = ["title", "names", "variants_count"]
    prepopulated_fields: ClassVar[Any] = {"slug": ["title"]}
    search_fields: ClassVar[Any] = ["title"]

    def get_queryset(self, request: HttpRequest) -> Any:
        """Annotate the number of variants."""
        return super().get_queryset(request).annotate(variants_count=count_of(self.model, "products"))

    def get_urls(self) -> list[URLPattern]:
        """Add the URL of the page that creates variants."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_make_variants"
        view = self.admin_site.admin_view(self.make_variants_view)
        return [path("<path:object_id>/make-variants/", view, name=name), *super().get_urls()]

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """Add to the context whether variants can be created."""
        context["makes_variants"] = kwargs.get("change") and self._may_make(request)
        return super().render_change_form(request, context, *args, **kwargs)

    def make_variants_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show the form for new variants, and create a product for each new combination of values.

        Raises:
            Http404: If there is no such group.
            PermissionDenied: If the user may not add products.
        """
        group: Any = self.get_object(request, unquote(object_id))
        if group is None:
            raise Http404
        if not self._may_make(request):
            raise PermissionDenied
        form = MakeVariantsForm(request.POST or None, group=group)
        if request.method == "POST" and form.is_valid():
            try:
                made = variants.make_variants(group, form.values(), template=form.template())
            except ValidationError as error:
                form.add_error(None, error.messages)
            else:
                return self._report(request, group, made)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Make variants of %(group)s") % {"group": group},
            "opts": self.opts,
            "original": group,
            "form": form,
        }
        return TemplateResponse(request, "admin/storefront_store/make_variants.html", context)

    def _may_make(self, request: HttpRequest) -> bool:
        opts = get_model("Product")._meta
        return self.has_change_permission(request) and request.user.has_perm(f"{opts.app_label}.add_{opts.model_name}")

    def _report(self, request: HttpRequest, group: Any, made: list[Any]) -> HttpResponse:
        self.log_changes(request, [group], "Variants")
        message = ngettext(
            "%(number)d variant was made. Its stock is empty, and it is not on sale yet.",
            "%(number)d variants were made. Their stock is empty, and they are not on sale yet.",
            len(made),
        )
        self.message_user(request, message % {"number": len(made)}, messages.SUCCESS if made else messages.WARNING)
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
        return HttpResponseRedirect(reverse(name, args=[group.pk], current_app=self.admin_site.name))

    @admin.display(description=_("varies by"))
    def names(self, group: Any) -> str:
        """Return the names of the options."""
        return ", ".join(group.varies_by)

    @admin.display(description=_("variants"), ordering="variants_count")
    def variants_count(self, group: Any) -> str:
        """Return the number of variants as a link to them."""
        number = group.variants_count
        text = ngettext("%(number)d variant", "%(number)d variants", number) % {"number": number}
        key = f"group__{self.opts.pk.name}__exact"
        return changelist_link(self.admin_site, get_model("Product"), text, **{key: group.pk})


def options_text(options: dict[str, str], names: Iterable[str] = ()) -> str:
    """Return options as text, such as ``"Colour: Red, Size: M"``.

    Args:
        options: The options.
        names: The names that come first, in order.
    """
    ordered = [*(name for name in names if name in options), *(name for name in options if name not in names)]
    return ", ".join(f"{name}: {options[name]}" for name in ordered)
