"""The documentation: one site, a chapter a package."""

from __future__ import annotations

project = "Django Storefront"
author = "The Django Storefront authors"
project_copyright = "The Django Storefront authors"
html_title = "Django Storefront"

extensions = ["myst_parser"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
# Examples show requests without the protocol's version and JSON with placeholders: their colours are a best effort.
suppress_warnings = ["misc.highlighting_failure"]
exclude_patterns = ["_build"]
html_theme = "furo"
html_logo = "images/logo.svg"
html_favicon = "images/logo.svg"
