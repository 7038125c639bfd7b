"""Choosing from a distribution: take the most probable, draw at random, cut the tail off first.

The order is that of the transformers library: the temperature first, inside softmax; then top-k,
top-p and min-p, each on what the one before it left. Every cut works on the whole vocabulary.
"""

from dataclasses import dataclass

import numpy as np

from .distributions import as_floats, axes_of, check_distribution
from .softmax import _require_maximum, as_temperature

__all__ = ["Cut", "GumbelDraw", "cut", "greedy", "gumbel_max", "min_p", "sample", "top_k", "top_p"]


def greedy(probabilities):
    """Choose the most probable entry.

    Parameters
    ----------
    probabilities : array_like, shape (..., n)
        Distributions along the last axis.

    Returns
    -------
    numpy.ndarray of int or numpy.int64
        Index of the largest probability, shape (...); of several equal ones, the first.

    Raises
    ------
    ValueError
        When `probabilities` is not a distribution.
    """
    return np.argmax(check_distribution(probabilities), axis=-1)


def sample(probabilities, generator, size=None):
    """Draw entries at random, each as often as its probability says.

    One number u is drawn evenly from [0, 1) and the answer is the first entry at which the
    running total of the probabilities passes u.

    Parameters
    ----------
    probabilities : array_like, shape (n,) or (..., n)
        Distributions along the last axis.
    generator : numpy.random.Generator
        Where the randomness comes from: ``np.random.default_rng(seed)``.
    size : int or tuple of int, optional
        How many draws from each distribution; None draws one.

    Returns
    -------
    numpy.ndarray of int or numpy.int64
        Indices, shape ``size + (...)``. An entry of probability 0 is never drawn.

    Raises
    ------
    ValueError
        When `probabilities` is not a distribution, or `size` is negative.
    TypeError
        When `generator` is not a Generator.
    """
    p = check_distribution(probabilities).astype(np.float64)
    if not isinstance(generator, np.random.Generator):
        raise TypeError(
            "generator must be a numpy.random.Generator, for example np.random.default_rng(0), "
            f"got {generator!r}"
        )
    size = () if size is None else tuple(np.atleast_1d(size).tolist())
    if any(type(k) is not int or k < 0 for k in size):
        raise ValueError(f"size must be made of integers >= 0, got {size}")
    totals = np.cumsum(p, axis=-1)
    # Scaled by the last total, so that a sum rounded below 1 leaves no gap at the end.
    u = generator.random(size + p.shape[:-1])[..., np.newaxis] * totals[..., -1:]
    if p.ndim == 1:
        drawn = np.searchsorted(totals, u[..., 0], side="right")
    else:
        drawn = (totals <= u).sum(axis=-1)
    # u may round up to the last total itself: then the last entry that can be drawn is meant.
    last = p.shape[-1] - 1 - np.argmax(p[..., ::-1] > 0, axis=-1)
    return np.minimum(drawn, last)[()]


@dataclass(frozen=True, eq=False)
class Cut:
    """What a cut left of a distribution, and what it took away.

    An entry of probability 0 is never kept: it cannot be drawn, whatever the cut.

    Attributes
    ----------
    probabilities : numpy.ndarray, shape (..., n)
        What is left, scaled up to sum to 1. Dropped entries are exactly 0.
    kept : numpy.ndarray of bool, shape (..., n)
        True where an entry can still be drawn.
    dropped : numpy.ndarray of bool, shape (..., n)
        The opposite of `kept`.
    dropped_mass : numpy.ndarray or numpy.float64, shape (...)
        How much probability the dropped entries had together.
    """

    probabilities: np.ndarray
    kept: np.ndarray
    dropped_mass: np.ndarray

    @property
    def dropped(self):
        return ~self.kept


def top_k(probabilities, k, at_least=1):
    """Keep the k most probable entries.

    Parameters
    ----------
    probabilities : array_like, shape (..., n)
        Distributions along the last axis.
    k : int
        How many to keep, 1 or more; n or more keeps all. Entries equal to the last one kept stay
        too, so ties can make it more than k.
    at_least : int, default 1
        Keep this many, whatever `k` says.

    Returns
    -------
    Cut

    Raises
    ------
    ValueError
        When `probabilities` is not a distribution, or `k` or `at_least` is below 1.
    TypeError
        When `k` or `at_least` is not an integer.

    References
    ----------
    Fan, Lewis and Dauphin, Hierarchical Neural Story Generation (2018), section 5.

    Examples
    --------
    >>> top_k([0.5, 0.25, 0.125, 0.125], 2).probabilities.round(3)
    array([0.667, 0.333, 0.   , 0.   ])
    """
    p = check_distribution(probabilities)
    return _cut_off(p, _count(k, "k"), None, None, at_least)


