"""Softmax in two steps, exponentiate and normalize, and its logarithm.

The rules below hold in every function here.

- Integers and booleans become float64; float32 and float64 are kept. float16 is worked out in
  float32, and the logarithm of softmax in float64; both are rounded once at the end.
- ``-inf`` is a mask: its weight is exactly 0. A row in which every entry is masked has nothing to
  choose from, ``+inf`` and NaN have no meaning as scores: each raises ValueError.
- ``temperature`` is one number >= 0. At 0 all the weight goes to the maximum, and ties share it;
  at ``inf`` every entry that is not masked gets the same. Both are the limits of the formula.
- An axis without entries, and a single number without an axis, raise ValueError.

Video: https://youtu.be/wjZofJX0v4M?t=1393 (the two steps, 23:13).
"""

import numpy as np

from .distributions import _place, as_floats, axes_of

__all__ = ["exponentiate", "log_softmax", "logsumexp", "normalize", "softmax"]


def exponentiate(logits, axis=-1, temperature=1.0, out=None):
    """Turn any real scores into positive weights that keep their order.

    Parameters
    ----------
    logits : array_like, shape (..., n, ...)
        Real scores; ``-inf`` masks an entry.
    axis : int, tuple of int or None, default -1
        Where the scores that compete lie; None means the whole array.
    temperature : float, default 1.0
        Divides the scores.
    out : numpy.ndarray, optional
        Where to write the result: shape and dtype of the result. May be `logits` itself.

    Returns
    -------
    numpy.ndarray
        ``exp((logits - maximum) / temperature)``, shape of `logits`. Subtracting the maximum
        divides every weight by the same number, which the normalization would cancel anyway;
        it makes the largest weight 1, so nothing can overflow.

    Raises
    ------
    ValueError, TypeError
        As the module's rules say.

    References
    ----------
    Video at 23:17, https://youtu.be/wjZofJX0v4M?t=1397
    """
    gaps, _ = _scaled_gaps(logits, axis, temperature, out)
    return _delivered(np.exp(gaps, out=gaps), logits, out)


def normalize(weights, axis=-1, out=None):
    """Divide weights by their sum, so that they sum to 1.

    Parameters
    ----------
    weights : array_like, shape (..., n, ...)
        Finite numbers >= 0, at least one of them positive along `axis`.
    axis : int, tuple of int or None, default -1
    out : numpy.ndarray, optional
        Where to write the result. May be `weights` itself.

    Returns
    -------
    numpy.ndarray
        Probabilities, shape of `weights`.

    Raises
    ------
    ValueError
        When a weight is negative, infinite or NaN, or all of them are 0.

    References
    ----------
    Video at 23:21, https://youtu.be/wjZofJX0v4M?t=1401
    """
    weights = as_floats(weights, "weights")
    axes = axes_of(weights, axis, "weights")
    bad = ~((weights >= 0) & (weights < np.inf))
    if bad.any():
        raise ValueError(f"weights must be finite and >= 0, got {weights[bad][0]} at {_place(bad)}")
    empty = weights.max(axis=axes) == 0
    if empty.any():
        where = "" if empty.ndim == 0 else f" at {_place(empty)}"
        raise ValueError(
            f"weights must have a positive sum{where}: they are all 0, so there is nothing to share"
        )
    _check_out(out, weights)
    wide = weights.astype(np.promote_types(weights.dtype, np.float32), copy=False)
    with np.errstate(over="ignore"):
        total = wide.sum(axis=axes, keepdims=True)
    if not (np.isfinite(total) & (total >= np.finfo(wide.dtype).smallest_normal)).all():
        # The sum leaves the dtype's range; dividing by the largest first changes no ratio.
        wide = wide / wide.max(axis=axes, keepdims=True)
        total = wide.sum(axis=axes, keepdims=True)
    return _delivered(np.divide(wide, total), weights, out)


