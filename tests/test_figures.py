"""The pictures: their words, their bytes, and whether everybody can read them."""

import base64
import hashlib
import html
import importlib.util
import inspect
import io
import itertools
import json
import re
import subprocess
import sys
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.collections import PathCollection
from matplotlib.text import Text
from notebook_tools import ROOT, TOLERANCE, picture_difference
from PIL import Image

from softmax_lib import figures, learning_figures
from softmax_lib.sampling import rank

HOMES = (figures, learning_figures)
LOGITS, WORDS = [2.0, 1.0, -1.0], ["woods", "sea", "inn"]
SQUARE = [[0.0, 0.5, 1.0, 0.25]]  # an image of 2 by 2 pixels
JUDGED = [0.9] * 20 + [0.3] * 10, [True] * 15 + [False] * 15

# For every public function: its arguments, the same with one number changed, and what the words
# must then say. Each number was worked out by hand or with another formula than the library's.
CASES = {
    "attention_rows": (
        ([[1.0, 0.0], [0.0, 2.0]], ["a", "b"]),
        ([[1.0, 0.0], [0.0, 3.0]], ["a", "b"]),
        ["2 by 2", "a looks at a 0.73", "b looks at b 0.88"],
    ),
    "bell_race": (
        ([0.5, 0.25, 2.0], WORDS),
        ([0.5, 0.75, 2.0], WORDS),
        ["woods 0.50, sea 0.25, inn 2.00", "sea is first"],
    ),
    "count_bars": (
        ({"woods": 1200, "sea": 3},),
        ({"woods": 1200, "sea": 4},),
        ["woods 1,200", "sea 3", "Together: 1,203"],
    ),
    "cumulative_draw": (
        ([0.5, 0.3, 0.2], 0.61, WORDS),
        ([0.5, 0.1, 0.4], 0.61, WORDS),
        ["woods ends at 0.50", "sea ends at 0.80", "inn ends at 1.00", "0.61 lands in sea"],
    ),
    "draw_frequencies": (
        ([0.5, 0.3, 0.2], [0, 0, 0, 1], WORDS),
        ([0.5, 0.3, 0.2], [0, 0, 2, 1], WORDS),
        ["4 draws", "woods 0.500 and 0.750", "inn 0.200 and 0.000", "difference: 0.250"],
    ),
    "entropy_curve": (
        ([0.0, 0.0, 1.0],),
        ([0.0, 0.0, 2.0],),
        ["T = 1: 1.41 bits", "among 3", "1.58 bits"],
    ),
    "exponential_curve": (
        ([-1.0, 0.0, 1.0],),
        ([-1.0, 0.0, 1.5],),
        ["z = -1 gives 0.37", "z = 0 gives 1.00", "z = 1 gives 2.72"],
    ),
    "gap_curve": (
        ([-1.0, 0.0, 1.0],),
        ([-1.0, 0.0, 2.0],),
        ["difference -1: share 0.27", "difference 0: share 0.50, odds 1 to 1", "odds 2.7 to 1"],
    ),
    "learning_curve": (
        ({"train": [2.0, 1.5, 1.25], "test": [2.0, 1.75, 1.5]}, (0, 1)),
        ({"train": [2.0, 1.5, 1.25], "test": [2.0, 1.75, 1.625]}, (0, 1)),
        ["train: 2.000 at step 0, 1.500 at step 1, 1.250 at step 2", "test: ", "1.500 at step 2."],
    ),
    "matrix_times_vector": (
        ([[1.0, -2.0], [0.5, 4.0]], [3.0, 1.0], ["sea", "inn"]),
        ([[1.0, -2.0], [0.5, 4.0]], [3.0, 2.0], ["sea", "inn"]),
        ["2 rows and 2 columns", "sea 1.00", "inn 5.50"],
    ),
    "pixel_tiles": (
        (SQUARE * 6, list("abcdef"), "squares"),
        (SQUARE * 5 + [[0.0, 0.5, 1.0, 0.75]], list("abcdef"), "squares"),
        ["6 square images of 2 by 2 pixels, squares", "Share of ink: a 0.44, b 0.44"],
    ),
    "reliability_diagram": (
        ({"T = 1": JUDGED},),
        ({"T = 1": (JUDGED[0], [True] * 16 + [False] * 14)},),
        ["T = 1: 0.30 and 0.00 of 10, 0.90 and 0.75 of 20, 0 left out"],
    ),
    "probability_bars": (
        ([0.5, 0.3, 0.2], WORDS),
        ([0.5, 0.3, 0.1], WORDS),
        ["woods 0.50", "sea 0.30", "inn 0.20", "Together: 1.00"],
    ),
    "rivals": (
        ([-2.0, 0.0, 1.0],),
        ([-2.0, 0.0, 1.5],),
        ["square gives 4.00, 0.00, 1.00", "e to the z gives 0.14, 1.00, 2.72"],
    ),
    "attention_pattern": (
        ([[1, 0], [0.3, 0.7]], ["hen", "fox"]),
        ([[1, 0], [0.4, 0.6]], ["hen", "fox"]),
        ["hen looks at hen 1.00", "fox looks at fox 0.70"],
    ),
    "cut_bars": (
        ([0.5, 0.3, 0.2], {"top-k 2": [0.625, 0.375, 0.0]}, WORDS),
        ([0.5, 0.3, 0.2], {"top-k 1": [1.0, 0.0, 0.0]}, WORDS),
        ["top-k 2 keeps 2 of 3, which held 0.80", "woods 0.62, sea 0.38"],
    ),
    "saturation": (
        ((1, 4),),
        ((1, 16),),
        ["largest of 8 weights", "d = 1 0.31, d = 4 0.53"],
    ),
    "soft_and_hard_maximum": (
        ([0.0, 0.0],),
        ([0.0, 1.0],),
        ["at 0 it is 0.33", "at 4 it is 0.96", "jumps from 0 to 1 at 0"],
    ),
    "stages": (
        (LOGITS, WORDS),
        ([2.0, 1.5, -1.0], WORDS),
        ["woods 2.00", "woods 7.39", "together 10.48", "woods 0.71, sea 0.26, inn 0.04"],
    ),
    "surprise_curve": (
        ([0.5, 0.25],),
        ([0.5, 0.125],),
        ["p = 0.5: 0.69 nats, p = 0.25: 1.39 nats"],
    ),
    "temperature_strip": (
        (LOGITS, WORDS),
        ([2.0, 1.5, -1.0], WORDS),
        ["T = 0: woods 1.00, sea 0.00", "T = 1: woods 0.71, sea 0.26, inn 0.04", "T = 5:"],
    ),
}
NAMES = sorted(CASES)


