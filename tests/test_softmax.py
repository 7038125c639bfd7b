"""What the softmax functions do with every kind of input, and the laws that they keep."""

import itertools
import math

import numpy as np
import pytest
import scipy.special
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from softmax_lib import entropy, exponentiate, log_softmax, logsumexp, normalize, softmax
from softmax_lib.softmax import as_temperature

INF, NAN = math.inf, math.nan
EVERY = [exponentiate, softmax, log_softmax, logsumexp]
SHAPED = [exponentiate, softmax, log_softmax]  # their result has the shape of the logits
FLOATS = [np.float16, np.float32, np.float64]

every = pytest.mark.parametrize("function", EVERY, ids=lambda f: f.__name__)
shaped = pytest.mark.parametrize("function", SHAPED, ids=lambda f: f.__name__)
floats = pytest.mark.parametrize("dtype", FLOATS, ids=lambda d: np.dtype(d).name)


# --- What goes in and comes out -------------------------------------------------------------


# logits, temperature, the probabilities that are meant
MEANINGS = {
    "two scores": ([math.log(3), 0.0], 1.0, [0.75, 0.25]),
    "one score": ([5.0], 1.0, [1.0]),
    "ints": ([0, 0, 0, 0], 1.0, [0.25] * 4),
    "bools": ([True, False], 1.0, [math.e / (math.e + 1), 1 / (math.e + 1)]),
    "a tuple": ((2.0, 2.0), 1.0, [0.5, 0.5]),
    "a mask": ([0.0, -INF, 0.0], 1.0, [0.5, 0.0, 0.5]),
    "all but one masked": ([-INF, -3.0, -INF], 1.0, [0.0, 1.0, 0.0]),
    "large scores": ([1e4 + math.log(4), 1e4], 1.0, [0.8, 0.2]),
    "large negative scores": ([-1e4 + math.log(4), -1e4], 1.0, [0.8, 0.2]),
    "the largest floats": ([1.7e308, 1.7e308], 1.0, [0.5, 0.5]),
    "a gap beyond the floats": ([1.7e308, -1.7e308], 1.0, [1.0, 0.0]),
    "that gap, cooled": ([1.5e308, 0.0, -1.5e308], 0.0, [1.0, 0.0, 0.0]),
    "that gap, warmed": ([1e308, -1e308], 2e305, [1.0, 0.0]),
    "all near the largest": ([1.7e308, 1.6e308], 1e307 / math.log(3), [0.75, 0.25]),
    "that gap, heated": ([1e308, 0.0, -1e308], 1e308 / math.log(2), [4 / 7, 2 / 7, 1 / 7]),
    "T = 0": ([1.0, 3.0, 2.0], 0.0, [0.0, 1.0, 0.0]),
    "T = 0, ties share": ([2.0, 1.0, 2.0], 0.0, [0.5, 0.0, 0.5]),
    "T = 0, four ties": ([7, 7, 7, 7], 0, [0.25] * 4),
    "T = 0 and a mask": ([-INF, 1.0, 1.0], 0.0, [0.0, 0.5, 0.5]),
    "T = -0.0": ([1.0, 3.0, 2.0], -0.0, [0.0, 1.0, 0.0]),
    "T = inf": ([1.0, 300.0, -2.0, 0.0], INF, [0.25] * 4),
    "T = inf keeps masks out": ([1.0, -INF, 9.0], INF, [0.5, 0.0, 0.5]),
    "T = 2": ([2 * math.log(3), 0.0], 2.0, [0.75, 0.25]),
    "T = 1/2": ([math.log(3) / 2, 0.0], 0.5, [0.75, 0.25]),
    "T and a mask": ([2 * math.log(3), -INF, 0.0], 2.0, [0.75, 0.0, 0.25]),
    "T an int": ([math.log(9), 0.0], 2, [0.75, 0.25]),
    "T a numpy number": ([math.log(9), 0.0], np.float32(2), [0.75, 0.25]),
    "the smallest T": ([1.0, 1.0, 1 - 2**-53], 5e-324, [0.5, 0.5, 0.0]),
    "the largest T": ([1.0, -1.0], 1.7e308, [0.5, 0.5]),
}


@pytest.mark.parametrize("case", MEANINGS)
def test_meaning(case):
    logits, temperature, expected = MEANINGS[case]
    expected = np.array(expected)
    weights = exponentiate(logits, temperature=temperature)
    p = softmax(logits, temperature=temperature)
    logs = log_softmax(logits, temperature=temperature)
    assert p.dtype == logs.dtype == weights.dtype == np.float64
    np.testing.assert_allclose(p, expected, rtol=1e-12, atol=0)
    np.testing.assert_allclose(np.exp(logs), expected, rtol=1e-12, atol=0)
    assert weights.max() == 1
    np.testing.assert_allclose(normalize(weights), expected, rtol=1e-12, atol=0)


# logits, log-sum-exp
SUMS = {
    "one": ([5.0], 5.0),
    "ties": ([2.0, 2.0, 2.0, 2.0], 2 + math.log(4)),
    "ints": ([0, 0], math.log(2)),
    "bools": ([True, True], 1 + math.log(2)),
    "a mask": ([-INF, 3.0], 3.0),
    "large": ([1e4, 1e4], 1e4 + math.log(2)),
    "large negative": ([-1e4, -1e4], -1e4 + math.log(2)),
    "a tiny rest": ([0.0, -40.0], math.log1p(math.exp(-40))),
    "ties and a tiny rest": ([-math.log(2), -math.log(2), -40.0], math.log1p(math.exp(-40))),
    "a gap beyond the floats": ([1.7e308, -1.7e308], 1.7e308),
    "a distribution's logarithm": (np.log([0.5, 0.25, 0.25]), 0.0),
}


