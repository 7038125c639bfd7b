"""Each color of the course is defined once, can be read, and reaches Python, CSS and figures."""

import ast
import re

import pytest
from browser import ROOT

from softmax_lib import explorers, figures, palette
from softmax_lib.explorers import SoftmaxExplorer
from softmax_lib.explorers.static import bar_cell, shaded_cell

PACKAGE = ROOT / "softmax_lib"
HOME = PACKAGE / "palette.py"
FILES = sorted(
    path for kind in ("py", "css", "js") for path in PACKAGE.rglob(f"*.{kind}") if path != HOME
)
# As numbers of either kind. A number sign behind a word or a slash is of an address.
COLOR = re.compile(
    r"(?<![\w/&])#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})\b"
    r"|\b(?:rgb|hsl|hwb|lab|lch|oklab|oklch)a?\(\s*[\d.]",
    re.IGNORECASE,
)
# nbconvert's own colors, made darker: they belong to the pages that it writes.
NOT_OURS = {"explorers/export.py": r"--jp-[\w-]+-color: #[0-9a-f]{6}"}


def colors_in(text):
    return [found[0] for found in COLOR.finditer(text)]


def test_the_search_sees_a_color_and_nothing_else():
    for color in ("#0072b2", "#FFF", "#12345678", "rgb(0, 114, 178)", "hsl(200 100% 35%)"):
        assert len(colors_in(f"a {color}; b")) == len(colors_in(f'BLUE = "{color}"')) == 1
    others = "gemma.cpp#981, /issues/#117, &#176; #focus {place:#06} rgb({red}) rgb(from var(--x))"
    assert colors_in(others) == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_file_has_a_color_of_its_own(path):
    text = path.read_text(encoding="utf-8")
    known = NOT_OURS.get(path.relative_to(PACKAGE).as_posix())
    if known:
        text, found = re.subn(known, "", text)
        assert found, "then it needs no exception"
    assert colors_in(text) == [], "colors are defined in palette.py alone"


def test_no_color_in_a_figure_has_a_name_of_matplotlib():
    names = [
        node.value.value
        for node in ast.walk(ast.parse((PACKAGE / "figures.py").read_text(encoding="utf-8")))
        if isinstance(node, ast.keyword) and node.arg and node.arg.endswith("color")
        if isinstance(node.value, ast.Constant)
    ]
    assert names == []


def shown_in(value):
    """Return the color that a custom property has where no theme gives another."""
    return re.search(r"#[0-9A-Fa-f]{6}", value)[0]


def contrast(one, other):
    """Return the ratio of WCAG 2.2, section 1.4.3."""
    lights = []
    for color in (one, other):
        parts = [int(color[k : k + 2], 16) / 255 for k in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        lights.append(0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2])
    low, high = sorted(lights)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("colors", [palette.LIGHT, palette.DARK], ids=["light", "dark"])
def test_what_has_to_be_seen_stands_out(colors):
    paper = shown_in(colors["paper"])
    for name in ("ink", "muted", "wrong", "right"):
        assert contrast(shown_in(colors[name]), paper) >= 4.5, name
    for name in ("chosen", "hover", "strip", "next-strip"):
        assert contrast(shown_in(colors["ink"]), colors[name]) >= 4.5, name
    for name in ("edge", "score", "probability", "truth", "focus"):
        assert contrast(colors[name], paper) >= 3, name
    assert contrast(colors["wrong"], colors["wrong-paper"]) >= 4.5
    assert contrast(colors["weight"], paper) >= 3 or contrast(colors["stripe"], paper) >= 3
    assert contrast(colors["weight"], colors["stripe"]) >= 1.5, "stripes are seen"


def test_light_and_dark_have_the_same_names_and_style_sheets_use_no_other():
    assert palette.LIGHT.keys() == palette.DARK.keys()
    sheets = "".join(p.read_text(encoding="utf-8") for p in FILES if p.suffix == ".css")
    scripts = "".join(p.read_text(encoding="utf-8") for p in FILES if p.suffix == ".js")
    used = set(re.findall(r"var\(--([\w-]+)", sheets))
    assert palette.LIGHT.keys() - used == set(), "a color that nothing uses"
    set_elsewhere = set(re.findall(r"--([\w-]+):", sheets))
    set_elsewhere |= set(re.findall(r'"--([\w-]+)"', scripts))
    outside = {name for name in used if name.startswith("jp-")}
    assert used - palette.LIGHT.keys() - set_elsewhere - outside == set()
    assert palette.LIGHT.keys() & set_elsewhere == set(), "a second definition"


def test_explorers_tables_and_figures_have_the_same_blue():
    for explorer in (getattr(explorers, name) for name in explorers.__all__):
        assert f"--probability: {palette.BLUE};" in explorer._css
        assert explorer._css.count("--probability:") == 3, "light, dark, forced"
    assert figures.BLUE is palette.BLUE
    assert palette.BLUE in bar_cell(0.5, palette.BLUE)
    assert palette.BLUE in SoftmaxExplorer([1, 2])._table()
    part = 0.7 * 0.5
    mixed = [round(255 + (tint - 255) * part) for tint in (0x00, 0x72, 0xB2)]
    assert f"background:rgb({','.join(map(str, mixed))})" in shaded_cell(0.5, palette.BLUE)
