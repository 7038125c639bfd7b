"""What every function that takes numbers does alike: which numbers it takes, and what it refuses.

A new function belongs into `CALLS`; a test finds those that are missing.
"""

import ast
import inspect
import math
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import scipy.special

import softmax_lib
from softmax_lib import attention, distributions, sampling, softmax
from softmax_lib.distributions import as_floats, as_number, axes_of
from softmax_lib.softmax import as_temperature

INF = math.inf
ROOT = Path(softmax_lib.__file__).parent


def rng():
    return np.random.default_rng(0)


# Each function that takes numbers, called with one array: a distribution is what all of them take.
ALONG_AN_AXIS = {
    "softmax": softmax,
    "exponentiate": softmax_lib.exponentiate,
    "normalize": softmax_lib.normalize,
    "log_softmax": softmax_lib.log_softmax,
    "logsumexp": softmax_lib.logsumexp,
    "broken_requirements": softmax_lib.broken_requirements,
    "check_distribution": softmax_lib.check_distribution,
    "entropy": softmax_lib.entropy,
    "perplexity": softmax_lib.perplexity,
    "kl_divergence": lambda p, axis=-1: softmax_lib.kl_divergence(p, p, axis),
    "total_variation": lambda p, axis=-1: softmax_lib.total_variation(p, p, axis),
}
CALLS = ALONG_AN_AXIS | {
    "greedy": softmax_lib.greedy,
    "sample": lambda p: softmax_lib.sample(p, rng(), size=9),
    "gumbel_max": lambda p: sampling.gumbel_max(p, rng(), size=9).drawn,
    "top_k": lambda p: sampling.top_k(p, 1).probabilities,
    "top_p": lambda p: sampling.top_p(p, 0.5).probabilities,
    "min_p": lambda p: sampling.min_p(p, 0.5).probabilities,
    "cut": lambda p: sampling.cut(p, 1, 0.5, 0.5).probabilities,
    "rank": sampling.rank,
    "attention_scores": lambda p: attention.attention_scores([p], [p]),
    "attention": lambda p: attention.attention([p], [p], [p])[0],
    "attention, masked": lambda p: attention.attention([[1.0]], [[1.0]] * 2, [[1.0]] * 2, [p])[1],
}
NO_NUMBERS = {
    "as_count",
    "as_share",
    "as_floats",
    "as_number",
    "by_rows",
    "causal_mask",
    "Cut",
    "GumbelDraw",
}

each = pytest.mark.parametrize("name", CALLS)
along = pytest.mark.parametrize("name", ALONG_AN_AXIS)


def test_every_public_function_is_here():
    public = {name for module in (distributions, sampling, attention) for name in module.__all__}
    public |= set(inspect.getmodule(inspect.unwrap(softmax)).__all__)
    assert public - NO_NUMBERS == {name for name in CALLS if "," not in name}


# --- Numbers that numpy keeps as objects ----------------------------------------------------

OBJECTS = {
    "Fractions": ([Fraction(3, 4), Fraction(1, 4)], [0.75, 0.25]),
    "Decimals": ([Decimal("0.75"), Decimal("0.25")], [0.75, 0.25]),
    "mixed": ([Fraction(3, 4), 0.25], [0.75, 0.25]),
    "an object array": (np.array([0.75, np.float32(0.25)], dtype=object), [0.75, 0.25]),
    "booleans as objects": (np.array([True, np.False_], dtype=object), [1.0, 0.0]),
    "ints as objects": (np.array([1, 0], dtype=object), [1.0, 0.0]),
}


@pytest.mark.parametrize("case", OBJECTS)
@each
def test_objects_that_are_real_numbers_count_as_numbers(name, case):
    given, floats = OBJECTS[case]
    if (name, case) == ("attention, masked", "booleans as objects"):
        floats = [True, False]  # a mask of booleans is no list of numbers
    found, expected = CALLS[name](given), CALLS[name](floats)
    assert np.asarray(found).dtype == np.asarray(expected).dtype
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize(
    ("logits", "expected"),
    [
        ([10**20, 0], [1, 0]),
        ([10**20, 10**20], [0.5, 0.5]),
        ([-(10**300), 0], [0, 1]),
        ([[10**20, 0], [0, Fraction(0)]], [[1, 0], [0.5, 0.5]]),
        ([Fraction(10**400, 10**400), 1], [0.5, 0.5]),
        ([Fraction(1, 10**400), Decimal("1e-400")], [0.5, 0.5]),
        ([Decimal("-Infinity"), Decimal(0)], [0, 1]),
    ],
    ids=str,
)
def test_softmax_of_objects(logits, expected):
    found = softmax(logits)
    assert found.dtype == np.float64
    assert found.tolist() == expected


