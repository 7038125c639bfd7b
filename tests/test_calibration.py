"""Calibration: reliability, its error, the bootstrap and the temperature, against other ways."""

import numpy as np
import pytest
import scipy.optimize
import scipy.special
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from softmax_lib.calibration import (
    bootstrap_interval,
    expected_calibration_error,
    fit_temperature,
    reliability,
)

cases = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60)


@given(cases, st.integers(1, 12))
def test_reliability_is_the_means_of_its_bins(pairs, bins):
    said, came = map(np.array, zip(*pairs))
    counts, confidence, accuracy = reliability(said, came, bins)
    assert counts.sum() == len(pairs) and len(counts) == bins
    here = counts > 0
    assert np.isnan(confidence[~here]).all() and np.isnan(accuracy[~here]).all()
    edges = np.arange(bins)[here] / bins
    assert (confidence[here] >= edges - 1e-9).all()
    assert (confidence[here] <= edges + 1 / bins + 1e-9).all()
    assert (counts[here] * confidence[here]).sum() == pytest.approx(said.sum())
    assert (counts[here] * accuracy[here]).sum() == pytest.approx(came.sum())
    error = expected_calibration_error(said, came, bins)
    assert abs(said.mean() - came.mean()) - 1e-9 <= error <= 1
    if bins == 1:
        assert error == pytest.approx(abs(said.mean() - came.mean()))


def test_the_error_is_that_of_a_loop_over_bins():
    generator = np.random.default_rng(1)
    for _ in range(50):
        said, came = generator.random(200) ** 0.3, generator.random(200) < 0.7
        wanted = 0.0
        for low in range(10):
            here = (said >= low / 10) & (said < (low + 1) / 10)
            if here.any():
                wanted += here.sum() / 200 * abs(said[here].mean() - came[here].mean())
        assert expected_calibration_error(said, came) == pytest.approx(wanted, abs=1e-12)


def test_a_border_belongs_to_the_bin_above():
    borders = [k / 10 for k in range(10)]  # 0.3 and 0.7 are not what ten times a tenth comes to
    assert reliability(borders, [True] * 10).counts.tolist() == [1] * 10
    assert reliability([1.0, 0.95], [True, False]).counts.tolist() == [0] * 9 + [2]


def test_a_calibrated_classifier_comes_near_0_and_a_bragging_one_does_not():
    generator = np.random.default_rng(2)
    said = generator.random(100_000)
    came = generator.random(100_000) < said
    assert expected_calibration_error(said, came) < 0.01
    assert expected_calibration_error(said**0.5, came) > 0.1


def test_the_temperature_is_the_one_that_a_search_finds():
    generator = np.random.default_rng(3)
    for true in (0.3, 1.0, 2.5):
        logits = generator.normal(0, 3, (400, 6))
        p = scipy.special.softmax(logits / true, axis=1)
        labels = np.array([generator.choice(6, p=row) for row in p])

        def loss(log, logits=logits, labels=labels):
            logs = scipy.special.log_softmax(logits / np.exp(log), axis=1)
            return -logs[np.arange(len(labels)), labels].mean()

        found = fit_temperature(logits, labels)
        search = scipy.optimize.minimize_scalar(loss, (-2, 2), options={"xtol": 1e-10})
        assert found == pytest.approx(np.exp(search.x), rel=1e-5)
        assert found == pytest.approx(true, rel=0.25)
        assert fit_temperature(10 * logits + 7, labels) == pytest.approx(10 * found, rel=1e-9)


def test_where_no_temperature_is_best_it_ends():
    assert fit_temperature([[1.0, 0.0]] * 4, [0] * 4) == pytest.approx(1e-3)
    assert fit_temperature([[1.0, 0.0]] * 4, [1] * 4) == pytest.approx(1e3)


def test_the_interval_is_scipys_up_to_chance():
    values = np.random.default_rng(4).exponential(size=300)
    theirs = scipy.stats.bootstrap((values,), np.mean, method="percentile", rng=5)
    ours = bootstrap_interval(np.mean, values, draws=4000)
    assert ours == pytest.approx(theirs.confidence_interval, rel=0.02)
    assert ours == bootstrap_interval(np.mean, values, draws=4000)
    assert bootstrap_interval(np.mean, values, level=0.5)[0] > ours[0]


