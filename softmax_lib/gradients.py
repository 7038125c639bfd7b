"""The derivatives of softmax: how much each probability moves when a score does.

    dp_i / dz_j = p_i (1 if i = j else 0, less p_j) / T

Raising a score takes from every other entry in proportion to what it has. What goes in and out,
and what is refused, is as in `softmax.py`.
"""

import numpy as np

from .distributions import as_floats, axes_of, check_distribution
from .softmax import as_temperature, softmax

__all__ = ["softmax_jacobian", "softmax_vjp"]


@np.errstate(all="ignore")  # rounding a tiny number to 0 is meant
def softmax_jacobian(logits, temperature=1.0):
    """Return the derivative of every probability with respect to every score.

    ``J = (diag(p) - p p^T) / T``

    Parameters
    ----------
    logits : array_like, shape (..., n)
        Real scores; ``-inf`` masks an entry, whose row and column are 0.
    temperature : float, default 1.0
        T > 0.

    Returns
    -------
    numpy.ndarray, shape (..., n, n)
        In row i and column j, the derivative of p_i with respect to z_j. It is symmetric, and each
        row and column sums to 0. Dtype of `logits`; float32 is worked out in float64.

    Raises
    ------
    ValueError
        When `temperature` is 0, where softmax jumps and has no derivative, or as in `softmax`.
    TypeError
        As in `softmax`.

    Notes
    -----
    p_i (1 - p_i) would lose its digits where p_i is almost 1. The diagonal is summed from the
    others, since each row sums to 0; nothing cancels in that sum.

    References
    ----------
    Bridle, Training Stochastic Model Recognition Algorithms as Networks (1989), section 4.

    Examples
    --------
    >>> softmax_jacobian([0.0, 0.0])
    array([[ 0.25, -0.25],
           [-0.25,  0.25]])
    """
    temperature = _above_0(temperature)
    given = as_floats(logits, "logits")
    p = softmax(given.astype(np.promote_types(given.dtype, np.float64)), temperature=temperature)
    derivatives = p[..., :, np.newaxis] * p[..., np.newaxis, :] / -temperature
    diagonal = np.einsum("...ii->...i", derivatives)  # a view
    diagonal[...] = 0
    diagonal[...] = -derivatives.sum(axis=-1)
    return derivatives.astype(given.dtype, copy=False)


@np.errstate(all="ignore")
def softmax_vjp(probabilities, cotangent, axis=-1, temperature=1.0):
    """Take a derivative with respect to probabilities back to the scores, without the Jacobian.

    ``dL / dz_i = p_i (g_i - sum_j g_j p_j) / T``, with ``g = dL / dp``

    Parameters
    ----------
    probabilities : array_like, shape (..., n, ...)
        What softmax returned.
    cotangent : array_like, shape of `probabilities`
        g, how much each probability counts for a number L. (A vector-Jacobian product multiplies
        the Jacobian by it from the left.)
    axis : int, tuple of int or None, default -1
        As it was in `softmax`.
    temperature : float, default 1.0
        As it was in `softmax`; T > 0.

    Returns
    -------
    numpy.ndarray, shape of `probabilities`
        The derivative of L with respect to each score; they sum to 0 along `axis`. In the wider
        dtype of the two; float32 is worked out in float64.

    Raises
    ------
    ValueError
        When `probabilities` are no distributions, `cotangent` has another shape or a number that
        is not finite, or `temperature` is not above 0.
    TypeError
        When an argument does not hold real numbers.

    References
    ----------
    Bridle (1989), section 4.

    Examples
    --------
    >>> softmax_vjp([0.5, 0.25, 0.25], [1.0, 0.0, 0.0])
    array([ 0.25 , -0.125, -0.125])
    """
    temperature = _above_0(temperature)
    p = check_distribution(probabilities, axis=axis)
    axes = axes_of(p, axis, "probabilities")
    g = as_floats(cotangent, "cotangent", axis)
    if g.shape != p.shape:
        raise ValueError(
            f"cotangent must have the shape of the probabilities, {p.shape}, got {g.shape}"
        )
    if not np.isfinite(g).all():
        raise ValueError(f"cotangent must be finite, got {g[~np.isfinite(g)][0]}")
    dtype = np.promote_types(p.dtype, g.dtype)
    wide = np.promote_types(dtype, np.float64)
    p = p.astype(wide, copy=False)
    g = g.astype(wide) / 4  # so that no difference below is beyond the range
    # A constant in g changes nothing. It goes first: the probabilities sum to 1 only almost, and
    # a large one would show.
    g -= (g * p).sum(axis=axes, keepdims=True)
    g -= (g * p).sum(axis=axes, keepdims=True)
    return (p * g / temperature * 4).astype(dtype, copy=False)


def _above_0(temperature):
    temperature = as_temperature(temperature)
    if temperature == 0:
        raise ValueError(
            "temperature must be > 0 for a derivative, got 0.0: there softmax jumps from one "
            "score to another"
        )
    return temperature