@pytest.mark.parametrize("half", [Fraction(1, 2), Decimal("0.5"), np.float32(0.5), np.array(0.5)])
def test_one_number_may_be_of_any_kind(half):
    assert as_temperature(half) == 0.5
    z, p = [0.0, 1.0, 2.5], [0.5, 0.25, 0.25]
    np.testing.assert_array_equal(softmax(z, temperature=half), softmax(z, temperature=0.5))
    assert softmax_lib.entropy(p, base=1 / half) == softmax_lib.entropy(p)
    assert softmax_lib.broken_requirements([0.5, 0.9], tolerance=half) == []
    assert sampling.gumbel_max(z, rng(), half).drawn == sampling.gumbel_max(z, rng(), 0.5).drawn


@pytest.mark.parametrize(
    ("bad", "error", "words"),
    [
        ([1.0, None], TypeError, ["real numbers", "None"]),
        ([Fraction(1), 1j], TypeError, ["real numbers"]),
        ([Fraction(1), "1"], TypeError, ["real numbers"]),
        (np.array([[1.0], [2.0]] + [[3.0, 4.0]], dtype=object), TypeError, ["real numbers"]),
        ([10**400, 0], ValueError, ["must fit into float64", "1.8e308", "1000"]),
        ([-(10**400), 0], ValueError, ["must fit into float64"]),
        ([10**5000, 0], ValueError, ["must fit into float64", "too long to show"]),
        ([Decimal("1e400"), 0], ValueError, ["must fit into float64", "1E+400"]),
        (["1" * 99, 10**5000], TypeError, ["real numbers"]),
    ],
    ids=lambda x: type(x).__name__,
)
@each
def test_other_objects_are_named(name, bad, error, words):
    refuses(lambda: CALLS[name](bad), error, words)


def test_a_signaling_nan_is_a_nan():
    refuses(lambda: softmax([Decimal("sNaN"), 0]), ValueError, ["logits must be finite", "NaN"])


# --- One number -----------------------------------------------------------------------------


@pytest.mark.parametrize("one", [1, 1.0, Fraction(1), np.float64(1), np.array(1.0), 10**0, True])
@along
def test_a_single_number_with_axis_none_is_a_list_of_one(name, one):
    found, listed = CALLS[name](one, axis=None), CALLS[name]([one], axis=None)
    if name == "broken_requirements":
        assert found == listed == []
        return
    assert np.shape(found) == ()
    assert found == np.squeeze(listed)
    assert found.dtype == np.asarray(listed).dtype
    if name in ("softmax", "log_softmax", "logsumexp"):  # as in scipy
        assert found == getattr(scipy.special, name)(1.0)


def test_what_is_wrong_with_a_single_number_is_named():
    refuses(lambda: softmax(math.nan, axis=None), ValueError, ["NaN at entry 0"])
    refuses(lambda: softmax(-INF, axis=None), ValueError, ["every entry is masked"])
    refuses(lambda: softmax_lib.normalize(-1.0, axis=None), ValueError, [">= 0", "entry 0"])
    assert softmax_lib.broken_requirements(1.5, axis=None) == [
        "each value must be at most 1, but entry 0 is 1.5",
        "the sum must be 1, but it is 1.5 (0.5 too much)",
    ]


@pytest.mark.parametrize("name", ["softmax", "exponentiate", "log_softmax", "normalize"])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_a_single_number_keeps_its_dtype_and_fills_out(name, dtype):
    found = CALLS[name](dtype(3), axis=None)
    assert found.dtype == dtype
    out = np.array(7, dtype)
    assert CALLS[name](dtype(3), axis=None, out=out) is out
    assert out == found and out.shape == ()
    for temperature in (0, 0.5, 1e-320, INF) if name != "normalize" else ():
        assert CALLS[name](dtype(3), axis=None, temperature=temperature) == found


@pytest.mark.parametrize("keepdims", [True, False])
def test_logsumexp_of_a_single_number(keepdims):
    found = softmax_lib.logsumexp(3.0, axis=None, keepdims=keepdims)
    assert found == 3 and np.shape(found) == ()


@pytest.mark.parametrize("axis", [-1, 0, (0,), ()])
@along
def test_with_an_axis_a_single_number_is_refused(name, axis):
    refuses(lambda: CALLS[name](1.0, axis=axis), ValueError, ["axis"])


# --- Masked arrays --------------------------------------------------------------------------


MASKED = np.ma.array([0.5, 0.5], mask=[False, True])


