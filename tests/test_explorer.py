"""The softmax explorer: its Python side, its arithmetic, and the real thing in a real browser."""

import json
import math
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from browser import open_browser, open_lab

from softmax_lib import softmax
from softmax_lib.explorers import SoftmaxExplorer

WORDS = ["woods", "garden", "castle", "sea"]
SCORES = [2.0, 1.0, -0.5, -1.5]
WIDGET = "application/vnd.jupyter.widget-view+json"

# --- Python ---------------------------------------------------------------------------------------


def test_the_library_does_not_load_widgets():
    code = "import sys, softmax_lib; print(sys.modules.keys() & {'anywidget', 'ipywidgets'})"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "set()"


def test_probabilities_follow_without_a_browser():
    explorer = SoftmaxExplorer(SCORES, WORDS, temperature=2)
    assert explorer.probabilities == pytest.approx(softmax(SCORES, temperature=2), abs=1e-15)
    explorer.logits = np.array([0, 1, 2, -np.inf])
    assert explorer.logits == [0.0, 1.0, 2.0, -math.inf]
    assert explorer.probabilities == pytest.approx(softmax(explorer.logits, temperature=2))
    explorer.temperature = 0
    assert explorer.probabilities == [0, 0, 1, 0]
    explorer.temperature = math.inf
    assert explorer.probabilities == pytest.approx([1 / 3, 1 / 3, 1 / 3, 0])


def test_what_the_browser_sends_arrives_and_wrong_probabilities_do_not():
    explorer = SoftmaxExplorer(SCORES, WORDS)
    seen = []
    explorer.observe(lambda change: seen.append(change["new"]), "probabilities")
    wrong = [0.25] * 4
    explorer.set_state({"logits": [1, None, 0, 3], "temperature": None, "probabilities": wrong})
    assert explorer.logits == [1, -math.inf, 0, 3] and explorer.temperature == math.inf
    assert explorer.probabilities == pytest.approx([1 / 3, 0, 1 / 3, 1 / 3])
    assert seen[-1] == explorer.probabilities
    with pytest.raises(Exception, match="read-only"):
        explorer.probabilities = wrong


def test_infinities_travel_as_json():
    explorer = SoftmaxExplorer([1.0, -math.inf], temperature=math.inf)
    state = {k: explorer.get_state()[k] for k in ("logits", "temperature", "start", "labels")}
    assert json.loads(json.dumps(state, allow_nan=False)) == {
        "logits": [1.0, None],
        "temperature": None,
        "start": [[1.0, None], None, math.e, "paper", "float64", "softmax"],
        "labels": ["0", "1"],
    }


@pytest.mark.parametrize(
    "options, error, told",
    [
        ({"logits": []}, ValueError, "logits must be a list of 1 to 50 scores, got 0 of them"),
        ({"logits": range(51)}, ValueError, "got 51 of them; show at most the 50 largest"),
        ({"logits": [[1, 2]]}, ValueError, "logits .* got shape .1, 2.; show one row at a time"),
        ({"logits": 3.0}, ValueError, "logits .* got the single number 3.0"),
        ({"logits": "ab"}, TypeError, "logits must be real numbers, got 'ab'"),
        ({"logits": [1, math.nan]}, ValueError, "logits must be finite .* got NaN at entry 1"),
        ({"logits": [math.inf, 1]}, ValueError, "logits must be finite .* got .inf at entry 0"),
        ({"logits": [-math.inf]}, ValueError, "at least one entry above -inf"),
        ({"labels": ["a"]}, ValueError, "labels must have one name for each of the 4 .* got 1"),
        ({"labels": "abcd"}, TypeError, "labels must be a list of 4 names, got 'abcd'"),
        ({"labels": 4}, TypeError, "labels must be a list of 4 names, got 4"),
        ({"temperature": -1}, ValueError, "temperature must be >= 0, got -1"),
        ({"temperature": math.nan}, ValueError, "temperature must be >= 0, got nan"),
        ({"temperature": "hot"}, TypeError, "temperature must be one real number"),
        ({"stages": ["odds"]}, ValueError, "stages must be one or more of logits, .* got .'odds'"),
        ({"stages": []}, ValueError, "stages must be one or more of"),
    ],
)
def test_bad_input_is_named(options, error, told):
    with pytest.raises(error, match=told):
        SoftmaxExplorer(**{"logits": SCORES, "labels": None, **options})


