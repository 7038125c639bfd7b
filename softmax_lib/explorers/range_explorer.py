"""Two logits on a map: where a formula for softmax overflows, underflows or loses digits."""

import math

import traitlets

from ..distributions import as_number
from ..formats import FORMATS, round_to
from ..rounded_formulas import FORMULAS, OUTCOMES, exact, outcome_of, work_out
from ..widgets.base import NO_ECHO, Checked, Explorer, module_text, style_text
from .static import static_table

__all__ = ["RangeExplorer"]

FARTHEST = 1000.0  # of the largest logit from 0, and of the other one from it


def _one_of(what, known):
    def check(value, explorer):
        if value not in known:
            raise ValueError(f"{what} must be one of {', '.join(known)}, got {value!r}")
        return value

    return check


def _largest(value, explorer):
    value = as_number(value, "largest")
    if not abs(value) <= FARTHEST:
        raise ValueError(f"largest must be from -{FARTHEST:g} to {FARTHEST:g}, got {value}")
    return value


def _gap(value, explorer):
    value = as_number(value, "gap")
    if not 0 <= value <= FARTHEST:
        raise ValueError(f"gap must be from 0 to {FARTHEST:g}, got {value}")
    return value


class RangeExplorer(Explorer):
    """Two logits as a point on a map: to the right the larger one, upward how far it is ahead.

    The map shows where one of five formulas overflows, underflows, gives 0 in place of a tiny
    number, or keeps fewer than half of its digits, when each step of it is rounded to a format.
    What all five make of the point stands beside it.

    Parameters
    ----------
    largest : float, default 0.0
        The larger logit, from -1000 to 1000.
    gap : float, default 0.0
        How far it is above the other one, from 0 to 1000.
    precision : {"float32", "float16", "bfloat16", "float64"}
    formula : {"textbook", "shifted", "log of softmax", "log-softmax", "log1p"}
        Whose map is shown.
    title : str, optional
        A heading; also what a screen reader calls the explorer.

    Attributes
    ----------
    largest, gap : float
    precision, formula : str
    logits : numpy.ndarray of float64, shape (2,)
        The larger one first, as the format holds them.
    results : dict of str to numpy.ndarray
        What each formula gives: two probabilities, or two logarithms of them.
    outcomes : dict of str to str
        What happened: "overflow", "underflow", "zero", "digits" or "right".
    description : str
        What the explorer shows, in a few sentences.

    Raises
    ------
    ValueError, TypeError
        When an argument, or what you assign later, is out of its range; the message names it.

    References
    ----------
    Blanchard, Higham and Higham, Accurately computing the log-sum-exp and softmax functions
    (2021), https://doi.org/10.1093/imanum/draa038.
    """

    _esm = module_text("explorers/range_explorer")
    _css = style_text("explorers/range_explorer")

    start = traitlets.List(read_only=True).tag(sync=True)  # where Reset goes back to
    largest = Checked(_largest, 0.0, **NO_ECHO)
    gap = Checked(_gap, 0.0, **NO_ECHO)
    precision = Checked(_one_of("precision", FORMATS), "float32", **NO_ECHO)
    formula = Checked(_one_of("formula", FORMULAS), "textbook", **NO_ECHO)

    def __init__(
        self, largest=0.0, gap=0.0, precision="float32", formula="textbook", *, title=None
    ):
        super().__init__(
            largest=largest,
            gap=gap,
            precision=precision,
            formula=formula,
            title="" if title is None else str(title),
        )
        self.set_trait("start", [self.largest, self.gap, self.precision, self.formula])

    # --- What follows from what ---

    @property
    def logits(self):
        return round_to([self.largest, self.largest - self.gap], self.precision)

    def _worked_out(self):
        """Return {formula: (results, outcome)}."""
        z, found = self.logits, {}
        for formula, (_, logarithms) in FORMULAS.items():
            made = work_out(formula, z, self.precision)
            found[formula] = made[0], outcome_of(*made, exact(z, logarithms), self.precision)
        return found

    @property
    def results(self):
        return {formula: values for formula, (values, _) in self._worked_out().items()}

    @property
    def outcomes(self):
        return {formula: outcome for formula, (_, outcome) in self._worked_out().items()}

    # --- Where nothing can be dragged ---

    @property
    def description(self):
        """What the explorer shows, in a few sentences."""
        told = [
            f"{FORMULAS[formula][0]} gives {_listed(values)} ({OUTCOMES[outcome]})"
            for formula, (values, outcome) in self._worked_out().items()
        ]
        return (
            f"{self.title or 'Range explorer'}: a point on a map to drag, here at a largest logit "
            f"of {self.largest:g} and a gap of {self.gap:g} to the other, in {self.precision}. "
            f"{'; '.join(told)}."
        )

    def _table(self):
        rows = [
            [FORMULAS[formula][0], *map(_text, values), OUTCOMES[outcome]]
            for formula, (values, outcome) in self._worked_out().items()
        ]
        heads = ["formula", "of the favorite", "of the other", "what happens"]
        return static_table(self.description, "drag the point", heads, rows)


def _text(x):
    """Write a number with four digits, and one that is nearly 1 as what it lacks."""
    if math.isnan(x):
        return "NaN"
    if math.isinf(x):
        return "infinity" if x > 0 else "-infinity"
    return f"1 - {1 - x:.4g}" if 0.99 < x < 1 else f"{x:.4g}"


def _listed(values):
    return " and ".join(map(_text, values))
