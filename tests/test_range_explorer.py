"""The map of where formulas break: in Python, in the browser, and beside exact numbers.

What holds for all explorers is in test_every_explorer.py.
"""

import math

import mpmath
import numpy as np
import pytest
from browser import open_browser
from explorer_tools import arithmetic, open_page

from softmax_lib import log_softmax, softmax
from softmax_lib.explorers import RangeExplorer
from softmax_lib.formats import FORMATS
from softmax_lib.rounded_formulas import FORMULAS, OUTCOMES, exact, outcome_of, work_out

ENDS = {"float16": 20, "bfloat16": 120, "float32": 120, "float64": 1000}  # of the maps


@pytest.fixture(scope="module")
def browser():
    with open_browser() as browser:
        yield browser


def points(name, count, seed=0):
    g = np.random.default_rng(seed)
    end = ENDS[name]
    return [
        (float(m), float(gap))
        for m, gap in zip(g.uniform(-end, end, count).round(3), g.uniform(0, end, count).round(3))
    ]


# --- In Python ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("point", "outcomes"),
    [
        ((0, 0), "right right right right right"),
        ((88.7, 5), "right right right right right"),
        ((88.8, 5), "overflow right right right right"),
        ((-104, 5), "underflow right right right right"),
        ((-90, 20), "zero right digits digits right"),
        ((0, 20), "right right zero zero right"),
        ((10, 104), "right zero underflow zero zero"),
        ((0, 103), "digits digits zero zero digits"),
    ],
)
def test_each_breaks_where_float32_ends(point, outcomes):
    found = dict(zip(FORMULAS, outcomes.split()))
    if point == (-90, 20):  # 1e-9 is lost beside 1, or nearly
        found["log of softmax"] = found["log-softmax"] = "zero"
    if point == (10, 104):  # e^-94 is a float32, but not one with all its digits
        found["textbook"] = RangeExplorer(*point).outcomes["textbook"]
        assert found["textbook"] in ("digits", "zero")
    assert RangeExplorer(*point).outcomes == found


def test_in_the_middle_it_is_the_courses_own():
    for m, gap in points("float64", 50):
        explorer = RangeExplorer(m / 10, gap / 50, "float64")
        z = explorer.logits
        assert explorer.results["shifted"] == pytest.approx(softmax(z), rel=1e-12)
        assert explorer.results["log1p"] == pytest.approx(log_softmax(z), rel=1e-12)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("formula", FORMULAS)
def test_an_outcome_is_what_forty_digits_say(name, formula):
    mpmath.mp.dps = 40
    for m, gap in points(name, 60, seed=1):
        z = RangeExplorer(m, gap, name).logits
        powers = [mpmath.exp(mpmath.mpf(x)) for x in z]
        truth = [p / sum(powers) for p in powers]
        if FORMULAS[formula][1]:
            rest = powers[1] / powers[0]
            truth = [-mpmath.log1p(rest), mpmath.mpf(z[1]) - z[0] - mpmath.log1p(rest)]
        values, overflowed = work_out(formula, z, name)
        got = outcome_of(values, overflowed, exact(z, FORMULAS[formula][1]), name)
        if got in ("overflow", "underflow"):
            lost = not np.isfinite(values).all() or (values == 0).any()
            assert lost and all(t != 0 for t in truth)
        elif got == "zero":
            assert 0 in values and all(t != 0 for t in truth)
        else:
            off = max(abs((v - t) / t) for v, t in zip(map(mpmath.mpf, values), truth))
            assert (off > math.sqrt(FORMATS[name].epsilon)) == (got == "digits")


def test_words_and_table_say_what_each_formula_gives():
    explorer = RangeExplorer(95, 3, title="Map")
    assert explorer.description.startswith(
        "Map: a point on a map to drag, here at a largest logit of 95 and a gap of 3 to the other, "
        "in float32. e^z / sum gives NaN and NaN (overflow: infinity, and NaN or 0 from it); "
        "e^(z - m) / sum gives 0.9526 and 0.04743 (right); ln(softmax) gives -0.04859 and -3.049"
    )
    table = explorer._table()
    assert table.count("<tr") == 1 + len(FORMULAS) and ">0.04743<" in table
    explorer.gap = 12
    assert "1 - 6.199e-06 and 6.144e-06" in explorer.description
    explorer.precision = "float16"
    assert "-infinity" in RangeExplorer(0, 19, "float16").description


@pytest.mark.parametrize(
    ("options", "error", "told"),
    [
        ({"largest": 1001}, ValueError, "largest must be from -1000 to 1000, got 1001"),
        ({"largest": math.nan}, ValueError, "largest must be from -1000 to 1000, got nan"),
        ({"gap": -1}, ValueError, "gap must be from 0 to 1000, got -1"),
        ({"gap": "1"}, TypeError, "gap must be one real number, got '1'"),
        ({"precision": "half"}, ValueError, "precision must be one of float16, .* got 'half'"),
        ({"formula": "softmax"}, ValueError, "formula must be one of textbook, .* got 'softmax'"),
    ],
)
def test_bad_input_is_named(options, error, told):
    with pytest.raises(error, match=told):
        RangeExplorer(**options)


# --- In the browser -------------------------------------------------------------------------------


