"""Choosing from a distribution: take the most probable, or draw at random."""

import numpy as np

from .distributions import check_distribution

__all__ = ["greedy", "sample"]


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
