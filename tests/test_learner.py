"""A learner takes the whole course in JupyterLab: errs, is told, gets it right, comes back.

Each exercise is checked as it stands, with a wrong answer that is known, and with a right one; each
question is answered wrong, then right; each explorer is moved by the mouse and by a key. In the
middle the computer is switched off, and the next day the learner goes on. All that is asserted is
read from the page, and at the end from the learner's own progress.
"""

import html
import itertools
import json
import re
import shutil
import socket

import pytest
from browser import Lab, kill_server, open_browser, serve_lab
from notebook_tools import ROOT, read
from playwright.sync_api import TimeoutError as TooLong

from softmax_lib.exercises.feedback import rich
from softmax_lib.exercises.registry import COURSE, all_exercises, all_questions

SWITCHED_OFF = "04_logits"  # after its first explorer, before its last exercise
CELL = 'document.querySelectorAll(".jp-Notebook .jp-Cell")[place]'
SAYS = f"""([place, kind, words]) => [...{CELL}.querySelectorAll(kind)].some(
  (e) => !e.closest("[data-seen]") && e.textContent.replace(/\\s+/g, " ").includes(words))"""
HAS_RUN = f'(place) => /[0-9]/.test({CELL}.querySelector(".jp-InputPrompt").textContent)'
# What stands in the page for each cell: its code, and the text of its results.
CELLS = """() => [...document.querySelectorAll(".jp-Notebook .jp-Cell")].map((cell) => ({
  code: [...cell.querySelectorAll(".cm-line")].map((line) => line.textContent).join("\\n"),
  shown: [...cell.querySelectorAll(".jp-OutputArea-output")].map((e) => e.textContent).join("\\n")
    .replace(/\\s+/g, " "),
  broken: [...cell.querySelectorAll("img")].some((e) => e.complete && !e.naturalWidth),
}))"""
OUTPUT = ".jp-OutputArea-output"
AGAIN = "choose Run → Run All Above Selected Cell, then run this cell."


def words(text):
    """Return a text of the course as a page shows it, in one line."""
    return " ".join(html.unescape(re.sub("<[^>]*>", "", rich(text).replace("<br>", " "))).split())


