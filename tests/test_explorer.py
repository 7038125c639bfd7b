"""The softmax explorer: its Python side, its arithmetic, and the real thing in a real browser."""

import json
import math
import re
import subprocess
import sys

import numpy as np
import pytest
from accessibility import violations
from browser import open_browser, open_lab
from explorer_tools import open_page

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
        ({"controls": ["knob"]}, ValueError, "controls must be any of shift, .* got .'knob'"),
        ({"base": 1}, ValueError, "base must be a number > 1, got 1; below 1 turns the order"),
        ({"base": "e"}, TypeError, "base must be one real number, got 'e'"),
        ({"form": "naive"}, ValueError, "form must be one of paper, raw, shifted, got 'naive'"),
        ({"precision": "float8"}, ValueError, "precision must be one of float64, .* got 'float8'"),
        ({"rule": "max"}, ValueError, "rule must be one of softmax, share, .* got 'max'"),
        ({"pins": [0, 4]}, ValueError, "pins must be two labels, or two places from 0 to 3"),
        ({"pins": 3}, ValueError, "pins must be two labels, or two places .* got 3"),
        ({"stages": 3}, ValueError, "stages must be one or more of logits, .* got .3."),
        ({"controls": None}, ValueError, "controls must be any of shift, .* got .None."),
        ({"softmax": 3}, TypeError, "softmax must be a function, got 3"),
        ({"softmax": softmax, "rule": "share"}, ValueError, "rule .* leave .* 'softmax', got 'sha"),
        ({"softmax": softmax, "base": 2}, ValueError, "base says .* your softmax= does that"),
        ({"integer": "no"}, TypeError, "integer must be True or False, got 'no'"),
        ({"show_temperature": 1}, TypeError, "show_temperature must be True or False, got 1"),
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


def test_controls_that_have_nothing_to_do_stay_out():
    everything = ["shift", "pins", "rule", "base", "form", "precision"]
    assert SoftmaxExplorer(SCORES).controls == everything
    assert SoftmaxExplorer([1.0]).controls == [name for name in everything if name != "pins"]
    explorer = SoftmaxExplorer(SCORES, softmax=softmax)
    assert explorer.controls == ["shift", "pins"]
    explorer.controls = ["rule", "shift"]
    assert explorer.controls == ["shift"]


def test_the_switches_offer_what_python_knows():
    explorer = SoftmaxExplorer(SCORES, base=7)
    label, bases = explorer.choices["base"]
    assert label == "Base" and len(bases) == 6
    for base, told in bases:
        t = 1 / math.log(base)
        same = softmax(SCORES, temperature=t)
        powers = base ** np.array(SCORES)
        assert same == pytest.approx(powers / powers.sum())
        says = f"{base:g}: T = 1 ÷ ln {base:g}, about {t:.2f}; {base:g}^z = e^(z ÷ T)"
        assert told == ("e" if base == math.e else says)
    told = dict(explorer.choices["rule"][1])
    assert told["share"] == "share: z ÷ sum; T cancels"
    explorer.show_temperature = False
    assert dict(explorer.choices["rule"][1])["share"] == "share: z ÷ sum"
    for precision, told in explorer.choices["precision"][1]:
        largest = float(told.rpartition("= ")[2])
        with np.errstate(over="ignore"):
            below, above = (
                np.exp(np.float64(x)).astype(precision) for x in (largest - 0.01, largest + 0.01)
            )
        assert np.isfinite(below) and np.isinf(above)


# --- What stands in where nothing can be dragged --------------------------------------------------


@pytest.mark.parametrize("temperature", [5e-324, 1e-310, 1e-300, 1e308])
@pytest.mark.parametrize("form", ["paper", "raw", "shifted"])
def test_temperatures_at_the_ends_of_what_a_number_can_hold(temperature, form):
    explorer = SoftmaxExplorer([2.0, 1.0, -1.0], temperature=temperature, form=form)
    page = explorer._repr_mimebundle_()[0]["text/html"]
    assert "Probabilities at temperature" in explorer.description
    if form == "paper":
        assert explorer.probabilities == softmax([2.0, 1.0, -1.0], temperature=temperature).tolist()
        assert ("&gt;1e9999" in page) == (temperature < 1)


