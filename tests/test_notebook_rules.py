"""Every rule for the notebooks can fail: each planted fault is seen by the rule that names it."""

import copy
import re

import nbformat
import numpy as np
import pytest
from notebook_rules import RULES, Page, minutes_to_go_through
from notebook_tools import PATHS, ROOT, code_cells, headings, read

from softmax_lib import softmax
from softmax_lib.exercises.registry import COURSE, all_exercises, all_questions

STEM = "03_normalization"
HOUSE = {rule.__name__: rule for rule in RULES}


class Draft:
    """A copy of a notebook with short ways to spoil it."""

    def __init__(self, notebook):
        self.notebook = copy.deepcopy(notebook)
        self.cells = self.notebook.cells

    def first(self, kind, holds=""):
        return next(c for c in self.cells if c.cell_type == kind and holds in c.source)

    def say(self, text):
        """Add markdown before the last section."""
        cell = [c for c in self.cells if c.cell_type == "markdown"][-2]
        cell.source += "\n\n" + text

    def swap(self, kind, old, new):
        cell = self.first(kind, old)
        cell.source = cell.source.replace(old, new)

    def output(self, key, holds=""):
        """Return the first output that has text under `key`."""
        for cell in self.cells:
            for output in cell.get("outputs", []):
                where = output if key == "text" else output.get("data", {})
                if key in where and holds in where[key]:
                    return where

    def print(self, text):
        self.output("text")["text"] += text

    def tell(self, kind):
        """Put the right option of the first question into a cell above it."""
        k = next(k for k, c in enumerate(self.cells) if c.id.startswith("ask-"))
        question = all_questions()[self.cells[k].id.removeprefix("ask-")]
        right = question.options[question.answer][0]
        if kind == "markdown":
            self.cells.insert(k, nbformat.v4.new_markdown_cell(right))
        else:
            output = nbformat.v4.new_output("stream", text=right)
            self.cells.insert(k, nbformat.v4.new_code_cell("x", outputs=[output]))

    def picture(self):
        return next(
            o.data
            for c in self.cells
            for o in c.get("outputs", ())
            if "image/png" in o.get("data", ())
        )

    def drop(self, holds):
        self.cells[:] = [c for c in self.cells if holds not in c.source]


def set_to(mapping, key, value):
    mapping[key] = value


