"""What a classifier's probabilities are worth: reliability, calibration error, temperature.

A classifier is calibrated when, of all cases in which its favorite has 0.8, the favorite is right
in 80 of 100.

Sources: Guo and others, ICML 2017, https://arxiv.org/abs/1706.04599 (temperature scaling, expected
calibration error); Efron and Tibshirani, *An Introduction to the Bootstrap*, 1993 (the interval).
"""

import operator
from typing import NamedTuple

import numpy as np

from .distributions import _REAL, _brief, as_floats, as_number
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
        Whether it was right; 1 and 0 count as True and False.
    bins : int, default 10
        Equally wide, from 0 to 1. A border belongs to the bin above it, and 1 to the last one.

    Returns
    -------
    Reliability

    Raises
    ------
    ValueError
        When the two differ in length or are empty, a confidence is not between 0 and 1, or `bins`
        is below 1.
    TypeError
        When an entry of `correct` is neither True nor False, a confidence is no real number, or
        `bins` is no whole number.

    Examples
    --------
    >>> reliability([0.6, 0.9, 0.95], [True, True, False], bins=2)[0].tolist()
    [0, 3]
    """
    said, came = as_floats(confidences, "confidences"), _yes_or_no(correct)
    bins = _whole(bins, "bins", least=1)
    if said.ndim != 1 or said.shape != came.shape or not said.size:
        raise ValueError(
            "confidences and correct must be two lists of one length, at least 1, got shapes "
            f"{said.shape} and {came.shape}"
        )
    bad = ~((said >= 0) & (said <= 1))
    if bad.any():
        place = int(bad.argmax())
        fix = "leave that case out" if np.isnan(said[place]) else "softmax makes them of logits"
        raise ValueError(
            f"confidences must lie between 0 and 1, got {said[place]} at entry {place}; {fix}"
        )
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
    ValueError, TypeError
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
        How often all cases are drawn, at least once.
    seed : int, default 0
        At least 0.

    Returns
    -------
    low, high : float

    Raises
    ------
    ValueError
        When `level` is not between 0 and 1, `draws` is below 1 or `seed` below 0; or the arrays
        are none, single numbers, empty, or of different lengths.
    TypeError
        When `statistic` cannot be called, one of the numbers is none, or an array is masked.
    """
    if not callable(statistic):
        raise TypeError(
            f"statistic must be a function of the arrays, got {_brief(statistic)}; "
            "pass np.mean, not np.mean(x)"
        )
    if not 0 < (level := as_number(level, "level")) < 1:
        raise ValueError(f"level must lie between 0 and 1, got {level}; 0.95 is 95 %")
    draws, seed = _whole(draws, "draws", least=1), _whole(seed, "seed", least=0)
    arrays = [_without_mask(array, "arrays") for array in arrays]
    for place, array in enumerate(arrays):
        if array.ndim and array.dtype == object and all(isinstance(x, _REAL) for x in array.flat):
            arrays[place] = as_floats(array, "arrays")
    if alone := [array for array in arrays if not array.ndim]:
        raise ValueError(
            f"arrays must have a row for each case, got the single {_brief(alone[0].item())}"
        )
    if len(lengths := {len(array) for array in arrays}) != 1 or 0 in lengths:
        raise ValueError(
            "arrays must be at least one, of one length, and not empty, got the lengths "
            f"{sorted(lengths)}"
        )
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
        Between 0.001 and 1000; one of these ends where no temperature is best, or where the best
        lies beyond them.

    Raises
    ------
    ValueError
        When the shapes do not fit, a logit is not finite, or a label is no place of a row.
    TypeError
        When the logits are no real numbers, or the labels no integers, or masked.
    """
    z, labels = as_floats(logits, "logits"), _without_mask(labels, "labels")
    if z.ndim != 2 or labels.shape != z.shape[:1] or not z.size:
        raise ValueError(
            "logits must be a table with a row for each label, got shapes "
            f"{z.shape} and {labels.shape}"
        )
    if not np.isfinite(z).all():
        raise ValueError("logits must be finite here: no temperature moves a mask")
    if labels.dtype.kind not in "iu":
        raise TypeError(
            "labels must be integers, the places of the right answers, got dtype "
            f"{labels.dtype}; labels.astype(int) makes them of whole numbers"
        )
    bad = (labels < 0) | (labels >= z.shape[1])
    if bad.any():
        raise ValueError(
            f"labels must be places from 0 to {z.shape[1] - 1}, got {labels[bad][0]} at entry "
            f"{bad.argmax()}"
        )
    # In float64, and so that no sum of a million logits overflows: T is in the same unit.
    z = z.astype(np.promote_types(z.dtype, np.float64), copy=False)
    unit = max(1.0, float(np.abs(z).max() / 1e300))
    z = z / unit
    z -= z.max(axis=-1, keepdims=True)
    right = z[np.arange(len(z)), labels].mean()
    cold, hot = 1e-3, 1e3
    for _ in range(60):
        middle = np.sqrt(cold * hot)
        expected = (softmax(z, temperature=middle / unit) * z).sum(axis=-1).mean()
        # The hotter, the less of the weight is on high logits.
        cold, hot = (middle, hot) if expected > right else (cold, middle)
    return float(np.sqrt(cold * hot))


def _whole(value, name, least):
    """Return a whole number as an int, or say what is wrong with it."""
    told = f"{name} must be a whole number of at least {least}, got {_brief(value)}"
    try:
        whole = operator.index(value)
    except TypeError:
        raise TypeError(told) from None
    if isinstance(value, bool | np.bool_):
        raise TypeError(told)
    if whole < least:
        raise ValueError(told)
    return whole


def _without_mask(values, name):
    """Return an array of any kind but a masked one, whose mask would be lost."""
    if isinstance(values, np.ma.MaskedArray):
        raise TypeError(f"{name} must be without a mask, got a masked array; leave those cases out")
    return np.asarray(values)


def _yes_or_no(correct):
    """Return an array of bool of entries that are True or False, or 1 and 0."""
    if type(correct) is np.ndarray and correct.dtype == bool:
        return correct
    if isinstance(correct, np.ma.MaskedArray):
        correct = list(correct)  # what is masked stays so: it is neither
    entries = np.asarray(correct, dtype=object)
    for place, entry in enumerate(entries.flat):
        if not (isinstance(entry, _REAL) and entry in (0, 1)):
            raise TypeError(
                "correct must be True or False (or 1 and 0) for each case, got "
                f"{_brief(entry)} at entry {place}; for labels pass favorites == labels"
            )
    return entries.astype(bool)
