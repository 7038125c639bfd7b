"""How far the shifted formulas may stray from the truth, and how far they do.

The unit roundoff is ``u = eps / 2``. The truth is worked out by mpmath with 50 digits, from the
very numbers that the function was given, already rounded to float32 or float64.

Published (Blanchard, Higham and Higham, Accurately computing the log-sum-exp and softmax
functions, IMA Journal of Numerical Analysis 41(4), 2021, arXiv 1909.03469; the leading terms are
those in the authors' own test code, github.com/higham/logsumexp-softmax-tests):

- softmax, theorem 4.3:    max|error| / max(p)  <=  (n + 2 + 2 (x_max - x_min)) u
- log-sum-exp, theorem 4.2:      |error| / |y|  <=  |y + n - x_min| / |y| u

The second leaves out the rounding of the last addition, x_max + log(sum). That rounding alone is
up to u for any result that is not a floating-point number, so no program can keep the published
term where it is far below u, as it is after a shift by 1e4. So one u is added there, and the bare
term is held wherever it is at least u.

Sharper, entry by entry (derived here with the standard model, fl(a op b) = (a op b)(1 + d),
|d| <= u; `gap` is (x_max - x_i) / T, `mean_gap` is sum p_j gap_j, C_EXP and C_LOG bound the errors
of exp and log in units of u):

- The subtraction, and with a temperature the division and the rounding of T to the dtype, move
  the exponent by at most k gap u, with k = 1, or 3 with a temperature. So a weight is off by
  (k gap_i + C_EXP) u, relative to itself.
- The sum averages these errors with weights p_j and adds n - 1 roundings:
  (k mean_gap + C_EXP + n - 1) u.
- The division adds u. Together, relative to p_i:  (k gap_i + k mean_gap + 2 C_EXP + n) u.
- L = log(sum) turns the sum's relative error into an absolute one. The share of the rest,
  rest / count, costs one rounding, and the two logarithms and their addition at most
  (2 C_LOG + 1) L u:  (k mean_gap + C_EXP + n + (2 C_LOG + 1) L) u.
- log-sum-exp adds |y| u for the last addition; log_softmax adds k gap_i u for the gap itself and
  |log p_i| u for the last subtraction.

Terms in u squared are covered by dividing a bound b by 1 - b.

Where x - max is exact, as it is when the maximum is 0, only exp, log, sums and divisions round:
4 ulp hold there, for every dtype. An ulp is the distance between the
numbers of the dtype around the exact result, and below the normal range the smallest number.
"""

import math

import mpmath
import numpy as np
import pytest
import scipy.special

from softmax_lib import log_softmax, logsumexp, softmax

# Errors of numpy's exp and log in units of u (one ulp is at most 2 u). For float32 numpy's own
# vectorized code promises 2.52 ulp for exp and 4 ulp for the logarithms; for float64, 1 ulp.
C_EXP = {np.float32: 5.04, np.float64: 2.0}
C_LOG = {np.float32: 8.0, np.float64: 2.0}
DTYPES = [np.float32, np.float64]
SHIFTS = [0.0, 1e4, -1e4]


def unit(dtype):
    return float(np.finfo(dtype).eps) / 2


class Truth:
    """The exact answers for the rows of `logits`, each as a float64 and what that leaves over."""

    def __init__(self, logits, temperature=1.0):
        shape = logits.shape
        p, log_p, lse = np.zeros((2, *shape)), np.zeros((2, *shape)), np.zeros((2, shape[0]))
        self.gaps = np.zeros(shape)
        self.log_sum = np.zeros(shape[0])
        with mpmath.workdps(50):
            scale = mpmath.mpf(temperature)
            for r, row in enumerate(logits.tolist()):
                exact = [mpmath.mpf(x) / scale for x in row]
                top = max(exact)
                weights = [mpmath.exp(x - top) for x in exact]
                total = mpmath.fsum(weights)
                log_total = mpmath.log(total)
                for i, (x, weight) in enumerate(zip(exact, weights)):
                    p[:, r, i] = self._split(weight / total)
                    log_p[:, r, i] = self._split(x - top - log_total)
                    self.gaps[r, i] = float(top - x)
                lse[:, r] = self._split(top + log_total)
                self.log_sum[r] = float(log_total)
        self.p, self.log_p, self.lse = p, log_p, lse
        self.mean_gap = (p[0] * self.gaps).sum(axis=1)

    @staticmethod
    def _split(value):
        high = float(value)
        return high, float(value - high)

    @staticmethod
    def error(computed, truth):
        """Absolute error; the subtraction of close float64 numbers is exact."""
        return np.abs((np.asarray(computed, dtype=np.float64) - truth[0]) - truth[1])