FAULTS = {
    "is_valid": [
        lambda d: set_to(d.notebook, "nbformat_minor", 4),
        lambda d: set_to(d.cells[0], "cell_type", "prose"),
    ],
    "ids_are_readable_and_unique": [
        lambda d: set_to(d.cells[1], "id", d.cells[0].id),
        lambda d: set_to(d.cells[1], "id", "3f2a91bc"),
        lambda d: set_to(d.cells[1], "id", "Drag_It"),
    ],
    "metadata_is_minimal": [
        lambda d: set_to(d.notebook.metadata, "widgets", {}),
        lambda d: set_to(d.notebook.metadata["language_info"], "version", "3.11.4"),
        lambda d: set_to(d.notebook.metadata["kernelspec"], "name", "conda"),
        lambda d: set_to(d.cells[1].metadata, "execution", {}),
    ],
    "it_is_marked_to_hide_its_results": [
        lambda d: d.notebook.metadata.pop("softmax_course"),
        lambda d: set_to(d.notebook.metadata["softmax_course"], "results", ""),
    ],
    "outputs_are_compared": [
        lambda d: set_to(d.first("code").metadata, "tags", ["nbval-ignore-output"]),
        lambda d: set_to(d.first("code").metadata, "tags", ["raises-exception"]),
        lambda d: d.swap("code", "import", "# NBVAL_SKIP\nimport"),
    ],
    "ran_in_order": [
        lambda d: set_to(d.first("code"), "execution_count", 2),
        lambda d: set_to(d.first("code"), "execution_count", None),
        lambda d: set_to(d.first("code"), "source", " "),
    ],
    "nothing_failed": [
        lambda d: set_to(d.output("text"), "name", "stderr"),
        lambda d: d.output("text").update(output_type="error", ename="ValueError"),
    ],
    "outputs_are_the_same_everywhere": [
        lambda d: d.print("saved in /usr/share/course/file.json"),
        lambda d: d.print("saved in ~/course/file.json"),
        lambda d: d.print("saved in C:\\course"),
        lambda d: d.print("<function f at 0x7f3a2b1c0d10>"),
        lambda d: d.print("finished at 14:05"),
        lambda d: d.print("finished on 2024-03-01"),
        lambda d: d.print("took 12 ms"),
        lambda d: d.print("took 1.25 s"),
        lambda d: set_to(d.output("text/plain"), "text/plain", "<Figure size 640x480>"),
        lambda d: set_to(d.output("text/plain"), "text/plain", "Text(0.5, 1.0, 'title')"),
    ],
    "numbers_are_rounded": [lambda d: d.print("0.5512972025590122")],
    "pictures_carry_their_words": [
        lambda d: d.picture().pop("text/html"),
        lambda d: set_to(d.picture(), "text/html", d.picture()["text/html"].replace("alt=", "x=")),
        lambda d: set_to(d.picture(), "text/plain", "a picture of something"),
        lambda d: set_to(d.picture(), "image/png", d.picture()["image/png"][:400]),
        lambda d: d.picture().update({"text/plain": "Bars.", "text/html": '<img alt="Bars.">'}),
    ],
    "code_cells_show_something": [
        lambda d: set_to(d.first("code", "ask("), "outputs", []),
        lambda d: set_to(d.first("code", "SoftmaxExplorer("), "outputs", []),
    ],
    "code_fits_the_screen": [
        lambda d: set_to(d.first("code"), "source", "x = 1\n" * 16),
        lambda d: set_to(d.first("code"), "source", "x = " + "1" * 85),
    ],
    "says_what_brings_everything_back": [lambda d: d.swap("code", "# Back after", "# After")],
    "imports_stand_on_top": [lambda d: d.swap("code", "ask(", "import math\nask(")],
    "imports_exist": [
        lambda d: d.swap("code", "from softmax_lib import", "from softmax_lib import sofmax,"),
    ],
    "code_is_plain_python": [
        lambda d: d.swap("code", "import numpy", "import sys; sys.path.append('..')\nimport numpy"),
        lambda d: d.swap("code", "import numpy", "%matplotlib inline\nimport numpy"),
    ],
    "closeness_counts_in_one_way": [
        lambda d: d.swap(
            "code", "import numpy as np", "import numpy as np\nnp.isclose(1, 2, rtol=1)"
        ),
    ],
    "opens_with_what_a_learner_needs": [
        lambda d: d.swap("markdown", "?\n", "\n"),
        lambda d: d.swap("markdown", "By the end you can", "You will"),
        lambda d: d.swap("markdown", "02_exponentiation.ipynb", "../README.md"),
        lambda d: d.swap("markdown", "https://youtu.be", "https://example.org"),
        lambda d: d.cells.pop(0),
    ],
    "says_how_long_it_takes": [
        lambda d: d.swap("markdown", "minutes, ", "pages, "),
        lambda d: d.swap("markdown", " of them for the exercises", "0 of them for the exercises"),
        lambda d: d.swap("markdown", "**Time:** ", "**Time:** 1"),
    ],
    "closes_with_recap_and_next": [
        lambda d: d.cells.pop(),
        lambda d: d.swap("markdown", "## Recap", "## Recap\n\n" + "- one more\n" * 5),
        lambda d: d.swap("markdown", "**Next:**", "**Then:**"),
    ],
    "headings_do_not_skip": [
        lambda d: d.say("# A second title?"),
        lambda d: d.say("## Section\n\n#### Too deep"),
    ],
    "video_moments_are_well_formed": [
        lambda d: d.say("[23:25](https://youtu.be/wjZofJX0v4M?t=1404)"),
        lambda d: d.say("[video](https://youtu.be/wjZofJX0v4M?t=1405)"),
        lambda d: d.say("https://youtu.be/wjZofJX0v4M"),
        lambda d: d.say("[23:25](https://www.youtube.com/watch?v=wjZofJX0v4M&t=1405)"),
    ],
    "links_lead_somewhere": [
        lambda d: d.say("[next](99_nowhere.ipynb)"),
        lambda d: d.say("[this](#No-such-heading)"),
        lambda d: d.say("![](../README.md)"),
        lambda d: d.say("[page](http://example.org)"),
    ],
    "nobody_is_talked_down_to": [
        lambda d: d.say("You simply divide."),
        lambda d: d.say("Just divide."),
        lambda d: d.say("This is, of course, **trivial**."),
    ],
    "formulas_are_whole": [
        lambda d: d.say("$e^z"),
        lambda d: d.say("$e^{z$ and $x$"),
        lambda d: d.say("$ e^z $"),
        lambda d: d.say(r"$\left( x$"),
        lambda d: d.say(r"so \frac{1}{2}"),
        lambda d: d.say("Then\n\n$$e^z$$\n\nis positive."),
    ],
    "exercises_are_the_registrys": [
        lambda d: d.drop('check("my_softmax"'),
        lambda d: d.swap("code", "return ...", "return 1"),
        lambda d: d.swap("code", 'check("my_softmax", my_softmax)', 'check("my_softmax")'),
        lambda d: d.swap("code", "ask(", 'recall("my_sofmax")\nask('),
        lambda d: set_to(d.output("text/plain", "Not yet"), "text/plain", "Passed"),
    ],
    "questions_are_the_registrys": [
        lambda d: d.cells.remove(d.first("code", "ask(")),
        lambda d: d.swap("code", "ask(", 'ask("start-raise-one")\nask('),
        lambda d: set_to(d.first("code", "ask("), "outputs", []),
    ],
    "answers_are_not_on_the_screen": [
        lambda d: d.tell("markdown"),
        lambda d: d.tell("code"),
    ],
    "something_can_be_dragged": [
        lambda d: d.drop("Explorer("),
        lambda d: d.first("code", "SoftmaxExplorer(").outputs[0].data.pop("text/html"),
    ],
}


