"""The check survives whatever a learner writes, and says something about it."""

import contextlib
import copy
import dataclasses
import io
import math
import re
import sys
import threading
import time
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from softmax_lib.exercises import ask, check, checks, hint, my_work, recall, solution
from softmax_lib.exercises.checks import _contrast, _describe, _equal, judge_answer
from softmax_lib.exercises.feedback import NOT_YET, PASSED, TRY_AGAIN, rich, show
from softmax_lib.exercises.intact import replaced
from softmax_lib.exercises.progress import load
from softmax_lib.exercises.registry import all_exercises
from softmax_lib.runner import INTERRUPTS, Run, Stopped, _Worker, build, run

# A browser's Python has one thread, which stops a loop by itself.
threads = pytest.mark.skipif(sys.platform == "emscripten", reason="needs threads")

TASK = all_exercises()["my_softmax"]
LIMIT = 0.4  # seconds: enough for any of the honest answers here


def judged(code, seconds=LIMIT):
    return judge_answer(TASK, build(code, "my_softmax"), seconds)


@pytest.mark.parametrize(
    "body",
    [
        "while True:\n        pass",
        "while True:\n        np.exp(logits)",
        "while True:\n        try:\n            1 / 0\n        except Exception:\n            pass",
        "while True:\n        try:\n            1 / 0\n        except:\n            pass",
        "while True:\n        print('hello')",
        "import time\n    time.sleep(3)",
        "for _ in iter(int, 1):\n        pass",
    ],
    ids=["loop", "numpy", "except", "bare except", "print", "sleep", "for"],
)
def test_what_never_ends_is_given_up(body):
    status, text = judged(f"def my_softmax(logits):\n    {body}\n    return logits")
    assert status == TRY_AGAIN
    assert "did not finish within 0.4 seconds" in text and "loop that never ends" in text
    assert "my_softmax(np.array([2, 1, -1]))" in text
    assert judged(TASK.solution, seconds=10)[0] == PASSED  # the next answer is judged as ever


@threads
def test_what_runs_on_is_said():
    _, text = judged("def my_softmax(logits):\n    import time\n    time.sleep(3)")
    assert "It still runs" in text and "Kernel → Restart Kernel" in text
    _, text = judged("def my_softmax(logits):\n    while True:\n        pass")
    assert "did not finish" in text and "still runs" not in text


@threads
def test_what_cannot_be_interrupted_is_not_waited_for():
    gate, finished = threading.Event(), []
    code = "def my_softmax(logits):\n    gate.wait(60)\n    finished.append(True)"
    function = build(code, "my_softmax", {"gate": gate, "finished": finished})
    _, text = judge_answer(TASK, function, LIMIT)
    assert "did not finish" in text and not finished
    gate.set()


@threads
def test_a_loop_that_swallows_every_interruption_is_parked():
    turns = [0]
    code = (
        "def my_softmax(logits):\n    while True:\n        try:\n            while True:\n"
        "                turns[0] += 1\n        except:\n            pass"
    )
    before = set(threading.enumerate())
    judge_answer(TASK, build(code, "my_softmax", {"turns": turns}), LIMIT)
    stuck = [t for t in threading.enumerate() if t not in before and hasattr(t, "interrupts")]
    assert len(stuck) == 1
    for _ in range(400):
        seen = turns[0]
        time.sleep(0.05)
        if seen == turns[0] and stuck[0].interrupts > INTERRUPTS:
            break
    assert seen == turns[0]


