"""A learner's softmax: one rule says how it is called, and every place keeps to it."""

import doctest
import importlib
import inspect
import math
import pkgutil
from collections import namedtuple
from functools import partial, wraps
from pathlib import Path

import numpy as np
import pytest
import scipy.special
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from test_exercises import OTHER_STYLES

import softmax_lib
from softmax_lib import your_softmax
from softmax_lib.attention import attention, causal_mask
from softmax_lib.exercises.registry import all_exercises
from softmax_lib.explorers import (
    AttentionExplorer,
    NextWordExplorer,
    SoftmaxExplorer,
    TriangleExplorer,
)
from softmax_lib.gpt import GPT2, Storyteller
from softmax_lib.gpt.weights import read_json, read_safetensors
from softmax_lib.ngram import NextWordModel
from softmax_lib.runner import build
from softmax_lib.softmax import softmax
from softmax_lib.your_softmax import OutputError, by_rows

PACKAGE = Path(softmax_lib.__file__).parent
STORYTELLER = PACKAGE / "data" / "storyteller"
SCORES = np.random.default_rng(0).normal(0, 2, (2, 3, 5))
NO_ANSWER = "softmax takes no temperature, so it has no answer at T = "


def my_softmax(logits):
    weights = np.exp(logits)
    return weights / np.sum(weights)


# --- Every right answer, in every place -----------------------------------------------------

# A place: from a softmax and a temperature to what comes out, a text or numbers. `at` says
# whether it has a temperature of its own.
Place = namedtuple("Place", "use at")
BEGINNING = "One sunny morning, Leo went into the"
Q, K, V = np.random.default_rng(1).normal(size=(3, 2, 5, 4))


def explored(explorer):
    """Return the numbers of an explorer that has asked; what is told without them is raised."""
    if any("no answer" in problem for problem in explorer.problems):
        raise TypeError(explorer.problems[0])
    told = [p for p in explorer.problems if "not the softmax of these scores" not in p]
    assert told == []
    return explorer.weights if hasattr(explorer, "scores") else explorer.probabilities


def steps(stream):
    return [step.probabilities for step in stream]


def gpt2(own):
    weights, config = STORYTELLER / "model.safetensors", STORYTELLER / "config.json"
    return GPT2(read_safetensors(weights), read_json(config), own)


TELLER, NEXT_WORDS = Storyteller.load(), NextWordModel.load()
IDS = TELLER._read(BEGINNING)
PLACES = {
    "your_softmax.by_rows": Place(lambda own, t: by_rows(own, t)(SCORES), True),
    "attention.attention": Place(
        lambda own, t: attention(Q, K, V, causal_mask(5), softmax=own)[1], False
    ),
    "ngram.NextWordModel.tell": Place(
        lambda own, t: NEXT_WORDS.tell("the value", 5, t, softmax=own), True
    ),
    "gpt.model.GPT2.__init__": Place(
        lambda own, t: gpt2(own).forward(IDS, return_attentions=True)[1], False
    ),
    "gpt.model.GPT2.load": Place(
        lambda own, t: GPT2.load(STORYTELLER, own).forward(IDS, return_attentions=True)[1], False
    ),
    "gpt.model.GPT2.forward": Place(
        lambda own, t: TELLER.model.forward(IDS, return_attentions=True, softmax=own)[1], False
    ),
    "gpt.model.GPT2.stream": Place(
        lambda own, t: steps(TELLER.model.stream(IDS, 2, t, softmax=own)), True
    ),
    "gpt.model.GPT2.generate": Place(
        lambda own, t: TELLER.model.generate(IDS, 3, temperature=t, softmax=own), True
    ),
    "gpt.storyteller.Storyteller.load": Place(
        lambda own, t: Storyteller.load(softmax=own).tell(BEGINNING, 3, t), True
    ),
    "gpt.storyteller.Storyteller.attention": Place(
        lambda own, t: TELLER.attention(BEGINNING, softmax=own).weights, False
    ),
    "gpt.storyteller.Storyteller.stream": Place(
        lambda own, t: steps(TELLER.stream(BEGINNING, 2, temperature=t, softmax=own)), True
    ),
    "gpt.storyteller.Storyteller.tell": Place(
        lambda own, t: TELLER.tell(BEGINNING, 3, t, softmax=own), True
    ),
    "explorers.softmax_explorer.SoftmaxExplorer.__init__": Place(
        lambda own, t: explored(SoftmaxExplorer([2, 1, -1.5, -math.inf], None, t, softmax=own)),
        True,
    ),
    "explorers.triangle_explorer.TriangleExplorer.__init__": Place(
        lambda own, t: explored(TriangleExplorer([2, 1, -1.5], None, t, softmax=own)), True
    ),
    "explorers.next_word_explorer.NextWordExplorer.__init__": Place(
        lambda own, t: explored(NextWordExplorer(NEXT_WORDS, "the", temperature=t, softmax=own)),
        True,
    ),
    "explorers.attention_explorer.AttentionExplorer.__init__": Place(
        lambda own, t: explored(AttentionExplorer(q=Q[0], k=K[0], causal=True, softmax=own)), False
    ),
}
# Their signature says **settings; what they are, another place says.
PASSED_ON = {"gpt.model.GPT2.generate", "gpt.storyteller.Storyteller.stream"}
everywhere = pytest.mark.parametrize("name", PLACES)