class Learner:
    """A learner in front of one open notebook.

    Parameters
    ----------
    lab : Lab
    name : str
        The notebook.
    """

    def __init__(self, lab, name):
        self.lab, self.page, self.name = lab, lab.page, name
        self.cells = read(lab.files / f"{name}.ipynb").cells
        exercises, questions = all_exercises(), all_questions()
        self.exercises, self.questions, self.explorers = {}, {}, []
        for place, cell in enumerate(self.cells):
            known = exercises.get(cell.id.replace("-", "_"))
            if known and cell.source.strip() == known.stub.strip():
                self.exercises[place] = known
            if cell.id.startswith("ask-"):
                self.questions[place] = questions[cell.id.removeprefix("ask-")]
            # Where nothing runs, an explorer says so below its table.
            if "Run the cell to" in str(cell):
                self.explorers.append(place)

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)

    def sees(self, place, text, kind=OUTPUT):
        """Wait until a cell's output says something; fail with what it says instead."""
        self._until(SAYS, [place, kind, text], f"does not say {text!r}")

    def _until(self, reached, argument, failure):
        place = argument[0] if isinstance(argument, list) else argument
        try:
            self.page.wait_for_function(reached, arg=argument, timeout=60_000, polling=10)
        except TooLong:
            shown = self.lab.cell(place).locator(OUTPUT).all_inner_texts()
            pytest.fail(f"{self.name}[{place}] {failure} but {shown}", pytrace=False)

    def run(self, place):
        """Run the active cell, which is the one here, as 00 says, and wait for it."""
        self.press("Shift+Enter")
        self._until(HAS_RUN, place, "has not run")

    def select(self, place):
        self.lab.cell(place).locator(".jp-InputPrompt").click()

    def choose(self, menu, entry):
        self.page.get_by_role("menuitem", name=menu, exact=True).click()
        self.page.locator(".lm-Menu-itemLabel").get_by_text(entry, exact=True).click()

    # --- What there is to do ---

    def go_on(self, start, end):
        """Run the cells from `start` on, before `end`, and do what each of them is there for."""
        stops = {*self.exercises, *self.questions, *self.explorers}
        codes = [k for k in range(start, end) if self.cells[k].cell_type == "code"]
        self.select(start)
        place = start
        while place < end:
            following = place + 1
            if self.cells[place].cell_type != "code":
                self.press("ArrowDown")
            elif place not in stops:
                self.press("Shift+Enter")  # and on, without a wait
            else:
                self.run(place)
                if place in self.explorers:
                    self.explore(place)
                if place in self.questions:
                    self.answer(place, self.questions[place])
                if place in self.explorers or place in self.questions:
                    # The focus is in the output: on to the next cell that runs, by the mouse.
                    following = next((k for k in codes if k > place), following)
                    if following < len(self.cells):
                        self.select(following)
                if place in self.exercises:
                    self.solve(place, self.exercises[place])
                    following = place + 2  # its check is done too
            place = following
        self._until(HAS_RUN, codes[-1], "has not run")

    def finish(self, start=0):
        self.go_on(start, len(self.cells))
        self.save()

    def solve(self, place, exercise):
        """Check an exercise as it stands, with a wrong answer and with a right one.

        It has just been run, and its check is the active cell.
        """
        wrong = exercise.wrong[0]
        self.press("Shift+Enter")
        self.sees(place + 1, f"○ Not yet · {exercise.id}")
        self.write(place, wrong.code.strip())
        self.press("Shift+Enter", "Shift+Enter")
        self.sees(place + 1, f"✗ Try again · {exercise.id}{words(wrong.says)}")
        self.write(place, exercise.solution.strip())
        self.press("Shift+Enter", "Shift+Enter")
        self.sees(place + 1, f"✓ Passed · {exercise.id}")

    def write(self, place, source):
        self.lab.cell(place).locator(".cm-content").click()
        self.press("Control+A")
        self.page.keyboard.insert_text(source)

    def answer(self, place, question):
        """Answer a question wrong, find that answer again when its cell runs again, then right."""
        wrong = next(k for k in range(len(question.options)) if k != question.answer)
        self.click(place, question, wrong)
        quiz = self.lab.cell(place).locator(".softmax-quiz")
        quiz.evaluate("(e) => e.dataset.seen = true")
        self.press("Shift+Enter")  # the focus is in the output
        self.sees_answer(place, question, wrong)
        self.click(place, question, question.answer)

    def click(self, place, question, option):
        self.lab.cell(place).locator(".softmax-option").nth(option).click()
        self.sees_answer(place, question, option)

    def sees_answer(self, place, question, option):
        """The option is shown as chosen, with its explanation."""
        verdict = "✓ Right." if option == question.answer else "✗ Not quite."
        text, says = (words(x) for x in question.options[option])
        self.sees(place, f"{verdict} {says}", ".softmax-quiz .answer")
        button = f"{verdict[0]}{'ABCDEFGH'[option]}. {text}"
        self.sees(place, button, ".softmax-option[aria-pressed=true]")

    def explore(self, place):
        """Move the first handle of an explorer by the mouse, then by a key."""
        explorer = self.lab.cell(place).locator(".explorer")
        handle = explorer.locator("input.slider:enabled, [role=slider]").first
        handle.scroll_into_view_if_needed()

        def told():
            return handle.get_attribute("aria-valuetext")

        box, start = handle.bounding_box(), told()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.page.mouse.move(x + 0.2 * box["width"], y, steps=3)
        self.page.mouse.up()
        dragged = told()
        assert dragged != start, f"{self.name}[{place}] does not follow the mouse: {start}"
        handle.focus()
        self.press("ArrowLeft")
        assert told() not in (dragged, start), f"{self.name}[{place}] follows no key: {dragged}"

    def save(self):
        self.press("Escape", "Control+s")
        self.page.locator(".jp-mod-current.jp-mod-dirty").wait_for(state="detached")

    def comes_back(self, reached):
        """What was done in the cells before `reached` is there, and runs again as it says."""
        cells = self.page.evaluate(CELLS)
        for place, cell in enumerate(cells):
            for failure in ("Error displaying widget", "model not found", "Loading widget"):
                assert failure not in cell["shown"], f"{self.name}[{place}]"
            assert not cell["broken"], f"{self.name}[{place}]: a picture is broken"
        live = [*self.explorers, *self.questions]
        for place in (k for k in live if k < reached):
            assert AGAIN in cells[place]["shown"], f"{self.name}[{place}]: {cells[place]['shown']}"
        done = {k: e for k, e in self.exercises.items() if k < reached}
        for place, exercise in done.items():
            assert cells[place]["code"].strip() == exercise.solution.strip()
            assert f"✓ Passed · {exercise.id}" in cells[place + 1]["shown"]
        last = max(k for k in live if k < reached)  # the cell above which everything is wanted
        self.select(last)
        self.choose("Run", "Run All Above Selected Cell")
        self.run(last)
        for place, exercise in done.items():
            self.sees(place + 1, f"✓ Passed · {exercise.id}")
        for place, question in self.questions.items():
            if place < reached:
                self.sees_answer(place, question, question.answer)
        for place in self.explorers:
            if place < reached:
                self.explore(place)


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@pytest.mark.slow
def test_a_learner_finishes_the_course(tmp_path):
    port, files, errors = free_port(), tmp_path / "files", []
    files.mkdir()
    for name in COURSE:
        shutil.copy(ROOT / "notebooks" / f"{name}.ipynb", files)
    before, _, after = " ".join(COURSE).partition(SWITCHED_OFF)
    with open_browser() as browser:
        page = browser.new_context(viewport={"width": 1200, "height": 900}).new_page()
        with serve_lab(tmp_path, port=port) as url:
            lab = Lab(page, url, files)
            lab.open(next(iter(COURSE)))
            for name, following in itertools.pairwise([*before.split(), SWITCHED_OFF]):
                Learner(lab, name).finish()
                lab.follow(following)
            learner = Learner(lab, SWITCHED_OFF)
            reached = learner.explorers[0] + 1
            learner.go_on(0, reached)
            learner.save()
            page.goto("about:blank")
            kill_server(tmp_path)
        errors += lab.errors
        with serve_lab(tmp_path, port=port) as url:
            lab = Lab(page, url, files)
            lab.open(SWITCHED_OFF)
            learner = Learner(lab, SWITCHED_OFF)
            learner.comes_back(reached)
            learner.finish(reached)
            for following in after.split():
                lab.follow(following)
                learner = Learner(lab, following)
                learner.finish()
            last = [k for k, cell in enumerate(learner.cells) if cell.source == "progress()"][-1]
            learner.sees(last, "✓ Everything is done, the whole course.")
        errors += lab.errors
    done = json.loads((tmp_path / "progress.json").read_text(encoding="utf-8"))
    assert [k for k in all_exercises() if not done["exercises"].get(k, {}).get("passed")] == []
    assert [k for k in all_questions() if not done["questions"].get(k)] == []
    assert errors == []