def relative(error, truth):
    """`error` / |truth|; 0 where both are 0."""
    size = np.abs(truth[0])
    return np.divide(error, size, out=np.where(error > 0, np.inf, 0.0), where=size > 0)


def inputs(dtype):
    """Yield (name, array of rows): even, spread, shifted and adversarial scores."""
    rng = np.random.default_rng(20211030)
    for n, rows in ((2, 12), (3, 12), (10, 8), (100, 3), (1000, 1)):
        for spread in (1e-3, 1.0, 12.0):
            for shift in SHIFTS:
                name = f"n={n} spread={spread:g} shift={shift:g}"
                yield name, (rng.normal(size=(rows, n)) * spread + shift).astype(dtype)
    for shift in SHIFTS:
        large = (rng.normal(size=(1, 5000)) * 3 + shift).astype(dtype)
        yield f"n=5000 shift={shift:g}", large
        ties = np.round(rng.normal(size=(6, 20)) * 2) + shift
        yield f"ties shift={shift:g}", ties.astype(dtype)
        one = rng.normal(size=(6, 20)) + shift
        one[:, 7] += [5, 12, 16, 20, 40, 70]
        yield f"one dominates shift={shift:g}", one.astype(dtype)
        far = np.tile([30.0, -30.0], (2, 25)) + shift
        yield f"alternating shift={shift:g}", far.astype(dtype)
        yield f"all equal shift={shift:g}", np.full((1, 33), shift + 0.1, dtype)
    # exp of these sums to almost 1, so log-sum-exp all but vanishes.
    yield "log-sum-exp near 0", np.log(rng.dirichlet(np.full(8, 0.5), 20)).astype(dtype)
    yield "log-sum-exp near 0, n=2", np.log([[0.5, 0.5], [0.9, 0.1], [1 / 3, 2 / 3]]).astype(dtype)
    yield "one ulp apart", np.nextafter(dtype(1e4), dtype([[0, 2e4, 1e4, 2e4]])).astype(dtype)
    yield "weights that underflow", np.array([[0.0, -100.0, -740.0, -1e4, 1.0]], dtype)


CASES = [
    pytest.param(dtype, logits, name, id=f"{np.dtype(dtype).name} {name}")
    for dtype in DTYPES
    for name, logits in inputs(dtype)
]


@pytest.fixture(scope="module")
def truths():
    """Each input's truth, worked out once for all the tests below."""
    return {(dtype, name): Truth(logits) for dtype, logits, name in (c.values for c in CASES)}


def largest(truths, dtype, measure):
    """Return the largest `measure(logits, truth)` over the inputs, and the input's name."""
    found = [
        (float(np.max(measure(logits, truths[dtype, name]))), name)
        for kind, logits, name in (c.values for c in CASES)
        if kind is dtype
    ]
    assert len(found) > 50
    return max(found)


def softmax_bound(truth, dtype, k=1):
    """Per entry, relative to the entry."""
    n = truth.gaps.shape[1]
    terms = k * truth.gaps + k * truth.mean_gap[:, np.newaxis] + 2 * C_EXP[dtype] + n
    return terms * unit(dtype) / (1 - np.minimum(terms * unit(dtype), 0.5))


def log_sum_bound(truth, dtype, k=1):
    """Per row, absolute: what log(sum) may be off by."""
    n = truth.gaps.shape[1]
    terms = k * truth.mean_gap + C_EXP[dtype] + n + (2 * C_LOG[dtype] + 1) * truth.log_sum
    return terms * unit(dtype) / (1 - terms * unit(dtype))


def log_softmax_bound(truth, dtype, k=1):
    """Per entry, absolute."""
    last = (k * truth.gaps + np.abs(truth.log_p[0])) * unit(dtype)
    return (log_sum_bound(truth, dtype, k)[:, np.newaxis] + last) * (1 + 4 * unit(dtype))


