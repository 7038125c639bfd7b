"""Online softmax: one distribution over more scores than memory holds, chunk by chunk.

A chunk leaves two numbers behind: its maximum m, and the sum s of e^((z - m) / T). Two such pairs
merge into the pair of both chunks::

    m = max(m1, m2)
    s = s1 * e^((m1 - m) / T) + s2 * e^((m2 - m) / T)

On paper the order does not matter, nor how the scores are split: the pairs are a commutative
monoid. So they can come from a list, from a file that is read piece by piece, or from many machines
that merge in a tree. A first pass makes the pair, a second writes e^((z - m) / T) / s.

In floating point each merge rounds. Let eps be 2^-52, and call a chain of merges from a score to
the end ``levels`` long. The sum that `SoftmaxState` returns then has a relative error of at most
``eps * (2 * levels + 2 * gap + log2(n) + 4)``, where gap is the largest (max - z) / T of a score
that counts, at most 745. Scores are exponentiated and summed in float64, whatever their dtype.

Source: Milakov and Gimelshein, Online normalizer calculation for softmax (2018),
https://arxiv.org/abs/1805.02867.
"""

import itertools
import math
from dataclasses import dataclass

import numpy as np

from .distributions import as_floats, as_number
from .softmax import as_temperature

__all__ = ["SoftmaxState", "online_softmax"]

TILE = 1 << 17  # scores at a time: as float64 a megabyte, which a processor's cache holds
FAN_IN = 8  # how many pairs one task of a cluster merges
NOTHING_LEFT = "logits must have at least one entry above -inf, but there is none or all are masked"


@dataclass(frozen=True)
class SoftmaxState:
    """What softmax has to know of the scores seen so far: their maximum, and a sum.

    States merge with ``+``, in any order and any grouping; the empty one, ``SoftmaxState()``, is
    neutral, and so is 0, from which `sum` starts. A state is a value: it can be compared, pickled,
    and sent as three numbers.

    Parameters
    ----------
    maximum : float, default -inf
        The largest score; ``-inf`` when there was none, or masks alone.
    total : float, default 0.0
        The sum of ``e^((z - maximum) / T)``: 0 for the empty state, otherwise from 1 to n scores.
    temperature : float, default 1.0
        T >= 0. At 0 `total` counts the scores that tie for the maximum, at ``inf`` all that are not
        masked.

    Raises
    ------
    ValueError
        When the three do not fit together.
    TypeError
        When one of them is not a number.

    Examples
    --------
    >>> both = SoftmaxState.of([2.0, 0.0]) + SoftmaxState.of([3.0])
    >>> both.maximum, round(both.total, 4), round(SoftmaxState.of([2.0, 0.0, 3.0]).total, 4)
    (3.0, 1.4177, 1.4177)
    """

    maximum: float = -math.inf
    total: float = 0.0
    temperature: float = 1.0

    def __post_init__(self):
        object.__setattr__(self, "temperature", as_temperature(self.temperature))
        for name in ("maximum", "total"):
            object.__setattr__(self, name, as_number(getattr(self, name), name))
        if not (1 <= self.total < math.inf and -math.inf < self.maximum < math.inf) and not (
            self.total == 0 and self.maximum == -math.inf
        ):
            raise ValueError(
                "maximum and total must be a finite score and a finite sum of at least 1, or -inf "
                f"and 0 for an empty state, got {self.maximum} and {self.total}"
            )

    @classmethod
    def of(cls, logits, temperature=1.0, progress=None):
        """Return the state of scores: one pass, a tile at a time.

        Parameters
        ----------
        logits : array_like, list of array_like or dask.array.Array
            As in `online_softmax`. A Dask array is computed at once, with its own scheduler.
        temperature : float, default 1.0
        progress : callable or True, optional
            As in `online_softmax`.

        Returns
        -------
        SoftmaxState

        Raises
        ------
        ValueError, TypeError
            As in `online_softmax`; but masks alone, or nothing, make an empty state.
        """
        temperature = as_temperature(temperature)
        if _is_dask(logits):
            return _dask_state(_checked_dask(logits), temperature).compute()
        chunks = _chunks_of(logits)
        return _state_of_chunks(chunks, temperature, _counter(progress, sum(map(len, chunks))))

    def merge(self, other):
        """Return the state of all the scores of two states; ``one + other`` is the same.

        Raises
        ------
        ValueError
            When their temperatures differ, and neither is empty.
        TypeError
            When `other` is no state.
        """
        if not isinstance(other, SoftmaxState):
            raise TypeError(f"other must be a SoftmaxState, got {other!r}")
        if not other.total or not self.total:
            return self if self.total else other
        if self.temperature != other.temperature:
            raise ValueError(
                "temperature must be the same in states that merge, got "
                f"{self.temperature} and {other.temperature}"
            )
        maximum = max(self.maximum, other.maximum)
        total = sum(
            part.total * float(_weights(np.array([part.maximum]), maximum, self.temperature)[0])
            for part in (self, other)
        )
        return SoftmaxState(maximum, total, self.temperature)

    __add__ = merge

    def __radd__(self, other):
        """Return the state itself for 0, from which `sum` starts."""
        return self if isinstance(other, int) and other == 0 else self.merge(other)

    def probabilities(self, logits):
        """Return softmax of scores that belong to this state: their share of all of them.

        Parameters
        ----------
        logits : array_like
            Some of the scores, or all of them, or one number.

        Returns
        -------
        numpy.ndarray or numpy.floating
            Shape of `logits`; the dtype is kept, and that of integers becomes float64.

        Raises
        ------
        ValueError
            When the state is empty, or a score is larger than its maximum, or NaN.
        """
        given = as_floats(logits, "logits", axis=None)
        scores = np.atleast_1d(_at_most_float64(given))
        if not self.total:
            raise ValueError(NOTHING_LEFT)
        if not (scores <= self.maximum).all():
            raise ValueError(
                f"logits must be scores of this state, at most {self.maximum}, got "
                f"{scores[~(scores <= self.maximum)].ravel()[0]}; add their state to it first"
            )
        weights = _weights(scores, self.maximum, self.temperature)
        with np.errstate(all="ignore"):  # rounding a tiny number to 0 is meant
            weights /= self.total
            return weights.astype(given.dtype, copy=False).reshape(given.shape)[()]

    @property
    def logsumexp(self):
        """log(sum of e^(z / T)): the logarithm of softmax's denominator, ``-inf`` when empty.

        At T = 0 and T = inf it has no value: NaN.
        """
        if not self.total:
            return -math.inf
        if self.temperature in (0.0, math.inf):
            return math.nan
        return self.maximum / self.temperature + math.log(self.total)


