"""An engine for softmax, log_softmax and logsumexp, for those who have numba. Nobody needs it::

    python -m pip install numba

    from softmax_lib import compiled
    compiled.use()

From then on those three, and all that calls them, work here where they are given an array. numpy
goes through an array once for each operation. Here a number is read once, e^x goes straight into
the sum, and many columns of short rows are worked through at once.
``tests/benchmark_softmax.py --compiled`` says what that brings on your computer.

The digits: e^x is within 1.02 units in the last place (numpy's of a float32 within 3), and sums are
made in float64 or compensated. The logarithms of float32 are made from e^x in float32, where
numpy's way works in float64. So results may differ from numpy's in the last digits. Importing this
takes half a second, and the first `use` on a computer twenty.

What else there is, and what is refused, is left to numpy: lists, several axes, results that are
written over their scores, arrays with gaps in memory, of another byte order or that are read-only,
much float16, temperatures of 0, infinity and beyond 1e30, and logarithms at one above 1. Threads
share rows, not columns. Without numba, importing this raises ImportError, and nothing else changes.
"""

import functools
import math

import numpy as np

try:
    import numba
    from numba.extending import overload
except ImportError as error:
    raise ImportError(
        "softmax_lib.compiled needs numba, which is not installed. Install it with: "
        "python -m pip install numba"
    ) from error

from .softmax import work_with
from .tiled import in_threads

__all__ = ["use"]


def _jit(function, **options):
    """Compile a function when it is first called, and keep that on disk where there is a place."""
    options = {"error_model": "numpy", "nogil": True} | options
    try:
        return numba.njit(cache=True, **options)(function)
    except RuntimeError:  # nothing can be written, neither here nor in the user's folder
        return numba.njit(**options)(function)


# --- One number ---

# e^x = 2^k e^r, with k the whole number nearest to x / ln 2, and |r| <= ln(2) / 2. Then e^r is a
# polynomial; 2^k is put together from its bits. ln 2 comes in two parts, the first short enough for
# its product with k to be exact. (Cody and Waite, Software Manual for the Elementary Functions,
# 1980.) To add `..._ROUND` and take it off again rounds to a whole number, which stands in the last
# bits meanwhile. The smallest powers of 2 cannot be put together: so it is 2^(k + 90).
_SINGLE, _WORD = np.float32, np.int32
_S_ROUND, _S_LEAST = _SINGLE(1.5 * 2**23), _SINGLE(-149)
_S_LOG2E, _S_LN2, _S_REST = map(_SINGLE, (1 / math.log(2), 0.693359375, -2.12194440e-4))
# A minimax polynomial, from the Cephes library (Moshier 1992).
_S2, _S3, _S4, _S5, _S6, _S7 = map(
    _SINGLE,
    (5.0000001201e-1, 1.6666665459e-1, 4.1665795894e-2, 8.3334519073e-3, 1.3981999507e-3,
     1.9875691500e-4),
)  # fmt: skip
_ROUND, _LEAST = 1.5 * 2**52, -771.0
_LOG2E, _LN2, _REST = 1 / math.log(2), 6.93147180369123816490e-1, 1.90821492927058770002e-10
# Taylor's, up to r^13 / 13!: what is left out is below 5e-18.
_2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13 = (1 / math.factorial(n) for n in range(2, 14))
_UP, _DOWN = 2.0**90, 2.0**-90


def _exp_up(x):
    """Return e^x times 2**90 for x <= 0, with all digits; 0 where a million of them are nothing."""


