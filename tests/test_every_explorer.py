"""What holds for each of the explorers: in a page of its own, and in a real JupyterLab.

Each is moved by its keys and by the mouse, and judged by the numbers that it writes.
"""

import json
import re

import numpy as np
import pytest
from accessibility import BROKEN_WORDS, HARD_TO_READ, SHORT_BARS, violations
from browser import ROOT, open_browser, open_lab
from explorer_tools import open_page

from softmax_lib import explorers
from softmax_lib.gpt import Storyteller
from softmax_lib.ngram import NextWordModel

TABLE = np.arange(16).reshape(4, 4) % 5
STORY = (
    "One rainy morning, Leo went into the woods with a fox. They were best friends. "
    "“I think we are lost,” said"
)
# For each explorer: the expression that makes it, a handle, what the handle changes, and what
# Python knows of that.
KINDS = {
    "softmax": (
        "SoftmaxExplorer([2, 1, 0, -1], ['a', 'b', 'c', 'd'], more_open=True)",
        ".logits .slider",
        ".row:not(.head) .probabilities .number",
        "explorer.logits",
    ),
    "predict": (
        "SoftmaxExplorer([2, 1, 0], ['a', 'b', 'c']).predict(seed=3)",
        ".slider",
        ".mine",
        "explorer.answers",
    ),
    "next word": (
        "NextWordExplorer(NextWordModel.load(), 'the value', top_p=0.9)",
        ".dials .slider",
        ".row:not(.head) .after",
        "explorer.temperature",
    ),
    "attention": (
        f"AttentionExplorer(q={TABLE.tolist()}, k={TABLE.T.tolist()})",
        ".score",
        ".weights tbody td .number",
        "explorer.scores",
    ),
    "triangle": (
        "TriangleExplorer([1, 0.5, 0], ['a', 'b', 'c'], arrows=['a', 'c'])",
        ".point",
        ".words .number",
        "explorer.logits",
    ),
    "beat softmax": (
        "BeatSoftmaxExplorer([1, 0.5, 0], ['a', 'b', 'c'], levels=True, revealed=True)",
        ".point",
        ".words .number, .sums strong",
        "explorer.probabilities",
    ),
    "head": (
        f"HeadExplorer(Storyteller.load(), {STORY!r}, (1, 3), 5, off=[(2, 2)])",
        ".dial .slider",
        ".looks",
        "explorer.word",
    ),
    "merge": (
        "MergeExplorer([[2, 0.5, -1], [3, 1], [-0.5, 0, 1], [2.5]])",
        ".rail .slider",
        ".pair",
        "explorer.chunks",
    ),
    "range": (
        "RangeExplorer(20, 20, formula='shifted')",
        ".point",
        ".place, .row .number",
        "[explorer.largest, explorer.gap]",
    ),
    "rule": (
        "RuleExplorer('log(1 + e^z)', labels=['fox', 'hen', 'owl'])",
        ".line.score .slider",
        ".words .number",
        "explorer.logits",
    ),
}
IMPORTS = """from softmax_lib.explorers import *
from softmax_lib.gpt import Storyteller
from softmax_lib.ngram import NextWordModel
"""
NAMES = {"NextWordModel": NextWordModel, "Storyteller": Storyteller}
NAMES |= {name: getattr(explorers, name) for name in explorers.__all__}
each = pytest.mark.parametrize("kind", KINDS)


def make(kind):
    return eval(KINDS[kind][0], NAMES)


@pytest.fixture(scope="module")
def browser():
    with open_browser() as browser:
        yield browser


# --- As a file to read ----------------------------------------------------------------------------

PACKAGE = ROOT / "softmax_lib"
FILES = sorted(PACKAGE.rglob("*.js"))


def test_a_widget_is_one_module_and_what_several_share():
    shared = {path for path in FILES if path.parent == PACKAGE / "widgets"}
    own = set(FILES) - shared
    explorers = {path.with_suffix(".js") for path in (PACKAGE / "explorers").rglob("*explorer.py")}
    # Twins of Python's, each for one explorer.
    twins = {PACKAGE / "explorers" / f"{name}.js" for name in ("rounded_formulas", "weight_rules")}
    assert all(list(PACKAGE.rglob(f"{twin.stem}.py")) for twin in twins)
    assert own == explorers | {PACKAGE / "exercises" / "quiz.js", *twins}
    users = {path.stem: [] for path in shared}
    for path in own:
        for found in re.findall(r'from "(.+)";', path.read_text("utf-8")):
            imported = (path.parent / found).resolve()
            if imported in twins:
                continue
            assert imported in shared
            users[imported.stem].append(path)
    assert users.pop("page_model") == [], "it stands in for Python in an exported page"
    assert users.pop("null") == [], "null.py puts it around every module, in a browser's Python"
    assert min(map(len, users.values())) >= 2, users


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_module_is_short_enough_to_read_and_says_what_it_is(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines) < 300
    assert max(map(len, lines)) <= 100
    assert re.match(r"// \w+", lines[0])
    deepest = max(len(line) - len(line.lstrip(" ")) for line in lines)
    assert deepest <= 12, "six levels of nesting, or a line that is broken in an odd place"


