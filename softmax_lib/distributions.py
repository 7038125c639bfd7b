"""What a list of numbers must satisfy to be a probability distribution, and how to measure one.

The two requirements (each value in [0, 1], sum 1) are stated in the video at 22:31,
https://youtu.be/wjZofJX0v4M?t=1351.
"""

import math
import numbers
import operator
from decimal import Decimal

import numpy as np

__all__ = [
    "as_floats",
    "as_number",
    "broken_requirements",
    "check_distribution",
    "entropy",
    "kl_divergence",
    "perplexity",
    "total_variation",
]


def as_floats(values, name, axis=-1):
    """Return `values` as a floating-point array.

    The one place that decides which inputs the course's functions take.

    Parameters
    ----------
    values : array_like
        Real numbers of any shape, or a single one where `axis` is None. Python's own kinds count:
        integers of any size, `fractions.Fraction`, `decimal.Decimal`.
    name : str
        The argument's name, for the error message.
    axis : int, tuple of int or None, default -1
        None means the whole array; then a single number is a list of one.

    Returns
    -------
    numpy.ndarray
        Shape of `values`. The dtype is kept when it is a floating one; all else becomes float64,
        rounded to the nearest: integers beyond 2**53 may become equal to their neighbors.

    Raises
    ------
    TypeError
        When `values` holds something other than real numbers, or is or holds a masked array:
        what its mask means, the caller must say.
    ValueError
        When `values` is a single number though `axis` is one of an array's, has rows of different
        lengths, or holds a number beyond the range of float64.
    """
    if type(values) is np.ndarray and values.dtype.kind == "f" and values.ndim:
        return values
    if _holds_a_mask(values):
        raise TypeError(
            f"{name} must be an ordinary array, got a masked array; fill it first: "
            "values.filled(-np.inf) for logits, values.filled(0) for weights or probabilities"
        )
    try:
        array = np.asarray(values)
    except ValueError:
        raise ValueError(f"{name} must be a regular array, got rows of different lengths") from None
    if array.dtype.kind in "biu":
        array = array.astype(np.float64)
    elif array.dtype.kind == "O" and all(isinstance(x, _REAL) for x in array.flat):
        floats = [_rounded(number, name) for number in array.flat]
        array = np.array(floats, dtype=np.float64).reshape(array.shape)
    if array.dtype.kind != "f":
        raise TypeError(
            f"{name} must be real numbers, got {_brief(values)} of type "
            f"{type(values).__name__} (dtype {array.dtype})"
        )
    if array.ndim == 0 and axis is not None:
        raise ValueError(
            f"{name} must have at least one axis, got the single number {array}; put it in a list"
        )
    return array


def as_number(value, name):
    """Return `value` as a float.

    Parameters
    ----------
    value : real number
        Python's or numpy's, or an array without axes.
    name : str
        The argument's name, for the error message.

    Raises
    ------
    TypeError
        When `value` is not one real number.
    ValueError
        When it is finite and beyond the range of float64.
    """
    if type(value) is float:
        return value
    one = value
    if isinstance(value, np.ndarray) and not value.ndim and not np.ma.isMaskedArray(value):
        one = value.item()
    if not isinstance(one, _REAL):
        raise TypeError(f"{name} must be one real number, got {_brief(value)}")
    return _rounded(one, name)


# Decimal and numpy's booleans are real numbers, but do not say so.
_REAL = (numbers.Real, Decimal, np.bool_)


def _rounded(number, name):
    """Return the float nearest to a real number of any kind."""
    try:
        nearest = float(number)
    except OverflowError:  # an int or a Fraction
        nearest = math.inf
    except ValueError:  # a Decimal that is a signaling NaN
        nearest = math.nan
    if math.isinf(nearest) and nearest != number:
        raise ValueError(f"{name} must fit into float64, up to 1.8e308, got {_brief(number)}")
    return nearest


def _holds_a_mask(values, depth=64):
    """Return whether `values` is a masked array, or lists with one in them."""
    if isinstance(values, list | tuple) and depth:
        kinds = set(map(type, values)) - {float, int}
        return bool(kinds) and any(_holds_a_mask(value, depth - 1) for value in values)
    return isinstance(values, np.ma.MaskedArray)


def _brief(value, limit=40):
    try:
        text = repr(value)
    except ValueError:  # Python does not write out integers of more than 4,300 digits
        return f"one of type {type(value).__name__} that is too long to show"
    return text if len(text) <= limit else text[: limit - 3] + "..."


