"""Drag scores and watch what softmax makes of them."""

import math
from collections.abc import Iterable

import numpy as np
import traitlets

from ..distributions import as_floats, as_number
from ..palette import BLUE, ORANGE
from ..softmax import as_temperature, softmax
from ..widgets.base import (
    NO_ECHO,
    NUMBERS,
    SCORES,
    TEMPERATURE,
    Checked,
    Explorer,
    flag,
    module_text,
    some_of,
    style_text,
)
from .own_softmax import OwnSoftmax
from .predict.explorer import PredictExplorer
from .predict.round import check_kinds
from .predict.softmax_rounds import KINDS, softmax_round
from .softmax_rules import FORMS, PRECISIONS, RULES, Setup, broken_rules, choices, compute
from .static import bar_cell, probability_text, static_table, weight_text

__all__ = ["SoftmaxExplorer"]

STAGES = ("logits", "weights", "probabilities")
CONTROLS = ("shift", "pins", "rule", "base", "form", "precision")
MOST = 50  # as many bars as stay readable, and smooth to drag
HEADINGS = {"logits": "score", "weights": "weight", "probabilities": "probability"}
BARS = {"weights": ORANGE, "probabilities": BLUE}
# How the probabilities of a softmax of one's own are worked out is not the explorer's to say.
WORKED_OUT = {"rule": "softmax", "base": math.e, "form": "paper", "precision": "float64"}


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


def _usual_with_own(name, value, explorer):
    """Return the value, unless a softmax of one's own makes it meaningless."""
    if explorer is not None and explorer.own and value != WORKED_OUT[name]:
        raise ValueError(
            f"{name} says how the explorer works out probabilities, but your softmax= does that: "
            f"leave {name} at {WORKED_OUT[name]!r}, got {value!r}"
        )
    return value


def _one_of(name, known):
    def check(value, explorer):
        if value not in known:
            raise ValueError(f"{name} must be one of {', '.join(known)}, got {value!r}")
        return _usual_with_own(name, value, explorer)

    return check


def _controls(values, explorer):
    """Return the controls in their order, without those that have nothing to do."""
    values = some_of("controls", CONTROLS, none=True)(values, explorer)
    unfit = set(WORKED_OUT) if explorer.own else set()
    if len(explorer.start[0]) == 1:
        unfit.add("pins")  # to compare takes two
    return [name for name in values if name not in unfit]


def _base(value, explorer):
    if isinstance(value, bool):
        raise TypeError(f"base must be one real number, got {value!r}")
    base = as_number(value, "base")
    if not 1 < base < math.inf:
        raise ValueError(f"base must be a number > 1, got {value}; below 1 turns the order around")
    return _usual_with_own("base", base, explorer)


def _pins(values, explorer):
    """Return the places of two entries; they may be given by label."""
    count = len(explorer.start[0])
    known = {label: i for i, label in enumerate(explorer.labels)}
    given = values if isinstance(values, Iterable) else [values]
    places = [known.get(value, value) if isinstance(value, str) else value for value in given]
    fine = [isinstance(i, int | np.integer) and 0 <= i < count for i in places]
    if len(places) != 2 or not all(fine):
        raise ValueError(
            f"pins must be two labels, or two places from 0 to {count - 1}, got {values!r}"
        )
    return [int(i) for i in places]