@pytest.mark.parametrize("case", SUMS)
def test_meaning_of_logsumexp(case):
    logits, expected = SUMS[case]
    found = logsumexp(logits)
    assert isinstance(found, np.float64)
    assert found == pytest.approx(expected, rel=1e-14, abs=1e-16)


@floats
@every
def test_floating_dtype_is_kept(function, dtype):
    logits = np.array([[1, 2, 3], [-1, 0, 5]], dtype)
    found = function(logits)
    assert found.dtype == dtype
    exact = function(logits.astype(np.float64))
    np.testing.assert_allclose(found, exact, rtol=8 * np.finfo(dtype).eps)


@pytest.mark.parametrize("dtype", [bool, np.int8, np.uint8, np.int32, np.int64, np.uint64])
@every
def test_integers_and_booleans_become_float64(function, dtype):
    logits = np.array([[1, 0, 1], [0, 1, 1]], dtype)
    found = function(logits)
    assert found.dtype == np.float64
    np.testing.assert_array_equal(found, function(logits.astype(np.float64)))


@pytest.mark.parametrize(
    ("scores", "kind"),
    [([0, 255], np.uint8), ([-128, 127], np.int8), ([-(2**62), 2**62], np.int64)],
)
def test_integer_gaps_do_not_wrap_around(scores, kind):
    """np.uint8(0) - np.uint8(255) is 1: the numbers must become floats first."""
    found = softmax(np.array(scores, kind))
    assert found.tolist() == softmax([float(s) for s in scores]).tolist()
    assert found.argmax() == 1


@pytest.mark.parametrize("code", [">f2", ">f4", ">f8"])
@every
def test_byte_order_changes_nothing(function, code):
    """Files often hold big-endian numbers."""
    logits = np.random.default_rng(1).normal(size=(3, 50)).astype(code)
    found = function(logits)
    assert found.dtype == np.dtype(code)
    np.testing.assert_array_equal(found, function(logits.astype(code.replace(">", "="))))


@pytest.mark.filterwarnings("ignore:the matrix subclass")
@every
def test_a_matrix_is_taken_as_an_array(function):
    rows = [[1.0, 2.0], [3.0, 5.0]]
    found = function(np.matrix(rows))
    assert type(found) is np.ndarray
    np.testing.assert_array_equal(found, function(rows))


@floats
def test_float16_range_is_no_limit(dtype):
    """exp(12) does not fit float16, and its sums lose digits: it is worked out in float32."""
    logits = np.array([12.0, 11.0, 0.0] * 30, dtype)
    np.testing.assert_allclose(
        softmax(logits), softmax(logits.astype(float)), rtol=2 * np.finfo(dtype).eps, atol=6e-8
    )
    assert softmax(np.zeros(5000, dtype)).astype(float).sum() == pytest.approx(
        1, abs=5000 * float(np.finfo(dtype).eps)
    )


@floats
@pytest.mark.parametrize("temperature", [1e-320, 1e-45, 1e-40, 1e-8, 6e-8, 1e5, 1e39, 1e300])
def test_temperature_beyond_the_range_of_the_dtype(dtype, temperature):
    """A temperature that the dtype would round to 0 or inf still means what it says."""
    logits = np.array([1, 2, 2, 0], dtype)
    expected = [0, 0.5, 0.5, 0] if temperature < 1 else [0.25] * 4
    close = dict(rtol=max(1e-4, 2 * np.finfo(dtype).eps), atol=0)
    np.testing.assert_allclose(softmax(logits, temperature=temperature), expected, **close)
    logs = log_softmax(logits, temperature=temperature)
    assert logs.dtype == dtype
    np.testing.assert_allclose(np.exp(logs), expected, **close)
    weights = exponentiate(logits, temperature=temperature)
    np.testing.assert_allclose(normalize(weights), expected, **close)


@pytest.mark.parametrize("temperature", [0, 5e-324, 0.5, 1, 2, 1e300, INF])
@shaped
def test_a_gap_beyond_the_range_harms_no_other_row(function, temperature):
    rows = [[1.7e308, -1.7e308], [5e-324, 0], [-INF, -1.7e308], [3e-310, 1e-310], [2, 1]]
    found = function(rows, temperature=temperature)
    for row, alone in zip(found, rows, strict=True):
        np.testing.assert_array_equal(row, function(alone, temperature=temperature))
    if function is softmax and temperature == 0:
        assert found.tolist() == [[1, 0], [1, 0], [0, 1], [1, 0], [1, 0]]


def test_log_softmax_of_a_gap_beyond_the_range():
    """The gap is 3.4e308, which no float64 holds; a hundredth of it fits."""
    for logits in ([1.7e308, -1.7e308], [1.7e308, -1.7e308, -INF]):
        found = log_softmax(logits, temperature=100)[:2]
        np.testing.assert_allclose(found, [0, -3.4e306], rtol=1e-15)
        assert log_softmax(logits)[:2].tolist() == [0, -INF]