def axes_of(array, axis, name):
    """Return `axis` as a tuple of non-negative ints, checked against `array`.

    Parameters
    ----------
    array : numpy.ndarray
    axis : int, tuple of int or None
        None means every axis, as in `scipy.special`.
    name : str
        The array's name, for the error message.

    Raises
    ------
    ValueError
        When an axis does not exist, is repeated, or has no entries.
    TypeError
        When `axis` is not an int, a tuple of ints or None.
    """
    if type(axis) is int and -array.ndim <= axis < array.ndim and array.shape[axis]:
        return (axis % array.ndim,)
    if axis is None:
        axes = tuple(range(array.ndim))
    else:
        try:
            given = axis if isinstance(axis, tuple) else (axis,)
            if any(isinstance(a, bool | np.bool_) for a in given):
                raise TypeError
            axes = tuple(map(operator.index, given))
        except TypeError:
            raise TypeError(
                f"axis must be an int, a tuple of ints or None, got {_brief(axis)}"
            ) from None
        if not axes or any(not -array.ndim <= a < array.ndim for a in axes):
            raise ValueError(
                f"axis must name axes of {name}, which has {array.ndim} (shape {array.shape}), "
                f"got {_brief(axis)}"
            )
        axes = tuple(a % array.ndim for a in axes)
        if len(set(axes)) < len(axes):
            raise ValueError(f"axis must not repeat an axis, got {axis}")
    if any(array.shape[a] == 0 for a in axes):
        raise ValueError(
            f"{name} must have at least one entry along axis {axis}, got shape {array.shape}"
        )
    return axes


def _place(bad):
    """Return where the first True of `bad` is, in words."""
    index = tuple(int(i) for i in np.argwhere(bad)[0]) or (0,)
    return f"entry {index[0]}" if len(index) == 1 else f"entry {index}"


@np.errstate(all="ignore")
def broken_requirements(probabilities, axis=-1, tolerance=None):
    """Say which requirements of a probability distribution are broken, where and by how much.

    Parameters
    ----------
    probabilities : array_like, shape (..., n, ...)
        The numbers to judge.
    axis : int, tuple of int or None, default -1
        The axis (or axes) along which the numbers must sum to 1; None means all of them together.
    tolerance : float, optional
        How far the sum may be from 1. Default: 1e-6, or 8 times the dtype's rounding unit for
        each number summed where that is more, but never above 0.01. float16 knows only multiples
        of 6e-8: a softmax of more than 1e5 entries in it can miss 1 by more than that.

    Returns
    -------
    list of str
        One sentence for each broken requirement; empty for a distribution.

    Raises
    ------
    TypeError, ValueError
        When `probabilities` is not an array of real numbers with entries along `axis`.

    Examples
    --------
    >>> broken_requirements([0.5, 0.6])
    ['the sum must be 1, but it is 1.1 (0.1 too much)']
    """
    if tolerance is not None:
        tolerance = as_number(tolerance, "tolerance")
        if not tolerance >= 0:
            raise ValueError(f"tolerance must be >= 0, got {tolerance}")
    array = as_floats(probabilities, "probabilities", axis)
    axes = axes_of(array, axis, "probabilities")
    if np.isnan(array).any():
        return [f"each value must be a number, but {_place(np.isnan(array))} is NaN"]
    broken = []
    if (array < 0).any():
        worst = array[array < 0][0]
        broken.append(f"each value must be at least 0, but {_place(array < 0)} is {worst:.6g}")
    if tolerance is None:
        count = math.prod(array.shape[a] for a in axes)
        tolerance = max(1e-6, min(8 * count * float(np.finfo(array.dtype).eps), 0.01))
    # Rounding may leave a lone certainty a hair above 1; that is the sum's error, not its own.
    if (array > 1 + tolerance).any():
        worst = array[array > 1 + tolerance][0]
        broken.append(
            f"each value must be at most 1, but {_place(array > 1 + tolerance)} is {worst:.6g}"
        )
    sums = array.sum(axis=axes, dtype=np.promote_types(array.dtype, np.float64))
    off = ~(np.abs(sums - 1) <= tolerance)
    if not np.isfinite(sums).all():
        off = off & np.isfinite(sums)  # the values are to blame, and named above
    if off.any():
        where = "" if off.ndim == 0 else f" at {_place(off)}"
        total = float(sums[off].flat[0]) if off.ndim else float(sums)
        by = f"{abs(total - 1):.3g} too {'much' if total > 1 else 'little'}"
        shown = f"{total:.6g}" if f"{total:.6g}" != "1" else f"{total:.12g}"
        steps = math.prod(array.shape[a] for a in axes) * float(np.finfo(array.dtype).tiny) / 2**11
        if array.dtype == np.float16 and abs(total - 1) <= steps:
            by += "; float16 is too coarse for so many small numbers, make it float32"
        broken.append(f"the sum must be 1, but it is {shown}{where} ({by})")
    return broken