# --- In a page of its own -------------------------------------------------------------------------

PAGES = {
    "light": {"light": True},
    "dark": {"light": False},
    # A browser at 200 % on a screen of 1280 by 1024, and at 400 %: half and a quarter of the
    # pixels to lay things out in, each drawn with two or four.
    "200 %": {"viewport": {"width": 640, "height": 512}, "device_scale_factor": 2},
    "400 %": {"viewport": {"width": 320, "height": 256}, "device_scale_factor": 4},
}


@each
@pytest.mark.parametrize("page_kind", PAGES)
def test_axe_finds_nothing_and_nothing_is_cut_off(browser, kind, page_kind):
    with open_page(browser, make(kind), **PAGES[page_kind]) as (page, errors):
        page.wait_for_timeout(200)  # colors fade in
        assert violations(page, ".explorer") == []
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, "the page must not scroll sideways"
        assert page.evaluate(HARD_TO_READ, ".explorer") == []
        if kind == "predict":  # and after the answer
            page.get_by_role("button", name="Commit").click()
            assert violations(page, ".explorer") == []
            assert page.evaluate(HARD_TO_READ, ".explorer") == []
        assert errors == []


# How many controls the Tab key reaches, at least.
LEAST = {"softmax": 14, "predict": 4, "next word": 9, "attention": 6, "triangle": 9,
         "beat softmax": 11, "rule": 9, "head": 17, "merge": 10, "range": 4}  # fmt: skip


@each
def test_every_slider_has_a_name_a_value_text_a_frame_and_its_keys(browser, kind):
    with open_page(browser, make(kind)) as (page, errors):
        reached = 0
        for _ in range(60):
            page.keyboard.press("Tab")
            focused = page.locator(":focus")
            # Past the last control Tab leaves the page, or begins anew.
            if focused.count() == 0 or focused.evaluate("(e) => e === window.first"):
                break
            page.evaluate("window.first ??= document.activeElement")
            reached += 1
            assert focused.evaluate("(e) => getComputedStyle(e).outlineWidth") == "3px"
            if focused.evaluate("(e) => e.role || e.type") not in ("slider", "range"):
                continue
            assert focused.get_attribute("aria-label")

            def told(focused=focused):
                return focused.get_attribute("aria-valuetext")

            ends = {}
            for key in ("End", "Home"):
                page.keyboard.press(key)
                ends[key] = told()
            assert ends["Home"] != ends["End"]
            for there, back in [("ArrowRight", "ArrowLeft"), ("ArrowUp", "ArrowDown"),
                                ("PageUp", "PageDown")]:  # fmt: skip
                page.keyboard.press("Home")
                page.keyboard.press(there)
                assert told() not in ends.values(), f"{there}: {told()}"
                page.keyboard.press(back)
                assert told() == ends["Home"]
        else:
            pytest.fail("Tab never left the explorer")
        assert reached >= LEAST[kind]
        assert errors == []


@each
def test_nothing_moves_by_itself_where_motion_is_unwanted(browser, kind):
    code = "(e) => [...e.querySelectorAll('*')].map((x) => getComputedStyle(x).transitionDuration)"
    for wanted, durations in [("reduce", {"0s"}), ("no-preference", {"0s", "0.15s"})]:
        with open_page(browser, make(kind), reduced_motion=wanted) as (page, _):
            assert set(page.locator(".explorer").evaluate(code)) == durations
            page.locator(KINDS[kind][1]).first.focus()
            page.keyboard.press("PageUp")
            if wanted == "reduce":
                assert page.evaluate("document.getAnimations().length") == 0