def online_softmax(logits, temperature=1.0, out=None, progress=None):
    """Turn scores into one probability distribution over all of them, in two passes.

    Parameters
    ----------
    logits : array_like, shape (n,); or list of array_like; or dask.array.Array, shape (n,)
        Real scores; ``-inf`` masks an entry. An array may be a `numpy.memmap`, of a file that is
        larger than memory. A list of chunks, in memory or mapped, is one long array. A Dask array
        may live on many machines; its chunks may have any sizes, unknown ones too.
    temperature : float, default 1.0
        T >= 0, as in `softmax_lib.softmax`.
    out : numpy.ndarray, shape (n,), optional
        Where to write: a writable memmap, say, for what memory does not hold. May be `logits`
        itself. Default: new arrays in memory.
    progress : callable or True, optional
        Called as ``progress(done, total)`` after each tile, with numbers of scores, of which each
        counts once for each pass. True prints 0...10...20 and so on up to 100: a line that only
        grows, for a log or a screen reader too. Not for Dask, which has its own.

    Returns
    -------
    numpy.ndarray, list of numpy.ndarray or dask.array.Array
        Probabilities, in the form of `logits`: an array for an array, a list for a list, a lazy
        Dask array with the same chunks for a Dask array; or `out`. The dtype is kept, and that of
        integers becomes float64.

    Raises
    ------
    ValueError
        When a score is NaN or ``+inf``, no score is above ``-inf``, `logits` has not one axis,
        `temperature` is negative, or `out` does not fit. With Dask what the scores hold is seen
        when it computes.
    TypeError
        When `logits` does not hold real numbers, or can be gone through only once.

    Notes
    -----
    Beside `logits` and the result it needs a few megabytes, however many scores there are.

    With Dask the second pass makes the chunks of `logits` again instead of keeping them, so that a
    cluster holds the result and its workers' current chunks alone. Where all chunks fit, and are
    slow to make or not the same when they are made again, hand over ``logits.persist()``.

    References
    ----------
    Milakov and Gimelshein (2018), https://arxiv.org/abs/1805.02867, algorithm 3.

    Examples
    --------
    >>> online_softmax([[2.0, 1.0], [-1.0]])
    [array([0.70538451, 0.25949646]), array([0.03511903])]
    """
    temperature = as_temperature(temperature)
    if _is_dask(logits):
        if out is not None or progress is not None:
            raise ValueError(
                "out and progress must be None for a Dask array; store the result with its "
                "to_zarr or store, and watch dask.diagnostics.ProgressBar"
            )
        return _dask_softmax(_checked_dask(logits), temperature)
    chunks = _chunks_of(logits)
    rooms = _rooms(chunks, out)
    more = _counter(progress, 2 * sum(map(len, chunks)))
    state = _state_of_chunks(chunks, temperature, more)
    for chunk, room in zip(chunks, rooms):
        _share(chunk, state, room, more)
    if out is not None:
        return out
    return rooms if _is_list_of_chunks(logits) else rooms[0]


