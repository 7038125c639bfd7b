"""Words for what beginners meet: each fits what was typed, and its cure cures."""

import ast
import re

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from softmax_lib.exercises.advice import after_error
from softmax_lib.exercises.checks import judge_answer
from softmax_lib.exercises.feedback import TRY_AGAIN
from softmax_lib.exercises.recalled import recall
from softmax_lib.exercises.registry import all_exercises
from softmax_lib.exercises.results import about_shape, hidden_cause
from softmax_lib.exercises.syntax import unclosed
from softmax_lib.runner import build
from softmax_lib.streaming import SoftmaxState

EXERCISES = all_exercises()


def typed(name, body, **names):
    """Return what the check says to a function with this body."""
    task = EXERCISES[name]
    head = re.search(r"^def .*:$", task.stub, re.MULTILINE)[0]
    source = head + "\n    " + body.replace("\n", "\n    ")
    status, text = judge_answer(task, build(source, name, names))
    assert status == TRY_AGAIN and "Traceback" not in text
    return text


# --- Errors: what is typed, what is said about it, and what the words tell to type -------------

MISTAKES = [
    ("ln(logits)", "In numpy the natural logarithm, ln, is `np.log`."),
    ("np.ln(logits)", "In numpy the natural logarithm, ln, is `np.log`."),
    ("log(logits)", "the natural logarithm is `np.log`; base 2 is `np.log2`."),
    ("log2(logits)", "In numpy it is `np.log2`."),
    ("lg(logits)", "Base 2 is `np.log2`, base 10 is `np.log10`."),
    ("exp(logits)", "In numpy it is `np.exp`."),
    ("sqrt(logits)", "In numpy it is `np.sqrt`."),
    ("argmax(logits)", "In numpy it is `np.argmax`."),
    ("mean(logits)", "In numpy it is `np.mean`."),
    ("array([1])", "In numpy it is `np.array`."),
    ("pi", "In numpy it is `np.pi`."),
    ("e ** logits", "The number e is `np.e`, and e to the power of z is `np.exp(z)`."),
    ("e ^ logits", "In Python `^` is no power: that is `**`."),
    ("np.e ^ logits", "In Python `^` is no power: that is `**`."),
    ("2.0 ^ 3.0", "In Python `^` is no power: that is `**`."),
    ("sum_of(logits)", "A sum is `np.sum(...)`."),
    ("numpy.exp(logits)", "The course imports numpy as `np`"),
    ("average(logits)", "The average is `np.mean(...)`."),
    ("infinity", "In numpy infinity is `np.inf`."),
    ("true", "Python writes `True` and `False`."),
    ("length(logits)", "How many there are is `len(...)`."),
    ("logits.length", "How many there are is `len(...)`."),
    ("np.exponential(logits)", "e to the power of z is written `np.exp(z)`."),
    ("np.summ(logits)", "Did you mean `np.sum`?"),
    ("logit", "Did you mean `logits`?"),
    ("zz", "What the function is given is called `logits`."),
    ("logits.exp()", "Write it as a function of numpy: `np.exp(...)`."),
    ("[1, 2].sum()", "Write it as a function of numpy: `np.sum(...)`."),
    (
        "math.exp(logits)",
        "the functions of `np`, such as `np.exp` and `np.log`, take a whole",
    ),
    ("sum(logits, axis=0)", "Python's own `sum`, `max` and `min` know no `axis`"),
    ("max(logits, axis=0)", "Python's own `sum`, `max` and `min` know no `axis`"),
    ("np.exp[logits]", "A function is called with round brackets: `np.exp(z)`."),
    ("sum[logits]", "A function is called with round brackets: `np.exp(z)`."),
    ("2(logits)", "`2 * z`, not `2z` or `2(z)`"),
    ("logits(0)", "One entry of an array is `z[0]`."),
    ("[1, 2] - 1.0", "make it an array first, with `np.array(...)`."),
    ("[1.0, 2.0] * 0.5", "make it an array first, with `np.array(...)`."),
    ("(1, 2) / 2", "make it an array first, with `np.array(...)`."),
    ("print(logits) + 1", "does a function that you call lack its `return`?"),
    ("logits + print()", "does a function that you call lack its `return`?"),
    ("np.max(logits, logits)", "of two arrays, place by place, `np.maximum(a, b)`."),
    ("np.min(logits, logits[0])", "of two numbers is `min(a, b)`"),
    ("logits + np.eye(99)[0]", "`np.eye(99)` is made for 99"),
    ("logits + np.ones((2, 9))", "`np.ones((2, 9))` is made for 2 and 9, and here"),
    (
        "logits + np.ones(len(logits) + 1)",
        "have different shapes: three numbers, and four numbers.",
    ),
    ("[w for w in logits[0]]", "It is a single number here, and the line wants several."),
    ("len(logits[0])", "It is a single number here, and the line wants several."),
    ("[logits[v] for v in logits]", "An index is a whole number: 0 for the first."),
    ("[5][logits[0]]", "An index is a whole number: 0 for the first."),
    ("logits[99]", "The first index is 0, and the last is one less than how many there are."),
    ("[5][1]", "The first index is 0, and the last is one less than how many there are."),
    ("logits if logits > 0 else 0", "`np.where(condition, a, b)` chooses for each number"),
]


