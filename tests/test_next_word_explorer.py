"""The next-word explorer: cuts and draws in Python and JavaScript; a text grown in JupyterLab."""

import json
import math
import re

import numpy as np
import pytest
from accessibility import check_accessibility
from browser import open_browser, open_lab
from explorer_tools import open_page

from softmax_lib import softmax
from softmax_lib.explorers import NextWordExplorer
from softmax_lib.gpt import Storyteller
from softmax_lib.ngram import NextWordModel, count_next_words
from softmax_lib.sampling import cut, rank
from softmax_lib.widgets.base import module_text

WIDGET = "application/vnd.jupyter.widget-view+json"
BIGRAMS = "the cat saw the dog . the cat ran to the sea . the cat saw the end ."


class Fixed:
    """A source whose scores do not depend on the text."""

    def __init__(self, scores, vocabulary):
        self.scores, self.vocabulary = scores, vocabulary

    def logits(self, prompt):
        return self.scores


LETTERS = Fixed([2.0, 1.0, 0.0, 1.0, -math.inf], list("abcde"))

# --- Cuts -----------------------------------------------------------------------------------------


def cut_words(before, top_k, top_p, min_p, scores):
    """Return what sampling keeps: the probabilities, the order, and how many after each cut."""
    result = cut(before, top_k, top_p, min_p, scores=scores)
    return result.probabilities, rank(before, scores), result.counts.tolist()


def test_the_explorer_cuts_as_the_library_does():
    tied = Fixed(np.log([0.4, 0.2, 0.2, 0.1, 0.1]), list("abcde"))
    for cuts in ({"top_p": 0.41}, {"top_p": 0}, {"top_k": 2, "top_p": 0.6}, {"min_p": 0.3}):
        explorer = NextWordExplorer(tied, **cuts)
        right = cut(softmax(tied.scores), **cuts)
        assert explorer.probabilities.tolist() == right.probabilities.tolist()
        kept = {word for word, p in explorer.top(int(right.counts[-1])) if p > 0}
        assert kept == {"abcde"[i] for i in np.flatnonzero(right.kept)}
    assert [word for word, _ in NextWordExplorer(tied).top(5)] == list("acbed")


def test_the_scores_rank_what_a_limit_of_the_temperature_hides():
    explorer = NextWordExplorer(LETTERS, temperature=math.inf, top_k=1)
    assert explorer.probabilities.tolist() == [1, 0, 0, 0, 0]
    explorer.top_k = 2
    assert explorer.probabilities == pytest.approx([1 / 3, 1 / 3, 0, 1 / 3, 0])
    explorer.temperature = 0
    assert explorer.probabilities.tolist() == [1, 0, 0, 0, 0]


# --- Python ---------------------------------------------------------------------------------------


def test_probabilities_cover_the_whole_vocabulary():
    model = NextWordModel.load()
    explorer = NextWordExplorer(model, "the value", temperature=0.7)
    right = softmax(model.logits("the value"), temperature=0.7)
    assert explorer.probabilities == pytest.approx(right, abs=1e-15)
    assert explorer.vocabulary == model.vocabulary
    rows, (count, before, after) = explorer._rows()
    assert len(rows) + count == len(model.vocabulary)
    assert sum(p for _, p, _ in rows) + before == pytest.approx(1, abs=1e-12) and before > 0.05
    assert sum(p for _, _, p in rows) + after == pytest.approx(1, abs=1e-12)
    best = [model.vocabulary[i] for i in np.argsort(-right)[:3]]
    assert explorer.top(3) == list(zip(best, np.sort(right)[::-1][:3]))


def test_the_seed_gives_the_text_and_undo_gives_it_back():
    def grown(seed):
        explorer = NextWordExplorer(NextWordModel.load(), "the value", seed=seed, top_k=20)
        return explorer, [explorer.step() for _ in range(6)]

    explorer, texts = grown(3)
    assert grown(3)[1] == texts and grown(4)[1] != texts
    assert [h["u"] for h in explorer.history] == np.random.default_rng(3).random(6).tolist()
    for h, text in zip(explorer.history, texts):
        assert text.endswith(h["word"]) and 0 < h["probability"] <= 1
    explorer.undo()
    assert explorer.text == texts[4] and len(explorer.history) == 5
    assert explorer.u == np.random.default_rng(3).random(6)[5], "the same number, to fall anew"
    assert explorer.step() == texts[5]
    explorer.restart()
    assert (explorer.text, explorer.history, explorer.u) == ("the value", [], None)
    assert [explorer.step() for _ in range(6)] == texts


def test_a_word_is_drawn_as_often_as_its_probability_says():
    explorer = NextWordExplorer(LETTERS, "x", seed=0)
    explorer.step(400)
    assert len(explorer.draws) > 400
    drawn = [h["word"] for h in explorer.history]
    shares = [drawn.count(letter) / 400 for letter in "abcde"]
    assert shares == pytest.approx(explorer.probabilities, abs=0.07) and shares[4] == 0
    assert {h["word"]: h["probability"] for h in explorer.history} == {
        letter: pytest.approx(p) for letter, p in zip("abcd", explorer.probabilities)
    }