def test_a_thread_that_is_given_up_comes_to_rest():
    before = set(threading.enumerate())
    judged("def my_softmax(logits):\n    while True:\n        pass")
    for _ in range(100):
        left = [t for t in threading.enumerate() if t not in before and t.is_alive()]
        if not left:
            break
        time.sleep(0.05)
    assert not left


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("return logit", "raised NameError: name 'logit' is not defined"),
        ("return my_softmax(logits)", "raised RecursionError"),
        ("exit()", "raised SystemExit"),
        ("import sys\n    sys.exit(3)", "raised SystemExit: 3"),
        # In one thread, that is to stop the check.
        pytest.param("raise KeyboardInterrupt", "raised KeyboardInterrupt", marks=threads),
        ("return 1 / 0", "raised ZeroDivisionError: division by zero in the line `return 1 / 0`"),
        ("return np.exp(logits) / np.sum(logits, axis=2)", "raised AxisError"),
        ("return input('your answer? ')", "raised EOFError: nobody is there to type"),
        ("raise MemoryError", "raised MemoryError"),
        ("return 1 if logits > 0 else 0", "`np.where(condition, a, b)` chooses for each number"),
        ("return logits / np.ln(2)", "In numpy the natural logarithm, ln, is `np.log`."),
        (
            "return my_normalize(np.exp(logits))",
            'bring it here first: `my_normalize = recall("my_normalize")`',
        ),
    ],
)
def test_an_error_is_told_with_the_learners_line(body, words):
    status, text = judged(f"def my_softmax(logits):\n    {body}")
    assert status == TRY_AGAIN
    assert words in text
    assert "Traceback" not in text and "softmax_lib" not in text and "runner.py" not in text


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("np.exp(logits)", "your function comes to its end without a `return`."),
        ("w = np.exp(logits)\n    return list(w / w.sum())", "gave a list. Return a numpy array"),
        ("w = np.exp(logits)\n    return tuple(w / w.sum())", "gave a tuple. Return a numpy"),
        ("return 'a string'", "gave the text 'a string'. Quotation marks"),
        (
            "return (np.exp(logits) / np.exp(logits).sum())[:, None]",
            "a table of three rows and one",
        ),
        ("return np.exp(logits).sum()", "gave one number, where three are wanted"),
        ("return np.float64(1.0)", "gave one number, where three are wanted"),
        ("return np.array(['a', 'b', 'c'])", "['a', 'b', 'c']"),
        ("return logits * np.nan", "nan"),
        ("return np.array([1, 0, None])", "None"),
        ("return (w for w in logits)", "generator"),
        ("return {1: 2}", "gave a `dict`, with which nothing"),
        ("return logits > 0", "[True, True, False]"),
        ("w = np.exp(logits)\n    return w / w.sum() + 1j", "gave complex numbers."),
        ("w = np.exp(logits + 0j)\n    return w / w.sum()", "complex numbers: take `.real`."),
    ],
)
def test_a_wrong_kind_of_result_is_named(body, words):
    status, text = judged(f"def my_softmax(logits):\n    {body}")
    assert status == TRY_AGAIN
    assert words in text


def test_numbers_that_differ_late_are_shown_with_more_digits():
    _, text = judged("def my_softmax(logits):\n    w = 2.71829 ** logits\n    return w / w.sum()")
    given, wanted = re.search(r"gave (\[.*?\]); it should give (\[.*?\])\.", text).groups()
    assert given != wanted


def test_what_the_function_is_given_is_shown_as_it_is():
    source = "def my_cold_softmax(logits):\n    return np.round(logits) / 7"
    _, text = judge_answer(all_exercises()["my_cold_softmax"], build(source, "my_cold_softmax"))
    assert "`my_cold_softmax(np.array([2, 1, -1]))`" in text
    source = (
        "def my_cold_softmax(logits):\n    top = logits == logits.max()\n"
        "    return top / top.sum() if (logits.round(3) == logits).all() else logits"
    )
    _, text = judge_answer(all_exercises()["my_cold_softmax"], build(source, "my_cold_softmax"))
    assert "`my_cold_softmax(np.array([1, 1.0000001, 0]))`" in text


def test_right_numbers_in_a_list_are_called_right():
    _, text = judged(
        "def my_softmax(logits):\n    w = np.exp(logits)\n    return list(w / w.sum())"
    )
    assert text.startswith("Here the numbers are right, but")
    _, text = judged("def my_softmax(logits):\n    return [1, 2, 3]")
    assert "The numbers are right" not in text


def test_right_numbers_in_nested_lists_are_called_right():
    task = all_exercises()["my_softmax_rows"]
    code = task.solution.rstrip() + ".tolist()"
    code = code.replace("return weights / ", "return (weights / ").replace(".tolist", ").tolist")
    assert judge_answer(task, build(code, task.id))[1].startswith("Here the numbers are right, but")
    _, text = judge_answer(task, lambda scores: [[1], [1, 2]])
    assert text.startswith("Before the numbers:")


def test_the_same_wrong_function_again_is_told_so():
    def wrong():
        return build("def my_softmax(logits):\n    return logits", "my_softmax")

    first, again = wrong(), "This is the same function as at your last check."
    assert again not in repr(check("my_softmax", first))
    assert again in repr(check("my_softmax", first))
    assert again not in repr(check("my_softmax", wrong()))  # it was run again
    right = build(TASK.solution, "my_softmax")
    assert not any(again in repr(check("my_softmax", right)) for _ in range(2))


