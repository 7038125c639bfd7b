"""A large array is done in tiles: the same numbers, in little memory, and the same refusals."""

import sys
import threading
import tracemalloc

import numpy as np
import pytest

import softmax_lib.tiled
from softmax_lib import exponentiate, log_softmax, logsumexp, softmax
from softmax_lib.softmax import _softmax
from softmax_lib.tiled import FEW, LONG, TILE, sum_along

INF, NAN = np.inf, np.nan
HOME = sys.modules["softmax_lib.softmax"]  # by its name one finds the function
EVERY = [exponentiate, softmax, log_softmax, logsumexp]
every = pytest.mark.parametrize("function", EVERY, ids=lambda f: f.__name__)
generator = np.random.default_rng(18)


def scores(*shape, dtype=np.float32):
    z = (generator.normal(size=shape) * 4).astype(dtype)
    odd = np.indices(shape).sum(axis=0) % 2 == 1  # so that no row is masked as a whole
    z[odd & (generator.random(shape) < 0.04)] = -INF
    z[(0,) * len(shape)] = 40  # one row that is all but decided
    return z


# Array and axis. Each is larger than what is done at once, and some are larger than a tile.
LAYOUTS = {
    "long rows": (scores(7, 12_345), -1),
    "rows of 512": (scores(3, 70, 512), -1),
    "rows of 130": (scores(700, 130), -1),
    "short rows": (scores(9000, 10), -1),
    "rows of 7": (scores(9000, 7), -1),
    "rows of 2": (scores(40_000, 2), -1),
    "rows of 1": (np.zeros((9000, 1), np.float32), -1),
    "rows of 63, float64": (scores(1500, 63, dtype=np.float64), -1),
    "columns": (scores(50, 3000), 0),
    "long columns": (scores(5000, 70), 0),
    "few long columns": (scores(20_000, 3), 0),
    "columns of float64": (scores(300, 600, dtype=np.float64), 0),
    "the middle": (scores(20, 30, 40), 1),
    "the middle, few": (scores(40, 300, 3), 1),
    "two axes": (scores(30, 40, 50), (1, 2)),
    "two axes apart": (scores(30, 40, 50), (2, 0)),
    "two first axes": (scores(30, 40, 50), (0, 1)),
    "all": (scores(30, 40, 50), None),
    "Fortran, columns": (np.asfortranarray(scores(900, 100)), 0),
    "Fortran": (np.asfortranarray(scores(90, 1000)), -1),
    "Fortran, all": (np.asfortranarray(scores(90, 1000)), None),
    "turned around": (scores(1000, 90)[::-1, ::-1], -1),
    "strided": (scores(300, 900)[::2, ::3], -1),
    "rows of rows of 1": (scores(90, 1000, 1), 1),
    "transposed": (scores(4, 50, 600).transpose(1, 2, 0), 1),
    "repeated": (np.broadcast_to(scores(1000), (90, 1000)), -1),
    "repeated along": (np.broadcast_to(np.float32([[1], [-2], [40]] * 300), (900, 100)), -1),
    "big-endian": (scores(90, 1000, dtype=">f4"), -1),
    "float16": (scores(90, 1000, dtype=np.float16), -1),
    "short rows of float16": (scores(9000, 10, dtype=np.float16), -1),
    "integers": (generator.integers(-9, 9, (9000, 10)), -1),
    "far beyond": (scores(90, 1000, dtype=np.float64) * 1e306, -1),
}


