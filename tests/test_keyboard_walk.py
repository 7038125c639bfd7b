"""Everybody gets through every notebook in JupyterLab, and can read it.

First a learner who never touches the mouse. The walk uses keys alone: Shift+Enter and the arrow
keys go from cell to cell, Enter edits one, and Tab reaches what is in an output. Of what is alike,
one in each notebook is done: an exercise with its hint, and a question. Each explorer is walked
through from its first control to its last. That all exercises and questions can be done in
JupyterLab is what test_learner.py holds.

Then what the walk leaves behind is judged: axe-core, 200 % zoom, no motion. That is the notebook's
own content: rendered text, and every output with its figures, questions, exercises and explorers.
The rest of the page belongs to JupyterLab: menus, sidebars, toolbars, and the editors and prompts
of cells. The course cannot change it, and a test of it would pass or fail with JupyterLab's
version. Exported pages are judged in test_exported_notebooks.py.
"""

import json

import pytest
from accessibility import (
    BROKEN_WORDS,
    CONTENT,
    HARD_TO_READ,
    SCREEN,
    SHORT_BARS,
    SMALL,
    WIDE,
    WORDLESS,
    unfold,
    use_controls,
    violations,
    zoom,
)
from browser import open_browser, open_lab
from notebook_tools import PATHS, ROOT, code_cells, read, write

from softmax_lib.exercises.registry import COURSE, all_exercises, all_questions

FOCUSED = """() => {
  const e = document.activeElement;
  const { outlineStyle, outlineWidth } = getComputedStyle(e);
  return {
    place: e.closest(".jp-OutputArea-output")
      ? [...document.querySelectorAll(".jp-Notebook .jp-Cell")].indexOf(e.closest(".jp-Cell"))
      : null,
    option: e.closest(".softmax-option") ? e.innerText : "",
    select: e.matches("select") ? e.value : "",
    slider: e.matches("input[type=range], [role=slider]"),
    name: e.ariaLabel ?? e.textContent,
    told: e.getAttribute("aria-valuetext"),
    framed: e.matches(":focus-visible") &&
      (outlineStyle === "auto" || (outlineStyle !== "none" && parseFloat(outlineWidth) >= 2)),
    open: e.matches("summary") && e.parentElement.open,
  };
}"""
ACTIVE = """() => [...document.querySelectorAll(".jp-Notebook .jp-Cell")]
  .findIndex((cell) => cell.matches(".jp-mod-active"))"""
COMMANDING = "() => document.activeElement.matches('.jp-Cell')"


@pytest.fixture(scope="module")
def browser():
    with open_browser() as browser:
        yield browser


@pytest.fixture(scope="module")
def lab(browser, tmp_path_factory):
    """One JupyterLab and one page for all notebooks."""
    with open_lab(browser, tmp_path_factory.mktemp("lab"), **SCREEN) as lab:
        yield lab


def as_read(text):
    """Return a text without the signs for code and emphasis."""
    return text.replace("`", "").replace("*", "")