def test_a_result_that_is_no_distribution_is_told_so():
    status, text = judged("def my_softmax(logits):\n    return np.exp(logits) / 3")
    assert status == TRY_AGAIN
    assert "As a distribution, yours fails" in text and "sum" in text


@pytest.mark.parametrize(
    "line", ["logits -= logits.max()", "logits[0] = logits[0] + 0.5; logits[0] -= 0.25"]
)
def test_changing_the_input_is_found_though_the_result_is_right(line):
    code = (
        "def my_softmax(logits):\n    w = np.exp(logits)\n    p = w / w.sum()\n"
        f"    {line}\n    return p"
    )
    status, text = judged(code)
    assert status == TRY_AGAIN
    assert "changes the array that it is given" in text


def test_a_function_cannot_change_what_it_returned_before():
    """One array, returned each time and overwritten the next: the first results count as given."""
    code = (
        "store = np.zeros(99)\n\ndef my_softmax(logits):\n    w = np.exp(logits)\n"
        "    store[:len(logits)] = w / w.sum()\n    return store[:len(logits)]"
    )
    assert judged(code)[0] == PASSED


def test_what_it_prints_is_shown_with_a_wrong_answer_and_never_leaks():
    out = io.StringIO()
    code = "def my_softmax(logits):\n    print('got', logits)\n    return logits"
    with contextlib.redirect_stdout(out):
        feedback = check("my_softmax", build(code, "my_softmax"))
        inside = sys.stdout
    assert "Your function printed:\ngot [ 2.  1. -1.]" in repr(feedback)
    assert "got [ 2.  1. -1.]" in feedback._repr_html_()
    assert feedback.printed == "got [ 2.  1. -1.]"  # of the call that is told, not of all
    assert out.getvalue() == "" and inside is out


@pytest.mark.parametrize("wrong", [None, *TASK.wrong[:2]], ids=lambda w: getattr(w, "name", w))
def test_much_that_it_prints_is_folded(wrong):
    """Also beside the words for a wrong answer that is listed; the verdict stays in sight."""
    loop = "\n    for k in range(16):\n        print('line', k, '<b>', [np.float64(0.5)])"
    code = wrong.code if wrong else "def my_softmax(logits):\n    return logits * 3"
    head, _, rest = code.strip().partition("\n")
    feedback = check("my_softmax", build(f"{head}{loop}\n{rest}", "my_softmax"))
    if wrong:
        assert feedback.text == wrong.says
    shown = repr(feedback)
    assert "Your function printed 16 lines:\nline 0 <b> [0.5]\n" in shown
    assert "line 2 " in shown and "line 3" not in shown
    page = feedback._repr_html_()
    assert "Your function printed 16 lines</summary>" in page and "line 15 &lt;b&gt;" in page
    assert page.index(rich(feedback.text)) < page.index("line 0")


def test_a_long_line_is_folded_too():
    code = "def my_softmax(logits):\n    print('x' * 4000)\n    return logits"
    feedback = check("my_softmax", build(code, "my_softmax"))
    assert "x" * 200 + "..." in repr(feedback) and "x" * 201 not in repr(feedback)
    assert "Your function printed</summary>" in feedback._repr_html_()


def test_what_was_cut_off_is_not_counted_as_printed():
    """Each line has ten characters; a thousand of them are more than are kept."""
    feedback = check(
        "my_softmax",
        build(
            "def my_softmax(z):\n    for k in range(5000):\n        print('123456789')",
            "my_softmax",
        ),
    )
    (count,) = re.findall(r"Your function printed more than (\d+) lines", repr(feedback))
    assert 900 < int(count) == feedback.printed.count("123456789\n") <= 1000


def test_each_call_has_room_of_its_own_for_what_it_prints():
    done = run(lambda z: print(str(z) * 9000), [(1,), (2,), (3,)], 5)
    assert [o.printed[0] for o in done.outcomes] == ["1", "2", "3"]


def test_what_is_printed_before_the_time_is_up_is_shown():
    code = "def my_softmax(logits):\n    while True:\n        print('round')"
    feedback = check("my_softmax", build(code, "my_softmax"))
    assert "did not finish" in feedback.text and feedback.printed.startswith("round\nround")


