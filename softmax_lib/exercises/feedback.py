"""What a check says, as text and as a panel with hints to open."""

import html
import numbers
import re
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from .. import palette
from ..runner import CUT

__all__ = ["Feedback", "code_block", "fold", "panel", "plain", "rich", "show"]

CODE = f"color:inherit;background:{palette.THEME_CODE};white-space:pre-wrap"
PASSED, NOT_YET, TRY_AGAIN = "passed", "not yet", "try again"
FEW_LINES, LONG_LINE = 3, 200  # what a function prints beyond this is folded

_LOOK = {
    PASSED: ("✓ Passed", palette.GREEN),
    NOT_YET: ("○ Not yet", palette.GRAY),
    TRY_AGAIN: ("✗ Try again", palette.RED),
}


def show(value, digits=4):
    """Return a value in few characters, whatever it is.

    Parameters
    ----------
    value : object
    digits : int or None, default 4
        Of each number; with None, as many as it takes to tell it from every other.

    Returns
    -------
    str
    """
    try:
        return _shown(value, digits)
    except Exception:  # a number too long to write, a repr that raises, a list inside itself, ...
        return f"something of type {type(value).__name__}"


def _shown(value, digits):
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, bool | np.bool_):
        return str(bool(value))
    if isinstance(value, numbers.Integral):
        return str(int(value))
    if isinstance(value, numbers.Real | Decimal):
        short = f"{float(value):.{digits or 4}g}"
        return short if digits or float(short) == value else repr(float(value))
    if isinstance(value, dict):
        pairs = (f"{plain(repr(k))}: {_shown(v, digits)}" for k, v in list(value.items())[:8])
        return "{" + ", ".join(pairs) + (", ..." if len(value) > 8 else "") + "}"
    if isinstance(value, list | tuple):
        inside = ", ".join(_shown(v, digits) for v in value[:8]) + ", ..." * (len(value) > 8)
        if isinstance(value, list):
            return f"[{inside}]"
        return f"({inside},)" if len(value) == 1 else f"({inside})"
    text = plain(repr(value))
    return text if len(text) <= 60 else text[:57] + "..."


_NUMPY_SCALAR = re.compile(
    r"\bnp\.(?:(?:u?int|float|c?longdouble|u?longlong|complex|bool|str|bytes)\d*_?"
    r"\(((?:[^()'\"]|\([^()]*\)|'[^'\\]*'|\"[^\"\\]*\")*)\)|(True|False)_\b)"
)


def plain(text):
    """Return text with ``np.float64(0.5)`` written as ``0.5``.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
    """
    return _NUMPY_SCALAR.sub(lambda m: m[2] or m[1], text)


def rich(text):
    """Return plain text as HTML, with `backticks` as code and *stars* as emphasis.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
    """
    escaped = html.escape(text, quote=False)
    parts = re.split(r"(`[^`]+`)", escaped)
    for i, part in enumerate(parts):
        if i % 2:
            parts[i] = f"<code style='{CODE}'>{part[1:-1]}</code>"
        else:  # a star between spaces or digits is a multiplication
            parts[i] = re.sub(r"(?<!\w)\*(?=\w)([^*]+)(?<=\w)\*(?!\w)", r"<em>\1</em>", part)
    escaped = "".join(parts)
    return escaped.replace("\n", "<br>")


def fold(summary, body):
    """Return HTML that shows `summary` and opens to `body`, by mouse or keyboard.

    Parameters
    ----------
    summary : str
        Plain text.
    body : str
        HTML.

    Returns
    -------
    str
    """
    return (
        f'<details style="margin:4px 0"><summary style="cursor:pointer">{rich(summary)}</summary>'
        f'<div style="margin:4px 0 4px 18px">{body}</div></details>'
    )