def public_functions():
    """Yield (name, function) of all that a module of the course offers, methods included."""
    for found in pkgutil.walk_packages([str(PACKAGE)], "softmax_lib."):
        if found.name.endswith(("__main__", "compiled")):  # the second wants numba
            continue
        module = importlib.import_module(found.name)
        short = found.name.removeprefix("softmax_lib.")
        for name, thing in vars(module).items():
            if name.startswith("_") or getattr(thing, "__module__", None) != module.__name__:
                continue
            if inspect.isclass(thing):
                for part in vars(thing):
                    if callable(getattr(thing, part)) and (part == "__init__" or part[0] != "_"):
                        yield f"{short}.{name}.{part}", getattr(thing, part), thing
            elif inspect.isfunction(thing):
                yield f"{short}.{name}", thing, None


def places():
    """Return {name: docstring} of the public functions that take a softmax."""
    found = {}
    for name, function, owner in public_functions():
        try:
            parameters = inspect.signature(function).parameters
        except ValueError:  # of a base class, compiled
            continue
        if "softmax" in parameters:
            doc = inspect.getdoc(function) or ""
            found[name] = doc + (inspect.getdoc(owner) if name.endswith("__init__") else "")
    return found


def test_every_place_that_takes_a_softmax_is_held():
    found = places()
    assert found.keys() == PLACES.keys() - PASSED_ON
    for name in PASSED_ON:
        assert "settings" in inspect.signature(function_called(name)).parameters
    silent = [n for n, doc in found.items() if "softmax_lib.your_softmax" not in doc]
    assert silent == ["your_softmax.by_rows"], "each place says where the rule stands"
    assert "the module says how" in found["your_softmax.by_rows"]


def function_called(wanted):
    (function,) = (function for name, function, _ in public_functions() if name == wanted)
    return function


def cold(logits, axis=-1, temperature=1.0):
    return softmax(logits, axis, 0)


def what_it_is(task):
    """Return the library's function that an exercise's function is, or None.

    Found by what the solution does on the exercise's probes.
    """
    own, like = build(task.solution, task.id), {softmax, cold}
    for probe in task.probes:
        scores, *rest = probe
        if not isinstance(scores, np.ndarray) or any(np.ndim(more) for more in rest):
            return None
        with np.errstate(all="ignore"):
            result = np.asarray(own(*probe))
        if result.shape != scores.shape or len(rest) > 1:
            return None
        temperature = rest[0] if rest else 1
        if not temperature >= 0:
            return None
        like = {f for f in like if np.allclose(result, f(scores, temperature=temperature))}
    return like.pop() if len(like) == 1 else None


def right_answers():
    """Yield (id of a test, code, its name, what it is, temperatures it can be asked at)."""
    for name, task in all_exercises().items():
        like = what_it_is(task) if task.probes and task.notebook >= "02" else None
        if like is None:
            continue
        zero = any(probe[1:] == (0,) for probe in task.probes)
        for number, code in enumerate([task.solution, *OTHER_STYLES.get(name, [])]):
            temperatures = (0.5, 1.0, 2.0) + ((0,) if zero else ())
            yield pytest.param(name, code, like, temperatures, id=f"{name} {number}")


