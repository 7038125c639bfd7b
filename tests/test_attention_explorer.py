"""The attention explorer: its Python side, its arithmetic, and the real thing in JupyterLab."""

import json
import math
import re

import numpy as np
import pytest
from accessibility import check_accessibility
from browser import open_browser, open_lab
from explorer_tools import open_page

from softmax_lib import softmax
from softmax_lib.explorers import AttentionExplorer
from softmax_lib.explorers.attention_explorer import attention_weights
from softmax_lib.widgets.base import module_text

WIDGET = "application/vnd.jupyter.widget-view+json"
WORDS = ["the", "cat", "sat"]
SCORES = [[1.0, 0.5, -1.0], [0.0, 2.0, 1.0], [-2.0, 1.0, 3.0]]
Q = [[1.0, 0.0, 2.0, 1.0], [0.0, 1.0, 1.0, 0.0], [2.0, 1.0, 0.0, 1.0]]
K = [[1.0, 1.0, 0.0, 0.0], [0.0, 2.0, 1.0, 1.0], [1.0, 0.0, 0.0, 2.0]]

# --- Python ---------------------------------------------------------------------------------------


def test_weights_are_softmax_of_each_row():
    explorer = AttentionExplorer(SCORES, labels=WORDS)
    assert explorer.weights == pytest.approx(softmax(SCORES), abs=1e-15)
    explorer.scores = np.zeros((3, 3))
    assert explorer.weights == pytest.approx(np.full((3, 3), 1 / 3))


def test_queries_and_keys_are_divided_by_the_root_of_d():
    explorer = AttentionExplorer(q=Q, k=K, labels=WORDS)
    products = np.array(Q) @ np.array(K).T
    assert explorer.scores == products.tolist() and explorer.d == 4
    assert explorer.weights == pytest.approx(softmax(products / 2), abs=1e-15)
    explorer.scaled = False
    assert explorer.weights == pytest.approx(softmax(products), abs=1e-15)
    assert explorer.weights.max() > softmax(products / 2).max()


def test_the_causal_mask_hides_what_comes_later():
    explorer = AttentionExplorer(SCORES, labels=WORDS, causal=True)
    assert explorer.weights[0].tolist() == [1, 0, 0]
    assert explorer.weights[1] == pytest.approx([*softmax([0.0, 2.0]), 0])
    assert explorer.weights[2] == pytest.approx(softmax(SCORES[2]))


def test_the_wrong_axis_breaks_the_rows_and_says_so():
    explorer = AttentionExplorer(SCORES, labels=WORDS, wrong_axis=True)
    assert explorer.weights.sum(axis=0) == pytest.approx([1, 1, 1])
    assert explorer.weights == pytest.approx(softmax(SCORES, axis=0), abs=1e-15)
    total = explorer.weights[0].sum()
    assert (
        f"Weights of the: the 0.71, cat 0.14, sat 0.02 (sum {total:.2f}, not 1)"
        in explorer.description
    )
    assert "softmax along the wrong axis" in explorer.description
    assert explorer._table().count("✗") == 3


def test_a_line_of_masks_gets_nothing():
    inf = math.inf
    explorer = AttentionExplorer([[-inf, -inf], [0.0, -inf]])
    assert explorer.weights.tolist() == [[0, 0], [1, 0]]
    assert "Weights of 0: 0 0.00, 1 0.00 (sum 0.00, not 1)" in explorer.description
    explorer.wrong_axis = True
    assert explorer.weights.tolist() == [[0, 0], [1, 0]]