def test_the_words():
    assert SoftmaxExplorer(SCORES, WORDS).description == (
        "Softmax explorer: 4 scores to drag. Scores: woods 2, garden 1, castle -0.5, sea -1.5. "
        "Probabilities: woods 0.68, garden 0.25, castle 0.06, sea 0.02."
    )
    explorer = SoftmaxExplorer([3, -math.inf, 9], list("abc"), 0.5, title="Next word")
    assert explorer.description == (
        "Next word: 3 scores to drag. Scores: a 3, b masked, c 9. "
        "Probabilities at temperature 0.5: a <0.01, b 0.00, c >0.99."
    )


def test_the_words_say_what_is_unusual():
    explorer = SoftmaxExplorer([12, 0], ["a", "b"], form="raw", precision="float16", base=2)
    assert explorer.description.endswith(
        "Probabilities to base 2 computed as written in float16: a 1.00, b <0.01."
    )
    explorer.base = math.e
    assert explorer.probabilities[1] == 0 and math.isnan(explorer.probabilities[0])
    assert explorer.description.endswith(
        "computed as written in float16: a NaN, b 0.00. "
        "Wrong: each value must be a number, but a is NaN."
    )
    explorer.form = "shifted"  # what subtracting the maximum is for
    assert explorer.probabilities == pytest.approx(softmax([12, 0]), abs=1e-3)
    assert explorer.problems == []


def test_base_is_a_temperature():
    explorer = SoftmaxExplorer(SCORES, WORDS, base=2, temperature=3)
    right = softmax(SCORES, temperature=3 / math.log(2))
    assert explorer.probabilities == pytest.approx(right, abs=1e-15)


# --- A softmax of your own ------------------------------------------------------------------------


def forgets_to_normalize(logits):
    return np.exp(logits)


def ignores_temperature(logits, temperature=1.0):
    return softmax(logits)


def never_ends(logits):
    while True:
        pass


@pytest.mark.parametrize(
    "own, temperature, problem",
    [
        (softmax, 0.5, None),
        (lambda logits: softmax(logits), 2.0, None),
        (lambda logits: np.float32(np.exp(logits) / np.exp(logits).sum()), 1.0, None),
        (forgets_to_normalize, 1.0, "each value must be at most 1, but woods is 7.38906"),
        (forgets_to_normalize, 1.0, "the sum must be 1, but it is 10.937"),
        (lambda logits: logits / logits.sum(), 1.0, "at least 0, but castle is -0.5"),
        (ignores_temperature, 2.0, "not the softmax of these scores: woods is 0.68 and should be"),
        (lambda logits: 1 / 0, 1.0, "your softmax stopped: ZeroDivisionError: division by zero"),
        (lambda logits: [1.0], 1.0, "your softmax must return the shape that it was given, (4,)"),
        (lambda logits: softmax(logits), 0, "takes no temperature, so it has no answer at T = 0"),
        (never_ends, 1.0, "your softmax did not finish within 1 s"),
    ],
)
def test_a_softmax_of_your_own_is_judged(own, temperature, problem):
    explorer = SoftmaxExplorer(SCORES, WORDS, temperature, softmax=own)
    assert explorer.stages == ["logits", "probabilities"]
    if problem is None:
        assert explorer.problems == []
        right = softmax(SCORES, temperature=temperature)
        assert explorer.probabilities == pytest.approx(right, abs=1e-6)
    else:
        assert problem in "; ".join(explorer.problems) and "Wrong: " in explorer.description
        assert "Probabilities of your softmax" in explorer.description
    json.dumps(explorer.get_state(), allow_nan=False)


def test_a_softmax_of_your_own_follows_and_answers_the_browser():
    calls = []

    def mine(logits, temperature=1.0):
        calls.append(list(logits))
        return softmax(logits, temperature=temperature)

    explorer = SoftmaxExplorer(SCORES, WORDS, softmax=mine)
    assert len(calls) == 1
    explorer.set_state({"logits": [0, 0, 0, None], "temperature": 2, "asked": 5})
    assert calls[1:] == [[0, 0, 0, -math.inf]], "one drag is one call"
    assert explorer.answered == 5
    assert explorer.probabilities == pytest.approx([1 / 3, 1 / 3, 1 / 3, 0])


