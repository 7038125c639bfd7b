"""What a check says, as text and as a panel with hints to open."""

import html
import numbers
import re
from dataclasses import dataclass

import numpy as np

from .. import palette

__all__ = ["Feedback", "code_block", "fold", "panel", "rich", "show"]

CODE = f"color:inherit;background:{palette.THEME_CODE};white-space:pre-wrap"
PASSED, NOT_YET, TRY_AGAIN = "passed", "not yet", "try again"

_LOOK = {
    PASSED: ("✓ Passed", palette.GREEN),
    NOT_YET: ("○ Not yet", palette.GRAY),
    TRY_AGAIN: ("✗ Try again", palette.RED),
}


def show(value, digits=4):
    """Return a value in few characters.

    Parameters
    ----------
    value : object
    digits : int or None, default 4
        Of each number; with None, as many as it takes to tell it from every other.

    Returns
    -------
    str
    """
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, bool | np.bool_):
        return str(bool(value))
    if isinstance(value, numbers.Integral):
        return str(int(value))
    if isinstance(value, numbers.Real):
        short = f"{float(value):.{digits or 4}g}"
        return short if digits or float(short) == value else repr(float(value))
    if isinstance(value, dict):
        pairs = (f"{k!r}: {show(v, digits)}" for k, v in list(value.items())[:8])
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, list | tuple):
        more = ", ..." if len(value) > 8 else ""
        return "[" + ", ".join(show(v, digits) for v in value[:8]) + more + "]"
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


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
    """

    status: str
    exercise_id: str
    text: str
    hints: tuple[str, ...] = ()
    solution: str = ""
    note: str = ""

    @property
    def passed(self):
        """Whether the answer is right."""
        return self.status == PASSED

    def __repr__(self):
        lines = [f"{_LOOK[self.status][0]}: {self.exercise_id}", self.text]
        if self.hints and not self.passed:
            lines.append(f'Stuck? hint("{self.exercise_id}", 1) to 3, then '
                         f'solution("{self.exercise_id}").')  # fmt: skip
        return "\n".join(lines + [self.note] * bool(self.note))

    def _repr_html_(self):
        title, color = _LOOK[self.status]
        body = f'<strong style="color:{palette.readable(color)}">{title}</strong> · '
        body += '<code style="color:inherit;background:none">'
        body += f"{html.escape(self.exercise_id)}</code><br>{rich(self.text)}"
        if self.note:
            body += f"<br><em>{rich(self.note)}</em>"
        if not self.passed:
            for number, words in enumerate(self.hints, 1):
                body += fold(f"Hint {number} of {len(self.hints)}", rich(words))
        if self.solution:
            summary = "Compare with one solution" if self.passed else "Show a solution"
            body += fold(summary, code_block(self.solution))
        return panel(body, color)