@pytest.mark.parametrize(
    "options, error, told",
    [
        ({"scores": None}, ValueError, "give scores, or q and k; not both"),
        ({"q": Q, "k": K}, ValueError, "give scores, or q and k; not both"),
        ({"scores": None, "q": Q}, ValueError, "not q without k"),
        ({"scores": None, "q": Q, "k": [[1.0]]}, ValueError, "same d, got .3, 4. and .1, 1."),
        ({"scores": [1.0, 2.0]}, ValueError, "scores must have shape .queries, keys.*got .2,."),
        ({"scores": np.zeros((13, 2))}, ValueError, "1 to 12 of each, got .13, 2.; show a part"),
        ({"scores": [[1, math.nan]]}, ValueError, "got nan in row 0, column 1"),
        ({"scores": [[1, 2], [math.inf, 1]]}, ValueError, "got inf in row 1, column 0"),
        ({"scores": "ab"}, TypeError, "scores must be real numbers, got 'ab'"),
        ({"labels": ["a"]}, ValueError, "labels must have 3 names, got 1"),
        ({"labels": "abc"}, TypeError, "labels must be a list of 3 names, got 'abc'"),
        ({"key_labels": ["a"]}, ValueError, "key_labels must have 3 names, got 1"),
        ({"scores": [[1, 2]], "causal": True}, ValueError, "causal needs as many keys as queries"),
        ({"softmax": 3}, TypeError, "softmax must be a function, got 3"),
    ],
)
def test_bad_input_is_named(options, error, told):
    with pytest.raises(error, match=told):
        AttentionExplorer(**{"scores": SCORES, **options})


@pytest.mark.parametrize(
    "name, value, told",
    [
        ("scores", [[1.0]], "scores must have shape .3, 3., got .1, 1.; make a new"),
        ("scores", [[1, 2, 3], [4, 5, math.nan], [7, 8, 9]], "got nan in row 1, column 2"),
        ("scaled", True, "scaled needs d: give q and k instead of scores"),
    ],
)
def test_a_bad_assignment_is_named_and_changes_nothing(name, value, told):
    explorer = AttentionExplorer(SCORES)
    before = getattr(explorer, name)
    with pytest.raises(ValueError, match=told):
        setattr(explorer, name, value)
    assert getattr(explorer, name) == before


def test_what_the_browser_sends_arrives():
    explorer = AttentionExplorer(SCORES)
    explorer.set_state({"scores": [[1, None, 0], [0, 0, 0], [1, 2, 3]], "causal": True})
    assert explorer.scores[0] == [1, -math.inf, 0] and explorer.causal
    assert explorer.weights[1] == pytest.approx([0.5, 0.5, 0])
    sent = json.dumps({k: explorer.get_state()[k] for k in ("scores", "start")}, allow_nan=False)
    assert json.loads(sent)["scores"][0] == [1, None, 0]


# --- A softmax of one's own -----------------------------------------------------------------------


def whole_table(z, axis=None):
    """Softmax over all scores at once, whatever the axis: the usual slip."""
    weights = np.exp(z - z.max())
    return weights / weights.sum()


def one_list(z):
    """Softmax of a list, which takes no table."""
    weights = [math.exp(x) for x in z]
    return [w / sum(weights) for w in weights]


def test_a_wrong_softmax_is_named():
    explorer = AttentionExplorer(SCORES, labels=WORDS, softmax=whole_table)
    assert explorer.weights.sum() == pytest.approx(1)
    assert len(explorer.problems) == 1
    assert re.match(r"the sum must be 1, but it is 0\.\d+ in the row of the ", explorer.problems[0])
    assert "Wrong: the sum must be 1" in explorer.description
    assert explorer._table().count("✗") == 3


def test_a_distribution_that_is_not_the_softmax_is_named():
    explorer = AttentionExplorer(
        [[1, 2], [3, 4]], labels=["a", "b"], softmax=lambda z: np.full(z.shape, 0.5)
    )
    assert explorer.problems == [
        "this is a distribution, but not the softmax of these scores: a in the row of a is 0.50 "
        "and should be 0.27"
    ]
    nan = AttentionExplorer(
        [[1, 2], [3, 4]], labels=["a", "b"], softmax=lambda z: np.where(z == 4, math.nan, 0.5)
    )
    assert nan.problems == ["each value must be a number, but b in the row of b is NaN"]
    down = AttentionExplorer(
        [[1, 2], [3, 5]], labels=["a", "b"], softmax=lambda z: np.exp(z), wrong_axis=True
    )
    assert any("in the column of a" in problem for problem in down.problems)