ANSWERS = list(right_answers())


def test_the_answers_that_are_softmax_are_found():
    found = {answer.values[0]: answer.values[2] for answer in ANSWERS}
    assert found.items() >= {
        ("my_softmax", softmax),
        ("my_softmax_rows", softmax),
        ("my_softmax_with_temperature", softmax),
        ("my_cold_softmax", cold),
        ("my_whole_softmax", softmax),
    }
    assert not found.keys() & {"my_exponentiate", "my_normalize", "my_top_k", "my_attention"}
    assert len(ANSWERS) > 10


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # a row of masks, in a trial of a table's
@everywhere
@pytest.mark.parametrize(("exercise", "code", "like", "temperatures"), ANSWERS)
def test_every_right_answer_agrees_with_the_library_everywhere(
    name, exercise, code, like, temperatures
):
    own, place = build(code, exercise), PLACES[name]
    for temperature in temperatures if place.at else (1.0,):
        given, expected = place.use(own, temperature), place.use(like, temperature)
        if isinstance(expected, str):
            assert given == expected
        else:
            np.testing.assert_allclose(given, expected, rtol=1e-4, atol=1e-6)


@everywhere
def test_the_library_is_what_runs_without_a_softmax(name):
    """So that what the answers are compared with is not compared with itself alone."""
    if name == "your_softmax.by_rows":
        expected = softmax(SCORES, temperature=0.7)
    elif name.endswith((".load", ".__init__")) and "gpt" in name:
        expected = PLACES[name].use(softmax, 0.7)  # None is no softmax for them
    else:
        expected = PLACES[name].use(None if name != "attention.attention" else softmax, 0.7)
    given = PLACES[name].use(lambda z, axis, temperature: softmax(z, axis, temperature), 0.7)
    if isinstance(expected, str):
        assert given == expected
    else:
        np.testing.assert_allclose(given, expected, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("temperature", [0, math.inf])
@pytest.mark.parametrize("name", [name for name, place in PLACES.items() if place.at])
def test_without_a_temperature_there_is_no_answer_at_the_ends(name, temperature):
    told = f"{NO_ANSWER}{'0' if temperature == 0 else 'infinity'}; let it take one: my_softmax"
    with pytest.raises(TypeError, match=told):
        PLACES[name].use(my_softmax, temperature)


@everywhere
def test_what_cannot_be_called_is_refused_in_the_same_words(name):
    for wrong, told in ((3, "softmax must be a function, got 3"), (lambda a, b, c: a, "yours")):
        if name.startswith("explorers") and callable(wrong):
            with pytest.raises(AssertionError, match="your softmax must take scores.*a, b, c"):
                PLACES[name].use(wrong, 1.0)
        else:
            with pytest.raises(TypeError, match=told):
                PLACES[name].use(wrong, 1.0)


# --- The rule itself ------------------------------------------------------------------------


def right(scores, temperature):
    """Softmax of each row, by scipy; at the ends as the course has it."""
    if 0 < temperature < math.inf:
        return scipy.special.softmax(scores / temperature, axis=-1)
    return softmax(scores, temperature=temperature)


class Callable:
    def __call__(self, logits, temperature):
        return right(logits, temperature)

    def method(self, logits, *, temperature=3.0):
        return right(logits, temperature)

    @staticmethod
    def static(logits):
        return my_softmax(logits)


class Untold:
    """As some compiled functions: inspect.signature refuses it."""

    __signature__ = "unknown"

    def __init__(self, function):
        self.function = function

    def __call__(self, *args, **names):
        return self.function(*args, **names)


def decorated(function):
    @wraps(function)
    def inner(*args, **names):
        return function(*args, **names)

    return inner


def decorated_carelessly(function):
    return lambda *args, **names: function(*args, **names)


def any_axis(x, axis):
    return np.exp(x) / np.exp(x).sum(axis=axis, keepdims=True)


def with_temperature(logits, temperature):
    return right(logits, temperature)


WITHOUT = {  # no temperature among the arguments: T divides the scores
    "one row": my_softmax,
    "any axis": any_axis,
    "a default axis that is wrong": lambda x, axis=0: any_axis(x, axis),
    "axis by name only": lambda x, *, axis: any_axis(x, axis),
    "a list": lambda logits: my_softmax(logits).tolist(),
    "rows of a table": lambda scores: [my_softmax(row) for row in scores],
    "a table, by its second axis": lambda scores: any_axis(scores, 1),
    "scipy": scipy.special.softmax,
    "static method": Callable.static,
    "by place only": lambda logits, /: my_softmax(logits),
    "axis by place only": lambda x, axis=-1, /: any_axis(x, axis),
    "axis by place, behind an option": lambda x, scale=1.0, axis=0, /: any_axis(x * scale, axis),
    "another name that has a default": lambda z, T=1.0: softmax(z, -1, T),
    "names that it does not use": lambda z, **names: my_softmax(z),
    "stars": lambda *args: my_softmax(*args),
    "an option of its own": lambda logits, scale=1.0: my_softmax(logits * scale),
    "partial, of an axis": partial(softmax, axis=-1, temperature=1),
    "partial, of a temperature": partial(with_temperature, temperature=1),
    "decorated": decorated(my_softmax),
    "decorated without wraps": decorated_carelessly(my_softmax),
    "untold": Untold(my_softmax),
    "untold, any axis": Untold(any_axis),
}
WITH = {
    "temperature": with_temperature,
    "all": lambda x, axis=-1, temperature=1.0: softmax(x, axis, temperature),
    "any name": lambda x, **settings: softmax(x, **settings),
    "a temperature, and any name": lambda x, temperature=9, **_: softmax(x, -1, temperature),
    "another name": lambda z, T: right(z, T),
    "another name, by name only": lambda z, *, T: right(z, T),
    "another name, by name only, and any axis": lambda z, axis, *, T: softmax(z, axis, T),
    "another name by place only": lambda z, heat, /: right(z, heat),
    "temperature by place only": lambda z, temperature=5.0, /: right(z, temperature),
    "another name, after an axis": lambda z, t, axis: softmax(z, axis, t),
    "an axis, then another name": lambda z, axis, t: softmax(z, axis, t),
    "all by place only": lambda z, axis=0, temperature=9.0, /: softmax(z, axis, temperature),
    "callable object": Callable(),
    "method, by name only": Callable().method,
    "partial": partial(softmax, axis=-1),
    "partial by place": partial(lambda scale, z, temperature: right(z, temperature), 3),
    "decorated": decorated(with_temperature),
    "decorated without wraps": decorated_carelessly(with_temperature),
    "untold": Untold(with_temperature),
    "untold, all": Untold(softmax),
}
HEATS = st.sampled_from([0.25, 1.0, 2, np.float32(3.5)])
TABLES = arrays(np.float64, array_shapes(min_dims=1, max_dims=4, max_side=4), elements=st.floats(
    -30, 30, allow_subnormal=False))  # fmt: skip


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("own", WITHOUT.values(), ids=WITHOUT)
@given(scores=TABLES, temperature=HEATS)
def test_scores_are_divided_for_a_softmax_without_temperature(own, scores, temperature):
    before = scores.copy()
    given_ = by_rows(own, temperature)(scores)
    np.testing.assert_allclose(given_, right(scores, float(temperature)), rtol=1e-9, atol=1e-300)
    np.testing.assert_array_equal(scores, before)


@pytest.mark.parametrize("own", WITH.values(), ids=WITH)
@given(scores=TABLES, temperature=HEATS | st.sampled_from([0, math.inf]))
def test_a_temperature_goes_where_it_is_taken(own, scores, temperature):
    expected = right(scores, float(temperature))
    np.testing.assert_allclose(by_rows(own, temperature)(scores), expected, rtol=1e-9, atol=1e-300)


@pytest.mark.parametrize("temperature", [0, math.inf])
@pytest.mark.parametrize("own", WITHOUT.values(), ids=WITHOUT)
def test_what_takes_none_has_no_answer_at_the_ends(own, temperature):
    with pytest.raises(TypeError, match=f"^{NO_ANSWER}{'infinity' if temperature else '0'}; "):
        by_rows(own, temperature)(SCORES)


def test_the_examples_are_true():
    result = doctest.testmod(your_softmax)
    assert result.attempted and not result.failed


def test_how_it_is_called():
    calls = []

    def whole(logits, axis=-1, temperature=1.0):
        calls.append((logits.shape, axis, temperature))
        return softmax(logits, axis, temperature)

    def row(logits, temperature):
        calls.append((logits.shape, temperature))
        return softmax(logits, temperature=temperature)

    def cooled(logits):
        calls.append(logits.tolist())
        return my_softmax(logits)

    by_rows(whole, 0.5)(np.zeros((2, 3, 4)))
    assert calls == [((2, 3, 4), -1, 0.5)]
    calls.clear()
    by_rows(row)(np.zeros((2, 3, 4)))
    assert calls == [((4,), 1.0)] * 6
    calls.clear()
    by_rows(cooled, 4)(np.array([[4.0, 2.0], [-math.inf, 8.0]]))
    assert calls == [[1.0, 0.5], [-math.inf, 2.0]]
    # The course's own is called without a detour.
    np.testing.assert_array_equal(by_rows(softmax, 2)(SCORES), softmax(SCORES, temperature=2))


def test_one_that_tells_nothing_is_asked_for_its_way_only_once():
    calls = []

    def own(logits, **names):
        calls.append(names)
        return my_softmax(logits, **names)

    rows = by_rows(own)
    rows(SCORES[0])
    tried = [{"axis": -1, "temperature": 1.0}, {"temperature": 1.0}, {"axis": -1}]
    assert calls[0] == tried[0] and calls[-3:] == [{}] * 3
    assert {tuple(names) for names in calls} == {tuple(names) for names in [*tried, {}]}
    calls.clear()
    rows(SCORES[1])
    assert calls == [{}] * 3


def test_what_partial_has_fixed_stays_fixed():
    calls = []

    def named(logits, axis=-1, temperature=1.0):
        calls.append((logits.shape, axis, temperature))
        return softmax(logits, axis, temperature)

    def any_name(logits, **names):
        return named(logits, **names)

    for own in (named, any_name):
        # A temperature of its own: T divides the scores, as for one that takes none.
        given_ = by_rows(partial(own, temperature=2), 3)(SCORES)
        np.testing.assert_allclose(given_, softmax(SCORES, temperature=6), rtol=1e-12)
        assert {heat for *_, heat in calls} == {2}
        calls.clear()
        # An axis of its own: nobody knows what it is meant for, so each row is a call.
        given_ = by_rows(partial(own, axis=0), 3)(SCORES)
        np.testing.assert_allclose(given_, softmax(SCORES, temperature=3), rtol=1e-12)
        assert {(shape, axis) for shape, axis, _ in calls} == {((5,), 0)}
        calls.clear()
        with pytest.raises(TypeError, match=NO_ANSWER):
            by_rows(partial(own, temperature=2), 0)(SCORES)


def test_names_that_nobody_uses_do_not_hide_the_temperature():
    """What takes any name may heed it or not; where scores can tell, it is found out."""
    heeds, not_ = (lambda z, **names: softmax(z, **names)), (lambda z, **names: my_softmax(z))
    for temperature in (0, math.inf):
        rows = by_rows(not_, temperature)
        np.testing.assert_allclose(rows(np.zeros(4)), 0.25)  # any temperature would do
        for _ in range(2):
            with pytest.raises(TypeError, match=NO_ANSWER):
                rows(SCORES)
        expected = softmax(SCORES, temperature=temperature)
        np.testing.assert_array_equal(by_rows(heeds, temperature)(SCORES), expected)


@pytest.mark.parametrize("decorate", [decorated_carelessly, Untold])
def test_a_type_error_at_the_ends_is_the_learners_own(decorate):
    def bad(logits, temperature):
        raise TypeError("a mistake of mine")

    with pytest.raises(TypeError, match="^a mistake of mine$"):
        by_rows(decorate(bad), 0)(SCORES)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.float16])