class Walk:
    """A learner at the keyboard, in front of an open notebook."""

    def __init__(self, lab, notebook):
        self.lab, self.page, self.cells = lab, lab.page, notebook.cells
        self.moved = set()  # the cells whose explorer followed a key

    def press(self, key, times=1):
        for _ in range(times):
            self.page.keyboard.press(key)

    def focused(self):
        return self.page.evaluate(FOCUSED)

    def to(self, place):
        """Go to a cell by the arrow keys."""
        for _ in range(len(self.cells)):
            at = self.page.evaluate(ACTIVE)
            if at == place:
                return
            self.press("ArrowDown" if at < place else "ArrowUp")
        pytest.fail(f"the arrow keys do not reach cell {place}")

    def run(self, place, wait=True):
        """Run a cell as 00 says, which goes on to the next one."""
        self.to(place)
        self.press("Shift+Enter")
        assert self.page.evaluate(ACTIVE) == place + 1
        if wait:
            self.has_run(place)

    def has_run(self, place):
        """Wait until a cell has run."""
        prompt = self.lab.cell(place).locator(".jp-InputPrompt")
        done = "(e) => /[0-9]/.test(e.textContent)"
        self.lab._until(lambda: prompt.evaluate(done), f"cell {place} did not finish")

    def controls(self, place, most=80):
        """Tab through what is in the output of a cell, one after the other, and out of it."""
        self.to(place)
        entered = False
        for _ in range(most):
            self.press("Tab")
            focused = self.focused()
            if focused["place"] == place:
                entered = True
                assert focused["framed"], f"no frame around {focused['name']}"
                yield focused
            elif entered:
                return
        pytest.fail("Tab does not leave the output" if entered else "Tab reaches no control")

    def back(self):
        """Go back from a control to its cell."""
        for _ in range(80):
            self.press("Shift+Tab")
            if self.page.evaluate(COMMANDING):
                return
        pytest.fail("Shift+Tab does not lead back to the cell")

    def escape(self, place):
        """Go to what is in an output, and back from there by Esc."""
        next(self.controls(place))
        self.press("Escape")
        assert self.page.evaluate(COMMANDING) and self.page.evaluate(ACTIVE) == place

    def go_on(self, place):
        """Shift+Enter in an output does what it does in its cell, and the output is there again."""
        next(self.controls(place))
        prompt, before = self.lab.cell(place).locator(".jp-InputPrompt"), self.count(place)
        self.press("Shift+Enter")
        done = "(e) => /[0-9]/.test(e.textContent)"
        self.lab._until(
            lambda: self.count(place) != before and prompt.evaluate(done),
            f"Shift+Enter in the output of cell {place} does not run it",
        )
        assert self.page.evaluate(ACTIVE) == place + 1 and self.page.evaluate(COMMANDING)
        self.lab.cell(place).locator(".explorer").wait_for()

    def count(self, place):
        return self.lab.cell(place).locator(".jp-InputPrompt").inner_text()

    # --- What there is to do ---

    def write(self, place, source):
        self.to(place)
        self.press("Enter")
        self.press("Control+A")
        self.page.keyboard.insert_text(source)
        self.press("Escape")
        self.run(place)

    def open_hint(self, place):
        """Open the first hint below a check."""
        for control in self.controls(place):
            if control["name"].startswith("Hint 1"):
                break
        else:
            pytest.fail(f"Tab does not reach the hints of cell {place}")
        assert not control["open"]
        self.press("Enter")
        assert self.focused()["open"]
        self.back()

    def answer(self, place, question):
        self.run(place)
        output = self.lab.cell(place).locator(".softmax-quiz")
        output.wait_for()
        right = question.options[question.answer][0]
        for control in self.controls(place):
            if control["option"].strip().endswith(as_read(right)):
                break
        else:
            pytest.fail(f"{question.id}: Tab does not reach “{right}”")
        self.press("Space")
        output.get_by_text("✓ Right.").wait_for()
        self.escape(place)
        self.go_on(place)
        assert output.get_by_text("✓ Right.").is_visible(), "an answer once given stays"

    def explore(self, place):
        """Change the first thing that can be moved, and look at every other control."""
        self.lab.cell(place).locator(".explorer").wait_for()
        self.escape(place)
        self.go_on(place)
        for control in self.controls(place):
            if control["slider"] and place not in self.moved:
                assert control["name"] and control["told"]
                self.press("PageUp")
                if self.focused()["told"] == control["told"]:
                    self.press("PageDown")
                assert self.focused()["told"] != control["told"]
                self.moved.add(place)
            elif control["name"] == "More to try" and not control["open"]:
                self.press("Enter")
            elif control["select"]:
                self.choose_another(control)
        # Tab has gone past the output: back into it, and to the cell.
        if not self.page.evaluate(COMMANDING):
            self.back()

    def choose_another(self, select):
        """Choose a neighbor in the list that has the focus, and go back to what it was."""
        for key, back in (("ArrowDown", "ArrowUp"), ("ArrowUp", "ArrowDown")):
            self.press(key)
            now = self.focused()
            assert now["name"] == select["name"], f"{key} leaves the list {select['name']}"
            if now["select"] != select["select"]:
                self.press(back)
                assert self.focused()["select"] == select["select"]
                return
        pytest.fail(f"the arrow keys choose nothing in {select['name']}")

    def predict(self, place, rounds):
        """Commit right predictions, given as numbers from 0 to 100."""
        view = self.lab.cell(place).locator(".predict-explorer")
        view.wait_for()
        self.escape(place)
        self.go_on(place)
        for number, wanted in enumerate(rounds):
            sliders = 0
            for control in self.controls(place):
                if control["slider"]:
                    self.press("Home")
                    self.press("PageUp", wanted[sliders] // 10)
                    self.press("ArrowRight", wanted[sliders] % 10)
                    sliders += 1
                elif control["name"] == "Commit":
                    self.press("Enter")
                    view.locator(".result").get_by_text("Distance").wait_for()
                    self.press("Enter")  # the same button: the next round
                    break
            assert sliders == len(wanted)
            view.get_by_text(f"round {number + 2}").wait_for()
            self.back()


def rounds_of(exercise):
    """Return the right predictions of an exercise in predict mode, in whole percent."""
    names = {}
    exec(f"from softmax_lib.explorers import SoftmaxExplorer\n{exercise.stub}", names)
    made = names[exercise.id]
    return [[round(100 * p) for p in made.rounds[k]["truth"]] for k in range(made.needed)]


@pytest.mark.slow
def test_what_comes_next_opens_in_the_same_jupyterlab(lab):
    page = lab.page
    lab.copy(PATHS[0])
    lab.write("progress", ["from softmax_lib.exercises import progress", "progress()"])
    lab.open("progress")
    lab.run(0)
    assert "Next: the exercise Your first check in 00 start here." in lab.run(1)
    page.evaluate("window.still = true")
    page.locator(".jp-OutputArea-output a").click()
    opened = page.locator(".lm-DockPanel-tabBar .lm-TabBar-tab.lm-mod-current")
    lab._until(lambda: opened.inner_text().strip() == PATHS[0].name, "it did not open")
    assert page.evaluate("window.still"), "the page was loaded anew"
    # Or its kernel comes after all others have ended.
    lab._until(lambda: lab._connected(PATHS[0].name), "it got no kernel")
    lab.end_kernels()


@pytest.fixture(scope="module", params=COURSE)
def walked(lab, request):
    """A notebook that has been gone through by keys, with the kernel that ran it."""
    lab.errors.clear()
    lab.page.set_viewport_size(WIDE)
    yield walk(lab, request.param)
    lab.page.set_viewport_size(WIDE)
    theme(lab.page, "Light")
    lab.end_kernels()


def walk(lab, name):
    """Go through a notebook by keys, and return what was reached beside what was wanted."""
    path = ROOT / "notebooks" / f"{name}.ipynb"
    notebook = read(path)
    exercises = {k: e for k, e in all_exercises().items() if e.notebook == name}
    questions = {k: q for k, q in all_questions().items() if q.notebook == name}
    for cell in code_cells(notebook):
        cell.execution_count = None  # so that a number says that the learner has run it
    write(notebook, lab.files / path.name)
    lab.open(name)
    walker = Walk(lab, notebook)
    # Where nothing runs, an explorer says so below its table.
    explorers = {k for k, cell in enumerate(notebook.cells) if "Run the cell to" in str(cell)}
    solved, answered, predicted = set(), set(), set()
    for place, cell in enumerate(notebook.cells):
        known = cell.id.replace("-", "_")
        if cell.cell_type != "code":
            continue
        stub = known in exercises and cell.source.strip() == exercises[known].stub.strip()
        if stub and ".predict(" in cell.source:
            walker.run(place)
            walker.predict(place, rounds_of(exercises[known]))
            walker.moved.add(place)
            predicted.add(known)
        elif stub and not solved:
            walker.run(place)
            walker.run(place + 1)
            walker.open_hint(place + 1)
            walker.write(place, exercises[known].solution)
            solved.add(known)
        elif cell.id.startswith("ask-") and not answered:
            question = questions[cell.id.removeprefix("ask-")]
            walker.answer(place, question)
            answered.add(question.id)
        else:
            walker.run(place, wait=place in explorers)
            if place in explorers:
                walker.explore(place)
    walker.has_run(max(k for k, cell in enumerate(notebook.cells) if cell.cell_type == "code"))
    done = json.loads((lab.files.parent / "progress.json").read_text(encoding="utf-8"))
    passed = {k for k in exercises if done["exercises"].get(k, {}).get("passed")}
    right = {k for k in questions if done["questions"].get(k)}
    return {
        "exercises": (passed, solved | predicted),
        "questions": (right, answered),
        "explorers": (walker.moved, explorers),
        "written": (bool(solved), True),
        "cells": code_cells(notebook),
    }


@pytest.mark.slow
def test_keys_are_enough(lab, walked):
    for what in ("exercises", "questions", "explorers", "written"):
        found, wanted = walked[what]
        assert found == wanted and wanted, what
    assert lab.errors == []


# --- Everybody ------------------------------------------------------------------------------------


def choose(page, *menu):
    """Choose from JupyterLab's menus."""
    page.get_by_role("menuitem", name=menu[0], exact=True).click()
    for name in menu[1:]:
        page.locator(".lm-Menu-itemLabel").get_by_text(name, exact=True).click()


def theme(page, name):
    """Change JupyterLab's theme, and wait until its colors are there."""
    choose(page, "Settings", "Theme", f"JupyterLab {name}")
    light = str(name == "Light").lower()
    page.wait_for_selector(f"body[data-jp-theme-light={light}]", state="attached")


@pytest.mark.slow
def test_everybody_can_read_it(lab, walked):
    page = lab.page
    everything_is_shown(page, walked["cells"])
    unfold(page)
    assert page.evaluate(WORDLESS, CONTENT) == []
    assert violations(page, CONTENT) == []
    # A small window and JupyterLab's list of files beside; then that at 200 %.
    page.set_viewport_size(SMALL)
    page.locator("#jp-left-stack").wait_for(state="visible")
    assert page.evaluate(BROKEN_WORDS, CONTENT) == []
    assert page.evaluate(SHORT_BARS, 80) == []
    zoom(page)
    assert page.locator("#jp-left-stack").is_visible()
    assert page.evaluate(SHORT_BARS, 60) == []
    # Dark and twice as large at once: each run of axe-core takes seconds.
    theme(page, "Dark")
    if page.locator("#jp-left-stack >> visible=true").count():
        choose(page, "View", "Appearance", "Show Left Sidebar")
        page.locator("#jp-left-stack").wait_for(state="hidden")
    scroller = page.locator(".jp-NotebookPanel-notebook .jp-WindowedPanel-outer").last
    assert scroller.evaluate("(e) => e.scrollWidth - e.clientWidth") <= 0
    assert page.evaluate(HARD_TO_READ, CONTENT) == []
    assert violations(page, CONTENT) == []
    assert use_controls(page) == []
    assert lab.errors == []


def everything_is_shown(page, cells):
    """As many figures, explorers and questions stand in the page as the notebook has."""
    sources = [cell.source for cell in cells]
    pages = [o.get("data", {}).get("text/html", "") for cell in cells for o in cell.outputs]
    for kind, count in {
        "figure img": sum("<figure" in page for page in pages),
        ".explorer:not(.softmax-quiz)": sum("<table" in page for page in pages),
        ".softmax-quiz": sum(source.startswith("ask(") for source in sources),
    }.items():
        found = page.locator(f".jp-OutputArea-output {kind}")
        if count:
            found.nth(count - 1).wait_for(state="attached")
        assert found.count() == count
