"""What the explorers share: traits that check, the live view's files, the static stand-in."""

import html
import math
import pathlib
import re

import anywidget
import numpy as np
import traitlets

__all__ = [
    "COLUMN",
    "HEAT",
    "NO_ECHO",
    "NUMBERS",
    "ROW",
    "SCORES",
    "TABLE",
    "Checked",
    "Explorer",
    "bar",
    "cell",
    "module_text",
    "probability_text",
    "style_text",
    "weight_text",
]

HERE = pathlib.Path(__file__).parent
IMPORT = re.compile(r'^import \{[^}]*\} from "\./([\w/]+)\.js";\n', re.MULTILINE)

# --- The live view's files ------------------------------------------------------------------------


def module_text(name):
    """Return an explorer's ES module with the modules that it imports in front of it.

    A widget is one text, and nothing is fetched when it runs: so each ``import`` of a file in
    shared/ is replaced by the file. No two of them may declare the same name.

    Parameters
    ----------
    name : str
        The file's name without ``.js``.
    """
    parts = {}

    def visit(path):
        if path not in parts:
            text = path.read_text(encoding="utf-8")
            for other in IMPORT.findall(text):
                visit(path.parent / f"{other}.js")
            parts[path] = IMPORT.sub("", text)

    visit(HERE / f"{name}.js")
    return "\n".join(parts.values())


def style_text(*names):
    """Return the style that all explorers share, and these files' (``.css``) after it."""
    files = [HERE / "shared" / "page.css", *(HERE / f"{name}.css" for name in names)]
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


# --- Traits ---------------------------------------------------------------------------------------


def _to_json(x):
    return x if math.isfinite(x) else "NaN" if math.isnan(x) else f"{'-' * (x < 0)}Infinity"


# JSON holds no infinity: None stands for a masked score and for an infinite temperature, and text
# for what a wrong softmax gives.
SCORES = {
    "to_json": lambda value, widget: [None if z == -math.inf else z for z in value],
    "from_json": lambda value, widget: [-math.inf if z is None else float(z) for z in value],
}
HEAT = {
    "to_json": lambda value, widget: None if value == math.inf else value,
    "from_json": lambda value, widget: math.inf if value is None else float(value),
}
NUMBERS = {
    "to_json": lambda value, widget: [_to_json(x) for x in value],
    "from_json": lambda value, widget: [float(x) for x in value],
}
# The browser may be ahead by the time an echo of what it sent comes back: the handle would jump.
NO_ECHO = {"echo_update": False}


class Checked(traitlets.TraitType):
    """A trait whose values go through ``check(value, explorer)``.

    The function returns them clean, or says what is wrong with them.
    """

    def __init__(self, check, default, **metadata):
        super().__init__(default)
        self.check = check
        self.tag(sync=True, **metadata)

    def validate(self, explorer, value):
        return self.check(value, explorer)


# --- The widget -----------------------------------------------------------------------------------


class Explorer(anywidget.AnyWidget):
    """A widget that also shows itself where nothing runs: as a table, and in words.

    A subclass has ``words`` (what it shows, in a few sentences) and ``_table()`` (the HTML that
    stands in for the live view on GitHub or on paper).
    """

    title = traitlets.Unicode().tag(sync=True)

    def __repr__(self):
        return self.words

    def _repr_mimebundle_(self, **options):
        # The live view comes first where widgets run; elsewhere the table, or else the words.
        data, metadata = super()._repr_mimebundle_(**options)
        return {**data, "text/plain": self.words, "text/html": self._table()}, metadata


# --- What stands in where nothing can be dragged --------------------------------------------------

BLOCKS = 25
ROW, COLUMN = ' scope="row"', ' scope="col"'
TABLE = '<table style="background:#fff;color:#1a1a1a;border-collapse:collapse;font-size:14px">'


def cell(text, tag="td", more=""):
    """Return a cell of a table that is readable on every page, without a style sheet."""
    style = f"text-align:{'left' if 'row' in more or text == 'name' else 'right'};padding:4px 10px;"
    style += "background:#fff;color:#1a1a1a;border:0"
    return f'<{tag}{more} style="{style}">{html.escape(text)}</{tag}>'


def bar(part, color):
    """Return a cell with a bar on a fixed axis from 0 to 1.

    A site that strips styles, as GitHub does, shows the blocks; everywhere else the styles shrink
    them to nothing and paint a bar. Screen readers have the numbers, and skip both.
    """
    part = min(1.0, max(0.0, part)) if math.isfinite(part) else 0.0
    blocks = round(BLOCKS * part)
    return (
        '<td aria-hidden="true" style="background:#fff;border:0;padding:4px 10px;width:300px">'
        '<div style="height:16px;min-width:80px;border:1px solid #767680;font-size:0;'
        f'text-align:left"><div style="width:{100 * part:.1f}%;height:16px;background:{color}">'
        f"{'█' * blocks}{'░' * (BLOCKS - blocks)}</div></div></td>"
    )


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
    if abs(log) >= 1e5 or abs(exponent := math.floor(log / math.log(10))) > 9999:
        # As in the browser: farther out no digit of it is known.
        return ">1e9999" if log > 0 else "<1e-9999"
    mantissa = f"{math.exp(log - exponent * math.log(10)):.1f}"
    return f"1.0e{exponent + 1}" if mantissa == "10.0" else f"{mantissa}e{exponent}"