@pytest.mark.parametrize("temperature", [5e-324, 1e-310, 1e-45, 1e-5, 1e300])
def test_dividing_leaves_no_range(dtype, temperature):
    """Neither a warning nor an infinity that the learner's function would be blamed for."""
    scores = np.array([[1, -2, 0.5], [-np.inf, 3, 3], [-1, -1, -9]], dtype)
    own = lambda z: softmax(z)  # noqa: E731
    for table in (own, lambda z, axis: softmax(z, axis)):
        given_ = by_rows(table, temperature)(scores)
        expected = softmax(scores.astype(float), temperature=temperature)
        np.testing.assert_allclose(given_, expected, atol=1e-3 if dtype == np.float16 else 1e-6)


def test_the_message_names_an_argument_that_may_be_the_temperature():
    with pytest.raises(TypeError, match=r"call the .* one temperature: yours takes \(z, T=1\.0\)$"):
        by_rows(lambda z, T=1.0: softmax(z, -1, T), 0)


def test_a_function_of_tables_gets_all_rows_at_once():
    shapes = []

    def tables(scores):
        shapes.append(scores.shape)
        weights = np.exp(scores)
        return (weights.T / weights.sum(1)).T

    np.testing.assert_allclose(by_rows(tables)(SCORES), softmax(SCORES))
    assert shapes == [(5,), (6, 5)]
    np.testing.assert_allclose(by_rows(tables)(SCORES[0, 0]), softmax(SCORES[0, 0]))


