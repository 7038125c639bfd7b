"""How a softmax of your own is called: one rule for everything that takes ``softmax=``.

- The scores come first, as a numpy array that is yours to overwrite.
- If your function takes `axis`, or `dim` as PyTorch calls it, it is called once on all scores, of
  any number of axes, with ``axis=-1``. If it does not, it gets one row after another, each a 1-D
  array. A function of tables
  alone, as you may have written in 03, gives an error or no distribution for a single row; it then
  gets all rows as one 2-D table, and counts if every row of the answer is a distribution.
- If it takes `temperature`, it gets T. So does a single argument that it cannot do without,
  whatever its name. If it takes none, the scores are divided by T first, which is what T means:
  ``softmax(z / T)``. At T = 0 and at infinity that cannot be done: TypeError says so.
- These come by name, and by place where the name does not count. What else has a default keeps it.
  What `functools.partial` has fixed stays fixed.
- ``**names`` may take both, and a compiled function may not tell what it takes. Such a one is tried
  with both, with one, with none; TypeError means no. Since it may take them and use neither, it
  gets one row after another, divided by T, and `temperature` is 1. At T = 0 and at infinity it gets
  T, and TypeError says so when that changes nothing.
- Where dividing would leave the range of numbers, each row's maximum is subtracted first, which
  changes no softmax.
- The answer must be finite real numbers in the shape of the scores, and no masked array. It gets
  their dtype, but keeps one that is narrower. Errors of your function's own arrive as they are.
"""

import inspect
import math
from collections import namedtuple
from functools import partial

import numpy as np

from .distributions import _brief, as_floats, axes_of, broken_requirements
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
    wants = _arguments(softmax, temperature)
    ways = _ways(softmax, temperature, wants)
    unsure = "temperature" in wants.untold and not 0 < temperature < np.inf

    def ask(scores, names, divisor):
        call = partial(_call, softmax, wants.args, names, divisor)
        return (_asked if wants.axis else _asked_by_row)(call, scores)

    def rows(scores):
        nonlocal unsure
        scores = as_floats(scores, "scores")
        axes_of(scores, -1, "scores")
        while True:
            try:
                given = ask(scores, *ways[0])
                break
            except TypeError:
                if len(ways) > 1:
                    del ways[0]  # that was no way to call it
                    continue
                if unsure and any(_works(ask, scores, wants.names | more) for more in _PLAIN):
                    raise TypeError(_no_answer(softmax, temperature)) from None
                raise
        if unsure and _matters(temperature, scores):
            if np.array_equal(given, ask(scores, ways[0][0] | {"temperature": 1.0}, 1)):
                raise TypeError(_no_answer(softmax, temperature))
            unsure = False
        bad = ~np.isfinite(given)
        if finite and bad.any():
            raise OutputError(f"softmax must return finite numbers, got {given[bad][0]} among them")
        return given

    return rows


# What a softmax gets beside the scores, by place and by name; whether an axis and a temperature are
# among that; and what it may take besides, which nobody can tell but by trying.
_ALONG = ("axis", "dim")  # what the axis is called, here and in PyTorch
_Wants = namedtuple("_Wants", "args names axis temperature untold")


def _arguments(softmax, temperature):
    """Return what `softmax` wants.

    Raises
    ------
    TypeError
        When it cannot be called so.
    """
    try:
        signature = inspect.signature(softmax)
    except (TypeError, ValueError):  # some compiled functions do not tell theirs
        return _Wants([], {}, False, False, {"axis": -1, "temperature": temperature})
    along = next((name for name in _ALONG if name in signature.parameters), "axis")
    known = {along: -1, "temperature": temperature}
    first, *others = list(signature.parameters.values()) or [None]
    if first is not None and first.name in ("temperature", "T", *_ALONG):
        raise TypeError(f"softmax must take the scores first; yours takes {signature}")
    fixed = softmax.keywords if isinstance(softmax, partial) else {}
    free = {name: value for name, value in known.items() if name not in fixed}
    takes = {one.name for one in others} & free.keys()
    names = {name: value for name, value in free.items() if name in takes}
    placed = [one for one in others if one.kind in (one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD)]
    needed = [one for one in others if one.kind not in (one.VAR_POSITIONAL, one.VAR_KEYWORD)
              and one.default is one.empty and one.name not in known]  # fmt: skip
    if len(needed) == 1 and "temperature" not in takes:
        names[needed[0].name] = temperature
        takes.add("temperature")
    # By place, up to the last one whose name does not count.
    counts = [one.name in names and (one.kind is one.POSITIONAL_ONLY or one in needed)
              for one in placed]  # fmt: skip
    last = max((place for place, must in enumerate(counts, 1) if must), default=0)
    args = [names.pop(one.name, one.default) for one in placed[:last]]
    try:
        if inspect.Parameter.empty in args:
            raise TypeError
        signature.bind(None, *args, **names)
    except TypeError:
        raise TypeError(
            "softmax must take scores, and may take axis and temperature: softmax(logits); "
            f"yours takes {signature}"
        ) from None
    any_name = any(one.kind is one.VAR_KEYWORD for one in signature.parameters.values())
    untold = {name: value for name, value in free.items() if any_name and name not in takes}
    return _Wants(args, names, along in takes, "temperature" in takes, untold)


