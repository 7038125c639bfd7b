"""The engine for those who have numba: what softmax promises holds in compiled code too.

The tests of meaning, of refusals and of accuracy are those of numpy's way, run again. Left out are
those that compare digits: e^x is rounded otherwise here than numpy rounds it, mostly better.
"""

import math
import subprocess
import sys

import mpmath
import numpy as np
import pytest

pytest.importorskip("numba", reason="there is no numba here")

import numba
from test_accuracy import (  # noqa: F401
    test_a_long_row_that_one_score_dominates_stays_within_4_ulp,
    test_equal_weights_beside_a_large_one_are_no_worse_than_with_scipy,
    test_float16_is_within_one_rounding_of_the_truth,
    test_log_softmax_keeps_what_one_dominating_score_leaves,
    test_log_softmax_stays_within_its_bound,
    test_logsumexp_stays_within_both_bounds,
    test_no_temperature_gives_a_wrong_answer,
    test_published_case_of_torch,
    test_published_cases_of_scipy_and_jax,
    test_rows_sum_to_one_within_n_eps,
    test_softmax_stays_within_both_bounds,
    test_temperature_stays_within_the_bounds,
    test_within_4_ulp_where_the_subtraction_is_exact,
    truths,
)
from test_softmax import (  # noqa: F401
    test_a_gap_beyond_the_range_harms_no_other_row,
    test_a_mask_is_the_same_as_leaving_out,
    test_axis_is_as_in_scipy,
    test_every_small_grid_against_the_definition,
    test_floating_dtype_is_kept,
    test_keepdims,
    test_meaning,
    test_meaning_of_logsumexp,
    test_nothing_warns,
    test_order_is_kept_and_ties_stay_ties,
    test_out_holds_the_result,
    test_out_may_be_any_view,
    test_out_refused,
    test_refused,
    test_rows_sum_to_one_and_lie_between_0_and_1,
    test_temperature_refused,
    test_the_input_is_never_changed,
)

from softmax_lib import compiled, log_softmax, logsumexp, softmax
from softmax_lib.compiled import _DOWN, _exp_up, _log_of


@pytest.fixture(autouse=True, scope="module")
def _compiled():
    compiled.use()
    yield
    compiled.use(False)


@pytest.fixture
def report_figure(report_figure):
    return lambda name, text: report_figure(f"compiled: {name}", text)


@numba.njit
def exponentiated(x):
    made = np.empty_like(x)
    for i in range(x.size):
        made[i] = _exp_up(x[i]) * x.dtype.type(_DOWN)
    return made


@pytest.mark.parametrize(("dtype", "lowest"), [(np.float32, -104), (np.float64, -746)])
def test_e_to_the_x_is_within_1_02_units_in_the_last_place(dtype, lowest):
    g = np.random.default_rng(0)
    worst = [-5.877884387969971, -38.45042419, -59.92187881, -71.0360336]  # of all float32
    x = [np.linspace(lowest, 0, 4001), -np.logspace(-30, 2, 500), g.uniform(-3, 0, 4000), worst]
    x = np.concatenate(x).astype(dtype)
    made = exponentiated(x)
    with mpmath.workdps(40):
        for one, found in zip(x.tolist(), made):
            unit = float(np.spacing(found if found else dtype(0)))
            assert abs(mpmath.exp(one) - float(found)) <= 1.02 * unit, one
    ends = exponentiated(np.array([0, -0.0, -np.inf, 2 * lowest], dtype))
    assert ends.tolist() == [1, 1, 0, 0]
    assert np.isnan(exponentiated(np.array([np.nan, -np.nan], dtype))).all()


