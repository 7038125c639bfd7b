"""What the exercises' texts say holds: code runs, whole answers pass, words tell the truth.

Code is found in the texts themselves, between backticks, so a new exercise is held to this too.
"""

import ast
import copy
import dataclasses
import inspect
import keyword
import re

import numpy as np
import pytest
from notebook_tools import ROOT

import softmax_lib
from softmax_lib import exercises
from softmax_lib.exercises import n11_capstone
from softmax_lib.exercises.checks import _agree, judge_answer
from softmax_lib.exercises.feedback import PASSED
from softmax_lib.exercises.registry import all_exercises, all_questions
from softmax_lib.runner import build, run

EXERCISES, QUESTIONS = all_exercises(), all_questions()
FUNCTIONS = {name: task for name, task in EXERCISES.items() if task.judge is None}
SNIPPET = re.compile(r"```\w*\n(.+?)```|`([^`]+)`", re.DOTALL)

# Names that a text uses for "any such thing", and those of one exercise.
ANY = {"condition": np.array([True, False]), "a": 1.0, "b": 2.0, "n": 3, "T": 1.0}
ANY_OF = {
    "my_entropy": {"p": np.array([0.5, 0.25, 0.25])},
    "my_cross_entropy": {"probabilities": np.full(4, 0.25)},
    "my_jacobian": {"p": np.array([0.5, 0.25, 0.25])},
    "my_continue": {"start": "One sunny morning"},
    "my_running_pairs": {"pairs": [], "m": 2.0, "s": 1.5},
    "my_trial": {"table": np.array([[2.0, 1.0], [1000.0, 2.0]]), "logits": np.array([2.0, 1.0])},
}


def snippets(text):
    return [block or inline for block, inline in SNIPPET.findall(text)]


def known_names():
    """Return what every notebook may use, and every exercise's solution."""
    names = {"np": np, "softmax_lib": softmax_lib}
    names |= {name: getattr(softmax_lib, name) for name in softmax_lib.__all__}
    names |= {name: getattr(exercises, name) for name in exercises.__all__}
    return names | {name: build(task.solution, name) for name, task in EXERCISES.items()}


KNOWN = known_names()


def parameters(task):
    """Return the names of the arguments."""
    return list(inspect.signature(build(task.solution, task.id)).parameters)


def run_snippet(code, names, context=""):
    """Run one piece of code from a text; `names` gets what it defines. Raise if it cannot run.

    A keyword or an operator alone is no code, and a path is a file of the course. An argument like
    ``axis=0``, or its name alone, must stand in a call somewhere in `context`.
    """
    if keyword.iskeyword(code) and code not in ("True", "False", "None"):
        return
    if re.fullmatch(r"[^\w\s]{1,2}", code):
        compile(f"x {code} x", "<operator>", "exec")
        return
    if re.fullmatch(r"[\w/]+\.\w{1,5}", code) and "/" in code:
        assert (ROOT / code).exists(), f"there is no file {code}"
        return
    if re.fullmatch(r"\w+=\S+(, \w+=\S+)*", code):
        given = eval(f"dict({code})", names)
        assert all(is_argument(name, context) for name in given), f"no call has {code}"
        return
    if code.isidentifier() and is_argument(code, context):
        return
    code = code.removeprefix("return ") if code.startswith("return ") else code
    if code.endswith(":"):
        code += " pass"
    exec(compile(code, "<a text>", "exec"), names)


def is_argument(name, context):
    return bool(re.search(rf"[(,]\s*{name}=", context))


def texts_of(task):
    """Yield (what it is, text) of an exercise, in the order in which a learner meets them."""
    yield "task", task.task
    for number, hint in enumerate(task.hints, 1):
        yield f"hint {number}", hint
    yield "noticed", task.noticed
    for wrong in task.wrong:
        yield wrong.name, wrong.says


TEXTS = [(task, what, text) for task in EXERCISES.values() for what, text in texts_of(task)]
WITH_CODE = [pytest.param(*t, id=f"{t[0].id}: {t[1]}") for t in TEXTS if snippets(t[2])]


@pytest.mark.parametrize(("task", "what", "text"), WITH_CODE)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_code_in_a_text_runs(task, what, text):
    """On every probe; what an earlier hint named, a later one may use."""
    before = [t for w, t in texts_of(task) if w.startswith("hint") and w < what]
    before = before if what.startswith("hint") else []
    context = "\n".join([task.stub, task.solution, *(w.code for w in task.wrong), text])
    order = [] if task.judge else parameters(task)
    for probe in task.probes or [()]:
        names = {**KNOWN, **ANY, **ANY_OF.get(task.id, {}), **dict(zip(order, probe))}
        for code in snippets("\n".join([*before, text])):
            try:
                run_snippet(code, names, context)
            except Exception as error:
                pytest.fail(f"`{code}` raises {type(error).__name__}: {error}", pytrace=False)


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_code_in_a_question_runs(question):
    for text in (question.text, *(t for option in question.options for t in option)):
        for code in snippets(text):
            run_snippet(code, {**KNOWN, **ANY})


def test_what_cannot_run_is_found():
    names = {**KNOWN, **ANY, "values": np.array([0.5, 0.5])}
    for code in ("np.al(values)", "return value", "values.total()", "softmax_lib/no.py", "axes=0",
                 "for v in valves:", "np.sum(values", "=<", "axis"):  # fmt: skip
        with pytest.raises((Exception, AssertionError)):
            run_snippet(code, dict(names), "np.sum(values, keepdims=True)")
    for code in ("np.all(values >= 0)", "if", "<=", "keepdims=True", "keepdims",
                 "softmax_lib/softmax.py", "for v in values:"):  # fmt: skip
        run_snippet(code, dict(names), "np.sum(values, keepdims=True)")


# --- Whole answers ----------------------------------------------------------------------------


def whole_answers(task, text):
    """Yield each answer that the code of a text tells whole: it comes to a `return`.

    What follows a line that ends in a colon stands inside of it, up to the next `return`. One right
    after such a line stands inside, too. Two others are two answers.
    """
    head = f"def {task.id}({', '.join(parameters(task))}):"
    lines, indent = [head], "    "
    for code in snippets(text):
        if code.startswith("return ") and lines[1:] and lines[-1].endswith(":"):
            lines.append(indent + code)
            indent = indent[4:]
        elif code.startswith("return ") and "..." not in code:
            yield "\n".join([*lines, f"    {code}"])
        elif code.endswith(":"):
            lines.append(indent + code)
            indent += "    "
        elif not is_expression(code):
            lines.append(indent + code)


def is_expression(code):
    try:
        ast.parse(code, mode="eval")
        return True
    except SyntaxError:
        return bool(re.fullmatch(r"[^\w\s]+|\w+=\S+", code)) or keyword.iskeyword(code)


def nearly_answers(task, text):
    """Yield each expression of a text as an answer of its own, without code before it."""
    for code in snippets(text):
        if is_expression(code) and not code.isidentifier() and "..." not in code:
            head = f"def {task.id}({', '.join(parameters(task))}):"
            source = f"{head}\n    return {code}"
            try:
                ast.parse(source)
            except SyntaxError:
                continue
            yield source


TOLD = [
    pytest.param(task, answer, id=f"{task.id}: {what}")
    for task, what, text in TEXTS
    if task.judge is None
    for answer in whole_answers(task, text)
]


@pytest.mark.parametrize(("task", "answer"), TOLD)
def test_an_answer_that_a_text_tells_passes(task, answer):
    status, text = judge_answer(task, build(answer, task.id))
    assert status == PASSED, f"{answer}\n{text}"


def right_only_nearly_everywhere(task):
    """Return what the last hint gives as the answer, if it fails on a few probes."""
    expected = run(build(task.solution, task.id), task.probes).outcomes
    found = []
    for answer in nearly_answers(task, task.hints[-1]):
        outcomes = run(build(answer, task.id), task.probes).outcomes
        right = sum(map(_agree, outcomes, expected))
        if len(expected) / 2 <= right < len(expected):
            found.append(answer)
    return found


@pytest.mark.parametrize("task", FUNCTIONS.values(), ids=FUNCTIONS)
def test_the_last_hint_does_not_fail_at_an_edge(task):
    """No probe may ask for more than the task and the hints say."""
    assert right_only_nearly_everywhere(task) == []


@pytest.mark.parametrize("task", FUNCTIONS.values(), ids=FUNCTIONS)
def test_a_task_says_when_an_array_is_wanted(task):
    """A check that wants an array refuses a list."""
    (outcome,) = run(build(task.solution, task.id), task.probes[:1]).outcomes
    said = re.search(r"(?i)returns? (?:\w+ ){0,5}an array|[,:] an array", task.task)
    assert bool(said) == isinstance(outcome.value, np.ndarray)


def test_a_hint_that_fails_at_an_edge_is_found():
    task = EXERCISES["my_draw"]
    edge = np.full(10, 0.1), 0.9999999999999999  # where the computer's total ends
    nearly = "`int(np.argmax(np.cumsum(probabilities) > u))`"
    harder = dataclasses.replace(task, hints=(nearly,), probes=(*task.probes, edge))
    assert len(right_only_nearly_everywhere(harder)) == 1
    assert right_only_nearly_everywhere(dataclasses.replace(task, hints=(nearly,))) == []


def test_the_hints_tell_enough_answers_to_try():
    """Most last hints do."""
    told = {p.values[0].id for p in TOLD}
    nearly = {name for name, task in FUNCTIONS.items() if [*nearly_answers(task, task.hints[-1])]}
    assert len(told | nearly) > 0.8 * len(FUNCTIONS)
    assert "my_trial" in nearly and {"my_draw", "my_continue", "my_entropy", "my_logits"} <= told
    assert sum(p.values[0].id == "my_logits" for p in TOLD) == 2


# --- Words ------------------------------------------------------------------------------------


def a(*numbers):
    return np.array(numbers, dtype=float)


def close(one, other):
    """Return whether numbers agree to the digits that a text gives."""
    return bool(np.allclose(one, other, rtol=2e-3, atol=5e-3))


def nan(values):
    return bool(np.isnan(values).any())


def one(values, axis=-1):
    """Return whether they sum to 1, along an axis."""
    return bool(np.allclose(np.sum(values, axis), 1))


def distribution(values):
    return one(values) and bool(np.min(values) >= 0)


def half(logits):
    """Return half the squared error of softmax when number 1 came."""
    return ((softmax_lib.softmax(logits) - np.eye(len(logits))[1]) ** 2).sum() / 2


def ratios(values):
    return values / values[..., :1]


# What is said of any scores is tried on several: with a sum above 0, below 0 and of 0, far apart.
ZS = [a(2, 1, -1), a(-4, -1, 2), a(20, 0), a(1, -1), a(-3, -2), a(3, -1)]
FAIR, SURE = a(0.25, 0.25, 0.25, 0.25), a(1, 0)
P, Z, TIE = a(0.5, 0.25, 0.125, 0.125), a(2, 1, -1), a(2, 1, 2)
W, X = np.array([[1.0, 2.0], [0.5, -1.0]]), a(2, -1)
ROWS = np.array([[1.0, 2.0, 3.0], [0.0, 0.5, -1.0], [2.0, 2.0, -3.0]])
WIDE = ROWS[:2]
LONG = np.random.default_rng(0).normal(size=(20, 256))  # queries and keys
FAR = np.array([[700.0, 699.0], [-100.0, -101.0]])
VALUES = np.array([[1.0, 0.0], [0.0, 1.0], [-2.0, 3.0]])
RISING = ROWS[[2, 1, 0]]  # the maximum rises with the last chunk
U, V = a(2, 1.5), a(1, 4)  # pairs of a maximum and a sum, and with an average
U3, V3 = a(2, 1.5, 3), a(1, 4, -1)
EVEN = np.random.default_rng(0).random((2000, 3))  # as noise
IMAGES = np.array([[0.0, 1.0], [0.5, 0.25], [1.0, 0.0], [0.25, 0.5]])
TABLE, LABELS = softmax_lib.softmax(np.vstack([ROWS, WIDE[:1]])), np.array([0, 2, 1, 2])
LARGE = np.array([[2.0, 1.0, 1.9], [1000.0, 2.0, 999.0]])
# Rows in the thousands, near 0 and far below it; two of them lie far apart in themselves.
SAFE = np.array([[1000.0, 998.5, 999.0], [1.0, 0.5, -2.0], [-1000.0, -1001.0, -999.5]])
APART = np.array([[800.0, -900.0, -800.0], [2.0, 1.0, 0.0]])
SUSPECTS = {bug: n11_capstone.suspect(letter) for letter, bug in n11_capstone.SUSPECTS.items()}


def words(text):
    """Return a next word: how many there are so far."""
    return str(len(text.split()))


def agrees(bug, logits, temperature):
    """Return whether the suspect with this bug gives what the course's softmax gives."""
    given = SUSPECTS[bug](logits, temperature=temperature)
    return bool(np.allclose(given, softmax_lib.softmax(logits, temperature=temperature)))