def test_each_word_asks_the_source_once_for_the_new_text():
    asked = []

    class Source(Fixed):
        def logits(self, prompt):
            asked.append(prompt)
            return super().logits(prompt)

    explorer = NextWordExplorer(Source([0.0, -math.inf], ["go", "."]), "ready")
    explorer.step(2)
    assert asked == ["ready", "ready go", "ready go go"]
    explorer.text = "steady"
    assert asked[3:] == ["steady"]
    assert (explorer.history, explorer.text) == ([], "steady")


def test_counts_are_a_source_and_a_dead_end_is_told():
    explorer = NextWordExplorer(count_next_words(BIGRAMS), "the", seed=1)
    assert dict(explorer.top(4)) == {
        "cat": pytest.approx(0.5), "dog": pytest.approx(1 / 6), "end": pytest.approx(1 / 6),
        "sea": pytest.approx(1 / 6),
    }  # fmt: skip
    assert NextWordExplorer({"a": {"b": 1}}, "a").description.startswith(
        "Next-word explorer. Text: “a”"
    )
    explorer = NextWordExplorer({"a": {"b": 1}}, "a")
    with pytest.raises(ValueError, match="“a b” has no next word: no word was counted after 'b'"):
        explorer.step()
    assert explorer.text == "a" and explorer.history == []


def test_what_the_browser_sends_arrives():
    explorer = NextWordExplorer(NextWordModel.load(), "the value")
    index = explorer.vocabulary.index("of")
    explorer.set_state({"temperature": None, "top_k": 3, "u": 0.25, "drawn": 1})
    assert (explorer.temperature, explorer.top_k, explorer.u) == (math.inf, 3, 0.25)
    explorer.set_state({"steps": [[index, 0.25, 0.5]], "u": None})
    assert explorer.text == "the value of" and explorer.reached == [index]
    assert explorer.logits == NextWordModel.load().logits("the value of").tolist()
    assert explorer.history == [{"word": "of", "u": 0.25, "probability": 0.5}]


def test_what_a_page_sends_wrongly_changes_nothing():
    explorer = NextWordExplorer(NextWordModel.load(), "the value")
    index = explorer.vocabulary.index("of")
    for state in ({"drawn": 10**7}, {"drawn": 10**30}, {"steps": [[999, 0.5, 0.5]]}):
        with pytest.raises(ValueError, match="must"):
            explorer.set_state(state)
    assert (explorer.drawn, len(explorer.draws), explorer.history) == (0, 100, [])
    explorer.set_state({"steps": [[index, 0.25, 0.5]]})  # and it goes on
    assert explorer.text == "the value of"


def test_the_state_travels_as_json():
    explorer = NextWordExplorer(
        LETTERS, temperature=math.inf, softmax=lambda z, temperature: z * math.nan
    )
    state = explorer.get_state()
    names = ("logits", "temperature", "answer", "top_k", "problems", "steps", "draws")
    sent = json.loads(json.dumps({name: state[name] for name in names}, allow_nan=False))
    assert sent["logits"] == [2, 1, 0, 1, None] and sent["temperature"] is None
    assert sent["answer"] == ["NaN"] * 5


def test_a_wrong_softmax_is_named_and_nothing_is_drawn_from_it():
    explorer = NextWordExplorer(LETTERS, softmax=lambda z: np.exp(z))
    assert len(explorer.problems) == 2
    assert "the sum must be 1, but it is 13.8256" in explorer.description
    assert explorer.probabilities == pytest.approx(np.exp(LETTERS.scores))
    with pytest.raises(ValueError, match="nothing can be drawn: each value must be at most 1"):
        explorer.step()
    explorer.temperature = 0
    assert "your softmax takes no temperature, so it has no answer at T = 0" in explorer.description
    with pytest.raises(ValueError, match="there are no probabilities"):
        _ = explorer.probabilities
    assert "<td" not in explorer._table().split("<tbody>")[1]


@pytest.mark.parametrize(
    "wrong, told",
    [
        (lambda z: [1.0], "your softmax must return the shape that it was given, .5,., got .1,."),
        (lambda z: 1 / 0, "your softmax stopped: ZeroDivisionError"),
        (lambda z: "no", "your softmax must return real numbers, got 'no'"),
        (lambda z: z - z.mean(), "each value must be"),
    ],
)
def test_whatever_a_learners_function_does_the_explorer_goes_on(wrong, told):
    explorer = NextWordExplorer(LETTERS, softmax=wrong)
    assert re.search(told, " ".join(explorer.problems))
    assert explorer._repr_mimebundle_()[0]["text/plain"] == explorer.description