def test_the_logarithm_of_a_sum_is_within_one_unit_in_the_last_place():
    rests = [*np.logspace(-300, 0, 900), *np.linspace(0, 3, 900), *np.logspace(0, 12, 200)]
    with mpmath.workdps(60):
        for rest in map(float, rests):
            # 1 + rest is rounded; near 1 that must not count.
            near = 1 + rest < 2**0.5
            truth = mpmath.log1p(rest) if near else mpmath.log(mpmath.mpf(1 + rest))
            found = _log_of(1 + rest, rest)
            assert abs(truth - found) <= float(np.spacing(found)), rest
    for count in range(1, 60):
        assert _log_of(float(count), count - 1.0) == pytest.approx(np.log(count), rel=3e-16)


def layouts():
    """Arrays that take each way through, in orders and along axes of all kinds."""
    g = np.random.default_rng(18)
    for dims, longest in ((1, 3000), (2, 90), (3, 30), (4, 9)):
        for _ in range(60):
            shape = g.integers(1, longest, size=dims)
            yield (
                (g.normal(size=shape) * 4).transpose(g.permutation(dims)),
                int(g.integers(-dims, dims)),
            )
    for shape in ((3, 2**11 + 5, 40), (2, 5000), (5000, 2), (2, 40, 3000), (70_000, 3), (200, 1)):
        for axis in range(len(shape)):
            yield g.normal(size=shape) * 4, axis


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8", "i8", "u1"])
def test_every_layout_gives_what_numpy_gives(dtype):
    for temperature in (1.0, 2.0):
        for scores, axis in layouts():
            z = abs(scores).astype(dtype) if dtype == "u1" else scores.astype(dtype)
            cases = [(softmax, (axis, temperature)), (log_softmax, (axis, temperature))]
            cases += [(logsumexp, (axis, True)), (logsumexp, (axis, False))]
            for function, options in cases:
                ours = function(z, *options)
                compiled.use(False)
                numpys = function(z, *options)
                compiled.use()
                assert (type(ours), ours.dtype) == (type(numpys), numpys.dtype)
                # Each may be some roundings from the truth.
                close = {"f2": 2e-3, "f4": 2e-6}.get(dtype, 1e-14)
                np.testing.assert_allclose(ours, numpys, rtol=close, atol=close / 50)


def test_it_works_here_and_numpy_works_again(monkeypatch):
    z = np.random.default_rng(0).normal(size=(300, 500)).astype(np.float32)
    called = []
    monkeypatch.setattr(compiled, "_of_rows", lambda *given: called.append(given))
    compiled._plan.cache_clear()
    assert softmax(z).shape == z.shape and len(called) == 1  # None: left to numpy
    compiled.use(False)
    softmax(z)
    compiled.use()
    assert len(called) >= 1 and compiled._plan.cache_clear() is None


@pytest.mark.parametrize("function", [softmax, log_softmax, logsumexp])
def test_threads_change_no_digit(function):
    g = np.random.default_rng(0)
    for shape, axis in (
        ((301, 700), 1), ((100, 3000), 0), ((3, 4), 1), ((1, 100_000), 1), ((100_000,), 0),
        ((70, 50), 0), ((2, 400, 300), 1), ((5, 30_000), 1),
    ):  # fmt: skip
        for dtype in "fd":
            z = g.normal(size=shape).astype(dtype)
            for threads in (2, 8):
                np.testing.assert_array_equal(function(z, axis), function(z, axis, threads=threads))
    z = g.normal(size=(301, 700)).astype(np.float32)
    bad = z.copy()
    bad[300, 3] = np.nan
    with pytest.raises(ValueError, match=r"NaN at entry \(300, 3\)"):
        function(bad, threads=3)


def test_scores_may_be_written_over_and_are_kept_when_refused():
    z = np.random.default_rng(0).normal(size=(300, 500))
    expected, room = softmax(z), z.copy()
    assert softmax(room, out=room) is room
    np.testing.assert_allclose(room, expected, rtol=1e-14)
    bad = z.copy()
    bad[299] = -np.inf
    before = bad.copy()
    with pytest.raises(ValueError, match="every entry of row 299 is masked"):
        softmax(bad, out=bad)
    np.testing.assert_array_equal(bad, before)