def function(name):
    """Return the function that draws a figure."""
    return next(getattr(home, name) for home in HOMES if name in home.__all__)


@pytest.fixture(scope="module")
def pictures():
    """Every case drawn once, with the matplotlib figure that it was drawn from."""
    drawn = {}
    with pytest.MonkeyPatch.context() as patch:

        class Recorded(figures.Picture):
            def __init__(self, figure, words):
                super().__init__(figure, words)
                self.figure = figure

        for home in HOMES:
            patch.setattr(home, "Picture", Recorded)
        for name in NAMES:
            drawn[name] = function(name)(*CASES[name][0])
    return drawn


def pixels(png):
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGBA"))


def test_every_public_function_has_a_case():
    assert set(CASES) == {name for home in HOMES for name in home.__all__} - {"Picture"}


@pytest.mark.parametrize("name", NAMES)
def test_words_say_what_is_shown_with_its_numbers(name, pictures):
    words = pictures[name].description
    missing = [part for part in CASES[name][2] if part not in words]
    assert not missing, f"{words!r} lacks {missing}"
    assert len(words) >= 30
    assert words.endswith(".")
    assert words == " ".join(words.split())


@pytest.mark.parametrize("name", NAMES)
def test_one_changed_number_changes_words_and_picture(name, pictures):
    changed = function(name)(*CASES[name][1])
    assert changed.description != pictures[name].description
    assert not np.array_equal(pixels(changed.png), pixels(pictures[name].png))


