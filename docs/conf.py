"""How Sphinx makes the course's pages: `build.py` prepares what it reads, and calls it."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import softmax_lib

project = "The softmax course"
author = "The softmax course authors"
copyright = "The softmax course authors; code BSD-3-Clause, text and figures CC BY 4.0"
version = release = softmax_lib.__version__
language = "en"

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "numpydoc",
    "mathml",
]
exclude_patterns = ["_build"]

# build.py ran the notebooks.
nb_execution_mode = "off"
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 4
# The notebooks' own figures and tables say what they show.
suppress_warnings = ["myst.header", "mystnb.unknown_mime_type"]
html_math_renderer = "mathml"

autodoc_preserve_defaults = True  # as written: not where this machine keeps its files
autodoc_member_order = "bysource"
autodoc_mock_imports = ["numba"]  # nobody needs it to read
autosummary_generate = True
numpydoc_show_class_members = False
numpydoc_xref_param_type = False

html_theme = "sphinx_book_theme"
html_title = "The softmax course"
html_static_path = ["_static"]
html_css_files = ["pages.css"]
html_js_files = ["theme.js"]
# Without the theme's title: it stands outside of every landmark, and the home page is in the list.
html_sidebars = {"**": ["sbt-sidebar-nav"]}
html_show_sourcelink = False
html_copy_source = False
html_last_updated_fmt = None
html_theme_options = {
    "use_download_button": False,
    "use_fullscreen_button": False,
    "use_repository_button": False,
    "show_navbar_depth": 1,
    "home_page_in_toc": True,
}