def test_problems_name_an_entry_by_the_label_that_it_has_now():
    explorer = SoftmaxExplorer([0, 0], ["a", "b"], softmax=lambda logits, temperature: [1.5, -0.5])
    assert explorer.answer == [1.5, -0.5] and not explorer.fit
    assert "but b is -0.5" in "; ".join(explorer.problems)
    explorer.labels = ["a", "hen"]
    assert "but hen is -0.5" in "; ".join(explorer.problems)


def test_the_words_keep_to_the_stages_that_are_shown():
    explorer = SoftmaxExplorer([-1, 0, 1], ["fox", "hen", "owl"], stages=("weights", "logits"))
    assert explorer.description.endswith("Weights: fox 0.37, hen 1.00, owl 2.72.")
    assert "robabilit" not in explorer._repr_mimebundle_()[0]["text/html"]


def test_the_display_has_the_live_view_and_a_static_one():
    explorer = SoftmaxExplorer([1.0, 0.0], ["<b>&", "é"])
    data, _ = explorer._repr_mimebundle_()
    assert set(data) == {WIDGET, "text/plain", "text/html"}
    assert data["text/plain"] == explorer.description == repr(explorer)
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


@pytest.fixture(scope="module")
def lab(browser, tmp_path_factory):
    with open_lab(browser, tmp_path_factory.mktemp("lab"), has_touch=True) as lab:
        yield lab


@pytest.mark.slow
def test_in_jupyterlab(lab):
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
    assert (woods.get_attribute("min"), woods.input_value()) == ("-11", "-7.25")
    assert views[0].root.get_by_text("masked").is_visible()
    assert views[0].root.get_by_text("effective choices").inner_text().endswith("2.00 of 4")


def grip(lab, slider, part, thumb):
    """Return where on the screen the handle of a slider stands for a part of its way."""
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    x = box["x"] + thumb / 2 + (box["width"] - thumb) * part
    return x, box["y"] + box["height"] / 2


@pytest.mark.slow
def test_a_probability_can_be_dragged(lab):
    lab.write("backwards", CELLS[:3])
    lab.open("backwards")
    lab.run(0)
    lab.run(1)
    views = [View(lab.cell(0)), View(lab.cell(1))]
    garden = views[0].slider("probability of garden")
    lab.page.mouse.move(*grip(lab, garden, softmax(SCORES)[1], 12))
    lab.page.mouse.down()
    for part in np.linspace(0.3, 0.6, 7):
        lab.page.mouse.move(*grip(lab, garden, part, 12))
    lab.page.mouse.up()
    logits, probabilities, _ = python_side(lab)
    assert probabilities[1] == pytest.approx(0.6, abs=0.01)
    assert probabilities == pytest.approx(softmax(logits), abs=1e-12)
    assert [logits[0], *logits[2:]] == [SCORES[0], *SCORES[2:]], "one score is enough"
    check_in_step(views, logits, 1)
    assert "So do these plus any c" in views[0].root.inner_text()

    lab.page.touchscreen.tap(*grip(lab, garden, 0.2, 12))
    assert python_side(lab)[1][1] == pytest.approx(0.2, abs=0.01)
    garden.focus()
    for key, p in [("ArrowRight", 0.21), ("ArrowUp", 0.22), ("ArrowLeft", 0.21), ("PageUp", 0.31),
                   ("PageDown", 0.21), ("End", 0.999), ("Home", 0.001)]:  # fmt: skip
        lab.page.keyboard.press(key)
        assert float(garden.input_value()) == pytest.approx(p, abs=1e-9), key
    assert "No score gives exactly 0 or 1" in views[0].root.inner_text()
    assert garden.get_attribute("aria-valuetext").startswith("garden: probability <0.01, score -")
    views[0].root.get_by_role("button", name="Reset").click()
    check_in_step(views, SCORES, 1)
    dial = views[0].slider("temperature")
    dial.focus()
    lab.page.keyboard.press("Home")
    handle = views[0].root.locator("[aria-label='probability of garden']")
    assert handle.is_disabled(), "at T = 0 no score gives a chosen probability"
    told = "At T = 0 and T = ∞ probabilities cannot be dragged."
    assert told in views[0].root.inner_text()
    lab.page.keyboard.press("PageUp")
    assert handle.is_enabled() and told not in views[0].root.inner_text()
    assert lab.errors == []