# A drag as the explorer gets it, without the mouse: the value of a slider, or a key for a score.
DRAGS = """(count) => {
  const handles = [...document.querySelectorAll(".slider:not(:disabled), [role=slider]")];
  for (let k = 0; k < count; k++) {
    const handle = handles[k % handles.length];
    const key = k % 14 < 7 ? "PageUp" : "PageDown";
    if (handle.role === "slider") handle.dispatchEvent(new KeyboardEvent("keydown", { key }));
    else {
      const [low, high] = [Number(handle.min), Number(handle.max)];
      handle.value = low + (high - low) * (0.1 + 0.8 * ((k * 7919) % 1000) / 1000);
      handle.dispatchEvent(new Event("input"));
    }
  }
}"""


def heap(page):
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    size = session.send("Runtime.getHeapUsage")["usedSize"]
    session.detach()
    return size


@each
def test_memory_does_not_grow_and_a_closed_view_lets_go(browser, kind):
    with open_page(browser, make(kind)) as (page, errors):
        page.evaluate(DRAGS, 500)
        nodes = page.evaluate("document.querySelectorAll('*').length")
        before = heap(page)
        page.evaluate(DRAGS, 1500)
        grown = heap(page) - before
        assert grown < 150_000, f"{grown} bytes for 1500 drags"
        assert page.evaluate("document.querySelectorAll('*').length") == nodes
        page.wait_for_timeout(400)
        if kind != "predict":  # it saves what is committed
            assert page.evaluate("model.saves") > 0
        page.evaluate("close()")
        assert page.evaluate("model.heard()") == 0
        assert errors == []


@each
def test_a_drag_is_drawn_before_the_browser_goes_on(browser, kind):
    """The numbers change within the input event: nothing is asked, nothing is waited for."""
    _, handle, result, _ = KINDS[kind]
    # One may have told Python how it opened.
    code = f"""() => ((first) => [0, 1, 2, 3].map((k) => {{
      const texts = () => [...document.querySelectorAll("{result}")].map((e) => e.textContent);
      const before = String(texts());
      const handle = document.querySelectorAll("{handle}")[0];
      const key = k % 2 ? "PageUp" : "PageDown";
      handle.dispatchEvent(new KeyboardEvent("keydown", {{ key }}));
      return [before, String(texts()), model.saves - first];
    }}))(model.saves)"""
    with open_page(browser, make(kind)) as (page, errors):
        for before, after, saves in page.evaluate(code):
            assert after != before
            assert saves == 0, "Python hears of it later"
        assert errors == []


@pytest.mark.parametrize("width", [272, 368, 800])
@each
def test_a_card_has_room_for_what_it_says(browser, kind, width):
    """Whatever is dragged or pressed, what stands below in the notebook stays where it is."""
    with open_page(browser, make(kind), viewport={"width": width + 24, "height": 900}) as (page, _):
        card = page.locator(".explorer")
        before = card.bounding_box()["height"]
        for role, keys in (("slider", ["End", "Home"]), ("button", ["Enter"])):
            for number, control in enumerate(page.get_by_role(role).element_handles()):
                for key in keys:
                    if control.is_enabled() and control.is_visible():
                        control.press(key)
                    after = card.bounding_box()["height"]
                    assert abs(after - before) <= 1, (role, number, key, card.inner_text())


ADD_STYLE = """(css) => {
  document.body.append(Object.assign(document.createElement("style"), { textContent: css }));
}"""
BOXES = """() => [...document.querySelectorAll(".explorer, .explorer *")].map((e) => {
  const { x, y, width, height } = e.getBoundingClientRect();
  return [e.className, x, y, width, height];
})"""


@pytest.mark.parametrize("width", [368, 900])
@each
def test_the_style_of_another_explorer_changes_nothing(browser, kind, width):
    """A notebook may show all of them, in any order; what they share comes with each."""
    with open_page(browser, make(kind), viewport={"width": width + 24, "height": 900}) as (page, _):
        before = page.evaluate(BOXES)
        for other in KINDS:
            page.evaluate(ADD_STYLE, make(other)._css)
            assert page.evaluate(BOXES) == before, other


@each
def test_bars_are_long_enough_in_a_narrow_page(browser, kind):
    """At 200 %, with JupyterLab's list of files beside, an output is 272 pixels wide."""
    with open_page(browser, make(kind), viewport={"width": 272 + 24, "height": 900}) as (page, _):
        assert page.locator(".track").count() or kind == "range", "a map has none"
        assert page.evaluate(SHORT_BARS, 60) == []
        assert page.evaluate(BROKEN_WORDS, ".explorer") == []


LONG_WORDS = (
    "NextWordExplorer(Storyteller.load(), 'One sunny morning, Mia went to the market. Her')"
)


