"""Softmax turns scores z, the logits, into probabilities p. T is the temperature:

    p_i = e^(z_i / T) / sum_j e^(z_j / T)

In code it is three lines::

    gaps = logits - max(logits)
    weights = exp(gaps / temperature)
    probabilities = weights / sum(weights)

Without the first line, e^z would overflow: at z = 710 in float64, at 89 in float32. With it the
largest weight is 1 and the sum lies between 1 and n; and since every weight is divided by the same
number, no probability changes.

The rules below hold in every function here.

- float32 and float64 are kept, all other real numbers become float64. float16 is worked out in
  float32, and the logarithm of softmax, of any dtype, in float64; both are rounded once at the end.
- ``-inf`` is a mask: its weight is exactly 0. A row in which every entry is masked has nothing to
  choose from, ``+inf`` and NaN have no meaning as scores: each raises ValueError. A masked array
  raises TypeError: fill it with ``-inf`` first.
- ``temperature`` is one number >= 0. At 0 all the weight goes to the maximum, and ties share it;
  at ``inf`` every entry that is not masked gets the same. Both are the limits of the formula.
- ``axis`` is the last one unless you say otherwise (scipy's default is the whole array). An axis
  without entries raises ValueError, and so does a single number; with ``axis=None`` a single number
  is a list of one.
- Rounding a tiny number to 0 is meant, whatever `numpy.seterr` says: no warning, no error.

Video: https://youtu.be/wjZofJX0v4M?t=1393 (the two steps, 23:13).
"""

import numpy as np

from .distributions import _place, as_floats, as_number, axes_of

__all__ = ["exponentiate", "log_softmax", "logsumexp", "normalize", "softmax"]