MORE = [
    f"""from softmax_lib.explorers import SoftmaxExplorer
explorer = SoftmaxExplorer({SCORES}, {WORDS}, more_open=True)
explorer""",
    "print([explorer.logits, explorer.probabilities, explorer.temperature])",
    "print(explorer.shift, explorer.rule, explorer.base, explorer.form, explorer.precision, "
    "explorer.pins, explorer.problems, sep='|')",
    "explorer.rule, explorer.pins = 'softmax', ['sea', 'woods']",
    "import pathlib, time\nwhile not pathlib.Path('go on').exists():\n    time.sleep(0.05)",
]


@pytest.mark.slow
def test_the_panel_changes_how_it_is_worked_out(lab):
    lab.write("more", MORE)
    lab.open("more")
    lab.run(0)
    view, page = View(lab.cell(0)), lab.page

    def python(number):
        page.wait_for_timeout(250)
        return lab.run(number)

    slide = view.slider("c, added to every score")
    slide.focus()
    before = view.probabilities()[0]
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    assert slide.get_attribute("aria-valuetext") == "1, the probabilities stay"
    assert view.probabilities()[0] == before
    assert python(2).split("|")[0] == "1.0"
    logits = eval(python(1))[0]
    assert logits == pytest.approx([z + 1 for z in SCORES], abs=1e-12)
    slide.focus()
    page.keyboard.press("Home")
    assert view.probabilities()[0] == before
    page.keyboard.press("End")
    assert slide.get_attribute("aria-valuetext") == "1000, the probabilities stay"
    assert view.probabilities()[0] == before

    view.root.get_by_label("Computed").select_option("raw")
    assert view.probabilities()[0] == ["NaN"] * 4
    assert slide.get_attribute("aria-valuetext") == "1000", "they do not stay"
    assert "each value must be a number, but woods is NaN" in view.root.inner_text()
    assert "|e" not in python(2) and "woods is NaN" in python(2).split("|")[6]
    view.root.get_by_label("Computed").select_option("shifted")
    assert view.probabilities()[0] == before
    view.root.get_by_label("in precision").select_option("float16")
    assert python(2).split("|")[3:5] == ["shifted", "float16"]
    view.root.get_by_role("button", name="Reset").click()
    assert python(2) == f"0.0|softmax|{math.e}|paper|float64|[0, 1]|[]"

    base = view.root.get_by_label("Base")
    assert base.locator("option:checked").inner_text() == "e"
    base.select_option("2")
    chosen = base.locator("option:checked").inner_text()
    assert chosen == "2: T = 1 ÷ ln 2, about 1.44; 2^z = e^(z ÷ T)"
    assert eval(python(1))[1] == pytest.approx(softmax(SCORES, temperature=1 / math.log(2)))
    view.root.get_by_label("Base").select_option("e")
    view.root.get_by_label("Rule").select_option("share")
    assert view.probabilities()[0] == ["2.00", "1.00", "−0.50", "−1.50"]
    assert view.probabilities()[1][2:] == [0, 0], "what is below 0 has no bar"
    assert "each value must be at least 0, but castle is -0.50" in view.root.inner_text()
    assert "castle is -0.50" in python(2)

    lab.run(3)  # Python changes the rule back, and compares two others
    assert "<0.01" not in view.root.inner_text()
    assert view.root.get_by_label("Compare").input_value() == "3"
    ratio = view.root.locator(".pins .effect")
    assert ratio.inner_text().startswith("0.02 ÷ 0.68, before rounding: 0.03 ≈ e^−3.50")
    garden = view.slider("score of garden")
    garden.focus()
    page.keyboard.press("PageUp")  # a third one moves: the ratio stays
    assert "before rounding: 0.03 ≈ e^−3.50" in ratio.inner_text()
    assert lab.errors == []