@overload(_exp_up, jit_options={"fastmath": {"contract"}})
def _exp_up_of(x):
    def single(x):
        rounded = x * _S_LOG2E + _S_ROUND
        k = rounded - _S_ROUND
        r = (x - k * _S_LN2) - k * _S_REST
        p = _S2 + r * (_S3 + r * (_S4 + r * (_S5 + r * (_S6 + r * _S7))))
        bits = (_SINGLE(rounded).view(_WORD) + _WORD(127 + 90)) << _WORD(23)
        made = (p * (r * r) + r + _SINGLE(1)) * _WORD(bits).view(_SINGLE)
        return _SINGLE(0) if x < _S_LEAST else made

    def double(x):
        rounded = x * _LOG2E + _ROUND
        k = rounded - _ROUND
        high, low = x - k * _LN2, k * _REST
        r = high - low
        lost = (high - r) - low
        p = _9 + r * (_10 + r * (_11 + r * (_12 + r * _13)))
        p = _2 + r * (_3 + r * (_4 + r * (_5 + r * (_6 + r * (_7 + r * (_8 + r * p))))))
        bits = (np.float64(rounded).view(np.int64) + np.int64(1023 + 90)) << np.int64(52)
        near = 1.0 + r
        more = (r - (near - 1.0)) + (p * (r * r) + lost)  # what rounding has left out
        made = (near + more) * np.int64(bits).view(np.float64)
        return 0.0 if x < _LEAST else made

    return single if x == numba.float32 else double


# log(1 + f) = 2 artanh(s) = 2 (s + s^3 / 3 + s^5 / 5 + ...), with s = f / (2 + f). As 1 + f lies
# between the roots of 1/2 and of 2, what comes after s^23 is below 2e-18.
_L3, _L5, _L7, _L9, _L11, _L13, _L15, _L17, _L19, _L21, _L23 = (2 / n for n in range(3, 24, 2))
_ROOT = int(np.float64(0.5**0.5).view(np.int64))


@numba.njit(fastmath={"contract"})
def _log_of(total, rest):
    """Return log(1 + rest), and where `total`, which is 1 + rest, is large, from that."""
    bits = np.float64(total).view(np.int64)
    k = (bits - _ROOT) >> 52  # total = 2^k (1 + f)
    f = np.int64(bits - (k << 52)).view(np.float64) - 1.0
    f = rest if k == 0 else f  # a total near 1 has lost digits of the rest
    s = f / (2.0 + f)
    q = s * s
    p = _L15 + q * (_L17 + q * (_L19 + q * (_L21 + q * _L23)))
    p = q * (_L3 + q * (_L5 + q * (_L7 + q * (_L9 + q * (_L11 + q * (_L13 + q * p))))))
    half = 0.5 * f * f
    return k * _LN2 - ((half - (s * (half + p) + k * _REST)) - f)  # as fdlibm (Sun 1993) adds up


# --- One row ---


def _largest(row):
    """Return the largest entry. It may miss a NaN, which then makes the sum NaN."""


@overload(_largest)
def _largest_of(row):
    # As whole numbers the bits of two numbers from 0 up are in the same order, those of two from 0
    # down in the opposite one; and of whole numbers several are compared at once.
    single = row.dtype == numba.float32
    word, real, top = (_WORD, _SINGLE, 31) if single else (np.int64, np.float64, 63)
    others, least = word(2**top - 1), word(-(2**top))

    def largest(row):
        best = least
        for i in range(row.size):
            bits = real(row[i]).view(word)  # of a number: a view of the whole array takes longer
            key = word(bits ^ ((bits >> word(top)) & others))
            best = key if key > best else best
        return word(best ^ ((best >> word(top)) & others)).view(real)

    return largest


@numba.njit
def _high(weight, grid):
    """Return the nearest multiple of what a float64 as large as `grid` can resolve."""
    return (weight + grid) - grid


_in_any_order = functools.partial(_jit, fastmath={"reassoc"})  # many entries are added at once


@_in_any_order
def _sum(row, few):
    """Return the sum of a few entries."""
    total = 0.0
    for i in range(few):
        total += row[i]
    return total


@_in_any_order
def _exact_sum(row, few, most):
    """Return the sum of up to 512 float64 as two numbers, which have yet to be added.

    None is larger than `most`. The first number is the sum of their first digits, as many of them
    as can be added without rounding.
    """
    high, low = _sum_in_two(row, few, most * 2**30)
    if high + low < most / 2**8:  # then too many of the digits are among the last ones
        high, low = _sum_in_two(row, few, (high + low) * 2**30)
    return high, low


