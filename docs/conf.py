"""How Sphinx builds the documentation: `sphinx-build -W --keep-going -n docs build/docs`."""

import sys
from pathlib import Path

DOCS = Path(__file__).parent
ROOT = DOCS.parent
sys.path[:0] = [str(DOCS / "_ext"), str(ROOT)]

import notebook_pages  # noqa: E402

import bcf_payments  # noqa: E402
from bcf_payments.examples import NOTICES  # noqa: E402

project = "bcf_payments"
author = "The bcf_payments authors"
project_copyright = author
release = version = bcf_payments.__version__
language = "en-GB"

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "numpydoc",
    "myst_nb",
    "public_names",
    "docstrings",
    "table_models",
    "generated",
    "facts",
    "pictures",
]
exclude_patterns = ["_*", "reference/_*", "worked_examples/*.toml"]
templates_path = ["_templates"]
nitpicky = True
highlight_language = "python"
default_role = "name"  # single backticks in docstrings

myst_heading_anchors = 4
nb_execution_mode = "off"  # the notebooks are run on their own, and stored with their output

autosummary_generate = ["reference/_public_names.rst"]
autodoc_typehints = "none"  # docstrings say types in words, with shapes and units
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
numpydoc_show_class_members = False
# All that numpydoc checks, but for nouns of values, types that speak for themselves, and "see also".
numpydoc_validation_checks = {"all", "ES01", "EX01", "GL09", "PR07", "RT03", "SA01", "SA04", "SS05", "SS06"}
numpydoc_validation_exclude = {r"\.tables\.[A-Z]"}  # models of pandera take what pandera takes
numpydoc_validation_overrides = {"PR01": ["Attributes\n", "are those of `settle`"]}

html_theme = "pydata_sphinx_theme"
html_title = f"bcf_payments {release}"
html_static_path = ["_static"]
html_css_files = ["pages.css"]
html_show_sourcelink = False
html_sidebars = {
    page: []
    for page in (
        "index",
        "tutorial",
        "specification",
        "examples",
        "notebooks/*",
        "performance",
        "changelog",
    )
}
html_context = {"notices": NOTICES}
html_theme_options = {
    "logo": {"text": "bcf_payments"},
    "navigation_with_keys": False,
    "show_toc_level": 2,
    "header_links_before_dropdown": 6,
    "navbar_align": "left",
    "footer_start": ["notices"],
    "footer_end": ["copyright"],
    "secondary_sidebar_items": ["page-toc"],
}

notebook_pages.copy()
