"""The fast path: a large array is worked through in tiles that stay in a processor's cache.

What is done to a tile is what `softmax.py` does to a small array, in the same order, so the numbers
are the same. What is gained:

- An array of many megabytes is read once and written once; what happens in between happens in the
  cache, and nothing larger than a tile is kept.
- numpy has an inner loop, and an outer one that costs as much as a hundred additions. Rows of ten
  entries are therefore turned around, tile by tile: ten rows of thousands.
- numpy lets other threads run meanwhile, so several can take tiles.
"""

import functools
import itertools
import math
import os
import sys

import numpy as np

__all__ = ["in_threads", "in_tiles", "is_short", "max_along", "merged", "sum_along"]

FEW = 2**13  # entries; up to here all is done at once
TILE = 2**17  # entries of float32, half a megabyte; of float64 half as many
SHORT = 32  # an inner loop below this is worth turning around
LONG = 2**20  # entries; a row above this is never copied


def in_tiles(function, given, result, axes, dtype, threads=1):
    """Fill `result` with what `function` makes of `given`, tile by tile.

    Parameters
    ----------
    function : callable
        From (array of `dtype`, its axes, where to write) to an array. It may be told to write over
        what it gets.
    given : numpy.ndarray
    result : numpy.ndarray
        Shape of `given`, or 1 along `axes`. May be `given` itself.
    axes : tuple of int
        A tile is never cut along these.
    dtype : dtype
        In which `function` works.
    threads : int, default 1
        How many threads take tiles.
    """
    if np.may_share_memory(given, result) and not _same(given, result):
        given = given.copy()  # a tile must not be written where another is yet to be read
    given, result, axes = merged(given, result, axes)
    order = _order(given.shape, given.strides, axes)
    plain = order is None and given.dtype == dtype == result.dtype and given.shape == result.shape
    size = math.prod(given.shape[a] for a in axes)

    def work(indices):
        scratch = None
        for source, target in indices:
            scratch = tile(given[source], result[target], scratch)

    def tile(source, target, scratch):
        """Fill the target; return the scratch array, for the next one."""
        if plain:
            made = function(source, axes, target)
        else:
            if order is not None:
                source, target = source.transpose(order), target.transpose(order)
            if scratch is None or scratch.size < source.size:
                scratch = np.empty(source.size, dtype)
            inside = scratch[: source.size].reshape(source.shape)
            np.copyto(inside, source)
            if order is None:
                made = function(inside, axes, inside)
            elif order[0] in axes:  # two axes, which is what numpy takes up fastest
                inside = inside.reshape(size, -1)
                made = function(inside, (0,), inside).reshape(target.shape)
            else:
                inside = inside.reshape(-1, size).T
                made = function(inside, (0,), inside).T.reshape(target.shape)
        if order is not None and order[0] in axes and len(target) < 5:
            for one, other in zip(target, made):  # at once, numpy's inner loop would be as short
                one[...] = other
        elif made is not target:
            target[...] = made
        return scratch

    threads = 1 if sys.platform == "emscripten" else threads  # a browser has no more
    tile_size = TILE * 4 // max(4, np.dtype(dtype).itemsize)
    if threads > 1 and order is None and axes == (given.ndim - 1,):
        # numpy lets another go on within an operation: so let it be a long one. Only of rows: how
        # columns are added depends on the size of a tile, and threads must change no digit.
        tile_size *= 4
    whole = plain and given.size <= tile_size
    indices = [(..., ...)] if whole else _indices(given, result, axes, tile_size)
    if threads > 1:
        work_apart = np.errstate(all="ignore")(work)  # a thread begins with settings of its own
        in_threads(work_apart, [iter(list(indices))] * threads)  # whoever is ready takes the next
    else:
        work(indices)


def in_threads(function, parts):
    """Return what a function makes of each part: of the first here, of each other in a thread."""
    from concurrent.futures import wait

    pool = _threads(len(parts) - 1, os.getpid())
    others = [pool.submit(function, part) for part in parts[1:]]
    try:
        first = function(parts[0])
    finally:
        wait(others)
    return [first, *(other.result() for other in others)]