@pytest.mark.parametrize("gap", [-0.3, -17.3, -40.0])
@pytest.mark.parametrize("columns", [1, 2, 40])
def test_a_long_row_is_as_exact_as_a_short_one(gap, columns):
    """Equal numbers are rounded alike: what each addition rounds off must not add up."""
    z = np.full((1_000_000 if columns < 3 else 100_000, columns), gap)
    z[0] = 0
    rest = math.fsum([math.exp(gap)] * (len(z) - 1))
    z, axis = (z, 0) if columns > 1 else (z.T.copy(), 1)
    for found, truth in (
        (logsumexp(z, axis), math.log1p(rest)),
        (-log_softmax(z, axis), math.log1p(rest)),
        (softmax(z, axis), 1 / (1 + rest)),
    ):
        assert abs(found.flat[0] - truth) <= 4 * math.ulp(truth)


@pytest.mark.parametrize("columns", [1, 3, 40])
@pytest.mark.parametrize(
    ("dtype", "others"),
    [
        # What is too small for float32, or has few digits in it, adds up.
        *(("f", [gap] * n) for gap in (-90, -100, -104, -110) for n in (9, 11, 99, 4000)),
        *(("d", [gap] * n) for gap in (-708.5, -740, -745) for n in (9, 300, 4000)),
        # Equal weights are rounded alike.
        *(("d", [gap] * n) for gap in (-43.71510099116311, -12.45853044184796, -0.1)
          for n in (99, 510, 511, 512, 3000)),
        ("d", [-30] + [-67.5] * 509),
        ("d", [-4.1558] + [-4.1558 - 40.9058] * 509),
    ],
)  # fmt: skip
def test_many_small_weights_beside_a_large_one_are_within_4_ulp(dtype, others, columns):
    z = np.array([0, *others], dtype)
    with mpmath.workdps(400):
        rest = mpmath.fsum(map(mpmath.exp, z[1:].tolist()))
        truth = {softmax: 1 / (1 + rest), logsumexp: mpmath.log1p(rest)}
        truth[log_softmax] = -truth[logsumexp]
        for function, right in truth.items():
            found = function(np.repeat(z[:, np.newaxis], columns, 1), axis=0).flat[0]
            unit = float(np.spacing(abs(np.dtype(dtype).type(right))))
            assert abs(mpmath.mpf(float(found)) - right) <= 4 * unit, function.__name__


def test_ties_beyond_what_a_float32_counts_are_counted_in_float64():
    assert np.float32(2**24) + np.float32(1) == 2**24
    ways = [compiled._plan((size, 40), (160, 4), 0)[2] for size in (2**24 - 1, 2**24)]
    assert ways == [compiled._of_columns, compiled._of_few_columns]


def test_logarithms_are_rounded_once_and_reach_far():
    beside_a_tie = np.array([-8.5078125, 6.76171875], np.float16)
    assert log_softmax(beside_a_tie)[0] == -15.2734375
    far = np.array([[1.7e308, -1.7e308]] * 100)
    assert (log_softmax(far, temperature=2.0) == [0, -1.7e308]).all()
    assert (log_softmax(far.T, axis=0, temperature=1e29).T == [0, -3.4e279]).all()


def test_where_nothing_can_be_written_it_is_compiled_each_time(monkeypatch):
    asked, njit = [], numba.njit

    def without_a_place(cache=False, **options):
        asked.append(cache)
        if cache:
            raise RuntimeError("cannot cache function: no locator available")
        return njit(**options)

    monkeypatch.setattr(numba, "njit", without_a_place)
    assert compiled._jit(lambda x: x + 1)(2) == 3 and asked == [True, False]


def test_without_numba_the_cure_is_named():
    code = (
        "import sys; sys.modules['numba'] = None\n"
        "import softmax_lib\n"
        "try:\n    import softmax_lib.compiled\n"
        "except ImportError as error:\n    print(error)\n"
        "print(softmax_lib.softmax([1.0, 1.0]))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "pip install numba" in told.stdout and "[0.5 0.5]" in told.stdout