def test_a_distribution_that_is_not_the_softmax_is_named_and_drawn_from():
    """A language model with a wrong softmax still writes, and what it writes is the lesson."""
    source = Fixed([2.0, 1.0, 0.0], ["a", "b", "c"])
    explorer = NextWordExplorer(source, softmax=lambda z: np.exp(-z) / np.exp(-z).sum())
    (problem,) = explorer.problems
    assert problem == (
        "this is a distribution, but not the softmax of these scores: “a” is 0.09 and should be "
        "0.67"
    )
    close = NextWordExplorer(source, softmax=lambda z: softmax(z) + [0.002, -0.002, 0])
    assert " is 0.667 and should be 0.665" in close.problems[0]
    assert len(explorer.step(3).split()) == 3
    complex_one = NextWordExplorer(LETTERS, softmax=lambda z: softmax(z) + 0j)
    assert "your softmax must return real numbers, got array([" in complex_one.problems[0]


def test_a_right_softmax_is_cut_and_drawn_from():
    theirs = NextWordExplorer(LETTERS, temperature=2, top_p=0.8, softmax=softmax)
    without = NextWordExplorer(
        LETTERS, temperature=2, top_p=0.8, softmax=lambda z: np.exp(z) / np.exp(z).sum()
    )
    ours = NextWordExplorer(LETTERS, temperature=2, top_p=0.8)
    for explorer in (theirs, without):
        assert explorer.problems == []
        assert explorer.probabilities == pytest.approx(ours.probabilities, abs=1e-15)
        assert explorer.step(9) == ours.step(9)
        ours.restart()


@pytest.mark.parametrize(
    "options, error, told",
    [
        ({"source": 3}, TypeError, "source must have logits.prompt.*vocabulary or .words.*got int"),
        ({"source": Fixed([1.0], "a")}, TypeError, "words as a list, got str"),
        ({"source": Fixed([1.0], [])}, ValueError, "1 to 5000 words, got 0"),
        ({"source": Fixed([1.0], ["a", "b"])}, ValueError, "one score for each of the 2 words"),
        (
            {"source": Fixed([math.nan], ["a"])},
            ValueError,
            r"source\.logits\(''\) must be finite .* got NaN at entry 0",
        ),
        ({"prompt": 3}, TypeError, "prompt must be a string, got 3"),
        ({"temperature": -1}, ValueError, "temperature must be >= 0, got -1"),
        ({"top_k": 0}, ValueError, "top_k must be >= 1, got 0"),
        ({"top_k": 2.5}, TypeError, "top_k must be an integer >= 1"),
        ({"top_p": -0.1}, ValueError, "top_p must be from 0 to 1, got -0.1"),
        ({"top_p": "x"}, TypeError, "top_p must be a number from 0 to 1, got 'x'"),
        ({"min_p": 1.5}, ValueError, "min_p must be from 0 to 1, got 1.5"),
        ({"min_p": math.nan}, ValueError, "min_p must be from 0 to 1, got nan"),
        ({"shown": 0}, ValueError, "shown must be an integer from 1 to 50, got 0"),
        ({"seed": -1}, ValueError, "seed must be an integer >= 0, got -1"),
        ({"seed": "x"}, ValueError, "seed must be an integer >= 0, got 'x'"),
        ({"softmax": 3}, TypeError, "softmax must be a function, got 3"),
    ],
)
def test_bad_input_is_named(options, error, told):
    with pytest.raises(error, match=told):
        NextWordExplorer(**{"source": LETTERS, **options})


def test_a_bad_assignment_changes_nothing():
    explorer = NextWordExplorer(NextWordModel.load(), "the value")
    for name, value in [("top_p", 2), ("u", 1.0), ("text", "the qwertz"), ("temperature", -1)]:
        before = getattr(explorer, name)
        with pytest.raises(ValueError, match="must be|does not know 'qwertz'"):
            setattr(explorer, name, value)
        assert getattr(explorer, name) == before
    for name, value, error, told in [
        ("u", "x", TypeError, "u must be one real number, got 'x'"),
        ("shown", 0, ValueError, "shown must be an integer from 1 to 50, got 0"),
        ("shown", 1000, ValueError, "shown must be an integer from 1 to 50, got 1000"),
        ("drawn", -5, ValueError, "drawn must be an integer from 0 to 100, got -5"),
        ("drawn", 10**7, ValueError, "drawn must be an integer from 0 to 100, got 10000000"),
        ("logits", [1.0], ValueError, "logits must have one score for each of the 700 words"),
        ("logits", [math.nan] * 700, ValueError, "logits must be finite"),
        ("steps", [[0]], ValueError, "a step must be .place of the word, u, prob.*, got .0."),
        ("steps", [7], ValueError, "a step must be .place of the word, u, prob.*, got 7"),
        ("steps", 7, TypeError, "steps must be a list, got 7"),
        ("steps", [[999, 0.5, 0.5]], ValueError, "a step must name a word of the voc.*, got 999"),
        ("steps", [[0, 0.5, math.nan]], ValueError, "a step must have finite numbers"),
    ]:
        before = getattr(explorer, name)
        with pytest.raises(error, match=told):
            setattr(explorer, name, value)
        assert getattr(explorer, name) == before
    with pytest.raises(ValueError, match="count must be an integer >= 0, got 'x'"):
        explorer.step("x")