@pytest.mark.parametrize("name", NAMES)
def test_the_display_carries_image_and_words(name, pictures):
    picture = pictures[name]
    bundle = picture._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html", "image/png"}
    assert bundle["text/plain"] == picture.description == repr(picture)
    assert base64.b64decode(bundle["image/png"]) == picture.png
    (alt,) = re.findall(r'<img\s[^>]*?alt="([^"]*)"', bundle["text/html"])
    assert html.unescape(alt) == picture.description
    assert f"data:image/png;base64,{bundle['image/png']}" in bundle["text/html"]


def test_the_largest_counts_alone():
    shown = figures.count_bars({"a": 2, "b": 9, "c": 5}, "Counts", top=2)
    assert shown.description == "Bar chart, Counts: b 9, c 5. Together: 14."


def test_words_with_markup_are_escaped():
    label = '<b>"R&D"</b>'
    bundle = figures.probability_bars([0.25, 0.75], [label, "sea"])._repr_mimebundle_()
    assert label in bundle["text/plain"]
    assert label not in bundle["text/html"]
    assert bundle["text/html"].count("&lt;b&gt;&quot;R&amp;D&quot;&lt;/b&gt;") == 2


# Each takes labels, a title or names from outside, and is given this one and "b".
NAMED = {
    "attention_pattern": lambda x: figures.attention_pattern(np.eye(2), [x, "b"], title=x),
    "attention_pattern, rows": lambda x: figures.attention_pattern(np.eye(2), "ab", [x, "b"]),
    "attention_rows": lambda x: figures.attention_rows(np.eye(2), [x, "b"]),
    "bell_race": lambda x: figures.bell_race([1.0, 2.0], [x, "b"]),
    "count_bars": lambda x: figures.count_bars({x: 1, "b": 2}, title=x),
    "cumulative_draw": lambda x: figures.cumulative_draw([0.5, 0.5], 0.2, [x, "b"]),
    "cut_bars": lambda x: figures.cut_bars([0.5, 0.5], {x: [1, 0], "b": [0, 1]}, [x, "b"]),
    "draw_frequencies": lambda x: figures.draw_frequencies([0.5, 0.5], [0, 1], [x, "b"]),
    "learning_curve": lambda x: learning_figures.learning_curve({x: [2.0, 1.0], "b": [2.0, 1.5]}),
    "matrix_times_vector": lambda x: figures.matrix_times_vector(np.eye(2), [1, 2], [x, "b"]),
    "pixel_tiles": lambda x: learning_figures.pixel_tiles(SQUARE, [x], title=x),
    "probability_bars": lambda x: figures.probability_bars([0.5, 0.5], [x, "b"], title=x),
    "reliability_diagram": lambda x: learning_figures.reliability_diagram({x: JUDGED}),
    "stages": lambda x: figures.stages([1.0, 2.0], [x, "b"]),
    "stages, symbols": lambda x: figures.stages([1.0, 2.0], [x, "b"], symbols=True),
    "temperature_strip": lambda x: figures.temperature_strip([1.0, 2.0], [x, "b"]),
}


def test_the_symbols_of_the_formula_stand_beside_the_bars():
    plain, symbols = (figures.stages(LOGITS, WORDS, symbols=s).description for s in (False, True))
    assert symbols.startswith(plain)
    assert "z_1 to z_3, e^(z_1) to e^(z_3) and p_1 to p_3" in symbols[len(plain) :]
    with pytest.raises(ValueError, match="symbols need temperature 1, got 2"):
        figures.stages(LOGITS, WORDS, temperature=2, symbols=True)


@pytest.mark.parametrize(
    "label", ["$$", "$5 and $6", r"$\frac$", "^{", "😀", "漢字", "مرحبا", "a\nb"]
)
@pytest.mark.parametrize("name", NAMED)
def test_a_label_is_text_and_nothing_else(name, label, recwarn):
    picture = NAMED[name](label)
    assert " ".join(label.split()) in picture.description
    assert not recwarn.list