@pytest.mark.parametrize(("expression", "words"), MISTAKES, ids=[m[0] for m in MISTAKES])
@pytest.mark.filterwarnings("ignore::SyntaxWarning")
def test_an_error_is_told_with_what_to_type_instead(expression, words):
    text = typed("my_softmax", f"return {expression}")
    assert words in text and " raised " in text


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("total += logits\nreturn total", "A name needs a value before the line that uses it"),
        ("p = (1, 2)\np[0] = 3\nreturn p", "This kind of value cannot be changed in place"),
        (
            "p = np.broadcast_to(1.0, 3)\np[0] = 3\nreturn p",
            "This array may not be changed: make a new one, such as `z.copy()`.",
        ),
    ],
)
def test_an_error_in_a_line_before_the_return(body, words):
    assert words in typed("my_softmax", body)


def test_what_the_words_tell_to_type_is_there():
    told = {name for _, words in MISTAKES for name in re.findall(r"`np\.(\w+)", words)}
    assert len(told) > 10 and all(hasattr(np, name) for name in told)


@pytest.mark.parametrize(
    ("name", "code", "words"),
    [
        ("my_softmax", "def f(x):\n    return np.exp(logits)", "is given is called `x`."),
        ("my_scores", "def f(q, k):\n    return queries @ k.T", "is called `q` and `k`."),
        ("my_ratio", "def f(x, y):\n    return np.exp(a - b)", "is called `x` and `y`."),
    ],
)
def test_who_renames_what_a_function_is_given_hears_the_new_name(name, code, words):
    status, text = judge_answer(EXERCISES[name], build(code, "f", {"np": np}))
    assert status == TRY_AGAIN and text.endswith(words), text


def test_what_recall_brought_is_a_function():
    text = typed("my_softmax", 'w = recall("my_exponentiate")\nreturn w / w.sum()', recall=recall)
    assert '`w = recall("my_exponentiate")(logits)`' in text
    fine = 'f = recall("my_exponentiate")\nw = f(logits)\nreturn w / z'
    assert "that function now" not in typed("my_softmax", fine, recall=recall)


def test_softmax_where_none_has_been_imported():
    assert "`from softmax_lib import softmax`" in typed(
        "my_cross_entropy", "return softmax(logits)"
    )
    rows = typed("my_attention", "return softmax(scores) @ values")
    assert '`recall("my_softmax_rows")`' in rows