# --- What stands in where nothing can be dragged --------------------------------------------------


def test_the_words_and_the_table():
    explorer = NextWordExplorer(LETTERS, "x", top_k=3, temperature=2, shown=2, title="<Next>")
    assert explorer.description == (
        "<Next>. Text: “x”. Next word at temperature 2, top-k 3: a 0.45, d 0.27, "
        "and 0.27 for the other 3 words."
    )
    data, _ = explorer._repr_mimebundle_()
    assert set(data) == {WIDGET, "text/plain", "text/html"}
    assert data["text/plain"] == explorer.description == repr(explorer)
    page = data["text/html"]
    assert "&lt;Next&gt;" in page and "<Next" not in page and "3 other words" in page
    assert not re.search(r"<script|<style|\sid=|\son\w+=|class=|http", page)
    assert explorer.model_id not in page
    widths = [float(width) for width in re.findall(r"width:([\d.]+)%", page)]
    assert sum(widths) == pytest.approx(100, abs=0.2) and widths[2] > 20
    again = NextWordExplorer(LETTERS, "x", top_k=3, temperature=2, shown=2, title="<Next>")
    assert page == again._repr_mimebundle_()[0]["text/html"]


# --- JavaScript -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser():
    with open_browser() as browser:
        yield browser


def random_cases(count):
    generator = np.random.default_rng(31)
    for k in range(count):
        size = int(generator.integers(1, 300))
        z = generator.normal(0, 10.0 ** generator.uniform(-2, 1), size)
        if k % 3 == 0:  # ties
            z = np.round(z)
        if k % 4 == 0:  # masks, but never everywhere
            z[generator.random(size) < 0.4] = -np.inf
            z[generator.integers(size)] = 1.0
        yield {
            "logits": z.tolist(),
            "t": float(generator.choice([0.0, 1.0, np.inf, 10.0 ** generator.uniform(-2, 2)])),
            "top_k": None if k % 2 else int(generator.integers(1, size + 20)),
            "top_p": float(generator.choice([1.0, generator.uniform(0.01, 1)])),
            "min_p": float(generator.choice([0.0, generator.uniform(0, 1)])),
            "u": float(generator.random()),
        }


def test_javascript_and_python_agree(browser):
    page = browser.new_page()
    page.goto("about:blank")
    page.evaluate(
        """async (source) => {
          const blob = new Blob([source], {type: "text/javascript"});
          window.explorer = await import(URL.createObjectURL(blob));
        }""",
        module_text("explorers/next_word_explorer"),
    )
    cases = list(random_cases(3000))
    sent = json.dumps(
        [
            {
                **case,
                "logits": [None if z == -math.inf else z for z in case["logits"]],
                "t": None if case["t"] == math.inf else case["t"],
            }
            for case in cases
        ]
    )
    answers = json.loads(
        page.evaluate(
            """(cases) => JSON.stringify(JSON.parse(cases).map((c) => {
              const z = c.logits.map((x) => x ?? -Infinity);
              const p = explorer.softmax(z, c.t ?? Infinity);
              const cut = explorer.cutWords(p, z, c.top_k, c.top_p, c.min_p);
              return {...cut, hit: explorer.fall(cut.after, cut.order, c.u)};
            }))""",
            sent,
        )
    )
    page.close()
    worst, dropped = 0.0, np.zeros(3)
    for case, theirs in zip(cases, answers):
        z = np.array(case["logits"])
        before = softmax(z, temperature=case["t"])
        cuts = [case[name] for name in ("top_k", "top_p", "min_p")]
        after, order, left = cut_words(before, *cuts, scores=z)
        assert theirs["order"] == order.tolist() and theirs["left"] == left
        worst = max(worst, np.abs(after - theirs["after"]).max())
        dropped += np.diff([np.sum(before > 0), *left]) < 0
        assert all(np.array(theirs["after"])[z == -np.inf] == 0)
        totals = np.cumsum(after[order])
        hit = theirs["hit"]
        low = totals[hit["place"]] - after[hit["index"]]
        assert hit["index"] == order[hit["place"]] and after[hit["index"]] > 0
        assert low - 1e-12 <= case["u"] <= totals[hit["place"]] + 1e-12
        assert (hit["low"], hit["high"]) == pytest.approx((low, totals[hit["place"]]), abs=1e-12)
    assert worst <= 1e-12
    assert dropped.min() > 300, "each cut must have had work to do"


