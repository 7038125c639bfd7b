"""Cross-entropy: how surprised a model is by what came, worked out from its logits.

    loss = -sum_i y_i log p_i,   p = softmax(z),   d loss / dz_i = p_i sum_j y_j - y_i

y says what came: one class, or a distribution over the classes. What else goes in and out is as in
`softmax.py`.
"""

import numpy as np

from .distributions import _place, as_floats, axes_of, check_distribution
from .softmax import log_softmax, softmax

__all__ = ["cross_entropy", "cross_entropy_gradient"]


@np.errstate(all="ignore")  # rounding a tiny number to 0 is meant
def cross_entropy(logits, targets, axis=-1):
    """Return the surprise at what came, in nats: minus the logarithm of its probability.

    ``loss = -log p_t`` for a class t, ``-sum_i y_i log p_i`` for a distribution y

    Parameters
    ----------
    logits : array_like, shape (..., n, ...)
        Real scores; ``-inf`` masks a class.
    targets : array_like
        Either classes: integers from 0 to n - 1, in the shape of `logits` without `axis`. Or
        distributions along `axis`: real numbers in the shape of `logits`.
    axis : int, default -1
        The axis of the classes. For distributions it may be a tuple or None, as in `softmax`.

    Returns
    -------
    numpy.ndarray or numpy.floating
        A loss for each row: shape of `logits` without `axis`, and their dtype. Take its mean for
        the loss of a batch. It is ``inf`` where a masked class came, and where the loss is larger
        than the dtype holds: 65,504 in float16.

    Raises
    ------
    ValueError
        When a class is not from 0 to n - 1, a row of soft targets is not a distribution, shapes do
        not fit, or as in `softmax`.
    TypeError
        When classes are not integers, or as in `softmax`.

    Notes
    -----
    It comes from `log_softmax`, so it keeps its digits where p_t rounds to 1 or 0.

    References
    ----------
    Good, Rational Decisions, Journal of the Royal Statistical Society B 14 (1952).

    Examples
    --------
    >>> cross_entropy([0.0, 0.0], 1).round(3)
    np.float64(0.693)
    >>> cross_entropy([[2.0, 0.0], [0.0, 0.0]], [[0.5, 0.5], [0.0, 1.0]]).round(3)
    array([1.127, 0.693])
    """
    given = as_floats(logits, "logits", axis)
    axes, classes, shares = _targets(targets, given, axis)
    # In float64, so that a float32 is rounded once.
    logs = log_softmax(given.astype(np.promote_types(given.dtype, np.float64), copy=False), axis)
    if classes is None:
        loss = -np.where(shares == 0, 0, shares * logs).sum(axis=axes)
    else:
        loss = -np.take_along_axis(logs, classes, *axes).squeeze(axis=axes)
    return (loss + 0.0).astype(given.dtype)[()]  # no loss is -0.0


@np.errstate(all="ignore")
def cross_entropy_gradient(logits, targets, axis=-1):
    """Return the derivative of `cross_entropy` with respect to every score: p - y.

    Parameters
    ----------
    logits, targets, axis
        As in `cross_entropy`.

    Returns
    -------
    numpy.ndarray, shape of `logits`
        The derivative of each row's own loss; along `axis` it sums to 0. Divide by the number of
        rows for that of their mean. Dtype of `logits`.

    Raises
    ------
    ValueError, TypeError
        As in `cross_entropy`.

    Notes
    -----
    ``p_t - 1`` is worked out as ``expm1(-loss)``, which keeps its digits where p_t rounds to 1.

    References
    ----------
    Bridle, Training Stochastic Model Recognition Algorithms as Networks (1989), section 4.

    Examples
    --------
    >>> cross_entropy_gradient([0.0, 0.0], 1)
    array([ 0.5, -0.5])
    """
    given = as_floats(logits, "logits", axis)
    axes, classes, shares = _targets(targets, given, axis)
    wide = given.astype(np.promote_types(given.dtype, np.float64), copy=False)
    gradient = softmax(wide, axis)
    if classes is None:
        gradient *= shares.sum(axis=axes, keepdims=True)
        gradient -= shares
    else:
        surprise = cross_entropy(wide, classes.squeeze(axis=axes), axis)
        minus_rest = np.expm1(-np.expand_dims(surprise, axes))
        np.put_along_axis(gradient, classes, minus_rest, *axes)
    return gradient.astype(given.dtype, copy=False)


def _targets(targets, logits, axis):
    """Return the axes, and the classes (with `axis` kept) or the distributions, whichever it is."""
    axes = axes_of(logits, axis, "logits")
    rows = tuple(n for a, n in enumerate(logits.shape) if a not in axes)
    shape = as_floats(targets, "targets", None).shape
    if shape == logits.shape:
        shares = check_distribution(targets, axis=axis, name="targets")
        return axes, None, shares.astype(np.promote_types(shares.dtype, np.float64), copy=False)
    if shape != rows or len(axes) > 1:
        classes = f"{rows} (classes) or " if len(axes) == 1 else ""
        raise ValueError(
            f"targets must have the shape {classes}{logits.shape} (distributions) beside logits of "
            f"shape {logits.shape}, got {shape}"
        )
    classes = np.asarray(targets)
    whole = classes.dtype.kind in "iu" or all(type(one) is int for one in classes.flat)
    if not whole:  # numpy keeps what is beyond its integers as objects
        raise TypeError(
            f"targets must be integers, the numbers of classes, got {classes.flat[0]} of dtype "
            f"{classes.dtype}; `.astype(int)` makes integers of whole numbers"
        )
    count = logits.shape[axes[0]]
    bad = (classes < 0) | (classes >= count)
    if bad.any():
        where = f" at {_place(bad)}" if bad.ndim else ""
        raise ValueError(
            f"targets must be classes from 0 to {count - 1}, got {classes[bad][0]}{where}"
        )
    return axes, np.expand_dims(classes.astype(np.intp), axes), None