@pytest.mark.slow
def test_a_busy_kernel_delays_nothing_and_a_restart_breaks_nothing(lab):
    lab.write("busy", MORE)
    lab.open("busy")
    lab.run(0)
    view, page = View(lab.cell(0)), lab.page
    lab.cell(4).locator(".cm-content").click()
    page.keyboard.press("Control+Enter")
    page.wait_for_timeout(300)
    garden = view.slider("score of garden")
    garden.focus()
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    right = softmax([2, 2, -0.5, -1.5])
    assert view.probabilities()[0] == [as_written(p) for p in right]
    assert "*" in lab.cell(4).locator(".jp-InputPrompt").inner_text(), "it is still busy"
    (lab.files / "go on").touch()
    page.wait_for_function("!document.body.innerText.includes('[*]')")
    lab._until(lambda: eval(lab.run(1))[0] == [2, 2, -0.5, -1.5], "Python has not heard of it")
    logits, probabilities, _ = eval(lab.run(1))
    assert probabilities == pytest.approx(right)

    # The page gets narrow and wide again, and another tab stands in front for a while.
    page.set_viewport_size({"width": 760, "height": 900})
    check_in_step([view], logits, 1)
    page.set_viewport_size({"width": 1200, "height": 900})
    check_in_step([view], logits, 1)
    page.keyboard.press("Control+Shift+L")
    page.locator(".jp-Launcher").first.wait_for()
    page.get_by_role("tab", name="busy.ipynb").click()
    check_in_step([view], logits, 1)
    garden.focus()
    page.keyboard.press("ArrowRight")
    check_in_step([view], [2, 2.1, -0.5, -1.5], 1)

    lab.restart()
    garden.focus()
    page.keyboard.press("ArrowLeft")  # without its kernel it still draws
    check_in_step([view], [2, 2, -0.5, -1.5], 1)
    assert "NameError" in lab.run(1), "the kernel is a new one"
    for _ in range(2):  # Run All, twice
        lab.run(0)
        view = View(lab.cell(0))
        view.slider("score of garden").focus()
        page.keyboard.press("PageUp")
        page.wait_for_timeout(250)
        assert eval(lab.run(1))[0] == [2, 2, -0.5, -1.5]
        check_in_step([view], [2, 2, -0.5, -1.5], 1)
    assert lab.errors == []


OWN = [
    f"""from softmax_lib.explorers import SoftmaxExplorer
import numpy as np, time
def my_softmax(logits):
    if logits[3] > 5:
        while True: pass
    if logits[3] > 4:
        raise ValueError("no")
    e = np.exp(logits)
    return e / (e.sum() if logits[3] < 3 else 1)
explorer = SoftmaxExplorer({SCORES}, {WORDS}, softmax=my_softmax)
explorer""",
    "print([explorer.logits, explorer.probabilities, explorer.temperature])",
]


@pytest.mark.slow
def test_a_softmax_of_your_own_is_drawn(lab):
    lab.write("own", OWN)
    lab.open("own")
    lab.run(0)
    view, page = View(lab.cell(0)), lab.page
    check_in_step([view], SCORES, 1)
    assert view.root.locator(".problems").inner_text() == ""
    sea = view.slider("score of sea")

    def move(score):
        sea.focus()
        sea.evaluate("(e, z) => { e.value = z; e.dispatchEvent(new Event('input')); }", score)
        page.wait_for_function("!document.body.innerText.includes('Waiting for Python')")

    move(2.5)
    page.wait_for_timeout(400)
    check_in_step([view], [2, 1, -0.5, 2.5], 1)
    assert eval(lab.run(1))[1] == pytest.approx(softmax([2, 1, -0.5, 2.5]))
    for score, told in [
        (3.5, "each value must be at most 1, but woods is 7.389"),
        (4.5, "your softmax stopped: ValueError: no"),
        (5.5, "your softmax did not finish within 1 s"),
    ]:
        move(score)
        view.root.locator(".problems", has_text=told).wait_for(timeout=8000)
    assert view.root.locator(".bad").count() == 4
    move(0)
    view.root.locator(".problems:empty").wait_for(state="attached", timeout=8000)
    check_in_step([view], [2, 1, -0.5, 0], 1)
    assert lab.errors == []