def logsumexp_bound(truth, dtype):
    """Per row, absolute."""
    last = np.abs(truth.lse[0]) * unit(dtype)
    return (log_sum_bound(truth, dtype) + last) * (1 + 4 * unit(dtype))


def normal(truth, dtype):
    """Where the probability is large enough for the dtype's full precision."""
    return truth.p[0] >= float(np.finfo(dtype).smallest_normal)


def underflow(dtype):
    """What an entry may be off by where the dtype can no longer hold its digits."""
    return 4 * float(np.finfo(dtype).smallest_subnormal) * C_EXP[dtype]


@pytest.mark.parametrize(("dtype", "logits", "name"), CASES)
def test_softmax_stays_within_both_bounds(dtype, logits, name, truths):
    truth = truths[dtype, name]
    error = Truth.error(softmax(logits), truth.p)
    full = normal(truth, dtype)
    assert (error <= softmax_bound(truth, dtype) * truth.p[0])[full].all()
    assert (error[~full] <= underflow(dtype)).all()
    published = (logits.shape[1] + 2 + 2 * truth.gaps.max(axis=1)) * unit(dtype)
    assert (error.max(axis=1) / truth.p[0].max(axis=1) <= published).all()


@pytest.mark.parametrize(("dtype", "logits", "name"), CASES)
def test_log_softmax_stays_within_its_bound(dtype, logits, name, truths):
    truth = truths[dtype, name]
    error = Truth.error(log_softmax(logits), truth.log_p)
    assert (error <= log_softmax_bound(truth, dtype)).all()


@pytest.mark.parametrize(("dtype", "logits", "name"), CASES)
def test_logsumexp_stays_within_both_bounds(dtype, logits, name, truths):
    truth = truths[dtype, name]
    y = truth.lse[0]
    error = Truth.error(logsumexp(logits), truth.lse)
    assert (error <= logsumexp_bound(truth, dtype)).all()
    published = np.abs(y + logits.shape[1] - logits.min(axis=1).astype(np.float64))
    assert (error <= (published + np.abs(y)) * unit(dtype)).all()
    met = published >= np.abs(y)
    assert (error <= published * unit(dtype))[met].all()


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("temperature", [0.25, 0.7, 3.0, 1e3])
def test_temperature_stays_within_the_bounds(dtype, temperature):
    rng = np.random.default_rng(5)
    rows = np.concatenate([rng.normal(size=(4, 30)) * 3 + shift for shift in SHIFTS])
    logits = rows.astype(dtype)
    truth = Truth(logits, temperature)
    error = Truth.error(softmax(logits, temperature=temperature), truth.p)
    assert (error <= softmax_bound(truth, dtype, k=3) * truth.p[0] + underflow(dtype)).all()
    error = Truth.error(log_softmax(logits, temperature=temperature), truth.log_p)
    assert (error <= log_softmax_bound(truth, dtype, k=3)).all()


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shift", SHIFTS)
def test_the_first_axis_is_as_accurate_as_the_last(dtype, shift):
    """The first axis is summed one by one, not in pairs: the bounds allow for both."""
    columns = (np.random.default_rng(6).normal(size=(700, 4)) * 4 + shift).astype(dtype)
    truth = Truth(columns.T)
    error = Truth.error(softmax(columns, axis=0).T, truth.p)
    assert (error <= softmax_bound(truth, dtype) * truth.p[0] + underflow(dtype)).all()
    error = Truth.error(log_softmax(columns, axis=0).T, truth.log_p)
    assert (error <= log_softmax_bound(truth, dtype)).all()
    assert (
        Truth.error(logsumexp(columns, axis=0), truth.lse) <= logsumexp_bound(truth, dtype)
    ).all()


def test_float16_is_within_one_rounding_of_the_truth():
    """It is worked out in float32 and rounded once: half an ulp, and a little for float32."""
    logits = (np.random.default_rng(7).normal(size=(20, 40)) * 2).astype(np.float16)
    truth = Truth(logits)
    u = unit(np.float16)
    small = float(np.finfo(np.float16).smallest_subnormal)
    error = Truth.error(softmax(logits), truth.p)
    assert (error <= 1.02 * u * truth.p[0] + 0.51 * small).all()
    error = Truth.error(log_softmax(logits), truth.log_p)
    assert (error <= 1.02 * u * np.abs(truth.log_p[0]) + 0.51 * small).all()
    error = Truth.error(logsumexp(logits), truth.lse)
    assert (error <= 1.02 * u * np.abs(truth.lse[0]) + 0.51 * small).all()