def softmax(logits, axis=-1, temperature=1.0, out=None):
    """Turn any real scores into a probability distribution.

    Parameters
    ----------
    logits : array_like, shape (..., n, ...)
        Real scores; ``-inf`` masks an entry.
    axis : int, tuple of int or None, default -1
        The axis along which the probabilities sum to 1; None means the whole array.
    temperature : float, default 1.0
        Divides the scores before they are exponentiated. Larger is flatter, smaller is sharper,
        0 gives all the weight to the maximum (ties share it), ``inf`` is uniform.
    out : numpy.ndarray, optional
        Where to write the result: shape and dtype of the result. May be `logits` itself.

    Returns
    -------
    numpy.ndarray
        Probabilities, shape of `logits`.

    Raises
    ------
    ValueError, TypeError
        As the module's rules say.

    References
    ----------
    Bridle, Probabilistic Interpretation of Feedforward Classification Network Outputs (1990).
    The shifted formula and its error: Blanchard, Higham and Higham, Accurately computing the
    log-sum-exp and softmax functions, IMA Journal of Numerical Analysis 41 (2021).
    Video at 23:00, https://youtu.be/wjZofJX0v4M?t=1380; temperature at 24:04, ?t=1444.

    Examples
    --------
    >>> softmax([2.0, 1.0, -1.0]).round(3)
    array([0.705, 0.259, 0.035])
    >>> softmax([2.0, 1.0, 2.0], temperature=0)
    array([0.5, 0. , 0.5])
    """
    gaps, axes = _scaled_gaps(logits, axis, temperature, out)
    weights = np.exp(gaps, out=gaps)
    # The largest weight is 1, so the sum is between 1 and n: safe to divide by, unchecked.
    weights /= weights.sum(axis=axes, keepdims=True)
    return _delivered(weights, logits, out)


def log_softmax(logits, axis=-1, temperature=1.0, out=None):
    """Return the logarithm of `softmax`, accurate where the probability itself rounds to 0 or 1.

    Parameters
    ----------
    logits, axis, temperature, out
        As in `softmax`.

    Returns
    -------
    numpy.ndarray
        Natural logarithms, shape of `logits`; ``-inf`` where the probability is exactly 0.

    Raises
    ------
    ValueError, TypeError
        As the module's rules say.

    References
    ----------
    Blanchard, Higham and Higham (2021).
    """
    gaps, axes = _scaled_gaps(logits, axis, temperature, out, precision=np.float64)
    weights = np.exp(gaps)
    total = weights.sum(axis=axes, keepdims=True)
    # When one score dominates, the total is 1 plus something tiny, and only log1p keeps the tiny
    # part. Elsewhere the plain logarithm rounds once less.
    rest = np.where(gaps == 0, 0, weights).sum(axis=axes, keepdims=True)
    gaps -= np.where(total < 1.1, np.log1p(rest), np.log(total))
    return _delivered(gaps, logits, out)


def logsumexp(logits, axis=-1, keepdims=False):
    """Return ``log(sum(exp(logits)))`` without overflow: a softened maximum.

    Parameters
    ----------
    logits : array_like, shape (..., n, ...)
        Real scores; ``-inf`` masks an entry.
    axis : int, tuple of int or None, default -1
    keepdims : bool, default False
        Keep the summed axes with length 1.

    Returns
    -------
    numpy.ndarray or numpy.floating
        Shape of `logits` without `axis`. Between the maximum and the maximum plus log(n).

    Raises
    ------
    ValueError, TypeError
        As the module's rules say.

    References
    ----------
    Blanchard, Higham and Higham (2021).
    """
    gaps, axes = _scaled_gaps(logits, axis, 1.0, None)
    logits = as_floats(logits, "logits")
    # The maxima are counted apart, so that log1p can keep what little the others add.
    ties = gaps == 0
    rest = np.exp(gaps, where=~ties, out=np.zeros_like(gaps)).sum(axis=axes, keepdims=True)
    count = ties.sum(axis=axes, keepdims=True).astype(gaps.dtype)
    total = np.log1p(rest / count) + np.log(count) + logits.max(axis=axes, keepdims=True)
    total = total.astype(logits.dtype, copy=False)
    return total if keepdims else total.squeeze(axis=axes)[()]