@floats
@given(st.data())
def test_the_ordinary_and_the_extraordinary_way_agree(dtype, data):
    """A row far out of the ordinary sends the whole array another way; the others must not care."""
    row = data.draw(hnp.arrays(dtype, 5, elements=st.floats(-50, 50, width=16)))
    temperature = data.draw(st.sampled_from([0.25, 0.7, 1.0, 3.0]))
    most = np.finfo(dtype).max
    other = np.array([most, -most, 0, -INF, most / 2], dtype)
    for function in SHAPED:
        alone = function(row, temperature=temperature)
        both = function(np.stack([row, other]), temperature=temperature)
        np.testing.assert_array_equal(both[0], alone)


def test_scores_as_small_as_the_temperature():
    """Both are below float32's normal range; their quotient is not."""
    logits = np.array([3e-40, 0.0], np.float32)
    assert softmax(logits, temperature=3e-40)[0] == pytest.approx(1 / (1 + 1 / math.e), rel=1e-5)


@floats
def test_a_gap_beyond_the_range_of_the_dtype(dtype):
    top = np.finfo(dtype).max
    logits = np.array([top, -top, 0], dtype)
    assert softmax(logits).tolist() == [1, 0, 0]
    assert softmax(logits, temperature=0).tolist() == [1, 0, 0]
    assert log_softmax(logits)[0] == 0
    assert logsumexp(logits) == top
    heated = softmax(logits, temperature=float(top))
    np.testing.assert_allclose(heated, softmax([1.0, -1.0, 0.0]), rtol=2 * np.finfo(dtype).eps)


# --- Axes -----------------------------------------------------------------------------------


CUBE = np.random.default_rng(2).normal(size=(3, 4, 5))


@pytest.mark.parametrize("axis", [0, 1, 2, -1, -2, -3, None, (0,), (0, 1), (-1, 0), (2, 0, 1)])
@every
def test_axis_is_as_in_scipy(function, axis):
    found = function(CUBE, axis=axis)
    if function is exponentiate:
        expected = np.exp(CUBE - CUBE.max(axis=axis, keepdims=True))
    else:
        expected = getattr(scipy.special, function.__name__)(CUBE, axis=axis)
    assert found.shape == expected.shape
    np.testing.assert_allclose(found, expected, rtol=1e-13)


@pytest.mark.parametrize("axis", [0, -1, None, (0, 2)])
@pytest.mark.parametrize("temperature", [0, 0.5, INF])
@shaped
def test_axis_goes_with_temperature(function, axis, temperature):
    """Axes that compete, flattened into one, give the same."""
    axes = (0, 1, 2) if axis is None else tuple(np.atleast_1d(axis) % 3)
    apart = [a for a in range(3) if a not in axes]
    order = (*apart, *axes)
    moved = CUBE.transpose(order)
    flat = moved.reshape(*moved.shape[: len(apart)], -1)
    expected = function(flat, temperature=temperature).reshape(moved.shape)
    found = function(CUBE, axis=axis, temperature=temperature)
    np.testing.assert_allclose(found.transpose(order), expected, rtol=1e-13)


def test_axis_may_be_a_numpy_int():
    np.testing.assert_array_equal(softmax(CUBE, axis=np.int64(1)), softmax(CUBE, axis=1))


def test_the_default_axis_is_the_last():
    for function in EVERY:
        np.testing.assert_array_equal(function(CUBE), function(CUBE, axis=-1))


@pytest.mark.parametrize("axis", [0, -1, None, (0, 2)])
def test_keepdims(axis):
    kept = logsumexp(CUBE, axis=axis, keepdims=True)
    assert kept.shape == CUBE.max(axis=axis, keepdims=True).shape
    np.testing.assert_array_equal(kept.squeeze(), logsumexp(CUBE, axis=axis))
    np.testing.assert_allclose(CUBE - kept, log_softmax(CUBE, axis=axis), rtol=1e-12)


@every
def test_no_rows_at_all_is_fine(function):
    """The axis has entries; there is nothing to do."""
    assert function(np.zeros((0, 3))).size == 0


# --- What is refused, and how ---------------------------------------------------------------