def check_distribution(probabilities, axis=-1, tolerance=None, name="probabilities"):
    """Return `probabilities` as an array, or say which requirement it breaks.

    Parameters
    ----------
    probabilities, axis, tolerance
        As in `broken_requirements`.
    name : str, default "probabilities"
        What to call the argument in the error message.

    Returns
    -------
    numpy.ndarray
        Same shape; floating dtype kept, integers become float64.

    Raises
    ------
    ValueError
        When a requirement is broken; the message names it, where, and by how much.

    Examples
    --------
    >>> check_distribution([0.2, 0.9, -0.1])
    Traceback (most recent call last):
    ValueError: probabilities is not a distribution: each value must be at least 0, \
but entry 2 is -0.1
    """
    broken = broken_requirements(probabilities, axis, tolerance)
    if broken:
        raise ValueError(f"{name} is not a distribution: " + "; ".join(broken))
    return as_floats(probabilities, name, axis)


def _logarithm(base):
    """Return ln(base), having checked `base`."""
    base = as_number(base, "base")
    if not 1 < base < np.inf:
        raise ValueError(f"base must be a number above 1, got {base}")
    return np.log(base)


@np.errstate(all="ignore")
def entropy(probabilities, axis=-1, base=2.0):
    """Measure how undecided a distribution is: the average surprise of a draw.

    ``H(p) = -sum_i p_i log(p_i)``

    Parameters
    ----------
    probabilities : array_like, shape (..., n, ...)
        A distribution along `axis`. Zeros count nothing (0 log 0 is 0).
    axis : int, tuple of int or None, default -1
    base : float, default 2
        The logarithm's base, and so the unit: 2 gives bits, `math.e` gives nats.

    Returns
    -------
    numpy.ndarray or numpy.float64
        Shape of `probabilities` without `axis`; between 0 and log(n).

    Raises
    ------
    ValueError
        When `probabilities` is not a distribution, or `base` is not above 1.

    References
    ----------
    Shannon, A Mathematical Theory of Communication (1948), section 6.
    """
    p = check_distribution(probabilities, axis).astype(np.float64)
    logs = np.log(p, out=np.zeros_like(p), where=p > 0)
    # abs: a certainty gives -0.0, which reads as a mistake.
    return np.abs((p * logs).sum(axis=axes_of(p, axis, "probabilities"))) / _logarithm(base)


@np.errstate(all="ignore")
def perplexity(probabilities, axis=-1):
    """Return the effective number of choices, 2 ** entropy in bits.

    Parameters
    ----------
    probabilities : array_like, shape (..., n, ...)
        A distribution along `axis`.
    axis : int, tuple of int or None, default -1

    Returns
    -------
    numpy.ndarray or numpy.float64
        Between 1 (certain) and n (uniform).

    Raises
    ------
    ValueError
        When `probabilities` is not a distribution.
    """
    return np.exp2(entropy(probabilities, axis))


def _pair(p, q, axis):
    p, q = check_distribution(p, axis, name="p"), check_distribution(q, axis, name="q")
    if p.shape != q.shape:
        raise ValueError(f"p and q must have the same shape, got {p.shape} and {q.shape}")
    return p.astype(np.float64), q.astype(np.float64), axes_of(p, axis, "p")


@np.errstate(all="ignore")
def kl_divergence(p, q, axis=-1, base=2.0):
    """Measure what believing `q` costs when the truth is `p`.

    ``D(p, q) = sum_i p_i log(p_i / q_i)``

    Parameters
    ----------
    p, q : array_like, same shape (..., n, ...)
        Distributions along `axis`.
    axis : int, tuple of int or None, default -1
    base : float, default 2
        Unit of the answer: 2 gives bits.

    Returns
    -------
    numpy.ndarray or numpy.float64
        At least 0; infinite where `q` rules out something that `p` allows.

    Raises
    ------
    ValueError
        When `p` or `q` is not a distribution, or their shapes differ.

    References
    ----------
    Kullback and Leibler, On Information and Sufficiency (1951).
    """
    p, q, axes = _pair(p, q, axis)
    ratio = np.divide(p, q, out=np.full_like(p, np.inf), where=q > 0)
    logs = np.log(ratio, out=np.zeros_like(p), where=p > 0)
    beyond = (ratio == np.inf) & (q > 0)  # the ratio overflows, its logarithm does not
    logs[beyond] = np.log(p[beyond]) - np.log(q[beyond])
    total = np.multiply(p, logs, out=np.zeros_like(p), where=p > 0).sum(axis=axes)
    # Rounding can take equal distributions a hair below zero.
    return np.maximum(total, 0.0) / _logarithm(base)


@np.errstate(all="ignore")
def total_variation(p, q, axis=-1):
    """Return the largest difference between the probabilities `p` and `q` give to any event.

    ``sum_i |p_i - q_i| / 2``

    Parameters
    ----------
    p, q : array_like, same shape (..., n, ...)
        Distributions along `axis`.
    axis : int, tuple of int or None, default -1

    Returns
    -------
    numpy.ndarray or numpy.float64
        Half the sum of absolute differences: 0 (the same) to 1 (nothing in common).

    Raises
    ------
    ValueError
        When `p` or `q` is not a distribution, or their shapes differ.
    """
    p, q, axes = _pair(p, q, axis)
    return np.abs(p - q).sum(axis=axes) / 2