@pytest.mark.parametrize("name", NAMED)
def test_what_no_page_can_hold_is_marked(name, recwarn):
    for label in ("a\ud83d", "a\x00", "a\x9b"):
        bundle = NAMED[name](label)._repr_mimebundle_()
        assert "a\N{REPLACEMENT CHARACTER}" in bundle["text/plain"]
        assert json.dumps(bundle, ensure_ascii=False).encode("utf-8")
    assert not recwarn.list


def test_every_name_from_outside_is_tried():
    taking = {"labels", "title", "rows", "counts", "cuts", "losses", "judged"}
    expected = {
        name for name in NAMES if taking & set(inspect.signature(function(name)).parameters)
    }
    assert {name.partition(",")[0] for name in NAMED} == expected


def test_dollars_are_drawn_as_they_are():
    """A label with the signs pushes the axis further to the right: in a formula they vanish."""

    def axis(label):
        dark = (pixels(figures.probability_bars([0.5], [label]).png)[..., :3] < 128).all(axis=-1)
        return np.argmax(dark.mean(axis=0) > 0.25)

    assert axis("$5 and $6") > axis("5 and 6") > axis("5") > 0


@pytest.mark.parametrize(
    ("name", "argument"),
    [("entropy_curve", [0.0, 1.0]), ("saturation", (2, 3)), ("saturation", (1, 64))],
)
def test_a_logarithmic_axis_has_no_formulas(name, argument, monkeypatch):
    """matplotlib writes its numbers as formulas, which would be drawn with their signs."""
    seen = []
    for home in HOMES:
        monkeypatch.setattr(home, "Picture", lambda figure, words: seen.append(figure))
    function(name)(argument)
    seen[0].canvas.draw()
    texts = [t.get_text() for t in seen[0].findobj(Text) if t.get_visible()]
    assert len(texts) > 5 and not [text for text in texts if "$" in text]


@pytest.mark.parametrize("name", NAMES)
def test_the_background_is_opaque_white(name, pictures):
    image = pixels(pictures[name].png)
    assert image[..., 3].min() == 255, "a transparent picture cannot be read in a dark theme"
    corners = image[[0, 0, -1, -1], [0, -1, 0, -1], :3]
    assert (corners == 255).all()