def test_a_softmax_is_asked_once_for_each_question():
    asked = []

    def counted(z, axis):
        asked.append(z.tolist())
        return softmax(z, axis)

    explorer = AttentionExplorer([[1, 2], [3, 4]], softmax=counted)
    assert asked == [[[1, 2], [3, 4]]]
    explorer.set_state({"scores": [[1, 2], [3, 6]], "asked": 1})
    assert asked[1:] == [[[1, 2], [3, 6]]]
    assert explorer.answered == 1
    explorer.set_state({"asked": 2})
    assert len(asked) == 2 and explorer.answered == 2


def test_a_right_softmax_of_a_table_or_of_a_list_is_taken():
    for own in (softmax, one_list):
        explorer = AttentionExplorer(q=Q, k=K, causal=True, softmax=own)
        assert explorer.problems == []
        right = attention_weights(np.array(Q) @ np.array(K).T, d=4, causal=True)
        assert explorer.weights == pytest.approx(right, abs=1e-15)
        explorer.wrong_axis = True
        assert explorer.weights == pytest.approx(softmax(explorer.used, axis=0), abs=1e-15)


@pytest.mark.parametrize(
    "wrong, told",
    [
        (lambda z: z / 0, "each value must be"),
        (lambda z: z[0, 0, 0], "your softmax stopped: IndexError"),
        (lambda z: [[1.0]], "your softmax must return the shape .* .3,., got .1, 1."),
        (lambda z, axis: [[1.0]], "your softmax must return the shape .* .3, 3., got .1, 1."),
        (lambda a, b, c: a, "your softmax must take scores, .*; yours takes .a, b, c."),
        (lambda z: z.fill(0), "your softmax stopped|must return"),
    ],
)
def test_whatever_a_learners_function_does_the_explorer_goes_on(wrong, told):
    explorer = AttentionExplorer(SCORES, softmax=wrong)
    assert re.search(told, explorer.problems[0])
    assert explorer.scores == SCORES
    assert explorer._repr_mimebundle_()[0]["text/plain"] == explorer.description
    json.dumps(explorer.get_state()["answer"], allow_nan=False)


# --- What stands in where nothing can be dragged --------------------------------------------------


def test_the_words_and_the_table():
    explorer = AttentionExplorer([[1, 0]], labels=["<q>"], key_labels=["a", "b"], title="One & all")
    assert explorer.description == (
        "One & all: 2 scores to drag, of 1 query for 2 keys. Weights of <q>: a 0.73, b 0.27."
    )
    data, _ = explorer._repr_mimebundle_()
    assert set(data) == {WIDGET, "text/plain", "text/html"}
    assert data["text/plain"] == explorer.description == repr(explorer)
    page = data["text/html"]
    assert "&lt;q&gt;" in page and "<q>" not in page
    assert re.findall(r">([\d.]+)</td>", page) == ["0.73", "0.27", "1.00", "0.73", "0.27"]
    assert not re.search(r"<script|<style|\sid=|\son\w+=|class=|http", page)
    assert explorer.model_id not in page


# --- JavaScript -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser():
    with open_browser() as browser:
        yield browser


def test_javascript_and_python_agree(browser):
    page = browser.new_page()
    page.goto("about:blank")
    page.evaluate(
        """async (source) => {
          const blob = new Blob([source], {type: "text/javascript"});
          window.explorer = await import(URL.createObjectURL(blob));
        }""",
        module_text("explorers/attention_explorer"),
    )
    generator = np.random.default_rng(37)
    cases = []
    for n in range(1500):
        rows, columns = generator.integers(1, 13, 2)
        z = generator.normal(0, 10.0 ** generator.uniform(-2, 4), (rows, columns))
        if n % 3 == 0:
            z = np.round(z)  # ties
        if n % 4 == 0:
            z[generator.random(z.shape) < 0.3] = -np.inf
        d = None if n % 2 else int(generator.integers(1, 65))
        cases.append((z, d, bool(rows == columns and n % 5), bool(n % 7 == 0)))
    sent = [
        [[[None if x == -np.inf else x for x in row] for row in z.tolist()], *rest]
        for z, *rest in cases
    ]
    answers = page.evaluate(
        """(cases) => JSON.stringify(JSON.parse(cases).map(([z, ...rest]) =>
          explorer.attention(z.map((row) => row.map((x) => x ?? -Infinity)), ...rest)))""",
        json.dumps(sent),
    )
    page.close()
    masked = 0
    for (z, d, causal, wrong), theirs in zip(cases, json.loads(answers)):
        ours = attention_weights(z, d, causal, axis=0 if wrong else -1)
        assert np.abs(ours - theirs).max() <= 1e-12
        masked += causal
    assert masked > 50


