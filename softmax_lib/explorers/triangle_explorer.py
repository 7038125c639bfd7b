"""All distributions over three words are the points of a triangle: drag the point."""

import math
from collections.abc import Iterable

import numpy as np
import traitlets

from ..distributions import as_floats
from ..palette import BLUE
from ..sampling import _cut_off, as_count
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
    names,
    some_of,
    style_text,
)
from .own_softmax import OwnSoftmax
from .softmax_rules import RULES, Setup, broken_rules, choices, compute
from .static import bar_cell, probability_text, static_table

__all__ = ["TriangleExplorer", "distribution_text", "score_texts", "three_scores"]

CONTROLS = ("temperature", "path", "top_k", "rule", "step")
MOST = 12  # targets


def three_scores(values, explorer=None):
    """Return three scores as a list of floats, or say what is wrong with them."""
    array = as_floats(values, "logits").astype(np.float64)
    if array.shape != (3,):
        raise ValueError(
            f"logits must be three scores, one for each corner, got shape {array.shape}; "
            "SoftmaxExplorer takes other numbers of them"
        )
    softmax(array)  # raises for NaN, +inf, and when every score is masked
    return array.tolist()


def score_texts(logits):
    """Write scores, as the browser does."""
    return ["masked" if z == -math.inf else f"{z:.2f}" for z in as_floats(logits, "logits")]


def distribution_text(labels, probabilities):
    """Write probabilities with their names, in one line."""
    return ", ".join(f"{a} {probability_text(p)}" for a, p in zip(labels, probabilities))


def _top_k(value, explorer):
    if value is None:
        return None
    k = as_count(value, "top_k")
    return None if k >= 3 else k


def _rule(value, explorer):
    if value not in RULES:
        raise ValueError(f"rule must be one of {', '.join(RULES)}, got {value!r}")
    if explorer.own and value != "softmax":
        raise ValueError(
            "rule says how the explorer works out probabilities, but your softmax= does that: "
            f"leave rule at 'softmax', got {value!r}"
        )
    return value


def _controls(values, explorer):
    values = some_of("controls", CONTROLS, none=True)(values, explorer)
    return [name for name in values if name != "rule" or not explorer.own]


def _all_controls(arrows):
    """Return the controls that have something to do."""
    return [name for name in CONTROLS if name != "step" or arrows is not None]


def _arrows(values, explorer):
    """Return the places of the targets; they may be given by label."""
    if values is None:
        return None
    known = {label: i for i, label in enumerate(explorer.labels)}
    given = [values] if isinstance(values, str) or not isinstance(values, Iterable) else values
    places = [known.get(value, value) if isinstance(value, str) else value for value in given]
    fine = [isinstance(i, int | np.integer) and 0 <= i < 3 for i in places]
    if not (1 <= len(places) <= MOST and all(fine)):
        raise ValueError(
            f"arrows must be 1 to {MOST} targets, each one of {', '.join(explorer.labels)} or a "
            f"place from 0 to 2, or None, got {values!r}"
        )
    return [int(i) for i in places]


