"""How a softmax of your own is called: one rule for everything that takes ``softmax=``.

- The scores come first, as a numpy array that is yours to overwrite.
- If your function takes `axis`, it is called once on all scores, of any number of axes, with
  ``axis=-1``. If it does not, it gets one row after another, each a 1-D array. A function of tables
  alone, as you may have written in 03, gives an error or no distribution for a single row; it then
  gets all rows as one 2-D table, and counts if every row of the answer is a distribution.
- If it takes `temperature`, it gets T. So does a second argument that it cannot do without,
  whatever its name. If it takes none, the scores are divided by T first, which is what T means:
  ``softmax(z / T)``. At T = 0 and at infinity that cannot be done: TypeError says so.
- ``**names`` take both. A function that takes them, and a compiled one that does not tell what it
  takes, is tried with both, with one, with none; TypeError means no. What `functools.partial` has
  fixed stays fixed.
- The answer must be finite real numbers in the shape of the scores. It gets their dtype, but keeps
  one that is narrower. Errors of your function's own arrive as they are.
"""

import inspect
import math
from functools import partial

import numpy as np

from .distributions import _brief, as_floats, broken_requirements
from .softmax import as_temperature
from .softmax import softmax as course_softmax

__all__ = ["OutputError", "by_rows"]


class OutputError(ValueError):
    """What a softmax returned is not finite real numbers in the shape of the scores."""


def by_rows(softmax, temperature=1.0, finite=True):
    """Return a function that applies `softmax` to each row of an array of any shape.

    Parameters
    ----------
    softmax : callable
        Anybody's; the module says how it is called.
    temperature : float, default 1.0
        At least 0; may be ``inf``.
    finite : bool, default True
        Refuse an answer with NaN or infinity in it.

    Returns
    -------
    callable
        From scores, of shape (..., n), to what `softmax` makes of each row, in the same shape. It
        raises `OutputError` when that is not finite real numbers in this shape.

    Raises
    ------
    ValueError
        When `temperature` is negative or NaN.
    TypeError
        When `softmax` is not a function, cannot be called so, or takes no temperature and needs
        one.

    Examples
    --------
    >>> def my_softmax(logits):
    ...     weights = np.exp(logits)
    ...     return weights / np.sum(weights)
    >>> by_rows(my_softmax, temperature=2)(np.zeros((2, 2, 4))).sum(axis=-1)
    array([[1., 1.],
           [1., 1.]])
    """
    temperature = as_temperature(temperature)
    if not callable(softmax):
        raise TypeError(f"softmax must be a function, got {softmax!r}")
    if softmax is course_softmax:
        return partial(softmax, temperature=temperature)
    ways = _ways(softmax, temperature)

    def rows(scores):
        scores = as_floats(scores, "scores")
        while True:
            call, whole = ways[0]
            try:
                given = _asked(call, scores) if whole else _asked_by_row(call, scores)
            except TypeError:
                if len(ways) == 1:
                    raise
                del ways[0]  # that was no way to call it
                continue
            bad = ~np.isfinite(given)
            if finite and bad.any():
                raise OutputError(
                    f"softmax must return finite numbers, got {given[bad][0]} among them"
                )
            return given

    return rows


def _ways(softmax, temperature):
    """Return the ways to call `softmax`: (a function of scores, whether it takes all at once).

    Nearly always there is one. There are more when nobody can tell but by trying.
    """
    ways, divisible = [], 0 < temperature < np.inf
    for args, names in _arguments(softmax, temperature):
        call = partial(_call, softmax, args, names)
        if temperature != 1 and not args and "temperature" not in names:
            if not divisible:
                continue
            call = partial(_call, softmax, args, names, divisor=temperature)
        ways.append((call, "axis" in names))
    if not ways:
        name = getattr(softmax, "__name__", "")
        name = name if name.isidentifier() else "my_softmax"
        raise TypeError(
            "softmax takes no temperature, so it has no answer at T = "
            f"{'0' if temperature == 0 else 'infinity'}; let it take one: "
            f"{name}(logits, temperature)"
        )
    return ways


def _call(softmax, args, names, scores, divisor=1):
    scores = scores.copy() if divisor == 1 else scores / divisor
    return softmax(scores, *args, **names)


def _arguments(softmax, temperature):
    """Return what `softmax` may take after the scores, by place and by name, best first."""
    known = {"axis": -1, "temperature": temperature}
    both = [known, {"temperature": temperature}, {"axis": -1}, {}]
    try:
        signature = inspect.signature(softmax)
    except (TypeError, ValueError):  # some compiled functions do not tell theirs
        return [((), names) for names in both]
    fixed = softmax.keywords if isinstance(softmax, partial) else {}
    kinds = {name: parameter.kind for name, parameter in signature.parameters.items()}
    sure = {name for name in known if name in kinds and name not in fixed}
    any_name = inspect.Parameter.VAR_KEYWORD in kinds.values()
    most = known.keys() - fixed.keys() if any_name else sure
    found = [((), names) for names in both if sure <= names.keys() <= most]
    # Not by name: a second argument that has no default, or must be given by place.
    found += [((temperature,), {name: -1 for name in sure & {"axis"}})]

    def binds(args, names):
        try:
            signature.bind(None, *args, **names)
        except TypeError:
            return False
        return True

    fit = [way for way in found if binds(*way)]
    if not fit:
        raise TypeError(
            "softmax must take scores, and may take axis and temperature: softmax(logits); "
            f"yours takes {signature}"
        )
    return [way for way in fit if not way[0]] or fit


def _asked(call, scores):
    """Return what a softmax gives, as an array, or say what is wrong with it."""
    given = call(scores)
    try:
        shape = np.shape(given)
        array = as_floats(given if shape else [given], "it")
    except (TypeError, ValueError):
        raise OutputError(f"softmax must return real numbers, got {_brief(given)}") from None
    if shape != scores.shape:
        raise OutputError(
            f"softmax must return the shape that it was given, {scores.shape}, got {shape}"
        )
    # A copy: a function may return the same array each time, and write into it the next.
    narrower = array.dtype.itemsize < scores.dtype.itemsize
    return array.copy() if narrower else array.astype(scores.dtype)


def _asked_by_row(call, scores):
    """Ask for one row after another; where that fails, for all of them as one table."""
    table = scores.reshape(math.prod(scores.shape[:-1]), scores.shape[-1])
    given, error = table, None
    try:
        if len(table):
            given = np.stack([_asked(call, row) for row in table])
    except Exception as raised:
        error = raised
    if error is not None or not _are_distributions(given):
        try:
            again = _asked(call, table)
        except Exception:  # what went wrong with a single row says more
            again = None
        if again is not None and _are_distributions(again):
            given = again
        elif error is not None:
            raise error
    return given.reshape(scores.shape)


def _are_distributions(rows):
    return not rows.size or not broken_requirements(rows)
