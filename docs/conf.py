"""The documentation: one site for the four packages and the example project."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "example_project"), str(ROOT / "docs")]
os.environ["DJANGO_SETTINGS_MODULE"] = "storefront.settings.test"
django.setup()  # the Python reference imports models

project = "Django Storefront"
author = "The Django Storefront authors"
project_copyright = "The Django Storefront authors"
html_title = "Django Storefront"

napoleon_use_ivar = True  # attributes of dataclasses are documented in one place

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx_copybutton",
    "sphinx_design",
    "sphinx_llms_txt",
    "generated",
    "highlighting",
]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 4
exclude_patterns = ["_build"]

autodoc_typehints = "description"
autodoc_member_order = "bysource"
autodoc_default_options = {
    "members": True,
    "show-inheritance": True,
    "exclude-members": "DoesNotExist, MultipleObjectsReturned, NotUpdated",
}
nitpick_ignore_regex = [(r"py:.*", r".*")]  # types of Python and Django: their pages are elsewhere
suppress_warnings = ["ref.python"]  # the packages have exceptions of the same name

copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True
copybutton_exclude = ".linenos, .gp, .go"

llms_txt_title = "Django Storefront"
llms_txt_summary = (
    "A shop for Django in four independent packages: catalogue, carts, orders, tax, shipping, vouchers and payments; "
    "accounts with JWT; tags; likes. Each has a REST API and an admin."
)

html_theme = "furo"
html_logo = "images/logo.svg"
html_favicon = "images/logo.svg"
html_static_path = ["static"]
html_css_files = ["storefront.css"]
html_search_scorer = str(ROOT / "docs" / "static" / "search.js")
html_theme_options = {
    "source_repository": "https://github.com/django-storefront/django-storefront/",
    "source_branch": "main",
    "source_directory": "docs/",
}
