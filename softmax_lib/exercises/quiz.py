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

    def _words(self):
        raise NotImplementedError

    def _page(self):
        raise NotImplementedError

    def _widget(self):
        raise NotImplementedError

    def __repr__(self):
        return self._words()

    def _repr_mimebundle_(self, include=None, exclude=None):
        bundle = dict(self._widget()._repr_mimebundle_())
        bundle["text/plain"] = self._words()
        bundle["text/html"] = self._page()
        return bundle


class Quiz(_Live):
    """One question with its options; each option explains itself when it is chosen.

    Parameters
    ----------
    question : Question
    """

    def __init__(self, question):
        self.question = question

    def _words(self):
        lines = [self.question.text]
        lines += [f"  {a}. {text}" for a, (text, _) in zip(LETTERS, self.question.options)]
        return "\n".join(lines)

    def _page(self):
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

    def _words(self):
        return (
            f"Your progress through {len(all_exercises())} exercises and "
            f"{len(all_questions())} questions shows here when you run this cell."
        )

    def _page(self):
        return panel(rich(self._words()), palette.BLUE)

    def rows(self):
        """Return what is done, notebook by notebook.

        Returns
        -------
        list of tuple
            (notebook, exercises done, exercises, questions right, questions)
        """
        data = load()
        passed = {k for k, entry in data["exercises"].items() if entry.get("passed") is True}
        right = {k for k, value in data["questions"].items() if value is True}
        table = {}
        for kind, items, done in ((0, all_exercises(), passed), (2, all_questions(), right)):
            for item in items.values():
                row = table.setdefault(item.notebook, [0, 0, 0, 0])
                row[kind] += item.id in done
                row[kind + 1] += 1
        return [(notebook, *table[notebook]) for notebook in COURSE]

    def _widget(self):
        import ipywidgets

        head = "".join(f"<th scope='col'>{t}</th>" for t in ("notebook", "exercises", "questions"))
        body = "".join(
            f"<tr><td>{html.escape(n)}</td><td>{a} of {b}</td><td>{c} of {d}</td></tr>"
            for n, a, b, c, d in self.rows()
        )
        table = f"<table style='color:{palette.INK}' cellpadding='6'><tr>{head}</tr>{body}</table>"
        return ipywidgets.HTML(panel(table, palette.BLUE))


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