REFUSED = {
    "all masked": ([-INF, -INF], {}, ValueError, ["logits", "-inf", "masked"]),
    "a row all masked": (
        [[1, 2], [-INF, -INF]],
        {},
        ValueError,
        ["logits", "row 1", "at least one entry above -inf"],
    ),
    "a column all masked": ([[1, -INF], [2, -INF]], {"axis": 0}, ValueError, ["logits", "row 1"]),
    "+inf": ([1.0, INF], {}, ValueError, ["logits", "finite", "+inf", "entry 1"]),
    "+inf and -inf": ([-INF, INF], {}, ValueError, ["logits", "+inf", "entry 1"]),
    "NaN": ([[0.0, 1.0], [NAN, 2.0]], {}, ValueError, ["logits", "finite", "NaN", "(1, 0)"]),
    "NaN and +inf": ([INF, NAN], {}, ValueError, ["logits", "NaN", "entry 1"]),
    "NaN and all masked": ([-INF, NAN], {}, ValueError, ["logits", "NaN", "entry 1"]),
    "empty": ([], {}, ValueError, ["logits", "at least one entry", "(0,)"]),
    "empty rows": (np.zeros((3, 0)), {}, ValueError, ["logits", "axis -1", "(3, 0)"]),
    "empty, axis None": (np.zeros((0, 3)), {"axis": None}, ValueError, ["logits", "(0, 3)"]),
    "empty columns": (np.zeros((0, 3)), {"axis": 0}, ValueError, ["logits", "axis 0", "(0, 3)"]),
    "a single number": (3.0, {}, ValueError, ["logits", "at least one axis", "3.0", "list"]),
    "complex": ([1j, 2.0], {}, TypeError, ["logits", "real", "complex128"]),
    "strings": (["1", "2"], {}, TypeError, ["logits", "real numbers", "['1', '2']"]),
    "None": (None, {}, TypeError, ["logits", "real numbers", "None"]),
    "None inside": ([1.0, None], {}, TypeError, ["logits", "real numbers", "None"]),
    "a dict": ({"a": 1.0}, {}, TypeError, ["logits", "real numbers", "dict"]),
    "dates": (np.array(["2020-01-01"], "M8[D]"), {}, TypeError, ["logits", "datetime64"]),
    "ragged": ([[1, 2], [3]], {}, ValueError, ["logits", "rows of different lengths"]),
    "masked array": (
        np.ma.array([1.0, 9.0], mask=[False, True]),
        {},
        TypeError,
        ["logits", "masked array", "filled(-np.inf)"],
    ),
    "axis too large": ([1.0, 2.0], {"axis": 1}, ValueError, ["axis", "logits", "(2,)", "got 1"]),
    "axis too small": ([1.0, 2.0], {"axis": -2}, ValueError, ["axis", "logits", "got -2"]),
    "axis in a tuple": ([[1.0]], {"axis": (0, 2)}, ValueError, ["axis", "logits", "(0, 2)"]),
    "axis repeated": ([[1.0]], {"axis": (0, 0)}, ValueError, ["axis", "repeat", "(0, 0)"]),
    "axis repeated, negative": ([[1.0]], {"axis": (1, -1)}, ValueError, ["axis", "repeat"]),
    "axis ()": ([1.0], {"axis": ()}, ValueError, ["axis", "got ()"]),
    "axis a float": ([1.0], {"axis": 0.0}, TypeError, ["axis", "int", "0.0"]),
    "axis a list": ([1.0], {"axis": [0]}, TypeError, ["axis", "tuple of ints", "[0]"]),
    "axis an array": ([1.0], {"axis": np.array([0])}, TypeError, ["axis", "array([0])"]),
    "axis a string": ([1.0], {"axis": "0"}, TypeError, ["axis", "int", "'0'"]),
}
TEMPERATURES_REFUSED = {
    "T < 0": (-1.0, ValueError, [">= 0", "got -1.0"]),
    "T = -1": (-1, ValueError, [">= 0", "got -1.0"]),
    "T just below 0": (-5e-324, ValueError, [">= 0", "got -5e-324"]),
    "T = -inf": (-INF, ValueError, [">= 0", "got -inf"]),
    "T NaN": (NAN, ValueError, [">= 0", "got nan"]),
    "T a string": ("1", TypeError, ["one real number", "'1'"]),
    "T None": (None, TypeError, ["one real number", "None"]),
    "T complex": (1j, TypeError, ["one real number", "1j"]),
    "T a list": ([1.0], TypeError, ["one real number", "[1.0]"]),
    "T an array": (np.array([1.0, 2.0]), TypeError, ["one real number", "array"]),
}


def refuses(call, error, words):
    with pytest.raises(error) as caught:
        call()
    assert type(caught.value) is error
    for word in words:
        assert word in str(caught.value)


@pytest.mark.parametrize("case", REFUSED)
@every
def test_refused(function, case):
    logits, options, error, words = REFUSED[case]
    refuses(lambda: function(logits, **options), error, words)


@pytest.mark.parametrize("temperature", [0, 0.5, INF])
@pytest.mark.parametrize("case", ["all masked", "+inf", "NaN", "+inf and -inf", "empty"])
@shaped
def test_no_temperature_makes_it_acceptable(function, case, temperature):
    logits, _, error, words = REFUSED[case]
    refuses(lambda: function(logits, temperature=temperature), error, words)


@pytest.mark.parametrize("case", TEMPERATURES_REFUSED)
@shaped
def test_temperature_refused(function, case):
    temperature, error, words = TEMPERATURES_REFUSED[case]
    words = ["temperature must be", *words]
    refuses(lambda: function([1.0, 2.0], temperature=temperature), error, words)
    refuses(lambda: as_temperature(temperature), error, words)


@floats
def test_refusals_are_the_same_for_every_dtype(dtype):
    for bad in ([1, INF], [1, NAN], [-INF, -INF]):
        for function in EVERY:
            with pytest.raises(ValueError, match="logits must"):
                function(np.array(bad, dtype))


@every
def test_nothing_warns(function, recwarn):
    hard = [[700.0, -INF, -800.0], [1e308, -1e308, 0.0], [5.0, 5.0, 5.0]]
    function(hard)
    function(np.array([[3e38, -3e38, 0.0], [88.0, -INF, -110.0]], np.float32))
    function(np.array([[6e4, -6e4, 0.0], [12.0, -INF, -20.0]], np.float16))
    if function in SHAPED:
        for temperature in (0, 1e-320, 1e-3, 1e300, INF):
            function(hard, temperature=temperature)
            for dtype in (np.float16, np.float32):
                function(np.array([3, -INF, 1, 2], dtype), temperature=temperature)
    assert [str(w.message) for w in recwarn] == []


# --- out=, and leaving the input alone ------------------------------------------------------


@floats
@pytest.mark.parametrize("temperature", [0, 0.5, 1, 1e-320, INF])
@shaped
def test_out_holds_the_result(function, dtype, temperature):
    logits = np.random.default_rng(3).normal(size=(4, 6)).astype(dtype)
    logits[1, 2] = -INF
    expected = function(logits, temperature=temperature)
    out = np.full((4, 6), NAN, dtype)
    assert function(logits, temperature=temperature, out=out) is out
    np.testing.assert_array_equal(out, expected)


