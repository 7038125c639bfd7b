"""Distributions with zeros: entmax, which has softmax at one end and sparsemax at the other.

Softmax gives every score above minus infinity a positive probability. Entmax with alpha above 1
gives 0 to those that are far enough below the largest::

    p_i = max(0, (alpha - 1) z_i - tau)^(1 / (alpha - 1)),   tau such that they sum to 1

At alpha = 2 that is sparsemax: the point of the simplex that is nearest to the scores. As alpha
falls to 1 it becomes softmax.

Source: Martins and Astudillo, From Softmax to Sparsemax (2016), https://arxiv.org/abs/1602.02068;
Peters, Niculae and Martins, Sparse Sequence-to-Sequence Models (2019),
https://arxiv.org/abs/1905.05702.
"""

import numpy as np

from .distributions import as_floats, as_number
from .softmax import softmax

__all__ = ["entmax", "sparsemax"]


def entmax(logits, alpha=1.5):
    """Turn scores into probabilities, of which some may be exactly 0.

    Parameters
    ----------
    logits : array_like, shape (..., n)
        Real scores; ``-inf`` masks an entry.
    alpha : float, default 1.5
        From 1, which is softmax, upward; 2 is sparsemax. A larger one gives more zeros.

    Returns
    -------
    numpy.ndarray of float64, shape (..., n)
        Each row sums to 1, within rounding.

    Raises
    ------
    ValueError
        When `alpha` is below 1 or not finite, or `logits` are as in `softmax_lib.softmax`.
    TypeError
        When an argument has the wrong type.

    Notes
    -----
    tau is found by halving, until no float64 lies between its bounds.

    Examples
    --------
    >>> entmax([1.0, 0.5, -0.5], alpha=2)
    array([0.75, 0.25, 0.  ])
    """
    alpha = as_number(alpha, "alpha")
    if not 1 <= alpha < np.inf:
        raise ValueError(f"alpha must be a finite number >= 1, got {alpha}")
    given = as_floats(logits, "logits").astype(np.float64, copy=False)
    smooth = softmax(given)  # also says what is wrong with the scores
    if alpha == 1:
        return smooth
    with np.errstate(all="ignore"):  # rounding a tiny number to 0 is meant
        z = (alpha - 1) * (given - given.max(axis=-1, keepdims=True))
        # The largest score is 0 now, so its probability says where tau lies: from -1 to 0.
        low, high = -np.ones(z.shape[:-1] + (1,)), np.zeros(z.shape[:-1] + (1,))
        for _ in range(60):
            tau = (low + high) / 2
            enough = _powers(z - tau, alpha).sum(axis=-1, keepdims=True) >= 1
            low, high = np.where(enough, tau, low), np.where(enough, high, tau)
        weights = _powers(z - low, alpha)
        return weights / weights.sum(axis=-1, keepdims=True)


def _powers(gaps, alpha):
    return np.maximum(gaps, 0.0) ** (1 / (alpha - 1))


def sparsemax(logits):
    """Return the distribution that is nearest to the scores: entmax with alpha = 2.

    Parameters
    ----------
    logits : array_like, shape (..., n)

    Returns
    -------
    numpy.ndarray of float64, shape (..., n)

    Raises
    ------
    ValueError, TypeError
        As in `entmax`.

    Examples
    --------
    >>> sparsemax([2.0, 0.5])
    array([1., 0.])
    """
    return entmax(logits, alpha=2)