@functools.lru_cache(4)
def _threads(count, process):
    """Return threads that are kept: to start them takes longer than much of what they do."""
    from concurrent.futures import ThreadPoolExecutor

    return ThreadPoolExecutor(count, "softmax")  # of this process: a fork has none of its own


def merged(given, result, axes):
    """Return both arrays and the axes, with neighbors in memory made one axis.

    What remains is (before, along, after), of which the first and the last may be missing.
    """
    one, other, places = given, result, sorted(axes)
    if not one.flags.c_contiguous:
        order = sorted(range(one.ndim), key=lambda a: -abs(one.strides[a]))
        places = [k for k, a in enumerate(order) if a in axes]
        one, other = one.transpose(order), other.transpose(order)
    first, last = places[0], places[-1] + 1
    if last - first > len(places) or not one.size:
        return given, result, axes
    if not (one.flags.c_contiguous and other.flags.c_contiguous):
        return given, result, axes
    before, size, after = (
        math.prod(part) for part in (one.shape[:first], one.shape[first:last], one.shape[last:])
    )
    if size == 1:  # a row of one entry is worked through as one column of many
        before, after = 1, before * after
    axis = int(before > 1)
    shape = (before,) * axis + (size,) + (after,) * (after > 1)
    one = one.reshape(shape)
    if given.shape != result.shape:
        shape = shape[:axis] + (1,) + shape[axis + 1 :]
    return one, other.reshape(shape), (axis,)


def is_short(array, axes):
    """Return whether numpy's inner loop is so short that even a small array is worth turning."""
    return array.ndim > 1 and _inner_loop(array.shape, array.strides, axes)[1] < 16


def _same(one, other):
    where = [(array.__array_interface__["data"], array.strides) for array in (one, other)]
    return where[0] == where[1]


@functools.lru_cache
def _order(shape, strides, axes):
    """Return in which order to put the axes of a tile, or None to leave them where they are."""
    apart = tuple(a for a in range(len(shape)) if a not in axes)
    size, rows = (math.prod(shape[a] for a in part) for part in (axes, apart))
    along, length = _inner_loop(shape, strides, axes)
    if not apart or size > LONG or along and length >= SHORT:
        return None
    if length >= SHORT:  # pieces of long rows, one below the other: gather them
        return axes + apart if 32 < size <= TILE // 32 and size * rows > TILE else None
    return axes + apart if rows > size else apart + axes


@functools.lru_cache
def _inner_loop(shape, strides, axes):
    """Return whether numpy's inner loop runs along `axes`, and its length."""
    along, length, step = None, 1, None
    for a in sorted(range(len(shape)), key=lambda a: abs(strides[a])):
        if shape[a] > 1:
            if along is None:
                along = a in axes
            elif abs(strides[a]) != step or (a in axes) != along:
                break
            length *= shape[a]
            step = abs(strides[a]) * shape[a]
    return along, length