# --- The real thing -------------------------------------------------------------------------------

CELLS = [
    f"""from softmax_lib.explorers import AttentionExplorer
explorer = AttentionExplorer(q={Q}, k={K}, labels={WORDS})
explorer""",
    "explorer",
    """switches = [explorer.scaled, explorer.causal, explorer.wrong_axis]
print([explorer.scores, *switches, explorer.weights.tolist()])""",
    "explorer.scores, explorer.causal = [[0, 1, 2], [3, -float('inf'), 0], [9, 0, 0]], False",
    """import numpy as np
AttentionExplorer([[1, 2], [3, 4]], softmax=lambda z, axis: np.exp(z) / np.exp(z).sum())""",
]


class View:
    """One view of the explorer in a page."""

    def __init__(self, cell):
        self.root = cell.locator(".attention-explorer")
        self.root.wait_for()

    def score(self, query, key):
        return self.root.get_by_role("slider", name=f"score of query {query} for key {key}")

    def switch(self, name):
        return self.root.get_by_role("switch", name=name)

    def table(self):
        rows = self.root.locator(".weights tbody tr")
        return rows.evaluate_all(
            "(rows) => rows.map((r) => [...r.querySelectorAll('td')].map((c) => c.textContent))"
        )

    @property
    def verdict(self):
        return self.root.locator(".verdict").inner_text()


def shown(p):
    return "<0.01" if 0 < p < 0.005 else ">0.99" if 0.995 < p < 1 else f"{p:.2f}"


def check_in_step(lab, views):
    """Python and every view have the same weights, and the sums say which rows are broken."""
    lab.page.wait_for_timeout(300)  # what was changed last is on its way
    scores, scaled, causal, wrong, weights = eval(lab.run(2), {"inf": math.inf})
    right = attention_weights(scores, 4 if scaled else None, causal, axis=0 if wrong else -1)
    assert np.array(weights) == pytest.approx(right, abs=1e-15)
    for view in views:
        for row, cells in zip(right, view.table()):
            *cells, total = cells
            assert cells == [shown(w) for w in row]
            assert total[0] == ("✓" if abs(row.sum() - 1) < 1e-6 else "✗")
            assert float(total[2:]) == pytest.approx(row.sum(), abs=0.006)
    return scores, scaled, causal, wrong


@pytest.mark.slow
def test_in_jupyterlab(browser, tmp_path):
    with open_lab(browser, tmp_path, has_touch=True) as lab:
        lab.write("attention", CELLS)
        lab.open("attention")
        lab.run(0)
        lab.run(1)
        views = [View(lab.cell(0)), View(lab.cell(1))]
        check_in_step(lab, views)
        by_keyboard(lab, views)
        by_mouse_and_finger(lab, views)
        by_the_switches(lab, views)
        from_python(lab, views)
        a_wrong_softmax(lab)
        check_accessibility(lab, ".attention-explorer")
        a_restart(lab)
        assert lab.errors == []