@pytest.mark.parametrize(
    "given",
    [
        MASKED,
        np.ma.array([0.5, 0.5]),
        [MASKED, [0.5, 0.5]],
        ([0.5, 0.5], (MASKED,)),
        [[[0.5, 0.5]], [MASKED]],
        [0.5, np.ma.masked],
    ],
    ids=["itself", "nothing masked", "in a list", "in tuples", "deep", "one entry"],
)
@each
@pytest.mark.filterwarnings("error")
def test_a_mask_is_never_ignored(name, given):
    refuses(lambda: CALLS[name](given), TypeError, ["masked array", "filled(-np.inf)"])


def test_attention_ignores_no_masked_mask():
    q = np.eye(2)
    for values in ([[0.0, 0.0]] * 2, [[True, True]] * 2):
        mask = np.ma.array(values, mask=[[False, True]] * 2)
        for given in (mask, list(mask)):
            refuses(lambda g=given: attention.attention(q, q, q, g), TypeError, ["mask must be"])


# --- Errors that are ours -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("axis", "error"),
    [
        (np.array([0]), TypeError),
        (np.array([0, 1]), TypeError),
        ("0", TypeError),
        ([0], TypeError),
        (0.0, TypeError),
        ((0, None), TypeError),
        (((0,),), TypeError),
        (10**30, ValueError),
        (10**5000, ValueError),
        (-(10**5000), ValueError),
    ],
    ids=lambda x: repr(x) if not isinstance(x, int) else f"{x.bit_length()} bits",
)
@along
def test_an_axis_that_is_none_is_named(name, axis, error):
    refuses(lambda: CALLS[name]([[0.5, 0.5]], axis=axis), error, ["axis must"])


def test_an_axis_may_be_any_integer():
    p = np.array([[0.5, 0.5], [0.25, 0.75]])
    for axis in (np.int8(0), np.array(0), (np.uint8(0),)):
        np.testing.assert_array_equal(softmax(p, axis=axis), softmax(p, axis=0))
    assert axes_of(p, np.int64(-1), "p") == (1,)


NOT_ONE_NUMBER = [
    (10**400, ValueError, "must fit into float64"),
    (10**5000, ValueError, "too long to show"),
    (-(10**5000), ValueError, "must fit into float64"),
    (Decimal("1e400"), ValueError, "must fit into float64"),
    (Fraction(10**5000, 3), ValueError, "must fit into float64"),
    ("1", TypeError, "one real number"),
    (None, TypeError, "one real number"),
    (1j, TypeError, "one real number"),
    ([0.5], TypeError, "one real number"),
    (np.array([0.5]), TypeError, "one real number"),
    (np.ma.masked, TypeError, "one real number"),
    (np.array("1"), TypeError, "one real number"),
]


@pytest.mark.parametrize(("bad", "error", "says"), NOT_ONE_NUMBER, ids=lambda x: str(type(x)))
def test_what_is_not_one_number_is_named(bad, error, says):
    p = [0.5, 0.5]
    calls = {
        "temperature": lambda: softmax(p, temperature=bad),
        "base": lambda: softmax_lib.entropy(p, base=bad),
        "tolerance": lambda: softmax_lib.broken_requirements(p, tolerance=bad),
        "it": lambda: as_number(bad, "it"),
    }
    if bad is None:  # the default
        del calls["tolerance"]
    for name, call in calls.items():
        refuses(call, error, [name + " must", says])
    for function in (softmax_lib.exponentiate, softmax_lib.log_softmax):
        refuses(lambda f=function: f(p, temperature=bad), error, ["temperature must", says])
    refuses(lambda: softmax_lib.kl_divergence(p, p, base=bad), error, ["base must", says])
    refuses(lambda: sampling.gumbel_max(p, rng(), bad), error, ["temperature must", says])


# --- Floating-point flags -------------------------------------------------------------------

TINY = 5e-324
HARD = [
    [1.0, 0.0],
    [1.0, TINY],
    [1 - 2**-53, 1e-310],
    np.array([1.0, 1e-45], np.float32),
    np.array([1.0, 6e-8], np.float16),
    [[1.0, TINY, 0.0], [0.25, 0.5, 0.25]],
]


@pytest.mark.parametrize("given", HARD, ids=str)
@pytest.mark.parametrize("name", CALLS)
def test_rounding_to_0_is_no_error_whatever_numpy_is_told(name, given):
    if "attention" in name and np.ndim(given) > 1:
        given = given[0]
    if name == "attention, masked" and len(given) > 2:
        given = given[:2]
    expected = CALLS[name](given)
    with np.errstate(all="raise"):
        np.testing.assert_array_equal(CALLS[name](given), expected)
        with pytest.raises(FloatingPointError):  # and the caller's settings are as they were
            np.exp(np.array([-1000.0]))


