"""Scaled dot-product attention: each row of softmax is a weighted average over places in a text.

A query asks, every key answers with a score, softmax turns each row of scores into weights, and
the output is that average of the values. Any softmax will do, yours too.

Source: Vaswani et al., Attention Is All You Need (2017), section 3.2.1.
Video: https://youtu.be/wjZofJX0v4M?t=1344 (attention blocks, 22:24).
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

    ``scores = q k^T / sqrt(d)``

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
        float64, or float32 when neither is wider: products of float16 numbers soon leave its range.

    Raises
    ------
    ValueError
        When the shapes do not fit, or a score is beyond the range of its dtype.
    TypeError
        When `q` or `k` does not hold real numbers, or `scale` is neither True nor False.

    Examples
    --------
    >>> attention_scores([[1.0, 1.0, 1.0, 1.0]], [[3.0, 1.0, 0.0, 0.0], [0.0, 0.0, 0.0, -1.0]])
    array([[ 2. , -0.5]])
    """
    q, k = _rows(q, "q"), _rows(k, "k")
    if not isinstance(scale, bool | np.bool_):
        raise TypeError(
            f"scale must be True or False, got {scale!r}; for another scale, multiply q by it"
        )
    if q.shape[-1] != k.shape[-1] or not q.shape[-1]:
        raise ValueError(
            "q and k must have the same number of columns, at least 1, "
            f"got shapes {q.shape} and {k.shape}"
        )
    _check_leading(q=q, k=k)
    dtype = np.result_type(q, k, np.float32)
    with np.errstate(all="ignore"):
        wide = q.astype(dtype, copy=False)
        if scale:  # before the product, which is then no larger than it must be
            wide = wide / dtype.type(np.sqrt(q.shape[-1]))
        scores = wide @ k.astype(dtype, copy=False).swapaxes(-1, -2)
    if not np.isfinite(scores).all():
        raise ValueError(
            f"q and k must have dot products within the range of {dtype}, up to "
            f"{np.finfo(dtype).max:.3g}; divide one of them by a number"
        )
    return scores


def attention(q, k, v, mask=None, softmax=course_softmax, scale=True):
    """Return, for each query, the average of the values, weighted by softmax of its scores.

    ``output = softmax(q k^T / sqrt(d) + mask) v``

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
        which keys a query may look at: of a mask of 0 and 1 make ``mask.astype(bool)``. None hides
        nothing. Not a masked array: fill it first.
    softmax : callable, optional
        Your own; `softmax_lib.your_softmax` says how it is called. Default: the course's.
    scale : bool, default True
        As in `attention_scores`.

    Returns
    -------
    output : numpy.ndarray, shape (..., n, e)
    weights : numpy.ndarray, shape (..., n, m)
        With the course's softmax every row is a distribution. float16 is worked out in float32,
        and rounded once at the end.

    Raises
    ------
    ValueError
        When the shapes do not fit, a row is masked as a whole, or `softmax` does not return finite
        real numbers in the shape that it was given.
    TypeError
        When an argument has the wrong type.
    """
    q, k, v = _rows(q, "q"), _rows(k, "k"), _rows(v, "v")
    rows = by_rows(softmax)
    scores = attention_scores(q, k, scale)
    if v.shape[-2] != scores.shape[-1]:
        raise ValueError(f"v must have a row for each key, {scores.shape[-1]}, got shape {v.shape}")
    if mask is not None:
        added = as_floats(mask, "mask")
        if _is_boolean(np.asarray(mask)):
            added = np.where(added, 0.0, -np.inf)
        try:
            np.broadcast_to(added, scores.shape)
        except ValueError:
            raise ValueError(
                f"mask must fit the scores, shape {scores.shape}, got shape {added.shape}"
            ) from None
        with np.errstate(all="ignore"):  # below the range of float32 is -inf, a mask
            masked = (scores + added).astype(scores.dtype, copy=False)
        if (masked == np.inf).any():
            raise ValueError(
                f"mask must leave the scores within the range of {masked.dtype}, up to "
                f"{np.finfo(masked.dtype).max:.3g}, got {added.max()} in it; -inf hides a key, "
                "and 0 does not"
            )
        scores = masked
    _check_leading(scores=scores, v=v)
    weights = rows(scores)
    with np.errstate(under="ignore"):
        output = weights @ v.astype(np.promote_types(v.dtype, np.float32), copy=False)
        weights = weights.astype(np.result_type(q, k), copy=False)
        return output.astype(np.result_type(q, k, v), copy=False), weights


def _rows(values, name):
    array = as_floats(values, name)
    if array.ndim < 2:
        raise ValueError(f"{name} must have rows and columns, got shape {array.shape}")
    if not np.isfinite(array).all():
        place = tuple(int(n) for n in np.argwhere(~np.isfinite(array))[0])
        raise ValueError(f"{name} must be finite, got {array[place]} at entry {place}")
    return array


def _is_boolean(mask):
    return mask.dtype == bool or (
        mask.dtype == object
        and mask.size > 0
        and all(isinstance(one, bool | np.bool_) for one in mask.ravel())
    )


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