@pytest.mark.parametrize("width", [360, 400, 480, 640])
def test_long_words_stay_whole(browser, width):
    explorer = eval(LONG_WORDS, NAMES)
    with open_page(browser, explorer, viewport={"width": width + 24, "height": 900}) as (page, _):
        assert {"grandmother", "grandfather"} <= {*page.locator(".words .name").all_inner_texts()}
        assert page.evaluate(BROKEN_WORDS, ".explorer") == []
        assert page.evaluate(SHORT_BARS, 60) == []


MARKS = """(all) => all.filter((e) => e.checkVisibility({ visibilityProperty: true }))
  .map((e) => {
    const range = document.createRange();
    range.selectNodeContents(e);
    const { left, right } = range.getBoundingClientRect();
    return [left, right];
  })"""


@pytest.mark.parametrize("width", [640, 700, 790, 810, 940])
def test_the_marks_of_the_score_axis_lie_apart(browser, width):
    viewport = {"width": width + 24, "height": 900}
    with open_page(browser, make("softmax"), viewport=viewport) as (page, _):
        marks = page.locator(".head .logits .axis span").evaluate_all(MARKS)
        assert len(marks) >= 2
        assert all(left - right > 8 for (_, right), (left, _) in zip(marks, marks[1:])), marks


@each
def test_a_click_on_a_handle_moves_nothing(browser, kind):
    """A hand may miss the middle, and tremble by a pixel or two: that is no drag yet."""
    _, handle, changes, _ = KINDS[kind]
    with open_page(browser, make(kind)) as (page, errors):
        x, y, thumb = middle_of(page.locator(handle).first)
        before = page.locator(changes).all_inner_texts()
        for missed in (0, 0.4 * thumb, -0.4 * thumb):
            page.mouse.move(x + missed, y)
            page.mouse.down()
            page.mouse.move(x + missed + 1, y - 1)
            page.mouse.move(x + missed - 1, y)
            page.mouse.up()
            page.wait_for_timeout(120)
            assert page.locator(changes).all_inner_texts() == before
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x - 40, y, steps=4)
        page.mouse.up()
        page.wait_for_timeout(120)
        assert page.locator(changes).all_inner_texts() != before and errors == []


def middle_of(handle):
    """Return the middle of a handle in the page, and how wide it is."""
    handle.scroll_into_view_if_needed()
    box = handle.bounding_box()
    y = box["y"] + box["height"] / 2
    code = """(e) => [(e.value - e.min) / (e.max - e.min),
      parseFloat(getComputedStyle(e).getPropertyValue("--thumb"))]"""
    if handle.evaluate("(e) => e.tagName") != "INPUT":
        return box["x"] + box["width"] / 2, y, box["width"]
    part, thumb = handle.evaluate(code)
    return box["x"] + thumb / 2 + part * (box["width"] - thumb), y, thumb


@pytest.mark.parametrize("missed", [-8, 8])
def test_a_drag_begins_where_the_handle_is(browser, missed):
    with open_page(browser, make("softmax")) as (page, _):
        slider = page.locator(".logits .slider").first
        x, y, _ = middle_of(slider)
        page.mouse.move(x + missed, y)
        page.mouse.down()
        page.mouse.move(x + missed + 4, y)
        assert 2 < float(slider.input_value()) < 2.5
        page.mouse.move(x + 2000, y)
        page.mouse.up()
        page.wait_for_timeout(120)
        assert page.evaluate("model.get('logits')[0]") == 6


# --- In JupyterLab --------------------------------------------------------------------------------

BUSY = "import pathlib, time\nwhile not pathlib.Path('go on').exists():\n    time.sleep(0.05)"


@pytest.fixture(scope="module")
def lab(browser, tmp_path_factory):
    folder = tmp_path_factory.mktemp("lab")
    with open_lab(browser, folder, has_touch=True) as lab:
        yield lab


