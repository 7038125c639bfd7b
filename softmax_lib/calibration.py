"""What a classifier's probabilities are worth: reliability, calibration error, temperature.

A classifier is calibrated when, of all cases in which its favorite has 0.8, the favorite is right
in 80 of 100.

Sources: Guo and others, ICML 2017, https://arxiv.org/abs/1706.04599 (temperature scaling, expected
calibration error); Efron and Tibshirani, *An Introduction to the Bootstrap*, 1993 (the interval).
"""

from typing import NamedTuple

import numpy as np

from .distributions import as_floats
from .softmax import softmax

__all__ = [
    "Reliability",
    "bootstrap_interval",
    "expected_calibration_error",
    "fit_temperature",
    "reliability",
]


class Reliability(NamedTuple):
    """Cases in bins, by how sure the classifier was.

    Attributes
    ----------
    counts : numpy.ndarray of int64, shape (bins,)
        How many cases are in each.
    confidence, accuracy : numpy.ndarray of float64, shape (bins,)
        What the favorites have there, and how often they are right, on average; NaN where no case
        is.
    """

    counts: np.ndarray
    confidence: np.ndarray
    accuracy: np.ndarray


def reliability(confidences, correct, bins=10):
    """Compare how sure a classifier was with how often it was right.

    Parameters
    ----------
    confidences : array_like, shape (n,)
        The probability of the favorite in each case, between 0 and 1.
    correct : array_like of bool, shape (n,)
        Whether it was right.
    bins : int, default 10
        Equally wide, from 0 to 1. A border belongs to the bin above it, and 1 to the last one.

    Returns
    -------
    Reliability

    Raises
    ------
    ValueError
        When the two differ in length or are empty, or a confidence is not between 0 and 1.

    Examples
    --------
    >>> reliability([0.6, 0.9, 0.95], [True, True, False], bins=2)[0].tolist()
    [0, 3]
    """
    said, came = as_floats(confidences, "confidences"), np.asarray(correct, dtype=bool)
    if said.ndim != 1 or said.shape != came.shape or not said.size:
        raise ValueError(
            "confidences and correct must be two lists of one length, at least 1, got shapes "
            f"{said.shape} and {came.shape}"
        )
    if not ((said >= 0) & (said <= 1)).all():
        raise ValueError(f"confidences must lie between 0 and 1, got {said.min()} to {said.max()}")
    # A border such as 0.3 is 3/10, which times 10 may come out below 3.
    places = np.minimum(np.floor(said * bins + 1e-9).astype(int), bins - 1)
    counts = np.bincount(places, minlength=bins)
    with np.errstate(invalid="ignore"):
        means = (np.bincount(places, values, minlength=bins) / counts for values in (said, came))
        return Reliability(counts, *means)


def expected_calibration_error(confidences, correct, bins=10):
    """Return how far the sure and the right lie apart, on average over the cases.

    In each bin it is the distance between the mean confidence and the share that is right. It is
    never below 0, so chance makes it positive for a calibrated classifier too.

    Parameters
    ----------
    confidences, correct, bins
        As in `reliability`.

    Returns
    -------
    float
        From 0 to 1.

    Raises
    ------
    ValueError
        As `reliability` does.

    Examples
    --------
    >>> round(expected_calibration_error([0.75] * 4, [True, True, False, False]), 3)
    0.25
    """
    counts, confidence, accuracy = reliability(confidences, correct, bins)
    here = counts > 0
    gaps = np.abs(confidence[here] - accuracy[here])
    return float(np.average(gaps, weights=counts[here]))


def bootstrap_interval(statistic, *arrays, level=0.95, draws=1000, seed=0):
    """Return an interval for a statistic, from the cases drawn again and again with replacement.

    Parameters
    ----------
    statistic : callable
        Takes as many arrays and returns a number.
    *arrays : array_like, shape (n, ...)
        Their rows belong together: a case is drawn with its row of each.
    level : float, default 0.95
        How much of what the draws give lies inside.
    draws : int, default 1000
    seed : int, default 0

    Returns
    -------
    low, high : float

    Raises
    ------
    ValueError
        When `level` is not between 0 and 1, or the arrays differ in length.
    """
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, got {level}")
    arrays = [np.asarray(array) for array in arrays]
    if len(lengths := {len(array) for array in arrays}) != 1:
        raise ValueError(f"arrays must be at least one, and of one length, got {sorted(lengths)}")
    generator, n = np.random.default_rng(seed), len(arrays[0])
    found = []
    for _ in range(draws):
        again = generator.integers(0, n, n)
        found.append(statistic(*(array[again] for array in arrays)))
    outside = (1 - level) / 2
    low, high = np.quantile(found, [outside, 1 - outside])
    return float(low), float(high)


def fit_temperature(logits, labels):
    """Return the temperature at which the right answers surprise least.

    The mean cross-entropy of ``logits / T`` is convex in 1/T. It is smallest where the logit that
    softmax expects is, on average, the logit of the right answer; bisection finds the place.

    Parameters
    ----------
    logits : array_like, shape (n, k)
        A row for each case, which the model should not have learned from.
    labels : array_like of int, shape (n,)
        The place of the right answer in each row.

    Returns
    -------
    float
        Between 0.001 and 1000; one of these ends where no temperature is best.

    Raises
    ------
    ValueError
        When the shapes do not fit, a logit is not finite, or a label is no place of a row.
    """
    z, labels = as_floats(logits, "logits"), np.asarray(labels)
    if z.ndim != 2 or labels.shape != z.shape[:1] or not z.size:
        raise ValueError(
            "logits must be a table with a row for each label, got shapes "
            f"{z.shape} and {labels.shape}"
        )
    if not np.isfinite(z).all():
        raise ValueError("logits must be finite here: no temperature moves a mask")
    if labels.dtype.kind not in "iu" or labels.min() < 0 or labels.max() >= z.shape[1]:
        raise ValueError(f"labels must be places from 0 to {z.shape[1] - 1}, got {labels}")
    right = z[np.arange(len(z)), labels].mean()
    cold, hot = 1e-3, 1e3
    for _ in range(60):
        middle = np.sqrt(cold * hot)
        expected = (softmax(z, temperature=middle) * z).sum(axis=-1).mean()
        # The hotter, the less of the weight is on high logits.
        cold, hot = (middle, hot) if expected > right else (cold, middle)
    return float(np.sqrt(cold * hot))
