"""Try to beat softmax: make expected score + T x entropy as large as you can."""

import math

import numpy as np
import traitlets

from ..distributions import check_distribution, entropy
from ..palette import BLUE
from ..softmax import as_temperature, logsumexp, softmax
from ..widgets.base import NO_ECHO, Checked, Explorer, flag, module_text, names, style_text
from .static import bar_cell, probability_text, static_table
from .triangle_explorer import distribution_text, score_texts, three_scores

__all__ = ["BeatSoftmaxExplorer", "finite_scores"]

HOTTEST = 5.0  # where the dial ends; at T = infinity every value would be infinite


def finite_scores(values, explorer=None):
    scores = three_scores(values)
    if -math.inf in scores:
        raise ValueError(f"logits must be finite, got {scores}; use a low score in place of -inf")
    return scores


def _temperature(value, explorer=None):
    value = as_temperature(value)
    if value > HOTTEST:
        raise ValueError(f"temperature must be at most {HOTTEST:g} here, got {value}")
    return value


def _probabilities(values, explorer=None):
    p = check_distribution(values).astype(np.float64)
    if p.shape != (3,):
        raise ValueError(f"probabilities must be three numbers, got shape {p.shape}")
    return p.tolist()


class BeatSoftmaxExplorer(Explorer):
    """A distribution over three words to drag, and a value to make as large as you can.

    The value is the expected score plus T times the entropy (in nats): a reward for large scores,
    and one for leaving things open. When you ask for it, the explorer shows softmax, whose value is
    T times logsumexp(z / T), and the gap, which is T times the divergence KL(p || softmax). That is
    never negative: nothing beats softmax.

    Parameters
    ----------
    logits : array_like, shape (3,)
        Finite scores.
    labels : sequence of str, optional
        The three words: the corner at the top, the left one, the right one. Default: 0, 1, 2.
    temperature : float, default 1.0
        From 0 to 5.
    probabilities : array_like, shape (3,), optional
        Where to begin. Default: the uniform distribution.
    title : str, optional
        A heading; also what a screen reader calls the explorer.
    levels : bool, default False
        Whether lines of equal value are drawn. They give away where the largest is.
    revealed : bool, default False
        Whether softmax is shown.

    Attributes
    ----------
    probabilities, logits : list of float
        Assign a whole list: changing one entry in place is not noticed.
    temperature : float
    labels : list of str
    levels, revealed : bool
    value : float
        Expected score + T x entropy of `probabilities`.
    best : float
        The value of softmax, which is the largest.
    gap : float
        `best` minus `value`; for T > 0 that is T x KL(probabilities || softmax). Not negative.

    Raises
    ------
    ValueError, TypeError
        When an argument, or what you assign later, is out of its range; the message names it.

    References
    ----------
    Boyd and Vandenberghe, Convex Optimization (2004), example 3.25: the conjugate of log-sum-exp is
    negative entropy, https://web.stanford.edu/~boyd/cvxbook/.
    """

    _esm = module_text("explorers/beat_softmax_explorer")
    _css = style_text("widgets/triangle", "explorers/beat_softmax_explorer")

    start = traitlets.List(read_only=True).tag(sync=True)  # where Reset goes back to
    labels = Checked(lambda values, _: names(values, 3, "labels"), range(3))
    logits = Checked(finite_scores, (0, 0, 0), **NO_ECHO)
    temperature = Checked(_temperature, 1.0, **NO_ECHO)
    probabilities = Checked(_probabilities, (1, 0, 0), **NO_ECHO)
    levels = Checked(flag("levels"), False, **NO_ECHO)
    revealed = Checked(flag("revealed"), False, **NO_ECHO)

    def __init__(
        self,
        logits,
        labels=None,
        temperature=1.0,
        *,
        probabilities=(1 / 3, 1 / 3, 1 / 3),
        title=None,
        levels=False,
        revealed=False,
    ):
        super().__init__(
            labels=range(3) if labels is None else labels,
            logits=logits,
            temperature=temperature,
            probabilities=probabilities,
            levels=levels,
            revealed=revealed,
            title="" if title is None else str(title),
        )
        self.set_trait("start", [self.logits, self.temperature, self.probabilities])

    @property
    def value(self):
        return self._expected + self.temperature * self._nats

    @property
    def best(self):
        t = self.temperature
        return max(self.logits) if t == 0 else float(t * logsumexp(np.array(self.logits) / t))

    @property
    def gap(self):
        return max(0.0, self.best - self.value)  # rounding may leave less

    @property
    def _expected(self):
        return float(np.dot(self.probabilities, self.logits))

    @property
    def _nats(self):
        return float(entropy(self.probabilities, base=math.e))

    # --- Where nothing can be dragged ---

    @property
    def description(self):
        """What the explorer shows, in a few sentences."""
        t = f"{self.temperature:g}"
        scores = ", ".join(map(" ".join, zip(self.labels, score_texts(self.logits))))
        parts = [
            f"{self.title or 'Beat softmax'}: three probabilities to drag, so that expected score "
            "+ T x entropy becomes as large as it can",
            f"Scores: {scores}. Temperature: {t}",
            f"Probabilities: {distribution_text(self.labels, self.probabilities)}",
            f"Value: {self._expected:.3f} + {t} x {self._nats:.3f} nats = {self.value:.3f}",
        ]
        if self.revealed:
            right = softmax(self.logits, temperature=self.temperature)
            parts.append(f"Softmax: {distribution_text(self.labels, right)}, value {self.best:.3f}")
            why = " = T x KL(p || softmax)" if self.temperature else ""
            parts.append(f"Gap{why}: {self.gap:.3f}")
        return ". ".join(parts) + "."

    def _table(self):
        heads = ["word", "score", "probability"]
        columns = [score_texts(self.logits), map(probability_text, self.probabilities)]
        if self.revealed:
            heads.append("softmax")
            right = softmax(self.logits, temperature=self.temperature)
            columns.append(map(probability_text, right))
        bars = (bar_cell(p, BLUE) for p in self.probabilities)
        rows = list(zip(self.labels, *columns, bars))
        return static_table(self.description, "drag the point", heads, rows)