@pytest.mark.parametrize(
    "last",
    ["print(w / w.sum())", "return print(w / w.sum())", "print(*w / w.sum())\n    return None"],
)
def test_print_in_place_of_return_is_named(last):
    _, text = judged(f"def my_softmax(logits):\n    w = np.exp(logits)\n    {last}")
    assert "your function prints its result and returns nothing" in text
    assert "Write `return` in place of `print`" in text


def test_print_beside_a_missing_return_is_no_print_in_its_place():
    for body in ("return print('a') if len(logits) > 3 else logits", "w = logits"):
        _, text = judged(f"def my_softmax(logits):\n    {body}")
        assert "prints its result" not in text


def test_printing_without_end_fills_no_memory():
    done = run(lambda: [print("x" * 1000) for _ in range(2000)] and None, [()], 5)
    assert len(done.printed) <= 10_000


def test_output_and_input_are_the_notebooks_again_after_a_timeout():
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        before = sys.stdout, sys.stderr, input
        judged("def my_softmax(logits):\n    while True:\n        print('x')")
        assert (sys.stdout, sys.stderr, input) == before
        time.sleep(0.1)
    assert out.getvalue() == ""  # it was stopped before it could print here


def raises_our_time_out(*_):
    import softmax_lib.runner

    raise softmax_lib.runner._TimeIsUp


def breaks_its_arguments(*given):
    for value in given:
        if isinstance(value, np.ndarray):
            value.dtype = "V1"
    return 3


def ends_the_thread(*_):
    raise SystemExit


def breaks_copying(*_):
    import copy

    copy.deepcopy = None


@pytest.mark.parametrize(
    "answer", [raises_our_time_out, breaks_its_arguments, ends_the_thread, breaks_copying]
)
def test_a_verdict_needs_one_outcome_for_each_call(answer, monkeypatch):
    monkeypatch.setattr("copy.deepcopy", copy.deepcopy)  # given back at the end
    for task in all_exercises().values():
        if not task.judge:
            done = run(answer, task.probes)
            assert len(done.outcomes) == len(task.probes) and not done.timed_out
            assert judge_answer(task, answer)[0] == TRY_AGAIN


def test_too_few_outcomes_never_pass(monkeypatch):
    """Whatever made them too few."""
    whole = run(build(TASK.solution, TASK.id), TASK.probes)
    for count in range(len(TASK.probes)):
        monkeypatch.setattr(checks, "run", lambda *_, n=count: Run(whole.outcomes[:n]))
        assert check(TASK.id, lambda logits: logits).status == TRY_AGAIN


def test_an_argument_made_into_another_kind_of_array_is_changed():
    def halves(numbers):
        total = np.sum(numbers)
        numbers.dtype = np.int64
        return total

    _, text = judge_answer(all_exercises()["my_total"], halves)
    assert "changes the array that it is given" in text


@pytest.mark.parametrize(
    "body", ["pass", "while True:\n        pass", "import time; time.sleep(2)"]
)
def test_a_check_inside_the_function_that_it_checks(body):
    """No thread more than one, nothing recorded for it, and printing works after it."""
    seen, most = [], [0]
    code = (
        "def my_softmax(logits):\n    seen.append(check('my_softmax', my_softmax))\n"
        "    most[0] = max(most[0], count())\n"
        f"    {body}\n    w = np.exp(logits)\n    return w / w.sum()"
    )
    names = {"check": check, "seen": seen, "most": most, "count": threading.active_count}
    before, out = threading.active_count(), sys.stdout
    status, text = judge_answer(TASK, build(code, "my_softmax", names), LIMIT)
    assert status == PASSED if body == "pass" else "did not finish" in text
    assert all("in its own cell" in feedback.text for feedback in seen) and seen
    assert most[0] <= before + 1
    assert sys.stdout is out
    assert str(my_work("my_softmax")) == "Nothing has been checked here yet."


def test_a_thread_that_was_given_up_starts_no_check():
    """It may come to one when nobody waits for it any more."""
    seen = []
    worker = _Worker(target=lambda: seen.append((check("my_total", np.sum), sys.stdout)))
    worker.start()
    worker.join()
    ((feedback, out),) = seen
    assert "in its own cell" in feedback.text and out is sys.stdout


def test_a_function_may_bring_an_earlier_answer():
    """`recall` tries it, inside the trial: then and there."""

    def my_softmax(logits):
        return recall("my_normalize")(np.exp(logits))

    assert judge_answer(TASK, my_softmax, 60)[0] == PASSED


def no_threads(monkeypatch):
    def start(self):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", start)