GAP_BEYOND = [[1e308, -1e308, 1.5e308], [0.0, 1.0, 2.0]]


@pytest.mark.parametrize("rows", [[[1.0, 2.0, 4.0], [0.0, -INF, 3.0]], GAP_BEYOND])
@pytest.mark.parametrize("temperature", [0, 0.5, 1, 1e308, INF])
@shaped
def test_out_may_be_the_logits(function, temperature, rows):
    logits = np.array(rows)
    expected = function(logits, temperature=temperature)
    assert function(logits, temperature=temperature, out=logits) is logits
    np.testing.assert_array_equal(logits, expected)


@shaped
def test_out_may_overlap_the_logits(function):
    line = np.array([3.0, 1.0, -2.0, 5.0, 0.0])
    for part, out in ((slice(0, 4), slice(1, 5)), (slice(1, 5), slice(0, 4))):
        copy = line.copy()
        expected = function(line[part])
        function(copy[part], out=copy[out])
        np.testing.assert_array_equal(copy[out], expected)
    copy = line.copy()
    function(copy, out=copy[::-1])
    np.testing.assert_array_equal(copy[::-1], function(line))


def test_out_may_be_any_view():
    room = np.full((6, 4), NAN)
    softmax(CUBE[0, :, :3].T, out=room[::2])
    np.testing.assert_array_equal(room[::2], softmax(CUBE[0, :, :3].T))
    assert np.isnan(room[1::2]).all()


class Labeled(np.ndarray):
    """A subclass that cannot be computed with."""

    def __array_ufunc__(self, *arguments, **settings):
        raise TypeError("not for arithmetic")


@pytest.mark.parametrize("function", [*SHAPED, normalize], ids=lambda f: f.__name__)
@floats
def test_out_may_be_of_a_subclass(function, dtype, tmp_path):
    logits = np.array([[1.0, 2.0, 0.5], [3.0, 0.0, 1.0]], dtype)
    expected = function(logits)
    on_disk = np.memmap(tmp_path / "out", dtype, "w+", shape=logits.shape)
    for out in (on_disk, np.empty_like(logits).view(Labeled)):
        assert function(logits, out=out) is out
        np.testing.assert_array_equal(np.asarray(out), expected)


OUTS = {
    "a masked array": (np.ma.zeros(2), ["float64", "(2,)", "got MaskedArray"]),
    "read-only": (np.broadcast_to(0.0, 2), ["float64", "(2,)", "got", "read-only"]),
    "wrong dtype": (np.zeros(2, np.float32), ["float64", "(2,)", "got float32"]),
    "ints": (np.zeros(2, int), ["float64", "got int"]),
    "wrong shape": (np.zeros(3), ["float64", "(2,)", "(3,)"]),
    "one axis more": (np.zeros((1, 2)), ["(2,)", "(1, 2)"]),
    "a list": ([0.0, 0.0], ["array", "got list"]),
}


@pytest.mark.parametrize("case", OUTS)
@pytest.mark.parametrize("function", [*SHAPED, normalize], ids=lambda f: f.__name__)
def test_out_refused(function, case):
    out, words = OUTS[case]
    refuses(lambda: function([1.0, 2.0], out=out), ValueError, ["out must be", *words])
    assert not np.any(out)


@shaped
def test_a_refused_call_leaves_out_alone(function):
    out = np.full(2, 7.0)
    for logits, options in (([1.0, NAN], {}), ([1.0, 2.0], {"temperature": -1})):
        with pytest.raises(ValueError):
            function(logits, out=out, **options)
    assert out.tolist() == [7, 7]


@floats
@pytest.mark.parametrize("temperature", [0, 0.5, 1, INF])
@pytest.mark.parametrize("function", [*EVERY, normalize], ids=lambda f: f.__name__)
def test_the_input_is_never_changed(function, dtype, temperature):
    logits = np.abs(np.random.default_rng(4).normal(size=(5, 7))).astype(dtype)
    before = logits.copy()
    logits.setflags(write=False)  # and a read-only one is welcome
    options = {"temperature": temperature} if function in SHAPED else {}
    found = function(logits, **options)
    np.testing.assert_array_equal(logits, before)
    assert not np.shares_memory(found, logits)
    found += 1  # the result is the caller's own


def test_a_list_is_never_changed():
    rows = [[1.0, 2.0], [3.0, 4.0]]
    for function in EVERY:
        function(rows)
    assert rows == [[1.0, 2.0], [3.0, 4.0]]


@pytest.mark.parametrize("function", [*EVERY, normalize], ids=lambda f: f.__name__)
def test_memory_layout_changes_nothing(function):
    base = np.abs(np.random.default_rng(5).normal(size=(8, 12)))
    layouts = {
        "Fortran": np.asfortranarray(base),
        "strided": np.repeat(base, 3, axis=1)[:, ::3],
        "reversed twice": base[::-1, ::-1].copy()[::-1, ::-1],
        "transposed": base.T.copy().T,
    }
    for name, same in layouts.items():
        for axis in (0, -1, None):
            found = function(same, axis=axis)
            np.testing.assert_allclose(found, function(base, axis=axis), rtol=1e-14, err_msg=name)
    broadcast = np.broadcast_to(base[0], (3, 12))
    np.testing.assert_array_equal(function(broadcast)[2], function(base[0]))


# --- normalize ------------------------------------------------------------------------------