@pytest.fixture(scope="module")
def committed():
    return read(next(path for path in PATHS if path.stem == STEM))


def test_every_rule_has_a_planted_fault():
    assert set(FAULTS) == set(HOUSE)


@pytest.mark.parametrize(
    ("name", "number"), [(name, n) for name, faults in FAULTS.items() for n in range(len(faults))]
)
def test_the_rule_sees_the_fault(name, number, committed):
    path = next(path for path in PATHS if path.stem == STEM)
    before = list(HOUSE[name](Page(path, copy.deepcopy(committed))))
    draft = Draft(committed)
    FAULTS[name][number](draft)
    assert len(list(HOUSE[name](Page(path, draft.notebook)))) > len(before)


def test_what_can_be_skipped_takes_no_minutes(committed):
    """A section called "Extra: ..." up to the next heading of its level, also within a cell."""
    path = next(path for path in PATHS if path.stem == STEM)

    def minutes(text):
        draft = Draft(committed)
        place = next(i for i, c in enumerate(draft.cells) if c.source.startswith("## "))
        code = copy.deepcopy(draft.first("code"))
        draft.cells[place:place] = [nbformat.v4.new_markdown_cell(text), code]
        return minutes_to_go_through(Page(path, draft.notebook))

    words, before = "word " * 200, minutes("Nothing.")
    assert minutes(f"Nothing.\n\n## Extra: more\n\n{words}") == pytest.approx(before - 1 / 3)
    assert minutes(f"## Extra: more\n\n### Deeper\n\n{words}") < before
    for title in ("## More", "## Extra: more\n\n## After", "### Extra: more\n\n## After"):
        assert minutes(f"Nothing.\n\n{title}\n\n{words}") > before + 0.9


README = (ROOT / "README.md").read_text(encoding="utf-8")
FIRST = "\n".join(cell.source for cell in read(PATHS[0]).cells)
ROW = re.compile(
    r"^\| \[.*\]\((?:notebooks/)?(\w+)\.ipynb\)(?: \[!.*?\))? \| (.*) \| (\d+) \|$", re.MULTILINE
)