def top_p(probabilities, p, at_least=1):
    """Keep the fewest entries, the most probable first, that have the mass `p` together.

    Parameters
    ----------
    probabilities : array_like, shape (..., n)
        Distributions along the last axis.
    p : float
        The mass to keep, from 0 (only the most probable) to 1 (all). The entry that reaches it is
        kept. Of several equal ones at the edge, those further back stay, as in transformers.
    at_least : int, default 1
        Keep this many, whatever `p` says.

    Returns
    -------
    Cut

    Raises
    ------
    ValueError
        When `probabilities` is not a distribution, `p` is outside [0, 1] or `at_least` below 1.
    TypeError
        When `p` is not a number, or `at_least` not an integer.

    References
    ----------
    Holtzman et al., The Curious Case of Neural Text Degeneration (2020), section 3.1.

    Examples
    --------
    >>> top_p([0.5, 0.25, 0.125, 0.125], 0.6).probabilities.round(3)
    array([0.667, 0.333, 0.   , 0.   ])
    """
    return _cut_off(check_distribution(probabilities), None, _share(p, "p"), None, at_least)


def min_p(probabilities, p, at_least=1):
    """Keep the entries that are at least `p` times as probable as the most probable one.

    Parameters
    ----------
    probabilities : array_like, shape (..., n)
        Distributions along the last axis.
    p : float
        The fraction, from 0 (all) to 1 (only the most probable, and its equals).
    at_least : int, default 1
        Keep this many, whatever `p` says.

    Returns
    -------
    Cut

    Raises
    ------
    ValueError
        When `probabilities` is not a distribution, `p` is outside [0, 1] or `at_least` below 1.
    TypeError
        When `p` is not a number, or `at_least` not an integer.

    References
    ----------
    Nguyen et al., Turning Up the Heat: Min-p Sampling (2025), section 3.

    Examples
    --------
    >>> min_p([0.5, 0.25, 0.125, 0.125], 0.5).probabilities.round(3)
    array([0.667, 0.333, 0.   , 0.   ])
    """
    return _cut_off(check_distribution(probabilities), None, None, _share(p, "p"), at_least)


def cut(probabilities, top_k=None, top_p=None, min_p=None, at_least=1):
    """Apply several cuts in the usual order: top-k, then top-p, then min-p.

    Parameters
    ----------
    probabilities : array_like, shape (..., n)
        Distributions along the last axis, the temperature already in them.
    top_k : int, optional
    top_p, min_p : float, optional
        As in the functions of these names; None leaves a cut out. Each works on what the one
        before it left, scaled up to sum to 1.
    at_least : int, default 1
        Every cut keeps this many.

    Returns
    -------
    Cut
        Of all of them together.

    Raises
    ------
    ValueError, TypeError
        As the three functions say.

    Examples
    --------
    >>> float(cut([0.5, 0.25, 0.125, 0.125], top_k=3, min_p=0.4).dropped_mass)
    0.25
    """
    return _cut_off(check_distribution(probabilities), top_k, top_p, min_p, at_least)


@dataclass(frozen=True, eq=False)
class GumbelDraw:
    """A draw by Gumbel-max, and what decided it.

    Attributes
    ----------
    drawn : numpy.ndarray of int or numpy.int64, shape (...)
        Where the largest entry of `scores` is.
    scores : numpy.ndarray of float64, shape (..., n)
        ``logits + temperature * noise``. At temperatures of 1e280 and more, where that could leave
        the range of float64, it is ``logits / temperature + noise``. Masked entries are ``-inf``.
    noise : numpy.ndarray of float64, shape (..., n)
        Independent numbers from the standard Gumbel distribution.
    """

    drawn: np.ndarray
    scores: np.ndarray
    noise: np.ndarray


