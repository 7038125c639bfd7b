"""What an explorer shows where nothing runs: a table with bars, and its numbers as text."""

import html
import math

import numpy as np

from ..palette import EDGE, INK, PAPER, mix

__all__ = ["bar_cell", "probability_text", "shaded_cell", "static_table", "weight_text"]

BLOCKS = 25
BARE = f"background:{PAPER};border:0"


def static_table(description, invitation, heads, rows):
    """Return a table that is readable on every page: without scripts, and without a style sheet.

    Parameters
    ----------
    description : str
        What the explorer shows, in a few sentences.
    invitation : str
        What the reader can do after running the cell: "drag the scores".
    heads : sequence of str
        One for each column of text; the first is that of the names.
    rows : sequence of sequence
        In each a name, and then a text for each column, or a cell from `bar_cell` or `shaded_cell`.

    Returns
    -------
    str
        HTML.
    """
    caption = html.escape(f"{description} Run the cell to {invitation}.")
    columns = [_cell(head, "th", ' scope="col"', left=not k) for k, head in enumerate(heads)]
    columns += [f'<td aria-hidden="true" style="{BARE}"></td>'] * (
        max(map(len, rows), default=0) - len(heads)
    )
    lines = [columns] + [
        [_cell(name, "th", ' scope="row"', left=True), *map(_cell, cells)] for name, *cells in rows
    ]
    head, *body = [f'<tr style="background:{PAPER}">{"".join(line)}</tr>' for line in lines]
    return (
        f'<table style="background:{PAPER};color:{INK};border-collapse:collapse;font-size:14px">'
        f'<caption style="caption-side:bottom;text-align:left;background:{PAPER};color:{INK};'
        f'padding:8px 10px">{caption}</caption>'
        f"<thead>{head}</thead><tbody>{''.join(body)}</tbody></table>"
    )


class _Html(str):
    """A cell that is HTML already."""


def _cell(text, tag="td", more="", left=False, paper=PAPER):
    if isinstance(text, _Html):
        return text
    style = f"text-align:{'left' if left else 'right'};padding:4px 10px;"
    style += f"background:{paper};color:{INK};border:0"
    return _Html(f'<{tag}{more} style="{style}">{html.escape(text)}</{tag}>')


def _within(part):
    return min(1.0, max(0.0, part)) if math.isfinite(part) else 0.0


def bar_cell(part, color):
    """Return a cell with a bar on a fixed axis from 0 to 1.

    A site that strips styles, as GitHub does, shows the blocks; everywhere else the styles shrink
    them to nothing and paint a bar. Screen readers have the numbers, and skip both.

    Parameters
    ----------
    part : float
    color : str
    """
    part = _within(part)
    blocks = round(BLOCKS * part)
    return _Html(
        f'<td aria-hidden="true" style="{BARE};padding:4px 10px;width:300px">'
        f'<div style="height:16px;min-width:80px;border:1px solid {EDGE};font-size:0;'
        f'text-align:left"><div style="width:{100 * part:.1f}%;height:16px;background:{color};'
        f'forced-color-adjust:none">'
        f"{'█' * blocks}{'░' * (BLOCKS - blocks)}</div></div></td>"
    )


def shaded_cell(weight, color):
    """Return a cell with a weight's number, in as much of the color as the weight is large."""
    paper = mix(color, 0.7 * _within(weight))  # more would hide the number
    return _cell(probability_text(weight), paper=paper)


def probability_text(p):
    """Write 0.00 and 1.00 only for a probability that is exactly that."""
    if 0 < p < 0.005:
        return "<0.01"
    if np.isinf(p):
        return "infinity" if p > 0 else "-infinity"
    return ">0.99" if 0.995 < p < 1 else "NaN" if np.isnan(p) else f"{p:.2f}"


def weight_text(log):
    """Write a weight of any size, given its logarithm."""
    if log == -math.inf:
        return "0.00"
    if math.log(0.00995) < log < math.log(99999):
        return f"{math.exp(log):.2f}" if log < math.log(1000) else f"{math.exp(log):.0f}"
    exponent = math.floor(log / math.log(10))
    if abs(exponent) > 9999:  # as in the browser: farther out no digit of it is known
        return ">1e9999" if log > 0 else "<1e-9999"
    mantissa = f"{math.exp(log - exponent * math.log(10)):.1f}"
    return f"1.0e{exponent + 1}" if mantissa == "10.0" else f"{mantissa}e{exponent}"