NORMALIZED = {
    "shares": ([1, 3], [0.25, 0.75]),
    "zeros": ([0.0, 2.0, 0.0], [0.0, 1.0, 0.0]),
    "bools": ([True, False, True, True], [1 / 3, 0, 1 / 3, 1 / 3]),
    "a sum beyond the floats": ([1.5e308, 1.5e308], [0.5, 0.5]),
    "a sum below the normal floats": ([5e-324, 5e-324, 0.0], [0.5, 0.5, 0.0]),
    "subnormal weights": ([3e-320, 1e-320], [0.75, 0.25]),
    "a distribution": ([0.2, 0.3, 0.5], [0.2, 0.3, 0.5]),
}


@pytest.mark.parametrize("case", NORMALIZED)
def test_normalize(case, recwarn):
    weights, expected = NORMALIZED[case]
    found = normalize(weights)
    # A subnormal number holds few digits: 3e-320 is 6072 steps of 5e-324.
    tolerance = 3e-4 if "subnormal" in case else 1e-15
    np.testing.assert_allclose(found, expected, rtol=tolerance)
    out = np.empty_like(found)
    assert normalize(weights, out=out) is out
    np.testing.assert_array_equal(out, found)
    assert not recwarn.list


@pytest.mark.parametrize("axis", [0, 1, -1, None, (0, 2), (1, -1)])
def test_normalize_along_axes(axis):
    weights = np.exp(CUBE)
    found = normalize(weights, axis=axis)
    np.testing.assert_allclose(found, weights / weights.sum(axis=axis, keepdims=True), rtol=1e-14)
    np.testing.assert_allclose(found, softmax(CUBE, axis=axis), rtol=1e-13)


@floats
def test_normalize_keeps_the_dtype(dtype):
    top = np.finfo(dtype).max
    found = normalize(np.array([top, top, top, 0], dtype))
    assert found.dtype == dtype
    np.testing.assert_allclose(found, [1 / 3, 1 / 3, 1 / 3, 0], rtol=np.finfo(dtype).eps)


def test_rows_of_very_different_size_are_normalized_apart():
    """What one row needs, dividing by its largest first, must not wipe out another."""
    rows = np.array([[1.5e308, 1.5e308], [5e-324, 5e-324], [1.0, 3.0]])
    assert normalize(rows).tolist() == [[0.5, 0.5], [0.5, 0.5], [0.25, 0.75]]


def test_normalize_may_write_over_its_input():
    weights = np.array([[1.0, 3.0], [2.0, 2.0]])
    assert normalize(weights, out=weights) is weights
    assert weights.tolist() == [[0.25, 0.75], [0.5, 0.5]]


@pytest.mark.parametrize(
    ("weights", "error", "words"),
    [
        ([1.0, -2.0], ValueError, ["weights", ">= 0", "-2.0", "entry 1"]),
        ([1.0, INF], ValueError, ["weights", "finite", "inf", "entry 1"]),
        ([-INF, 1.0], ValueError, ["weights", "-inf", "entry 0"]),
        ([[1.0, 1.0], [NAN, 1.0]], ValueError, ["weights", "nan", "(1, 0)"]),
        ([0.0, 0.0], ValueError, ["weights", "positive sum", "all 0"]),
        ([[1.0, 1.0], [0.0, 0.0]], ValueError, ["weights", "positive sum", "entry 1"]),
        ([], ValueError, ["weights", "at least one entry"]),
        (3.0, ValueError, ["weights", "at least one axis"]),
        (["1"], TypeError, ["weights", "real numbers"]),
        ([[1], [2, 3]], ValueError, ["weights", "rows of different lengths"]),
    ],
)
def test_normalize_refuses(weights, error, words):
    refuses(lambda: normalize(weights), error, words)


# --- Laws, on generated scores --------------------------------------------------------------


def scores(least=-30, most=30, min_size=1, max_size=12):
    """Scores on a grid of 1/64, so that sums and differences of a few are exact."""
    whole = st.integers(least * 64, most * 64)
    return st.lists(whole, min_size=min_size, max_size=max_size).map(lambda k: np.array(k) / 64)


temperatures = st.floats(0.05, 50)
EPS = np.finfo(float).eps


@given(
    hnp.arrays(
        st.sampled_from(FLOATS),
        hnp.array_shapes(max_dims=3, max_side=8),
        elements=st.floats(-1000, 1000, width=16),
    ),
    st.data(),
)
def test_rows_sum_to_one_and_lie_between_0_and_1(logits, data):
    axis = data.draw(st.sampled_from([None, *range(-logits.ndim, logits.ndim)]))
    p = softmax(logits, axis=axis)
    n = logits.size if axis is None else logits.shape[axis]
    assert ((p >= 0) & (p <= 1)).all()
    sums = p.astype(np.float64).sum(axis=axis)
    assert (np.abs(sums - 1) <= n * np.finfo(logits.dtype).eps).all()
    assert (p.max(axis=axis) > 0).all()


@given(scores(), temperatures)
def test_order_is_kept_and_ties_stay_ties(z, temperature):
    order = np.argsort(z, kind="stable")
    for function in SHAPED:
        found = function(z, temperature=temperature)[order]
        assert (np.diff(found) >= 0).all()
        assert (np.diff(found)[np.diff(z[order]) == 0] == 0).all()
    assert softmax(z).argmax() == z.argmax()
    # Strictly, where the gap cannot drown in the rounding of the logarithms.
    logs = log_softmax(z, temperature=temperature)[order]
    assert (np.diff(logs)[np.diff(z[order]) > 0] > 0).all()


