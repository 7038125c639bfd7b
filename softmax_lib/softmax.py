"""Softmax turns scores z, the logits, into probabilities p. T is the temperature:

    p_i = e^(z_i / T) / sum_j e^(z_j / T)

In code it is three lines::

    gaps = logits - max(logits)
    weights = exp(gaps / temperature)
    probabilities = weights / sum(weights)

Without the first line, e^z would overflow: at z = 710 in float64, at 89 in float32. With it the
largest weight is 1 and the sum lies between 1 and n; and since every weight is divided by the same
number, no probability changes.

Each function hands its lines, such as those of `_softmax`, to `_worked_out`, which looks at what
was given. Of a large array they get one tile after another: `tiled.py` cuts it.

The rules below hold in every function here.

- float32 and float64 are kept, all other real numbers become float64. float16 is worked out in
  float32, and the logarithms, of any dtype, in float64; both are rounded once at the end.
- ``-inf`` is a mask: its weight is exactly 0. A row in which every entry is masked has nothing to
  choose from, ``+inf`` and NaN have no meaning as scores: each raises ValueError. A masked array
  raises TypeError: fill it with ``-inf`` first.
- ``temperature`` is one number >= 0. At 0 all the weight goes to the maximum, and ties share it;
  at ``inf`` every entry that is not masked gets the same. Both are the limits of the formula.
- ``axis`` is the last one unless you say otherwise (scipy's default is the whole array). An axis
  without entries raises ValueError, and so does a single number; with ``axis=None`` a single number
  is a list of one.
- ``threads`` share a large array out; they change no digit. In a browser there is one.
- Rounding a tiny number to 0 is meant, whatever `numpy.seterr` says: no warning, no error.

Video: https://youtu.be/wjZofJX0v4M?t=1393 (the two steps, 23:13).
"""

import math

import numpy as np

from .distributions import _place, as_floats, as_number, axes_of
from .tiled import FEW, in_tiles, is_short, max_along, merged, sum_along

__all__ = ["exponentiate", "log_softmax", "logsumexp", "normalize", "softmax"]


@np.errstate(all="ignore")  # rounding a tiny number to 0 is meant
def softmax(logits, axis=-1, temperature=1.0, out=None, threads=1):
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
        Where to write the result: shape and dtype of the result. May be `logits` itself. When a
        large array is refused, part of a result may have been written, but never over scores.
    threads : int, default 1
        How many threads may work on a large array.

    Returns
    -------
    numpy.ndarray
        Probabilities, shape of `logits`.

    Raises
    ------
    ValueError
        When a score is NaN or ``+inf``, a row has no entry above ``-inf``, `axis` has no entries,
        `temperature` is negative, or `threads` is below 1.
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
    return _worked_out(_softmax, logits, axis, temperature, out, threads)


def _softmax(logits, axes, temperature, out=None):
    logits, maximum, temperature, out = _in_range(logits, axes, temperature, out)
    # The three lines, all in one array: that spares time and memory.
    gaps = np.subtract(logits, maximum, out)
    if temperature != 1.0:
        gaps /= temperature
    weights = np.exp(gaps, gaps)
    return np.divide(weights, sum_along(weights, axes), weights)


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
    return _worked_out(_exponentiate, logits, axis, temperature, out)


def _exponentiate(logits, axes, temperature, out=None):
    logits, maximum, temperature, out = _in_range(logits, axes, temperature, out)
    gaps = np.subtract(logits, maximum, out)
    if temperature != 1.0:
        gaps /= temperature
    return np.exp(gaps, gaps)


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
    total = sum_along(weights, axes)
    if not (np.isfinite(total) & (total >= np.finfo(weights.dtype).smallest_normal)).all():
        # The sum leaves the dtype's range; dividing by the largest first changes no ratio.
        weights = weights / weights.max(axis=axes, keepdims=True)
        total = sum_along(weights, axes)
    if out is not None:
        _require_room(out, given)
    room = np.asarray(out) if out is not None and out.dtype == weights.dtype else None
    probabilities = np.divide(weights, total, out=room)
    return _as_given(probabilities, given, out)


@np.errstate(all="ignore")
def log_softmax(logits, axis=-1, temperature=1.0, out=None, threads=1):
    """Return the logarithm of `softmax`, accurate where the probability itself rounds to 0 or 1.

    ``log p_i = (z_i - max(z)) / T - log(sum_j e^((z_j - max(z)) / T))``

    Parameters
    ----------
    logits, axis, temperature, out, threads
        As in `softmax`.

    Returns
    -------
    numpy.ndarray
        Natural logarithms, shape of `logits`; ``-inf`` where the probability is exactly 0.

    Raises
    ------
    ValueError
        When a score is NaN or ``+inf``, a row has no entry above ``-inf``, `axis` has no entries,
        `temperature` is negative, or `threads` is below 1.
    TypeError
        When `logits` does not hold real numbers, or is a masked array.

    References
    ----------
    Blanchard, Higham and Higham (2021).
    """
    return _worked_out(_log_softmax, logits, axis, temperature, out, threads, np.float64)


