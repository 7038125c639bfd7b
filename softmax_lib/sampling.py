"""Choosing from a distribution: take the most probable, draw at random, cut the tail off first.

The order is that of the transformers library: the temperature first, inside softmax; then top-k,
top-p and min-p, each on what the one before it left. Every cut works on the whole vocabulary.

What the cuts have in common:

- Entries are taken in the order of `rank`: the most probable first, of equal ones the later first.
- Top-k keeps all that are equal to its last one; top-p keeps no more of them than it needs.
- Numbers are compared as they are stored, and summed from the top.
- An entry of probability 0 is never kept. The first of the ranking always is.

`widgets/arithmetic.js` does the same in the browser; the tests hold the two together.
"""

import itertools
from dataclasses import dataclass

import numpy as np

from .distributions import as_floats, as_number, axes_of, check_distribution
from .softmax import _require_maximum, as_temperature

__all__ = [
    "Cut",
    "GumbelDraw",
    "as_count",
    "as_share",
    "cut",
    "greedy",
    "gumbel_max",
    "min_p",
    "rank",
    "sample",
    "top_k",
    "top_p",
]


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
    _check_generator(generator)
    size = _shape(size)
    totals = np.cumsum(p, axis=-1)
    # Scaled by the last total, so that a sum rounded below 1 leaves no gap at the end. The product
    # is less than the total even for 1 - 2**-53, the largest that is drawn: one is always found.
    u = generator.random(size + p.shape[:-1])[..., np.newaxis] * totals[..., -1:]
    if p.ndim == 1:
        return np.searchsorted(totals, u[..., 0], side="right")
    return (totals <= u).sum(axis=-1)


@dataclass(frozen=True, eq=False)
class Cut:
    """What a cut left of a distribution, and what it took away.

    An entry of probability 0 is never kept: it cannot be drawn, whatever the cut. Those that are
    kept are the first ones of `rank`.

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
    counts : numpy.ndarray of int, shape (..., 3)
        How many entries were left after top-k, after top-p, and after min-p.
    """

    probabilities: np.ndarray
    kept: np.ndarray
    dropped_mass: np.ndarray
    counts: np.ndarray

    @property
    def dropped(self):
        return ~self.kept


def rank(probabilities, scores=None):
    """Return the places of the entries, the most probable first: the order in which cuts take them.

    Parameters
    ----------
    probabilities : array_like, shape (..., n)
        Real numbers. They need not be distributions.
    scores : array_like, shape (..., n), optional
        Of equal probabilities, those with the higher scores come first. A softmax can make equal
        what was not: at temperature 0 or infinity, and by rounding.

    Returns
    -------
    numpy.ndarray of int, shape (..., n)
        Of entries that are equal in both, the later comes first, as in transformers.

    Raises
    ------
    ValueError
        When there is a NaN, or `scores` has another shape.

    Examples
    --------
    >>> rank([0.1, 0.4, 0.1, 0.4]).tolist()
    [3, 1, 2, 0]
    >>> rank([0.5, 0.5, 0.0], scores=[3.0, 2.0, 1.0]).tolist()
    [0, 1, 2]
    """
    p = _ranked_by(probabilities, "probabilities")
    return _rank(p, _scores(scores, p))


