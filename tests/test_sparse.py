"""Entmax and sparsemax, against another formula and against what they are said to be nearest to."""

import doctest

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from softmax_lib import softmax, sparse
from softmax_lib.sparse import entmax, sparsemax

scores = st.lists(st.floats(-50, 50), min_size=1, max_size=12).map(np.array)


def by_sorting(z):
    """Return sparsemax as Martins and Astudillo's algorithm 1 has it."""
    ordered = np.sort(z)[::-1]
    sums, k = np.cumsum(ordered), np.arange(1, len(z) + 1)
    last = k[1 + k * ordered > sums][-1]
    return np.maximum(z - (sums[last - 1] - 1) / last, 0)


@given(scores)
def test_sparsemax_is_that_of_its_paper(z):
    assert sparsemax(z) == pytest.approx(by_sorting(z), abs=1e-12)


@given(scores, st.sampled_from([1.0, 1.01, 1.5, 2.0, 3.0, 10.0]), st.floats(-20, 20))
def test_each_is_a_distribution_in_the_order_of_the_scores_whatever_is_added(z, alpha, constant):
    p = entmax(z, alpha)
    assert (p >= 0).all() and p.sum() == pytest.approx(1)
    order = np.argsort(z)
    assert (np.diff(p[order]) >= -1e-12).all()
    assert entmax(z + constant, alpha) == pytest.approx(p, abs=1e-6)


@given(scores)
def test_alpha_1_is_softmax_and_just_above_it_nearly(z):
    assert entmax(z, 1) == pytest.approx(softmax(z))
    assert entmax(z / 10, 1 + 1e-6) == pytest.approx(softmax(z / 10), abs=1e-4)


@given(scores, st.sampled_from([1.5, 2.0]))
def test_nothing_else_has_a_larger_score_plus_entropy(z, alpha):
    """Peters and others: entmax maximizes p.z + H(p), with Tsallis's entropy of that alpha."""

    def value(p):
        return p @ z + (1 - (p**alpha).sum()) / (alpha * (alpha - 1))

    best = value(entmax(z, alpha))
    for other in np.random.default_rng(0).dirichlet(np.ones(len(z)) / 2, size=50):
        assert value(other) <= best + 1e-9


def test_rows_masks_and_zeros():
    rows = entmax([[1.0, 0.5, -np.inf], [0.0, 0.0, -3.0]], 2)
    assert rows == pytest.approx(np.array([[0.75, 0.25, 0], [0.5, 0.5, 0]]))
    assert (rows[:, 2] == 0).all()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (([1.0], 0.5), "alpha must be a finite number >= 1, got 0.5"),
        (([1.0], np.inf), "alpha must be a finite number >= 1, got inf"),
        (([np.nan], 2), "logits must be finite"),
        (([-np.inf], 2), "at least one entry above -inf"),
    ],
)
def test_bad_input_is_named(arguments, told):
    with pytest.raises(ValueError, match=told):
        entmax(*arguments)


def test_its_examples_are_true():
    assert doctest.testmod(sparse) == (0, 2)