@pytest.mark.parametrize(
    ("name", "body", "words"),
    [
        ("my_causal_mask", "scores[1 - np.tri(4)] = 0\nreturn scores", "`z[mask == 1]`"),
        ("my_causal_mask", "return np.where(~np.tri(4), -np.inf, scores)", "`mask == 0`"),
        ("my_causal_mask", "z = scores.astype(int)\nz[0, 1] = -np.inf\nreturn z", "no infinity"),
        ("my_weight_gradient", "return (probabilities - labels).T @ images", "Labels are places"),
        (
            "my_weight_gradient",
            "y = np.eye(probabilities.shape[1])[labels]\n"
            "return [(p - y[0]) * x for p, x in zip(probabilities, images)]",
            "all products are `np.outer(p - y, x)`",
        ),
        (
            "my_weight_gradient",
            "g = np.zeros((10, 64))\nfor p, x in zip(probabilities, images):\n"
            "    g += np.outer(p, x)\nreturn g",
            "`np.zeros((10, 64))` is made for 10 and 64, and",
        ),
        ("my_weight_gradient", "return probabilities * images", "is written `@`."),
        (
            "my_weight_gradient",
            "for c in range(10):\n    for k in range(64):\n"
            "        g = probabilities[0, c] * images[0, k]\nreturn g",
            "there are 2. Take it from what the function is given: `images.shape[1]`.",
        ),
        (
            "my_weight_gradient",
            "for c in range(10):\n    g = probabilities[0, c]\nreturn g",
            "`probabilities.shape[1]`.",
        ),
        ("my_weight_gradient", "return probabilities[0, 5]", "The first index is 0"),
        (
            "my_weight_gradient",
            "return probabilities - images",
            "three columns, and a table of two",
        ),
        ("my_safe_softmax", "return logits - max(logits)", "`logits.max(axis=-1, keepdims=True)`"),
        ("my_safe_softmax", "return logits - logits.max(axis=1)", "`keepdims=True` in `np.sum`"),
        ("my_continue", "return (text, 1).split()", "this is a tuple"),
        ("my_continue", "text = text, 'a'\nreturn next_word(text)", "A comma makes a pair"),
        ("my_draw", "best = None\nreturn np.sort(probabilities)[0] + best", "One of them is"),
    ],
)
def test_an_error_of_one_exercise(name, body, words):
    assert words in typed(name, body)


def textbook(z):
    weights = np.exp(z)
    return weights, weights / weights.sum()


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize(
    "body",
    [
        "return textbook(logits)",
        "return np.array([textbook(row - row.max()) for row in logits])",
        "return textbook(logits) / 2",
    ],
)
def test_a_function_that_returns_two_things_is_told(body):
    text = typed("my_safe_softmax", body, textbook=textbook)
    assert "`textbook` returns two things: the last one is `textbook(...)[1]`." in text
    taken = typed("my_safe_softmax", body.replace("textbook(logits)", "textbook(logits)[0]")
                  .replace("max())", "max())[0]"), textbook=textbook)  # fmt: skip
    assert "two things" not in taken


@pytest.mark.parametrize(
    ("start", "below"),
    [("log_p(logits)", "nudge"), ("back", "(2 * nudge)"), ("log_p(logits)", "1e-4")],
)
def test_a_slope_that_was_measured_is_told_from_an_exact_one(start, below):
    body = (
        "nudge = 1e-4\nlog_p = lambda z: np.log(np.exp(z).sum()) - z[target]\n"
        "there = np.array([log_p(logits + nudge * row) for row in np.eye(len(logits))])\n"
        "back = np.array([log_p(logits - nudge * row) for row in np.eye(len(logits))])\n"
        f"return (there - {start}) / {below}"
    )
    assert "or a slope measured with a nudge?" in typed("my_gradient", body)
    other = "w = np.exp(logits)\nreturn w / w.sum() - np.eye(len(w))[target] + 1e-4"
    assert "nudge" not in typed("my_gradient", other)


def test_a_list_of_tables_is_told_from_one():
    body = "return [np.outer(p, x) for p, x in zip(probabilities, images)]"
    assert "a list of 2 tables, where one is wanted." in typed("my_weight_gradient", body)