def top_k(probabilities, k, at_least=1):
    """Keep the k most probable entries.

    Parameters
    ----------
    probabilities : array_like, shape (..., n)
        Distributions along the last axis.
    k : int
        How many to keep, 1 or more; n or more keeps all. Entries equal to the last one kept stay
        too, so ties can make it more than k, as in transformers.
    at_least : int, default 1
        Keep this many, of those above 0, whatever `k` says.

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
    return _cut_off(p, as_count(k, "k"), None, None, at_least)


def top_p(probabilities, p, at_least=1):
    """Keep the fewest entries, the most probable first, that have the mass `p` together.

    Parameters
    ----------
    probabilities : array_like, shape (..., n)
        Distributions along the last axis.
    p : float
        The mass to keep, from 0 (only the first of `rank`) to 1 (all). The entry that reaches it
        is kept, and is the last.
    at_least : int, default 1
        Keep this many, of those above 0, whatever `p` says.

    Returns
    -------
    Cut

    Raises
    ------
    ValueError
        When `probabilities` is not a distribution, `p` is outside [0, 1] or `at_least` below 1.
    TypeError
        When `p` is not a number, or `at_least` not an integer.

    Notes
    -----
    *Sums.* An entry stays while the mass before it is less than `p`: summed from the top, in
    float64, and compared in the numbers as they are stored. So ``top_p([0.5, 0.4, 0.1], 0.9)``
    keeps 2. Stored numbers are not always the decimals that one writes: 0.7 as a float32 is a
    little less than ``p=0.7``, and one entry more stays. Of the 627 distributions over multiples
    of 0.05, in falling order, at each `p` from 0.05 to 0.95 in steps of 0.05 (11,913 cases),
    reckoning in decimals would keep another number of entries in 405 as float64, in 568 as float32.
    Transformers adds from the bottom and drops what is at most ``1 - p``; that would be 1,184
    and 1,938, ``top_p([0.5, 0.4, 0.1], 0.9)`` among them: ``1 - 0.9 < 0.1``, so it keeps 3.

    *Ties.* Of equal entries at the edge, those further back stay. Transformers keeps the same
    ones of up to 16 entries; of more, the sort it uses leaves their order open, and so does it.

    References
    ----------
    Holtzman et al., The Curious Case of Neural Text Degeneration (2020), section 3.1.

    Examples
    --------
    >>> top_p([0.5, 0.25, 0.125, 0.125], 0.6).probabilities.round(3)
    array([0.667, 0.333, 0.   , 0.   ])
    >>> top_p([0.5, 0.4, 0.1], 0.9).kept.tolist()  # the first two have exactly 0.9
    [True, True, False]
    >>> top_p([0.4, 0.2, 0.2, 0.1, 0.1], 0.5).kept.tolist()  # of the equal ones, the later
    [True, False, True, False, False]
    """
    return _cut_off(check_distribution(probabilities), None, as_share(p, "p"), None, at_least)


def min_p(probabilities, p, at_least=1):
    """Keep the entries that are at least `p` times as probable as the most probable one.

    Parameters
    ----------
    probabilities : array_like, shape (..., n)
        Distributions along the last axis.
    p : float
        The fraction, from 0 (all) to 1 (only the most probable, and its equals).
    at_least : int, default 1
        Keep this many, of those above 0, whatever `p` says.

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
    return _cut_off(check_distribution(probabilities), None, None, as_share(p, "p"), at_least)