@pytest.mark.parametrize("shape", [(0, 3), (2, 0, 3)])
def test_nothing_to_share_is_no_trouble_where_there_are_no_rows(shape):
    given_ = by_rows(lambda z: np.exp(z) / np.exp(z).sum())(np.zeros(shape))
    assert given_.shape == shape


def test_a_function_that_overwrites_its_argument_harms_nobody():
    def in_place(logits, axis=-1):
        logits -= logits.max()
        np.exp(logits, out=logits)
        logits /= logits.sum(axis=axis, keepdims=True)
        return logits

    before = SCORES.copy()
    for own in (in_place, lambda z: in_place(z)):
        np.testing.assert_allclose(by_rows(own)(SCORES), softmax(before), rtol=1e-12)
        np.testing.assert_array_equal(SCORES, before)


def test_the_dtype_is_that_of_the_scores_or_narrower():
    small = SCORES.astype(np.float32)
    assert by_rows(lambda z: my_softmax(z).tolist())(small).dtype == np.float32
    assert by_rows(lambda z, axis: softmax(z.astype(float), axis))(small).dtype == np.float32
    for own in (lambda z: softmax(np.float16(z)), lambda z, axis: softmax(np.float16(z), axis)):
        assert by_rows(own)(small).dtype == np.float16
    assert by_rows(lambda z: [0, 1])(np.zeros(2)).dtype == np.float64