@pytest.mark.parametrize(
    "name, value, told",
    [
        ("logits", [1.0, 2.0], "logits must have 4 scores, .* got 2; make a new SoftmaxExplorer"),
        ("logits", [1.0, 2.0, math.nan, 0.0], "got NaN at entry 2"),
        ("labels", ["a", "b"], "labels must have one name for each of the 4 scores, got 2"),
        ("temperature", -0.5, "temperature must be >= 0, got -0.5"),
    ],
)
def test_a_bad_assignment_is_named_and_changes_nothing(name, value, told):
    explorer = SoftmaxExplorer(SCORES, WORDS)
    before = getattr(explorer, name)
    with pytest.raises(ValueError, match=told):
        setattr(explorer, name, value)
    assert getattr(explorer, name) == before


# --- What stands in where nothing can be dragged --------------------------------------------------


def test_the_words():
    assert SoftmaxExplorer(SCORES, WORDS).words == (
        "Softmax explorer: 4 scores to drag. Scores: woods 2, garden 1, castle -0.5, sea -1.5. "
        "Probabilities: woods 0.68, garden 0.25, castle 0.06, sea 0.02."
    )
    explorer = SoftmaxExplorer([3, -math.inf, 9], list("abc"), 0.5, title="Next word")
    assert explorer.words == (
        "Next word: 3 scores to drag. Scores: a 3, b masked, c 9. "
        "Probabilities at temperature 0.5: a <0.01, b 0.00, c >0.99."
    )


def test_the_words_keep_to_the_stages_that_are_shown():
    explorer = SoftmaxExplorer([-1, 0, 1], ["fox", "hen", "owl"], stages=("weights", "logits"))
    assert explorer.words.endswith("Weights: fox 0.37, hen 1.00, owl 2.72.")
    assert "robabilit" not in explorer._repr_mimebundle_()[0]["text/html"]


def test_the_display_has_the_live_view_and_a_static_one():
    explorer = SoftmaxExplorer([1.0, 0.0], ["<b>&", "é"])
    data, _ = explorer._repr_mimebundle_()
    assert set(data) == {WIDGET, "text/plain", "text/html"}
    assert data["text/plain"] == explorer.words == repr(explorer)
    page = data["text/html"]
    assert "&lt;b&gt;&amp; 0.73" in page and "<b>" not in page
    assert not re.search(r"<script|<style|\sid=|\son\w+=|class=|http", page)
    assert explorer.model_id not in page
    assert page == SoftmaxExplorer([1.0, 0.0], ["<b>&", "é"])._repr_mimebundle_()[0]["text/html"]


def test_the_static_bars_are_as_long_as_the_probabilities():
    explorer = SoftmaxExplorer(SCORES, WORDS)
    page = explorer._repr_mimebundle_()[0]["text/html"]
    widths = [float(width) for width in re.findall(r"width:([\d.]+)%", page)]
    assert widths == pytest.approx([100 * p for p in explorer.probabilities], abs=0.05)
    blocks = [(row.count("█"), len(row)) for row in re.findall(r"[█░]+", page)]
    assert blocks == [(round(25 * p), 25) for p in explorer.probabilities]


def test_weights_of_any_size_can_be_written():
    texts = SoftmaxExplorer([1000.0, -2000.0, 11.0, 0.0, -6.0])._texts("weights")
    assert texts == ["2.0e434", "2.6e-869", "59874", "1.00", "2.5e-3"]
    assert SoftmaxExplorer([5.0, 5.0, 1.0], temperature=0)._texts("weights") == [
        "1.00", "1.00", "0.00",
    ]  # fmt: skip


# --- The real thing -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser():
    with open_browser() as browser:
        yield browser


CELLS = [
    f"""from softmax_lib.explorers import SoftmaxExplorer
explorer = SoftmaxExplorer({SCORES}, {WORDS})
explorer""",
    "explorer",
    "print([explorer.logits, explorer.probabilities, explorer.temperature])",
    "explorer.logits, explorer.temperature = [-7.25, 0, 0, -float('inf')], 0.5",
]


class View:
    """One view of the explorer in a page."""

    def __init__(self, cell):
        self.root = cell.locator(".softmax-explorer")
        self.root.wait_for()

    def slider(self, name):
        return self.root.get_by_role("slider", name=name)

    def probabilities(self):
        """Return the probabilities twice: as they are written, and from the lengths of the bars."""
        bars = self.root.locator(".row:not(.head) .probabilities .bar")
        said = self.root.locator(".row:not(.head) .probabilities .number").all_inner_texts()
        long = "(bars) => bars.map((b) => b.offsetWidth / b.parentElement.clientWidth)"
        return said, bars.evaluate_all(long)


def python_side(lab):
    """Return the explorer's logits, probabilities and temperature, as Python has them."""
    lab.page.wait_for_timeout(250)  # what was dragged last is on its way
    return eval(lab.run(2), {"inf": math.inf})


def as_written(p):
    return "<0.01" if 0 < p < 0.005 else ">0.99" if 0.995 < p < 1 else f"{p:.2f}"