@given(scores(), st.integers(-(10**6), 10**6))
def test_adding_a_constant_changes_nothing(z, shift):
    """The grid makes z + shift exact, so the equality is exact too."""
    for function in SHAPED:
        np.testing.assert_array_equal(function(z + shift), function(z))
    assert logsumexp(z + shift) == pytest.approx(logsumexp(z) + shift, rel=4 * EPS, abs=40 * EPS)


@given(scores(least=-5, most=5, min_size=2), st.floats(0.1, 20), st.data())
def test_a_ratio_depends_on_the_difference_alone(z, temperature, data):
    i, j = (data.draw(st.integers(0, len(z) - 1)) for _ in "ij")
    p, logs = softmax(z, temperature=temperature), log_softmax(z, temperature=temperature)
    difference = (z[i] - z[j]) / temperature
    assert p[i] / p[j] == pytest.approx(math.exp(difference), rel=2e3 * EPS)
    assert logs[i] - logs[j] == pytest.approx(difference, abs=2e3 * EPS)


@given(scores(), temperatures, st.randoms(use_true_random=False))
def test_reordering_the_scores_reorders_the_result(z, temperature, random):
    order = random.sample(range(len(z)), len(z))
    for function in SHAPED:
        found = function(z[order], temperature=temperature)
        expected = function(z, temperature=temperature)[order]
        np.testing.assert_allclose(found, expected, rtol=40 * EPS, atol=40 * EPS)
    assert logsumexp(z[order]) == pytest.approx(logsumexp(z), rel=8 * EPS, abs=8 * EPS)


@given(scores(), temperatures)
def test_temperature_divides_the_scores(z, temperature):
    for function in SHAPED:
        np.testing.assert_allclose(
            function(z, temperature=temperature),
            function(z / temperature),
            rtol=1e-11,
            atol=1e-300,
        )


@given(scores(), st.integers(-6, 6))
def test_a_power_of_two_as_temperature_is_exact(z, power):
    for function in SHAPED:
        np.testing.assert_array_equal(function(z, temperature=2.0**power), function(z / 2.0**power))


@given(scores(), st.floats(0.1, 10), st.floats(0.1, 10))
def test_temperatures_multiply(z, first, second):
    """Cooling the logarithm of a cooled distribution is cooling once by the product."""
    twice = softmax(log_softmax(z, temperature=first), temperature=second)
    once = softmax(z, temperature=first * second)
    np.testing.assert_allclose(twice, once, rtol=1e-10, atol=1e-300)


@given(scores(), temperatures)
def test_log_softmax_is_the_logarithm_of_softmax(z, temperature):
    logs = log_softmax(z, temperature=temperature)
    p = softmax(z, temperature=temperature)
    assert (logs <= 0).all()
    shown = p > 1e-300
    np.testing.assert_allclose(logs[shown], np.log(p[shown]), rtol=1e-12, atol=1e-13)
    assert (logs[~shown] < -690).all()


@given(scores())
def test_log_softmax_is_the_score_less_logsumexp(z):
    np.testing.assert_allclose(log_softmax(z), z - logsumexp(z), rtol=1e-13, atol=1e-13)


@given(scores())
def test_normalize_of_exponentiate_is_softmax(z):
    """The two steps that the course teaches are the function that it uses."""
    for temperature in (0, 0.7, 1, INF):
        weights = exponentiate(z, temperature=temperature)
        assert ((weights >= 0) & (weights <= 1)).all()
        np.testing.assert_array_equal(normalize(weights), softmax(z, temperature=temperature))
    np.testing.assert_allclose(
        normalize(exponentiate(z / 3)), softmax(z, temperature=3), rtol=1e-12, atol=0
    )


@given(scores())
def test_log_softmax_twice_is_once(z):
    once = log_softmax(z)
    np.testing.assert_allclose(log_softmax(once), once, rtol=1e-13, atol=1e-13)


@given(scores(min_size=2))
def test_softmax_twice_is_flatter(z):
    p = softmax(z)
    assume(np.ptp(p) > 1e-6)
    again = softmax(p)
    assert np.ptp(again) < np.ptp(p)
    # Probabilities differ by at most 1, so no ratio can be above e.
    assert again.max() <= math.e * again.min() * (1 + 8 * EPS)


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=12).filter(any))
def test_softmax_inverts_the_logarithm(counts):
    p = normalize(counts)
    with np.errstate(divide="ignore"):  # log(0) = -inf, a mask: out it stays
        z = np.log(p)
    np.testing.assert_allclose(softmax(z), p, rtol=1e-13, atol=0)
    np.testing.assert_allclose(softmax(z + 5), p, rtol=1e-13, atol=0)
    assert logsumexp(z) == pytest.approx(0, abs=1e-14)


@given(scores(), st.floats(1.05, 100))
def test_another_base_is_another_temperature(z, base):
    expected = np.power(base, z - z.max())
    expected /= expected.sum()
    found = softmax(z, temperature=1 / math.log(base))
    np.testing.assert_allclose(found, expected, rtol=1e-11, atol=1e-300)


@given(scores(min_size=2), st.floats(0.1, 10), st.floats(0.1, 10))
def test_entropy_grows_with_temperature(z, first, second):
    cold, hot = sorted((first, second))
    low, high = (entropy(softmax(z, temperature=t)) for t in (cold, hot))
    assert high >= low - 1e-13
    # Near its limits, the maxima sharing alone and all entries sharing, it cannot be told apart.
    least, most = math.log2(np.sum(z == z.max())), math.log2(len(z))
    if hot > 1.1 * cold and low > least + 1e-6 and high < most - 1e-6:
        assert high > low


