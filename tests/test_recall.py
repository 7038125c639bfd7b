"""What passed comes back in another notebook as the learner's own, or a sentence says why not."""

import inspect
import json
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_cells import Kernel

from softmax_lib.exercises import check, my_work, recall
from softmax_lib.exercises.progress import load, path, record_answer
from softmax_lib.exercises.registry import all_exercises
from softmax_lib.exercises.saved import _literal, source_of
from softmax_lib.runner import build

START = "import numpy as np\nfrom softmax_lib.exercises import check, my_work, recall"
BODY = "\n    return numbers.sum()"
MINE = f"def my_total(numbers):{BODY}"


@pytest.fixture(scope="module")
def kernels(tmp_path_factory):
    """Two notebooks of one learner: in the first it is written, in the second it comes back."""
    with pytest.MonkeyPatch.context() as patch:
        place = tmp_path_factory.mktemp("progress") / "progress.json"
        patch.setenv("SOFTMAX_PROGRESS", str(place))
        first, second = Kernel(), Kernel()
    first(START), second(START)
    yield first, second, place
    first.close(), second.close()


# Cells that define `my_total`, each in a way of its own; all pass.
WAYS = {
    "plain": [MINE],
    "name from numpy": ["from numpy import sum as add",
                        "def my_total(numbers):\n    return add(numbers)"],
    "module": ["import math as m", "def my_total(numbers):\n    return m.fsum(numbers)"],
    "submodule": ["import numpy.linalg as la", "def my_total(numbers):\n    "
                  "return numbers.sum() + 0 * la.norm(numbers)"],
    "constant": ["START, NAMES = 0.0, ['a', ('b', None)]",
                 "def my_total(numbers):\n    return START + numbers.sum() * len(NAMES) / 2"],
    "array": ["ones = np.ones(100)",
              "def my_total(numbers):\n    return ones[:len(numbers)] @ numbers"],
    "numpy scalar": ["one = np.float64(1)",
                     "def my_total(numbers):\n    return one * numbers.sum()"],
    "infinity": ["top = float('inf')",
                 "def my_total(numbers):\n    return min(top, numbers.sum())"],
    "timed": [f"%%time\n{MINE}"],
    "timed, with an import": ["from numpy import sum as add",
                              "%%time\ndef my_total(numbers):\n    return add(numbers)"],
    "another name": [f"def other(numbers):{BODY}\nmy_total = other"],
    "another name in the check": [f"def other(numbers):{BODY}", "my_total = other"],
    "lambda": ["my_total = lambda numbers: numbers.sum()"],
    "lambda over lines": ["my_total = (\n    lambda numbers:\n    numbers.sum()\n)"],
    "Python's own": ["my_total = sum"],
    "numpy's own": ["my_total = np.sum"],
    "a partial function": ["from functools import partial\nmy_total = partial(np.sum, axis=0)"],
    "helper": ["def add(a, b):\n    return a + b", "def my_total(numbers):\n    t = 0\n"
               "    for n in numbers:\n        t = add(t, n)\n    return t"],
    "helper in a comprehension": ["def same(a):\n    return a",
                                  "def my_total(n):\n    return sum([same(k) for k in n])"],
    "helper with needs": ["SCALE = 1.0", "def same(a):\n    return a * SCALE",
                          "def my_total(numbers):\n    return same(numbers.sum())"],
    "helper is a lambda": ["same = lambda a: a",
                           "def my_total(numbers):\n    return same(sum(numbers))"],
    "default": ["ZERO = 0", "def my_total(numbers, start=ZERO):\n    return start + numbers.sum()"],
    "decorator": ["import functools", "def twice(f):\n    @functools.wraps(f)\n    def g(*a):\n"
                  "        f(*a)\n        return f(*a)\n    return g", f"@twice\n{MINE}"],
    "cached": ["import functools", "@functools.cache\ndef zero():\n    return 0",
               "def my_total(numbers):\n    return zero() + numbers.sum()"],
    "closure": ["def make(start):\n    def my_total(n):\n        return start + n.sum()\n"
                "    return my_total\nmy_total = make(0)"],
    "class": [f"class Total:\n    def __call__(self, numbers):{BODY.replace('    ', '        ')}\n",
              "my_total = Total()"],
    "recursion": ["def my_total(numbers):\n    if len(numbers) == 0:\n        return 0.0\n"
                  "    return numbers[0] + my_total(numbers[1:])"],
    "the library": ["from softmax_lib import softmax", "def my_total(numbers):\n    "
                    "return numbers.sum() * softmax(numbers).sum()"],
    "an earlier exercise": ['my_normalize = recall("my_normalize")', "def my_total(numbers):\n"
                            "    return numbers.sum() + 0 * my_normalize(abs(numbers))[0]"],
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_an_answer_comes_back_as_the_learners(kernels, way):
    first, second, place = kernels
    place.unlink(missing_ok=True)
    first("globals().pop('my_total', None)")
    for cell in WAYS[way]:
        assert "Error" not in first(cell, "my-total")
    assert first('check("my_total", my_total)').startswith("✓ Passed")
    said = second(
        'mine = recall("my_total")\nprint(mine.origin, float(mine(np.array([1.5, 2.0, -9.0]))))'
    )
    assert said == "yours -5.5\n", place.read_text()


def test_a_function_of_another_name_and_a_lambda_in_the_check_itself(kernels):
    first, second, place = kernels
    for cell in (f"def other(numbers):{BODY}\ncheck('my_total', other)",
                 "check('my_total', lambda numbers: numbers.sum())"):  # fmt: skip
        place.unlink(missing_ok=True)
        assert first(cell, "x").startswith("✓ Passed")
        assert second('print(recall("my_total").origin)') == "yours\n"


WHY_NOT = {
    "g = np.random.default_rng(0)\ndef my_total(n):\n    g.random()\n    return n.sum()":
        "Your my_total uses `g`, which could not be saved with it: this is the course's function.",
    "f, my_total = lambda a: a.max(), lambda a: a.sum()":
        "Your my_total passed, but Python did not tell its code, so it could not be saved: this is "
        "the course's function.",
    "exec('my_total = eval(\"lambda n: n.sum()\")')":
        "Your my_total passed, but Python did not tell its code, so it could not be saved: this is "
        "the course's function.",
}  # fmt: skip


@pytest.mark.parametrize("code", WHY_NOT, ids=["a generator", "two lambdas", "no code"])
def test_what_cannot_come_back_is_told_in_one_sentence(kernels, code):
    first, second, place = kernels
    place.unlink(missing_ok=True)
    first(code, "my-total")
    assert first('check("my_total", my_total)').startswith("✓ Passed")
    assert second("print(recall('my_total').origin)") == f"{WHY_NOT[code]}\nthe course's\n"


def test_what_was_never_passed_is_the_courses_without_a_word(capsys):
    assert recall("my_total").origin == "the course's"
    check("my_total", build("def my_total(numbers):\n    return 3", "my_total"))
    assert recall("my_total").origin == "the course's"
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("raise SystemExit", "cannot be brought back, since its saved code raises SystemExit"),
        ("exit()", "cannot be brought back, since its saved code raises SystemExit"),
        ("raise KeyboardInterrupt", "since its saved code raises KeyboardInterrupt"),
        ("input('?')", "since its saved code raises EOFError"),
        ("while True:\n    pass", "does not come to an end when its saved code runs"),
        ("def my_total(", "since its saved code raises SyntaxError"),
        ("x = 3", "since its saved code defines no my_total"),
        ("my_total = 3", "is saved as something that is no function"),
        ("def my_total(n):\n    return 2 * n.sum()", "no longer passes its check"),
        ("def my_total(n):\n    raise SystemExit", "no longer passes its check"),
        ("print('hello')\ndef my_total(n):\n    return nowhere(n)", "uses `nowhere`, which could"),
        ("\ud800", "since its saved code raises SyntaxError"),
        ("my_total = " + "(" * 5000, "cannot be brought back"),
    ],
)
def test_whatever_is_saved_stays_inside(monkeypatch, capsys, source, words):
    monkeypatch.setattr("softmax_lib.runner.run.__defaults__", (0.5,))
    record_answer("my_total", source, True)
    function = recall("my_total")
    assert function.origin == "the course's" and function(np.array([1.0, 2.0])) == 3
    said = capsys.readouterr().out
    assert said.startswith("Your my_total ") and words in said and said.count("\n") == 1
    assert said.endswith(": this is the course's function.\n") and "Traceback" not in said