def test_the_browser_works_out_the_same(browser):
    with arithmetic(browser, RangeExplorer()) as call:
        for name, form in FORMATS.items():
            here = points(name, 150, seed=2)
            rounded = call("roundTo", [[m - gap, name] for m, gap in here])
            pairs = [RangeExplorer(m, gap, name).logits.tolist() for m, gap in here]
            assert rounded == [z[1] for z in pairs]
            for formula in FORMULAS:
                found = call("workOut", [[formula, z, name] for z in pairs])
                judged = call("judge", [[m, gap, formula, name] for m, gap in here])
                for z, (values, overflowed), outcome in zip(pairs, found, judged):
                    right, too_large = work_out(formula, z, name)
                    # exp and log of the two may differ in their last digit.
                    close = 1.5 * form.epsilon if name != "float64" else 1e-13
                    np.testing.assert_allclose(values, right, rtol=close, atol=form.smallest)
                    assert overflowed == too_large
                    truth = exact(z, FORMULAS[formula][1])
                    assert outcome == outcome_of(right, too_large, truth, name), (z, formula)


def told(page):
    return page.locator(".point").get_attribute("aria-valuetext")


def state(page):
    return page.evaluate("['largest', 'gap', 'precision', 'formula'].map((k) => model.get(k))")


def test_each_region_has_its_label_and_each_row_its_outcome(browser):
    explorer = RangeExplorer(95, 3)
    with open_page(browser, explorer) as (page, errors):
        box = page.locator(".plane").bounding_box()
        seen = {}
        for label in page.locator(".region:visible").all():
            at = label.bounding_box()
            x, y = at["x"] + at["width"] / 2 - box["x"], at["y"] + at["height"] / 2 - box["y"]
            m, gap = 240 * x / box["width"] - 120, 120 - 120 * y / box["height"]
            seen[label.inner_text()] = RangeExplorer(m, gap).outcomes["textbook"]
        assert seen == {"∞/∞": "overflow", "0/0": "underflow", "0": "zero", "right": "right"}
        said = page.locator(".row .said").all_inner_texts()
        assert [text for text in said if text] == ["overflow", *["right"] * 4]
        assert page.locator(".exact .number").all_inner_texts() == [
            "0.953", "0.047", "−0.049", "−3.049",
        ]  # fmt: skip
        patterns = page.locator(".plane path").evaluate_all(
            "(all) => all.filter((e) => e.getAttribute('d')).map((e) => e.getAttribute('class'))"
        )
        assert patterns == ["overflow", "underflow", "zero", "digits", "edges"]
        assert errors == []


def test_the_point_goes_by_keys_and_within_the_map(browser):
    with open_page(browser, RangeExplorer(95, 3)) as (page, errors):
        point = page.locator(".point")
        point.press("ArrowLeft")
        point.press("PageUp")
        point.press("ArrowUp")
        assert state(page)[:2] == [94, 14]
        assert told(page) == "largest logit 94, gap 14; e^z / sum gives NaN and 0: overflow"
        point.press("End")
        assert state(page)[:2] == [120, 120]
        point.press("ArrowRight")
        assert state(page)[:2] == [120, 120]
        point.press("Home")
        point.press("PageDown")
        assert state(page)[:2] == [0, 0]
        assert errors == []


@pytest.mark.parametrize("finger", [False, True])
def test_the_point_goes_by_hand(browser, finger):
    with open_page(browser, RangeExplorer(0, 60), has_touch=True) as (page, errors):
        box, at = (page.locator(f".{n}").bounding_box() for n in ("plane", "point"))
        x, y = at["x"] + at["width"] / 2, at["y"] + at["height"] / 2
        steps = [(x + 0.3 * box["width"] * k / 5, y + 0.25 * box["height"] * k / 5)
                 for k in range(1, 6)]  # fmt: skip
        if finger:
            client = page.context.new_cdp_session(page)
            for kind, to in [("Start", (x, y)), *(("Move", to) for to in steps), ("End", None)]:
                touches = [] if to is None else [{"x": to[0], "y": to[1]}]
                client.send(
                    "Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": touches}
                )
            client.detach()
        else:
            page.mouse.move(x, y)
            page.mouse.down()
            for to in steps:
                page.mouse.move(*to)
            page.mouse.up()
        largest, gap = state(page)[:2]
        assert (largest, gap) == (pytest.approx(72, abs=2), pytest.approx(30, abs=2))
        place = box["x"] + 0.1 * box["width"], box["y"] + 0.9 * box["height"]
        if finger:
            page.touchscreen.tap(*place)
        else:
            page.mouse.click(*place)
        largest, gap = state(page)[:2]
        assert (largest, gap) == (pytest.approx(-96, abs=2), pytest.approx(12, abs=2))
        assert errors == []


def test_another_format_has_another_map_and_reset_comes_back(browser):
    with open_page(browser, RangeExplorer(600, 900, "float64", "log of softmax")) as (page, errors):
        drawn = page.locator(".plane .edges")
        before = drawn.get_attribute("d")
        page.get_by_label("Format").select_option("float16")
        assert state(page) == [20, 20, "float16", "log of softmax"]
        assert drawn.get_attribute("d") != before
        assert page.locator(".axis").inner_text().split() == ["−20", "largest", "logit", "20"]
        page.get_by_label("Map of").select_option("log1p")
        assert state(page)[3] == "log1p" and "log1p(rest) gives" in told(page)
        page.get_by_role("button", name="Reset").click()
        assert state(page) == [600, 900, "float64", "log of softmax"]
        assert drawn.get_attribute("d") == before
        assert errors == []


def test_python_hears_and_is_heard(browser):
    explorer = RangeExplorer(5, 5)
    explorer.set_state({"precision": "float16", "largest": 12, "gap": 1.25})
    assert explorer.outcomes["textbook"] == "overflow" and set(OUTCOMES) > {"overflow"}
    with open_page(browser, explorer) as (page, errors):
        page.evaluate("model.set('gap', 19)")
        assert "gap 19" in told(page)
        page.evaluate("model.set('largest', 700)")  # beyond the map: the point stays in it
        assert "largest logit 700" in told(page)
        assert page.locator(".point").evaluate("(e) => e.style.left") == "100%"
        assert errors == []