def _log_softmax(logits, axes, temperature, out=None):
    logits, maximum, temperature, out = _in_range(logits, axes, temperature, out)
    gaps = np.subtract(logits, maximum, out)
    if temperature != 1.0:
        gaps /= temperature
    weights = np.exp(gaps)
    total = sum_along(weights, axes)
    log_total = np.log(total)
    # When one score dominates, the total is 1 plus something tiny, and only log1p keeps the tiny
    # part. Elsewhere the plain logarithm rounds once less.
    if 0 < total.size < weights.size and total.item(total.argmin()) < 1.3:
        dominated = total < 1.3
        large = weights.ndim == 2 and weights.size > FEW
        if few := large and 4 * np.count_nonzero(dominated) < total.size:  # spare the others
            rows = np.flatnonzero(dominated)
            weights = weights.take(rows, 1 - axes[0])
        weights -= np.floor(weights)  # what was 1 is 0, and all else is as it was
        rest = sum_along(weights, axes)
        if few:
            log_total.reshape(-1)[rows] = _log_near_1(log_total.reshape(-1)[rows], rest.reshape(-1))
        else:
            log_total = _log_near_1(log_total, rest, dominated)
    return np.subtract(gaps, log_total, gaps)


def _log_near_1(logarithm, rest, where=True):
    """Return log(1 + rest): the one that was worked out from the sum, unless it is far off."""
    closer = np.log1p(rest)
    better = (np.abs(logarithm - closer) > 3e-16 * closer) | (rest < 0.1)
    return np.where(better & where, closer, logarithm)


@np.errstate(all="ignore")
def logsumexp(logits, axis=-1, keepdims=False, threads=1):
    """Return the logarithm of the sum of exponentials without overflow: a softened maximum.

    ``log(sum_j e^(z_j)) = max(z) + log(sum_j e^(z_j - max(z)))``

    Parameters
    ----------
    logits : array_like, shape (..., n, ...)
        Real scores; ``-inf`` masks an entry.
    axis : int, tuple of int or None, default -1
    keepdims : bool, default False
        Keep the summed axes with length 1.
    threads : int, default 1
        As in `softmax`.

    Returns
    -------
    numpy.ndarray or numpy.floating
        Shape of `logits` without `axis`. Between the maximum and the maximum plus log(n).

    Raises
    ------
    ValueError
        When a score is NaN or ``+inf``, a row has no entry above ``-inf``, `axis` has no entries,
        or `threads` is below 1.
    TypeError
        When `logits` does not hold real numbers, or is a masked array.

    References
    ----------
    Blanchard, Higham and Higham (2021).
    """
    return _worked_out(_logsumexp, logits, axis, 1.0, None, threads, np.float64, keepdims)


def _logsumexp(logits, axes, temperature, out=None):
    logits, maximum, _, out = _in_range(logits, axes, temperature, out)
    gaps = np.subtract(logits, maximum, out)
    # The maxima are counted apart, so that log1p can keep what little the others add.
    ties = gaps == 0
    weights = np.exp(gaps, gaps)
    total = sum_along(weights, axes)
    np.copyto(weights, 0, where=ties)
    rest = sum_along(weights, axes)
    count = np.rint(total - rest)
    return maximum + (np.log1p(rest / count) + np.log(count))


_DOUBLE = np.dtype(np.float64)


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