def test_rows_stay_together():
    x = np.arange(50.0)
    assert bootstrap_interval(lambda a, b: np.abs(a - b).max(), x, x) == (0, 0)


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: reliability([0.5], [True, False]), r"shapes \(1,\) and \(2,\)"),
        (lambda: reliability([], []), "at least 1"),
        (
            lambda: expected_calibration_error([1.5], [True]),
            "between 0 and 1, got 1.5 at entry 0; softmax",
        ),
        (
            lambda: reliability([0.5, np.nan], [True, True]),
            "confidences .* got nan at entry 1; leave",
        ),
        (lambda: reliability([0.5], [True], bins=0), "bins must be .* at least 1, got 0"),
        (lambda: expected_calibration_error([0.5], [True], -1), "bins must be .*, got -1"),
        (lambda: fit_temperature([[1.0, 2.0]] * 2, [0, -1]), "got -1 at entry 1"),
        (lambda: bootstrap_interval(np.mean, [1.0], draws=0), "draws must be .* 1, got 0"),
        (lambda: bootstrap_interval(np.mean, [1.0], seed=-1), "seed must be .* 0, got -1"),
        (lambda: bootstrap_interval(np.mean, 3.0), "arrays must have a row .* single 3.0"),
        (lambda: bootstrap_interval(np.mean, []), r"arrays must be .* not empty, got .*\[0\]"),
        (lambda: bootstrap_interval(np.mean), "arrays must be at least one"),
        (lambda: fit_temperature([1.0, 2.0], [0, 1]), "logits must be a table"),
        (lambda: fit_temperature([[1.0, 2.0]], [2]), "labels must be places from 0 to 1"),
        (lambda: fit_temperature([[1.0, -np.inf]], [0]), "logits must be finite"),
        (lambda: bootstrap_interval(np.mean, [1.0], level=95), "level must lie between 0 and 1"),
        (
            lambda: bootstrap_interval(np.mean, [1.0], [1.0, 2.0]),
            r"of one length, .* got the lengths \[1, 2\]",
        ),
    ],
)
def test_bad_input_is_named(call, told):
    with pytest.raises(ValueError, match=told):
        call()


MASKED = np.ma.array([1, 0], mask=[False, True])


@pytest.mark.parametrize(
    ("correct", "got"),
    [
        ([3, 7], "3 at entry 0"),
        (np.array([1.0, 2.0]), "2.0 at entry 1"),
        (["no", "yes"], "'no' at entry 0"),
        ([True, np.nan], "nan at entry 1"),
        ([None, None], "None at entry 0"),
        (MASKED, "masked at entry 1"),
        ([True, MASKED[1]], "masked at entry 1"),
        ([[1], [1, 0]], r"\[1\] at entry 0"),
    ],
)
def test_what_is_neither_right_nor_wrong_is_named(correct, got):
    """As bool, each of these would count as right."""
    for function in (reliability, expected_calibration_error):
        with pytest.raises(TypeError, match=f"correct must be True .* got {got}; for labels pass"):
            function([0.5, 0.6], correct)


def test_1_and_0_of_any_kind_are_right_and_wrong():
    right = reliability([0.5, 0.6], [True, False])
    for correct in ([1, 0], [1.0, False], np.array([1, 0], np.uint8), [np.int64(1), np.False_]):
        assert np.array_equal(np.nan_to_num(reliability([0.5, 0.6], correct)), np.nan_to_num(right))


@pytest.mark.parametrize(
    ("call", "told"),
    [
        *(
            (lambda bins=bins: reliability([0.5], [True], bins), "bins must be a whole number")
            for bins in (2.5, 10.0, "a", True, None)
        ),
        (lambda: reliability(["a"], [True]), "confidences must be real numbers"),
        (lambda: fit_temperature([[1.0, 2.0]], [1.0]), "labels must be integers.*dtype float64"),
        (lambda: fit_temperature([[1.0, 2.0]], [True]), "labels must be integers.*dtype bool"),
        (lambda: fit_temperature([[1.0, 2.0]] * 2, MASKED), "labels must be without a mask"),
        (lambda: bootstrap_interval(np.mean, MASKED), "arrays must be without a mask"),
        (lambda: bootstrap_interval(np.mean, [1.0], level="a"), "level must be one real number"),
        (lambda: bootstrap_interval(np.mean, [1.0], draws=2.5), "draws must be a whole number"),
        (lambda: bootstrap_interval(3.0, [1.0]), "statistic must be a function .* got 3.0"),
    ],
)
def test_what_is_of_a_wrong_kind_is_named(call, told):
    with pytest.raises(TypeError, match=told):
        call()


def test_logits_at_the_end_of_their_dtype_have_a_temperature():
    """Their sum would overflow."""
    z = np.random.default_rng(6).normal(0, 1, (300, 20))
    labels = (z + np.random.default_rng(7).gumbel(size=z.shape)).argmax(axis=1)
    whole = fit_temperature(z, labels)
    for dtype, times in ((np.float16, 900), (np.float32, 1)):
        narrow = (z * times).astype(dtype)
        right = fit_temperature(narrow.astype(float), labels)
        assert fit_temperature(narrow, labels) == right == pytest.approx(whole * times, rel=0.01)
    far = z / np.abs(z).max() * 1.7e308
    assert fit_temperature(far, labels) == pytest.approx(1e3)
    assert fit_temperature(far.astype(np.longdouble), far.argmax(axis=1)) == pytest.approx(1e-3)
