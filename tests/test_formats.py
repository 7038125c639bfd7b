"""Rounding to a format: beside numpy's own, and beside a list of all numbers of bfloat16."""

import numpy as np
import pytest

from softmax_lib.formats import FORMATS, round_to

NUMPY = [name for name in FORMATS if name != "bfloat16"]


def some(count=4000):
    """Return numbers of every size."""
    g = np.random.default_rng(0)
    values = g.normal(size=count) * 2.0 ** g.uniform(-150, 130, count)
    return np.concatenate([values, [0.0, -0.0, np.inf, -np.inf, 1.0, 65520, 65519.99]])


@pytest.mark.parametrize("name", NUMPY)
def test_a_format_is_what_numpy_says(name):
    limits, form = np.finfo(name), FORMATS[name]
    told = limits.max, limits.smallest_subnormal, limits.smallest_normal, limits.eps
    assert tuple(map(float, told)) == (
        form.largest,
        form.smallest,
        2.0**form.lowest,
        form.epsilon,
    )
    assert np.dtype(name).itemsize == form.size and limits.nmant + 1 == form.bits


@pytest.mark.parametrize("name", NUMPY)
def test_rounding_is_numpys(name):
    with np.errstate(over="ignore"):
        np.testing.assert_array_equal(round_to(some(), name), some().astype(name))


def test_bfloat16_rounds_to_the_nearest_of_all_its_numbers():
    """All of them: each float32 whose last 16 bits are 0. A tie goes to an even last bit."""
    patterns = np.arange(0x7F80, dtype=np.uint32)  # from 0 to the largest
    numbers = (patterns << 16).view(np.float32).astype(float)
    assert [numbers[1], numbers[-1]] == [FORMATS["bfloat16"].smallest, FORMATS["bfloat16"].largest]
    ends = np.append(numbers, 2.0**128)  # what is rounded up to this is infinite
    halfway = (ends[:-1] + ends[1:])[::13] / 2
    values = np.concatenate([some(), halfway, -halfway])
    above = np.searchsorted(ends, abs(values)).clip(1, len(numbers))
    low, high = ends[above - 1], ends[above]
    with np.errstate(invalid="ignore"):
        to_low, to_high = abs(values) - low, high - abs(values)
    even = (above - 1) % 2 == 0
    nearest = np.where((to_low < to_high) | ((to_low == to_high) & even), low, high)
    nearest[(nearest == 2.0**128) | np.isinf(values)] = np.inf
    np.testing.assert_array_equal(round_to(values, "bfloat16"), np.copysign(nearest, values))
    ties = (to_low == to_high) & (values != 0)
    assert ties.sum() > 1000 and even[ties].mean() == pytest.approx(0.5, abs=0.1)


def test_shapes_and_what_is_no_number():
    assert round_to(1.01, "bfloat16") == 1.0078125
    assert np.isnan(round_to([[np.nan, 2]], "bfloat16")[0, 0])
    assert round_to(np.zeros((2, 3), np.float16), "float32").shape == (2, 3)


def test_bad_input_is_named():
    with pytest.raises(ValueError, match="one of float16, bfloat16, float32, float64, got 'half'"):
        round_to([1.0], "half")
    with pytest.raises(TypeError, match="values must be real numbers"):
        round_to(["a"], "float16")