@np.errstate(all="ignore")  # rounding a tiny number to 0 is meant
def softmax(logits, axis=-1, temperature=1.0, out=None):
    """Turn any real scores into a probability distribution.

    ``p_i = e^(z_i / T) / sum_j e^(z_j / T)``

    Parameters
    ----------
    logits : array_like, shape (..., n, ...)
        Real scores z; ``-inf`` masks an entry.
    axis : int, tuple of int or None, default -1
        The axis along which the probabilities sum to 1; None means the whole array.
    temperature : float, default 1.0
        T divides the scores before they are exponentiated. Larger is flatter, smaller is sharper,
        0 gives all the weight to the maximum (ties share it), ``inf`` is uniform.
    out : numpy.ndarray, optional
        Where to write the result: shape and dtype of the result. May be `logits` itself.

    Returns
    -------
    numpy.ndarray
        Probabilities, shape of `logits`.

    Raises
    ------
    ValueError
        When a score is NaN or ``+inf``, a row has no entry above ``-inf``, `axis` has no entries,
        or `temperature` is negative.
    TypeError
        When `logits` does not hold real numbers, or is a masked array.

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
    given = as_floats(logits, "logits", axis)
    logits, maximum, temperature, axes = _checked(given, axis, temperature)
    # The three lines, all in one array: that spares time and memory.
    gaps = np.subtract(logits, maximum, out=_output_buffer(out, given, logits))
    if temperature != 1.0:
        gaps /= temperature
    weights = np.exp(gaps, out=gaps)
    probabilities = np.divide(weights, _sum(weights, axes), out=weights)
    return _as_given(probabilities, given, out)


@np.errstate(all="ignore")
def exponentiate(logits, axis=-1, temperature=1.0, out=None):
    """Turn any real scores into positive weights that keep their order: softmax's first step.

    ``w_i = e^((z_i - max(z)) / T)``

    Parameters
    ----------
    logits, axis, temperature, out
        As in `softmax`.

    Returns
    -------
    numpy.ndarray
        Weights, shape of `logits`. Subtracting the maximum divides every weight by the same
        number, which the normalization would cancel anyway; it makes the largest weight 1, so
        nothing can overflow.

    Raises
    ------
    ValueError
        When a score is NaN or ``+inf``, a row has no entry above ``-inf``, `axis` has no entries,
        or `temperature` is negative.
    TypeError
        When `logits` does not hold real numbers, or is a masked array.

    References
    ----------
    Video at 23:17, https://youtu.be/wjZofJX0v4M?t=1397
    """
    given = as_floats(logits, "logits", axis)
    logits, maximum, temperature, _ = _checked(given, axis, temperature)
    gaps = np.subtract(logits, maximum, out=_output_buffer(out, given, logits))
    if temperature != 1.0:
        gaps /= temperature
    weights = np.exp(gaps, out=gaps)
    return _as_given(weights, given, out)


@np.errstate(all="ignore")
def normalize(weights, axis=-1, out=None):
    """Divide weights by their sum, so that they sum to 1: softmax's second step.

    ``p_i = w_i / sum_j w_j``

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
    TypeError
        When `weights` are not real numbers.

    References
    ----------
    Video at 23:21, https://youtu.be/wjZofJX0v4M?t=1401
    """
    given = as_floats(weights, "weights", axis)
    axes = axes_of(given, axis, "weights")
    bad = ~((given >= 0) & (given < np.inf))
    if bad.any():
        raise ValueError(f"weights must be finite and >= 0, got {given[bad][0]} at {_place(bad)}")
    empty = given.max(axis=axes) == 0
    if empty.any():
        where = "" if empty.ndim == 0 else f" at {_place(empty)}"
        raise ValueError(
            f"weights must have a positive sum{where}: they are all 0, so there is nothing to share"
        )
    weights = given.astype(np.promote_types(given.dtype, np.float32), copy=False)
    total = _sum(weights, axes)
    if not (np.isfinite(total) & (total >= np.finfo(weights.dtype).smallest_normal)).all():
        # The sum leaves the dtype's range; dividing by the largest first changes no ratio.
        weights = weights / weights.max(axis=axes, keepdims=True)
        total = _sum(weights, axes)
    probabilities = np.divide(weights, total, out=_output_buffer(out, given, weights))
    return _as_given(probabilities, given, out)


@np.errstate(all="ignore")
def log_softmax(logits, axis=-1, temperature=1.0, out=None):
    """Return the logarithm of `softmax`, accurate where the probability itself rounds to 0 or 1.

    ``log p_i = (z_i - max(z)) / T - log(sum_j e^((z_j - max(z)) / T))``

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
    ValueError
        When a score is NaN or ``+inf``, a row has no entry above ``-inf``, `axis` has no entries,
        or `temperature` is negative.
    TypeError
        When `logits` does not hold real numbers, or is a masked array.

    References
    ----------
    Blanchard, Higham and Higham (2021).
    """
    given = as_floats(logits, "logits", axis)
    logits, maximum, temperature, axes = _checked(given, axis, temperature, np.float64)
    gaps = np.subtract(logits, maximum, out=_output_buffer(out, given, logits))
    if temperature != 1.0:
        gaps /= temperature
    weights = np.exp(gaps)
    total = weights.sum(axis=axes, keepdims=True)
    # When one score dominates, the total is 1 plus something tiny, and only log1p keeps the tiny
    # part. Elsewhere the plain logarithm rounds once less.
    rest = np.where(gaps == 0, 0, weights).sum(axis=axes, keepdims=True)
    gaps -= np.where(total < 1.1, np.log1p(rest), np.log(total))
    return _as_given(gaps, given, out)


@np.errstate(all="ignore")
def logsumexp(logits, axis=-1, keepdims=False):
    """Return the logarithm of the sum of exponentials without overflow: a softened maximum.

    ``log(sum_j e^(z_j)) = max(z) + log(sum_j e^(z_j - max(z)))``

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
    ValueError
        When a score is NaN or ``+inf``, a row has no entry above ``-inf``, or `axis` has no
        entries.
    TypeError
        When `logits` does not hold real numbers, or is a masked array.

    References
    ----------
    Blanchard, Higham and Higham (2021).
    """
    given = as_floats(logits, "logits", axis)
    logits, maximum, _, axes = _checked(given, axis, 1.0)
    gaps = logits - maximum
    # The maxima are counted apart, so that log1p can keep what little the others add.
    ties = gaps == 0
    rest = _sum(np.exp(gaps, where=~ties, out=np.zeros_like(gaps)), axes)
    count = ties.sum(axis=axes, keepdims=True).astype(gaps.dtype)
    total = maximum + (np.log1p(rest / count) + np.log(count))
    total = total.astype(given.dtype, copy=False)
    return total if keepdims and given.ndim else total.squeeze(axis=axes)[()]


def as_temperature(temperature):
    """Return `temperature` as a float >= 0.

    Raises
    ------
    ValueError
        When it is negative or NaN, or finite and beyond the range of float64.
    TypeError
        When it is not one real number.
    """
    value = temperature if type(temperature) is float else as_number(temperature, "temperature")
    if not value >= 0:
        raise ValueError(f"temperature must be >= 0, got {value}")
    return value


def _checked(given, axis, temperature, precision=np.float32):
    """Return logits, maximum, temperature and axes for the three lines, or raise.

    The logits come in `precision` at least, and in range: almost always as they were given.
    """
    axes = axes_of(given, axis, "logits")
    temperature = as_temperature(temperature)
    logits = given
    if given.dtype != precision:
        logits = given.astype(np.promote_types(given.dtype, precision), copy=False)
    if not axes:  # a single number
        logits, axes = logits.reshape(1), (0,)
    maximum = np.maximum.reduce(logits, axis=axes, keepdims=True)
    # A gap can overflow only if the maximum is near the dtype's end; then its square is infinite.
    # So one number says that there is no such maximum, none that is NaN, and none infinite.
    if not np.vdot(maximum, maximum) < np.inf:
        _require_maximum(given, maximum.squeeze(axis=axes))
    elif 1e-30 < temperature < 1e30:  # almost always; float32 holds these, and more
        return logits, maximum, temperature, axes
    return *_rescaled(logits, maximum, temperature), axes


def _rescaled(logits, maximum, temperature):
    """Return three that make the same distribution, and with which the three lines do not overflow.

    Dividing logits and temperature by the same number changes no probability. No floating-point
    flag is asked: a processor need not have them.
    """
    if temperature == 0.0 or temperature == np.inf:  # the limits: the maxima alone count, or all
        counts = logits == maximum if temperature == 0.0 else logits > -np.inf
        zero, masked = logits.dtype.type(0), logits.dtype.type(-np.inf)
        return np.where(counts, zero, masked), zero, 1.0
    limits = np.finfo(logits.dtype)
    if not float(limits.smallest_normal) <= temperature <= float(limits.max):
        wider = np.promote_types(logits.dtype, np.float64)  # the dtype cannot hold the temperature
        logits, maximum = logits.astype(wider), maximum.astype(wider)
    if temperature > 1.0:
        return logits / 2, maximum / 2, temperature / 2  # no gap is beyond the range now
    return logits, maximum, temperature  # such a gap is -inf, which it is over T <= 1 in any case


def _sum(weights, axes):
    """Return the sums of positive numbers, the axes kept.

    Along neighbors in memory numpy adds in pairs, elsewhere one after the other: there a float32
    would stand still at 2**24. Such a sum, when it is long, is made in float64.
    """
    if weights.size > 4096 and weights.dtype == np.float32:
        if len(axes) > 1 or weights.strides[axes[0]] != weights.itemsize:
            return weights.sum(axis=axes, dtype=np.float64, keepdims=True).astype(np.float32)
    return weights.sum(axis=axes, keepdims=True)


def _require_maximum(logits, maximum):
    """Raise unless `maximum`, the largest entry of each row of `logits`, is a finite number.

    Raises
    ------
    ValueError
        When a row holds NaN or ``+inf``, or ``-inf`` alone.
    """
    # The maximum is finite unless the row is all masks or holds +inf or NaN: one cheap test.
    if np.isfinite(maximum).all():
        return
    for bad, what in ((np.isnan(logits), "NaN"), (logits == np.inf, "+inf")):
        if bad.any():
            raise ValueError(f"logits must be finite (or -inf), got {what} at {_place(bad)}")
    bad = maximum == -np.inf
    where = "" if bad.ndim == 0 else f" of {_place(bad).replace('entry', 'row')}"
    raise ValueError(
        f"logits must have at least one entry above -inf, but every entry{where} is masked"
    )


def _output_buffer(out, given, working):
    """Return where to work: None for a new array, or `out`, which is checked, where it serves."""
    if out is None:
        return None
    if isinstance(out, np.ndarray) and not isinstance(out, np.ma.MaskedArray):
        if out.shape == given.shape and out.dtype == given.dtype and out.flags["W"]:
            fits = out.dtype == working.dtype and out.shape == working.shape
            return np.asarray(out) if fits else None  # a subclass is written to as an array
        got = f"{out.dtype} {out.shape}" + ("" if out.flags["W"] else ", read-only")
    else:
        got = type(out).__name__
    raise ValueError(f"out must be a {given.dtype} array of shape {given.shape}, got {got}")


def _as_given(result, given, out):
    """Return `result` in the dtype and shape of what was given, inside `out` when there is one."""
    if out is not None:
        room = np.asarray(out)
        if not np.may_share_memory(result, room):
            room[...] = result.reshape(room.shape)
        return out
    if result.dtype != given.dtype:
        result = result.astype(given.dtype)
    return result if given.ndim else result.reshape(())[()]
