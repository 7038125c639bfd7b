"""Drag scores and watch what softmax makes of them."""

import html
import math
import pathlib
from collections.abc import Iterable

import anywidget
import numpy as np
import traitlets

from ..distributions import as_floats
from ..softmax import as_temperature, exponentiate, softmax

__all__ = ["SoftmaxExplorer"]

STAGES = ("logits", "weights", "probabilities")
MOST = 50  # as many bars as stay readable, and smooth to drag
HEADINGS = {"logits": "score", "weights": "weight", "probabilities": "probability"}
BARS = {"weights": "#e69f00", "probabilities": "#0072b2"}
BLOCKS = 25
ROW, COLUMN = ' scope="row"', ' scope="col"'
HERE = pathlib.Path(__file__).parent

# JSON holds no infinity: None stands for a masked score and for an infinite temperature.
_SCORES = {
    "to_json": lambda value, widget: [None if z == -math.inf else z for z in value],
    "from_json": lambda value, widget: [-math.inf if z is None else float(z) for z in value],
}
_HEAT = {
    "to_json": lambda value, widget: None if value == math.inf else value,
    "from_json": lambda value, widget: math.inf if value is None else float(value),
}
# The browser may be ahead by the time an echo of what it sent comes back: the handle would jump.
_NO_ECHO = {"echo_update": False}


class _Checked(traitlets.TraitType):
    """A trait whose values go through a function that returns them clean or says what is wrong."""

    def __init__(self, check, default, **metadata):
        super().__init__(default)
        self.check = check
        self.tag(sync=True, **metadata)

    def validate(self, explorer, value):
        return self.check(value, explorer)


def _scores(values, explorer=None):
    """Return scores as a list of floats; an explorer keeps its number of them."""
    array = as_floats(values, "logits").astype(np.float64)
    if array.ndim != 1 or not 1 <= len(array) <= MOST:
        got = f"shape {array.shape}" if array.ndim != 1 else f"{len(array)} of them"
        fix = "one row at a time" if array.ndim != 1 else f"at most the {MOST} largest"
        fix = "give at least one" if array.size == 0 else f"show {fix}"
        raise ValueError(f"logits must be a list of 1 to {MOST} scores, got {got}; {fix}")
    softmax(array)  # raises for NaN, +inf, and when every score is masked
    if explorer is not None and len(array) != len(explorer.start[0]):
        raise ValueError(
            f"logits must have {len(explorer.start[0])} scores, one for each label, got "
            f"{len(array)}; make a new SoftmaxExplorer for another number of scores"
        )
    return array.tolist()


def _labels(values, explorer):
    """Return labels as a list of str, one for each score of the explorer."""
    count = len(explorer.start[0])
    if isinstance(values, str) or not isinstance(values, Iterable):
        raise TypeError(f"labels must be a list of {count} names, got {values!r}")
    labels = [str(label) for label in values]
    if len(labels) != count:
        raise ValueError(
            f"labels must have one name for each of the {count} scores, got {len(labels)}: {labels}"
        )
    return labels


def _stages(values, explorer):
    """Return the names of columns in their order, each once."""
    values = [values] if isinstance(values, str) else list(values)
    if not values or any(stage not in STAGES for stage in values):
        raise ValueError(f"stages must be one or more of {', '.join(STAGES)}, got {values}")
    return [stage for stage in STAGES if stage in values]