def test_where_there_are_no_threads_answers_are_judged(monkeypatch):
    """As in a browser."""
    no_threads(monkeypatch)
    assert judged(TASK.solution)[0] == PASSED
    assert judged("def my_softmax(logits):\n    return logits")[0] == TRY_AGAIN
    assert "SystemExit" in judged("def my_softmax(logits):\n    exit()")[1]
    with pytest.raises(Stopped, match="You stopped this before it was done; nothing is lost"):
        judged("def my_softmax(logits):\n    raise KeyboardInterrupt")


@pytest.mark.skipif(sys.version_info < (3, 12), reason="Python before 3.12 has no monitoring")
@pytest.mark.parametrize(
    "body",
    [
        "while True:\n        pass",
        "while True:\n        np.exp(logits)",
        "for _ in iter(int, 1):\n        pass",
        "return sum(1 for _ in iter(int, 1))",
        "return [_ for _ in iter(int, 1)]",
        "while True:\n        try:\n            np.exp(logits)\n        except:\n            pass",
        "while True:\n        try:\n            while True:\n                pass\n"
        "        except BaseException:\n            continue",
        "while True:\n        try:\n            pass\n        finally:\n            continue",
        "try:\n        while True:\n            pass\n    except:\n        return logits",
        "def again(n):\n        return again(n - 1) + again(n - 2) if n > 0 else 1\n"
        "    return again(300)",
    ],
)
def test_where_there_are_no_threads_loops_end(body, monkeypatch):
    no_threads(monkeypatch)
    places = [sys.monitoring.get_tool(place) for place in range(6)]
    status, text = judged(f"def my_softmax(logits):\n    {body}")
    assert status == TRY_AGAIN and "did not finish" in text
    assert [sys.monitoring.get_tool(place) for place in range(6)] == places
    assert judged(TASK.solution)[0] == PASSED


@pytest.mark.skipif(sys.version_info < (3, 12), reason="Python before 3.12 has no monitoring")
def test_the_clock_ends_nothing_but_a_learners_code(monkeypatch):
    """What the course or Python does for them is finished first."""
    no_threads(monkeypatch)
    done = []

    def key(value):
        time.sleep(0.3)
        done.append(value)
        return value

    whole = run(sorted, [([2, 1],)], 60)
    assert not whole.timed_out and whole.outcomes[0].value == [1, 2]
    assert run(lambda: sorted([2, 1], key=key), [()], 0.1).timed_out and done == [2]


@threads
def test_stopping_the_check_by_hand_gives_everything_back(monkeypatch):
    before = sys.stdout, sys.stderr, input, exit

    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(threading.Thread, "join", stop)
    with pytest.raises(KeyboardInterrupt) as stopped:
        run(lambda: None, [()], 5)
    (sentence,) = stopped.value._render_traceback_()  # what IPython shows
    assert sentence == "You stopped this before it was done; nothing is lost."
    monkeypatch.undo()
    assert (sys.stdout, sys.stderr, input, exit) == before


def test_the_notebooks_own_exit_is_not_called_by_a_check():
    """In a notebook `exit` is no builtin but an object of IPython, and it ends the kernel."""
    ended = []

    class Autocall:
        def __call__(self):
            ended.append(True)

    Autocall.__module__ = "IPython.core.autocall"
    leave, mine = Autocall(), lambda: 0.5
    code = "def my_softmax(logits):\n    exit()"
    function = build(code, "my_softmax", {"exit": leave, "quit": mine})
    _, text = judge_answer(TASK, function)
    assert "raised SystemExit: it ends the whole program" in text and not ended
    assert function.__globals__["exit"] is leave and function.__globals__["quit"] is mine
    leave()
    assert ended


def test_a_misspelled_name_is_not_taken_for_a_misconception():
    for task in all_exercises().values():
        if not task.judge:
            _, text = judge_answer(task, lambda *_: nothing_like_it)  # noqa: F821
            assert "NameError: name 'nothing_like_it' is not defined" in text


def test_warnings_of_the_learners_code_are_not_shown(recwarn):
    status, _ = judged("def my_softmax(logits):\n    return np.exp(logits * 1e4) / np.exp(9e9)")
    assert status == TRY_AGAIN
    assert not recwarn.list


@pytest.mark.parametrize(
    "answer", [np.array([0.7, 0.2, 0.1]), None, 3, "my_softmax", [1, 2], {"a": 1}]
)
def test_calling_the_function_too_early_is_explained(answer):
    feedback = check("my_softmax", answer)
    assert feedback.status == TRY_AGAIN
    assert "without parentheses" in feedback.text