def test_nothing_is_recalled_with_a_numpy_that_is_none(monkeypatch, capsys):
    record_answer("my_total", MINE, True)
    with monkeypatch.context() as patch:
        patch.setattr(np, "sum", 5)
        assert recall("my_total").origin == "the course's"
        assert "cannot be tried while `np.sum` is not what it was" in capsys.readouterr().out
    assert recall("my_total").origin == "yours"


@pytest.mark.parametrize("code", ["my_total = sum", "from numpy import sum as my_total"])
def test_a_function_of_numpy_gets_no_label(code):
    record_answer("my_total", code, True)
    function = recall("my_total")
    assert function.origin == "yours" and function(np.array([1.0, 2.0])) == 3
    assert not hasattr(np.sum, "origin")


def test_what_is_saved_reads_like_the_answer():
    """Imports and constants first, then what it calls, then the function; nothing of the rest."""
    source = (
        "from numpy import exp\nSHIFT = 0.5\nUNUSED = 3\n\n\n"
        "def total(w):\n    return w.sum()\n\n\n"
        "def my_softmax(logits):\n    w = exp(logits - SHIFT)\n    return w / total(w)"
    )
    function = build(source, "my_softmax")
    assert check("my_softmax", function).passed
    assert str(my_work("my_softmax")) == source.replace("UNUSED = 3\n", "")
    assert "def total" in inspect.getsource(recall("my_softmax").__globals__["total"])