def at_once(function, *arguments, **options):
    """Return what the lines make of the whole array."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(HOME, "FEW", 2**62)
        patch.setattr(HOME, "_by_tiles", None)
        return function(*arguments, **options)


def assert_within_an_ulp(found, expected):
    assert found.dtype == expected.dtype and found.shape == expected.shape
    native = np.abs(expected).astype(expected.dtype.newbyteorder("="))
    with np.errstate(all="ignore"):
        close = np.abs(found.astype(np.float64) - expected) <= np.spacing(native)
    assert (close | (found == expected)).all()


@pytest.mark.parametrize("layout", LAYOUTS)
@every
def test_tiles_give_what_the_lines_give_at_once(function, layout):
    z, axis = LAYOUTS[layout]
    assert z.size > FEW
    options = [{}] if function is logsumexp else [{}, {"temperature": 0.7}, {"temperature": 0}]
    for option in options:
        found = function(z, axis, **option)
        assert_within_an_ulp(found, at_once(function, z, axis, **option))


@pytest.mark.parametrize(
    "layout", ["long rows", "rows of 512", "short rows", "rows of 63, float64"]
)
@every
def test_rows_in_tiles_are_the_same_to_the_last_digit(function, layout):
    """Short rows too, which are turned around: their columns are added as numpy adds rows."""
    z, axis = LAYOUTS[layout]
    found = function(z, axis)
    np.testing.assert_array_equal(found, at_once(function, z, axis))
    np.testing.assert_array_equal(found[1], function(z[1], axis))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_short_columns_are_added_as_numpy_adds_rows(dtype):
    for n in range(1, 129):
        rows = np.exp(generator.normal(size=(20, n)) * 3).astype(dtype) + dtype(1)
        columns = np.ascontiguousarray(rows.T)
        np.testing.assert_array_equal(sum_along(columns, (0,))[0], rows.sum(axis=1))


@pytest.mark.parametrize("layout", ["rows of 512", "short rows", "columns", "float16", "all"])
@pytest.mark.parametrize("threads", [2, 3, 50])
def test_threads_change_no_digit(layout, threads):
    z, axis = LAYOUTS[layout]
    for function in (softmax, log_softmax, logsumexp):
        with np.errstate(all="raise"):  # which is nothing to the threads
            found = function(z, axis, threads=threads)
        np.testing.assert_array_equal(found, function(z, axis))
    out = np.empty_like(z)
    assert softmax(z, axis, out=out, threads=threads) is out
    np.testing.assert_array_equal(out, softmax(z, axis))


@pytest.mark.parametrize(
    ("shape", "axis", "dtype"),
    [
        ((146, 4945), 0, "f8"),
        ((40, 9858), 0, "f4"),
        ((64, 6154), 0, "f4"),
        ((4, 146, 4945), 1, "f8"),
    ],
)
def test_threads_change_no_digit_of_columns(shape, axis, dtype):
    """How columns are added depends on a tile's size, also of the one that is left at the end."""
    z = np.random.default_rng(0).normal(size=shape).astype(dtype)
    for function in (softmax, log_softmax):
        one = function(z, axis)
        for threads in (2, 3):
            np.testing.assert_array_equal(function(z, axis, threads=threads), one)


@pytest.mark.skipif(sys.platform == "emscripten", reason="a browser has one thread")
def test_threads_share_the_tiles(monkeypatch):
    seen, meet = set(), threading.Barrier(2, timeout=60)

    def lines(tile, axes, temperature, out=None):
        if threading.get_ident() not in seen:
            seen.add(threading.get_ident())
            meet.wait()  # nobody passes alone
        return _softmax(tile, axes, temperature, out)

    monkeypatch.setattr(HOME, "_softmax", lines)
    monkeypatch.setattr(softmax_lib.tiled, "TILE", 2**12)
    softmax(LAYOUTS["rows of 512"][0], threads=2)
    assert len(seen) == 2
    monkeypatch.setattr(softmax_lib.tiled.sys, "platform", "emscripten")  # no threads there
    seen.clear()
    seen.add(threading.get_ident())
    softmax(LAYOUTS["rows of 512"][0], threads=2)
    assert len(seen) == 1


@pytest.mark.parametrize("threads", [0, -1, 1.5, "2", None])
@pytest.mark.parametrize("z", [[1.0, 2.0], np.array([1.0, 2.0]), scores(90, 1000)])
def test_threads_are_a_count(threads, z):
    error = ValueError if type(threads) is int else TypeError
    for function in (softmax, log_softmax, logsumexp):
        with pytest.raises(error, match="threads must be .*>= 1, got"):
            function(z, threads=threads)