def test_a_pair_of_the_course_is_no_array():
    body = "return SoftmaxState(one[0], one[1]) + SoftmaxState(other[0], other[1])"
    text = typed("my_merge", body, SoftmaxState=SoftmaxState)
    assert "a `SoftmaxState` of the course, and an array is wanted" in text


@pytest.mark.parametrize("axis", ["0", "1"])
def test_a_sum_in_a_table_is_that_of_a_row(axis):
    body = f"w = np.exp(logits - logits.max())\nreturn w / w.max(axis={axis}, keepdims=True) + 0.1"
    assert "at row 0 (" in typed("my_safe_softmax", body)


def test_an_exercise_of_another_notebook():
    text = typed("my_softmax", "return my_normalize(np.exp(logits))")
    assert '`my_normalize = recall("my_normalize")`' in text


def test_a_name_with_another_meaning():
    """Somebody wrote ``sum = 0`` in another cell."""
    text = typed("my_softmax", "return np.exp(logits) / sum(np.exp(logits))", sum=5)
    assert "A cell has given the name `sum` another meaning (int)." in text
    assert "run `del sum`." in text
    text = typed("my_softmax", "return np.exp(logits)", np=[1])
    assert "`np` another meaning (list)" in text and "`import numpy as np`" in text


@pytest.mark.parametrize(
    "code", ["def my_softmax():\n    return 1", "my_softmax = lambda logits, axis: 1"]
)
def test_other_arguments_than_the_exercise_has(code):
    _, text = judge_answer(EXERCISES["my_softmax"], build(code, "my_softmax"))
    assert "Its first line in the notebook was `def my_softmax(logits):`." in text


@pytest.mark.parametrize(
    "error", [ValueError("something of the learner's own"), Exception(), NameError("odd"),
              AttributeError("'Shop' object has no attribute 'open'"), OSError(2, "no file")],
)  # fmt: skip
def test_other_errors_get_no_advice(error):
    assert after_error(error) == after_error(error, lambda z: z, EXERCISES["my_softmax"]) == ""


def test_an_error_without_words():
    class Mute(Exception):
        def __str__(self):
            raise RuntimeError

    assert after_error(Mute()) == ""


SYNTAX = [
    ("return 2logits", "`2 * z`, not `2z` or `2(z)`"),
    ("return 2 logits", "`2 * z`, not `2z` or `2(z)`"),
    ("return sum of logits", "A sum is `np.sum(...)`."),
    ("return |logits|", "The absolute value is written `abs(z)`"),
    ("return logits − 1", "The minus sign is `-` on the keyboard."),
    ("return logits × 2", "The sign of a multiplication is `*`."),
    ("return logits²", "A square is written `z ** 2`."),
    ("return √logits", "A square root is written `np.sqrt(z)`."),
    ("return Σ logits", None),  # a Greek letter is a name for Python
    ("return ∑ logits", "A sum is written `np.sum(z)`."),
    ("return logits ≤ 1", "Python writes `<=`, `>=` and `!=`."),
    ("return “text”", "Python wants the straight quotes of the keyboard"),
    ("return np.sum(logits", "opens, in the line `return np.sum(logits`, and none closes it."),
    ("return np.sum(logits))", "Count the brackets: each that opens must close."),
    ("if logits = 1:\n        pass", "to ask whether two things are equal, write `==`"),
    ("for z in logits\n        pass", "`else`, `for` and `while` ends in a colon"),
    ("for z in logits:\n    pass", "four spaces further to the right"),
]


@pytest.mark.parametrize(("line", "words"), SYNTAX, ids=[line for line, _ in SYNTAX])
def test_mathematics_that_is_no_python(line, words):
    with pytest.raises(SyntaxError) as raised:
        compile(f"def my_softmax(logits):\n    {line}", "<cell>", "exec")
    assert (words or "") in after_error(raised.value)


@given(st.text("2z+-*/()[]=:^|,.≤²e \n'", max_size=30))
def test_advice_on_a_line_never_raises(text):
    try:
        ast.parse(text)
    except SyntaxError as error:
        assert isinstance(after_error(error), str)