def cut(probabilities, top_k=None, top_p=None, min_p=None, at_least=1, scores=None):
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
        Every cut keeps this many, of those above 0.
    scores : array_like, shape (..., n), optional
        Where probabilities are equal, these rank the entries, as in `rank`: give the logits, and
        top-k finds its k at temperature 0 or infinity too.

    Returns
    -------
    Cut
        Of all of them together.

    Raises
    ------
    ValueError, TypeError
        As the three functions and `rank` say.

    Examples
    --------
    >>> float(cut([0.5, 0.25, 0.125, 0.125], top_k=3, min_p=0.4).dropped_mass)
    0.25
    """
    p = check_distribution(probabilities)
    return _cut_off(p, top_k, top_p, min_p, at_least, _scores(scores, p))


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
    logits = logits.astype(np.promote_types(logits.dtype, np.float64))
    noise = generator.gumbel(size=_shape(size) + logits.shape)
    if temperature < 1e280:
        scores = logits + temperature * noise
    else:  # the product could overflow; divided by the temperature, the order is the same
        scores = np.where(logits == -np.inf, logits, logits / temperature + noise)
    return GumbelDraw(np.argmax(scores, axis=-1), scores, noise)


@np.errstate(all="ignore")  # rounding a tiny number to 0 is meant
def _cut_off(given, top_k=None, top_p=None, min_p=None, at_least=1, scores=None):
    """Do what `cut` does to an array that is known to hold distributions."""
    at_least = as_count(at_least, "at_least")
    probabilities, kept = np.zeros_like(given), np.zeros(given.shape, bool)
    gone, counts = np.zeros(given.shape[:-1]), np.zeros((*given.shape[:-1], 3), int)
    for row in itertools.product(*map(range, given.shape[:-1])):
        p, z = given[row], None if scores is None else scores[row]
        places = slice(None) if p.all() else np.flatnonzero(p)
        left, total = p[places], 1.0
        for n, (rule, value) in enumerate(
            ((_first_k, top_k), (_first_p, top_p), (_down_to, min_p))
        ):
            if value is not None:
                stay = rule(left, total, value, at_least, None if z is None else z[places])
                if len(stay) < len(left):
                    places = stay if isinstance(places, slice) else places[stay]
                    left = left[stay]
                    # One after the other, as the browser adds: the next cut asks for exact sums.
                    total = np.cumsum(left, dtype=np.float64)[-1]
            counts[(*row, n)] = len(left)
        kept[row][places] = True
        probabilities[row][places] = np.divide(left, total, dtype=np.float64)
        if len(left) < len(p):
            dropped = p.copy()
            dropped[places] = 0
            gone[row] = dropped.sum(dtype=np.float64)
    return Cut(probabilities, kept, gone[()], counts)


def _rank(p, scores):
    # The order of all cuts, and of what asks `rank`: of equals the later one comes first.
    rising = np.argsort(p, axis=-1, kind="stable") if scores is None else np.lexsort((scores, p))
    return rising[..., ::-1]


# Each of these takes positive weights and what they sum to, and returns the places of those that
# stay, from left to right.


def _first_k(p, total, k, at_least, scores):
    k = min(max(as_count(k, "top_k"), at_least), len(p))
    found = np.flatnonzero(p >= np.partition(p, -k)[-k])
    if scores is not None and len(found) > k:
        p, scores = p[found], scores[found]
        last = _rank(p, scores)[k - 1]
        found = found[(p > p[last]) | (scores >= scores[last])]
    return found


def _first_p(p, total, share, at_least, scores):
    share = as_share(share, "top_p")
    if share == 1:  # a rounded sum could reach 1 before the last entry
        return np.arange(len(p))
    # Sort no more than needed: entries below (1 - share) / n have less than 1 - share together,
    # so the others have enough. All are sorted where rounding, or `at_least`, says otherwise.
    near = np.flatnonzero(p >= (1 - share) * total / len(p))
    for few in (at_least <= len(near) < len(p), False):
        if few:
            order = near[_rank(p[near], None if scores is None else scores[near])]
        else:
            order = _rank(p, scores)
        totals = np.cumsum(p[order], dtype=np.float64)
        if not few or totals[-1] >= share * total:
            break
    # An entry stays while the mass before it is less than the share.
    stays = np.zeros(len(p), bool)
    stays[order[: max(at_least, 1 + np.searchsorted(totals, share * total))]] = True
    return np.flatnonzero(stays)


def _down_to(p, total, share, at_least, scores):
    least = as_share(share, "min_p") * float(p.max())
    found = np.flatnonzero(p.astype(np.float64, copy=False) >= least)
    return found if len(found) >= at_least else np.sort(_rank(p, scores)[:at_least])


def fall(p, u):
    """Return the first place at which the running total of `p` passes u, from 0 up to 1.

    What `sample` does for one draw from one distribution that is known to be one: u is a share of
    the last total. The browser's `fall` does the same.
    """
    totals = np.cumsum(p, dtype=np.float64)
    return np.searchsorted(totals, u * totals[-1], side="right")


def as_count(value, name):
    """Return a setting such as k as an int, or say what is wrong with it.

    Raises
    ------
    ValueError
        When it is below 1.
    TypeError
        When it is not an integer.
    """
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        raise TypeError(f"{name} must be an integer >= 1, got {value!r}")
    if value < 1:
        raise ValueError(f"{name} must be >= 1, got {value}")
    return int(value)


def as_share(value, name):
    """Return a setting such as p as a float, or say what is wrong with it.

    Raises
    ------
    ValueError
        When it is outside [0, 1].
    TypeError
        When it is not a real number.
    """
    try:
        number = None if isinstance(value, bool | np.bool_) else as_number(value, name)
    except TypeError:
        number = None
    if number is None:
        raise TypeError(f"{name} must be a number from 0 to 1, got {value!r}")
    if not 0 <= number <= 1:
        raise ValueError(f"{name} must be from 0 to 1, got {value}")
    return number


def _ranked_by(values, name):
    values = as_floats(values, name)
    if np.isnan(values).any():
        raise ValueError(f"{name} must not have a NaN, which has no place in an order")
    return values


def _scores(values, p):
    if values is None:
        return None
    scores = _ranked_by(values, "scores")
    if scores.shape != p.shape:
        raise ValueError(
            f"scores must have the shape of the probabilities, {p.shape}, got {scores.shape}"
        )
    return scores


def _check_generator(generator):
    if not isinstance(generator, np.random.Generator):
        raise TypeError(
            "generator must be a numpy.random.Generator, for example np.random.default_rng(0), "
            f"got {generator!r}"
        )


def _shape(size):
    try:
        counts = () if size is None else tuple(np.atleast_1d(size).tolist())
    except ValueError:  # lists of different lengths
        counts = (None,)
    if any(type(k) is not int or k < 0 for k in counts):
        raise ValueError(f"size must be made of integers >= 0, got {size}")
    return counts