def test_a_function_may_return_one_array_again_and_again():
    room = np.zeros(3)

    def own(z):
        weights = np.exp(z - z.max())
        return np.divide(weights, weights.sum(), out=room)

    table = np.array([[0.0, 1.0, 2.0], [5.0, 0.0, 0.0]])
    np.testing.assert_allclose(by_rows(own)(table), softmax(table))


def test_a_softmax_in_float16_tells_a_story():
    """Its sum may be off by more than rounding in float64 would allow, and it counts."""

    def half(logits, axis=-1, temperature=1.0):
        return softmax(np.float16(logits), axis, temperature)

    for place in PLACES.values():
        place.use(half, 0.8)  # raises unless what comes out is a distribution


# --- What is wrong with an answer -----------------------------------------------------------


@pytest.mark.parametrize(
    ("own", "says"),
    [
        (lambda z: "no", "real numbers, got 'no'"),
        (lambda z: None, "real numbers, got None"),
        (lambda z: ["0.5"] * 5, "real numbers, got .'0.5'"),
        (lambda z: my_softmax(z) + 0j, "real numbers, got array"),
        (lambda z: [[1.0], [1.0, 2.0]], "real numbers, got "),
        (lambda z: np.ma.masked_less(my_softmax(z), 0.1), "numbers without a mask, got masked_arr"),
        (lambda z: z[:3], r"the shape that it was given, \(5,\), got \(3,\)"),
        (lambda z: 1.0, r"the shape that it was given, \(5,\), got \(\)"),
        (lambda z, axis: z.sum(axis), r"the shape that it was given, \(2, 3, 5\), got \(2, 3\)"),
        (lambda z: z * math.nan, "finite numbers, got nan among them"),
        (lambda z, axis: np.where(z == z.max(), math.inf, z), "finite numbers, got inf among them"),
    ],
)
def test_an_answer_that_is_none_is_named(own, says):
    with pytest.raises(OutputError, match=f"^softmax must return {says}"):
        by_rows(own)(SCORES)