# --- Memory -----------------------------------------------------------------------------------


def extra_memory(call):
    call()
    tracemalloc.start()
    call()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


@pytest.mark.parametrize(
    ("shape", "axis"),
    [((50, 50257), -1), ((200_000, 10), -1), ((300, 9000), 0), ((30, 300, 300), 1)],
)
def test_memory_beside_the_result_is_a_few_tiles(shape, axis):
    z = generator.normal(size=shape).astype(np.float32)
    out = np.empty_like(z)
    assert z.nbytes >= 8e6
    assert extra_memory(lambda: softmax(z, axis, out=out)) < 2e6
    assert extra_memory(lambda: softmax(z, axis, temperature=0.5, out=z)) < 2e6
    # These two work in float64, with a second array for the weights.
    assert extra_memory(lambda: log_softmax(z, axis, out=out)) < 3e6
    assert extra_memory(lambda: logsumexp(z, axis)) < 3e6 + logsumexp(z, axis).nbytes


# --- out= and refusals ------------------------------------------------------------------------


@pytest.mark.parametrize("layout", ["rows of 512", "short rows", "columns", "two axes apart"])
@pytest.mark.parametrize("function", [exponentiate, softmax, log_softmax], ids=lambda f: f.__name__)
def test_out_may_be_the_logits_or_overlap_them(function, layout):
    z, axis = LAYOUTS[layout]
    expected = function(z, axis)
    mine = z.copy()
    assert function(mine, axis, out=mine) is mine
    np.testing.assert_array_equal(mine, expected)
    room = np.zeros((len(z) + 3, *z.shape[1:]), z.dtype)
    for place, target in ((room[:-3], room[3:]), (room[3:], room[:-3]), (room[3:], room[2:-1])):
        place[...] = z
        function(place, axis, out=target)
        np.testing.assert_array_equal(target, expected)
    place = room[3:][::-1]
    place[...] = z
    function(place, axis, out=room[3:])
    np.testing.assert_array_equal(room[3:], expected)


REFUSED = {
    "NaN": (NAN, (61, 17), "NaN at entry \\(61, 17\\)"),
    "+inf": (INF, (61, 17), "\\+inf at entry \\(61, 17\\)"),
    "a row of masks": (-INF, 61, "every entry of row 61 is masked"),
}


@pytest.mark.parametrize("case", REFUSED)
@pytest.mark.parametrize("threads", [1, 2])
def test_a_refusal_names_the_place_in_the_whole(case, threads):
    value, where, words = REFUSED[case]
    for count in (4000, 400, 40):  # a row to a tile, several, and turned around
        z = scores(max(90, 20_000 // count), count)
        z[where] = value
        before = z.copy()
        for function in (softmax, log_softmax, logsumexp):
            with pytest.raises(ValueError, match=words):
                function(z, threads=threads)
        for function in (softmax, log_softmax):
            with pytest.raises(ValueError, match=words):
                function(z, out=z, threads=threads)
            np.testing.assert_array_equal(z, before)  # no score is lost


def test_a_row_far_out_of_the_ordinary_harms_no_other_tile():
    z = scores(200, 500, dtype=np.float64)
    expected = softmax(z, temperature=3.0)
    z[150] = np.where(np.arange(500) % 2, 1.7e308, -1.7e308)
    found = softmax(z, temperature=3.0)
    assert found[150].tolist() == [0, 1 / 250] * 250
    found[150] = expected[150]
    np.testing.assert_array_equal(found, expected)


def test_the_cases_reach_every_way():
    """Whole, in pieces, with one row to a tile, and a row that is longer than is copied."""
    sizes = [z.size for z, _ in LAYOUTS.values()]
    assert min(sizes) > FEW and max(sizes) > TILE
    z = np.zeros((LONG + 8, 2), np.float32)
    z[5] = 30
    assert softmax(z, axis=0)[5].tolist() == pytest.approx([1 / (1 + len(z) * np.exp(-30.0))] * 2)