def test_a_power_that_is_none_is_found_in_numbers_that_are_only_wrong():
    text = typed("my_exponentiate", "return np.array([2 ^ int(z) for z in logits])")
    assert "it should give" in text and "In Python `^` is no power: that is `**`." in text
    assert hidden_cause(lambda z: z**2) == hidden_cause(np.sum) == hidden_cause(3) == ""


# --- Shapes -----------------------------------------------------------------------------------

SHAPES = [
    ("my_logits", "return (W * x).sum()", "one number, where three are wanted. It is all of them"),
    ("my_logits", "for row in W:\n    return row @ x", "Does a `return` stand inside the loop?"),
    ("my_logits", "for row in W:\n    z = row @ x\nreturn z", "It is the last of them: does each"),
    ("my_logits", "return W[0] @ x", "It is the first of them: does the function stop there?"),
    ("my_logits", "return np.mean(W @ x)", "Does a `sum`, `max`, `mean` or `argmax` make one"),
    ("my_softmax", "p = softmax(logits)\nreturn p[:2]", "two numbers, where three are wanted. They "
     "are the first ones, and right: is something cut off, as `[:k]` does?"),
    ("my_softmax", "p = softmax(logits)\nreturn p[1:]", "They are the last ones, and right"),
    ("my_top_k", "return probabilities[:k]", "two numbers, where four are wanted. Does a slice"),
    ("my_softmax", "return softmax(logits)[:, None]", "a table of three rows and one column, where "
     "three numbers are wanted. The numbers are right. Is it `keepdims`"),
    ("my_softmax", "return np.append(logits, 1)", "four numbers, where three are wanted. Does one "
     "come out for each that goes in?"),
    ("my_softmax", "return softmax(other)", "five numbers, where three are wanted. It is as many "
     "for every input that gave a result: does it use what it is given, the right part of it, and "
     "nothing from another cell?"),
    ("my_softmax", "return np.ones((3, 3))", "three columns, where three numbers are wanted. It is "
     "as many for every input that gave"),
    ("my_softmax", "return np.ones((2, len(logits)))", "Is it `keepdims`, a `None` or a pair of"),
    ("my_attention", "return (softmax(scores) @ values).T", "The numbers are right, with rows and "
     "columns exchanged: `.T` exchanges them back."),
    ("my_softmax_rows", "return scores.sum(axis=1)", "two numbers, where a table of two rows and "
     "three columns is wanted. Does a sum go over more than one row?"),
    ("my_softmax_rows", "return softmax(scores).ravel()", "they only lie in another shape."),
    ("my_scores", "return queries * 1.0", "Which of the two says how many rows there are"),
    ("my_is_distribution", "return values >= 0", "three truth values, where one is wanted. "
     "`np.all(...)` says whether it holds for all of them."),
    ("my_draw", "return probabilities", "three numbers, where one is wanted. The answer is an "
     "index"),
    ("my_draw", "return probabilities[:1]", "`[0]` takes a single number out of an array."),
    ("my_softmax_rows", "return np.ones((1, 2, 3))", "an array of shape (1, 2, 3), where a table"),
]  # fmt: skip


def softmax(logits):
    w = np.exp(logits)
    return w / w.sum(axis=-1, keepdims=True)


@pytest.mark.parametrize(("name", "body", "words"), SHAPES, ids=[s[2][:40] for s in SHAPES])
def test_another_shape_is_told_in_words_with_the_question_that_fits(name, body, words):
    text = typed(name, body, softmax=softmax, other=np.arange(5.0))
    assert words in text and (words.startswith("an array") or "shape (" not in text)


SMALL = npst.arrays(
    st.sampled_from([float, int, bool, object, complex]), npst.array_shapes(min_dims=0, min_side=0)
)


@example(np.zeros(1), np.zeros((0, 0)))
@given(SMALL, SMALL)
def test_every_pair_of_shapes_has_words(value, right):
    text = about_shape(value, right, lambda z: z, [(value, right)])
    assert re.fullmatch(r"(?s)[^,].*, where .+ (is|are) wanted\. .+[.?]", text)