# --- The two passes ---------------------------------------------------------------------------


@np.errstate(all="ignore")  # rounding a tiny number to 0 is meant
def _weights(logits, maximum, temperature):
    """Return e^((z - max) / T) in float64; at T = 0 and T = inf the limits, 0 and 1."""
    if temperature == 0.0:
        return (logits == maximum).astype(np.float64)
    if temperature == math.inf:
        return (logits > -math.inf).astype(np.float64)
    # Half of a gap is always within the range; at a T of 1 or less, a gap beyond it has weight 0.
    scale = 0.5 if temperature > 1.0 else 1.0
    gaps = np.multiply(logits, scale, dtype=np.float64)
    gaps -= scale * maximum
    gaps /= scale * temperature
    return np.exp(gaps, out=gaps)


def _state_of_tile(logits, temperature, start=0):
    """Return the state of an array that is worked out at once; `start` counts the scores before."""
    logits = _at_most_float64(as_floats(logits, "logits"))
    maximum = float(logits.max(initial=-np.inf))
    if maximum == -math.inf:
        return SoftmaxState(temperature=temperature)
    if not maximum < math.inf:
        bad = int(np.argmax(~(logits < np.inf)))
        what = "NaN" if np.isnan(logits[bad]) else "+inf"
        raise ValueError(f"logits must be finite (or -inf), got {what} at entry {start + bad}")
    total = float(_weights(logits, maximum, temperature).sum())
    return SoftmaxState(maximum, total, temperature)


def _at_most_float64(logits):
    """Return scores in a dtype whose numbers a float64 holds: a maximum must not be rounded."""
    return logits.astype(np.float64) if logits.dtype.itemsize > 8 else logits


def _state_of_chunks(chunks, temperature, progress):
    """Return the state of all chunks. Tiles merge in pairs, so that a long file rounds rarely."""
    waiting, before = [], 0  # as the digits of a binary counter: one holds 2^k tiles
    for number, (k, start, stop) in enumerate(_tiles(chunks), 1):
        state = _state_of_tile(chunks[k][start:stop], temperature, before)
        before += stop - start
        while number % 2 == 0:
            state, number = waiting.pop() + state, number // 2
        waiting.append(state)
        progress(stop - start)
    return sum(reversed(waiting), SoftmaxState(temperature=temperature))


def _tiles(chunks):
    """Yield (chunk, start, stop) of one tile after the other."""
    for k, chunk in enumerate(chunks):
        for start in range(0, len(chunk), TILE):
            yield k, start, min(start + TILE, len(chunk))


def _share(chunk, state, room=None, progress=None):
    """Write the probabilities of a chunk into `room`, tile by tile, and return it."""
    if not state.total:
        raise ValueError(NOTHING_LEFT)
    if room is None:
        (room,) = _rooms([chunk], None)
    for _, start, stop in _tiles([chunk]):
        room[start:stop] = state.probabilities(chunk[start:stop])
        if progress:
            progress(stop - start)
    return room