# --- Without a kernel: in a bare page -------------------------------------------------------------

ALL = [
    {"temperature": 0, "title": "Cold"},
    {"more_open": True, "rule": "share"},
    {"softmax": forgets_to_normalize},
]


@pytest.mark.parametrize("light, width", [(True, 1000), (False, 360)], ids=["light", "dark"])
def test_axe_finds_nothing(browser, light, width):
    explorers = [SoftmaxExplorer(SCORES, WORDS, **options) for options in ALL]
    for explorer in explorers:
        size = {"width": width, "height": 800}
        with open_page(browser, explorer, light, viewport=size) as (page, errors):
            assert violations(page, ".explorer") == []
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            for slider in page.get_by_role("slider").all():
                assert slider.get_attribute("aria-label") and slider.get_attribute("aria-valuetext")
            assert errors == []


def test_every_control_is_reached_and_framed_by_keyboard(browser):
    explorer = SoftmaxExplorer(SCORES, WORDS, more_open=True)
    with open_page(browser, explorer) as (page, _):
        reached = []
        for _ in range(25):
            page.keyboard.press("Tab")
            where = "document.activeElement"
            if page.evaluate(f"{where} === document.body"):
                break
            name = page.evaluate(f"{where}.ariaLabel ?? {where}.closest('label')?.firstChild"
                                 f".textContent.trim() ?? {where}.textContent")  # fmt: skip
            reached.append(name)
            assert page.evaluate(f"getComputedStyle({where}).outlineWidth") == "3px", name
        rows = [f"{what} of {word}" for word in WORDS for what in ("score", "probability")]
        assert reached == [
            *rows, "Temperature T", "Reset", "More to try", "c, added to every score", "Compare",
            "with", "Rule", "Base", "Computed",
        ]  # fmt: skip


def test_fifty_bars_still_follow(browser):
    explorer = SoftmaxExplorer(np.linspace(-3, 3, 50))
    with open_page(browser, explorer) as (page, errors):
        page.get_by_role("slider", name="score of 7").focus()
        page.keyboard.press("End")
        written = page.locator(".row:not(.head) .probabilities .number").all_inner_texts()
        logits = np.linspace(-3, 3, 50)
        logits[7] = 6
        assert written == [as_written(p) for p in softmax(logits)]
        assert errors == []


def test_the_slide_of_constants_takes_the_axis_and_the_scores_back(browser):
    with open_page(browser, SoftmaxExplorer([2, 1, 0.5], more_open=True)) as (page, errors):
        ticks = page.locator(".head .logits .axis span")
        page.get_by_role("slider", name="score of 2").focus()
        page.keyboard.press("ArrowRight")
        constant = page.get_by_role("slider", name="c, added to every score")
        constant.focus()
        for key, ends in [("Home", ["-1103", "6"]), ("End", ["-6", "1106"])]:
            page.keyboard.press(key)
            shown = ticks.all_inner_texts()
            assert [shown[0].replace("−", "-"), shown[-1]] == ends
        constant.evaluate("(e) => { e.value = 0; e.dispatchEvent(new Event('input')); }")
        assert page.evaluate("model.get('logits')") == [2, 1, 0.6]
        assert ticks.all_inner_texts() == ["−6", "0", "6"]
        assert errors == []


def test_numbers_of_any_size_fit_their_places(browser):
    for z in (SCORES, [1e4, -1e4, 1e4, 0], [1e300, -1e300, 1e300, 0]):
        with open_page(browser, SoftmaxExplorer(z, WORDS)) as (page, errors):
            numbers = page.locator(".row:not(.head) .number, .summary strong, .axis")
            assert numbers.count() >= 18
            assert numbers.evaluate_all("(all) => all.every((e) => e.scrollWidth <= e.clientWidth)")
            assert errors == []