# --- Nothing, and what is no function's result ------------------------------------------------

NOTHING = [
    ("my_softmax", "print(np.exp(logits) / np.exp(logits).sum())", "in place of `print`"),
    ("my_is_distribution", "p = abs(values.sum() - 1) <= 1e-6 and (values >= 0).all()\nprint(p)",
     "in place of `print`"),
    ("my_softmax", "print(logits)\nw = np.exp(logits)", "comes to its end without a `return`."),
    ("my_softmax", "print('step')", "What `print` shows on the screen is not handed on."),
    ("my_softmax", "w = np.exp(logits)", "comes to its end without a `return`."),
    ("my_softmax", "return print(logits)", "`print` does its work and gives nothing back"),
    ("my_softmax", "if len(logits) > 99:\n    return logits", "Is there one for every case"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "body", "words"), NOTHING)
def test_none_is_told_with_its_cause(name, body, words):
    text = typed(name, body)
    assert "gave None, Python's word for nothing: " in text and words in text
    assert ("in place of `print`" in text) == (words == "in place of `print`")


@pytest.mark.parametrize("name", ["my_softmax", "my_cold_softmax", "my_normalize"])
def test_a_function_given_as_the_answer_is_told_to_be_called(name):
    assert "gave the function `np.exp` itself. Round brackets call it" in typed(
        name, "return np.exp"
    )


def test_the_place_among_all_outcomes_decides():
    """The first of [0.25, 0.5, 0.25] is its last as well; the other probes tell which."""
    assert "It is the last of them." in typed("my_shares", "return counts[-1] / counts.sum()")
    assert "It is the first of them" in typed("my_shares", "return counts[0] / counts.sum()")


# --- Brackets that stay open ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "bracket", "line"),
    [
        ("a = (1 + 2", "(", "a = (1 + 2"),
        ("a = np.sum([1, 2)\nb = 3", "[", "a = np.sum([1, 2)"),
        ("a = (1,\n  2\nb = 3", "(", "a = (1,"),
        ("a = '('\nb = {1: 2", "{", "b = {1: 2"),
        ("# (\na = 1", "", ""),
        ('a = """text (', '"""', 'a = """text ('),
        ("a = (1)", "", ""),
        ("a = '\\'(' + (", "(", "a = '\\'(' + ("),
    ],
)
def test_what_stays_open_is_found(source, bracket, line):
    assert unclosed(source) == (bracket, line)


@given(st.text("ab([{}])'\"# \n\\", max_size=40))
def test_looking_for_what_stays_open_never_fails(source):
    bracket, line = unclosed(source)
    assert bracket in line and (bracket == "") == (line == "")


INDENTED = [
    ("if True:\nx = 1", "Below the line with `if` stands what belongs to it"),
    ("def f():\nreturn 1", "Below the line with `def` stands what belongs to it"),
    ("x = 1\n  y = 2", "starts further to the right than the one above it"),
    ("if True:\n    x = 1\n  y = 2", "starts between two columns"),
    ("if True:\n\tx = 1\n        y = 2", "Tabs and spaces are mixed"),
]


@pytest.mark.parametrize(("source", "words"), INDENTED)
def test_each_indentation_error_has_its_own_words(source, words):
    with pytest.raises(IndentationError) as raised:
        compile(source, "<cell>", "exec")
    assert words in after_error(raised.value)


# --- A diagnosis ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (["T twice"], "Suspect A gets one name from the list: write it alone"),
        (3, "Suspect A gets one name from the list: write it alone"),
        ("t TWICE ", 'Write the name as it stands in the list: "T twice".'),
        ("RIGHT", 'Write the name as it stands in the list: "right".'),
        ("T thrice", "'T thrice' for A is no name from the list"),
    ],
)
def test_a_name_that_is_none_is_told_why(name, words):
    status, text = judge_answer(EXERCISES["my_diagnosis"], {"A": name})
    assert status == TRY_AGAIN and words in text