def by_keyboard(lab, views):
    view, keyboard = views[0], lab.page.keyboard
    first = view.score("the", "the")
    assert first.get_attribute("aria-valuetext") == "1.0, divided 0.50, weight 0.16"
    view.root.get_by_role("button", name="Reset scores").focus()
    keyboard.press("Tab")
    focused = "() => document.activeElement.ariaLabel"
    assert lab.page.evaluate(focused) == "score of query the for key the", "one stop for the grid"
    assert first.evaluate("(e) => getComputedStyle(e).outlineStyle") == "solid"
    for key, name in [
        ("ArrowRight", "the for key cat"), ("ArrowDown", "cat for key cat"),
        ("ArrowLeft", "cat for key the"), ("ArrowLeft", "cat for key the"),
        ("ArrowDown", "sat for key the"), ("ArrowUp", "cat for key the"),
    ]:  # fmt: skip
        keyboard.press(f"Shift+{key}")
        assert lab.page.evaluate(focused) == f"score of query {name}", key
    cell = view.score("cat", "the")
    for key, score in [
        ("ArrowRight", 1.1), ("ArrowDown", 1.0), ("ArrowUp", 1.1), ("ArrowLeft", 1.0),
        ("PageUp", 2.0), ("PageDown", 1.0), ("Home", -6.0), ("End", 6.0), ("ArrowLeft", 5.9),
    ]:  # fmt: skip
        keyboard.press(key)
        assert float(cell.get_attribute("aria-valuenow")) == pytest.approx(score), key
    scores, *_ = check_in_step(lab, views)
    assert scores[1][0] == 5.9
    assert cell.get_attribute("aria-valuetext").startswith("5.9, divided 2.95, weight 0.")


def by_mouse_and_finger(lab, views):
    page, cell = lab.page, views[0].score("sat", "cat")
    cell.scroll_into_view_if_needed()
    box = cell.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    seen = set()
    for step in range(1, 11):
        page.mouse.move(x + 4 * step, y)
        seen.add(views[1].table()[2][1])
    page.mouse.up()
    page.mouse.move(x - 30, y)
    assert len(seen) > 4, "the weight must move while the score is dragged"
    scores, *_ = check_in_step(lab, views)
    assert scores[2][1] == 7, "from 3, 40 pixels to the right: past the first end of the axis"

    # A finger: pressed, moved, lifted.
    client = page.context.new_cdp_session(page)
    cell = views[0].score("the", "sat")
    cell.scroll_into_view_if_needed()
    box = cell.bounding_box()
    before = float(cell.get_attribute("aria-valuenow"))
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    for kind, points in [
        ("touchStart", [(x, y)]), *(("touchMove", [(x - 4 * n, y)]) for n in range(1, 9)),
        ("touchEnd", []),
    ]:  # fmt: skip
        points = [{"x": px, "y": py} for px, py in points]
        client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    scores, *_ = check_in_step(lab, views)
    assert scores[0][2] == pytest.approx(before - 3.2, abs=0.15)


def by_the_switches(lab, views):
    view, keyboard = views[0], lab.page.keyboard
    view.switch("Divide by √d = √4 = 2").click()
    assert view.switch("Divide").get_attribute("aria-checked") == "false"
    assert check_in_step(lab, views)[1] is False
    view.switch("Causal mask").focus()
    keyboard.press("Space")
    assert check_in_step(lab, views)[2] is True
    masked = view.score("the", "sat")
    assert masked.get_attribute("aria-valuetext") == "masked, weight 0.00"
    assert masked.get_attribute("aria-disabled") == "true"
    masked.focus()
    keyboard.press("ArrowRight")
    assert "Each row sums to 1" in view.verdict
    view.switch("wrong axis").focus()
    keyboard.press("Enter")
    assert check_in_step(lab, views)[3] is True
    assert "Softmax went down the columns" in view.verdict and "not sum to 1" in view.verdict
    columns = view.root.locator("tfoot .sum").all_inner_texts()
    assert columns == ["1.00", "1.00", "1.00"]
    view.switch("wrong axis").click()
    view.switch("Divide").click()
    view.root.get_by_role("button", name="Reset scores").click()
    scores, scaled, *_ = check_in_step(lab, views)
    assert scores == (np.array(Q) @ np.array(K).T).tolist() and scaled