def panel(body, color):
    """Return HTML `body` in the course's frame, in the colors of the page's theme.

    Parameters
    ----------
    body : str
        HTML.
    color : str
        The frame's color, as ``#rrggbb``.

    Returns
    -------
    str
    """
    return (
        f'<div style="border-left:6px solid {palette.readable(color)};'
        f"background:{palette.THEME_PAPER};color:{palette.THEME_INK};padding:8px 12px;"
        f'max-width:860px;line-height:1.45">{body}</div>'
    )


def code_block(code):
    """Return source code as HTML.

    Parameters
    ----------
    code : str

    Returns
    -------
    str
    """
    return (
        f'<pre style="background:{palette.THEME_CODE};color:{palette.THEME_INK};padding:8px;'
        'overflow:auto;white-space:pre" tabindex="0">'
        f"{html.escape(code.strip(), quote=False)}</pre>"
    )


@dataclass(frozen=True)
class Feedback:
    """The verdict on an answer.

    Attributes
    ----------
    status : str
        "passed", "not yet" or "try again".
    exercise_id : str
    text : str
        What was seen and what to think about.
    hints : tuple of str
    solution : str
        Source code; offered folded.
    note : str
        A remark on something other than the answer, such as a full disk.
    printed : str
        What the function printed; more than a few lines are folded.
    saved : str
        Source code of an answer from before; offered folded.
    saved_passed : bool
        Whether that one was right.
    """

    status: str
    exercise_id: str
    text: str
    hints: tuple[str, ...] = ()
    solution: str = ""
    note: str = ""
    printed: str = ""
    saved: str = ""
    saved_passed: bool = False

    @property
    def passed(self):
        """Whether the answer is right."""
        return self.status == PASSED

    def __repr__(self):
        lines = [f"{_LOOK[self.status][0]}: {self.exercise_id}", self.text]
        if self.printed:
            lines.append(f"{self._of_printed()}:\n{self._start_of_printed()}")
        if self.saved:
            lines.append(f'{self._of_saved()} my_work("{self.exercise_id}") shows your latest '
                         "answer.")  # fmt: skip
        if self.hints and not self.passed:
            lines.append(f'Stuck? hint("{self.exercise_id}", 1) to 3, then '
                         f'solution("{self.exercise_id}").')  # fmt: skip
        return "\n".join(lines + [self.note] * bool(self.note))

    def _of_printed(self):
        count = len(self.printed.splitlines())
        if self.printed.rstrip().endswith(CUT.strip()):
            return f"Your function printed more than {count - 2} lines"
        return "Your function printed" + f" {count} lines" * (count > FEW_LINES)

    def _start_of_printed(self):
        lines = self.printed.splitlines()
        kept = [line if len(line) <= LONG_LINE else line[:LONG_LINE] + "..." for line in lines]
        return "\n".join(kept[:FEW_LINES] + ["..."] * (len(lines) > FEW_LINES))

    def _of_saved(self):
        if self.saved_passed:
            return "You passed this before."
        return "Your last answer here, not right yet, is saved."

    def _repr_html_(self):
        title, color = _LOOK[self.status]
        body = f'<strong style="color:{palette.readable(color)}">{title}</strong> · '
        body += '<code style="color:inherit;background:none">'
        body += f"{html.escape(self.exercise_id)}</code><br>{rich(self.text)}"
        if self.printed and self._start_of_printed() == self.printed.rstrip("\n"):
            body += f"<br>{self._of_printed()}:{code_block(self.printed)}"
        elif self.printed:
            body += fold(self._of_printed(), code_block(self.printed))
        if self.note:
            body += f"<br><em>{rich(self.note)}</em>"
        if self.saved:
            body += f"<br>{self._of_saved()}" + fold("Show my answer", code_block(self.saved))
        if not self.passed:
            for number, words in enumerate(self.hints, 1):
                body += fold(f"Hint {number} of {len(self.hints)}", rich(words))
        if self.solution:
            summary = "Compare with one solution" if self.passed else "Show a solution"
            body += fold(summary, code_block(self.solution))
        return panel(body, color)