def _worked_out(
    function, logits, axis, temperature, out=None, threads=1, precision=np.float32, keepdims=None
):
    """Return what `function` makes of the logits, or say what is wrong with an argument.

    It gets them in `precision` at least: all at once, or a large array tile by tile. If it makes
    one number of each row, `keepdims` says whether the axes stay.
    """
    engine = _engine
    if engine is not None:
        made = engine(function.__name__, logits, axis, temperature, out, threads, keepdims)
        if made is not None:
            return made
    if type(logits) is np.ndarray and out is keepdims is None and threads == 1:
        # A small array or a single row, and nothing else to look at: what is called most often.
        count, dimensions = logits.size, logits.ndim
        if count and type(axis) is int and -dimensions <= axis < dimensions:
            axes = (axis % dimensions,)
            small = count <= 1024 or count == logits.shape[axis]
            if not small and count <= FEW and logits.flags.c_contiguous:
                small = count <= FEW // 2 or not is_short(logits, axes)
            if small and type(temperature) is float and 1e-30 < temperature < 1e30:
                dtype = logits.dtype
                if dtype is _DOUBLE or dtype == precision:
                    return function(logits, axes, temperature)
                if dtype == np.float32 or dtype == np.float16:
                    inside = logits.astype(precision)
                    return function(inside, axes, temperature, inside).astype(dtype)
    given = as_floats(logits, "logits", axis)
    axes = axes_of(given, axis, "logits")
    temperature = as_temperature(temperature)
    if threads != 1:
        _require_threads(threads)
    if out is not None:
        _require_room(out, given)
    dtype = given.dtype
    if dtype != _DOUBLE and dtype != precision:
        dtype = np.promote_types(dtype, precision)
    try:
        if given.ndim > 1 and (given.size > FEW or given.size > FEW // 2 and is_short(given, axes)):
            made = _by_tiles(function, given, axes, temperature, out, threads, dtype, keepdims)
        else:
            logits = given if given.dtype == dtype else given.astype(dtype)
            if not axes:  # a single number
                logits = logits.reshape(1)
            room = None if logits is given or not given.ndim else logits
            if out is not None and out.dtype == dtype and given.ndim:
                room = np.asarray(out)  # a subclass is written to as an array
            if keepdims is not None or len(axes) < 2 and given.flags.c_contiguous:
                made = function(logits, axes or (0,), temperature, room)
            else:
                made = np.empty_like(logits, subok=False) if room is None else room
                one, other, along = merged(logits, made, axes)
                found = function(one, along, temperature, other)
                if found is not other:
                    other[...] = found
    except ValueError:
        _require_valid(given, axes)  # it says where in the whole array
        raise
    if keepdims is None:
        as_it_is = out is None and made.dtype == given.dtype and made.shape == given.shape
        return made if as_it_is and given.ndim else _as_given(made.reshape(given.shape), given, out)
    made = made.astype(given.dtype, copy=False)
    kept = tuple(1 if a in axes else n for a, n in enumerate(given.shape))
    left = tuple(n for a, n in enumerate(given.shape) if a not in axes)
    return made.reshape(kept if keepdims else left)[()]


_engine = None  # works in numpy's place, for those who choose it: compiled.py


def work_with(engine):
    """Let `engine` work out what the functions here return, or numpy again.

    Parameters
    ----------
    engine : callable or None
        It is handed the function's name and all arguments, and returns the result, or None where
        numpy is to find it, or to say what is wrong.
    """
    global _engine
    _engine = engine


def _by_tiles(function, given, axes, temperature, out, threads, dtype, keepdims):
    """Do what `_worked_out` does to a large array."""
    if out is not None:
        if np.may_share_memory(given, out):
            _require_valid(given, axes)  # a refused call must not have overwritten scores
        result = np.asarray(out)
    elif keepdims is None:
        result = np.empty_like(given, subok=False)
    else:
        result = np.empty([1 if a in axes else n for a, n in enumerate(given.shape)], given.dtype)

    def lines(tile, axes, room):
        return function(tile, axes, temperature, room)

    in_tiles(lines, given, result, axes, dtype, threads)
    return result


def _in_range(logits, axes, temperature, out):
    """Return logits, maximum, temperature and `out` for the three lines, or raise.

    Almost always they are as they were given.
    """
    if logits.ndim == 1:
        maximum = logits[logits.argmax()]  # takes half the time of max; also where there is a NaN
        square = maximum * maximum
    else:
        maximum = max_along(logits, axes)
        square = np.vdot(maximum, maximum)
    # A gap can overflow only if the maximum is near the dtype's end; then its square is infinite.
    # So one number says that there is no such maximum, none that is NaN, and none infinite.
    if not square < math.inf:
        _require_maximum(logits, maximum if logits.ndim == 1 else maximum.squeeze(axis=axes))
    elif 1e-30 < temperature < 1e30:  # almost always; float32 holds these, and more
        return logits, maximum, temperature, out
    logits, maximum, temperature = _rescaled(logits, maximum, temperature)
    return logits, maximum, temperature, out if logits.dtype == getattr(out, "dtype", "") else None


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


def _require_valid(logits, axes):
    """Raise unless each row has a finite maximum."""
    if logits.flags["C"] or logits.flags["F"]:
        flat = logits.ravel("K")
        if np.vdot(flat, flat) < np.inf:  # one fast pass: nothing is infinite or NaN
            return
    _require_maximum(logits, np.maximum.reduce(logits, axes))


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


def _require_room(out, given):
    """Raise unless the result fits into `out`."""
    if isinstance(out, np.ndarray) and not isinstance(out, np.ma.MaskedArray):
        if out.shape == given.shape and out.dtype == given.dtype and out.flags["W"]:
            return
        got = f"{out.dtype} {out.shape}" + ("" if out.flags["W"] else ", read-only")
    else:
        got = type(out).__name__
    raise ValueError(f"out must be a {given.dtype} array of shape {given.shape}, got {got}")


def _require_threads(threads):
    if not isinstance(threads, int | np.integer):
        raise TypeError(f"threads must be an integer >= 1, got {threads!r}")
    if threads < 1:
        raise ValueError(f"threads must be >= 1, got {threads}")


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