def test_no_answer_at_all():
    feedback = check("my_softmax")
    assert feedback.status == NOT_YET
    assert "run this cell again" in feedback.text


def test_an_unknown_exercise_gets_near_names():
    feedback = check("my_sofmax", lambda z: z)
    assert feedback.status == TRY_AGAIN and "my_softmax" in feedback.text
    for function in (hint, solution, my_work, recall):
        with pytest.raises(ValueError, match="did you mean .*my_softmax"):
            function("my_sofmax")
    with pytest.raises(ValueError, match="question must be the name of one"):
        ask("no-such-question")
    for strange in (["my_softmax"], 3, None, np.exp, Hostile()):
        feedback = check(strange, 3)
        assert feedback.status == TRY_AGAIN and "does not know" in repr(feedback)


def test_an_answer_that_is_no_function_cannot_be_recalled():
    check("my_other_logits", [3, 1, 0])
    assert str(my_work("my_other_logits")) == "[3, 1, 0]"
    with pytest.raises(ValueError, match="exercise must be one that asks for a function"):
        recall("my_other_logits")


@pytest.mark.parametrize("number", [0, 4, -1, 1.5, "1", None])
def test_a_hint_that_is_not_there(number):
    with pytest.raises(ValueError, match="number must be 1 to 3"):
        hint("my_softmax", number)


class Hostile:
    """An answer that raises whenever it is looked at."""

    def __call__(self, *_):
        return self

    def __repr__(self):
        raise RuntimeError("no repr")

    def __eq__(self, other):
        raise RuntimeError("no eq")

    def __str__(self):
        raise RuntimeError("no words")

    __hash__ = None

    def __deepcopy__(self, memo):
        raise RuntimeError("no copy")


@pytest.mark.parametrize("task", all_exercises())
def test_a_check_never_raises(task):
    class Mute(Exception):
        def __str__(self):
            raise RuntimeError("no words")

    def mute(*_):
        raise Mute

    answers = [Hostile(), Hostile, [Hostile()], lambda *_: Hostile(), lambda *_: [Hostile()], mute]
    for answer in [*answers, object(), print, type, lambda: 1, np.sin, math.sin, float("nan")]:
        feedback = check(task, answer)
        assert feedback.status == TRY_AGAIN and feedback.text
        assert "Traceback" not in repr(feedback)
        assert feedback._repr_html_()


def test_feedback_reads_the_same_as_text_and_as_page():
    def page(feedback):
        return re.sub("<code style='[^']*'>|</code>", "`", feedback._repr_html_())

    for answer in (build(TASK.stub, TASK.id), build(TASK.wrong[0].code, TASK.id)):
        feedback = check("my_softmax", answer)
        assert feedback.text in page(feedback) and feedback.text in repr(feedback)
        assert 'hint("my_softmax", 1)' in repr(feedback)
        assert page(feedback).count("<details") == 4  # three hints and the solution
    passed = check("my_softmax", build(TASK.solution, TASK.id))
    assert passed.passed and "hint(" not in repr(passed)
    assert page(passed).count("<details") == 1


def test_what_a_learner_wrote_cannot_become_markup():
    def my_softmax(logits):
        raise ValueError("<img src=x onerror=alert(1)> & more")

    text = check("my_softmax", my_softmax)._repr_html_()
    assert "<img" not in text and "&lt;img src=x" in text and "&amp; more" in text


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (np.array([0.123456, 1e-9, 3]), "[0.1235, 1e-09, 3]"),
        (np.True_, "True"),
        (7, "7"),
        (list(range(12)), "[0, 1, 2, 3, 4, 5, 6, 7, ...]"),
        ("x" * 90, "'" + "x" * 56 + "..."),
        (None, "None"),
        (np.float64(0.1) + np.float64(0.2), "0.3"),
        ([np.float64(0.5), np.int64(3), np.True_], "[0.5, 3, True]"),
        ((np.float64(0.5), [np.float32(2)]), "(0.5, [2])"),
        ((1,), "(1,)"),
        ({np.str_("a"): np.float64(0.5), (np.int64(1), 2): None}, "{'a': 0.5, (1, 2): None}"),
        ({np.float64(0.5)}, "{0.5}"),
        (np.str_("a (b"), "'a (b'"),
        (np.complex128(1 + 2j), "1+2j"),
        (slice(np.int64(1), None), "slice(1, None, None)"),
        (Fraction(1, 3), "0.3333"),
        (Decimal("0.25"), "0.25"),
        (KeyError(np.float64(0.5)), "KeyError(0.5)"),
    ],
)
def test_values_are_shown_short(value, words):
    assert show(value) == words