# What the words of a text come to, for the wrong answer `f` that they are about and the right one,
# `right`. Every wrong answer has its line, and so does every other text with a number in it.
CLAIMS = {
    "my_total": {
        "writes the answer down": "all(f(numbers) == 1 for (numbers,) in probes) and one(P)",
        "takes the largest": "f(TIE) == TIE.max()",
        "takes the average": "f(Z) * len(Z) == right(Z)",
        "stops after the first": "f(a(3, 1, -2)) == 3",
        "starts over in each round": "f(Z) == Z[-1]",
        "counts them": "f(Z) == 3 == len(Z)",
        "adds the first two": "f(a(3, 1, -2)) == 3 + 1 and f(a(3, 1)) == right(a(3, 1)) and not "
        "held('f(a(3))', {'f': f, 'a': a})",
        "adds the first three": "f(a(3, 1, -2)) == right(a(3, 1, -2)) and f(a(1, 2, 3, 4)) == "
        "1 + 2 + 3 and not held('f(a(0.25, 0.75))', {'f': f, 'a': a})",
    },
    "my_is_distribution": {
        "noticed": "all((v <= 1 + 0.000001).all() for v in np.random.default_rng(0).normal(size="
        "(20000, 3)) for v in [v / v.sum()] if (v >= 0).all()) and right(a(1)) and one(P)",
        "checks the sum alone": "f(a(1.5, -0.5)) and sum([1.5, -0.5]) == 1 and -0.5 < 0",
        "checks the range alone": "f(a(0.9, 0.8)) and round(100 * (0.9 + 0.8)) == 170",
        "demands exactly 1": "right(a(0.7, 0.2, 0.1)) and not f(a(0.7, 0.2, 0.1)) and "
        "sum([0.7, 0.2, 0.1]) == a(0.7, 0.2, 0.1).sum() == 0.9999999999999999 and f(a(0.5, 0.5))",
        "demands exactly 1, of a sum one by one": "right(np.full(10, 0.1)) and not "
        "f(np.full(10, 0.1)) and sum([0.1] * 10) == 0.9999999999999999 and f(a(0.5, 0.5))",
        "rules out 0 and 1": "right(a(0, 1, 0)) and right(a(1)) and not f(a(0, 1, 0)) and not "
        "f(a(1)) and f(P)",
        **{
            f"rules out 0, and {code} must be exactly 1, {asked}": "right(a(0.7, 0.2, 0.1)) and "
            "not f(a(0.7, 0.2, 0.1)) and sum([0.7, 0.2, 0.1]) == a(0.7, 0.2, 0.1).sum() == "
            "0.9999999999999999 and f(a(0.5, 0.5)) and right(a(0, 1, 0)) and not f(a(0, 1, 0)) "
            f"and right(a(1)) and f(a(1)) == {'< 1' not in asked} and "
            f"f(np.full(10, 0.1)) == {code == 'np.sum(values)'}"
            for code in ("np.sum(values)", "sum(values)")
            for asked in ("np.all(values > 0)", "np.all(values > 0) and np.all(values < 1)")
        },
        "allows too much room": "f(a(0.5, 0.49)) and round(0.5 + 0.49, 9) == 0.99 and not "
        "right(a(0.5, 0.49)) and right(a(0.5, 0.5 - 0.9 * 0.000001))",
        "allows too little room": "not f(a(0.5, 0.4999992)) and right(a(0.5, 0.4999992)) and "
        "close(0.5 + 0.4999992, 0.9999992) and 1 - 0.000001 < 0.9999992 and round(1 - 0.6e-6, 6) "
        "< 1 == round(1 - 0.4e-6, 6)",
        "the sum alone, with too little room": "f(a(1.5, -0.5)) and sum([1.5, -0.5]) == 1 and not "
        "f(a(0.5, 0.4999992)) and right(a(0.5, 0.4999992)) and 1 - 0.000001 < 0.5 + 0.4999992 and "
        "round(1 - 0.6e-6, 6) < 1 == round(1 - 0.4e-6, 6)",
        "no number is negative": "f(a(0.9, 0.8)) and close(a(0.9, 0.8).sum(), 170 / 100)",
        "abs forgotten": "f(a(0.2, 0.3)) and close(a(0.2, 0.3).sum(), 0.5) and not f(a(0.9, 0.8))",
        "the sum alone, without abs": "f(a(0.2, 0.3)) and f(a(1.5, -0.5)) and not f(a(0.9, 0.8)) "
        "and close(sum([0.2, 0.3]), 0.5)",
        "np.sum(values) alone, exactly 1": "f(a(1.5, -0.5)) and sum([1.5, -0.5]) == 1 and -0.5 < 0 "
        "and f(a(0.5, 0.5)) and not f(a(0.5, 0.5 + 1e-9))",
        "sum(values) alone, exactly 1": "f(a(1.5, -0.5)) and sum([1.5, -0.5]) == 1 and -0.5 < 0 "
        "and f(a(0.5, 0.5)) and not f(np.full(10, 0.1)) and not f(a(0.5, 0.5 + 1e-9))",
        **{
            f"the first number decides, {asked}": "f(a(0.5, -7)) and f(a(0.5, 7)) and not f(a(-7, "
            "8)) and not close(a(0.5, 7).sum(), 1)"
            for asked in ("v >= 0", "0 <= v <= 1")
        },
        "abs of each number": "f(a(0.7, -0.3))",
        "one requirement is enough": "f(a(0.9, 0.8)) and f(a(1.5, -0.5))",
        "answers after the first number": "f(a(0.8, 0.5, -0.3)) and not f(a(1.5, -0.5))",
        "np.isclose as it is": "f(a(0.5, 0.499998)) and round(0.5 + 0.499998, 9) == 0.999998 and "
        "np.isclose(1 - 0.999998, 2 * 0.000001, rtol=1e-6, atol=0) and np.isclose(1, 1 + 2e-6)",
        **{
            f"-{v} passes": f"f(a({passes})) and close(sum([{passes}]), 1) and min([{passes}]) < "
            "0 and right(a(0.5, 0.5 - 0.9 * 0.000001))"
            for v, passes in (
                ("1e-9", "0.5, 0.5, -1e-9"),
                ("1e-6", "0.6, 0.400001, -0.000001"),
                ("1e-4", "0.5, 0.5001, -0.0001"),
                ("1e-3", "1.0003, -0.0003"),
            )
        },
        "rounds to a whole number": "f(a(0.3, 0.3, 0.3)) and close(a(0.3, 0.3, 0.3).sum(), 0.9) "
        "and 1 + 0.000001 > 1",
    },
    "my_shares": {
        "hint 1": "right(a(30, 120 - 30))[0] == 30 / 120",
        "noticed": "one(right(a(3, 5, 9)))",
        "divides by the largest": "f(a(3, 5, 9)).max() == 1 and f(a(3, 5, 9)).sum() > 1 and "
        "f(a(0, 7)).sum() == f(a(7)).sum() == 1 < f(a(1, 7)).sum()",
        "divides by how many": "close(f(a(3, 5, 9)), a(3, 5, 9) / 3)",
        "whole-number division": "not f(a(3, 5, 9)).any() and 0 < right(a(3, 5, 9)).max() < 1",
        "the total": "f(a(3, 5, 9)) == 3 + 5 + 9",
        "gives percentages": "f(a(3, 5, 9)).sum() == 100 and one(right(a(3, 5, 9)))",
        "upside down": "f(np.array([30, 90]))[0] == 120 / 30",
        "rounds": "(f(np.ones(7)) == 0.14).all() and close(f(np.ones(7)).sum(), 0.98)",
        "counts from the others": "close(f(a(1, 3))[0], 1 / 3)",
    },
    "my_draw": {
        "always the favorite": "all(f(p, u) == p.argmax() for p, u in probes)",
        "compares single probabilities": "f(a(0.5, 0.25, 0.25), 0.6) == 2 and right(a(0.5, 0.25, "
        "0.25), 0.6) == 1 and f(P, 0.3) == 0",
        "compares single probabilities, and comes to no answer": "f(a(0.5, 0.25, 0.25), 0.6) is "
        "None and f(P, 0.3) == 0",
        "one too far": "all(f(p, u) == min(right(p, u) + 1, len(p) - 1) for p, u in probes)",
        "right end included": "f(a(0, 1), 0) == 0 and right(a(0, 1), 0) == 1 and f(P, 0.5) == 0",
        **{
            f"right end included, and not the left, {after}": "f(a(0.5, 0.5), 0.5) == 0 and "
            f"right(a(0.5, 0.5), 0.5) == 1 and (f(a(0.5, 0.5), 0) is None) == {after == 'None'}"
            for after in ("None", "len(probabilities) - 1")
        },
        "compares before it adds, and comes to no answer": "f(a(0.5, 0.25, 0.25), 0.1) == 1 and "
        "right(a(0.5, 0.25, 0.25), 0.49) == 0 and f(a(0.5, 0.25, 0.25), 0.99) is None",
        "goes on after it found the piece": "all(f(p, u) == len(p) - 1 for p, u in probes)",
        "splits evenly": "[f(P, u) for u in (0.1, 0.3, 0.6, 0.9)] == [0, 1, 2, 3]",
        "the probability in place of its index": "f(P, 0.6) == 0.25",
        **{
            f"the probability of a piece, each by itself, {after}": "f(a(0.5, 0.25, 0.25), 0.1) == "
            f"0.5 and right(a(0.5, 0.25, 0.25), 0.1) == 0 and f(a(0.5, 0.25, 0.25), 0.6) == {last} "
            "and max(0.5, 0.25) < 0.6"
            for after, last in (("None", "None"), ("probabilities[-1]", "0.25"))
        },
        "the running total in place of the index": "f(P, 0.6) == 0.75 and np.cumsum(P)[2 - 1] == "
        "0.75",
        "three pieces": "all(f(p, u) == right(p, u) for p, u in probes if len(p) == 3) and "
        "{f(np.full(n, 1 / n), 0.99) - right(np.full(n, 1 / n), 0.99) for n in (4, 9)} == {-1, -6}",
        "three pieces, and the second by itself": "f(a(0.5, 0.25, 0.25), 0.6) == 2 and "
        "right(a(0.5, 0.25, 0.25), 0.6) == 1 and 0.5 + 0.25 > 0.6 > 0.25 and f(P, 0.99) == 2",
        "counted up once more": "f(P, 0.1) == 1 and f(a(0.5, 0.5), 0.5) == 1 and "
        "f(a(0.5, 0.5), 0.6) == 2",
        "counted up once more, put right": "f(P, 0.1) == 0 and f(a(0.5, 0.5), 0.5) == 0 and "
        "right(a(0.5, 0.5), 0.5) == 1",
        "looks for a piece as long": "f(a(0.5, 0.25, 0.25), 0.9) == 1 and f(P, 0.6) == 1",
        "counts from 1": "f(P, 0.1) == 1 and f(P, 0.99) == len(P)",
        "nearest border": "f(a(0.4, 0.4, 0.2), 0.43) == 0 and right(a(0.4, 0.4, 0.2), 0.43) == 1 "
        "and 0.43 > 0.4",
        "passed totals": "all(f(p, u) == 0 for p, u in probes) and max(u for _, u in probes) == "
        "0.99",
    },
    "my_exponentiate": {
        "hint 1": "close(np.e, 2.718)",
        "noticed": "right(a(0)) == 1 and (right(a(-0.01, -1, -9)) < 1).all() and "
        "all((right(z) > 0).all() for z in ZS)",
        "score to the power e": "close(f(a(2, 3)), [2**np.e, 3**np.e]) and nan(f(a(-1)))",
        "score to the power 2.718": "close(f(a(2, 3)), [2**2.718, 3**2.718]) and nan(f(a(-1)))",
        "square": "f(a(-2)) == f(a(2)) and f(a(-3)) > f(a(2))",
        "absolute value": "f(a(-4)) > f(a(2))",
        "base 2": "all(close(f(z), 2.0**z) and (f(z) > 0).all() and "
        "(np.argsort(f(z)) == np.argsort(z)).all() for z in ZS)",
        "base 10": "all(close(f(z), 10.0**z) and (f(z) > 0).all() and "
        "(np.argsort(f(z)) == np.argsort(z)).all() for z in ZS)",
        "times e": "f(a(-1)) < 0 and close(f(Z) / Z, np.e)",
        "logarithm": "nan(f(a(-1))) and close(f(a(1, 2, 3)), np.log(a(1, 2, 3)))",
        **{
            f"e cut off at {v}": f"round(np.e, {len(v) - 2}) == {v} == f(a(1))[0]"
            for v in ("2.7", "2.72", "2.718", "2.7183", "2.71828", "2.7182818")
        },
        "minus in the exponent": "all(f(z)[z.argmin()] == f(z).max() for z in ZS)",
        "drops the minus sign": "f(a(-1)) == f(a(1)) and np.exp(-1) < 1",
        "normalizes already": "all(one(f(z)) for z in ZS)",
        "leaves out the negative ones": "f(a(-1, 0)).max() == 0 and np.exp(-1) > 0 and np.exp(0) "
        "== 1 and all(0 < np.exp(z) < 1 for z in (-700, -1, -0.01))",
    },
    "my_ratio": {
        "hint 2": "close(right(5, 3), np.e**2) and close(np.exp(5) / np.exp(3), np.e * np.e)",
        "noticed": "right(1000, 999) == right(1, 0) and close(right(1000, 999), np.e)",
        "ratio of scores": "f(2, 1) == 2 and close(right(2, 1), 2.72)",
        "difference of scores": "close(np.exp(f(2, 1)), right(2, 1)) and f(2, 1) == 2 - 1",
        "upside down": "close(f(2, 1), 1 / right(2, 1))",
        "divides in the exponent": "close(np.log(f(3, 2)), 3 / 2) and close(np.exp(5) / np.exp(3), "
        "np.e * np.e) and close(right(5, 3), np.e**2)",
        "times e": "close(f(3, 1), np.e * (3 - 1))",
        "difference to the power e, (a - b) ** np.e": "close(f(3, 1), (3 - 1) ** np.e)",
        "difference to the power e, np.power(a - b, np.e)": "close(f(3, 1), (3 - 1) ** np.e) and "
        "nan(f(1, 3))",
        "overflows": "close(f(2, 1), right(2, 1)) and nan(f(1000.0, 999.0)) and "
        "np.isinf(np.exp(a(999)))",
        "subtracts the weights": "close(f(2, 1), np.exp(2) - np.exp(1))",
        "share of the first": "close(f(2, 1), softmax(a(2, 1))[0])",
        "without a direction": "f(1, 2) == f(2, 1) > 1",
        "base 2": "f(3, 2) == 2",
    },
    "my_temperature_of_base": {
        "hint 3": "close(right(5.0), 1 / np.log(5))",
        "noticed": "close(right(2.0), 1.44) and close(right(10.0), 0.43) and close(right(np.e), 1) "
        "and all(close(softmax(z * np.log(b)), softmax(z, temperature=right(b))) for z in ZS "
        "for b in (1.1, 2, 10))",
        "logarithm, not its inverse": "close(f(5.0), 1 / right(5.0))",
        "base 10 logarithm": "close(10 ** (1 / f(5.0)), 5)",
        "the base itself": "f(5.0) == 5 and close(right(5.0), 1 / np.log(5)) and "
        "close(np.exp(np.log(5)), 5)",
        "inverse base": "f(5.0) == 1 / 5",
        "compares bases": "close(f(5.0), np.e / 5)",
        "base 2 logarithm": "f(2.0) == 1",
        "base 2 logarithm, not its inverse": "close(2 ** f(5.0), 5) and close(1 / np.log(5), "
        "right(5.0))",
        "base 10 logarithm, not its inverse": "close(10 ** f(5.0), 5) and close(1 / np.log(5), "
        "right(5.0))",
        "e to the power of the base": "close(f(2), np.e ** 2)",
        "compares bases, upside down": "close(f(5.0), 5 / np.e)",
        "the logarithm divided by e": "close(f(5.0) * np.e, 1 / right(5.0))",
        "power of e": "close(f(2), np.sqrt(np.e))",
        "logarithm of the inverse": "close(f(2), -np.log(2)) and f(2) < 0",
    },
    "my_normalize": {
        "the sum": "f(Z) == Z.sum() and close(Z / f(Z), right(Z))",
        "divides by the largest": "f(P).max() == 1 and f(P).sum() > 1",
        "divides by how many": "close(f(2 * P) * len(P), 2 * P) and one(right(2 * P))",
        "subtracts the excess": "one(f(a(5, 0.01))) and f(a(5, 0.01)).min() < 0 and "
        "not close(ratios(f(9 * P)), ratios(P)) and np.ptp(9 * P - f(9 * P)) < 1e-12",
        "stretches to 0 and 1": "f(P).min() == 0 and f(P).max() == 1 and one(right(P))",
        "divides by the length of the vector": "all(one(f(w) ** 2) and f(w).sum() > 1 for w in (P, "
        "a(1e-9, 1), a(3, 4)))",
        **{
            f"{v} in the denominator": f"close(f(a({v}, {v})).sum(), 2 / 3)"
            for v in ("1e-6", "1e-8", "1e-9", "1e-10")
        },
        "exponentiates": "close(f(P), softmax(P))",
        "upside down": "f(a(1, 3))[0] == 4 / 1 and 4 == 1 + 3",
        "rounds": "f(a(1000, 1))[1] == 0 and not one(f(np.ones(7)))",
    },
    "my_softmax": {
        "exponentiates twice": "close(f(Z), softmax(np.exp(Z)))",
        "forgets to exponentiate": "all(close(f(z) * z.sum(), z) for z in ZS if z.sum()) and "
        "all((f(z) < 0).any() or (np.argsort(f(z)) == np.argsort(-z)).all() "
        "for z in ZS if (z < 0).any()) and not (f(a(-3, -2)) < 0).any()",
        "forgets to normalize": "all((f(z) > 0).all() and not one(f(z)) and "
        "close(f(z) / f(z).sum(), right(z)) for z in ZS) and one(f(a(0)))",
        "divides before exponentiating": "all(not one(f(z)) and one(right(z)) for z in ZS)",
        "exponential of the sum": "all(close(f(z) * np.exp(z.sum()), np.exp(z)) for z in ZS)",
        "sum of the scores": "all(close(f(z) * z.sum(), np.exp(z)) for z in ZS if z.sum())",
        "divides by the largest weight": "all(f(z).max() == 1 and f(z).sum() > 1 for z in ZS)",
        "base 2": "all(distribution(f(z)) and close(f(z), right(z * np.log(2))) and "
        "f(z).max() < right(z).max() for z in ZS) and close(f(a(3, 3)), right(a(3, 3)))",
        "softmax twice": "all(close(f(z), right(right(z))) and 0 < right(z).min() and "
        "right(z).max() < 1 and 1 < f(z).max() / f(z).min() <= np.e for z in (*ZS, a(99, 0, 70))) "
        "and f(a(99, 0)).max() / f(a(99, 0)).min() > 2.7",
        "argmax": "f(Z)[Z.argmax()] == 1 and f(TIE).tolist() == [0.5, 0, 0.5] and "
        "right(a(2, 1.9)).min() > 0.4",
        "absolute values in place of exponentials": "close(f(a(-4, 4, 8)), a(1, 1, 2) / 4)",
        "squares in place of exponentials": "f(a(-3, 3))[0] == f(a(-3, 3))[1]",
        **{
            f"{v} in the denominator": f"close(f(np.log(a({v}, {v}))).sum(), 2 / 3) and "
            f"np.exp(a(-750, -800)).sum() == 0 and nan(right(a(-750, -800))) and "
            f"one(softmax(a(-750, -800)))"
            for v in ("1e-6", "1e-8", "1e-9", "1e-10")
        },
        "minus in the exponent": "all(f(z)[z.argmin()] == f(z).max() for z in ZS)",
        "sigmoid": "all(close(f(z), 1 / (1 + np.exp(-z))) and f(z)[0] == f(z[:1])[0] for z in ZS) "
        "and [one(f(z)) for z in (a(2, 1, -1), a(1, -1))] == [False, True]",
        "the maximum subtracted above alone": "all(close(f(z) * np.exp(z.max()), right(z)) "
        "for z in ZS)",
        "parenthesis too late": "all(close(f(z), np.exp(z / np.exp(z).sum())) for z in ZS)",
        "log-softmax": "all(close(np.exp(f(z)), right(z)) for z in ZS)",
        "e cut off": "not np.allclose(f(Z), right(Z)) and all(close(f(z), right(z)) for z in ZS) "
        "and np.isclose(np.e, 2.71828, atol=1e-5)",
    },
    "my_predictions": {
        "noticed": "'each_kind=True' in all_exercises()['my_predictions'].stub and 'within 0.05' "
        "in all_exercises()['my_predictions'].task",
        "hint 1": "all(close(np.divide(*softmax(a(d, 0))), np.exp(d)) for d in (1, 0.5))",
        "hint 2": "close(np.exp(1), 2.718) and round(np.exp(1), 1) == 2.7 and "
        "round(np.exp(0.5), 1) == 1.6 and close(softmax(Z + 9), softmax(Z))",
        "hint 3": "np.allclose(a(1, 1.6, 2.7, 4.5, 7.4, 12, 20, 33, 55, 90), "
        "np.exp(np.arange(10) / 2), rtol=0.05) and round(np.exp(0.5), 2) == 1.65",
    },
    "my_softmax_rows": {
        "columns": "one(f(ROWS), axis=0) and not one(f(ROWS), axis=-1)",
        "whole table": "close(f(ROWS).sum(), 1)",
        "loses the axis": "close(f(ROWS), np.exp(ROWS) / np.exp(ROWS).sum(axis=1)) and not "
        "one(f(ROWS))",
        "only the first row": "close(f(ROWS)[0], right(ROWS)[0]) and not one(f(ROWS))",
        "axis of length one": "(f(ROWS) == 1).all() and f(ROWS)[0].sum() == 3",
        "forgets to normalize": "close(f(ROWS), np.exp(ROWS))",
        "forgets to exponentiate": "one(f(ROWS)) and all((f(z) < 0).any() or "
        "(np.argsort(f(z)[0]) == np.argsort(-z[0])).all() for z in ZS for z in [z[None]] "
        "if (z < 0).any()) and not (f(a(-3, -2)[None]) < 0).any()",
        "not turned back": "close(f(WIDE).T, right(WIDE))",
        "softmax twice": "close(f(ROWS), right(right(ROWS))) and all(1 < f(t).max() / f(t).min() "
        "<= np.e for z in (*ZS, a(99, 0, 70)) for t in [z[None]])",
        "the maximum of the columns": "one(f(ROWS)) and close(f(ROWS), softmax(ROWS - "
        "ROWS.max(axis=0)))",
        "exponentiates twice": "close(f(ROWS), softmax(np.exp(ROWS)))",
        "the maximum of the whole table": "close(f(ROWS), right(ROWS)) and nan(f(FAR)[1]) and "
        "not nan(softmax(FAR)) and nan(np.array(0.0) / 0)",
    },
    "my_logits": {
        "hint 1": "np.sum(W[0] * X) == right(W, X)[0]",
        "forgets to add up": "close(f(W, X).sum(axis=1), right(W, X))",
        "adds down the columns": "f(WIDE, a(1, 1, 1)).shape == (3,) and "
        "right(WIDE, a(1, 1, 1)).shape == (2,)",
        "transposed": "f(W, X).shape == (2,) and close(f(W + W.T, X), right(W + W.T, X)) and "
        "all(not close(f(S, X), right(S, X)) for S in np.random.default_rng(0).normal(size=(99, 2, "
        "2)))",
        "averages": "close(f(W, X) * 2, right(W, X))",
        "applies softmax too": "one(f(W, X)) and right(W, X).max() > 1 and right(-W, X).min() < 0",
        "adds x": "close(f(W, X), W.sum(axis=1) + X.sum())",
        "cosine": "np.abs(f(W, X)).max() <= 1 and right(W, X).max() > 1",
        "adds up first": "close(f(W, X), W.sum(axis=1) * X.sum())",
        "multiplies once more": "close(f(W, X), np.prod(W * X, axis=1))",
    },
    "my_log_odds": {
        "odds, not log-odds": "close(np.log(f(Z, 0, 1)), right(Z, 0, 1))",
        "upside down": "f(Z, 0, 1) == right(Z, 1, 0)",
        **{
            f"{what}, {how}": f"close(f(Z, 0, 1), {value}) and f(a(2, 1, 0), 0, 1) != "
            f"right(a(2, 1, 0), 0, 1) and {rest} and {large}nan(f(a(1000, 998, 3), 0, 1))"
            for how, large in (("overflowing", ""), ("the maximum subtracted", "not "))
            for what, value, rest in (
                ("word against all others", "np.log(softmax(Z)[0] / softmax(Z)[1:].sum())", "True"),
                ("difference of probabilities", "softmax(Z)[0] - softmax(Z)[1]", "True"),
                ("base 2", "np.log(softmax(Z)[0] / softmax(Z)[1]) / np.log(2)", "True"),
                ("base 10", "np.log(softmax(Z)[0] / softmax(Z)[1]) / np.log(10)", "True"),
                (
                    "odds against all others",
                    "softmax(Z)[0] / softmax(Z)[1:].sum()",
                    "close(np.exp(right(a(2, 1), 0, 1)), f(a(2, 1), 0, 1))",
                ),
            )
        },
        "overflows": "close(f(Z, 0, 1), right(Z, 0, 1)) and nan(f(a(1000, 998), 0, 1))",
        "powers alone overflow": "close(f(Z, 0, 1), right(Z, 0, 1)) and nan(f(a(1000, 998), 0, 1))",
        "by way of a power": "close(f(Z, 0, 1), right(Z, 0, 1)) and np.isinf(f(a(1000, 0), 0, 1))",
        "ratio of logits": "close(f(Z, 0, 1), np.log(2 / 1)) and nan(f(Z, 0, 2)) and Z[2] < 0",
        "logits divided": "f(a(2, 1), 0, 1) == 2",
        **{
            f"the logarithms divided, {how}": "close(f(Z, 0, 1), np.log(softmax(Z)[0]) / "
            "np.log(softmax(Z)[1])) and close(right(Z, 0, 1), np.log(softmax(Z)[0]) - "
            "np.log(softmax(Z)[1]))"
            for how in ("overflowing", "the maximum subtracted")
        },
        "logarithm of the difference": "close(np.exp(f(a(3, 1), 0, 1)), 2) and nan(f(a(1, 3), 0, "
        "1))",
        **{
            f"odds by way of the {what}": "close(np.log(f(Z, 0, 1)), right(Z, 0, 1)) and "
            "nan(f(a(1000, 998), 0, 1))"
            for what in ("probabilities", "weights")
        },
        "sign dropped": "f(Z, 1, 0) == f(Z, 0, 1) and right(Z, 1, 0) < 0",
    },
    "my_other_logits": {
        "hint 2": "close(softmax([2, 0, -1]), softmax([3, 1, 0])) and close(2 - 0, 3 - 1)",
    },
    "my_recover": {
        "hint 2": "close(softmax(np.log(P)), P) and close(right(P).mean(), 0)",
        "forgets to shift": "close(softmax(f(P)), P) and not close(f(P).mean(), 0)",
        "statistician's logit": "not close(softmax(f(P)), P) and close(np.diff(f(P)), "
        "np.diff(np.log(P / (1 - P))))",
        "exponentiates again": "close(np.diff(f(P)), np.diff(np.exp(P)))",
        "the average of the probabilities subtracted": "close(f(P), np.log(P) - P.mean()) and "
        "close(right(P), np.log(P) - np.log(P).mean())",
        "the average of the probabilities, inside, subtracted": "nan(f(P)) and "
        "(P - P.mean()).min() < 0",
        "exponentiates, and no shift": "close(f(P), np.exp(P)) and close(np.log(np.exp(P)), P)",
        "softmax once more": "close(f(P), P)",
        "shifts without a logarithm": "close(f(P).mean(), 0) and all((q := "
        "softmax(f(p))).max() / q.min() < p.max() / p.min() for p in (P, *np.random.default_rng("
        "0).dirichlet(a(1, 1, 1), 99)))",
        "largest at zero": "close(softmax(f(P)), P) and f(P).max() == 0",
        "first at zero": "close(softmax(f(P)), P) and f(a(0.2, 0.7, 0.1))[0] == 0",
        "last at zero": "close(softmax(f(P)), P) and f(a(0.2, 0.1, 0.7))[-1] == 0",
        "smallest at zero": "close(softmax(f(P)), P) and f(P).min() == 0",
        **{
            f"{n} added": f"close(softmax(f(P)), P) and close(f(P), np.log(P) + {n})"
            for n in (1, 10)
        },
        "the average added": "close(softmax(f(P)), P) and close(f(P), np.log(P) + "
        "np.log(P).mean())",
        "statistician's logit, not shifted": "not close(softmax(f(P)), P) and not "
        "close(f(P).mean(), 0)",
        "logarithm of the average": "close(softmax(f(P)), P) and close(np.exp(f(P)).mean(), 1)",
        "another base": "close(f(P) * np.log(2), right(P))",
        "divides by the average": "close(f(P).mean(), 1) and not close(softmax(f(P)), P)",
        "subtracts the sum": "close(softmax(f(P)), P) and f(P).mean() > 1",
    },
    "my_softmax_with_temperature": {
        "noticed": "close(right(Z, 1), np.exp(Z) / np.exp(Z).sum()) and "
        "close(ratios(right(Z, 2)), ratios(right(Z, 1)) ** (1 / 2))",
        "multiplies": "f(Z, 2).max() > f(Z, 1).max() > f(Z, 0.5).max()",
        "after exponentiating": "close(f(Z, 0.5), f(Z, 2)) and close(f(Z, 3), right(Z, 1))",
        "after normalizing": "close(f(Z, 4).sum(), 1 / 4)",
        "logits to a power": "close(f(a(4, 1), 2), a(2 / 3, 1 / 3)) and "
        "close(ratios(right(Z, 4)), ratios(right(Z, 1)) ** (1 / 4))",
        **{
            what: "close(f(a(4, 1), 2), right(a(2, 1), 1)) and nan(np.sqrt(a(-1))) and "
            "close(ratios(right(Z, 4)), ratios(right(Z, 1)) ** (1 / 4))"
            for what in ("logits to a power, exponentiated", "softmax of logits to a power")
        },
        "the sign of the exponent": "close(f(Z, 2), right(-Z, 2)) and f(Z, 2).argmin() == "
        "Z.argmax()",
        "twice": "close(f(Z, 3), right(Z, 3**2)) and close(f(Z, 1), right(Z, 1))",
        "power without normalizing again": "close(ratios(f(Z, 2)), ratios(right(Z, 2))) and "
        "not one(f(Z, 2))",
        "divides by the sum without temperature": "not one(f(Z, 2)) and "
        "close(ratios(f(Z, 2)), ratios(right(Z, 2)))",
        "forgets to normalize": "close(f(Z, 2) / f(Z, 2).sum(), right(Z, 2)) and not one(f(Z, 2))",
        "after exponentiating, not normalized": "close(f(Z, 2), np.exp(Z) / 2) and "
        "not one(f(Z, 2)) and one(right(Z, 2))",
        "normalizes the scores": "close(f(Z, 2), Z / Z.sum())",
        "normalizes, then exponentiates": "close(np.log(f(Z, 2)), Z / Z.sum())",
        "never below 0.4": "close(f(Z, 0.1), right(Z, 0.4)) and close(f(Z, 2), right(Z, 2))",
        "never above 1": "close(f(Z, 5), right(Z, 1))",
        "softmax twice": "close(f(Z, 2), right(right(Z, 1), 2)) and np.ptp(right(9 * Z, 1)) < 1 < "
        "np.ptp(Z)",
        "in the sum alone": "not one(f(Z, 2)) and close(ratios(f(Z, 2)), ratios(np.exp(Z)))",
        "root of T": "close(f(Z, 4), right(Z, 2)) and np.sqrt(4) == 2",
    },
    "my_cold_softmax": {
        "hint 2": "(Z == Z.max()).sum() == 1 and True + False == 1 and False == 0",
        "noticed": "close(right(TIE), softmax(TIE, temperature=0)) and "
        "all(list(right(a(1, 1 + lead))) == [0, 1] for lead in (0.0000001, 0.5, 9))",
        "first of the ties": "list(f(TIE)) == [1, 0, 0] and "
        "softmax(TIE, temperature=0.01)[2] == 0.5",
        "ties not shared": "list(f(TIE)) == [1, 0, 1] and f(TIE).sum() == 2 and one(right(TIE))",
        **{
            f"T = {T}": f"close(f(Z), softmax(Z, temperature={T})) and "
            f"f(a(0, -{T} / 2)).min() > 0.1 and right(a(0, -{T} / 2)).min() == 0"
            for T in "0.4 0.1 0.01 0.001 1e-4 1e-5 1e-6 1e-7 1e-8 1e-9 1e-10 1e-12".split()
        },
        "the maximum not subtracted": "nan(f(Z)) and np.isinf(np.exp(Z / 0.001)).any()",
        "smallest": "f(Z)[Z.argmin()] == 1 and softmax(Z, temperature=0.01)[Z.argmax()] == 1",
        "divides by zero": "nan(f(Z)) and nan(a(np.inf) / np.inf)",
        "divides the gaps by zero": "np.isnan(f(Z)).all() and nan(a(0) / 0) and nan(a(np.inf) / "
        "np.inf)",
        "the logits divided by zero, and no more": "not np.isfinite(f(a(2, 0, -1))).any() and "
        "nan(f(a(0)))",
        "weights at zero, not normalized": "not np.isfinite(f(a(2, 0))).any() and f(a(-1)) == 0",
        "uniform": "close(f(Z), softmax(Z, temperature=np.inf)) and one(f(Z))",
        "nearly equal counts as equal": "close(f(a(1, 1.0000001)), a(0.5, 0.5)) and right(a(1, "
        "1.0000001))[1] == 1",
        "a tiny lead lost": "list(f(a(0, 5e-324))) == [0.5, 0.5] and "
        "list(right(a(0, 5e-324))) == [0, 1]",
        **{
            f"softmax of {what}": "close(f(Z), softmax(a(1, 0, 0))) and np.exp(0) == 1 and "
            "close(right(Z), a(1, 0, 0)) and close(f(TIE), softmax(a(1, 0, 1)))"
            for what in ("the marks", "True and False")
        },
        "softmax of one mark": "close(f(TIE), softmax(a(1, 0, 0))) and np.exp(0) == 1 and "
        "close(right(TIE), a(0.5, 0, 0.5))",
        "last of the ties": "list(f(TIE)) == [0, 0, 1]",
        "the logit in place of 1": "list(f(Z)) == [2, 0, 0]",
    },
    "my_entropy": {
        "hint 2": "nan(0 * np.log2(1 / a(0)))",
        "noticed": "right(SURE) == 0 and close(right(FAIR), 2) and len(FAIR) == 4 and "
        "close(right(np.full(8, 1 / 8)), 3)",
        "zero gives NaN": "close(f(P), right(P)) and nan(f(SURE))",
        "natural logarithm": "close(f(P) / np.log(2), right(P))",
        "sign": "f(P) < 0 and close(-f(P), right(P))",
        "natural logarithm, zeros left in": "close(f(P) / np.log(2), right(P)) and nan(f(SURE))",
        "sign, zeros left in": "close(-f(P), right(P)) and f(P) < 0 and nan(f(SURE))",
        "forgets the weights": "close(f(P), np.log2(1 / P).sum())",
        "forgets the weights, zeros left in": "close(f(P), np.log2(1 / P).sum()) and f(SURE) == "
        "np.inf",
        "0 as soon as one is 0": "close(f(P), right(P)) and f(a(0.5, 0, 0.5)) == 0 and "
        "right(a(0.5, 0, 0.5)) == right(a(0.5, 0.5)) == 1",
        "averages evenly": "close(f(a(0.4, 0.3, 0.2, 0.1)) * 4, right(a(0.4, 0.3, 0.2, 0.1)))",
        "averages evenly, zeros left in": "close(f(P) * len(P), right(P)) and nan(f(SURE))",
        "averages the surprises": "close(f(P), np.log2(1 / P).mean()) and "
        "close(right(P), np.sum(P * np.log2(1 / P)))",
        "averages the surprises, zeros left in": "close(f(P), np.log2(1 / P).mean()) and "
        "f(SURE) == np.inf and close(right(P), np.sum(P * np.log2(1 / P)))",
        "number of choices": "close(np.log2(f(P)), right(P)) and close(f(FAIR), 2**right(FAIR))",
        **{
            f"{v} inside the logarithm": f"f(SURE) < 0 and abs(f(FAIR) - right(FAIR)) < 10 * {v}"
            for v in "0.01 0.001 1e-4 1e-5 1e-6 1e-7 1e-8 1e-9 1e-10 1e-12".split()
        },
        **{
            f"{v} added to each": "np.isclose(f(SURE), -np.sum((SURE + "
            f"{v}) * np.log2(SURE + {v})), 1e-4, 0) and f(SURE) != right(SURE) == 0"
            for v in "0.01 0.001 1e-4 1e-5 1e-6 1e-7 1e-8 1e-9 1e-10 1e-12".split()
        },
        "number of choices, zeros left in": "close(np.log2(f(P)), right(P)) and nan(f(SURE))",
        "the ceiling": "f(P) == np.log2(4) == right(FAIR) and f(SURE) == 1",
        "the ceiling without zeros": "f(P) == np.log2(4) == right(FAIR) and f(a(0.9, 0.1, 0)) == 1",
        "base 10": "close(f(P) / np.log10(2), right(P)) and np.log10(10) == 1 and f(SURE) == 0",
        "base 10, zeros left in": "close(f(P) / np.log10(2), right(P)) and np.log10(10) == 1 and "
        "nan(f(SURE))",
        "the first word alone": "close(f(P), P[0] * np.log2(1 / P[0]))",
        "the last word alone": "close(f(P), P[-1] * np.log2(1 / P[-1])) and f(a(0.5, 0.5, 0)) == 0",
        "the last word that is not 0": "close(f(P), P[-1] * np.log2(1 / P[-1])) and "
        "f(a(0.5, 0.5, 0)) == 0.5",
        "the last word alone, zeros left in": "close(f(P), P[-1] * np.log2(1 / P[-1])) and "
        "nan(f(SURE))",
        "the favorite alone": "close(f(a(0.2, 0.7, 0.1)), 0.7 * np.log2(1 / 0.7))",
        "one minus the squares": "f(FAIR) == 3 / 4 and f(SURE) == 0",
        "logarithm of the squares": "close(f(P), -np.log2((P**2).sum()))",
    },
    "my_continue": {
        "never reads its own words": "f(words, 'a', 2) == 'a 1 1'",
        "never reads its own words, and joins them": "f(words, 'a', 2) == 'a 1 1' and "
        "f(words, 'a', 0) == 'a '",
        "never reads its own words, and returns them alone": "f(words, 'a', 2) == '1 1'",
        "a space too many for a count of 0": "all(f(words, 'a', n) == right(words, 'a', n) for n "
        "in (1, 2, 9)) and f(words, 'a', 0) == 'a ' and right(words, 'a', 0) == 'a'",
        "the word in place of the text": "f(words, 'a b', 1) == '2' and f(words, 'a b', 2) == '1'",
        "one word in place of the text": "f(words, 'a b', 1) == '2' == f(words, 'a b', 2)",
        "asks with a text of another cell": "f(lambda text: text[:12] + text[-1], 'a', 1) == 'a "
        "One sunny moe' and f(words, 'a', 2) == 'a 7 7'",
        "reads the last word alone, from the second round on": "f(words, 'a b', 3) == 'a b 2 1 1'",
        "asks once": "f(lambda text, new=iter('xyz'): next(new), 'a', 3) == 'a x x x'",
        "reads the last word alone": "f(words, 'a b c', 1) == 'a b c 1'",
        "returns the new words alone": "f(words, 'a', 2) == '1 2'",
        "no space": "f(words, 'a', 1) == 'a1'",
        "one word only": "f(words, 'a', 2) == 'a 1' == f(words, 'a', 0) == f(words, 'a', 5)",
        "starts again from the text": "f(words, 'a', 2) == 'a 1' == f(words, 'a', 5) and "
        "f(words, 'a', 0) == 'a'",
        "starts again from the text, and has nothing for a count of 0": "f(words, 'a', 2) == 'a 1' "
        "== f(words, 'a', 5) and right(words, 'a', 0) == 'a'",
        "loses the line breaks": "f(words, 'a\\n\\nb  c', 1) == 'a b c 3'",
        "one round too many": "f(words, 'a', 2) == 'a 1 2 3'",
        "puts the word in front": "f(words, 'a', 1) == '1 a'",
        "space after the word": "f(words, 'a', 1) == 'a1 '",
        "return inside the loop": "f(words, 'a', 2) == 'a 1' and f(words, 'a', 0) is None",
    },
    "my_top_k": {
        "forgets to normalize": "close(f(P, 1), [0.5, 0, 0, 0]) and f(P, 1).sum() < 1",
        "the same word each time": "all(list(f(a(0.1, 0.2, 0.7), k)) == [0, 0, 1] for k in "
        "(1, 2, 3))",
        "the same word each time, not normalized": "all(list(f(a(0.1, 0.2, 0.7), k)) == [0, 0, "
        "0.7] for k in (1, 2, 3)) and one(right(a(0.1, 0.2, 0.7), 1))",
        "keeps the smallest": "list(f(a(0.1, 0.2, 0.7), 1)) == [1, 0, 0]",
        "the first k of the list": "list(f(a(0.1, 0.2, 0.7), 1)) == [1, 0, 0]",
        "one too few": "(f(a(0.1, 0.2, 0.7), 2) > 0).sum() == 1",
        "loses the places": "f(a(0.1, 0.2, 0.7), 2).shape == (2,)",
        "softmax of probabilities": "f(a(0.1, 0.2, 0.7), 2)[2] < right(a(0.1, 0.2, 0.7), 2)[2]",
        "softmax of what is kept": "close(f(P, 1), softmax(right(P, 1) * P)) and "
        "(f(P, 1) > 0).all() and np.exp(0) == 1 and right(P, 1)[3] == 0",
        "one too many, counted from 0": "(f(P, 1) > 0).sum() == 2 and not held('f(P, 4)', {'f': f, "
        "'P': P}) and np.sort(P)[::-1][1 - 1] == np.sort(P)[-1] and np.arange(9)[0] == 0",
        "counts up from the smallest": "(f(a(0.1, 0.2, 0.3, 0.4), 3) > 0).sum() == 1 and "
        "np.sort(a(2, 1))[0] == 1",
        "counts up from the smallest, one less": "list(f(a(0.1, 0.2, 0.7), 2) > 0) == [0, 1, 1] "
        "and (f(a(0.1, 0.2, 0.3, 0.4), 3) > 0).sum() == 2 and np.sort(a(2, 1))[0] == 1",
        "evens them out": "list(f(a(0.1, 0.4, 0.2, 0.3), 2)) == [0, 0.5, 0, 0.5]",
        "one too many": "(f(P, 1) > 0).sum() == 2",
        "the k largest fall": "f(a(0.1, 0.2, 0.7), 1)[2] == 0",
        "minus infinity in place of 0": "nan(f(P, 1)) and np.exp(-np.inf) == 0",
        "compares with k": "not f(a(0.3, 0.3, 0.4), 2).any()",
    },
    "my_top_p": {
        "stops one word early": "not f(a(0.1, 0.2, 0.7), 0.6).any() and f(P, 0.6)[1] == 0",
        "each word against p": "not f(a(0.2, 0.35, 0.45), 0.6).any()",
        "each word against p, and nothing is left": "nan(f(a(0.2, 0.35, 0.45), 0.6)) and "
        "nan(a(0) / 0) and list(f(a(0.2, 0.1, 0.7), 0.6)) == [0, 0, 1]",
        "each word against p, not normalized": "list(f(a(0.2, 0.1, 0.7), 0.6)) == [0, 0, 0.7] and "
        "one(right(a(0.2, 0.1, 0.7), 0.6)) and not f(a(0.2, 0.35, 0.45), 0.6).any()",
        "divides by p": "close(f(P, 0.6) * 0.6, right(P, 0.6) * 0.75) and "
        "((f(P, 0.6) > 0) == (right(P, 0.6) > 0)).all()",
        "forgets to normalize": "f(P, 0.6).sum() < 1 and "
        "((f(P, 0.6) > 0) == (right(P, 0.6) > 0)).all()",
        "in the order of the list": "list(f(a(0.1, 0.2, 0.7), 0.1)) == [1, 0, 0]",
        "from the bottom": "list(f(a(0.2, 0.1, 0.7), 0.1)) == [0, 1, 0]",
        "one word too many": "(f(P, 0.5) > 0).sum() == 2 and (right(P, 0.5) > 0).sum() == 1",
        "loses the places": "close(f(a(0.1, 0.2, 0.7), 0.8), right(a(0.7, 0.2, 0.1), 0.8))",
        "stops one word early, and has nothing left": "nan(f(a(0.1, 0.2, 0.7), 0.6))",
        "stops before p": "nan(f(a(0.1, 0.2, 0.7), 0.6)) and (f(P, 0.75) > 0).sum() == 1",
        "stops one word early, but keeps the favorite": "f(P, 0.6)[1] == 0 and f(P, 0.4)[0] == 1",
        "stops before p, but keeps the favorite": "(f(P, 0.75) > 0).sum() == 1 and f(P, 0.4)[0] "
        "== 1",
        "p turned around": "(f(P, 0.9) > 0).sum() == 1 and (right(P, 0.9) > 0).sum() == 4 and "
        "len(P) == 4",
        "a share of the words": "(f(a(0.9, 0.06, 0.03, 0.01), 0.75) > 0).sum() == 3",
        "compares with the favorite": "(f(a(0.5, 0.3, 0.2), 0.7) > 0).sum() == 1",
        "drops 1 - p from the bottom": "list((f(a(0.5, 0.4, 0.1), 0.9) > 0)) == [True] * 3 and "
        "right(a(0.5, 0.4, 0.1), 0.9)[2] == 0 and 1 - 0.9 < 0.1",
    },
    "my_gumbel_draw": {
        "no noise": "all(f(z, u) == z.argmax() for z, u in probes)",
        "even noise": "sum(f(z, u) == z.argmax() for z, u in probes) == len(probes) - 1 and "
        "[max(abs(np.bincount([g(Z, u) for u in EVEN], minlength=3) / len(EVEN) - softmax(Z))) "
        "< 0.05 for g in (f, right)] == [False, True]",
        "sign of the noise": "f(0 * Z, a(0.1, 0.2, 0.9)) == 0 and "
        "right(0 * Z, a(0.1, 0.2, 0.9)) == 2",
        "noise on probabilities": "f(a(9, 6, 5.5), a(0.2, 0.5, 0.6)) == 2 and right(a(9, 6, 5.5), "
        "a(0.2, 0.5, 0.6)) == 0",
        "noise on safe probabilities": "f(a(9, 6, 5.5), a(0.2, 0.5, 0.6)) == 2 and "
        "right(a(9, 6, 5.5), a(0.2, 0.5, 0.6)) == 0",
        "noise on weights": "f(a(1.2, -0.3), a(0.55, 0.92)) == 0 and "
        "right(a(1.2, -0.3), a(0.55, 0.92)) == 1",
        "one logarithm": "f(0 * Z, a(0.1, 0.2, 0.9)) == 0",
        "the noise alone": "all(f(z, u) == u.argmax() for z, u in probes)",
        "the inner minus lost": "all(f(z, u) == 0 for z, u in probes) and np.argmax(a(np.nan, "
        "np.nan)) == 0 and nan(np.log(np.log(a(0.5))))",
        "the sum in place of its place": "f(Z, a(0.9, 0.1, 0.1)) > 4 > 2 == Z.max()",
        "multiplies by the noise": "all(f(z, u) == np.argmax(z * -np.log(-np.log(u))) for z, u in "
        "probes)",
        "the smallest": "all(f(z, u) == np.argmin(z - np.log(-np.log(u))) for z, u in probes)",
        "the race of the bells": "all((f(z, u) == right(z, u)) == (z.max() < 700) for z, u in "
        "probes) and f(a(900, 901), a(0.5, 0.5)) == 0 == f(a(901, 900), a(0.2, 0.9)) and right(a("
        "900, 901), a(0.5, 0.5)) == 1 == right(a(901, 900), a(0.2, 0.9)) and np.isinf(np.exp(a("
        "900))).all() and not np.exp(-a(900)).any()",
    },
    "my_scores": {
        "forgets the square root of d": "close(f(ROWS, WIDE) / 3**0.5, right(ROWS, WIDE)) and "
        "np.std(f(LONG, LONG[::-1])) > 3 * np.std(f(LONG[:, :9], LONG[::-1, :9]))",
        "divides by d": "close(f(ROWS, WIDE) * 3**0.5, right(ROWS, WIDE))",
        "counts the words": "close(f(WIDE, ROWS) * 2**0.5, WIDE @ ROWS.T)",
        "keys in the rows": "close(f(WIDE, ROWS), right(WIDE, ROWS).T)",
        "not transposed": "close(f(WIDE / 2, ROWS / 2), right(WIDE / 2, ROWS.T / 2))",
        "word by word only": "close(f(ROWS / 2, ROWS[::-1]), np.diag(right(ROWS / 2, ROWS[::-1])))",
        "subtracts the root": "close(softmax(f(ROWS, WIDE)), softmax(ROWS @ WIDE.T))",
        "counts the keys": "close(f(ROWS[:1], WIDE) * 2**0.5, ROWS[:1] @ WIDE.T)",
        "multiplies by the root": "close(f(ROWS, WIDE) / 3, right(ROWS, WIDE))",
        "softmax too": "close(f(ROWS, WIDE), softmax(right(ROWS, WIDE)))",
    },
    "my_causal_mask": {
        "noticed": "np.exp(-np.inf) == 0 and all((softmax(right(z))[np.triu_indices(3, 1)] == 0)"
        ".all() for z in (ROWS, -9 * ROWS, ROWS - 500, ROWS * 500)) and nan(np.exp(-np.inf) / "
        "(np.exp(-np.inf) + np.exp(-np.inf)))",
        "zero in place of minus infinity": "np.exp(0) == 1 and "
        "softmax(f(ROWS - 9))[0, 1] > softmax(f(ROWS - 9))[0, 0]",
        "hides the past": "f(ROWS)[2, 0] == -np.inf and f(ROWS)[0, 2] == ROWS[0, 2]",
        "hides itself too": "(f(ROWS)[0] == -np.inf).all()",
        "looks one ahead": "f(ROWS)[0, 1] == ROWS[0, 1] and f(ROWS)[0, 2] == -np.inf",
        "plus infinity": "f(ROWS)[0, 2] == np.inf",
        "a mask without scores": "set(f(ROWS).flat) == {0, -np.inf}",
        **{
            f"{v} in place of minus infinity": f"close(f(ROWS)[0, 2] / {v}, 1)"
            for v in "-100 -1000 -10000 -1e9 -1e10 -1e30 np.finfo(float).min".split()
        },
        "0 times infinity": "nan(f(ROWS)[0, 0]) and nan(0 * -np.inf)",
        "softmax too": "close(f(ROWS), softmax(right(ROWS)))",
        "by the size of the score": "f(ROWS)[1, 0] == ROWS[1, 0] and f(ROWS)[2, 0] == -np.inf",
    },
    "my_attention": {
        "columns": "close(f(ROWS, VALUES), softmax(ROWS, axis=0) @ VALUES) and "
        "one(softmax(ROWS), axis=1)",
        "whole table": "close(f(ROWS, VALUES), softmax(ROWS, axis=None) @ VALUES)",
        "no softmax": "f(-ROWS, VALUES + 9).min() < 0 and "
        "not np.isfinite(f(ROWS - np.inf, VALUES)).any()",
        "forgets to normalize": "f(ROWS, VALUES + 9).max() > (VALUES + 9).max() and "
        "close(f(ROWS, VALUES), np.exp(ROWS) @ VALUES) and not one(np.exp(ROWS), axis=1)",
        "the weights alone": "close(f(ROWS, VALUES) @ VALUES, right(ROWS, VALUES))",
        "only the largest": "close(f(WIDE, VALUES), VALUES[[2, 1]]) and "
        "not close(right(WIDE, VALUES), VALUES[[2, 1]])",
        "loses the axis": "close(f(ROWS, VALUES), "
        "np.exp(ROWS) @ (VALUES.T / np.exp(ROWS).sum(1)).T)",
        "softmax twice": "close(f(ROWS, VALUES), softmax(softmax(ROWS)) @ VALUES) and np.exp(0) "
        "== 1",
        "weights turned over": "close(f(ROWS, VALUES), softmax(ROWS).T @ VALUES)",
        "divides by the root again": "close(f(ROWS, VALUES), right(ROWS / 2**0.5, VALUES)) and "
        "VALUES.shape[1] == 2",
        "a mask of 0": "close(f(ROWS - np.inf, VALUES), VALUES.mean(axis=0)) and np.exp(-np.inf) "
        "== 0 and np.exp(0) == 1",
        "the maximum of the whole table": "close(f(ROWS, VALUES), right(ROWS, VALUES)) and "
        "nan(f(FAR, WIDE)[1]) and not nan(softmax(FAR) @ WIDE) and nan(np.array(0.0) / 0)",
        "the largest weight": "close(f(ROWS, VALUES), np.exp(ROWS - ROWS.max(axis=1)[:, None]) @ "
        "VALUES)",
    },
    "my_cross_entropy": {
        "no minus": "f(Z, 1) < 0 == f(a(3), 0) and close(-f(Z, 1), right(Z, 1)) and "
        "(np.log(P) < 0).all()",
        "in bits": "close(f(Z, 1) * np.log(2), right(Z, 1))",
        "logarithm of the logit": "close(f(Z, 0), -np.log(Z[0])) and nan(f(Z, 2)) and Z[2] < 0",
        "minus the logit": "f(Z, 0) == -Z[0] and close(np.log(np.exp(Z[0])), Z[0])",
        "what is missing to 1": "f(a(-50, 50), 0) == 1 and all(close(1 - f(z, 0), softmax(z)[0]) "
        "and f(z, 0) <= 1 for z in ZS) and right(a(-50, 50), 0) > 90",
        "the probability itself": "close(f(Z, 1), softmax(Z)[1])",
        "base 10": "close(10 ** -f(Z, 1), softmax(Z)[1])",
        "averaged over the words": "close(f(Z, 1) * len(Z), right(Z, 1))",
        "one over the probability": "close(f(Z, 1), 1 / softmax(Z)[1]) and close(np.log(f(Z, 1)), "
        "right(Z, 1))",
        "adds up all": "close(f(Z, 1), sum(right(Z, t) for t in range(3))) and f(Z, 0) == f(Z, 1)",
        "the favorite's": "all(close(f(Z, t), right(Z, 0)) for t in range(3)) and Z.argmax() == 0",
        "entropy": "f(Z, 0) == f(Z, 2) and close(f(Z, 0), softmax(Z) @ [right(Z, t) for t in "
        "range(3)])",
        "weighed by the probability": "close(f(Z, 1), softmax(Z)[1] * right(Z, 1))",
        "the square of what is missing": "f(a(-50, 50), 0) == 1 and close(f(Z, 1), (1 - "
        "softmax(Z)[1]) ** 2)",
        "counts from 1": "all(close(f(Z, t), right(Z, (2, 0, 1)[t])) for t in (0, 1, 2))",
        **{
            f"{v} inside the logarithm": f"close(f(a(50, -50), 1), -np.log({v})) and close(f(a(90, "
            f"-90), 1), f(a(50, -50), 1)) and abs(f(Z, 1) - right(Z, 1)) < 10 * {v} and "
            "softmax(a(50, -50))[1] > 0"
            for v in ("1e-6", "1e-7", "1e-8", "1e-9", "1e-10", "1e-12", "1e-15", "1e-16")
        },
        "eps inside the logarithm": "close(f(a(50, -50), 1), -np.log(2.2e-16)) and "
        "close(f(a(90, -90), 1), f(a(50, -50), 1)) and round(np.finfo(float).eps, 17) == 2.2e-16 "
        "and softmax(a(50, -50))[1] > 0",
    },
    "my_gradient": {
        "hint 1": "close(right(Z, 1) - softmax(Z), [0, -1, 0]) and np.eye(3)[1].sum() == 1",
        "hint 2": "np.eye(3).shape[0] == 3 and np.eye(3)[1].tolist() == [0, 1, 0]",
        "noticed": "all(abs(right(z, 0).sum()) < 1e-12 and abs(right(z, 0)).max() > 0 for z in ZS) "
        "and close(softmax(Z + 5), softmax(Z)) and not right(a(0), 0).any()",
        "the other way": "all(close(f(z, 0), -right(z, 0)) and right(z, 0)[0] < 0 for z in ZS)",
        "the probabilities alone": "close(f(Z, 0), softmax(Z)) and close(f(Z, 0), f(Z, 1)) and "
        "close(f(Z, 1) - [0, 1, 0], right(Z, 1))",
        "1 off everywhere": "close(f(Z, 1), softmax(Z) - 1)",
        "logits in place of probabilities": "close(f(Z, 1), Z - [0, 1, 0])",
        "the target's slope alone": "close(f(Z, 1), right(Z, 1)[1]) and (right(Z, 1) != 0).all()",
        "as if the favorite had come": "close(f(Z, 1), right(Z, 0)) and f(Z, 1)[0] < 0 and "
        "Z.argmax() == 0",
        "by the probability": "close(f(Z, 1), [0, -1 / softmax(Z)[1], 0])",
        "of a squared error": "all(close(f(Z, 1)[i], (half(Z + h) - half(Z - h)) / 2e-4) "
        "for i in range(3) for h in [1e-4 * np.eye(3)[i]])",
        "the target's number off": "close(f(Z, 2), softmax(Z) - 2)",
        "1 off the weight": "close(f(Z, 1) * (np.exp(Z).sum() - 1), np.exp(Z) - [0, 1, 0])",
        "-1 at the target": "f(Z, 1)[1] == f(-Z, 1)[1] == -1 and close(right(Z, 1)[1], "
        "softmax(Z)[1] - 1)",
        "the slope of p": "close(f(Z, 1), softmax(Z) * (1 - softmax(Z)))",
        "averaged over the words": "close(f(Z, 1) * len(Z), right(Z, 1))",
        "adds y": "(f(Z, 1) > 0).all() and all(f(Z, t).argmax() == t for t in range(3)) and "
        "close(f(Z, 1) - [0, 2, 0], right(Z, 1))",
        "1 - p at the target": "close(f(Z, 1), abs(right(Z, 1))) and (f(Z, 1) > 0).all() and "
        "softmax(Z)[1] - 1 < 0",
        "counts from 1": "all(close(f(Z, t), right(Z, (2, 0, 1)[t])) for t in (0, 1, 2))",
        "the whole table": "close(f(Z, 1)[1], right(Z, 1)) and len(f(Z, 1)) == len(Z) and f(Z, "
        "1).ndim == 2",
        "p becomes 1 at the target": "f(Z, 1)[1] == 1 and close(np.delete(f(Z, 1), 1), "
        "np.delete(softmax(Z), 1)) and close(softmax(Z)[1] - 1, right(Z, 1)[1]) and "
        "right(Z, 1)[1] < 0",
        "0 and 1 the wrong way round": "close(f(Z, 1), softmax(Z) - a(1, 0, 1)) and "
        "close(right(Z, 1), softmax(Z) - a(0, 1, 0))",
        "squared": "close(f(Z, 1), right(Z, 1) ** 2) and right(Z, 1)[1] < 0 < np.delete(right(Z, "
        "1), 1).min()",
    },
    "my_jacobian": {
        "hint 1": "close(P * (1 - P), P - P * P) and close(right(P), -np.outer(P, P) + np.diag(P))",
        "noticed": "close(right(P).sum(axis=0), 0) and close(right(P).sum(axis=1), 0) and "
        "close(right(a(0.999, 0.001)), 0) and one(P)",
        "the diagonal alone": "close(f(P), np.diag(right(P))) and (right(P) != 0).all()",
        "zeros off the diagonal": "close(np.diag(f(P)), np.diag(right(P))) and "
        "np.count_nonzero(f(P)) == len(P) and right(P)[0, 1] == -P[0] * P[1]",
        "a product of lists": "close(np.diag(P) - f(P), (P**2).sum())",
        "squares in the columns": "close(np.diag(P) - f(P), np.tile(P**2, (4, 1)))",
        "signs turned over": "close(f(P), -right(P)) and np.diag(right(P)).min() > 0",
        "all gain": "(f(P) >= 0).all() and (f(a(1, 0, 0)) == 0).any() and "
        "close((np.diag(P) - f(P)), -np.outer(P, P))",
        "without the diagonal": "close(f(P), -np.outer(P, P)) and close(f(P) + np.diag(P), "
        "right(P))",
        "1 - p_j everywhere": "close(f(P), P[:, None] * (1 - P)) and close(np.diag(f(P)), "
        "np.diag(right(P)))",
        "ones on the diagonal": "close(np.diag(f(P)), 1 - P * P) and close(f(P) - np.eye(4) + "
        "np.diag(P), right(P))",
        "1 - p on the diagonal": "close(np.diag(f(P)), 1 - P) and close(P * (1 - P), np.diag("
        "right(P)))",
        "of the logarithm": "close(P[:, None] * f(P), right(P)) and close(f(P)[:, 1], [-P[1], 1 - "
        "P[1], -P[1], -P[1]])",
        "the others gain": "close(f(P), abs(right(P))) and f(P)[0, 1] > 0 > right(P)[0, 1]",
        "softmax once more": "close(f(P), right(softmax(P)))",
        "squares off twice": "close(np.diag(f(P)), P - 2 * P**2) and close(f(P) + np.diag(P**2), "
        "right(P))",
    },
    "my_weight_gradient": {
        "noticed": "not right(TABLE, IMAGES * [0, 1], LABELS)[:, 0].any() and close(right(TABLE, "
        "IMAGES, LABELS).sum(axis=0), 0) and close((TABLE - np.eye(3)[LABELS]).sum(axis=1), 0)",
        "the sum": "close(f(TABLE, IMAGES, LABELS) / 4, right(TABLE, IMAGES, LABELS))",
        "turned over": "close(f(TABLE, IMAGES, LABELS).T, right(TABLE, IMAGES, LABELS))",
        "the other way": "close(-f(TABLE, IMAGES, LABELS), right(TABLE, IMAGES, LABELS))",
        "never mind the labels": "close(f(TABLE, IMAGES, LABELS), f(TABLE, IMAGES, 0 * LABELS))",
        "divided by the classes": "close(f(TABLE, IMAGES, LABELS) * 3 / 4, "
        "right(TABLE, IMAGES, LABELS))",
        "divided by all entries": "close(f(TABLE, IMAGES, LABELS) * 3, right(TABLE, IMAGES, "
        "LABELS))",
        "without the pixels": "close(f(TABLE, IMAGES, LABELS), right(TABLE, np.ones((4, 1)), "
        "LABELS)[:, 0])",
        "1 off in whole columns": "close(f(TABLE, IMAGES, LABELS), (TABLE - 1).T @ IMAGES / 4) and "
        "set(LABELS) == {0, 1, 2}",
        "the averages multiplied": "close(f(TABLE, IMAGES, LABELS), np.outer((TABLE - "
        "np.eye(3)[LABELS]).mean(0), IMAGES.mean(0))) and close(f(TABLE, IMAGES[::-1], LABELS), "
        "f(TABLE, IMAGES, LABELS))",
        "as if the favorites were right": "close(f(TABLE, IMAGES, LABELS), right(TABLE, IMAGES, "
        "TABLE.argmax(axis=1)))",
        "sizes of the errors": "(f(TABLE, IMAGES, LABELS) >= 0).all() and ((TABLE - "
        "np.eye(3)[LABELS])[np.arange(4), LABELS] < 0).all()",
        "by the probabilities": "close(f(TABLE, IMAGES, LABELS), -(np.eye(3)[LABELS] / TABLE).T @ "
        "IMAGES / 4)",
        "squared errors": "close(f(TABLE, IMAGES, LABELS), ((TABLE - np.eye(3)[LABELS]) ** 2).T @ "
        "IMAGES / 4) and (f(TABLE, IMAGES, LABELS) >= 0).all()",
        "the last image alone": "close(f(TABLE, IMAGES, LABELS) * 4, right(TABLE[3:], IMAGES[3:], "
        "LABELS[3:]))",
        "the last image alone, not divided": "close(f(TABLE, IMAGES, LABELS), right(TABLE[3:], "
        "IMAGES[3:], LABELS[3:]))",
        "a table for each image": "len(f(TABLE, IMAGES, LABELS)) == len(IMAGES) and "
        "close(f(TABLE, IMAGES, LABELS).mean(axis=0), right(TABLE, IMAGES, LABELS))",
        "softmax once more": "close(f(TABLE, IMAGES, LABELS), right(softmax_lib.softmax(TABLE), "
        "IMAGES, LABELS)) and one(TABLE)",
    },
    "my_safe_softmax": {
        "noticed": "all((w.max(-1) == 1).all() and (1 <= w.sum(-1)).all() and "
        "(w.sum(-1) <= 3).all() for z in (SAFE, APART) for w in "
        "[np.exp(z - z.max(-1, keepdims=True))])",
        "hint 2": "(SAFE - SAFE.max(-1, keepdims=True)).max(-1).tolist() == [0, 0, 0]",
        "nothing subtracted": "close(f(SAFE)[1], right(SAFE)[1]) and "
        "np.isinf(np.exp(SAFE[0])).all() and not np.exp(SAFE[2]).any() and "
        "nan(f(SAFE)[0]) and nan(f(SAFE)[2])",
        "the maximum of the whole table": "close(f(SAFE)[0], right(SAFE)[0]) and "
        "nan(f(SAFE)[1]) and not np.exp(SAFE[1:] - SAFE.max()).any()",
        "the maximum of each column": "len(set(np.ptp(ROWS - ROWS.max(0), axis=0))) and not "
        "close(f(ROWS), right(ROWS)) and one(f(ROWS))",
        "columns": "one(f(ROWS), 0) and not one(f(ROWS))",
        "the whole table sums to 1": "close(f(ROWS).sum(), 1)",
        "the mean": "close(f(SAFE), right(SAFE)) and nan(f(APART)[0])",
        "the smallest": "close(f(SAFE), right(SAFE)) and nan(f(APART)[0]) and "
        "np.isinf(np.exp(710)) and (APART - APART.min(-1, keepdims=True) >= 0).all()",
        "the maximum, if it is above 0": "close(f(SAFE)[:2], right(SAFE)[:2]) and nan(f(SAFE)[2])",
        "the largest size": "close(f(SAFE)[0], right(SAFE)[0]) and nan(f(SAFE)[2]) and "
        "max(-1000, -1001) == -1000",
        "divided by the maximum": "np.isfinite(f(SAFE)).all() and not close(f(SAFE), right(SAFE))",
        "divided too late": "close(f(SAFE)[1], right(SAFE)[1]) and np.isnan(f(SAFE)[0]).all()",
        **{
            f"clipped at {end}": f"np.isfinite(f(SAFE)).all() and close(f(SAFE)[0], 1 / 3) and "
            f"close(f(a({end} + 1, {end} + 5, -{end} - 1, -{end} - 9)[None]), a(0.5, 0.5, 0, 0))"
            for end in (700, 500, 100, 50)
        },
        "NaN becomes 0": "not f(SAFE)[0].any() and close(f(SAFE)[1], right(SAFE)[1])",
        **{
            f"{v} in the denominator": f"f(a(0)[None])[0, 0] == 1 / (1 + {v}) and "
            "np.exp(SAFE - SAFE.max(-1, keepdims=True)).max(-1).tolist() == [1, 1, 1]"
            for v in ("1e-3", "1e-4", "1e-5")
        },
        "softmax twice": "close(f(ROWS), right(right(ROWS))) and "
        "ratios(np.sort(f(SAFE)[:2])).max() <= np.e",
        "above the fraction bar alone": "not one(f(ROWS)) and close(f(ROWS) / "
        "f(ROWS).sum(-1, keepdims=True), right(ROWS))",
        "off the weights": "f(ROWS).min() < 0 and close(f(ROWS), (np.exp(ROWS) - "
        "ROWS.max(-1, keepdims=True)) / (np.exp(ROWS) - ROWS.max(-1, keepdims=True))"
        ".sum(-1, keepdims=True))",
        "the wrong way round": "close(f(ROWS), right(-ROWS)) and (f(ROWS).argmax(-1) == "
        "ROWS.argmin(-1)).all()",
        **{
            f"capped at {end}": f"np.isfinite(np.exp({end})) and close(f(SAFE)[0], 1 / 3) and "
            "nan(f(SAFE)[2]) and not nan(f(SAFE)[:2])"
            for end in (700, 500, 100)
        },
        "not divided": "f(SAFE).max(axis=-1).tolist() == [1, 1, 1]",
        "one sum for the whole table": "close(f(SAFE).sum(), 1) and close(f(SAFE) / "
        "f(SAFE).sum(-1, keepdims=True), right(SAFE))",
        "sums of the columns": "one(f(ROWS), 0) and not one(f(ROWS))",
        "the whole table, and nothing subtracted": "close(f(ROWS).sum(), 1) and not one(f(ROWS)) "
        "and nan(f(SAFE)[0, 0])",
        "the maximum is added": "close(f(ROWS), right(ROWS)) and nan(f(SAFE)[0]) and (2 * "
        "SAFE[0] > SAFE[0]).all()",
    },
    "my_log_sum_exp": {
        "nothing subtracted": "close(f(Z), right(Z)) and f(a(1000, 999)) == np.inf and "
        "f(a(-1000, -999)) == -np.inf == np.log(np.exp(a(-1000, -999)).sum())",
        "m is not put back": "close(f(Z) + Z.max(), right(Z))",
        "the maximum alone": "f(Z) == Z.max() < right(Z)",
        "m off twice": "close(f(Z) + 2 * Z.max(), right(Z))",
        "the sum without its logarithm": "close(f(Z), Z.max() + np.exp(right(Z) - Z.max()))",
        "the mean of the weights": "close(right(Z) - f(Z), np.log(3)) and "
        "Z.max() - np.log(3) <= f(Z) < Z.max()",
        "in bits": "close(f(Z) - Z.max(), (right(Z) - Z.max()) / np.log(2))",
        "log1p of the sum": "close(f(Z), right(a(*Z, Z.max()))) and np.log1p(0.5) == np.log(1.5)",
        "the mean subtracted": "close(f(a(1000, 999)), right(a(1000, 999))) and "
        "f(a(3000, 0)) == np.inf",
        "the largest size": "close(f(a(1000, 999)), right(a(1000, 999))) and "
        "f(a(-1000, -1001)) == -np.inf and max(-1000, -1001) == -1000",
        "the maximum, if it is above 0": "close(f(a(1000, 999)), right(a(1000, 999))) and "
        "f(a(-1000, -1001)) == -np.inf",
        "minus the logarithm": "close(f(Z) + right(Z), 2 * Z.max()) and f(Z) < Z.max() < right(Z)",
        "m inside the logarithm": "close(np.exp(f(Z)) - Z.max(), np.exp(right(Z) - Z.max())) and "
        "close(np.log(3 * 5), np.log(3) + np.log(5))",
        "m times": "close(f(Z), Z.max() * (right(Z) - Z.max()))",
        "the smallest": "close(f(a(1000, 999)), right(a(1000, 999))) and f(a(3000, 0)) == np.inf",
        "the sum of the logarithms": "close(f(Z), Z.max() + (Z - Z.max()).sum())",
        "the smallest, masks and all": "nan(f(a(3, -np.inf))) and f(a(3000, 0)) == np.inf and "
        "close(f(Z), right(Z))",
        "the mean, masks and all": "nan(f(a(3, -np.inf))) and a(3, -np.inf).mean() == -np.inf "
        "and f(a(3000, 0)) == np.inf",
        "base 10": "close(f(Z) - Z.max(), (right(Z) - Z.max()) / np.log(10))",
        "the wrong way round": "close(f(Z) - Z.max(), np.log(np.exp(Z.max() - Z).sum())) and "
        "(Z.max() - Z).argmax() == Z.argmin() and (Z - Z.max()).max() == 0 and (Z - "
        "Z.max()).min() < 0",
    },
    "my_log_softmax": {
        "noticed": "right(a(2000, 0))[1] == -2000 and softmax_lib.softmax(a(2000, 0))[1] == 0",
        "the logarithm of softmax": "close(f(Z), right(Z)) and f(a(800, 0))[1] == -np.inf and "
        "softmax_lib.softmax(a(800, 0))[1] == 0",
        "the logarithm of the textbook formula": "close(f(Z), right(Z)) and "
        "nan(f(a(1000, 999))) and nan(f(a(-1000, -999))) and "
        "nan(a(np.inf) / a(np.inf)) and nan(a(0) / a(0))",
        "logits minus log-sum-exp": "close(f(a(3000, 2999)), right(a(3000, 2999))) and "
        "not np.allclose(f(a(1e12, 1e12)), right(a(1e12, 1e12)), rtol=1e-6) and "
        "1e-5 < np.spacing(1e12) < 1e-3",
        "the logarithm of the plain sum": "close(f(Z), right(Z)) and "
        "np.isinf(f(a(1000, 999))).all() and np.isinf(f(a(-1000, -999))).all()",
        "added": "close(f(Z) - (Z - Z.max()), Z - Z.max() - right(Z))",
        "divided by the logarithm": "close(f(Z) * (Z - Z.max() - right(Z)), Z - Z.max())",
        "the gaps alone": "f(Z).max() == 0 and close(np.exp(f(Z)) / np.exp(f(Z)).sum(), "
        "np.exp(right(Z)))",
        "the maximum is missing once": "close(f(Z) - right(Z), Z.max())",
        "the maximum is off in front alone": "close(right(Z) - f(Z), Z.max()) and "
        "not np.isfinite(f(a(1000, 999))).any()",
        "softmax": "one(f(Z)) and close(np.log(f(Z)), right(Z))",
        "the surprises": "close(-f(Z), right(Z)) and (right(Z) <= 0).all()",
        "the sum without its logarithm": "close(f(Z) - (Z - Z.max()), "
        "-np.exp((Z - Z.max()) - right(Z)))",
        "in bits": "close((Z - Z.max() - f(Z)) * np.log(2), Z - Z.max() - right(Z))",
        "the mean of the weights": "close(f(Z) - right(Z), np.log(3))",
        **{
            name.format(
                v
            ): f"np.allclose(f(a(800, 0, -50)), a(0, np.log({v}), np.log({v})), atol=1e-5)"
            for name, values in (
                ("{} inside the logarithm", ("1e-6", "1e-7", "1e-8", "1e-9", "1e-10", "1e-12")),
                (
                    "not below {}",
                    (
                        "1e-7",
                        "1e-8",
                        "1e-10",
                        "1e-12",
                        "1e-15",
                        "1e-16",
                        "1e-20",
                        "1e-30",
                        "1e-38",
                        "1e-300",
                    ),
                ),
            )
            for v in values
        },
        "each its own logarithm": "close(f(Z), 0) and (right(Z) < 0).all() and close(f(Z) - "
        "np.log(np.exp(Z - Z.max()).sum()) + Z - Z.max(), right(Z))",
        "the mean": "close(f(Z), right(Z)) and np.isinf(f(a(3000, 0))).all() and (Z - "
        "Z.mean()).max() > 0 >= (Z - Z.max()).max()",
        "the smallest": "close(f(Z), right(Z)) and np.isinf(f(a(711, 0))).all() and "
        "np.isinf(np.exp(710)) and (Z - Z.min()).min() == 0",
    },
    "my_small_surprise": {
        "hint 1": "1 + 1e-20 == 1 and np.log1p(1e-20) == 1e-20",
        "hint 2": "np.log1p(0.5) == np.log(1 + 0.5) and np.log1p(1e-20) == 1e-20",
        "noticed": "2.5e-261 < right(600) < 3.5e-261 and 1 + 3e-261 == 1",
        "the 1 is added": "close(f(2), right(2)) and f(37) == 0 < f(36) and "
        "1 + np.exp(-37) == 1 == 1 / (1 + np.exp(-37)) and np.log(1) == 0 and "
        "np.log1p(np.exp(37)) - 37 == 0",
        "the power alone": "np.isclose(f(40), right(40), rtol=1e-12, atol=0) and f(0) == 1 and "
        "close(right(0), np.log(2))",
        "no minus in the power": "f(3) > f(2) and close(f(3) - 3, right(3))",
        "the sign": "close(f(2), -right(2)) and f(2) < 0",
        "in bits": "close(f(2) / right(2), 1.44) and close(f(40) / right(40), 1.44)",
        "one 1 too many": "close(f(40), np.log(2)) and close(f(2), np.log(1 + (1 + np.exp(-2))))",
        "the other word's probability": "close(f(2), softmax_lib.softmax(a(2, 0))[1]) and "
        "np.isclose(f(20), right(20), rtol=1e-5, atol=1e-9)",
        "1 minus the power": "close(f(2), -np.log(1 - np.exp(-2))) and f(0) == np.inf",
        "what is missing to 1": "close(f(2), softmax_lib.softmax(a(2, 0))[1]) and "
        "f(37) == 0 == 1 - 1 < f(36)",
        "base 10": "close(f(2) * np.log(10), right(2)) and f(37) == 0 < f(36) and "
        "np.log1p(0.5) == np.log(1 + 0.5)",
        "log1p of the lead": "f(3) == np.log(1 + 3) > f(2)",
        "expm1": "close(f(2), np.exp(np.exp(-2)) - 1)",
        "float32": "f(103) > 0 == f(104) < right(104) and right(87) > 1e-38 > right(100.25) and "
        "np.isclose(f(87), right(87), rtol=1e-6, atol=0) and not np.isclose(f(100.25), "
        "right(100.25), rtol=1e-6, atol=0)",
        "log1p of minus the lead": "close(f(0.5), np.log(1 - 0.5)) and f(1) == -np.inf and "
        "nan(f(2))",
    },
    "my_merge": {
        "noticed": "np.exp(a(0, -1e308)).tolist() == [1, 0] and "
        "np.isfinite(right(a(1e300, 1), a(-1e300, 2))).all() and "
        "close(right(U, V), right(V, U))",
        "adds the sums as they are": "f(U, V)[1] == 5.5 > right(U, V)[1] and "
        "close(f(a(2, 1), a(2, 3)), right(a(2, 1), a(2, 3)))",
        "adds the maxima too": "close(f(U, V), a(3, 5.5)) and right(U, V)[0] == max(U[0], V[0])",
        "the gap the wrong way round": "f(a(2, 1), a(0, 1))[1] > 2 > right(a(2, 1), a(0, 1))[1]",
        "back to e^z and divided": "close(f(U, V), right(U, V)) and "
        "nan(f(a(1000, 1), a(999, 1))[1]) and nan(a(np.inf) / a(np.inf))",
        "back to e^z": "close(f(U, V)[1], 1.5 * np.exp(2) + 4 * np.exp(1)) and "
        "np.isinf(f(a(1000, 1), a(0, 1))[1])",
        "takes the first for the larger": "close(f(U, V), right(U, V)) and f(V, U)[0] == 1 and "
        "np.isinf(f(a(0, 1), a(1000, 1))[1])",
        "rescales the second alone": "close(f(U, V), right(U, V)) and f(V, U)[1] == 4 + 1.5",
        "rescales the first alone": "close(f(V, U), right(V, U)) and f(U, V)[1] == 4 + 1.5",
        "the larger takes all": "list(f(U, V)) == list(f(V, U)) == [2, 1.5] and "
        "list(f(a(2, 1), a(2, 3))) == [2, 1] and right(U, V)[1] > 1.5",
        "what lies far below is dropped": "list(f(a(25, 1), a(0, 9e5))) == [25, 1] and "
        "right(a(25, 1), a(0, 9e5))[1] > 1.00001 and close(f(U, V), right(U, V))",
        "forgets the sums": "close(f(U, V), right(a(2, 1), a(1, 1)))",
        "sum first": "close(f(U, V)[::-1], right(U, V)) and right(U, V)[0] == 2",
        "sums taken for scores": "close(f(U, V)[1], np.exp(1.5 - 2) + np.exp(4 - 2))",
        "e to the power of the sums": "close(f(U, V)[1], np.exp(1.5) + np.exp(4))",
        "the smaller maximum": "f(U, V)[0] == min(U[0], V[0]) and right(U, V)[0] == max(U[0], "
        "V[0])",
        "the maxima added": "close(f(U, V)[1], right(U, V)[1]) and f(U, V)[0] == U[0] + V[0] and "
        "right(U, V)[0] == max(U[0], V[0])",
        "both shrink alike": "close(f(U, V)[1], (1.5 + 4) * np.exp(1 - 2)) and close(right(U, "
        "V)[1], 1.5 + 4 * np.exp(1 - 2))",
        "the gap between the two": "close(f(V, U), right(V, U)) and V[0] < U[0] and not "
        "close(f(U, V), right(U, V))",
    },
    "my_running_pairs": {
        "never rescales": "close(f(RISING)[:2], right(RISING)[:2]) and "
        "f(RISING)[2, 1] > right(RISING)[2, 1]",
        "a maximum that begins at 0": "close(f(RISING + 99), right(RISING + 99)) and "
        "(f(-abs(RISING) - 1)[:, 0] == 0).all()",
        "each chunk by itself": "close(f(RISING), np.vstack([right(r[None]) for r in RISING]))",
        "the end alone": "close(f(RISING), right(RISING)[-1])",
        "looks ahead": "(f(RISING)[:, 0] == RISING.max()).all()",
        "the first maximum for ever": "(f(RISING)[:, 0] == RISING[0].max()).all() and "
        "np.isinf(f(a(0, 1000)[:, None])[1, 1])",
        "the chunk's own maximum": "close(f(RISING)[0], right(RISING)[0]) and "
        "f(RISING)[1, 1] > right(RISING)[1, 1]",
        "the last maximum": "list(f(RISING)[:, 0]) == list(RISING.max(axis=1)) and "
        "np.isinf(f(a(1000, 0)[:, None])[1, 1])",
        "no maximum subtracted": "close(f(RISING)[2, 1], np.exp(RISING).sum()) and "
        "np.isinf(f(a(1000, 0)[:, None])[0, 1])",
        "e^z, divided at the end": "close(f(RISING), right(RISING)) and "
        "nan(f(a(1000, 0)[:, None])[0, 1])",
        "the maxima alone": "list(f(RISING)) == list(right(RISING)[:, 0])",
        "the same list each time": "len(f(RISING)) == len(RISING) and (f(RISING) == "
        "right(RISING)[-1]).all()",
        "the end alone, never rescaled": "f(RISING).shape == (2,) and f(RISING)[0] == "
        "RISING.max() and f(RISING)[1] > right(RISING)[-1, 1]",
        "the gap the wrong way round": "np.isnan(f(RISING)).any() and not "
        "np.isfinite(np.exp(a(1.0) - -np.inf)).any()",
        "the maximum is a row late": "close(f(RISING)[:, 1], right(RISING)[:, 1]) and "
        "list(f(RISING)[1:, 0]) == list(right(RISING)[:-1, 0])",
    },
    "my_merged_average": {
        "half and half": "close(f(U3, V3)[:2], right(U3, V3)[:2]) and f(U3, V3)[2] == (3 - 1) / 2",
        "weighed by the sums as they are": "close(f(U3, V3)[:2], right(U3, V3)[:2]) and "
        "close(f(U3, V3)[2], (1.5 * 3 + 4 * -1) / 5.5)",
        "not divided": "close(f(U3, V3)[2] / right(U3, V3)[1], right(U3, V3)[2])",
        "averages added": "f(U3, V3)[2] == 3 - 1 and -1 < right(U3, V3)[2] < 3",
        "divided by the sums as they came": "close(f(U3, V3)[2] * 5.5, right(U3, V3)[1:].prod()) "
        "and f(a(2, 1.5, 1), a(1, 4, 1))[2] < 1",
        "the average alone is rescaled": "f(U3, V3)[1] == 5.5 and "
        "close(f(U3, V3)[2], right(U3, V3)[2])",
        "the sums forgotten": "close(f(U3, V3), right(a(2, 1, 3), a(1, 1, -1)))",
        "the larger takes all": "close(f(U3, V3)[:2], right(U3, V3)[:2]) and f(U3, V3)[2] == 3 "
        "and f(a(2, 1, 5), a(2, 1, 7))[2] == 5",
        "back to e^z": "close(f(U3, V3), right(U3, V3)) and "
        "nan(f(a(1000, 1, 1), a(999, 1, 1))[1]) and np.isinf(np.exp(a(1000)))",
        "rescaled below the bar alone": "close(f(U3, V3)[:2], right(U3, V3)[:2]) and close(f(U3, "
        "V3)[2] * right(U3, V3)[1], 1.5 * 3 + 4 * -1)",
        "the sums forgotten above the bar": "close(f(U3, V3)[:2], right(U3, V3)[:2]) and "
        "close(f(U3, V3)[2] * right(U3, V3)[1], 3 - np.exp(1 - 2))",
        "no brackets": "close(f(U3, V3)[:2], right(U3, V3)[:2]) and close(f(U3, V3)[2], 1.5 * 3 - "
        "4 * np.exp(1 - 2) / right(U3, V3)[1])",
        "the sum of e^z": "close(f(U3, V3)[1], 1.5 * np.exp(2) + 4 * np.exp(1)) and "
        "np.isinf(f(a(1000, 1, 1), a(0, 1, 1))[1])",
        "e^z in the average": "close(f(U3, V3), right(U3, V3)) and nan(f(a(1000, 1, 1), a(999, 1, "
        "1))[2]) and close(f(a(1000, 1, 1), a(999, 1, 1))[:2], right(a(1000, 1, 1), a(999, 1, "
        "1))[:2]) and np.isinf(np.exp(a(1000)))",
        "the sums forgotten in the average": "close(f(U3, V3)[:2], right(U3, V3)[:2]) and "
        "close(f(U3, V3)[2], right(a(2, 1, 3), a(1, 1, -1))[2])",
        "the gap the wrong way round": "f(U3, V3)[1] > 5.5 > right(U3, V3)[1] and close(f(U3, "
        "V3)[2], (1.5 * 3 - 4 * np.exp(2 - 1)) / f(U3, V3)[1])",
        "the pair without the average": "close(f(U3, V3), right(U3, V3)[:2]) and len(right(U3, "
        "V3)) == 3",
        "the averages exchanged": "close(f(U3, V3)[:2], right(U3, V3)[:2]) and close(f(U3, V3), "
        "right(a(2, 1.5, -1), a(1, 4, 3)))",
        "sums and averages as they are": "close(f(U3, V3), a(2, 5.5, (1.5 * 3 - 4) / 5.5)) and 4 "
        "* np.exp(1 - 2) < 4",
    },
    "my_whole_softmax": {
        "hint 2": "(Z - Z.max()).max() == 0 and np.exp(0) == 1 and right(Z, 0)[Z == Z.max()] == 1",
        "hint 3": "list(np.where(Z - Z.max() == 0, 1.0, 0.0)) == list(right(Z, 0))",
        "no maximum subtracted": "np.isinf(np.exp(a(1000))).all() and nan(f(a(1000, 0), 1)) and "
        "close(f(Z, 1), right(Z, 1))",
        "divides by zero": "np.isnan(f(Z, 0)).all() and close(f(Z, 2), right(Z, 2))",
        "first of the ties": "list(f(TIE, 0)) == [1, 0, 0]",
        "ignores the temperature": "close(f(Z, 0.5), f(Z, 2)) and close(f(Z, 0), right(Z, 0))",
        "subtracts the mean": "nan(f(a(1000, -1000, 998), 0.5)) and (np.exp(a(2000, 0) - 2000) <= "
        "np.exp(0)).all()",
        "multiplies": "close(f(Z, 2), right(Z, 1 / 2))",
        **{
            f"{v} in place of 0": f"close(f(a(1, 1 - {v}), 0), right(a(1, 0), 1))"
            for v in ("1e-2", "1e-3", "1e-4", "1e-6", "1e-8", "1e-9", "1e-10", "1e-12")
        },
        **{
            f"{v} added to T": f"close(f(a(1, 1 - {v}), 0), right(a(1, 0), 1)) and close(f(Z, "
            f"{v} / 1e3), right(Z, {v} * 1.001))"
            for v in ("1e-3", "1e-4", "1e-6", "1e-8", "1e-9")
        },
        "never below 0.4": "close(f(Z, 0.1), f(Z, 0.4)) and f(Z, 0)[1] > 0.05 and [n for n in "
        "suspects if n != 'right'].index('T never below 0.4') < 7 == len(suspects) - 1",
        "never above 2": "close(f(Z, 9), right(Z, 2))",
        "T twice": "close(f(Z, 2), right(Z, 4)) and close(f(Z, 1), right(Z, 1))",
        "power after exponentiating": "np.exp(-1000) == 0 == 0**0.001 and f(a(1000, 0), 1000)[1] "
        "== 0 and right(a(1000, 0), 1000)[1] > 1 / 4 and close(f(Z, 2), right(Z, 2))",
        "softmax twice": "close(f(Z, 2), right(right(Z, 1), 2)) and f(a(1, -np.inf), 1)[1] > 0 "
        "== right(a(1, -np.inf), 1)[1] and all(f(z, 1).max() / f(z, 1).min() <= np.e * (1 + 1e-9) "
        "for z in (*ZS, a(99, 0, 70)))",
        "multiplies, at T = 0 too": "close(f(Z, 4), right(Z, 1 / 4)) and close(f(Z, 0), 1 / 3) "
        "and nan(f(a(1, -np.inf), 0))",
        "multiplies, and minds the mask": "close(f(Z, 4), right(Z, 1 / 4)) and close(f(a(2, 1, "
        "-np.inf), 0), a(0.5, 0.5, 0))",
        "nearly equal counts as equal": "close(f(a(1, 1 - 1e-12), 0), a(0.5, 0.5)) and right(a(1, "
        "1 - 1e-12), 0)[0] == 1",
        "the maximum subtracted above alone": "close(f(Z, 1) * np.exp(Z.max()), right(Z, 1)) and "
        "f(a(1000, 0), 1)[0] == 0",
    },
    "my_diagnosis": {
        "hint 1": "all("
        "close(at('T after exponentiating', Z, T), softmax(Z)) for T in (0.2, 1, 2)) and "
        "close(at('softmax twice', Z, 0.2), softmax(softmax(Z) / 0.2)) and "
        "agrees('softmax twice', Z, 0)",
        "hint 2": "all(n == 'right' or n in ('wrong axis', 'no maximum subtracted') or "
        "not all(agrees(n, a(2, 1, 0), T) for T in (0, 0.5, 1, 2)) for n in suspects) and "
        "nan(at('no maximum subtracted', a(1000, 0), 1)) and not one(at('wrong axis', ROWS, 1))",
        "hint 3": "agrees('wrong axis', Z, 2) and not agrees('wrong axis', ROWS, 2) and "
        "all((n == 'no maximum subtracted') == nan(at(n, a(1000, 0), 1)) for n in suspects) and "
        "entropy(at('T multiplies', Z, 2)) < entropy(at('T multiplies', Z, 1)) and "
        "close(at('T after exponentiating', Z, 1), at('T after exponentiating', Z, 9)) and "
        "agrees('T twice', Z, 0) and agrees('T twice', Z, 1) and "
        "at('T twice', Z, 0.5).max() > softmax(Z, temperature=0.5).max()",
    },
    "my_trial": {
        "hint 1": "[[n for n in suspects if n != 'right' and all(agrees(n, z, T) for T in Ts)] for "
        "z, Ts in ((LARGE, (0.4, 1, 2, 9)), (a(1000, 2, 999), (0, 0.1, 1, 2)), (ROWS, (0, 0.1, 1, "
        "2)))] == [['T never below 0.4'], ['wrong axis'], ['no maximum subtracted']] and not "
        "agrees('T never below 0.4', LARGE, 0.3) and sum(agrees(n, LARGE, 1) for n in suspects) "
        "> 2",
        "hint 2": "all(all(agrees(n, a(row, other), T) for T in (0, 1, else_)) == (n == 'right') "
        "for row in ((1000, 999), (999, 1000)) for other in ((0, 3), (5, -1), (1, 1.5)) "
        "for else_ in (0.2, 0.5, 2, 5) for n in suspects)",
        "hint 3": "all(all(agrees(n, LARGE, T) for T in (0, 0.5, 1, 2)) == (n == 'right') "
        "for n in suspects)",
        "checks the sum alone": "[n for n, s in suspects.items() if not f(s)] == ['wrong axis'] "
        "and sum(one(at(n, Z, 1)) for n in suspects) == len(suspects)",
        "T = 1 only": "sum(f(s) for n, s in suspects.items() if n.startswith('T ')) == 4 and "
        "sum(n.startswith('T ') for n in suspects) == 4 and sum(map(f, suspects.values())) == 5",
        "never zero": "[n for n, s in suspects.items() if f(s)] == ['right', 'T never below 0.4'] "
        "and not agrees('T never below 0.4', a(2, 1), 0)",
        **{
            what: "all(f(s) == all(np.allclose(s(LARGE, temperature=t), softmax(LARGE, "
            f"temperature=t)) for t in ({t},)) for s in suspects.values())"
            for what, t in (
                ("the first temperature decides, T = 0", 0),
                ("the last temperature decides, T = 2", 2),
            )
        },
        "lists only": "{n for n, s in suspects.items() if f(s)} == {'right', 'wrong axis'} and "
        "agrees('wrong axis', Z, 2)",
        "small logits only": "{n for n, s in suspects.items() if f(s)} == {'right', 'no maximum "
        "subtracted'} and nan(at('no maximum subtracted', a(1000, 0), 1)) and not (np.nan > 1 or "
        "np.nan < 1)",
        "large for float32 only": "all(f(s) == (n == 'right') for n, s in suspects.items()) and "
        "f(n11_capstone.IN_FLOAT64) "
        "and np.isfinite(np.exp(709.0)) and np.isinf(np.exp(a(1000) / 1))",
        "looks at the favorite alone": "sum(not f(s) for s in suspects.values()) == 2 and "
        "f(suspects['right']) and sum(at(n, Z, 2).argmax() == 0 for n in suspects) == 8",
        "trusts everybody": "all(map(f, suspects.values()))",
        "trusts nobody": "not f(suspects['right'])",
        "asks for the name": "all(f(s) == (n == 'right') for n, s in suspects.items()) and "
        "not f(softmax)",
        "equal to the last digit": "all(f(s) == (n == 'right') for n, s in suspects.items()) and "
        "not f(lambda z, **T: softmax(z, **T) * (1 + 1e-15)) and "
        "any(right(c) and not f(c) for c in (n11_capstone.candidate(np.random.default_rng(s)) "
        "for s in range(40)))",
    },
}