class SoftmaxExplorer(anywidget.AnyWidget):
    """Bars to drag: scores, the weights they become, and the probabilities.

    The browser does the arithmetic, so a drag never waits for Python. What you drag is in
    `logits`, `temperature` and `probabilities` a moment later, and what you assign to `logits`,
    `temperature` or `labels` is drawn at once. Where nothing can be dragged (GitHub, a printed
    page), a table with bars and the same numbers in words stands in.

    Parameters
    ----------
    logits : array_like, shape (n,)
        1 to 50 scores to start from; ``-inf`` masks one.
    labels : sequence of str, optional
        A name for each score; by default 0, 1, 2, ...
    temperature : float, default 1.0
        At least 0; may be ``inf``.
    stages : sequence of str, default ("logits", "weights", "probabilities")
        The columns to show.
    show_temperature : bool, default True
        Whether there is a dial for the temperature.
    integer : bool, default False
        Whether scores move in whole steps.
    title : str, optional
        A heading; also what a screen reader calls the explorer.

    Attributes
    ----------
    logits : list of float
        Assign a whole list: changing one entry in place is not noticed.
    temperature : float
    labels : list of str
    probabilities : list of float
        Softmax of `logits` at `temperature`. Read-only: set those two instead.
    words : str
        What the explorer shows, in one or two sentences.

    Raises
    ------
    ValueError, TypeError
        When an argument, or what you assign later, is out of its range; the message names it.

    References
    ----------
    Video at 24:04, https://youtu.be/wjZofJX0v4M?t=1444, which turns the same dial.
    """

    _esm = HERE / "softmax_explorer.js"
    _css = HERE / "softmax_explorer.css"

    # Where Reset goes back to: scores and temperature. It also fixes the number of scores.
    start = traitlets.List(read_only=True).tag(sync=True)
    logits = _Checked(_scores, (), **_SCORES, **_NO_ECHO)
    temperature = _Checked(lambda value, _: as_temperature(value), 1.0, **_HEAT, **_NO_ECHO)
    labels = _Checked(_labels, ())
    probabilities = traitlets.List(traitlets.Float(), read_only=True).tag(sync=True, **_NO_ECHO)
    stages = _Checked(_stages, STAGES)
    show_temperature = traitlets.Bool(True).tag(sync=True)
    integer = traitlets.Bool(False).tag(sync=True)
    title = traitlets.Unicode().tag(sync=True)

    def __init__(
        self,
        logits,
        labels=None,
        temperature=1.0,
        *,
        title=None,
        stages=STAGES,
        show_temperature=True,
        integer=False,
    ):
        z, temperature = _scores(logits), as_temperature(temperature)
        start = [_SCORES["to_json"](z, self), _HEAT["to_json"](temperature, self)]
        self.set_trait("start", start)
        super().__init__(
            logits=z,
            labels=range(len(z)) if labels is None else labels,
            temperature=temperature,
            stages=stages,
            show_temperature=bool(show_temperature),
            integer=bool(integer),
            title="" if title is None else str(title),
        )

    @traitlets.observe("logits", "temperature")
    def _follow(self, change):
        self.set_trait("probabilities", self.probabilities)

    @traitlets.validate("probabilities")
    def _agree(self, proposal):
        """Keep what the browser worked out where it agrees, so that nothing is sent back."""
        right = softmax(self.logits, temperature=self.temperature).tolist()
        given = proposal["value"]
        near = len(given) == len(right) and np.allclose(given, right, rtol=0, atol=1e-12)
        return given if near else right

    @property
    def words(self):
        """What the explorer shows, in one or two sentences."""
        count = len(self.logits)
        parts = [
            f"{self.title or 'Softmax explorer'}: {count} score{'s' * (count > 1)} to drag",
            f"Scores: {self._listed('logits')}",
        ]
        t = self.temperature
        at = "" if t == 1 else f" at temperature {'infinity' if t == math.inf else f'{t:g}'}"
        if self.stages[-1] != "logits":
            parts.append(f"{self.stages[-1].capitalize()}{at}: {self._listed(self.stages[-1])}")
        return ". ".join(parts) + "."

    def _listed(self, stage):
        return ", ".join(f"{a} {text}" for a, text in zip(self.labels, self._texts(stage)))

    def _texts(self, stage):
        """Return the numbers of one column as text, as the browser writes them."""
        if stage == "logits":
            return ["masked" if z == -math.inf else f"{z:g}" for z in self.logits]
        if stage == "weights":
            return [_weight_text(log) for log in self._log_weights()]
        return [_probability_text(p) for p in self.probabilities]

    def _log_weights(self):
        """Return ln(e^(z/T)); at the limits of T the weights have the maximum removed."""
        if 0 < self.temperature < math.inf:
            return [z / self.temperature for z in self.logits]
        weights = exponentiate(self.logits, temperature=self.temperature)
        return [0.0 if w else -math.inf for w in weights]

    def __repr__(self):
        return self.words

    def _repr_mimebundle_(self, **options):
        # The live view comes first where widgets run; elsewhere the table, or else the words.
        data, metadata = super()._repr_mimebundle_(**options)
        return {**data, "text/plain": self.words, "text/html": self._table()}, metadata

    def _table(self):
        """Return a static table with bars: the same on every machine, and without scripts."""
        last = self.stages[-1]
        full = self.probabilities
        if last == "weights":
            logs = self._log_weights()
            full = [math.exp(log - max(logs)) for log in logs]
        heads = "".join(_cell(HEADINGS[stage], "th", COLUMN) for stage in self.stages)
        if last != "logits":
            heads += '<td aria-hidden="true" style="background:#fff;border:0"></td>'
        columns = [self._texts(stage) for stage in self.stages]
        rows = ""
        for i, label in enumerate(self.labels):
            rows += f'<tr style="background:#fff">{_cell(label, "th", ROW)}'
            rows += "".join(_cell(column[i]) for column in columns)
            rows += ("" if last == "logits" else _bar(full[i], BARS[last])) + "</tr>"
        return (
            '<table style="background:#fff;color:#1a1a1a;border-collapse:collapse;font-size:14px">'
            f'<caption style="caption-side:bottom;text-align:left;background:#fff;color:#1a1a1a;'
            f'padding:8px 10px">{html.escape(self.words)} Run the cell to drag the scores.'
            f'</caption><thead><tr style="background:#fff">{_cell("name", "th", COLUMN)}{heads}'
            f"</tr></thead><tbody>{rows}</tbody></table>"
        )