@pytest.mark.parametrize(
    "call",
    [
        lambda: softmax_lib.kl_divergence([1.0, 1e-310], [0.7, 0.3]),
        lambda: softmax_lib.kl_divergence([1.0, 1e-300], [1.0, 1e-310]),
        lambda: softmax_lib.total_variation([1.0, TINY], [1.0, 0.0]),
        lambda: softmax_lib.broken_requirements([INF, -INF]),
        lambda: softmax_lib.broken_requirements([1e308, 1e308]),
        lambda: attention.attention([[1.0]], [[0.0], [1.0]], [[TINY], [0.0]])[0],
        lambda: attention.attention_scores([[1e-200, 0.0]], [[1e-200, 0.0]]),
        lambda: attention.attention([[1.0]], [[1.0]] * 2, [[1.0]] * 2, [[-1.7e308, -INF]])[1],
    ],
)
def test_neither_do_pairs_and_what_is_refused(call):
    expected = call()
    with np.errstate(all="raise"):
        np.testing.assert_array_equal(call(), expected)


@pytest.mark.parametrize("temperature", [0, TINY, 1e-300, 0.5, 3.0, 1e300, 1.7e308, INF])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_no_logits_raise_a_flag(temperature, dtype):
    most, least = np.finfo(dtype).max, np.finfo(dtype).smallest_subnormal
    for logits in (
        [0, -1000, -INF],
        [most, -most, 0],
        [-most, -most, -INF],
        [least, 0, -least],
        [88, 0, -800],
    ):
        logits = np.array(logits, dtype)
        for function in (softmax, softmax_lib.log_softmax, softmax_lib.exponentiate):
            expected = function(logits, temperature=temperature)
            with np.errstate(all="raise"):
                found = function(logits, temperature=temperature)
            np.testing.assert_array_equal(found, expected)
        with np.errstate(all="raise"):
            sampling.gumbel_max(logits, rng(), temperature, size=20)
            softmax_lib.logsumexp(logits)
            softmax_lib.normalize(np.abs(logits[:2]))


def test_generation_raises_no_flag():
    from softmax_lib.gpt import Storyteller

    model = Storyteller.load()
    for temperature in (0, 0.1, 1):
        expected = model.tell("once upon a time", 20, temperature=temperature)
        with np.errstate(all="raise"):
            assert model.tell("once upon a time", 20, temperature=temperature) == expected


def test_a_refusal_leaves_numpys_settings_as_they_were():
    before = np.geterr()
    for bad in ([math.nan], [INF], [], ["a"]):
        with pytest.raises((TypeError, ValueError)):
            softmax(bad)
    assert np.geterr() == before


SOURCES = sorted(ROOT.rglob("*.py"))


@pytest.mark.parametrize("file", SOURCES, ids=lambda f: f.relative_to(ROOT).as_posix())
def test_no_result_depends_on_floating_point_flags(file):
    """WebAssembly has none: what waits for a flag there waits in vain."""
    assert flags_used(file.read_text(encoding="utf-8")) == []


def flags_used(source):
    """Return where a program looks at floating-point flags, other than to ignore them."""
    found = []
    for node in ast.walk(ast.parse(source)):
        name = getattr(node, "attr", None) or getattr(node, "id", None)
        if name in ("FloatingPointError", "seterr", "seterrcall", "geterr", "geterrcall"):
            found.append((node.lineno, name))
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "errstate":
            told = [getattr(keyword.value, "value", None) for keyword in node.keywords]
            if node.args or any(value != "ignore" for value in told):
                found.append((node.lineno, "errstate"))
    return found


@pytest.mark.parametrize(
    "source",
    [
        "with np.errstate(over='raise'): pass",
        "with np.errstate(**settings): pass",
        "try: pass\nexcept FloatingPointError: pass",
        "np.seterr(all='raise')",
        "np.seterrcall(print)",
    ],
)
def test_a_use_of_flags_would_be_found(source):
    assert flags_used(source)
    assert not flags_used("with np.errstate(all='ignore'): pass")


def refuses(call, error, words):
    with pytest.raises(error) as caught:
        call()
    assert type(caught.value) is error
    for word in words:
        assert word in str(caught.value)


def test_an_ordinary_array_is_taken_as_it_is():
    array = np.array([1.0, 2.0])
    assert as_floats(array, "it") is array
    circular = []
    circular.append(circular)
    refuses(lambda: as_floats(circular, "it"), ValueError, ["it must"])