def as_temperature(temperature):
    """Return `temperature` as a float >= 0.

    Raises
    ------
    ValueError
        When it is negative or NaN.
    TypeError
        When it is not one real number.
    """
    value = np.asarray(temperature)
    if value.ndim or value.dtype.kind not in "biuf":
        raise TypeError(f"temperature must be one real number >= 0, got {temperature!r}")
    value = float(value)
    if not value >= 0:
        raise ValueError(f"temperature must be >= 0, got {value}")
    return value


def _checked(logits, axis, temperature):
    """Return the three arguments in their working form, or raise as the module's rules say."""
    temperature = as_temperature(temperature)
    logits = as_floats(logits, "logits")
    axes = axes_of(logits, axis, "logits")
    top = logits.max(axis=axes)
    # The maximum is finite unless the row is all masks or holds +inf or NaN: one cheap test.
    if not np.isfinite(top).all():
        for bad, what in ((np.isnan(logits), "NaN"), (logits == np.inf, "+inf")):
            if bad.any():
                raise ValueError(f"logits must be finite (or -inf), got {what} at {_place(bad)}")
        bad = top == -np.inf
        where = "" if bad.ndim == 0 else f" of {_place(bad).replace('entry', 'row')}"
        raise ValueError(
            f"logits must have at least one entry above -inf, but every entry{where} is masked"
        )
    return logits, axes, temperature


def _check_out(out, like):
    """Raise unless `out` is None or an array of the shape and dtype of `like`."""
    if out is None or (
        isinstance(out, np.ndarray) and out.shape == like.shape and out.dtype == like.dtype
    ):
        return
    got = f"{out.dtype} {out.shape}" if isinstance(out, np.ndarray) else type(out).__name__
    raise ValueError(f"out must be a {like.dtype} array of shape {like.shape}, got {got}")


def _scaled_gaps(logits, axis, temperature, out, precision=np.float32):
    """Return ``(logits - maximum) / temperature`` and the axes; all arguments are checked here.

    It is worked out in `precision` at least. The array is `out` itself where its precision
    serves, else a new one: free to overwrite.
    """
    logits, axes, temperature = _checked(logits, axis, temperature)
    _check_out(out, logits)
    wide = logits.astype(np.promote_types(logits.dtype, precision), copy=False)
    top = wide.max(axis=axes, keepdims=True)
    if temperature == np.inf:  # the limit: all alike, but for the masks
        return np.where(wide == -np.inf, wide, wide.dtype.type(0)), axes
    # Never over the logits themselves: should the subtraction overflow, they are needed again.
    reuse = out is not None and wide is logits and not np.may_share_memory(out, logits)
    try:
        with np.errstate(over="raise"):
            gaps = np.subtract(wide, top, out=out if reuse else None)
    except FloatingPointError:  # a gap beyond the dtype's range: halve everything
        gaps, temperature = wide / 2 - top / 2, temperature / 2
    if temperature == 0.0:  # the limit: only the maxima count
        gaps[gaps < 0] = -np.inf
    elif temperature != 1.0:
        limits = np.finfo(gaps.dtype)
        if not float(limits.smallest_normal) <= temperature <= float(limits.max):
            gaps = gaps.astype(np.float64)  # the dtype cannot hold this temperature
        with np.errstate(over="ignore"):  # to -inf, whose weight is 0 as it should be
            gaps /= temperature
    return gaps, axes


def _delivered(result, logits, out):
    """Return `result` in the dtype that belongs to `logits`, inside `out` when there is one."""
    dtype = as_floats(logits, "logits").dtype
    with np.errstate(over="ignore"):  # a logarithm beyond float16 is -inf
        if out is None:
            return result.astype(dtype, copy=False)
        if out is not result:
            out[...] = result
    return out