class TriangleExplorer(OwnSoftmax, Explorer):
    """Three words, and their distribution as a point in a triangle.

    Each corner is a distribution that is sure of one word, the center is the uniform one, and the
    distance from a side is the probability of the word opposite. Drag the point, and the scores
    that give it are found; drag a score, and the point moves. The temperature draws the way from
    the center (T = infinity) to the corner of the largest score (T = 0), or to the middle of a side
    when two tie for the largest. A cut, a rival of softmax or your own one moves a second point.

    The browser does the arithmetic, so a drag never waits for Python. What you drag is in `logits`,
    `temperature` and `probabilities` a moment later, and what you assign is drawn at once.

    Parameters
    ----------
    logits : array_like, shape (3,)
        Scores to start from; ``-inf`` masks one, and then the point stays on a side.
    labels : sequence of str, optional
        The three words: the corner at the top, the left one, the right one. Default: 0, 1, 2.
    temperature : float, default 1.0
        At least 0; may be ``inf``.
    title : str, optional
        A heading; also what a screen reader calls the explorer.
    path : bool, default True
        Whether the way that the temperature goes is drawn.
    top_k : int, optional
        Keep this many words and share their probability out again; None keeps all.
    rule : {"softmax", "share", "square", "abs", "softplus", "argmax"}
        What turns scores into probabilities.
    arrows : sequence of str or int, optional
        Targets of a model that learns, by label or place; one may come several times. For each is
        drawn the way down its cross-entropy, -(p - y), and for different ones also their mean. The
        arrows show how the scores would move: the point itself goes another way.
    softmax : callable, optional
        Your own; `softmax_lib.your_softmax` says how it is called. Python then works out the
        second point, and `problems` says what is wrong.
    controls : sequence of str, optional
        What stands below the triangle, of "temperature", "path", "top_k", "rule" and "step", which
        takes the gradient off the scores divided by T. Default: all, "step" only with `arrows`.
        "rule" stays out for a softmax of your own.

    Attributes
    ----------
    logits : list of float
        Assign a whole list: changing one entry in place is not noticed.
    temperature : float
    labels : list of str
    path : bool
    top_k : int or None
    rule : str
    arrows : list of int or None
        Places of the targets.
    probabilities : list of float
        After rule and cut. Read-only: set the others instead.
    gradient : numpy.ndarray of float64, shape (3,), or None
        Of the mean cross-entropy of the targets by the scores divided by T: p - y.
    cross_entropy : float or None
        The mean surprise of the targets, -ln p, in nats.
    problems : list of str
        The requirements that the probabilities break; empty when there are none.

    Raises
    ------
    ValueError, TypeError
        When an argument, or what you assign later, is out of its range; the message names it.

    References
    ----------
    Video at 24:04, https://youtu.be/wjZofJX0v4M?t=1444, for what the temperature does.
    """

    _esm = module_text("explorers/triangle_explorer")
    _css = style_text("widgets/triangle", "explorers/triangle_explorer")

    start = traitlets.List(read_only=True).tag(sync=True)  # where Reset goes back to
    labels = Checked(lambda values, _: names(values, 3, "labels"), range(3))
    logits = Checked(three_scores, (0, 0, 0), **SCORES, **NO_ECHO)
    temperature = Checked(lambda value, _: as_temperature(value), 1.0, **TEMPERATURE, **NO_ECHO)
    path = Checked(flag("path"), True, **NO_ECHO)
    top_k = Checked(_top_k, None, **NO_ECHO)
    rule = Checked(_rule, "softmax", **NO_ECHO)
    arrows = Checked(_arrows, None)
    probabilities = traitlets.List(traitlets.Float(), read_only=True).tag(sync=True, **NUMBERS)
    controls = Checked(_controls, ())
    rules = traitlets.List(read_only=True).tag(sync=True)  # what the switch offers

    def __init__(
        self,
        logits,
        labels=None,
        temperature=1.0,
        *,
        title=None,
        path=True,
        top_k=None,
        rule="softmax",
        arrows=None,
        softmax=None,
        controls=None,
    ):
        self._use(softmax)
        super().__init__(
            labels=range(3) if labels is None else labels,
            logits=logits,
            temperature=temperature,
            path=path,
            top_k=top_k,
            rule=rule,
            arrows=arrows,
            controls=_all_controls(arrows) if controls is None else controls,
            title="" if title is None else str(title),
        )
        self.set_trait("rules", choices(math.e, "temperature" in self.controls)["rule"][1])
        start = [SCORES["to_json"](self.logits, self)]
        start.append(TEMPERATURE["to_json"](self.temperature, self))
        self.set_trait("start", [*start, self.path, self.top_k, self.rule])

    # --- What follows from what ---

    @traitlets.observe("logits", "temperature", "rule", "top_k", "labels", "asked")
    def _follow(self, change):
        with self.hold_sync():
            self.set_trait("probabilities", self.probabilities)
            if not self.own:
                computed = compute(self.logits, self._setup)[-1]
                told = broken_rules(self.logits, computed, self.labels, self._setup)
                self.set_trait("problems", told)
            self._ask()

    @property
    def _setup(self):
        return Setup(temperature=self.temperature, rule=self.rule)

    def _question(self):
        rows = list(self.labels)
        return {"scores": list(self.logits), "temperature": self.temperature, "rows": rows}

    @traitlets.validate("probabilities")
    def _worked_out(self, proposal):
        """Follow from the scores, whatever a page may send."""
        if self.own:
            answer, _, fit = self._reply()
            computed = np.full(3, math.nan) if answer is None else answer
        else:
            computed = np.array(compute(self.logits, self._setup)[-1])
            fit = bool((computed >= 0).all() and abs(computed.sum() - 1) <= 1e-6)
        if self.top_k is None or not fit:  # what is no distribution is shown as it is
            return computed.tolist()
        return _cut_off(computed, self.top_k, scores=np.array(self.logits)).probabilities.tolist()

    @property
    def gradient(self):
        if self.arrows is None:
            return None
        return np.array(self.probabilities) - np.bincount(self.arrows, minlength=3) / len(
            self.arrows
        )

    @property
    def cross_entropy(self):
        if self.arrows is None:
            return None
        with np.errstate(divide="ignore", invalid="ignore"):
            return float(np.mean(-np.log(np.array(self.probabilities)[self.arrows])))

    # --- Where nothing can be dragged ---

    @property
    def description(self):
        """What the explorer shows, in a few sentences."""
        parts = [
            f"{self.title or 'Triangle explorer'}: a point in a triangle to drag, whose corners "
            f"are {_listed(self.labels)}",
            f"Scores: {', '.join(map(' '.join, zip(self.labels, score_texts(self.logits))))}",
            f"Probabilities{self._how()}: {distribution_text(self.labels, self.probabilities)}",
        ]
        if self.path:
            parts.append(f"As T falls from infinity to 0, softmax goes {self._way()}")
        if self.arrows is not None:
            targets = _listed([self.labels[i] for i in self.arrows])
            rounded = [round(float(x), 2) + 0.0 for x in self.gradient]
            each = ", ".join(f"{a} {x:.2f}" for a, x in zip(self.labels, rounded))
            parts.append(f"Gradient p - y for {targets}: {each}")
            parts.append(f"Cross-entropy: {self.cross_entropy:.2f} nats")
        parts += [f"Wrong: {problem}" for problem in self.problems]
        return ". ".join(parts) + "."

    def _how(self):
        t = self.temperature
        how = " of your softmax" if self.own else ""
        how += "" if t == 1 else f" at temperature {'infinity' if t == math.inf else f'{t:g}'}"
        how += "" if self.rule == "softmax" else f" by the rule {self.rule}"
        return how + ("" if self.top_k is None else f", cut to the top {self.top_k}")

    def _way(self):
        """Say where the way of the temperature begins and ends."""
        ends = [np.flatnonzero(softmax(self.logits, temperature=t)) for t in (math.inf, 0.0)]
        first, last = (_place([self.labels[i] for i in end]) for end in ends)
        return f"nowhere: it stays at {first}" if first == last else f"from {first} to {last}"

    def _table(self):
        heads = ["word", "score", "probability"]
        texts = map(probability_text, self.probabilities)
        bars = (bar_cell(p, BLUE) for p in self.probabilities)
        rows = list(zip(self.labels, score_texts(self.logits), texts, bars))
        return static_table(self.description, "drag the point", heads, rows)


def _listed(words):
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else words[0]


def _place(words):
    if len(words) == 3:
        return "the center"
    return f"the corner {words[0]}" if len(words) == 1 else f"the middle between {_listed(words)}"
