"""Each color of the course is defined once, can be read, and reaches Python, CSS and figures."""

import colorsys
import importlib.util
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
    mixed = [round(255 + (tint - 255) * part) for tint in bytes.fromhex(palette.BLUE[1:])]
    assert f"background:rgb({','.join(map(str, mixed))})" in shaded_cell(0.5, palette.BLUE)


def test_what_waits_for_python_has_the_same_colors():
    """docs/lite/build.py writes them for loading.mjs, which may show itself before any theme."""
    path = ROOT / "docs/lite/build.py"
    spec = importlib.util.spec_from_file_location("lite_build", path)
    build = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(build)
    light, dark = build.colors().splitlines()
    for line, colors in ((light, palette.LIGHT), (dark, palette.DARK)):
        found = dict(re.findall(r"--([\w-]+): ([^;]+);", line))
        text = (ROOT / "docs/lite/loading.mjs").read_text(encoding="utf-8")
        assert found.keys() == set(re.findall(r"var\(--([\w-]+)\)", text))
        for name, color in found.items():
            assert color == colors[name] or color == shown_in(colors[name]), name


# --- In JupyterLab's two themes -------------------------------------------------------------------

# The values that its themes give to what the palette asks for, as they are painted.
THEMES = {
    "none": {},
    "light": {
        "--jp-layout-color0": "#ffffff",
        "--jp-layout-color2": "#eeeeee",
        "--jp-content-font-color1": "#212121",  # black at 87 % on white
    },
    "dark": {
        "--jp-layout-color0": "#111111",
        "--jp-layout-color2": "#424242",
        "--jp-content-font-color1": "#ffffff",
    },
}


def painted(css, theme):
    """Return the color, as numbers, that a browser makes of `var()` and `color-mix()`."""
    if mixed := re.fullmatch(r"color-mix\(in srgb, (\S+) (\d+)%, (.*)\)", css):
        part = int(mixed[2]) / 100
        pairs = zip(numbers(mixed[1]), numbers(painted(mixed[3], theme)))
        return "#" + "".join(f"{round(a * part + b * (1 - part)):02x}" for a, b in pairs)
    name, other = re.fullmatch(r"var\((--[\w-]+), (#\w+)\)", css).groups()
    return THEMES[theme].get(
        name, other if len(other) == 7 else "#" + "".join(c * 2 for c in other[1:])
    )


def numbers(color):
    return [int(color[k : k + 2], 16) for k in (1, 3, 5)]


@pytest.mark.parametrize("theme", THEMES)
def test_a_panel_can_be_read_in_any_theme(theme):
    paper, ink, code = (
        painted(css, theme) for css in (palette.THEME_PAPER, palette.THEME_INK, palette.THEME_CODE)
    )
    assert contrast(ink, paper) >= 7 and contrast(ink, code) >= 7
    for color in (palette.GREEN, palette.GRAY, palette.RED, palette.BLUE):
        assert contrast(painted(palette.readable(color), theme), paper) >= 4.5, color


def on_a_dark_page(color):
    """Return what `figures.FILTER` makes of a color, by the matrices of CSS Filter Effects 1."""
    keep, turn = map(float, re.fullmatch(r"invert\(([\d.]+)\) hue-rotate\((\d+)deg\)",
                                         figures.FILTER).groups())  # fmt: skip
    assert turn == 180  # then the matrix is twice the luminance, minus the color
    parts = [keep + (1 - 2 * keep) * c / 255 for c in numbers(color)]
    light = 0.213 * parts[0] + 0.715 * parts[1] + 0.072 * parts[2]
    turned = [min(1, max(0, 2 * light - c)) for c in parts]
    return "#" + "".join(f"{round(255 * c):02x}" for c in turned)


def hue(color):
    return 360 * colorsys.rgb_to_hsv(*(c / 255 for c in numbers(color)))[0]


def test_a_picture_keeps_its_contrast_and_its_hues_on_a_dark_page():
    paper, ink = on_a_dark_page(palette.PAPER), on_a_dark_page(palette.INK)
    assert contrast(paper, THEMES["dark"]["--jp-layout-color0"]) < 1.1, "no frame of another black"
    assert contrast(ink, paper) >= 7
    for name in ("BLUE", "ORANGE", "GREEN", "RED", "PURPLE"):
        color = getattr(palette, name)
        dark = on_a_dark_page(color)
        assert contrast(dark, paper) >= 3, name
        turned = abs(hue(dark) - hue(color)) % 360
        assert min(turned, 360 - turned) <= 15, f"{name} becomes {dark}"


def test_a_picture_itself_is_the_same_for_every_page():
    page = figures.probability_bars([0.5, 0.5])._repr_mimebundle_()["text/html"]
    assert page.count("<img") == 1 and page.count("data:image/png") == 1
    assert page.count("<style>") == 1 and "script" not in page
    style = re.search("<style>(.*?)</style>", page)[1]
    assert style == f"{palette.on_dark('.softmax-figure img')}{{filter:{figures.FILTER}}}"
    assert "filter" not in re.sub("<style>.*?</style>", "", page), "light pages show it as it is"