@np.errstate(all="ignore")
def gumbel_max(logits, generator, temperature=1.0, size=None):
    """Draw from softmax of the logits without computing it: add noise, take the largest.

    ``drawn = argmax_i (z_i + T g_i)``, each g drawn from the standard Gumbel distribution

    Parameters
    ----------
    logits : array_like, shape (..., n)
        Real scores; ``-inf`` masks an entry.
    generator : numpy.random.Generator
        Where the noise comes from.
    temperature : float, default 1.0
        T multiplies the noise. 0 leaves the logits alone, so the largest wins (the first of
        several equal ones); ``inf`` leaves the noise alone.
    size : int or tuple of int, optional
        How many draws for each row of logits; None draws one.

    Returns
    -------
    GumbelDraw
        ``drawn`` has the shape ``size + (...)``.

    Raises
    ------
    ValueError
        When `logits` has a NaN, a ``+inf`` or a row of masks, `temperature` is negative, or `size`
        is not made of integers >= 0.
    TypeError
        When `generator` is not a Generator.

    References
    ----------
    Gumbel, Statistical Theory of Extreme Values (1954). As a way to sample: Maddison, Tarlow and
    Minka, A* Sampling (2014), section 2.
    """
    _check_generator(generator)
    temperature = as_temperature(temperature)
    logits = as_floats(logits, "logits")
    axes_of(logits, -1, "logits")
    _require_maximum(logits, logits.max(axis=-1))
    logits = logits.astype(np.float64)
    noise = generator.gumbel(size=_shape(size) + logits.shape)
    if temperature < 1e280:
        scores = logits + temperature * noise
    else:  # the product could overflow; divided by the temperature, the order is the same
        scores = np.where(logits == -np.inf, logits, logits / temperature + noise)
    return GumbelDraw(np.argmax(scores, axis=-1), scores, noise)


def _cut_off(given, top_k=None, top_p=None, min_p=None, at_least=1):
    """Do what `cut` does to an array that is known to hold distributions."""
    at_least, kept = _count(at_least, "at_least"), given > 0
    for rule, value in ((_keep_k, top_k), (_keep_p, top_p), (_keep_above, min_p)):
        if value is not None:
            kept &= rule(np.where(kept, given, 0), value, at_least)
    left = np.where(kept, given, given.dtype.type(0))
    gone = np.where(kept, 0, given).sum(axis=-1, dtype=np.float64)
    if gone.any():  # else not a digit changes
        left /= left.sum(axis=-1, keepdims=True, dtype=np.promote_types(given.dtype, np.float32))
    return Cut(left, kept, gone)


# Each of these takes weights along the last axis, which need not sum to 1, and returns a mask.


def _keep_k(weights, k, at_least):
    k = min(max(_count(k, "top_k"), at_least), weights.shape[-1])
    smallest = np.partition(weights, -k, axis=-1)[..., -k, np.newaxis]
    return weights >= smallest


def _keep_p(weights, p, at_least):
    p = _share(p, "top_p")
    if weights.ndim == 1 and np.count_nonzero(weights) < len(weights):  # sort no more than needed
        kept = weights > 0
        kept[kept] = _keep_p(weights[kept], p, at_least)
        return kept
    # From the smallest up, so that the many small ones are added before they meet large ones.
    order = np.argsort(weights, axis=-1, kind="stable")
    totals = np.cumsum(np.take_along_axis(weights, order, axis=-1), axis=-1, dtype=np.float64)
    stays = totals / totals[..., -1:] > 1 - p
    stays[..., -at_least:] = True
    kept = np.empty_like(stays)
    np.put_along_axis(kept, order, stays, axis=-1)
    return kept


def _keep_above(weights, p, at_least):
    kept = weights >= _share(p, "min_p") * weights.max(axis=-1, keepdims=True)
    if at_least > 1:
        order = np.argsort(weights, axis=-1, kind="stable")
        np.put_along_axis(kept, order[..., -at_least:], True, axis=-1)
    return kept


def _draw(p, generator):
    """Do what `sample` does for one draw from one distribution that is known to be one."""
    totals = np.cumsum(p, dtype=np.float64)
    drawn = np.searchsorted(totals, generator.random() * totals[-1], side="right")
    if drawn == len(p) or p[drawn] == 0:  # rounded up to the last total
        drawn = np.flatnonzero(p)[-1]
    return drawn


def _count(value, name):
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        raise TypeError(f"{name} must be an integer >= 1, got {value!r}")
    if value < 1:
        raise ValueError(f"{name} must be >= 1, got {value}; leave it out for no cut")
    return int(value)


def _share(value, name):
    if isinstance(value, bool) or not isinstance(value, int | float | np.integer | np.floating):
        raise TypeError(f"{name} must be a number from 0 to 1, got {value!r}")
    if not 0 <= value <= 1:
        raise ValueError(f"{name} must be from 0 to 1, got {value}")
    return float(value)


def _check_generator(generator):
    if not isinstance(generator, np.random.Generator):
        raise TypeError(
            "generator must be a numpy.random.Generator, for example np.random.default_rng(0), "
            f"got {generator!r}"
        )


def _shape(size):
    size = () if size is None else tuple(np.atleast_1d(size).tolist())
    if any(type(k) is not int or k < 0 for k in size):
        raise ValueError(f"size must be made of integers >= 0, got {size}")
    return size
