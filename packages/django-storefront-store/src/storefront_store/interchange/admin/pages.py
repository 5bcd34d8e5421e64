"""Admin pages that import and export products."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import IO, Any, ClassVar, Final

from django.contrib import admin, messages
from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from storefront_store import moments
from storefront_store.admin.hardening.generics import AnyModelAdmin
from storefront_store.conf import get_model
from storefront_store.exceptions import StoreError
from storefront_store.interchange import uploads
from storefront_store.interchange.admin.forms import UploadForm, field_labels, options_of
from storefront_store.interchange.services import Summary, export_catalogue, export_workbook, import_catalogue
from storefront_store.interchange.wording import as_fields

KINDS: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
IN_MEMORY: Final = 1024 * 1024  # size of an export in bytes from which it is written to disk
MARK: Final = "\ufeff"  # by which Excel recognises UTF-8


class InterchangeMixin(AnyModelAdmin):
    """Mixin that adds import and export to the admin page of products.

    The app adds it to the page that is registered for products when all apps are ready. A page registered later can
    inherit it.
    """

    change_list_template: ClassVar[str] = "admin/storefront_store/interchange/change_list.html"

    def get_urls(self) -> list[URLPattern]:
        """Add the URLs of imports and exports."""
        wrap = self.admin_site.admin_view
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        return [
            path("import/", wrap(self.import_view), name=f"{name}_import"),
            path("import/confirm/", wrap(self.confirm_view), name=f"{name}_import_confirm"),
            path("export/<str:form>/", wrap(self.export_view), name=f"{name}_export"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Show the list with links to import products and to export the filtered ones."""
        context = {
            "interchange_import": self._url("import") if self.has_import_permission(request) else "",
            "interchange_exports": [
                (form.upper(), f"{self._url('export', form)}?{request.GET.urlencode()}") for form in KINDS
            ],
            **(extra_context or {}),
        }
        return super().changelist_view(request, context)

    def has_import_permission(self, request: HttpRequest) -> bool:
        """Return whether the user may import, which requires the permissions to add and change products."""
        return self.has_add_permission(request) and self.has_change_permission(request)

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Accept an upload, and show a preview of the import."""
        self._check_import(request)
        form = UploadForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            try:
                return self._preview(request, form)
            except StoreError as error:
                form.add_error("file", str(error.message))
            except OSError:
                form.add_error("file", gettext("There is no room for this file on the server."))
        return self._page(request, "import_form", form=form, media=self.media + form.media)

    def confirm_view(self, request: HttpRequest) -> HttpResponse:
        """Import an upload after its preview."""
        self._check_import(request)
        if request.method != "POST":
            return HttpResponseRedirect(self._url("import"))
        found = uploads.find(request.POST.get("token", ""), request.user)
        if found is None:
            self.message_user(request, _("The uploaded file is gone. Upload it again."), messages.ERROR)
            return HttpResponseRedirect(self._url("import"))
        files, chosen = found
        try:
            with as_fields(field_labels()):
                summary = import_catalogue(str(files[0]), options_of(chosen, files, dry_run=False))
        except StoreError as error:
            self.message_user(request, str(error.message), messages.ERROR)
            return HttpResponseRedirect(self._url("import"))
        uploads.forget(*files)
        self._log(request, summary)
        return self._page(request, "import_result", summary=summary, done=True)

    def export_view(self, request: HttpRequest, form: str) -> HttpResponseBase:
        """Return all pages of the list as CSV or as a workbook."""
        if form not in KINDS or not self.has_view_permission(request):
            raise PermissionDenied
        try:
            products = self.get_changelist_instance(request).get_queryset(request)
            stream = self._write(form, products)
        except IncorrectLookupParameters:
            return HttpResponseRedirect(self._url("changelist"))
        except StoreError as error:
            self.message_user(request, str(error.message), messages.ERROR)
            return HttpResponseRedirect(self._url("changelist"))
        name = f"products-{moments.today().isoformat()}.{form}"
        return FileResponse(stream, as_attachment=True, filename=name, content_type=KINDS[form])

    def _preview(self, request: HttpRequest, form: UploadForm) -> HttpResponse:
        chosen = form.chosen()
        files: list[Path] = []
        try:
            files += (uploads.keep(upload) for upload in form.uploads())
            with as_fields(field_labels()):
                summary = import_catalogue(str(files[0]), options_of(chosen, files, dry_run=True))
        except BaseException:
            uploads.forget(*files)
            raise
        token = uploads.sign(files, request.user, chosen)
        return self._page(request, "import_result", summary=summary, token=token, done=False)

    @staticmethod
    def _write(form: str, products: Any) -> IO[bytes]:
        stream: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
        if form == "xlsx":
            export_workbook(stream, products=products)
        else:
            with tempfile.NamedTemporaryFile("w+", encoding="utf-8", newline="") as text:
                text.write(MARK)
                export_catalogue(text, form, products=products)
                text.flush()
                stream = open(text.name, "rb")  # noqa: SIM115
        stream.seek(0)
        return stream

    def _check_import(self, request: HttpRequest) -> None:
        if not self.has_import_permission(request):
            raise PermissionDenied

    def _log(self, request: HttpRequest, summary: Summary) -> None:
        LogEntry.objects.create(
            user_id=request.user.pk or 0,
            content_type=ContentType.objects.get_for_model(self.model),
            object_repr=gettext("Import"),
            action_flag=ADDITION,
            change_message=f"Imported: created {summary.created}, updated {summary.updated}, failed {summary.failed}.",
        )

    def _page(self, request: HttpRequest, template: str, **context: Any) -> HttpResponse:
        return TemplateResponse(
            request,
            f"admin/storefront_store/interchange/{template}.html",
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "title": gettext("Import products"),
                "media": self.media,
                "changelist_url": self._url("changelist"),
                "import_url": self._url("import"),
                "confirm_url": self._url("import_confirm"),
                **context,
            },
        )

    def _url(self, page: str, *args: Any) -> str:
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}"
        return reverse(name, args=args, current_app=self.admin_site.name)


def extend(site: admin.AdminSite) -> None:
    """Add imports and exports to the page registered for products.

    Args:
        site: An admin site; unchanged if it has no page for products.
    """
    model = get_model("Product")
    if not site.is_registered(model):
        return
    page = type(site.get_model_admin(model))
    if issubclass(page, InterchangeMixin):
        return
    site.unregister(model)
    site.register(model, type(page.__name__, (InterchangeMixin, page), {"__module__": page.__module__}))