@_in_any_order
def _sum_in_two(row, few, grid):
    high, low = 0.0, 0.0
    for i in range(few):
        part = _high(row[i], grid)
        high += part
        low += row[i] - part
    return high, low


@_in_any_order
def _ones(row, few):
    """Return how many of a few weights are 1, that is 2**90 here. Those become 0."""
    count = row.dtype.type(0)
    for i in range(few):
        one = row.dtype.type(row[i] == _UP)
        count += one
        row[i] -= one * row.dtype.type(_UP)
    return np.float64(count)


_in_place = numba.njit(error_model="numpy", inline="always")  # a call would take 30 nanoseconds


@_in_place
def _plus(total, lost, more):
    """Return total + more, and lost with what this addition rounds off (Knuth's sum)."""
    after = total + more
    back = after - total
    return after, lost + ((total - (after - back)) + (more - back))


_PART = 512  # entries that are exponentiated and added in one go
_SOFTMAX, _LOG_SOFTMAX, _LOGSUMEXP = range(3)


@_in_place
def _weigh(z, largest, temperature, weights, down):
    if temperature == 1.0:
        for i in range(z.size):
            weights[i] = _exp_up(z[i] - largest) * down
    else:
        for i in range(z.size):
            weights[i] = _exp_up((z[i] - largest) / temperature) * down


@_in_place
def _row(z, p, temperature, kind, room):
    """Work out one row; return the sum, NaN where there is none. `room` is for `_PART` entries."""
    if kind == _SOFTMAX:
        return _softmax_row(z, p, temperature)
    return _log_row(z, p, temperature, kind, room)


@_in_place
def _softmax_row(z, p, temperature):
    largest, down, total, lost = _largest(z), p.dtype.type(_DOWN), 0.0, 0.0
    if z.size <= _PART:
        _weigh(z, largest, temperature, p, down)
        if z.itemsize == 4:  # float64 has digits enough for the sum
            total = _sum(p, p.size)
        else:
            total, lost = _exact_sum(p, p.size, 1.0)
    else:
        for start in range(0, z.size, _PART):
            part = p[start : start + _PART]
            _weigh(z[start : start + _PART], largest, temperature, part, down)
            if z.itemsize == 4:
                total += _sum(part, part.size)
            else:
                more, low = _exact_sum(part, part.size, 1.0)
                total, lost = _plus(total, lost + low, more)
    total += lost
    whole = p.dtype.type(total)
    for i in range(p.size):
        p[i] /= whole
    return total


@_jit
def _single_row(z, p, temperature):
    return _softmax_row(z, p, temperature)


@_in_place
def _log_row(z, p, temperature, kind, room):
    """The maxima are counted apart: what little the others add to a 1 must not be lost."""
    largest, up, count, rest, lost = _largest(z), z.dtype.type(1), 0.0, 0.0, 0.0
    if z.size <= _PART:
        _weigh(z, largest, temperature, room, up)
        count = _ones(room, z.size)
        if z.itemsize == 4:
            rest = _sum(room, z.size)
        else:
            rest, lost = _exact_sum(room, z.size, _UP)
    else:
        for start in range(0, z.size, _PART):
            given = z[start : start + _PART]
            _weigh(given, largest, temperature, room, up)
            count += _ones(room, given.size)
            if z.itemsize == 4:
                rest += _sum(room, given.size)
            else:
                more, low = _exact_sum(room, given.size, _UP)
                rest, lost = _plus(rest, lost + low, more)
    rest = (rest + lost) * _DOWN
    logarithm = _log_of(count + rest, (count - 1) + rest)
    if kind == _LOGSUMEXP:
        p[0] = largest + logarithm
        return rest + count
    less = z.dtype.type(logarithm)
    if temperature == 1.0:
        for i in range(z.size):
            p[i] = (z[i] - largest) - less
    else:
        for i in range(z.size):
            p[i] = (z[i] - largest) / temperature - logarithm
    return rest + count


# --- Many columns, side by side ---