def test_a_panel_stays_open_when_names_change(browser):
    with open_page(browser, SoftmaxExplorer([1, 2])) as (page, errors):
        page.get_by_text("More to try").click()
        page.evaluate("model.set('labels', ['x', 'y'])")
        assert page.locator("details").evaluate("(e) => e.open")
        assert errors == []


def test_where_a_score_may_overflow_no_probability_can_be_dragged(browser):
    for form, count in [("raw", 0), ("shifted", 2), ("paper", 2)]:
        with open_page(browser, SoftmaxExplorer([1, 2], form=form)) as (page, errors):
            assert page.locator(".probabilities .slider:enabled").count() == count
            assert errors == []


# --- No handle stands at a wall -------------------------------------------------------------------

HIGH = [17.15, 16.0, 15.0, 12.3, 11.0]


def drag(page, handle, part):
    """Drag a handle by the mouse to a part of its way, and let go."""
    box = handle.bounding_box()
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * part, middle, steps=8)
    page.mouse.up()


def test_all_scores_can_be_raised_by_the_same(browser):
    """Far above where the axis ends at first: then the probabilities are what they were."""
    with open_page(browser, SoftmaxExplorer(HIGH, controls=("shift",))) as (page, errors):
        numbers = page.locator(".row:not(.head) .probabilities .number")
        before = numbers.all_inner_texts()
        scores = page.locator(".logits .slider")
        room = float(scores.first.get_attribute("max")) - max(HIGH)
        assert room >= 3
        for slider in scores.all():
            slider.focus()
            for key in ["PageUp"] * 9 + ["ArrowUp"]:
                page.keyboard.press(key)
        assert page.evaluate("model.get('logits')") == pytest.approx([z + 9.1 for z in HIGH])
        assert numbers.all_inner_texts() == before
        assert errors == []


def test_past_its_end_the_axis_grows_and_says_so(browser):
    with open_page(browser, SoftmaxExplorer([1, 0], ["a", "b"])) as (page, errors):
        slider, remark = page.locator(".logits .slider").first, page.locator(".remark")
        assert remark.get_attribute("role") == "status", "it is spoken, too"

        def ends():
            return [float(slider.get_attribute(name)) for name in ("min", "max")]

        slider.focus()
        page.keyboard.press("End")
        assert page.evaluate("model.get('logits')") == [6, 0] and ends() == [-6, 6]
        page.keyboard.press("End")
        assert ends() == [-6, 6] and remark.inner_text() == ""
        page.keyboard.press("ArrowRight")
        assert page.evaluate("model.get('logits')") == [6.1, 0] and ends() == [-6, 10]
        assert remark.inner_text() == "The axis goes from −6 to 10 now."
        page.keyboard.press("Home")
        page.keyboard.press("PageDown")
        assert page.evaluate("model.get('logits')") == [-7, 0] and ends() == [-11, 10]
        assert "from −11 to 10" in remark.inner_text()
        page.keyboard.press("ArrowUp")
        assert remark.inner_text() == ""
        page.get_by_role("button", name="Reset").click()
        assert ends() == [-6, 6] and remark.inner_text() == ""
        # A hand stops at the end of the rail; when it lets go, the rail goes on.
        for part, low, high in [(1, -6, 10), (1, -6, 15), (0, -10, 15)]:
            drag(page, slider, part)
            assert ends() == [low, high], part
            assert f"from −{-low} to {high}" in remark.inner_text()
        drag(page, slider, 0.5)
        assert ends() == [-10, 15]
        assert errors == []


def test_a_constant_is_named_only_where_one_can_be_added(browser):
    for controls in ((), ("shift",)):
        with open_page(browser, SoftmaxExplorer([1, 0], controls=controls)) as (page, errors):
            page.get_by_role("slider", name="probability of 0").focus()
            page.keyboard.press("ArrowRight")
            said = page.locator(".remark").inner_text()
            assert said.startswith("These scores give that probability.")
            assert ("any c" in said) == (controls == ("shift",))
            assert errors == []