def test_a_value_that_cannot_be_written_is_named_by_its_type():
    assert show(10**5000) == "something of type int"
    assert show(Fraction(10**400)) == "something of type Fraction"
    assert show(Hostile()) == "something of type Hostile"
    inside = []
    inside.append(inside)
    assert show(inside) == "something of type list"


def test_an_error_is_told_without_numpys_names_for_numbers():
    code = "def my_softmax(logits):\n    return {0.1: 2}[logits[0]]"
    assert "raised KeyError: 2.0 in the line" in judged(code)[1]


# --- Right, or told what differs ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("my_total", "def my_total(numbers):\n    return Fraction(float(numbers.sum()))"),
        ("my_total", "def my_total(numbers):\n    return Decimal(float(numbers.sum()))"),
        ("my_total", "def my_total(numbers):\n    return np.array(Fraction(float(sum(numbers))))"),
        ("my_total", "def my_total(numbers):\n    return np.array(numbers.sum())"),
        ("my_is_distribution", "def my_is_distribution(values):\n    "
         "return np.array((values >= 0).all() and abs(values.sum() - 1) < 1e-6)"),
        ("my_continue", "def my_continue(next_word, text, count):\n    for _ in range(count):\n"
         "        text = text + ' ' + next_word(text)\n    return np.str_(text)"),
    ],
)  # fmt: skip
def test_the_same_value_of_another_kind_passes(name, code):
    names = {"Fraction": Fraction, "Decimal": Decimal}
    status, text = judge_answer(all_exercises()[name], build(code, name, names))
    assert status == PASSED, text


def test_right_numbers_that_numpy_cannot_use_are_told_apart():
    task = all_exercises()["my_softmax"]
    right = build(task.solution, task.id)
    _, text = judge_answer(task, lambda z: right(z).astype(object))
    assert "gave the right numbers, but in an array of dtype object" in text
    assert "`.astype(float)`" in text
    assert judge_answer(task, lambda z: right(z).astype(object).astype(float))[0] == PASSED


@pytest.mark.parametrize("name", ["my_jacobian", "my_weight_gradient", "my_running_pairs"])
def test_a_matrix_is_no_array_though_its_numbers_are_right(name):
    """Where it is used later, `*` would be a product of tables, and a row a table."""
    task = all_exercises()[name]
    right = build(task.solution, task.id)
    status, text = judge_answer(task, lambda *given: np.asmatrix(right(*given)))
    assert status == TRY_AGAIN and "gave a matrix" in text and "`np.asarray(...)`" in text
    assert judge_answer(task, lambda *given: np.asarray(np.asmatrix(right(*given))))[0] == PASSED


def test_no_cap_on_the_surprise_passes():
    task = all_exercises()["my_cross_entropy"]
    for line in (
        "-np.log(p[target] + 1e-60)",
        "min(-np.log(p[target]), 280.0)",
        "-np.log(max(p[target], 1e-100))",
        "-np.log(np.clip(p, 1e-16, 1))[target]",
    ):
        code = "w = np.exp(logits)\n    p = w / w.sum()\n    return " + line
        code = "def my_cross_entropy(logits, target):\n    " + code
        assert judge_answer(task, build(code, task.id))[0] == TRY_AGAIN, line


def test_a_difference_behind_the_dots_is_shown():
    task = all_exercises()["my_softmax"]
    right = build(task.solution, task.id)
    long = dataclasses.replace(task, probes=((np.arange(12.0),),))

    def late(z):
        return right(z) + 0.25 * (np.arange(len(z)) == 10)

    (got,), (wanted,) = run(late, long.probes).outcomes, run(right, long.probes).outcomes
    text = _describe(long, late, [got], [wanted], 0)
    assert "gave 0.4825; it should give 0.2325, at the index `[10]`." in text
    assert _contrast("a" * 70 + "b", "a" * 70 + "c") == (
        "a text that goes on, from place 50, with 'aaaaaaaaaaaaaaaaaaaab'; it should go on with "
        "'aaaaaaaaaaaaaaaaaaaac'."
    )