# --- The real thing -------------------------------------------------------------------------------

CELLS = [
    """from softmax_lib.explorers import NextWordExplorer
from softmax_lib.ngram import NextWordModel
explorer = NextWordExplorer(NextWordModel.load(), "the value", seed=7)
explorer""",
    "explorer",
    """state = [explorer.text, explorer.temperature, explorer.top_k, explorer.top_p, explorer.min_p]
print([*state, explorer.u, explorer.history, explorer.probabilities.tolist()])""",
    "explorer.text, explorer.temperature, explorer.top_k = 'a list', 0.5, 3",
    """import numpy as np
NextWordExplorer(NextWordModel.load(), "the value", softmax=lambda z: np.exp(z) / 6000)""",
]


class View:
    """One view of the explorer in a page."""

    def __init__(self, cell):
        self.root = cell.locator(".next-word-explorer")
        self.root.wait_for()

    def slider(self, name):
        return self.root.get_by_role("slider", name=name)

    def press(self, name):
        self.root.get_by_role("button", name=name).click()

    def told(self, name):
        return self.slider(name).get_attribute("aria-valuetext")

    @property
    def status(self):
        return self.root.locator(".status").inner_text()

    @property
    def text(self):
        return self.root.locator(".given").inner_text() + self.root.locator(".grown").inner_text()

    def rows(self):
        """Return what each row says (by its words) and how long its bar is (0 to 1)."""
        code = """(rows) => rows.filter((r) => !r.hidden).map((r) => [r.ariaLabel,
          r.querySelector(".bar").offsetWidth / r.querySelector(".track").clientWidth])"""
        return self.root.locator(".words .row:not(.head)").evaluate_all(code)


class State:
    def __init__(self, lab):
        lab.page.wait_for_timeout(300)  # what was changed last is on its way
        values = eval(lab.run(2), {"inf": math.inf})
        self.text, self.temperature, self.top_k, self.top_p, self.min_p = values[:5]
        self.u, self.history, probabilities = values[5:]
        self.probabilities = np.array(probabilities)


def check_in_step(lab, views):
    """Python and every view have the same text, and the same probabilities after the same cuts."""
    state, model = State(lab), NextWordModel.load()
    logits = model.logits(state.text)
    before = softmax(logits, temperature=state.temperature)
    after, order, left = cut_words(before, state.top_k, state.top_p, state.min_p, scores=logits)
    assert state.probabilities == pytest.approx(after, abs=1e-15)
    for view in views:
        assert view.text == state.text
        rows = view.rows()
        assert len(rows) == 11
        for place, (said, long) in enumerate(rows):
            last = place == 10
            words = order[10:] if last else order[place : place + 1]
            name = "690 other words" if last else model.vocabulary[order[place]]
            end = np.count_nonzero(before) - 1 if last else place
            kept = left[2] > place or before[order[place]] == 0  # that one was not there to drop
            right = (after if kept else before)[words].sum()
            assert (
                said.startswith(f"{name}") and f": probability {shown(before[words].sum())}" in said
            )
            assert said.endswith(
                f"after the cuts {shown(right)}"
                if kept
                else f"dropped by {dropped_by(left, place, end)}"
            )
            assert long == pytest.approx(right, abs=0.02)
    return state


def shown(p):
    return "<0.01" if 0 < p < 0.005 else ">0.99" if 0.995 < p < 1 else f"{p:.2f}"


def dropped_by(left, first, last):
    """Return which cut dropped the words of these places, or all the cuts if several did."""
    cuts = {
        next(name for name, n in zip(("top-k", "top-p", "min-p"), left) if place >= n)
        for place in (first, last)
    }
    return cuts.pop() if len(cuts) == 1 else "the cuts"


@pytest.mark.slow
def test_in_jupyterlab(browser, tmp_path):
    with open_lab(browser, tmp_path, has_touch=True) as lab:
        lab.write("words", CELLS)
        lab.open("words")
        lab.run(0)
        lab.run(1)
        views = [View(lab.cell(0)), View(lab.cell(1))]
        check_in_step(lab, views)
        by_keyboard(lab, views)
        by_mouse_and_finger(lab, views)
        from_python(lab, views)
        a_wrong_softmax(lab)
        check_accessibility(lab, ".next-word-explorer")
        a_restart(lab)
        assert lab.errors == []


