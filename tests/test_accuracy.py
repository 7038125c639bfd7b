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
