"""Questions that answer back, and the learner's progress.

Each shows as a widget where a kernel runs. Everywhere else, and in committed notebooks, it shows
as text and as a page that opens with a click: the same options with the same explanations.
"""

import html
import re

import traitlets

from ..palette import BLUE
from ..widgets.base import NO_ECHO, Checked, Explorer, module_text, style_text
from .feedback import code_block, fold, panel, rich
from .progress import chosen_before, load, record_choice
from .registry import COURSE, all_exercises, all_questions

__all__ = ["Lines", "Progress", "Quiz"]

LETTERS = "ABCDEFGH"


class Quiz(Explorer):
    """One question with its options; each option explains itself when it is chosen.

    Parameters
    ----------
    question : Question

    Attributes
    ----------
    chosen : int or None
        The option that is chosen: the one that was chosen last, when the question was answered
        before.
    """

    _esm = module_text("exercises/quiz")
    _css = style_text("exercises/quiz")

    text = traitlets.Unicode(read_only=True).tag(sync=True)
    options = traitlets.List(read_only=True).tag(sync=True)
    note = traitlets.Unicode(read_only=True).tag(sync=True)
    chosen = Checked(lambda value, quiz: quiz._option(value), None, **NO_ECHO)

    def __init__(self, question):
        self.question = question
        self.set_trait("text", _plain_code(rich(question.text)))
        self.set_trait("options", [self._shown(k) for k in range(len(question.options))])
        texts = [text for text, _ in question.options]
        before = chosen_before(question.id)
        super().__init__(chosen=texts.index(before) if before in texts else None)
        self.observe(self._record, "chosen")

    def _shown(self, number):
        text, says = self.question.options[number][0], self.explain(number)
        right = number == self.question.answer
        return {"text": _plain_code(rich(text)), "says": _plain_code(rich(says)), "right": right}

    def _option(self, value):
        last = len(self.question.options) - 1
        if value is None or (type(value) is int and 0 <= value <= last):
            return value
        raise ValueError(f"chosen must be an option from 0 to {last}, or None, got {value!r}")

    def explain(self, number):
        """Return what a learner who picks option `number` should read.

        Parameters
        ----------
        number : int

        Returns
        -------
        str
        """
        verdict = "✓ Right." if number == self.question.answer else "✗ Not quite."
        return f"{verdict} {self.question.options[number][1]}"

    def choose(self, number):
        """Choose option `number`, as its button does: it is recorded, and explains itself.

        Parameters
        ----------
        number : int

        Returns
        -------
        str
        """
        self.chosen = number
        return self.explain(number)

    def _record(self, change):
        if self.chosen is None:
            return
        right = self.chosen == self.question.answer
        saved = record_choice(self.question.id, right, self.question.options[self.chosen][0])
        self.set_trait("note", "" if saved else "Your answer could not be saved.")

    @property
    def description(self):
        """The question and its options, without what they say when they are chosen."""
        lines = [self.question.text]
        lines += [f"  {a}. {text}" for a, (text, _) in zip(LETTERS, self.question.options)]
        return "\n".join(lines)

    def _table(self):
        body = f"<strong>{rich(self.question.text)}</strong>"
        for number, (text, _) in enumerate(self.question.options):
            body += fold(f"{LETTERS[number]}. {text}", rich(self.explain(number)))
        return panel(body, BLUE)


def _plain_code(markup):
    """Leave the colors of code to the style sheet, which knows whether the page is dark."""
    return re.sub(r"<code [^>]*>", "<code>", markup)


class Progress:
    """Which exercises and questions are done: a widget, with text and HTML that never change."""

    def __repr__(self):
        return (
            f"Your progress through {len(all_exercises())} exercises and "
            f"{len(all_questions())} questions shows here when you run this cell."
        )

    def _repr_mimebundle_(self, include=None, exclude=None):
        # As ipywidgets 8 writes it: that of Colab, 7, has no such method.
        view = {"version_major": 2, "version_minor": 0, "model_id": self._widget().model_id}
        return {
            "application/vnd.jupyter.widget-view+json": view,
            "text/plain": repr(self),
            "text/html": panel(rich(repr(self)), BLUE),
        }

    def rows(self):
        """Return what is done, notebook by notebook.

        Returns
        -------
        list of tuple
            (notebook, exercises done, exercises, questions right, questions)
        """
        table = {}
        for kind, item, done in self._steps():
            row = table.setdefault(item.notebook, [0, 0, 0, 0])
            row[2 * kind] += done
            row[2 * kind + 1] += 1
        return [(notebook, *table[notebook]) for notebook in COURSE]

    def next(self):
        """Return the first exercise or question of the course that is not done.

        Returns
        -------
        Exercise or Question or None
            What was skipped comes first; None when everything is done.
        """
        return next((item for _, item, done in self._steps() if not done), None)

    def _steps(self):
        """Return (0 for an exercise or 1 for a question, it, is it done), in the course's order."""
        data = load()
        passed = {k for k, entry in data["exercises"].items() if entry.get("passed") is True}
        right = {k for k, value in data["questions"].items() if value is True}
        steps = [(0, item, item.id in passed) for item in all_exercises().values()]
        steps += [(1, item, item.id in right) for item in all_questions().values()]
        return sorted(steps, key=lambda step: list(COURSE).index(step[1].notebook))

    def _page(self):
        """Return HTML: what comes next, with a link to its notebook, and what is done."""
        item = self.next()
        if item is None:
            said = "✓ Everything is done, the whole course."
        elif item.id in all_exercises():
            said = f"Next: the exercise <strong>{rich(item.title)}</strong> in {_link(item)}."
        else:
            said = f"Next: a question in {_link(item)}."
        cell = "style='padding:3px 4px 3px 0;text-align:left'"
        head = "".join(
            f"<th scope='col' {cell}>{t}</th>" for t in ("notebook", "exercises", "questions")
        )
        body = "".join(
            f"<tr style='background:none'><td {cell}>{html.escape(n.replace('_', ' '))}</td>"
            f"<td {cell}>{a} of {b}</td><td {cell}>{c} of {d}</td></tr>"
            for n, a, b, c, d in self.rows()
        )
        table = f"<table style='color:inherit;margin:8px 0 0'><tr>{head}</tr>{body}</table>"
        return panel(f"{said}{table}", BLUE)

    def _widget(self):
        import ipywidgets

        # JupyterLab opens links of an output in itself, and those of an HTML widget as a new page.
        page = {"data": {"text/html": self._page()}, "metadata": {}, "output_type": "display_data"}
        return ipywidgets.Output(outputs=(page,))


def _link(item):
    """Return a link to a notebook of the course, which lies beside the one in which it is shown."""
    name = html.escape(item.notebook)
    style = "color:inherit;text-decoration:underline"
    return f'<a href="{name}.ipynb" style="{style}">{name.replace("_", " ")}</a>'


class Lines:
    """Text with `backticks`, or source code, shown as a panel.

    Parameters
    ----------
    text : str
    code : bool, default False
    """

    def __init__(self, text, code=False):
        self.text, self.code = text, code

    def __repr__(self):
        return self.text

    def _repr_html_(self):
        return panel(code_block(self.text) if self.code else rich(self.text), BLUE)