def by_keyboard(lab, views):
    keyboard, page = lab.page.keyboard, views[0]
    for name, keys in [
        ("Temperature T", [("Home", "0"), ("End", "infinite"), ("PageDown", "11.3"),
                           ("Home", "0"), ("ArrowRight", "0.05")]),
        ("top-k", [("Home", "1, keeps 1 word"), ("ArrowRight", "2, keeps 2 words"),
                   ("PageUp", "12, keeps 12 words"), ("End", "off"),
                   ("ArrowLeft", "699, keeps 699 words")]),
        ("top-p", [("End", "off"), ("PageDown", "0.90,"), ("ArrowDown", "0.89,"),
                   ("Home", "0.00,")]),
        ("min-p", [("Home", "off"), ("PageUp", "0.10,"), ("ArrowUp", "0.11,"), ("End", "1.00,")]),
    ]:  # fmt: skip
        slider = page.slider(name)
        slider.focus()
        assert slider.evaluate("(e) => getComputedStyle(e).outlineStyle") == "solid"
        for key, told in keys:
            keyboard.press(key)
            assert page.told(name).startswith(told), (name, key, page.told(name))
    state = check_in_step(lab, views)
    assert (state.temperature, state.top_k, state.top_p, state.min_p) == (0.0515, 699, 0, 1)

    # Three cuts at once, each with work to do.
    for name, keys in [
        ("Temperature T", ["End"] + ["PageDown"] * 4),
        ("top-k", ["Home"] + ["ArrowUp"] * 8),
        ("top-p", ["End", "PageDown"]),
        ("min-p", ["End", *["PageDown"] * 2]),
    ]:
        page.slider(name).focus()
        for key in keys:
            keyboard.press(key)
    state = check_in_step(lab, views)
    assert (state.top_k, state.top_p, state.min_p) == (9, 0.9, 0.8)
    said = " ".join(said for said, _ in page.rows())
    assert all(f"dropped by {cut}" in said for cut in ("top-k", "top-p", "min-p"))

    # Words by the keyboard alone: draw, look, add.
    numbers = np.random.default_rng(7).random(3)
    page.root.get_by_role("button", name="Draw u").focus()
    keyboard.press("Enter")
    assert page.status.startswith(f"u = {numbers[0]:.3f} falls in “")
    word = page.status.split("“")[1].split("”")[0]
    assert f"in “{word}”" in page.told("u, the number drawn")
    page.root.get_by_role("button", name=f"Add “{word}”").focus()
    keyboard.press("Enter")
    lab._until(lambda: views[1].text == f"the value {word}", "the text did not grow")
    state = check_in_step(lab, views)
    assert state.history[0]["word"] == word and state.history[0]["u"] == numbers[0]


def add_a_word(lab, view):
    before = view.text
    view.press("Add a word")
    lab._until(lambda: view.text != before and "Added" in view.status, "the text did not grow")


def by_mouse_and_finger(lab, views):
    page, mouse = views[0], lab.page.mouse
    for _ in range(2):
        add_a_word(lab, page)
    state = check_in_step(lab, views)
    numbers = np.random.default_rng(7).random(3)
    assert [h["u"] for h in state.history] == numbers.tolist()
    page.press("Undo")
    state = check_in_step(lab, views)
    assert len(state.history) == 2 and state.u == numbers[2]

    def place(slider, part):
        """Return where on the screen the handle, 22 pixels wide, stands for a part of the way."""
        slider.scroll_into_view_if_needed()
        box = slider.bounding_box()
        return box["x"] + 11 + (box["width"] - 22) * part, box["y"] + box["height"] / 2

    # The handle of u, over the whole line: the word under it is marked, and is its word.
    slider = page.slider("u, the number drawn")
    mouse.move(*place(slider, state.u))
    mouse.down()
    words = set()
    for step in range(21):
        mouse.move(*place(slider, step / 20))
        words.add((page.root.locator(".part.hit").count(), page.status.split("“")[1]))
    mouse.up()
    assert len(words) == 2, "the word must change while u is dragged"
    state = State(lab)
    assert 0.99 < state.u < 1

    slider = page.slider("top-p")
    mouse.move(*place(slider, 0.9))
    mouse.down()
    mouse.move(*place(slider, 0.6), steps=5)
    mouse.up()
    state = check_in_step(lab, views)
    assert state.top_p == pytest.approx(0.6, abs=0.03)
    lab.page.touchscreen.tap(*place(page.slider("Temperature T"), 0.5))
    state = check_in_step(lab, views)
    assert state.temperature == 1
    lab.page.touchscreen.tap(*place(page.slider("Temperature T"), 1))
    assert page.told("Temperature T").startswith("infinite")
    lab.page.touchscreen.tap(*place(page.slider("Temperature T"), 0))
    assert check_in_step(lab, views).temperature == 0
    page.press("Restart")
    state = check_in_step(lab, views)
    assert (state.text, state.history, state.u) == ("the value", [], None)


def from_python(lab, views):
    lab.run(3)
    lab.page.wait_for_timeout(250)
    state = check_in_step(lab, views)
    assert (state.text, state.temperature, state.top_k) == ("a list", 0.5, 3)