NUMBERS = st.one_of(
    st.integers(-3, 3),
    st.floats(-3, 3),
    st.sampled_from([0.1, 0.1 + 1e-9, 1e9, 1e9 + 1, math.inf, math.nan, -0.0]),
    st.booleans(),
    st.fractions(-2, 2, max_denominator=4),
    st.decimals(-2, 2, places=2),
    st.complex_numbers(max_magnitude=2),
)
ARRAYS = st.lists(NUMBERS, max_size=12).flatmap(
    lambda v: st.sampled_from([float, object, bool, complex, "U9", np.float16, np.int8]).map(
        lambda kind: _array(v, kind)
    )
)
VALUES = st.one_of(
    NUMBERS, NUMBERS.map(np.array), ARRAYS, st.text(max_size=90), st.lists(NUMBERS, max_size=3),
    st.lists(NUMBERS, max_size=3).map(tuple), st.dictionaries(st.text(max_size=2), NUMBERS),
)  # fmt: skip


def _array(values, kind):
    try:
        return np.array(values, dtype=kind)
    except (TypeError, ValueError, OverflowError):
        return np.array(values, dtype=object)


@given(VALUES, VALUES)
def test_what_does_not_pass_is_never_told_as_the_same(value, right):
    """Either it passes, or the words for it and those for the right one differ."""
    assume(not (isinstance(right, np.ndarray) and right.dtype == object))  # no solution gives one
    if _equal(value, right):
        assert _equal(right, right)
        return
    words = _contrast(value, right)
    if found := re.fullmatch(
        r"(?s)(.+); it should give (.+?)(, at the index `\[[\d, ]+\]`)?\.", words
    ):
        assert found[1] != found[2]
    else:
        assert "the right numbers, but" in words or "a text that goes on" in words
    assert "np." not in words.replace("numpy", "")


# --- A numpy that is no longer numpy -------------------------------------------------------------

POISON = {
    "sum": 5,
    "exp": lambda z: z,
    "allclose": lambda *_: True,
    "ndarray": 3,
    "e": 3.0,
    "isclose": None,
}


@pytest.mark.parametrize("name", POISON)
def test_a_replaced_function_of_numpy_is_named_and_nothing_is_judged(monkeypatch, name):
    monkeypatch.setattr(np, name, POISON[name])
    for task in ("my_softmax", "my_other_logits"):
        for answer in (build(TASK.solution, TASK.id), [3, 1, 0], 3, lambda z: z):
            feedback = check(task, answer)
            assert feedback.status == TRY_AGAIN
            assert f"`np.{name}` is no longer what it was" in feedback.text
            assert "Restart Kernel" in feedback.text and feedback._repr_html_()
    assert load()["exercises"] == {}


def test_a_poisoned_numpy_leaves_nothing_behind(monkeypatch):
    """What is expected is not computed with it, and not remembered."""
    task = all_exercises()["my_normalize"]
    checks._outcomes.cache_clear()
    checks._wrong_outcomes.cache_clear()
    with monkeypatch.context() as patch:
        patch.setattr(np, "sum", lambda *_, **__: 5.0)
        assert check(task.id, lambda w: w / 5).status == TRY_AGAIN
    assert check(task.id, lambda w: w / 5).status == TRY_AGAIN
    assert check(task.id, build(task.solution, task.id)).passed


def test_an_answer_that_poisons_numpy_while_it_runs(monkeypatch):
    task = all_exercises()["my_normalize"]
    monkeypatch.setattr(np, "sum", np.sum)  # gives it back in the end
    checks._outcomes.cache_clear()
    checks._wrong_outcomes.cache_clear()

    def my_normalize(weights):
        np.sum = lambda *_, **__: 5.0
        return weights / 5

    original = np.sum
    assert "`np.sum` is no longer" in check(task.id, my_normalize).text
    np.sum = original
    assert check(task.id, lambda w: w / 5).status == TRY_AGAIN
    assert check(task.id, build(task.solution, task.id)).passed


def test_many_replaced_names_are_told_in_few_words(monkeypatch):
    for name in ("sum", "max", "min", "exp", "log"):
        monkeypatch.setattr(np, name, 5)
    monkeypatch.setattr(math, "exp", 5)
    assert "`, ... are no longer what they were" in check("my_total", sum).text
    assert "math.exp" in replaced()


def test_adding_to_numpy_poisons_nothing(monkeypatch):
    monkeypatch.setattr(np, "ln", np.log, raising=False)
    code = "def my_softmax(logits):\n    return np.exp(logits - np.ln(np.exp(logits).sum()))"
    assert judged(code)[0] == PASSED
