"""Scaled dot-product attention: each row of softmax is a weighted average over places in a text.

A query asks, every key answers with a score, softmax turns each row of scores into weights, and
the output is that average of the values. Any softmax will do, yours too.

Source: Vaswani et al., Attention Is All You Need (2017), section 3.2.1.
Video: https://youtu.be/wjZofJX0v4M?t=1284 (attention blocks, 21:24).
"""

import numpy as np

from .distributions import as_floats
from .softmax import softmax as course_softmax
from .your_softmax import by_rows

__all__ = ["attention", "attention_scores", "causal_mask"]


def causal_mask(n):
    """Return the mask that hides the future: added to the scores, it leaves no weight there.

    Parameters
    ----------
    n : int
        How many places the text has, 0 or more.

    Returns
    -------
    numpy.ndarray of float32, shape (n, n)
        0 where the key (column) is not later than the query (row), ``-inf`` where it is.

    Raises
    ------
    ValueError
        When `n` is negative.
    TypeError
        When `n` is not an integer.

    Examples
    --------
    >>> causal_mask(3)
    array([[  0., -inf, -inf],
           [  0.,   0., -inf],
           [  0.,   0.,   0.]], dtype=float32)
    """
    if isinstance(n, bool) or not isinstance(n, int | np.integer):
        raise TypeError(f"n must be an integer >= 0, got {n!r}")
    if n < 0:
        raise ValueError(f"n must be >= 0, got {n}")
    mask = np.full((n, n), -np.inf, dtype=np.float32)
    return np.triu(mask, k=1)


def attention_scores(q, k, scale=True):
    """Return how well each key fits each query: their dot products, divided by sqrt(d).

    Parameters
    ----------
    q : array_like, shape (..., n, d)
        A query for each of n places.
    k : array_like, shape (..., m, d)
        A key for each of m places. The leading axes of `q` and `k` must fit together, as numpy
        broadcasts them.
    scale : bool, default True
        Divide by sqrt(d). Without it the scores grow with d, and softmax saturates.

    Returns
    -------
    numpy.ndarray, shape (..., n, m)
        float64, or float32 when both are.

    Raises
    ------
    ValueError
        When the shapes do not fit.
    TypeError
        When `q` or `k` does not hold real numbers.

    Examples
    --------
    >>> attention_scores([[1.0, 1.0, 1.0, 1.0]], [[3.0, 1.0, 0.0, 0.0], [0.0, 0.0, 0.0, -1.0]])
    array([[ 2. , -0.5]])
    """
    q, k = _rows(q, "q"), _rows(k, "k")
    if q.shape[-1] != k.shape[-1] or not q.shape[-1]:
        raise ValueError(
            "q and k must have the same number of columns, at least 1, "
            f"got shapes {q.shape} and {k.shape}"
        )
    _check_leading(q=q, k=k)
    scores = q @ k.swapaxes(-1, -2)
    return scores / scores.dtype.type(np.sqrt(q.shape[-1])) if scale else scores


def attention(q, k, v, mask=None, softmax=course_softmax, scale=True):
    """Return, for each query, the average of the values, weighted by softmax of its scores.

    Parameters
    ----------
    q : array_like, shape (..., n, d)
        A query for each of n places.
    k : array_like, shape (..., m, d)
        A key for each of m places.
    v : array_like, shape (..., m, e)
        A value for each of m places.
    mask : array_like, shape (..., n, m), optional
        Numbers are added to the scores (``-inf`` hides a key, as `causal_mask` does). Booleans say
        which keys a query may look at. None hides nothing.
    softmax : callable, optional
        Your own; `softmax_lib.your_softmax` says how it is called. Default: the course's.
    scale : bool, default True
        As in `attention_scores`.

    Returns
    -------
    output : numpy.ndarray, shape (..., n, e)
    weights : numpy.ndarray, shape (..., n, m)
        With the course's softmax every row is a distribution.

    Raises
    ------
    ValueError
        When the shapes do not fit, a row is masked as a whole, or `softmax` does not return finite
        real numbers in the shape that it was given.
    TypeError
        When an argument has the wrong type.
    """
    v = _rows(v, "v")
    rows = by_rows(softmax)
    scores = attention_scores(q, k, scale)
    if v.shape[-2] != scores.shape[-1]:
        raise ValueError(f"v must have a row for each key, {scores.shape[-1]}, got shape {v.shape}")
    if mask is not None:
        mask = np.asarray(mask)
        if mask.dtype == bool:
            mask = np.where(mask, scores.dtype.type(0), scores.dtype.type(-np.inf))
        mask = as_floats(mask, "mask")
        try:
            np.broadcast_to(mask, scores.shape)
        except ValueError:
            raise ValueError(
                f"mask must fit the scores, shape {scores.shape}, got shape {mask.shape}"
            ) from None
        scores = (scores + mask).astype(scores.dtype, copy=False)
    _check_leading(scores=scores, v=v)
    weights = rows(scores)
    return weights @ v, weights


def _rows(values, name):
    array = as_floats(values, name)
    if array.ndim < 2:
        raise ValueError(f"{name} must have rows and columns, got shape {array.shape}")
    return array


def _check_leading(**arrays):
    """Raise unless the axes before the last two fit together."""
    try:
        np.broadcast_shapes(*(array.shape[:-2] for array in arrays.values()))
    except ValueError:
        shapes = " and ".join(str(array.shape) for array in arrays.values())
        names = " and ".join(arrays)
        raise ValueError(
            f"{names} must have leading axes that fit together, got shapes {shapes}"
        ) from None