def _cell(text, tag="td", more=""):
    style = f"text-align:{'left' if 'row' in more or text == 'name' else 'right'};padding:4px 10px;"
    style += "background:#fff;color:#1a1a1a;border:0"
    return f'<{tag}{more} style="{style}">{html.escape(text)}</{tag}>'


def _bar(part, color):
    """Return a bar on a fixed axis from 0 to 1.

    A site that strips styles, as GitHub does, shows the blocks; everywhere else the styles shrink
    them to nothing and paint a bar. Screen readers have the numbers, and skip both.
    """
    blocks = round(BLOCKS * part)
    return (
        '<td aria-hidden="true" style="background:#fff;border:0;padding:4px 10px;width:300px">'
        '<div style="height:16px;min-width:80px;border:1px solid #767680;font-size:0;'
        f'text-align:left"><div style="width:{100 * part:.1f}%;height:16px;background:{color}">'
        f"{'█' * blocks}{'░' * (BLOCKS - blocks)}</div></div></td>"
    )


def _probability_text(p):
    """Write 0.00 and 1.00 only for a probability that is exactly that."""
    if 0 < p < 0.005:
        return "<0.01"
    return ">0.99" if 0.995 < p < 1 else f"{p:.2f}"


def _weight_text(log):
    if log == -math.inf:
        return "0.00"
    if math.log(0.00995) < log < math.log(99999):
        return f"{math.exp(log):.2f}" if log < math.log(1000) else f"{math.exp(log):.0f}"
    exponent = math.floor(log / math.log(10))
    mantissa = f"{math.exp(log - exponent * math.log(10)):.1f}"
    return f"1.0e{exponent + 1}" if mantissa == "10.0" else f"{mantissa}e{exponent}"