def _indices(given, result, axes, tile_size):
    """Yield where each tile is, in `given` and in `result`."""
    size = math.prod(given.shape[a] for a in axes)
    room = max(1, tile_size // size)
    along, length = _inner_loop(given.shape, given.strides, axes)
    if not along and (size > LONG or length >= SHORT):
        room = max(room, 8 * SHORT)
    steps = list(given.shape)
    for a in sorted(range(given.ndim), key=lambda a: abs(given.strides[a])):
        if a not in axes:
            steps[a] = min(room, max(1, steps[a]))
            room = max(1, room // steps[a])
    cuts = (
        [slice(at, at + step) for at in range(0, n, step)] for n, step in zip(given.shape, steps)
    )
    for index in itertools.product(*cuts):
        if given.shape == result.shape:
            yield index, index
        else:
            yield index, tuple(slice(None) if a in axes else at for a, at in enumerate(index))


def max_along(array, axes):
    """Return the maxima along `axes`, which are kept."""
    count = array.shape[-1]
    if axes == (array.ndim - 1,) and array.size >= 16 * count and array.flags.c_contiguous:
        starts = np.arange(0, array.size, count)  # takes less time than reduce
        return np.maximum.reduceat(array.reshape(-1), starts).reshape(*array.shape[:-1], 1)
    return np.maximum.reduce(array, axes, None, None, True)


def sum_along(weights, axes):
    """Return the sums of positive numbers along `axes`, which are kept.

    Along neighbors in memory numpy adds in pairs: eight running sums for 128 entries, and the sums
    of these two by two. Elsewhere it adds one after the other, and there a float32 would stand
    still at 2**24. Short columns are added here as numpy adds rows, so that a tile that is turned
    around gives the same to the last digit; more than 32 of float32, in float64.

    A float32 beside a 1 loses what is below 6e-8, and rounds up to 16 times one after the other.
    That shows where little else is in the sum, so such sums are made in float64 as well; of few
    numbers only those with next to nothing beside the 1.
    """
    if weights.ndim == 1 and weights.itemsize == 8:
        return np.add.reduce(weights)
    single = weights.itemsize == 4
    if weights.ndim == 1:
        total = np.add.reduce(weights)
        if single and weights.size >= 8 and total < _little(weights.size):
            total = np.float32(np.add.reduce(weights, dtype=np.float64))
        return total
    if len(axes) != 1:
        dtype = np.promote_types(weights.dtype, np.float64)
        return np.add.reduce(weights, axes, dtype, None, True).astype(weights.dtype, copy=False)
    axis = axes[0]
    count = weights.shape[axis]
    is_last = axis == weights.ndim - 1 or math.prod(weights.shape[axis + 1 :]) == 1
    if count < 8 or is_last and weights.strides[axis] == weights.itemsize:
        total = np.add.reduce(weights, axis, None, None, True)
    elif single and count > 32 and weights.size > 2560:
        return np.add.reduce(weights, axis, np.float64, None, True).astype(np.float32)
    elif weights.size < (128 * count if count <= 128 else FEW // 2):  # few columns, so as rows
        rows = np.ascontiguousarray(weights.swapaxes(axis, -1))
        total = np.add.reduce(rows, -1, None, None, True).swapaxes(axis, -1)
    else:
        columns = weights.swapaxes(0, axis)
        most = count // 128 * 128
        total = _sum_of_few(columns[np.newaxis, most:])
        if most:
            parts = _sum_of_few(columns[:most].reshape(-1, 128, *columns.shape[1:]))
            while len(parts) > 1:  # by twos: what many additions round off may be alike, and add up
                half = len(parts) // 2
                parts[0] += parts[-1] if len(parts) % 2 else 0
                parts[:half] += parts[half : 2 * half]
                parts = parts[:half]
            total += parts
        total = total.swapaxes(0, axis)
    if single and count >= 8 and total.size and total.item(total.argmin()) < _little(count):
        few = total < _little(count)
        if weights.ndim == 2 and weights.size > FEW:
            rows = np.flatnonzero(few)
            again = np.add.reduce(weights.take(rows, 1 - axis), axis, np.float64)
            total.reshape(-1)[rows] = again
        else:
            again = np.add.reduce(weights, axis, np.float64, None, True)
            np.copyto(total, again, where=few, casting="same_kind")
    return total


def _little(count):
    """Return the sum of `count` weights below which it is made in float64."""
    return 2 if count >= 32 else 1 + count / 1000


def _sum_of_few(columns):
    """Return the sums along the second axis, of up to 128, as numpy adds a row."""
    whole, rest = columns.shape[1] // 8 * 8, columns.shape[2:]
    if not whole or columns.strides[1] == columns.itemsize:
        return np.add.reduce(columns, 1)
    eight = columns[:, :whole]
    if whole > 8:
        eight = np.add.reduce(eight.reshape(len(columns), -1, 8, *rest), 1)
    four = eight[:, 0::2] + eight[:, 1::2]
    two = four[:, 0::2]
    two += four[:, 1::2]
    total = two[:, 0] + two[:, 1]
    for place in range(whole, columns.shape[1]):
        total += columns[:, place]
    return total