@_jit
def _columns(z, at, p, to, step, size, few, temperature, kind, room, wide):
    """Work out a few columns; return the sum of their sums.

    Entry j of column i is z[at + j * step + i], and goes to p[to + j * step + i], a log-sum-exp to
    that of j = 0. `room` is three rows for a number of each column, `wide` two of float64.
    """
    largest, count, total, lost = room[0], room[1], wide[0], wide[1]
    row = z[at : at + few]
    for i in range(few):
        largest[i], count[i], total[i], lost[i] = row[i], 0, 0.0, 0.0
    for j in range(1, size):
        row = z[at + j * step : at + j * step + few]
        for i in range(few):
            largest[i] = row[i] if row[i] > largest[i] else largest[i]
    down = z.dtype.type(_DOWN if kind == _SOFTMAX else 1)
    for j in range(size):
        row = z[at + j * step : at + j * step + few]
        weights = p[to + j * step : to + j * step + few] if kind == _SOFTMAX else room[2]
        if temperature == 1.0:
            for i in range(few):
                weights[i] = _exp_up(row[i] - largest[i]) * down
        else:
            for i in range(few):
                weights[i] = _exp_up((row[i] - largest[i]) / temperature) * down
        if kind != _SOFTMAX:  # the maxima are counted apart, as in a row
            for i in range(few):
                one = weights.dtype.type(weights[i] == _UP)
                count[i] += one
                weights[i] -= one * weights.dtype.type(_UP)
        if z.itemsize == 4:
            for i in range(few):
                total[i] += weights[i]
        else:
            for i in range(few):
                total[i], lost[i] = _plus(total[i], lost[i], weights[i])
    if kind == _SOFTMAX:
        _divide(p, to, step, size, few, room, wide)
    else:
        _take_logarithms(z, at, p, to, step, size, few, temperature, kind, room, wide)
    return _sum(total, few) + _sum(count, few)


@_jit
def _divide(p, to, step, size, few, room, wide):
    whole, total, lost = room[0], wide[0], wide[1]
    for i in range(few):
        whole[i] = total[i] + lost[i]
    for j in range(size):
        made = p[to + j * step : to + j * step + few]
        for i in range(few):
            made[i] /= whole[i]


@_jit
def _take_logarithms(z, at, p, to, step, size, few, temperature, kind, room, wide):
    largest, count, rest, logarithm = room[0], room[1], wide[0], wide[1]
    for i in range(few):
        more = (rest[i] + logarithm[i]) * _DOWN  # the latter still is what the sum has lost
        logarithm[i] = _log_of(count[i] + more, (count[i] - 1.0) + more)
    if kind == _LOGSUMEXP:
        made = p[to : to + few]
        for i in range(few):
            made[i] = largest[i] + logarithm[i]
        return
    less = room[2]
    for i in range(few):
        less[i] = logarithm[i]
    for j in range(size):
        row = z[at + j * step : at + j * step + few]
        made = p[to + j * step : to + j * step + few]
        if temperature == 1.0:
            for i in range(few):
                made[i] = (row[i] - largest[i]) - less[i]
        else:
            for i in range(few):
                made[i] = (row[i] - largest[i]) / temperature - logarithm[i]


# --- An array of shape (before, along, after) ---
# `p` has the same shape, or 1 along.


@_jit
def _of_rows(z, p, temperature, kind):
    room = np.empty(_PART, z.dtype)
    given, made = z.reshape(len(z), -1), p.reshape(len(z), -1)
    for at in range(len(z)):
        if not _row(given[at], made[at], temperature, kind, room) > 0:
            return False
    return True


@_jit
def _of_few_columns(z, p, temperature, kind):
    """Gather one column after the other."""
    before, size, after = z.shape
    room, column, made = (
        np.empty(_PART, z.dtype),
        np.empty(size, z.dtype),
        np.empty(p.shape[1], p.dtype),
    )
    for b in range(before):
        for i in range(after):
            for j in range(size):
                column[j] = z[b, j, i]
            if not _row(column, made, temperature, kind, room) > 0:
                return False
            for j in range(made.size):
                p[b, j, i] = made[j]
    return True