def _chunks_of(logits):
    """Return `logits` as a list of arrays with one axis, without reading them."""
    if hasattr(logits, "__next__"):
        raise TypeError(
            "logits must be something to go through twice, got "
            f"{type(logits).__name__}; make a list of its chunks"
        )
    if _is_list_of_chunks(logits):
        chunks = [c if hasattr(c, "shape") else as_floats(c, "logits") for c in logits]
    else:
        chunks = [logits if hasattr(logits, "shape") else as_floats(logits, "logits")]
    for chunk in chunks:
        if len(chunk.shape) != 1:
            raise ValueError(
                f"logits must have one axis, got shape {tuple(chunk.shape)}; take a row at a time"
            )
    return chunks


def _is_list_of_chunks(logits):
    return isinstance(logits, list | tuple) and any(np.ndim(c[:0]) for c in logits if _has_len(c))


def _has_len(value):
    return hasattr(value, "__len__") and not isinstance(value, str | dict)


def _rooms(chunks, out):
    """Return where the probabilities of each chunk go: new arrays, or the parts of `out`."""
    if out is None:
        return [np.empty(len(c), as_floats(c[:0], "logits").dtype) for c in chunks]
    ends = list(itertools.accumulate(map(len, chunks), initial=0))
    if not isinstance(out, np.ndarray) or out.shape != (ends[-1],) or not out.flags["W"]:
        got = getattr(out, "shape", type(out).__name__)
        raise ValueError(f"out must be a writable array of shape ({ends[-1]},), got {got}")
    if out.dtype.kind != "f":
        raise ValueError(f"out must have a floating-point dtype, got {out.dtype}")
    rooms = [out[low:high] for low, high in itertools.pairwise(ends)]
    for room, chunk in zip(rooms, chunks):
        if isinstance(chunk, np.ndarray) and np.may_share_memory(out, chunk):
            if room.__array_interface__ != chunk.__array_interface__:
                raise ValueError(
                    "out must be logits itself or share no memory with it, got an overlap"
                )
    return rooms


def _counter(progress, total):
    """Return a function that is told how many more scores are done, and tells `progress`."""
    done = 0
    if progress is True:
        progress = _line()
    elif not (progress is None or callable(progress)):
        raise TypeError(f"progress must be True, callable or None, got {progress!r}")

    def more(count):
        nonlocal done
        done += count
        if progress is not None:
            progress(done, total)

    return more


def _line():
    """Return a `progress` that prints 0...10...20 up to 100, on a line that only grows."""
    told = -1

    def show(done, total):
        nonlocal told
        reached = 40 * done // total
        for tick in range(told + 1, reached + 1):
            print("." if tick % 4 else f"{tick * 100 // 40}", end="", flush=True)
        if told < reached == 40:
            print(" % done")
        told = reached

    return show


# --- Dask -------------------------------------------------------------------------------------


def _is_dask(values):
    """Whether `values` is a Dask array; only then is Dask imported."""
    return type(values).__module__.startswith("dask.") and hasattr(values, "to_delayed")


def _checked_dask(logits):
    if logits.ndim != 1:
        raise ValueError(
            f"logits must have one axis, got shape {logits.shape}; take a row at a time"
        )
    if logits.dtype.kind not in "biuf":
        raise TypeError(f"logits must be real numbers, got dtype {logits.dtype}")
    return logits


def _dask_state(logits, temperature):
    """Return the state as a `dask.delayed.Delayed`: one for each chunk, merged in a tree."""
    from dask import delayed

    of, merge = delayed(_state_of_block), delayed(_merged)
    blocks = logits.to_delayed().ravel()
    states = [of(block, temperature, number) for number, block in enumerate(blocks)]
    while len(states) > 1:
        states = [merge(states[k : k + FAN_IN]) for k in range(0, len(states), FAN_IN)]
    return states[0]


def _state_of_block(block, temperature, number):
    try:
        return SoftmaxState.of(block, temperature)
    except ValueError as error:
        raise ValueError(f"{error} of chunk {number}") from None


def _merged(states):
    return sum(states, SoftmaxState())


def _dask_softmax(logits, temperature):
    from dask.graph_manipulation import bind

    state = _dask_state(logits, temperature)
    dtype = as_floats(np.empty(0, logits.dtype), "logits").dtype
    # Chunks of the first pass would wait in memory for the state. These are made again after it.
    again = bind(logits, state)
    return again.map_blocks(_share, state, dtype=dtype, meta=np.empty(0, dtype))