def a_wrong_softmax(lab):
    lab.run(4)
    view = View(lab.cell(4))
    assert (
        "Wrong: the sum must be 1, but it is 1.10073" in view.root.locator(".problems").inner_text()
    )
    view.root.get_by_role("button", name="Add a word").focus()
    lab.page.keyboard.press("Enter")
    assert view.text == "the value" and "sum 1.10" in view.root.locator(".summary").inner_text()
    view.slider("Temperature T").focus()
    lab.page.keyboard.press("End")  # Python is asked again
    told = "your softmax takes no temperature"
    lab._until(lambda: told in view.root.locator(".problems").inner_text(), "Python did not answer")


def a_restart(lab):
    """A new kernel, and the whole notebook run twice: each time a fresh explorer that works."""
    lab.restart_and_clear()
    for _ in range(2):
        for cell in (0, 1):
            lab.run(cell)
        views = [View(lab.cell(0)), View(lab.cell(1))]
        add_a_word(lab, views[1])
        state = check_in_step(lab, views)
        assert [h["u"] for h in state.history] == [np.random.default_rng(7).random()]


@pytest.mark.parametrize("count", [1, 2, 9, 10, 11, 12])
def test_few_words_are_shown_as_well_as_many(browser, count):
    words = [f"word{k}" for k in range(count)]
    explorer = NextWordExplorer(Fixed([0.0] * count, words), "hi")
    with open_page(browser, explorer) as (page, errors):
        rows = page.locator(".words .row:not(.head):visible")
        assert rows.count() == min(count, 11)
        sure = count == 1
        page.get_by_role("button", name="Draw u").click()
        assert re.match(r"u = 0\.\d+ falls in “word\d+”", page.locator(".status").inner_text())
        summary = page.locator(".summary").inner_text()
        assert summary.startswith(
            f"{count} of {count} word{'' if sure else 's'} possible, sum 1.00"
        )
        page.get_by_role("slider", name="Temperature T").focus()
        page.keyboard.press("Home")
        assert (
            page.get_by_role("slider", name="Temperature T").get_attribute("aria-valuetext") == "0"
        )
        assert errors == []


def test_nothing_is_drawn_from_the_scores_of_another_text(browser):
    """Python may answer late: after one word was taken back, and another one added."""
    explorer = NextWordExplorer(Fixed([2.0, 1.0, 0.0], ["a", "b", "c"]), "hi")
    with open_page(browser, explorer) as (page, errors):
        slider = page.get_by_role("slider", name="u, the number drawn")
        adding = page.get_by_role("button", name="Add")

        def blocked():
            return adding.get_attribute("aria-disabled") == "true"

        slider.focus()
        page.keyboard.press("Home")
        adding.click()
        assert page.evaluate("model.get('steps')[0][0]") == 0 and blocked()
        page.get_by_role("button", name="Undo").click()
        assert not blocked(), "the scores are those of the prompt still"
        slider.focus()
        page.keyboard.press("End")
        adding.click()
        assert page.evaluate("model.get('steps')[0][0]") == 2 and blocked()
        # Python has read "hi a" in the meantime: as many words, but not these.
        page.evaluate("() => { model.set('logits', [0, 0, 9]); model.set('reached', [0]); }")
        assert blocked() and page.locator(".status").inner_text() == "Waiting for Python…"
        page.evaluate("() => { model.set('logits', [0, 9, 0]); model.set('reached', [2]); }")
        assert not blocked()
        assert errors == []


def test_when_no_answer_comes_it_says_what_may_help(browser):
    explorer = NextWordExplorer(Fixed([1.0, 0.0], ["a", "b"]), "hi")
    with open_page(browser, explorer) as (page, errors):
        page.clock.install()
        page.get_by_role("button", name="Add a word").click()
        status = page.locator(".status")
        page.clock.run_for(4000)
        assert status.inner_text() == "Waiting for Python…"
        page.clock.run_for(2000)
        assert status.inner_text().startswith("No answer from Python. Was the kernel restarted?")
        page.evaluate("() => model.set('reached', model.get('steps').map(([i]) => i))")
        assert "Added." in status.inner_text()
        page.clock.run_for(9000)
        assert "Added." in status.inner_text()
        assert errors == []


# --- A story: what shows, and where the buttons are ----------------------------------------------


class Writes(Fixed):
    """A source that knows how people write its texts."""

    def as_written(self, text):
        return text.capitalize().replace(" .", ".")


def test_the_text_shows_as_people_write_it():
    explorer = NextWordExplorer(Writes([0.0, 9.0], ["a", "."]), "see the sea", seed=1)
    assert explorer.prose == ["See the sea", "See the sea"]
    assert explorer.step() == "see the sea." and explorer.prose == ["See the sea", "See the sea."]
    assert "Text: “See the sea.”" in explorer.description
    explorer.text = "a bee"
    assert explorer.prose == ["A bee", "A bee"]
    plain = NextWordExplorer(Fixed([0.0, 1.0], ["a", "b"]), "see")
    assert plain.prose == ["see", "see"]


