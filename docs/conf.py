"""The documentation of symconv, built by its own extension: `sphinx-build docs build/docs`."""

from importlib.metadata import version as _version

project = "symconv"
author = "The symconv developers"
project_copyright = "2026, the symconv developers"
release = version = _version("symconv")
extensions = ["myst_parser", "sphinx.ext.autodoc", "symconv.publish.sphinx"]
myst_enable_extensions = ["dollarmath", "colon_fence"]
myst_heading_anchors = 3
html_theme = "alabaster"
html_theme_options = {"description": "Prove it for every size, or see why not."}
html_math_renderer = "symconv"
autodoc_typehints = "description"
exclude_patterns = ["_build"]