def test_bytes_are_the_same_in_another_process_that_never_loads_pyplot(pictures):
    program = (
        "import hashlib, sys, test_figures as t\n"
        "for name in t.NAMES:\n"
        "    picture = t.function(name)(*t.CASES[name][0])\n"
        "    print(name, hashlib.sha256(picture.png).hexdigest())\n"
        "assert 'matplotlib.pyplot' not in sys.modules, 'figures loaded pyplot'\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=Path(__file__).parent,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    here = [f"{name} {hashlib.sha256(pictures[name].png).hexdigest()}" for name in NAMES]
    assert done.stdout.splitlines() == here


@pytest.mark.parametrize("name", NAMES)
def test_the_learners_own_style_changes_nothing(name, pictures):
    theirs = {
        "font.size": 30,
        "font.family": "monospace",
        "figure.facecolor": "black",
        "axes.facecolor": "red",
        "text.color": "lime",
        "axes.grid": True,
        "savefig.dpi": 20,
        "savefig.bbox": "tight",
        "savefig.transparent": True,
        "image.cmap": "gray",
        "lines.linewidth": 9,
        "patch.edgecolor": "red",
    }
    with mpl.rc_context(theirs):
        before = dict(mpl.rcParams)
        again = function(name)(*CASES[name][0])
        assert dict(mpl.rcParams) == before, "the learner's settings were changed"
    assert again.png == pictures[name].png
    assert again.description == pictures[name].description


@pytest.mark.parametrize("name", NAMES)
def test_every_axes_says_what_it_is(name, pictures):
    for ax in pictures[name].figure.axes:
        told = ax.get_title() or ax.get_title(loc="right") or ax.get_xlabel()
        assert told, "axes with neither a title nor a label"
        if any(len(line.get_xdata()) > 2 for line in ax.lines):
            assert ax.get_xlabel(), "a curve needs to say what runs along it"
    assert pictures[name].figure.axes[0].get_title() or name == "cumulative_draw"


# CSS pixels of a picture in JupyterLab with its list of files, in a window of 800 pixels: measured.
NARROW = 348


@pytest.mark.parametrize("name", NAMES)
def test_text_is_large_and_dark_enough(name, pictures):
    figure = pictures[name].figure
    points = NARROW / figure.get_figwidth() / 72  # how many pixels a point is there
    texts = [t for t in figure.findobj(Text) if t.get_visible() and t.get_text().strip()]
    assert texts
    small = [t.get_text() for t in texts if t.get_fontsize() * points < 11]
    assert not small, f"below 11 pixels as displayed: {small}"
    faint = [t.get_text() for t in texts if contrast(t.get_color(), figures.PAPER) < 7]
    assert not faint, f"less than 7:1 on the background: {faint}"
    for ax in figure.axes:
        for image in ax.images:
            colors = image.to_rgba(image.get_array()).reshape(-1, 4)
            worst = min(contrast(figures.INK, tuple(c)) for c in colors)
            assert worst >= 4.5, f"tile text at {worst:.1f}:1 only"


# Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB.
VISIONS = {
    "typical": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}


def linear(color):
    c = np.array(mpl.colors.to_rgb(color))
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def contrast(a, b):
    """Return the contrast ratio of two colors as WCAG defines it."""
    low, high = sorted(linear(c) @ [0.2126, 0.7152, 0.0722] for c in (a, b))
    return (high + 0.05) / (low + 0.05)


def lab(color, vision):
    """Return a color's CIELAB coordinates (D65) as somebody with this vision sees it."""
    rgb = np.clip(VISIONS[vision] @ linear(color), 0, 1)
    to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    t = np.array(to_xyz) @ rgb / [0.9505, 1.0, 1.089]
    x, y, z = np.where(t > (6 / 29) ** 3, np.cbrt(t), t / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def marks(figure):
    """Return the (color, texture) pairs that carry meaning in a figure."""
    found = set()
    for ax in figure.axes:
        for bar in ax.patches:
            found.add((mpl.colors.to_hex(bar.get_facecolor()), bar.get_hatch() or "plain"))
        for line in ax.lines:
            style = line.get_marker() if line.get_linestyle() == "None" else line.get_linestyle()
            found.add((mpl.colors.to_hex(line.get_color()), style))
        assert not [c for c in ax.collections if isinstance(c, PathCollection)], "not looked at"
    return sorted(found)


@pytest.mark.parametrize("name", NAMES)
def test_colors_come_from_the_palette(name, pictures):
    palette = "BLUE ORANGE GREEN RED PURPLE INK PAPER FAINT".split()
    allowed = {getattr(figures, color).lower() for color in palette}
    assert {color for color, _ in marks(pictures[name].figure)} <= allowed


@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize("name", NAMES)
def test_marks_are_told_apart_with_any_color_vision(name, vision, pictures):
    for (a, one), (b, other) in itertools.combinations(marks(pictures[name].figure), 2):
        if a == b:
            continue
        apart = np.linalg.norm(lab(a, vision) - lab(b, vision))
        # 20 is far above what the eye can just tell (2.3); a texture has to help below that.
        assert apart >= 20 or one != other, f"{a} and {b} are {apart:.0f} apart"


# What the notebooks show, and the widest labels that a picture has to hold.
STORY = "aunt brother sister grandfather uncle grandmother father mother cousin teacher".split()
SCORES = [3.2, 2.5, 2.2, 2.1, 2.0, 1.9, 1.8, 1.2, -3.0, -4.0]
SHARES = np.exp(SCORES) / np.sum(np.exp(SCORES))
SHOWN = {name: [case[0]] for name, case in CASES.items()}
SHOWN["attention_pattern"] += [(np.eye(8), STORY[:8])]
SHOWN["attention_rows"] += [(np.array(SCORES[:5] * 5).reshape(5, 5), STORY[:5])]
SHOWN["count_bars"] += [
    (dict(zip(STORY, range(1, 99999, 9999))), "after the word can: all of them")
]
SHOWN["cumulative_draw"] += [(SHARES, u, STORY) for u in (0, 0.3, 0.999)]
SHOWN["cut_bars"] += [
    (SHARES, {"top-k 5": SHARES, "top-p 0.9": SHARES, "min-p 0.1": SHARES}, STORY)
]
SHOWN["draw_frequencies"] += [(SHARES, [0, 1, 1], STORY)]
SHOWN["entropy_curve"] += [([0.0] * 500 + [9.0],)]
SHOWN["exponential_curve"] += [()]
SHOWN["gap_curve"] += [()]
SHOWN["learning_curve"] += [
    ({"learned from": np.geomspace(2.3, 0.1, 301), "held out": np.geomspace(2.3, 0.2, 301)},),
]
SHOWN["pixel_tiles"] += [
    (np.eye(10, 64), range(10), "the first of each digit"),
    (np.eye(10, 64) - 0.5, range(10), "what it has learned", True),
]
SHOWN["reliability_diagram"] += [({"T = 1": JUDGED, "T = 0.66": (JUDGED[1], JUDGED[1])},)]
SHOWN["surprise_curve"] += [()]
SHOWN["matrix_times_vector"] += [(np.arange(-6.0, 6.0).reshape(3, 4), [-2, 1, 1, 2], STORY[3:6])]
SHOWN["probability_bars"] += [
    (SHARES, STORY, "after: One sunny morning, Mia went to the market. Her", 9),
    ([1.3, -0.3], ["sea", "inn"]),
]
SHOWN["rivals"] += [()]
SHOWN["saturation"] += [()]
SHOWN["soft_and_hard_maximum"] += [()]
SHOWN["stages"] += [(SCORES[:5], STORY[:5]), ([2.0, 1.2, 0.4, -1.0, -3.0],), (LOGITS, WORDS, 0.5)]
SHOWN["stages"] += [([2.0, 1.2, 0.4, -1.0, -3.0], STORY[:5], 1.0, True)]
SHOWN["temperature_strip"] += [(SCORES, STORY), (LOGITS, WORDS, (1, 2))]


def drawn(monkeypatch, name):
    """Yield the matplotlib figure of each picture that has to be readable, laid out."""
    seen = []
    for home in HOMES:
        monkeypatch.setattr(home, "Picture", lambda figure, words: seen.append(figure))
    for case in SHOWN[name]:
        function(name)(*case)
        with mpl.rc_context(figures.STYLE):
            seen[-1].draw_without_rendering()
    return seen


def texts_of(figure):
    """Return (text, its box in pixels) of all that can be read."""
    found = []
    for ax in figure.axes:
        low, high = sorted(ax.get_xlim())
        ticks = [(t, t.label1) for t in ax.xaxis.get_major_ticks()]
        outside = {id(label) for t, label in ticks if not low <= t.get_loc() <= high}
        low, high = sorted(ax.get_ylim())
        ticks = [(t, t.label1) for t in ax.yaxis.get_major_ticks()]
        outside |= {id(label) for t, label in ticks if not low <= t.get_loc() <= high}
        found += [t for t in ax.findobj(Text) if id(t) not in outside]
    own = [*figure.texts, *(t for legend in figure.legends for t in legend.get_texts())]
    own += filter(None, [figure._supxlabel])
    found = {id(t): t for t in found + own if t.get_visible() and t.get_text().strip()}
    return [(t, t.get_window_extent()) for t in found.values()]


def overlap(one, other, slack=1):
    return (
        min(one.x1, other.x1) - max(one.x0, other.x0) > slack
        and min(one.y1, other.y1) - max(one.y0, other.y0) > slack
    )


@pytest.mark.parametrize("name", NAMES)
def test_no_text_lies_over_another_or_over_a_curve_or_sticks_out(name, monkeypatch):
    for figure in drawn(monkeypatch, name):
        texts = texts_of(figure)
        assert len(texts) > 4
        for (a, one), (b, other) in itertools.combinations(texts, 2):
            slanted = 45 == a.get_rotation() == b.get_rotation() and abs(one.x1 - other.x1) > 30
            both = f"{a.get_text()!r} lies over {b.get_text()!r}"
            assert slanted or not overlap(one, other), both  # their boxes do, not their letters
        for text, box in texts:
            inside = box.x0 >= -1 and box.x1 <= figure.bbox.x1 + 1
            assert inside and box.y0 >= -1 and box.y1 <= figure.bbox.y1 + 1, text.get_text()
        for ax in figure.axes:
            for line in ax.lines:
                if line.get_transform() != ax.transData or line.get_linestyle() == "None":
                    continue  # a line from end to end of the axes, or points alone
                x, y = ax.transData.transform(line.get_xydata()).T
                # Between its points too: a curve is a chain of straight pieces.
                steps = np.linspace(0, len(x) - 1, 4000)
                x, y = (np.interp(steps, np.arange(len(x)), v) for v in (x, y))
                for text, b in texts:
                    through = (x > b.x0) & (x < b.x1) & (y > b.y0) & (y < b.y1)
                    assert not through.any(), f"a curve runs through {text.get_text()!r}"


def test_a_curve_through_a_label_would_be_seen(monkeypatch):
    """The search finds what it looks for: the labels of a curve, moved back onto it."""
    figure = drawn(monkeypatch, "gap_curve")[-1]
    label = figure.axes[0].texts[-1]
    label.xyann = (10, -6)
    label.set_va("baseline")
    monkeypatch.setitem(globals(), "drawn", lambda *_: [figure])
    with pytest.raises(AssertionError, match="runs through"):
        test_no_text_lies_over_another_or_over_a_curve_or_sticks_out("gap_curve", monkeypatch)


def test_a_label_fits_into_its_piece_of_the_line(monkeypatch):
    for figure in drawn(monkeypatch, "cumulative_draw"):
        (ax,) = figure.axes
        pieces = [bar.get_window_extent() for bar in ax.patches]
        labels = [t for t in ax.texts if t.get_bbox_patch()]
        assert len(labels) >= 3
        for label in labels:
            frame = label.get_bbox_patch().get_window_extent()
            holding = [p for p in pieces if p.x0 <= frame.x0 and frame.x1 <= p.x1]
            assert holding and holding[0].y0 <= frame.y0 and frame.y1 <= holding[0].y1


def test_tiles_of_a_matrix_and_a_vector_stand_apart(monkeypatch):
    for figure in drawn(monkeypatch, "matrix_times_vector"):
        (ax,) = figure.axes
        spans = [image.get_extent()[:2] for image in ax.images]
        tile = (spans[0][1] - spans[0][0]) / ax.images[0].get_array().shape[1]
        frames = [patch.get_zorder() for patch in ax.patches]
        assert max(frames) < min(image.get_zorder() for image in ax.images)
        assert all(b[0] - a[1] >= tile / 2 for a, b in itertools.pairwise(spans))
        assert [t.get_text() for t in ax.texts if t.get_text() in "×="] == ["×", "="]


def test_equal_ones_come_in_the_order_of_the_cuts():
    """Of equal ones the later first, as in `rank`: in each figure that shows the largest."""
    p, names = [0.2, 0.3, 0.2, 0.3], ["a", "b", "c", "d"]
    order = [names[k] for k in rank(p)]
    assert order == ["d", "b", "c", "a"]
    for picture in (
        figures.count_bars(dict(zip(names, [2, 3, 2, 3])), top=3),
        figures.probability_bars(p, names, top=3),
        figures.temperature_strip(np.log(p), names, temperatures=(1,), top=3),
        figures.cut_bars(p, {"none": p}, names, top=3),
    ):
        at = [re.search(rf"\b{name} [023]", picture.description).start() for name in order[:3]]
        assert at == sorted(at), picture.description


def test_the_picture_in_the_readme_is_the_librarys_and_so_are_its_words():
    spec = importlib.util.spec_from_file_location("readme_picture", ROOT / ".ci/readme_picture.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    drawn, shown = script.picture(), script.PLACE.read_bytes()
    assert picture_difference(drawn.png, shown) <= TOLERANCE
    assert f"![{drawn.description}](.github/softmax.png)" in (ROOT / "README.md").read_text("utf-8")
    other = figures.stages([2.0, 1.0, -0.5, -1.0], ["woods", "garden", "castle", "sea"])
    assert picture_difference(other.png, shown) > TOLERANCE