def check_in_step(views, logits, temperature):
    """Every view shows softmax of these scores, in words and in the length of its bars."""
    right = softmax(logits, temperature=temperature)
    for view in views:
        said, long = view.probabilities()
        assert said == [as_written(p) for p in right]
        assert long == pytest.approx(right, abs=0.015)


@pytest.mark.slow
def test_in_jupyterlab(browser, tmp_path):
    with open_lab(browser, tmp_path, has_touch=True) as lab:
        lab.write("explorer", CELLS)
        lab.open("explorer")
        lab.run(0)
        lab.run(1)
        views = [View(lab.cell(0)), View(lab.cell(1))]
        by_keyboard(lab, views)
        by_mouse_and_finger(lab, views)
        by_the_dial_and_reset(lab, views)
        from_python(lab, views)
        assert lab.errors == []


def by_keyboard(lab, views):
    check_in_step(views, SCORES, 1)
    garden = views[0].slider("score of garden")
    assert garden.get_attribute("aria-valuetext") == "garden: score 1, probability 0.25"
    garden.focus()
    outline = garden.evaluate("(e) => getComputedStyle(e).outlineStyle")
    assert outline == "solid", "a focused handle must be framed"
    for key, score in [
        ("ArrowRight", 1.1), ("ArrowUp", 1.2), ("ArrowLeft", 1.1), ("ArrowDown", 1.0),
        ("PageUp", 2.0), ("PageDown", 1.0), ("Home", -6.0), ("End", 6.0), ("PageDown", 5.0),
    ]:  # fmt: skip
        lab.page.keyboard.press(key)
        assert float(garden.input_value()) == score, key
    assert garden.get_attribute("aria-valuetext") == "garden: score 5, probability 0.95"
    logits, probabilities, _ = python_side(lab)
    assert logits == [2.0, 5.0, -0.5, -1.5]
    assert probabilities == pytest.approx(softmax(logits), abs=1e-12)
    check_in_step(views, logits, 1)


def by_mouse_and_finger(lab, views):
    sea = views[0].slider("score of sea")

    def place(score):
        """Return where on the screen the handle, 22 pixels wide, stands for a score."""
        sea.scroll_into_view_if_needed()
        box = sea.bounding_box()
        x = box["x"] + 11 + (box["width"] - 22) * (score + 6) / 12
        return x, box["y"] + box["height"] / 2

    lab.page.mouse.move(*place(-1.5))
    lab.page.mouse.down()
    seen = set()
    for step in range(1, 13):
        lab.page.mouse.move(*place(-1.5 + step * 0.5))
        seen.add(views[0].probabilities()[0][-1])
    lab.page.mouse.up()
    assert len(seen) > 5, "the bar must move while the handle is dragged"
    dragged = float(sea.input_value())
    assert dragged == pytest.approx(4.5, abs=0.2)
    assert dragged == round(dragged, 1), "a drag goes in steps that can be read"
    logits, probabilities, _ = python_side(lab)
    assert logits == [2.0, 5.0, -0.5, dragged]
    assert probabilities == pytest.approx(softmax(logits), abs=1e-12)
    check_in_step(views, logits, 1)

    lab.page.touchscreen.tap(*place(-3))
    assert float(sea.input_value()) == pytest.approx(-3, abs=0.2)
    logits, _, _ = python_side(lab)
    check_in_step(views, logits, 1)


def by_the_dial_and_reset(lab, views):
    dial = views[1].slider("temperature")
    dial.focus()
    lab.page.keyboard.press("Home")
    assert dial.get_attribute("aria-valuetext") == "0"
    logits, probabilities, temperature = python_side(lab)
    assert temperature == 0 and probabilities == [0, 1, 0, 0]
    check_in_step(views, logits, 0)
    dial.focus()
    lab.page.keyboard.press("End")
    assert dial.get_attribute("aria-valuetext") == "infinite"
    _, probabilities, temperature = python_side(lab)
    assert temperature == math.inf and probabilities == [0.25] * 4
    check_in_step(views, logits, math.inf)
    views[0].root.get_by_role("button", name="Reset").click()
    assert python_side(lab) == [SCORES, pytest.approx(softmax(SCORES)), 1.0]
    check_in_step(views, SCORES, 1)


def from_python(lab, views):
    lab.run(3)
    lab.page.wait_for_timeout(250)
    check_in_step(views, [-7.25, 0, 0, -math.inf], 0.5)
    woods = views[0].slider("score of woods")
    assert (woods.get_attribute("min"), woods.input_value()) == ("-8", "-7.25")
    assert views[0].root.get_by_text("masked").is_visible()
    assert views[0].root.get_by_text("effective choices").inner_text().endswith("2.00 of 4")