def test_a_storyteller_writes_capitals_in_the_page(browser):
    teller = Storyteller.load()
    explorer = NextWordExplorer(teller, "one sunny morning , leo went into the", seed=1)
    explorer.step(5)
    with open_page(browser, explorer) as (page, errors):
        given, grown = (page.locator(f".{name}").inner_text() for name in ("given", "grown"))
        assert given == "One sunny morning, Leo went into the"
        assert given + grown == teller.as_written(explorer.text) and grown[0] == " "
        assert errors == []


def test_only_the_dials_that_are_asked_for_show(browser):
    for controls in ((), ("temperature",), ("top_p", "temperature"), "min_p"):
        explorer = NextWordExplorer(LETTERS, "x", controls=controls)
        with open_page(browser, explorer) as (page, errors):
            names = page.locator(".dials .name").all_inner_texts()
            known = {"Temperature T": "temperature", "top-p": "top_p", "min-p": "min_p"}
            assert [known[name] for name in names] == explorer.controls
            cuts = explorer.controls not in ([], ["temperature"])
            said = page.locator(".row:not(.head)").first.get_attribute("aria-label")
            assert ("after the cuts" in said) == cuts
            assert page.get_by_text("after cuts").is_visible() == cuts
            page.get_by_role("button", name="Draw u").click()
            # Whoever sets a cut from Python sees it.
            page.evaluate("model.set('top_k', 2)")
            assert page.get_by_text("after cuts").is_visible()
            assert "dropped by top-k" in page.locator(".dropped").first.get_attribute("aria-label")
            assert errors == []
    with pytest.raises(ValueError, match="controls must be any of temperature, top_k"):
        NextWordExplorer(LETTERS, "x", controls=("warmth",))


def test_restart_sets_the_dials_as_they_were(browser):
    explorer = NextWordExplorer(LETTERS, "x", temperature=math.inf, top_k=3, top_p=0.9, min_p=0.1)
    at_start = [math.inf, 3, 0.9, 0.1]
    explorer.temperature, explorer.top_k, explorer.top_p, explorer.min_p = 0.5, None, 0.2, 0.0
    explorer.restart()
    names = ("temperature", "top_k", "top_p", "min_p")
    assert [getattr(explorer, name) for name in names] == at_start
    with open_page(browser, explorer) as (page, errors):
        sliders = page.locator(".dials .slider").all()
        told = [slider.get_attribute("aria-valuetext") for slider in sliders]
        for slider in sliders:
            slider.press("Home")
        assert [slider.get_attribute("aria-valuetext") for slider in sliders] != told
        page.get_by_role("button", name="Restart").click()
        assert [slider.get_attribute("aria-valuetext") for slider in sliders] == told
        assert errors == []


@pytest.mark.parametrize("width", [360, 470, 940])
def test_no_button_moves_and_text_and_bars_are_near(browser, width):
    teller = Storyteller.load()
    explorer = NextWordExplorer(teller, "One sunny morning, Leo went into the", seed=1)
    size = {"width": width, "height": 700}
    with open_page(browser, explorer, viewport=size) as (page, errors):
        buttons = page.get_by_role("button")

        def places():
            return [button.bounding_box() for button in buttons.all()]

        before, named = places(), set()
        for part in range(0, 100, 3):  # long words and short ones
            page.evaluate(f"model.set('u', {part / 100})")
            named.add(buttons.nth(1).inner_text())
            assert places() == before
        assert len(named) > 8
        page.evaluate("model.set('prose', [model.get('prose')[0], 'On and on. '.repeat(40)])")
        assert places() == before, "a longer text moves them"
        page.evaluate("model.set('prose', model.get('prose').with(1, model.get('prose')[0]))")
        for part in (".text", ".status", ".words .row:not(.head)"):
            shown = page.locator(part).first.bounding_box()
            assert shown["y"] + shown["height"] < 400, "in view with the buttons"
        assert errors == []


def test_the_line_from_0_to_1_stands_above_its_numbers(browser):
    explorer = NextWordExplorer(Storyteller.load(), "One sunny morning, Leo went into the")
    with open_page(browser, explorer, viewport={"width": 1280, "height": 800}) as (page, errors):
        line, axis = page.locator(".strip"), page.locator(".line .axis > span")
        pieces = [piece.bounding_box() for piece in line.locator(".part").all()]
        numbers = [number.bounding_box() for number in axis.all()]
        assert [number.inner_text() for number in axis.all()] == ["0", "0.5", "1"]
        assert max(p["y"] + p["height"] for p in pieces) <= min(n["y"] for n in numbers)
        half = axis.nth(1).evaluate(  # of the number itself: its box may be wider
            """e => {
              const range = document.createRange();
              range.selectNodeContents(e);
              const { x, width } = range.getBoundingClientRect();
              return x + width / 2;
            }"""
        )
        strip = line.bounding_box()
        assert abs(half - strip["x"] - strip["width"] / 2) < 2
        assert errors == []