def numbers_in(text):
    """Return the numbers of a text, but for those of notebooks."""
    found = re.findall(r"(?<![\w.])\d+(?:\.\d+)?(?:e-?\d+)?", text)
    return {float(n) for n in found if not re.fullmatch(r"0\d|11", n)}


def needs_a_line(task, what, text):
    if re.match("hint|noticed", what):  # of what stands there as code, other tests take care
        return bool(numbers_in(SNIPPET.sub("", text)))
    return what != "task" and task.judge is None  # a judge's own words are computed


NEEDED = [(task, what) for task, what, text in TEXTS if needs_a_line(task, what, text)]


def test_every_claim_has_its_line():
    listed = {(name, what) for name, lines in CLAIMS.items() for what in lines}
    assert listed >= {(task.id, what) for task, what in NEEDED}
    assert listed <= {(task.id, what) for task, what, _ in TEXTS}


@pytest.mark.parametrize(
    ("task", "what"), [pytest.param(*line, id=f"{line[0].id}: {line[1]}") for line in NEEDED]
)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_words_claim_what_is_so(task, what):
    """For a wrong answer, the words about it fit what it does; each number stands in the line."""
    claim = CLAIMS[task.id].get(what, "False")
    code = {wrong.name: wrong.code for wrong in task.wrong}.get(what, task.solution)
    names = names_for(task, build(code, task.id))
    assert eval(claim, names), claim
    told = numbers_in(SNIPPET.sub("", dict(texts_of(task))[what]))
    assert told - {0, 1} <= numbers_in(claim), "the line lacks a number of the text"
    if code != task.solution:  # what holds for the right answer too says nothing
        assert not held(claim, {**names, "f": names["right"]}), "it holds for the right answer too"


def names_for(task, function):
    """Return what a line of CLAIMS may use, when it is about this function."""
    names = {**globals(), **KNOWN, "suspects": SUSPECTS, "probes": task.probes}
    if callable(function):  # what one call changes is not there for the next
        names["f"] = lambda *given, **named: function(*copy.deepcopy(given), **named)
    else:
        names["f"] = function
    names["at"] = lambda bug, logits, T: SUSPECTS[bug](logits, temperature=T)
    return {**names, "right": build(task.solution, task.id)}


def held(claim, names):
    try:
        return bool(eval(claim, names))
    except Exception:
        return False
