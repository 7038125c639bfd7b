"""Formulas for softmax of two logits, each step rounded to a format. The browser has a twin."""

import math

import numpy as np

from .distributions import as_floats
from .formats import FORMATS, round_to

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
    "overflow": "overflow: infinity, and NaN or 0 from it",
    "underflow": "underflow: 0, and NaN or infinity from it",
    "zero": "0 in place of another number",
    "digits": "fewer than half of its digits are right",
    "right": "right",
}


@np.errstate(all="ignore")
def work_out(formula, logits, name):
    """Return what a formula makes of two logits, with each step rounded to a format.

    Parameters
    ----------
    formula : str
        A key of FORMULAS.
    logits : array_like, shape (2,) or (2, n)
        The larger one first; the format's own numbers.
    name : str
        A key of `softmax_lib.formats.FORMATS`.

    Returns
    -------
    results : numpy.ndarray of float64
        Two probabilities, or two logarithms of them.
    overflowed : numpy.ndarray of bool
        Whether the sum of the weights is infinite.
    """
    z = as_floats(logits, "logits").astype(np.float64)
    gaps = z if formula == "textbook" else round_to(z - z[0], name)
    weights = round_to(np.exp(gaps), name)
    total = round_to(weights.sum(axis=0), name)
    overflowed = total == np.inf
    if formula == "log1p":
        return round_to(gaps - round_to(np.log1p(weights[1]), name), name), overflowed
    if formula == "log-softmax":
        return round_to(gaps - round_to(np.log(total), name), name), overflowed
    probabilities = round_to(weights / total, name)
    if formula == "log of softmax":
        return round_to(np.log(probabilities), name), overflowed
    return probabilities, overflowed


@np.errstate(under="ignore")
def exact(logits, logarithms):
    """Return the probabilities of such logits, or their logarithms, as exact as float64 has them.

    Parameters
    ----------
    logits : array_like, shape (2,) or (2, n)
    logarithms : bool

    Returns
    -------
    numpy.ndarray of float64
    """
    z = as_floats(logits, "logits").astype(np.float64)
    gap = np.subtract(z[0], z[1])
    less = np.log1p(np.exp(-gap))
    return np.array([-less, -gap - less]) if logarithms else np.exp([-less, -gap - less])


@np.errstate(invalid="ignore")
def outcome_of(values, overflowed, truth, name):
    """Return the worst of what happened to two results, a key of OUTCOMES; or of many such pairs.

    Parameters
    ----------
    values : numpy.ndarray, shape (2,) or (2, n)
    overflowed : bool or numpy.ndarray of bool
        From `work_out`, as the values are.
    truth : numpy.ndarray
        From `exact`.
    name : str
        The format.

    Returns
    -------
    str, or numpy.ndarray of str
    """
    off = abs(values - truth) > math.sqrt(FORMATS[name].epsilon) * abs(truth)
    happened = [overflowed, ~np.isfinite(values).all(axis=0), (values == 0).any(axis=0)]
    found = np.select([*happened, off.any(axis=0)], list(OUTCOMES)[:4], "right")
    return found if found.ndim else str(found)