@pytest.mark.parametrize(("dtype", "logits", "name"), CASES)
def test_rows_sum_to_one_within_n_eps(dtype, logits, name):
    eps = float(np.finfo(dtype).eps)
    for row in softmax(logits).tolist():
        assert abs(math.fsum(row) - 1) <= len(row) * eps


@pytest.mark.parametrize(("dtype", "logits", "name"), CASES)
def test_softmax_and_logsumexp_are_never_worse_than_scipy(dtype, logits, name, truths):
    """Row by row, with no slack at all."""
    truth = truths[dtype, name]
    full = normal(truth, dtype)
    ours, theirs = (
        np.where(full, relative(Truth.error(f(logits, axis=-1), truth.p), truth.p), 0).max(axis=1)
        for f in (softmax, scipy.special.softmax)
    )
    assert (ours <= theirs).all()
    ours, theirs = (
        Truth.error(f(logits, axis=-1), truth.lse) for f in (logsumexp, scipy.special.logsumexp)
    )
    assert (ours <= theirs).all()


def log_errors(function, logits, truth, dtype):
    """Largest relative error of each row, in units of u."""
    error = Truth.error(function(logits, axis=-1), truth.log_p)
    return relative(error, truth.log_p).max(axis=1) / unit(dtype)


@pytest.mark.parametrize("dtype", DTYPES)
def test_log_softmax_is_never_worse_than_scipy(dtype, truths, report_figure):
    """Row by row, with no slack at all."""
    ours, theirs = (
        np.concatenate(
            [
                log_errors(f, logits, truths[dtype, name], dtype)
                for kind, logits, name in (c.values for c in CASES)
                if kind is dtype
            ]
        )
        for f in (log_softmax, scipy.special.log_softmax)
    )
    ahead, behind = int((ours < theirs).sum()), int((ours > theirs).sum())
    report_figure(
        f"log_softmax {np.dtype(dtype).name} against scipy",
        f"{len(ours)} rows: better {ahead}, worse {behind}; largest relative error "
        f"{ours.max():.3g} u, scipy's {theirs.max():.3g} u",
    )
    assert behind == 0
    assert ours.max() < theirs.max()


def test_log_softmax_keeps_what_one_dominating_score_leaves():
    """log(1 + tiny) rounds to 0; log1p(tiny) is tiny. So scipy's answer here is 0."""
    logits = np.array([40.0, 0.0])
    assert log_softmax(logits)[0] == pytest.approx(-math.exp(-40), rel=1e-14)
    assert scipy.special.log_softmax(logits)[0] == 0


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_largest_error_seen_is_printed(dtype, truths, report_figure):
    u, kind = unit(dtype), np.dtype(dtype).name

    def softmax_entry(logits, truth):
        error = Truth.error(softmax(logits), truth.p)
        return np.where(normal(truth, dtype), relative(error, truth.p) / u, 0)

    def softmax_share(logits, truth):
        return softmax_entry(logits, truth) * u / softmax_bound(truth, dtype)

    def softmax_published(logits, truth):
        error = Truth.error(softmax(logits), truth.p).max(axis=1) / truth.p[0].max(axis=1)
        return error / u / (logits.shape[1] + 2 + 2 * truth.gaps.max(axis=1))

    def log_entry(logits, truth):
        return relative(Truth.error(log_softmax(logits), truth.log_p), truth.log_p) / u

    def log_share(logits, truth):
        return Truth.error(log_softmax(logits), truth.log_p) / log_softmax_bound(truth, dtype)

    def lse_entry(logits, truth):
        # Near 0 no relative digit can be kept: the problem itself has no such condition.
        error = Truth.error(logsumexp(logits), truth.lse)
        return error / np.maximum(np.abs(truth.lse[0]), 1) / u

    def lse_share(logits, truth):
        return Truth.error(logsumexp(logits), truth.lse) / logsumexp_bound(truth, dtype)

    def rows(logits, truth):
        sums = np.array([math.fsum(row) for row in softmax(logits).tolist()])
        return np.abs(sums - 1) / (2 * u * logits.shape[1])

    for name, entry, share in (
        ("softmax", softmax_entry, softmax_share),
        ("log_softmax", log_entry, log_share),
        ("logsumexp", lse_entry, lse_share),
    ):
        worst, at = largest(truths, dtype, entry)
        part, _ = largest(truths, dtype, share)
        measured = "over max(1, |y|)" if name == "logsumexp" else "relative"
        report_figure(
            f"{name} {kind}, largest error seen ({measured})",
            f"{worst:.3g} u ({at}); at most {part:.1%} of its bound",
        )
        assert 0 < part <= 1
    part, at = largest(truths, dtype, softmax_published)
    report_figure(f"softmax {kind}, published bound (theorem 4.3)", f"{part:.1%} of it used ({at})")
    part, at = largest(truths, dtype, rows)
    report_figure(f"softmax {kind}, |row sum - 1|", f"at most {part:.1%} of n eps ({at})")
    assert part <= 1