def test_every_solution_comes_back_from_what_is_saved_of_it():
    for name, task in all_exercises().items():
        if task.judge is None:
            assert check(name, build(task.solution, name)).passed
            assert recall(name).origin == "yours"


ATOMS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(), st.binary(),
    st.complex_numbers(allow_nan=False, allow_infinity=False),
)  # fmt: skip
CONSTANTS = st.recursive(
    ATOMS,
    lambda inside: st.one_of(
        st.lists(inside), st.lists(inside).map(tuple), st.dictionaries(st.text(), inside)
    ),
    max_leaves=6,
)


@given(CONSTANTS)
def test_a_constant_is_written_as_itself(value):
    text = _literal(value)
    again = eval(text, {"np": np}) if text else value
    assert again == value and type(again) is type(value)


@pytest.mark.parametrize("kind", ["float64", "float32", "float16", "int64", "int8", "bool"])
def test_an_array_is_written_as_itself(kind):
    value = np.array([[0.1, -2, 3], [np.inf, 0, 1]] if kind.startswith("f") else [[0, 1]]).astype(
        kind
    )
    again = eval(_literal(value), {"np": np})
    assert np.array_equal(again, value) and again.dtype == value.dtype


def test_what_is_too_long_or_strange_is_not_written():
    inside = []
    inside.append(inside)
    for value in (
        np.zeros(10**6),
        "x" * 10**5,
        object(),
        [object()],
        np.array([object()]),
        {1: open},
    ):
        assert _literal(value) == ""
    assert source_of(inside, "my_total") == source_of([object()], "my_total") == ""
    names = {"big": np.zeros(10**6), "inside": inside}
    code = f"def my_total(numbers):\n    len(big), len(inside){BODY}"
    assert source_of(build(code, "my_total", names), "my_total") == code


def test_a_check_on_an_empty_exercise_offers_the_answer_that_is_saved():
    task = all_exercises()["my_total"]
    stub = build(task.stub, task.id)
    assert not check("my_total", stub).saved and "before" not in repr(check("my_total", stub))
    wrong = "def my_total(numbers):\n    return '<b>'"
    check("my_total", build(wrong, "my_total"))
    feedback = check("my_total", stub)
    assert feedback.saved == wrong and not feedback.saved_passed
    assert 'Your last answer here, not right yet, is saved. my_work("my_total") shows' in repr(
        feedback
    )
    check("my_total", build(MINE, "my_total"))
    check("my_total", build(wrong, "my_total"))
    for answer in (stub, ...):
        feedback = check("my_total", answer)
        assert feedback.status == "not yet" and feedback.saved == MINE and feedback.saved_passed
        assert "You passed this before." in repr(feedback)
        page = feedback._repr_html_()
        assert "You passed this before.<details" in page and "Show my answer</summary>" in page
        assert "return numbers.sum()" in page and "<b>" not in page


def test_an_answer_that_is_a_value_is_offered_too():
    check("my_other_logits", np.array([3.0, 1.0, 0.0]))
    feedback = check("my_other_logits", ...)
    assert feedback.saved == "np.array([3.0, 1.0, 0.0])" and feedback.saved_passed


def test_the_answers_of_a_committed_run_are_nobodys(tmp_path, monkeypatch):
    """`softmax_lib execute` starts with nothing done, whatever its user has done."""
    record_answer("my_total", MINE, True)
    from softmax_lib.jupyter.clean_notebooks import _own_progress

    before = path()
    with _own_progress():
        code = "from softmax_lib.exercises.progress import load; print(load()['exercises'])"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
        assert done.stdout.strip() == "{}" and path() != before
    assert path() == before and json.loads(before.read_text())["exercises"] == load()["exercises"]
    monkeypatch.delenv("SOFTMAX_PROGRESS")
    with _own_progress():
        pass
    assert path() != before