def _ways(softmax, temperature, wants):
    """Return the ways to call `softmax`: names, and what to divide the scores by.

    Nearly always there is one. There are more when nobody can tell but by trying.
    """
    ways, divisible = [], 0 < temperature < np.inf
    for more in (("axis", "temperature"), ("temperature",), ("axis",), ()):
        if not wants.untold.keys() >= set(more):
            continue
        names = wants.names | {name: wants.untold[name] for name in more}
        if wants.temperature or temperature == 1:
            ways.append((names, 1))
        elif divisible:
            ways.append(
                (names | {name: 1.0 for name in more if name == "temperature"}, temperature)
            )
        elif "temperature" in more:
            ways.append((names, 1))
    if not ways:
        raise TypeError(_no_answer(softmax, temperature))
    return ways


def _no_answer(softmax, temperature):
    """Say that a softmax which takes no temperature has no answer at T = 0 and at infinity."""
    name = getattr(softmax, "__name__", "")
    name = name if name.isidentifier() else "my_softmax"
    cure = f"let it take one: {name}(logits, temperature)"
    try:
        signature = inspect.signature(softmax)
    except (TypeError, ValueError):
        signature = inspect.Signature()
    kinds = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    if isinstance(softmax, partial) and "temperature" in softmax.keywords:
        fixed = f"functools.partial has fixed its own at {softmax.keywords['temperature']}"
        cure = f"{fixed}: hand over the function itself"
    elif any(one.name not in _ALONG and one.kind not in kinds
             for one in list(signature.parameters.values())[1:]):  # fmt: skip
        cure = f"call the argument that is one temperature: yours takes {signature}"
    return (
        "softmax takes no temperature, so it has no answer at T = "
        f"{'0' if temperature == 0 else 'infinity'}; {cure}"
    )


_PLAIN = ({}, {"axis": -1})  # what a softmax may take beside the scores that has no temperature


def _works(ask, scores, names):
    try:
        ask(scores, names, 1)
    except Exception:
        return False
    return True


def _matters(temperature, scores):
    """Whether the temperature changes the softmax of these scores, so that one can see it."""
    try:
        return not np.allclose(
            course_softmax(scores, temperature=temperature), course_softmax(scores)
        )
    except ValueError:  # there is no softmax of these
        return False


def _call(softmax, args, names, divisor, scores):
    return softmax(scores.copy() if divisor == 1 else _divided(scores, divisor), *args, **names)


@np.errstate(all="ignore")
def _divided(scores, temperature):
    """Return scores divided by T > 0, from their row's maximum where that would be infinite."""
    divided = scores / temperature
    if (np.isfinite(divided) | (divided == scores)).all():
        return divided
    wide = scores.astype(np.float64)
    top = wide.max(axis=-1, keepdims=True)
    gaps = wide - np.where(np.isfinite(top), top, 0)
    return (gaps / temperature).astype(scores.dtype)


def _asked(call, scores):
    """Return what a softmax gives, as an array, or say what is wrong with it."""
    given = call(scores)
    if isinstance(given, np.ma.MaskedArray):
        raise OutputError(
            f"softmax must return numbers without a mask, got {_brief(given)}; fill it: .filled(0)"
        )
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