@_jit
def _of_short_columns(z, p, temperature, kind):
    """Gather hundreds of short columns, or short rows, at a time."""
    before, size, after = z.shape
    given, made, count = z.reshape(-1), p.reshape(-1), before * after
    width = min(512, (count + 15) // 16 * 16)
    gathered, columns = np.zeros((size, width), z.dtype), np.empty((size, width), z.dtype)
    one, other = gathered.reshape(-1), columns.reshape(-1)
    more = temperature, kind, np.empty((3, width), z.dtype), np.empty((2, width))
    for start in range(0, count, width):
        few = min(width, count - start)
        for j in range(size):
            _gather(given, gathered[j], few, start, j, size, after)
        if not _columns(one, 0, other, 0, width, size, width, *more) > 0:
            return False
        for j in range(p.shape[1]):
            _scatter(columns[j], made, few, start, j, p.shape[1], after)
    return True


@_jit
def _gather(given, row, few, start, j, size, after):
    """Read entry j of some columns, in their order: after the last of `after` comes a jump."""
    left, jump = after - start % after, np.uint64((size - 1) * after)
    place = np.uint64(start // after * size * after + j * after + start % after)
    for i in range(few):  # a place without a sign need not be asked for it
        row[i] = given[place]
        left -= 1
        place += np.uint64(1) if left else jump + np.uint64(1)
        left = left if left else after


@_jit
def _scatter(row, made, few, start, j, size, after):
    left, jump = after - start % after, np.uint64((size - 1) * after)
    place = np.uint64(start // after * size * after + j * after + start % after)
    for i in range(few):
        made[place] = row[i]
        left -= 1
        place += np.uint64(1) if left else jump + np.uint64(1)
        left = left if left else after


@_jit
def _of_columns(z, p, temperature, kind):
    """Take as many columns at a time as the cache holds."""
    before, size, after = z.shape
    given, made = z.reshape(-1), p.reshape(-1)
    parts = math.ceil(after * z.itemsize / min(2**13, max(2**11, 2**18 // size)))
    width = math.ceil(after / parts)
    more = temperature, kind, np.empty((3, width), z.dtype), np.empty((2, width))
    for b in range(before):
        for start in range(0, after, width):
            at, to = b * size * after + start, b * p.shape[1] * after + start
            few = min(width, after - start)
            if not _columns(given, at, made, to, after, size, few, *more) > 0:
                return False
    return True


@_jit
def _of_single(z, p, temperature, kind):
    """Work out rows of one entry each."""
    given, made, total = z.reshape(-1), p.reshape(-1), 0.0
    for i in range(given.size):
        nothing = given[i] - given[i]  # NaN for what is not finite
        made[i] = (
            nothing + 1
            if kind == _SOFTMAX
            else nothing
            if kind == _LOG_SOFTMAX
            else given[i] + nothing
        )
        total += nothing
    return total == 0


# --- What softmax.py calls ---

_KINDS = {"_softmax": _SOFTMAX, "_log_softmax": _LOG_SOFTMAX, "_logsumexp": _LOGSUMEXP}
_F4, _F8 = np.dtype(_SINGLE), np.dtype(np.float64)
_INSIDE = {np.dtype(kind): _F4 for kind in ("f2", "f4")}  # in which dtype they are handed over
_INSIDE |= {np.dtype(kind): _F8 for kind in ("f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8")}


@functools.lru_cache(512)
def _plan(shape, strides, axis):
    """Return a shape of three axes, the order that leads to it, and how to go through it."""
    axis %= len(shape)
    order = sorted(range(len(shape)), key=lambda a: -strides[a])
    place, size = order.index(axis), shape[axis]
    before = math.prod(shape[a] for a in order[:place])
    after = math.prod(shape[a] for a in order[place + 1 :])
    if size == 1:
        before, after, function = 1, before * after, _of_single
    elif after == 1 and (size >= 64 or before < 64):
        function = _of_rows
    elif after < 32:
        function = _of_short_columns if size < 64 else _of_few_columns
    else:
        function = _of_columns if size < 2**24 else _of_few_columns  # a float32 counts no further
    return (before, size, after), None if order == list(range(len(shape))) else order, function


def _engine(name, logits, axis, temperature, out, threads, keepdims):
    """Return the result, or None where numpy is to find it, or to say what is wrong."""
    kind = _KINDS.get(name)
    if kind is None or type(logits) is not np.ndarray or type(axis) is not int:
        return None
    inside, count = _INSIDE.get(logits.dtype), logits.ndim
    if inside is None or not logits.size or not -count <= axis < count:
        return None
    temperature = float(temperature) if type(temperature) is int else temperature
    if type(temperature) is not float or not 1e-30 < temperature < 1e30:
        return None
    if type(threads) is not int or threads < 1:
        return None
    if kind != _SOFTMAX:
        if temperature > 1.0:  # a gap beyond the range might be within it over T
            return None
        inside = _F8 if logits.dtype.itemsize == 2 else inside  # rounded once
    if not (logits.flags["W"] and logits.flags["A"]):
        return None
    if logits.dtype == np.float16 and logits.size > 2**16:
        return None
    z = logits if logits.dtype is inside else logits.astype(inside)
    p = np.empty_like(z) if out is None and kind != _LOGSUMEXP else out
    if out is not None:
        if type(out) is not np.ndarray or out.dtype is not inside or logits.dtype is not inside:
            return None
        if out.shape != z.shape or out.strides != z.strides or np.may_share_memory(z, out):
            return None
        if not (out.flags["W"] and out.flags["A"]):
            return None
    t = inside.type(temperature) if kind == _SOFTMAX else temperature
    if count == 1 and kind == _SOFTMAX and z.strides == p.strides == (logits.itemsize,):
        return p if _single_row(z, p, t) > 0 else None
    shape, order, function = _plan(z.shape, z.strides, axis)
    given = z if order is None else z.transpose(order)
    if not given.flags.c_contiguous:
        return None
    if kind == _LOGSUMEXP:
        made = np.empty((shape[0], shape[2]), z.dtype)
    else:
        made = p if order is None else p.transpose(order)
        if not made.flags.c_contiguous:
            return None
    given, made = given.reshape(shape), made.reshape(shape[0], -1, shape[2])
    more = t, kind
    threads = min(threads, shape[0])  # which columns share, only numpy's way knows how to divide
    if threads == 1 or z.size < 2**16:
        done = function(given, made, *more)
    else:
        cuts = [shape[0] * k // threads for k in range(threads + 1)]
        parts = [slice(*ends) for ends in zip(cuts, cuts[1:])]
        done = all(in_threads(lambda part: function(given[part], made[part], *more), parts))
    if not done:
        return None
    if kind == _LOGSUMEXP:
        return _without(made, order, logits, axis % count, keepdims)
    return p.astype(logits.dtype) if logits.dtype.kind == "f" and inside is not logits.dtype else p


def _without(made, order, logits, axis, keepdims):
    """Return log-sum-exps, which lie in the order of memory, in the shape that was asked for."""
    order = order or list(range(logits.ndim))
    kept = [1 if a == axis else logits.shape[a] for a in order]
    made = made.reshape(kept).transpose([order.index(a) for a in range(logits.ndim)])
    made = made.astype(logits.dtype if logits.dtype.kind == "f" else _F8, copy=False)
    return made if keepdims else made.squeeze(axis)[()]


def use(on=True):
    """Let `softmax`, `log_softmax` and `logsumexp` work here from now on, or in numpy again.

    Parameters
    ----------
    on : bool, default True

    Examples
    --------
    >>> import numpy as np
    >>> from softmax_lib import compiled, softmax
    >>> compiled.use()
    >>> softmax(np.array([2.0, 1.0, -1.0])).round(3)
    array([0.705, 0.259, 0.035])
    >>> compiled.use(False)
    """
    if not on:
        return work_with(None)
    for name in _KINDS:  # what is compiled now keeps no later call waiting
        for dtype in (_F4, _F8):
            for shape in ((70,), (2, 70, 1), (70, 2, 1), (2, 70, 2), (2, 3, 40), (2, 1, 1)):
                _engine(name, np.zeros(shape, dtype), min(1, len(shape) - 1), 1.0, None, 1, None)
    work_with(_engine)