def from_python(lab, views):
    lab.run(3)
    lab.page.wait_for_timeout(250)
    scores, *_ = check_in_step(lab, views)
    assert scores[1][1] == -math.inf
    high = views[0].score("sat", "the")
    assert float(high.get_attribute("aria-valuemax")) > 9, "there is room beyond it"


def a_wrong_softmax(lab):
    lab.run(4)
    view = View(lab.cell(4))
    problems = view.root.locator(".problems")
    assert "Wrong: the sum must be 1, but it is 0.11" in problems.inner_text()
    assert [row[-1][0] for row in view.table()] == ["✗", "✗"]
    before = view.table()
    view.score("0", "0").focus()
    for _ in range(3):
        lab.page.keyboard.press("PageUp")
    lab._until(lambda: view.table() != before, "Python did not answer")


def a_restart(lab):
    """A new kernel, and the whole notebook run twice: each time a fresh explorer that works."""
    page = lab.page
    lab.restart_and_clear()
    for _ in range(2):
        for cell in (0, 1):
            lab.run(cell)
        views = [View(lab.cell(0)), View(lab.cell(1))]
        views[1].score("sat", "sat").focus()
        page.keyboard.press("PageUp")
        scores, *_ = check_in_step(lab, views)
        assert scores[2][2] == (np.array(Q) @ np.array(K).T)[2, 2] + 1


def test_old_weights_are_not_shown_as_those_of_new_scores(browser):
    explorer = AttentionExplorer([[1, 2], [3, 4]], softmax=softmax)
    with open_page(browser, explorer) as (page, errors):
        verdict = page.locator(".verdict")
        assert verdict.inner_text() == "Each row sums to 1: every query shares out one whole."
        page.locator(".score").first.focus()
        page.keyboard.press("End")
        assert verdict.inner_text() == "Waiting for Python…"
        assert page.locator(".weights tbody .sum").all_inner_texts() == ["…", "…"]
        page.evaluate("""() => {
          model.set("answer", [[0.98, 0.02], [0.27, 0.73]]);
          model.set("answered", model.get("asked"));
        }""")
        assert verdict.inner_text().startswith("Each row sums to 1")
        assert page.locator(".weights tbody .sum").first.inner_text() == "✓ 1.00"
        assert errors == []


def test_large_scores_fit_their_cells(browser):
    with open_page(browser, AttentionExplorer([[1, 100.5, -1000], [1e4, -1e4, 0]])) as (
        page,
        errors,
    ):
        numbers = page.locator(".score .number")
        assert numbers.all_inner_texts() == ["1.0", "100.5", "−1000", "1e4", "−1e4", "0.0"]
        assert page.locator(".score").evaluate_all(INSIDE) == [True] * 6
        assert errors == []


# Whether all the text in a box lies inside of it.
INSIDE = """(boxes) => boxes.map((box) => {
  const range = document.createRange();
  range.selectNodeContents(box);
  const [text, around] = [range.getBoundingClientRect(), box.getBoundingClientRect()];
  return text.left >= around.left && text.right <= around.right;
})"""


def test_no_score_stands_at_a_wall(browser):
    explorer = AttentionExplorer(scores=[[5.9, 0], [0, 0]])
    with open_page(browser, explorer) as (page, errors):
        page.locator(".score").first.focus()
        page.keyboard.press("PageUp")
        page.keyboard.press("PageUp")
        assert page.evaluate("model.get('scores')") == [[7.9, 0], [0, 0]]
        box = page.locator(".score").last.bounding_box()
        page.mouse.move(box["x"] + 9, box["y"] + 9)
        page.mouse.down()
        page.mouse.move(box["x"] - 291, box["y"] + 9, steps=5)
        page.mouse.up()
        assert page.evaluate("model.get('scores')[1][1]") == -30
        page.keyboard.press("PageDown")
        assert page.evaluate("model.get('scores')[1][1]") == -31
        code = "(all) => all.map((e) => parseFloat(e.style.marginLeft))"
        knobs = page.locator(".knob").evaluate_all(code)
        assert min(knobs) > 0 and max(knobs) < 38
        assert errors == []