class SoftmaxExplorer(OwnSoftmax, Explorer):
    """Bars to drag: scores, the weights they become, and the probabilities.

    The browser does the arithmetic, so a drag never waits for Python. Drag a score, or drag a
    probability: then the score that gives it is found. What you drag is in `logits`,
    `temperature` and `probabilities` a moment later, and what you assign is drawn at once. Where
    nothing can be dragged (GitHub, a printed page), a table with bars and the same numbers in
    words stands in.

    Parameters
    ----------
    logits : array_like, shape (n,)
        1 to 50 scores to start from; ``-inf`` masks one.
    labels : sequence of str, optional
        A name for each score; by default 0, 1, 2, ...
    temperature : float, default 1.0
        At least 0; may be ``inf``.
    title : str, optional
        A heading; also what a screen reader calls the explorer.
    stages : sequence of str, optional
        The columns to show, of "logits", "weights" and "probabilities". Default: all three; with
        a softmax of your own, which has no weights that could be seen, the first and the last.
    show_temperature : bool, default True
        Whether there is a dial for the temperature.
    integer : bool, default False
        Whether scores move in whole steps.
    softmax : callable, optional
        Your own; `softmax_lib.your_softmax` says how it is called. Python then works out the
        probabilities, marks show where they should be, and `problems` says what is wrong.
    base : float, default e
        Of the exponential, above 1. Base b is temperature 1 / ln b.
    form : {"paper", "raw", "shifted"}
        "paper" is the formula with exact numbers. "raw" computes e^(z/T) as written and overflows
        where a computer does. "shifted" subtracts the maximum first.
    precision : {"float64", "float32", "float16"}
        Of each step of "raw" and "shifted".
    rule : {"softmax", "share", "square", "abs", "softplus", "argmax"}
        What turns scores into probabilities; the rivals break a requirement, which is named.
    pins : pair of str or int, default (0, 1)
        Labels or places of the two entries whose ratio is shown.
    controls : sequence of str, optional
        What the panel "More to try" holds, of "shift", "pins", "rule", "base", "form" and
        "precision". Default: all; none leaves the panel out. Those that have nothing to do stay
        out: "pins" for a single score, the last four for a softmax of your own.
    more_open : bool, default False
        Whether that panel starts open.

    Attributes
    ----------
    logits : list of float
        Assign a whole list: changing one entry in place is not noticed.
    temperature, base : float
    labels : list of str
    form, precision, rule : str
    pins : list of int
    probabilities : list of float
        What is shown. Read-only: set the others instead.
    shift : float
        What the slide has added to every score. Read-only.
    problems : list of str
        The requirements that the probabilities break; empty when there are none.

    Raises
    ------
    ValueError, TypeError
        When an argument, or what you assign later, is out of its range; the message names it.

    References
    ----------
    Video at 24:04, https://youtu.be/wjZofJX0v4M?t=1444, which turns the same dial.
    """

    _esm = module_text("explorers/softmax_explorer")
    _css = style_text("explorers/softmax_explorer")

    # Where Reset goes back to. Its scores also fix how many there are.
    start = traitlets.List(read_only=True).tag(sync=True)
    logits = Checked(_scores, (), **SCORES, **NO_ECHO)
    temperature = Checked(lambda value, _: as_temperature(value), 1.0, **TEMPERATURE, **NO_ECHO)
    labels = Checked(_labels, ())
    base = Checked(_base, math.e, **NO_ECHO)
    form = Checked(_one_of("form", FORMS), "paper", **NO_ECHO)
    precision = Checked(_one_of("precision", PRECISIONS), "float64", **NO_ECHO)
    rule = Checked(_one_of("rule", RULES), "softmax", **NO_ECHO)
    probabilities = traitlets.List(traitlets.Float(), read_only=True).tag(sync=True, **NUMBERS)
    shift = traitlets.Float(0.0, read_only=True).tag(sync=True, **NO_ECHO)
    pins = Checked(_pins, (0, 0), **NO_ECHO)
    stages = Checked(some_of("stages", STAGES), STAGES)
    controls = Checked(_controls, ())
    choices = traitlets.Dict(read_only=True).tag(sync=True)  # what the switches offer
    more_open = Checked(flag("more_open"), False)
    show_temperature = Checked(flag("show_temperature"), True)
    integer = Checked(flag("integer"), False)

    def __init__(
        self,
        logits,
        labels=None,
        temperature=1.0,
        *,
        title=None,
        stages=None,
        show_temperature=True,
        integer=False,
        softmax=None,
        base=math.e,
        form="paper",
        precision="float64",
        rule="softmax",
        pins=None,
        controls=CONTROLS,
        more_open=False,
    ):
        self._use(softmax)
        z, temperature, base = _scores(logits), as_temperature(temperature), _base(base, None)
        start = [SCORES["to_json"](z, self), TEMPERATURE["to_json"](temperature, self)]
        self.set_trait("start", [*start, base, form, precision, rule])
        if stages is None:
            stages = STAGES if softmax is None else ("logits", "probabilities")
        super().__init__(
            logits=z,
            labels=range(len(z)) if labels is None else labels,
            temperature=temperature,
            base=base,
            form=form,
            precision=precision,
            rule=rule,
            stages=stages,
            controls=controls,
            more_open=more_open,
            show_temperature=show_temperature,
            integer=integer,
            title="" if title is None else str(title),
        )
        self.pins = (0, min(1, len(z) - 1)) if pins is None else pins

    # --- What follows from what ---

    @property
    def _setup(self):
        return Setup(self.temperature, self.base, self.form, self.precision, self.rule)

    @traitlets.observe(
        "logits", "temperature", "base", "form", "precision", "rule", "labels", "asked"
    )
    def _follow(self, change):
        if not self.labels:  # not all is set yet; the last to come finds it so
            return
        with self.hold_sync():
            self.set_trait("probabilities", self.probabilities)
            if not self.own:
                self.set_trait("problems", self._broken_rules())
            self._ask()

    @traitlets.validate("probabilities")
    def _worked_out(self, proposal):
        """Follow from the scores, whatever a page may send."""
        if self.own:
            answer = self._reply()[0]
            return [math.nan] * len(self.logits) if answer is None else answer.tolist()
        return compute(self.logits, self._setup)[-1]

    def _broken_rules(self):
        return broken_rules(self.logits, self.probabilities, self.labels, self._setup)

    @traitlets.default("choices")
    def _offered(self):
        return choices(self.base, self.show_temperature)

    @traitlets.observe("base", "show_temperature")
    def _offer(self, change):
        self.set_trait("choices", self._offered())

    def _question(self):
        rows = list(self.labels)
        return {"scores": list(self.logits), "temperature": self.temperature, "rows": rows}

    def predict(self, seed=0, *, kinds=None, each_kind=False, **options):
        """Return rounds in which you predict what softmax does to these labels.

        Parameters
        ----------
        seed : int, default 0
            The same seed gives the same rounds on every machine.
        kinds : sequence of str, optional
            Which kinds of rounds, of "scores" (what softmax makes of some scores), "temperature"
            (it changes), "shift" (a constant for every score), "raise" (one score goes up) and
            "mask" (one becomes -inf). Default: all.
        each_kind : bool, default False
            Whether it takes a right round of each of these kinds to finish it.
        **options
            ``needed``, ``within``, ``exercise`` and ``title``, as `PredictExplorer` takes them.

        Returns
        -------
        PredictExplorer

        Raises
        ------
        ValueError
            When there are fewer than two labels, or an argument is out of its range.
        """
        labels, kinds = list(self.labels), check_kinds(kinds, KINDS)
        return PredictExplorer(
            lambda generator: softmax_round(generator, labels, kinds),
            seed=seed,
            each=kinds if each_kind else (),
            **options,
        )

    # --- Where nothing can be dragged ---

    @property
    def description(self):
        """What the explorer shows, in a few sentences."""
        count = len(self.logits)
        parts = [
            f"{self.title or 'Softmax explorer'}: {count} score{'s' * (count > 1)} to drag",
            f"Scores: {self._listed('logits')}",
        ]
        if self.stages[-1] != "logits":
            shown = self.stages[-1].capitalize()
            parts.append(f"{shown}{self._how()}: {self._listed(self.stages[-1])}")
        if "probabilities" in self.stages:
            parts += [f"Wrong: {problem}" for problem in self.problems]
        return ". ".join(parts) + "."

    def _how(self):
        """Return what is unusual about how they are worked out, in words."""
        t = self.temperature
        how = " of your softmax" if self.own else ""
        how += "" if t == 1 else f" at temperature {'infinity' if t == math.inf else f'{t:g}'}"
        if self.own:
            return how
        if self.rule != "softmax":
            return f"{how} by the rule {self.rule}"
        how += "" if self.base == math.e else f" to base {self.base:g}"
        if self.form != "paper":
            order = "as written" if self.form == "raw" else "with the maximum subtracted"
            how += f" computed {order} in {self.precision}"
        return how

    def _listed(self, stage):
        return ", ".join(f"{a} {text}" for a, text in zip(self.labels, self._texts(stage)))

    def _texts(self, stage):
        """Return the numbers of one column as text, as the browser writes them."""
        if stage == "logits":
            return ["masked" if z == -math.inf else f"{z:g}" for z in self.logits]
        if stage == "probabilities":
            return [probability_text(p) for p in self.probabilities]
        logs, weights, *_ = compute(self.logits, self._setup)
        return [weight_text(log) for log in logs] if logs else [_number_text(w) for w in weights]

    def _lengths(self, stage):
        """Return how long the bars of one column are, from 0 to 1."""
        if stage == "probabilities":
            return self.probabilities
        logs, weights, *_ = compute(self.logits, self._setup)
        if logs is None:
            logs = [math.log(abs(w)) if w else -math.inf for w in weights]
        end = max((log for log in logs if log < math.inf), default=0.0)
        return [math.exp(min(0.0, log - end)) for log in logs]

    def _table(self):
        last = self.stages[-1]
        columns = [self._texts(stage) for stage in self.stages]
        if last != "logits":
            columns.append([bar_cell(length, BARS[last]) for length in self._lengths(last)])
        heads = ["name", *(HEADINGS[stage] for stage in self.stages)]
        rows = list(zip(self.labels, *columns))
        return static_table(self.description, "drag the scores", heads, rows)


def _number_text(weight):
    if math.isnan(weight):
        return "NaN"
    if math.isinf(weight):
        return "infinity" if weight > 0 else "-infinity"
    if weight == 0:
        return "0.00"
    return f"{'-' * (weight < 0)}{weight_text(math.log(abs(weight)))}"