@pytest.mark.parametrize(("text", "stems"), [(README, list(COURSE)), (FIRST, list(COURSE)[1:])])
def test_the_tables_list_the_course(text, stems):
    """The README's and the first notebook's: the order, the questions, the minutes."""
    titles = {path.stem: headings(read(path).cells[0].source)[0][1] for path in PATHS}
    expected = [(stem, titles[stem], str(COURSE[stem])) for stem in stems]
    assert ROW.findall(text) == expected


def test_the_number_of_a_notebook_is_its_place():
    assert [int(stem[:2]) for stem in COURSE] == list(range(len(COURSE)))


@pytest.mark.parametrize("text", [README, FIRST])
def test_the_minutes_for_teachers_add_up(text):
    """Where a text says how long some notebooks take, they take that long."""
    minutes = {stem[:2]: COURSE[stem] for stem in COURSE}
    last = {e.notebook[:2]: e.minutes for e in all_exercises().values()}  # the last of each
    found = re.findall(r"(\d\d(?:(?:, | and | to )\d\d)*) take (\d+)", " ".join(text.split()))
    assert len(found) == 3
    for which, told in found:
        chosen = re.findall(r"\d\d", which)
        if " to " in which:
            chosen = [n for n in minutes if chosen[0] <= n <= chosen[1]]
        assert sum(minutes[n] for n in chosen) == int(told), which
    for told in re.findall(r"or (\d+) without the last exercise of each", text):
        assert sum(minutes[n] - last[n] for n in minutes if n <= "03") == int(told)


def test_the_readme_tells_how_much_there_is():
    numbers = "zero one two three four five six seven eight nine ten eleven twelve".split()
    ((notebooks, hours, part),) = re.findall(
        r"^(\w+) notebooks, (\w+)(?: and (a half|a quarter|three quarters))? hours;",
        README,
        re.MULTILINE,
    )
    assert numbers.index(notebooks.lower()) == len(COURSE)
    parts = {"": 0, "a quarter": 0.25, "a half": 0.5, "three quarters": 0.75}
    stated = numbers.index(hours) + parts[part]
    assert abs(stated - sum(COURSE.values()) / 60) <= 1 / 8


def cell_of(stem, cell_id):
    path = next(path for path in PATHS if path.stem.startswith(stem))
    return next(cell for cell in read(path).cells if cell.id == cell_id)


@pytest.mark.parametrize("text", [README, FIRST])
def test_what_a_learner_needs_to_know_of_python_is_said(text):
    needed = "variables, lists, `for`, `if`, and writing and calling a function"
    assert needed in " ".join(text.split())


def test_how_to_get_an_answer_back_is_said():
    assert '`my_work("my_total")` shows your latest one' in " ".join(FIRST.split())
    assert "*Show my answer*" in FIRST


def test_explorers_show_what_has_been_explained_and_no_more():
    """The cuts of 06 come after the tail; a constant means nothing yet in 00."""
    assert 'controls=("temperature",)' in cell_of("06", "explorer").source
    assert "controls=()" in cell_of("00", "explorer").source


def test_the_parts_of_04_are_shown_with_the_rest():
    """A word has the same probability among five others and a rest as in the whole."""
    space = {}
    for cell in code_cells(read(next(path for path in PATHS if path.stem.startswith("04")))):
        if cell.id in ("imports", "real-product", "end-picture", "name-shown", "explorer"):
            exec(cell.source.removesuffix("explorer"), space)
    logits, explorer = np.array(space["logits"]), space["explorer"]
    place = space["teller"].vocabulary.index("aunt")
    shown = explorer.probabilities[list(explorer.labels).index("aunt")]
    assert shown == pytest.approx(softmax(logits)[place], abs=0.005)


HARD = {  # code that a learner of loops and lists cannot read, unless a comment tells it
    "a list made into a dictionary": r"dict\(list\(",
    "digits and powers of ten": r":\.\de\}(?!.*# e-)",
}


def test_code_beyond_a_line_of_python_is_told():
    for path in PATHS:
        for cell in code_cells(read(path)):
            for what, pattern in HARD.items():
                for line in cell.source.split("\n"):
                    assert not re.search(pattern, line) or path.stem[:2] > "07", (
                        f"{path.stem}, {cell.id}: {what}"
                    )