@given(scores())
def test_the_limits_are_the_limits(z):
    """The grid's smallest gap is 1/64, and 1/64 / 1e-5 is far beyond what exp can show."""
    for function in SHAPED:
        cold = function(z, temperature=1e-5)
        zero = function(z, temperature=0)
        if function is log_softmax:
            cold = np.where(cold < -1000, -INF, cold)
        np.testing.assert_allclose(cold, zero, rtol=1e-14, atol=0)
        hot = function(z, temperature=1e18)
        np.testing.assert_allclose(hot, function(z, temperature=INF), rtol=1e-14, atol=1e-15)
    ties = z == z.max()
    np.testing.assert_allclose(softmax(z, temperature=0), ties / ties.sum(), rtol=1e-15)
    np.testing.assert_array_equal(softmax(z, temperature=INF), np.full(len(z), 1 / len(z)))


@given(scores(min_size=2), st.data())
def test_a_mask_is_the_same_as_leaving_out(z, data):
    keep = np.array(data.draw(st.lists(st.booleans(), min_size=len(z), max_size=len(z))))
    assume(keep.any())
    masked = np.where(keep, z, -INF)
    for temperature in (0, 0.5, 1, INF):
        for function in SHAPED:
            found = function(masked, temperature=temperature)
            assert (found[~keep] == (-INF if function is log_softmax else 0)).all()
            np.testing.assert_allclose(
                found[keep], function(z[keep], temperature=temperature), rtol=1e-13, atol=1e-15
            )
    assert logsumexp(masked) == pytest.approx(logsumexp(z[keep]), rel=1e-14, abs=1e-14)


@given(scores())
def test_logsumexp_softens_the_maximum(z):
    found = logsumexp(z)
    assert z.max() <= found <= (z.max() + math.log(len(z))) * (1 + EPS) + 40 * EPS
    # Its derivative is softmax.
    h = 1e-6
    steps = [(logsumexp(z + h * e) - logsumexp(z - h * e)) / (2 * h) for e in np.eye(len(z))]
    np.testing.assert_allclose(steps, softmax(z), atol=1e-7)


@given(
    hnp.arrays(
        st.sampled_from([np.float32, np.float64]),
        hnp.array_shapes(max_dims=3, max_side=6),
        elements=st.floats(-500, 500, width=32),
    )
)
def test_same_as_scipy(logits):
    eps = float(np.finfo(logits.dtype).eps)
    for axis in (None, *range(logits.ndim)):
        for function in (softmax, log_softmax, logsumexp):
            found = function(logits, axis=axis)
            expected = getattr(scipy.special, function.__name__)(logits, axis=axis)
            assert found.dtype == expected.dtype
            np.testing.assert_allclose(found, expected, rtol=8 * eps, atol=300 * eps)


def test_every_small_grid_against_the_definition():
    """All triples from five scores: exp and a division, with no shift and no shortcut."""
    for z in itertools.product([-2.0, -1.0, 0.0, 0.5, 3.0], repeat=3):
        for temperature in (0.5, 1.0, 2.0):
            weights = [math.exp(x / temperature) for x in z]
            expected = [w / math.fsum(weights) for w in weights]
            np.testing.assert_allclose(softmax(z, temperature=temperature), expected, rtol=4e-15)
        assert logsumexp(z) == pytest.approx(math.log(math.fsum(map(math.exp, z))), abs=1e-15)


@pytest.mark.parametrize("where", ["first axis", "middle axis", "two axes", "turned around"])
@given(seed=st.integers(0, 2**32 - 1), few=st.integers(2, 4))
def test_sums_are_as_exact_along_any_axis(where, seed, few):
    """Not only along neighbors in memory, where numpy adds in pairs."""
    z = np.random.default_rng(seed).normal(size=(2**14, few)).astype(np.float32)
    axis, scores = {
        "first axis": (0, z),
        "middle axis": (1, z[np.newaxis]),
        "two axes": ((0, 1), z.reshape(2**7, 2**7, few)),
        "turned around": (-1, z.T),
    }[where]
    column = (..., 0) if where != "turned around" else (0,)
    weights = np.exp(z.astype(float))[:, 0].tolist()
    for p in (softmax(scores, axis), normalize(np.exp(scores), axis)):
        assert abs(math.fsum(p[column].ravel().tolist()) - 1) <= 2 * np.finfo(np.float32).eps
    total = logsumexp(scores, axis)[column]
    assert total == pytest.approx(math.log(math.fsum(weights)), abs=2e-6)


def test_a_float32_counts_beyond_2_to_the_24():
    """Where an entry of 1 no longer adds anything to a float32."""
    weights = np.ones((2**13 + 1, 2), np.float32)
    weights[0] = 2**24
    assert normalize(weights, axis=0)[0].tolist() == [np.float32(1 / (1 + 2**-11))] * 2


@pytest.mark.parametrize("temperature", [1e-300, 1e-40, 1e-30, 1.0, 1e30, 1e39, 1e300])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("shape", [(3,), (1, 3), (5000, 3)])
def test_a_result_has_the_dtype_of_the_scores_at_any_temperature(shape, dtype, temperature):
    z = np.broadcast_to(np.array([1, 2, 3], dtype), shape).copy()
    for function in (softmax, log_softmax):
        assert function(z, temperature=temperature).dtype == dtype