def test_what_is_not_finite_can_be_asked_for():
    given_ = by_rows(lambda z: z * math.nan, finite=False)(SCORES)
    assert given_.shape == SCORES.shape and np.isnan(given_).all()


def test_a_wrong_answer_stays_as_it_is():
    """A table is tried only for an answer that is no distribution, and counts only if it is one."""
    twice = by_rows(lambda z: 2 * my_softmax(z))(SCORES)
    np.testing.assert_allclose(twice, 2 * softmax(SCORES), rtol=1e-12)
    flat = by_rows(lambda z: np.full(z.shape, 1 / 5))(SCORES)
    np.testing.assert_array_equal(flat, np.full(SCORES.shape, 0.2))


@pytest.mark.parametrize("error", [TypeError, ValueError, ZeroDivisionError, KeyError])
@pytest.mark.parametrize("decorate", [decorated, decorated_carelessly, Untold])
def test_an_error_of_the_learners_arrives_as_it_is(error, decorate):
    def bad(logits):
        raise error("a mistake of mine")

    for own in (bad, decorate(bad)):
        with pytest.raises(error, match="a mistake of mine"):
            by_rows(own)(SCORES)


@pytest.mark.parametrize(
    ("call", "error", "says"),
    [
        (lambda: by_rows("mine"), TypeError, "softmax must be a function, got 'mine'"),
        (lambda: by_rows(lambda a, b, c: a), TypeError, r"must take scores, .*yours takes \(a, b,"),
        (lambda: by_rows(lambda z, a, b, axis, /: z), TypeError, r"yours takes \(z, a, b, axis, /"),
        (lambda: by_rows(lambda: 1), TypeError, r"yours takes \(\)"),
        (lambda: by_rows(lambda z, *, a, b: z), TypeError, r"yours takes \(z, \*, a, b\)"),
        (lambda: by_rows(my_softmax, -1), ValueError, "temperature must be >= 0, got -1"),
        (lambda: by_rows(my_softmax, "1"), TypeError, "temperature must be one real number"),
        (lambda: by_rows(my_softmax)(["a"]), TypeError, "scores must be real numbers"),
        (
            lambda: by_rows(lambda z: z, 0),
            TypeError,
            rf"^{NO_ANSWER}0; let it take one: my_softmax\(logits, temperature\)$",
        ),
        (
            lambda: by_rows(any_axis, math.inf),
            TypeError,
            rf"^{NO_ANSWER}infinity; let it take one: any_axis\(logits, temperature\)$",
        ),
    ],
)
def test_what_cannot_be_used_is_named(call, error, says):
    with pytest.raises(error, match=says):
        call()


def test_pytorchs_name_for_the_axis_is_one():
    def of_dim(x, dim):
        weights = np.exp(x - x.max(dim, keepdims=True))
        return weights / weights.sum(dim, keepdims=True)

    def of_both(x, dim=0, temperature=1.0):
        return of_dim(x / temperature, dim)

    z = np.random.default_rng(0).normal(size=(2, 3, 4))
    for temperature in (0.5, 1, 2):
        right = softmax(z, temperature=temperature)
        for function in (of_dim, of_both):
            np.testing.assert_allclose(by_rows(function, temperature)(z), right)
    with pytest.raises(TypeError, match="softmax takes no temperature, so it has no answer"):
        by_rows(of_dim, 0)


@pytest.mark.parametrize("temperature", [0, np.inf])
def test_a_temperature_that_partial_has_fixed_is_named(temperature):
    fixed = partial(softmax, temperature=2)
    words = "functools.partial has fixed its own at 2: hand over the function itself"
    with pytest.raises(TypeError, match=f"^{NO_ANSWER}.*; {words}$"):
        by_rows(fixed, temperature)


@pytest.mark.parametrize("function", [lambda z: np.exp(z), lambda z, axis: z, softmax])
def test_rows_without_entries_are_refused(function):
    with pytest.raises(ValueError, match=r"must have at least one entry along axis -1, got shape"):
        by_rows(function)(np.zeros((2, 0)))
