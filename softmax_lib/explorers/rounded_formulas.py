"""Formulas for softmax of two logits, each step rounded to a format. The browser has a twin."""

import math

import numpy as np

from ..formats import FORMATS, round_to

__all__ = ["FORMULAS", "OUTCOMES", "exact", "outcome_of", "work_out"]

# What each formula is called, and whether it gives logarithms.
FORMULAS = {
    "textbook": ("e^z / sum", False),
    "shifted": ("e^(z - m) / sum", False),
    "log of softmax": ("ln(softmax)", True),
    "log-softmax": ("z - m - ln(sum)", True),
    "log1p": ("z - m - log1p(rest)", True),
}
OUTCOMES = {
    "overflow": "overflow: infinity, and NaN from it",
    "underflow": "underflow: 0, and NaN or infinity from it",
    "zero": "0, and should not be",
    "digits": "fewer than half of its digits are right",
    "right": "right",
}


@np.errstate(all="ignore")
def work_out(formula, logits, name):
    """Return what a formula makes of two logits, the larger first, and whether it overflowed.

    Each step is rounded to the format.
    """
    z = np.asarray(logits, dtype=np.float64)
    gaps = z if formula == "textbook" else round_to(z - z[0], name)
    weights = round_to(np.exp(gaps), name)
    total = round_to(weights.sum(), name)
    overflowed = bool(total == np.inf)
    if formula == "log1p":
        return round_to(gaps - round_to(np.log1p(weights[1]), name), name), overflowed
    if formula == "log-softmax":
        return round_to(gaps - round_to(np.log(total), name), name), overflowed
    probabilities = round_to(weights / total, name)
    if formula == "log of softmax":
        return round_to(np.log(probabilities), name), overflowed
    return probabilities, overflowed


def exact(logits, logarithms):
    """Return the probabilities of two logits, the larger first, or their logarithms."""
    gap = logits[0] - logits[1]
    logs = np.array([-math.log1p(math.exp(-gap)), -gap - math.log1p(math.exp(-gap))])
    return logs if logarithms else np.exp(logs)


def outcome_of(values, overflowed, truth, name):
    """Return the worst of what happened, a key of OUTCOMES."""
    if overflowed:
        return "overflow"
    if not np.isfinite(values).all():
        return "underflow"
    if (values == 0).any():
        return "zero"
    off = abs(values - truth) > math.sqrt(FORMATS[name].epsilon) * abs(truth)
    return "digits" if off.any() else "right"