# --- In ulp, where the subtraction is exact ---------------------------------------------------


def exact_rows(kind, dtype):
    """Yield rows with the maximum 0, so that x - max is exact."""
    g = np.random.default_rng(4)
    least = {np.float16: 18, np.float32: 104, np.float64: 746}[dtype]  # exp of it is subnormal
    for n, count in ((2, 30), (3, 20), (10, 10), (40, 4), (300, 1)):
        rows = {
            "all gaps": lambda s: -g.random(s) * least,
            "small gaps": lambda s: -g.exponential(size=s) * 2,
            "near ties": lambda s: -g.random(s) * 1e-3,
            "one dominates": lambda s: -8 - g.random(s) * 8,
            "half of it": lambda s: np.log(g.dirichlet(np.ones(s[1]), s[0]) * g.random((s[0], 1))),
            "masks": lambda s: np.where(g.random(s) < 0.5, -np.inf, -g.random(s) * 9),
            "subnormal scores": lambda s: -g.random(s) * float(np.finfo(dtype).smallest_normal),
        }[kind]((count, n))  # fmt: skip
        rows = rows.astype(dtype)
        rows[:, n // 3] = 0
        yield rows


def exact_values(row):
    """Return what softmax, log_softmax and logsumexp of a row are, the maximum being 0."""
    with mpmath.workdps(40):
        weights = [mpmath.exp(mpmath.mpf(x)) for x in row]
        others = weights.copy()
        others.remove(mpmath.mpf(1))
        log_total = mpmath.log1p(mpmath.fsum(others))
        total = mpmath.fsum(weights)
        logs = [mpmath.mpf(x) - log_total for x in row]
        return [w / total for w in weights], logs, [log_total]


def ulps(found, exact, dtype):
    """Return the largest distance, in ulp; infinite where only one of the two is infinite."""
    limits, worst = np.finfo(dtype), 0.0
    for one, truth in zip(np.atleast_1d(found).tolist(), exact, strict=True):
        if truth == 0 or mpmath.isinf(truth):
            worst = max(worst, 0.0 if one == truth else math.inf)
            continue
        exponent = max(int(mpmath.floor(mpmath.log(abs(truth), 2))), int(limits.minexp))
        worst = max(worst, float(abs(one - truth) / mpmath.mpf(2) ** (exponent - limits.nmant)))
    return worst


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize(
    "kind",
    [
        "all gaps",
        "small gaps",
        "near ties",
        "one dominates",
        "half of it",
        "masks",
        "subnormal scores",
    ],
)
def test_within_4_ulp_where_the_subtraction_is_exact(kind, dtype, report_figure):
    functions = (softmax, log_softmax, logsumexp)
    most, theirs = [0.0] * 3, [0.0] * 3
    for rows in exact_rows(kind, dtype):
        for row in rows:
            truth = exact_values(row.tolist())
            with np.errstate(all="ignore"):
                other = [getattr(scipy.special, f.__name__)(row) for f in functions]
            for k, function in enumerate(functions):
                most[k] = max(most[k], ulps(function(row), truth[k], dtype))
                theirs[k] = max(theirs[k], ulps(other[k], truth[k], dtype))
    told = "; ".join(
        f"{f.__name__} {ours:.2f} (scipy {their:.3g})"
        for f, ours, their in zip(functions, most, theirs)
    )
    report_figure(f"ulp, {np.dtype(dtype).name}, {kind}", told)
    assert max(most) <= 4
    assert dtype != np.float16 or max(most) <= 0.51  # rounded once


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_long_row_that_one_score_dominates_stays_within_4_ulp(dtype):
    """The others would be lost one by one beside a 1."""
    row = np.full(4000, np.log(5e-8), dtype)
    row[1234] = 0
    truth = exact_values(row.tolist())
    for function, exact in zip((softmax, log_softmax, logsumexp), truth):
        assert ulps(function(row), exact, dtype) <= 4
        many = function(np.tile(row, (20, 1)))  # in tiles
        assert all(np.array_equal(one, function(row)) for one in many)


# --- Temperatures from 1e-300 to 1e300 --------------------------------------------------------


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("power", [-300, -150, -44, -30, -3, 3, 30, 38, 150, 300])
def test_no_temperature_gives_a_wrong_answer(dtype, power):
    """Scores of ordinary size, and of the temperature's; the bounds hold, or there is an error."""
    temperature = 1.7 * 10.0**power
    g = np.random.default_rng(300 + power)
    limits = np.finfo(dtype)
    of_its_size = np.clip(g.normal(size=(4, 9)) * 3 * temperature, limits.min / 4, limits.max / 4)
    for scores in (g.normal(size=(4, 9)) * 3, of_its_size):
        logits = scores.astype(dtype)
        logits[1, 2:5] = -np.inf
        logits[2, 1] = logits[2, 0]
        for row in logits:
            kept = row[row > -np.inf]
            truth = Truth(kept[np.newaxis], temperature)
            found = softmax(row, temperature=temperature)
            assert not found[row == -np.inf].any()
            error = Truth.error(found[row > -np.inf][np.newaxis], truth.p)
            bound = softmax_bound(truth, dtype, k=3) * truth.p[0] + underflow(dtype)
            assert (error <= bound)[truth.gaps < 1e3].all()
            assert not found[row > -np.inf][truth.gaps[0] >= 1e3].any()
            logs = log_softmax(row, temperature=temperature)
            assert (logs[row == -np.inf] == -np.inf).all()
            logs, exact = logs[row > -np.inf].astype(np.float64), truth.log_p[0][0]
            beyond = np.abs(exact) > float(limits.max)
            assert (logs[beyond] == -np.inf).all()
            close = 8 * float(limits.eps) * np.abs(exact) + 40 * float(limits.eps)
            assert (np.abs(logs - exact) <= close)[~beyond].all()


# --- Published test cases ---------------------------------------------------------------------

# The values of the tests of scipy 1.17 (scipy/special/tests/test_logsumexp.py, worked out by its
# authors with mpmath), and of jax (tests/nn_test.py: scores and masks; the results are 0.10.2's).
E = math.e
FOUR = [0.03205860328008499, 0.08714431874203256, 0.23688281808991013, 0.6439142598879722]
LOG_FOUR = [-3.4401896985611953, -2.4401896985611953, -1.4401896985611953, -0.44018969856119533]
WIDE = [[-25.0, 0.0, 25.0, 50.0], [1.0, 325.0, 749.0, 750.0]]
WIDE_P = [
    [2.678636961770877e-33, 1.9287498479371314e-22, 1.3887943864771144e-11, 0.999999999986112],
    [0.0, 1.9444526359919372e-185, 0.2689414213699951, 0.7310585786300048],
]
JAX, JAX_MASKED = [5.5, 1.3, -4.2, 0.9], [5.5, -math.inf, -4.2, 0.9]
JAX_P = [0.9755063085927711, 0.014628279789363527, 5.978243603703207e-05, 0.009805629181828378]
JAX_LOG_P = [-0.024798651904750554, -4.2247986519047505, -9.72479865190475, -4.62479865190475]
JAX_MASKED_P = [0.9899881319754574, 0.0, 6.0669932788666564e-05, 0.009951198091753936]
JAX_MASKED_LOG_P = [-0.010062323828935339, -math.inf, -9.710062323828934, -4.610062323828935]
PUBLISHED = [
    (softmax, [1000, 0, 0, 0], -1, [1, 0, 0, 0]),
    (softmax, [1.0, 1.0], -1, [0.5, 0.5]),
    (softmax, [0.0, 1.0], -1, [1 / (1 + E), E / (1 + E)]),
    (softmax, [0.0, 1.0, 2.0, 3.0], -1, FOUR),
    (softmax, [100.0, 101.0, 102.0, 103.0], -1, FOUR),
    (softmax, [[0.0, 1.0], [2.0, 3.0]], None, np.reshape(FOUR, (2, 2))),
    (softmax, [[1000.0, 0.0], [1000.0, 0.0]], 0, [[0.5, 0.5], [0.5, 0.5]]),
    (softmax, [[1000.0, 0.0], [1000.0, 0.0]], 1, [[1, 0], [1, 0]]),
    (softmax, WIDE, 1, WIDE_P),
    (softmax, np.transpose(WIDE), 0, np.transpose(WIDE_P)),
    (softmax, np.reshape(WIDE, (2, 2, 2)), (1, 2), np.reshape(WIDE_P, (2, 2, 2))),
    (softmax, 1000, None, 1),
    (log_softmax, [1000, 1], -1, [0, -999]),
    (log_softmax, 1.0, None, 0),
    (log_softmax, [0.0, 1.0, 2.0, 3.0], -1, LOG_FOUR),
    (log_softmax, [100.0, 101.0, 102.0, 103.0], -1, LOG_FOUR),
    (log_softmax, [[0.0, 1.0], [2.0, 3.0]], None, np.reshape(LOG_FOUR, (2, 2))),
    (log_softmax, [[1000.0, 1.0]] * 2, 0, [[math.log(0.5)] * 2] * 2),
    (log_softmax, [[1000.0, 1.0]] * 2, 1, [[0, -999]] * 2),
    (log_softmax, np.arange(8.0).reshape(2, 4), 1, [LOG_FOUR] * 2),
    (log_softmax, np.arange(8.0).reshape(2, 4).T, 0, np.transpose([LOG_FOUR] * 2)),
    (log_softmax, np.arange(8.0).reshape(2, 2, 2), (1, 2), np.reshape([LOG_FOUR] * 2, (2, 2, 2))),
    (softmax, JAX, -1, JAX_P),
    (log_softmax, JAX, -1, JAX_LOG_P),
    (softmax, JAX_MASKED, -1, JAX_MASKED_P),
    (log_softmax, JAX_MASKED, -1, JAX_MASKED_LOG_P),
    (softmax, [36.0, -math.inf], -1, [1, 0]),
]


@pytest.mark.parametrize(("function", "logits", "axis", "expected"), PUBLISHED)
def test_published_cases_of_scipy_and_jax(function, logits, axis, expected):
    np.testing.assert_allclose(function(logits, axis), expected, rtol=1e-13)


@pytest.mark.parametrize(("dtype", "offset"), [(np.float16, 1.5e3), (np.float32, 1e7)])
def test_published_case_of_torch(dtype, offset):
    """Scores that stay exact when a large number is added keep their log_softmax (test_nn.py)."""
    for shape in ((16, 4), (4, 1536)):
        small = np.random.default_rng(0).integers(0, 100, shape).astype(dtype)
        np.testing.assert_array_equal(log_softmax(small), log_softmax(small + dtype(offset)))
        np.testing.assert_array_equal(softmax(small), softmax(small + dtype(offset)))


@pytest.mark.parametrize("columns", [1, 40])
def test_equal_weights_beside_a_large_one_are_no_worse_than_with_scipy(columns, report_figure):
    """Equal numbers are rounded alike, and what an addition rounds off adds up."""
    worst = {softmax: 0.0, scipy.special.softmax: 0.0}
    for n in (127, 512, 5000):
        for gap in np.random.default_rng(0).uniform(-40, 0, 40):
            z = np.repeat(np.r_[0, np.full(n - 1, gap)][:, np.newaxis], columns, 1)
            with mpmath.workdps(40):
                truth = 1 / (1 + (n - 1) * mpmath.exp(gap))
                for function in worst:
                    found = mpmath.mpf(float(function(z, axis=0).flat[0]))
                    ulp = float(abs(found - truth)) / float(np.spacing(float(truth)))
                    worst[function] = max(worst[function], ulp)
    ours, theirs = worst.values()
    name = f"ulp, float64, equal weights, {columns} columns"
    report_figure(name, f"softmax {ours:.1f} (scipy {theirs:.1f})")
    assert ours <= theirs
