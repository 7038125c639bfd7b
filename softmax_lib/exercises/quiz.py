"""Questions that answer back, and the learner's progress.

Each shows as a widget where a kernel runs. Everywhere else, and in committed notebooks, it shows
as text and as a page that opens with a click: the same options with the same explanations.
"""

import html

from .. import palette
from .feedback import code_block, fold, panel, rich
from .progress import load, record_choice
from .registry import COURSE, all_exercises, all_questions

__all__ = ["Lines", "Progress", "Quiz"]

LETTERS = "ABCDEFGH"


class _Live:
    """Displays as a widget, with text and HTML that never change beside it."""

    def _plain_text(self):
        raise NotImplementedError

    def _html(self):
        raise NotImplementedError

    def _widget(self):
        raise NotImplementedError

    def __repr__(self):
        return self._plain_text()

    def _repr_mimebundle_(self, include=None, exclude=None):
        bundle = dict(self._widget()._repr_mimebundle_())
        bundle["text/plain"] = self._plain_text()
        bundle["text/html"] = self._html()
        return bundle


class Quiz(_Live):
    """One question with its options; each option explains itself when it is chosen.

    Parameters
    ----------
    question : Question
    """

    def __init__(self, question):
        self.question = question

    def _plain_text(self):
        lines = [self.question.text]
        lines += [f"  {a}. {text}" for a, (text, _) in zip(LETTERS, self.question.options)]
        return "\n".join(lines)

    def _html(self):
        body = f"<strong>{rich(self.question.text)}</strong>"
        for number, (text, _) in enumerate(self.question.options):
            body += fold(f"{LETTERS[number]}. {text}", rich(self.explain(number)))
        return panel(body, palette.BLUE)

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
        """Record option `number` as chosen and return its explanation.

        Parameters
        ----------
        number : int

        Returns
        -------
        str
        """
        record_choice(self.question.id, number == self.question.answer)
        return self.explain(number)

    def _widget(self):
        import ipywidgets

        question = ipywidgets.HTML(f"<strong>{rich(self.question.text)}</strong>")
        answer = ipywidgets.HTML('<div role="status">Choose an answer.</div>')
        buttons = []
        for number, (text, _) in enumerate(self.question.options):
            button = ipywidgets.Button(
                description=f"{LETTERS[number]}. {text}",
                layout={"width": "auto", "height": "auto"},  # as wide as the frame, not wider
                style={"button_color": palette.BUTTON, "text_color": palette.INK},
            )
            button.add_class("softmax-option")
            buttons.append(button)

            def clicked(_, number=number):
                for other, b in enumerate(buttons):
                    mark = "✓ " if other == self.question.answer else "✗ "
                    plain = f"{LETTERS[other]}. {self.question.options[other][0]}"
                    b.description = mark + plain if other == number else plain
                answer.value = f'<div role="status">{rich(self.choose(number))}</div>'

            button.on_click(clicked)
        # Long options wrap instead of being cut off; the frame is dark on white in any theme.
        look = ipywidgets.HTML(
            "<style>.softmax-option{white-space:normal!important;text-align:left!important;"
            "line-height:1.4!important;padding:6px 10px!important}"
            f".softmax-option:focus-visible{{outline:3px solid {palette.BLUE}!important}}"
            f".softmax-quiz{{background:{palette.PAPER};border-left:6px solid {palette.BLUE};"
            "padding:8px 12px;max-width:860px}"
            ".softmax-quiz .widget-html-content,.softmax-quiz .jp-RenderedHTMLCommon"
            f"{{color:{palette.INK}!important;white-space:normal;line-height:1.45!important;"
            "height:auto}</style>"
        )
        box = ipywidgets.VBox([look, question, *buttons, answer])
        box.add_class("softmax-quiz")
        return box


class Progress(_Live):
    """Which exercises and questions are done."""

    def _plain_text(self):
        return (
            f"Your progress through {len(all_exercises())} exercises and "
            f"{len(all_questions())} questions shows here when you run this cell."
        )

    def _html(self):
        return panel(rich(self._plain_text()), palette.BLUE)

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
        """Return the first exercise or question that is open after the last one that is done.

        Returns
        -------
        Exercise or Question or None
            What was skipped comes after the rest; None when everything is done.
        """
        steps = self._steps()
        last = max((k for k, (_, _, done) in enumerate(steps) if done), default=-1)
        return next((item for _, item, done in steps[last + 1 :] + steps if not done), None)

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
        return panel(f"{said}{table}", palette.BLUE)

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
        return panel(code_block(self.text) if self.code else rich(self.text), palette.BLUE)