class View:
    """One view of an explorer in a page, moved by its first handle."""

    def __init__(self, lab, cell, kind):
        _, handle, result, _ = KINDS[kind]
        self.lab, self.root = lab, lab.cell(cell).locator(".explorer")
        self.root.wait_for()
        self.handle, self.results = self.root.locator(handle).first, self.root.locator(result)

    def shown(self):
        return self.results.all_inner_texts()

    def check_keys(self):
        """Its keys move it: there and back, with the numbers as they were."""
        before = self.shown()
        self.handle.focus()
        self.lab.page.keyboard.press("PageUp")
        assert self.shown() != before
        self.lab.page.keyboard.press("PageDown")
        assert self.shown() == before

    def check_mouse(self):
        """It follows the mouse at every move."""
        self.handle.scroll_into_view_if_needed()
        box = self.handle.bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        mouse, seen = self.lab.page.mouse, []
        mouse.move(x, y)
        mouse.down()
        for step in range(1, 6):
            mouse.move(x + 7 * step, y)
            seen.append(str(self.shown()))
        mouse.up()
        assert len(set(seen)) >= 4, seen

    def check_finger(self):
        """A finger that moves sideways drags it."""
        self.handle.scroll_into_view_if_needed()
        box = self.handle.bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        client = self.lab.page.context.new_cdp_session(self.lab.page)
        seen = [str(self.shown())]
        for kind, reached in [
            ("Start", 0),
            *(("Move", -4 * n) for n in range(1, 7)),
            ("End", None),
        ]:
            points = [] if reached is None else [{"x": x + reached, "y": y}]
            client.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": points})
            seen.append(str(self.shown()))
        client.detach()
        assert len(set(seen)) >= 4, seen


class Shown:
    """A kind of explorer, twice in one notebook: three cells of it, from cell `first` on."""

    def __init__(self, lab, first, kind):
        self.lab, self.first, self.kind = lab, first, kind
        self.run()
        self.start = self.known()

    @staticmethod
    def cells(kind):
        source, _, _, known = KINDS[kind]
        name = kind.replace(" ", "_")
        return [
            f"{IMPORTS}{name} = {source}\n{name}",
            name,
            f"import json\nexplorer = {name}\nprint(json.dumps([{known}]))",
        ]

    def run(self):
        """Run what shows it, and look at both views."""
        for number in range(2):
            self.lab.run(self.first + number)
        self.view = View(self.lab, self.first, self.kind)
        self.other = View(self.lab, self.first + 1, self.kind)

    def agree(self):
        return self.other.shown() == self.view.shown()

    def known(self):
        """Return what Python knows, as it prints it."""
        return self.lab.run(self.first + 2)


@pytest.mark.slow
def test_in_jupyterlab_nothing_stops_them(lab):
    """A busy kernel, a narrow window, another tab, a lost kernel, Run All twice."""
    page = lab.page
    busy = 3 * len(KINDS)
    lab.write("explorers", [*(cell for kind in KINDS for cell in Shown.cells(kind)), BUSY])
    lab.open("explorers")
    all_shown = [Shown(lab, 3 * n, kind) for n, kind in enumerate(KINDS)]
    for shown in all_shown:
        shown.view.check_finger()

    lab.cell(busy).locator(".cm-content").click()
    page.keyboard.press("Control+Enter")
    page.wait_for_function("document.body.innerText.includes('[*]')")
    for shown in all_shown:
        shown.view.check_keys()
        shown.view.check_mouse()
        if shown.kind == "predict":
            shown.view.root.get_by_role("button", name="Commit").click()
            assert shown.view.root.locator(".result").inner_text() != ""
    running = lab.cell(busy).locator(".jp-InputPrompt")
    assert "*" in running.inner_text(), "the kernel was busy all the time"
    (lab.files / "go on").touch()
    page.wait_for_function("!document.body.innerText.includes('[*]')")
    page.wait_for_timeout(300)
    for shown in all_shown:
        assert shown.known() != shown.start, f"Python has heard of it: {shown.kind}"
        lab._until(shown.agree, f"the two views differ: {shown.kind}")
        if shown.kind == "predict":
            shown.view.root.get_by_role("button", name="Next round").click()

    for width in (780, 1200):
        page.set_viewport_size({"width": width, "height": 900})
        for shown in all_shown:
            assert shown.view.root.evaluate("(e) => e.scrollWidth <= e.clientWidth"), shown.kind
            shown.view.check_keys()
    all_shown[0].known()  # the keys of an explorer are its own, and those of an editor too
    page.keyboard.press("Control+Shift+L")
    page.locator(".jp-Launcher").first.wait_for()
    page.get_by_role("tab", name="explorers.ipynb").click()
    for shown in all_shown:
        shown.view.check_keys()
        shown.view.check_mouse()
    page.get_by_role("tab", name="Launcher").locator(".lm-TabBar-tabCloseIcon").click()

    before = [shown.view.shown() for shown in all_shown]
    lab.restart()
    assert [shown.view.shown() for shown in all_shown] == before, "nothing is lost"
    for shown in all_shown:
        shown.view.check_keys()
    assert "NameError" in all_shown[0].known(), "the kernel is a new one"
    for _ in range(2):
        for shown in all_shown:
            shown.run()
            assert json.loads(shown.known()) == json.loads(shown.start), shown.kind
            shown.view.check_keys()
    assert lab.errors == []
