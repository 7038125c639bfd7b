"""A check judges what the cell above it defines, or says why it cannot. In a real kernel.

JupyterLab tells the kernel which cell it runs; other front ends tell nothing, and get by.
"""

import time

import pytest
from jupyter_client import KernelManager
from jupyter_client.kernelspec import NATIVE_KERNEL_NAME, KernelSpecManager

from softmax_lib.exercises import cells

START = "import numpy as np\nfrom softmax_lib.exercises import check, my_work, recall"
RIGHT = "def my_total(numbers):\n    return numbers.sum()"
HOME = "my-total"  # the id of the exercise's cell in the notebook
UNFINISHED = "def my_total(numbers):\n    return numbers.sum("
MISSPELT = "def mytotal(numbers):\n    return numbers.sum()"
CHECK = 'check("my_total", my_total)'


class Kernel:
    """Runs cells as a front end does and returns what they show."""

    def __init__(self):
        self.manager = KernelManager(
            # Without folders to search, the only kernel there is belongs to this Python.
            kernel_name=NATIVE_KERNEL_NAME,
            kernel_spec_manager=KernelSpecManager(kernel_dirs=[]),
        )
        self.manager.start_kernel()
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=120)

    def __call__(self, code, cell=None):
        content = {
            "code": code, "silent": False, "store_history": True, "user_expressions": {},
            "allow_stdin": False, "stop_on_error": True,
        }  # fmt: skip
        metadata = {"cellId": cell} if cell else {}
        message = self.client.session.msg("execute_request", content, metadata=metadata)
        self.client.shell_channel.send(message)
        shown, end = [""], time.monotonic() + 60
        while time.monotonic() < end:
            reply = self.client.get_iopub_msg(timeout=60)
            if reply["parent_header"].get("msg_id") != message["header"]["msg_id"]:
                continue
            kind, content = reply["msg_type"], reply["content"]
            if kind == "status" and content["execution_state"] == "idle":
                return "\n".join(filter(None, shown))
            if kind == "stream":  # in as many pieces as it likes
                shown[-1] += content["text"]
            elif kind in ("execute_result", "display_data"):
                shown.append(content["data"]["text/plain"])
            elif kind == "error":
                shown.append(f"{content['ename']}: {content['evalue']}")
        raise TimeoutError(code)

    def close(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


@pytest.fixture(scope="module")
def kernel():
    kernel = Kernel()
    kernel(START)
    yield kernel
    kernel.close()


@pytest.fixture
def run(kernel):
    """Return the kernel, with nothing left of another test."""
    kernel("globals().pop('my_total', None); globals().pop('mytotal', None)")
    return kernel


def checked(run, cell="my-total-check"):
    return run(CHECK, cell)


# --- It speaks --------------------------------------------------------------------------------

STOPPED = {
    "unfinished": (UNFINISHED, "The cell above stopped with a SyntaxError"),
    "mathematics": (
        "def my_total(numbers):\n    return 2numbers",
        "`2 * z`, not `2z` or `2(z)`. Mend it and run it again, then this check.",
    ),
    "a bracket that stays open": (
        "def my_total(numbers):\n    return np.sum(numbers\n",
        "stopped with a SyntaxError, so this check would judge an older `my_total`. A round "
        "bracket `(` opens, in the line `return np.sum(numbers`, and none closes it.",
    ),
    "colon": (RIGHT.replace(":", ""), "`else`, `for` and `while` ends in a colon"),
    "indented": ("def my_total(numbers):\nreturn 1", "stopped with an IndentationError"),
    "an error before it": (f"import nothing_like_it\n{RIGHT}", "stopped with a ModuleNotFoundErr"),
    "a name in the line before": (f"shift = ln(2)\n{RIGHT}", "ln, is `np.log`"),
    "magic": ("%%time\n" + UNFINISHED, "stopped with a SyntaxError"),
    "stopped by hand": (f"raise KeyboardInterrupt\n{RIGHT}", "The cell above was stopped before"),
    "another name": (MISSPELT, "The cell above defines `mytotal`, and this exercise is called"),
    "another name, timed": ("%%time\n" + MISSPELT, "The cell above defines `mytotal`"),
    "nothing": ("count = 3", "The cell above does not define `my_total`, so this check would"),
    "a call": ("my_total(np.array([1, 2]))", "The cell above does not define `my_total`"),
}


@pytest.mark.parametrize(("code", "words"), STOPPED.values(), ids=STOPPED)
def test_an_older_function_is_not_judged(run, code, words):
    run(RIGHT, HOME)
    assert checked(run).startswith("✓ Passed")
    run(code, HOME)
    for _ in range(2):
        said = checked(run)
        assert said.startswith("✗ Try again") and words in said
        assert "this check would judge an older `my_total`" in said and "Traceback" not in said
    run(RIGHT.replace("numbers.sum()", "-numbers.sum()"), HOME)
    assert "gave -1; it should give 1" in checked(run)


@pytest.mark.parametrize("line", ["return numbers.sum()", "total = numbers.sum()"])
def test_a_function_with_its_first_words_alone_is_not_judged(run, line):
    run(f'def my_total(numbers):\n    """Return the sum."""\n{line}', HOME)
    said = checked(run)
    assert "there is nothing in your `my_total` yet" in said
    assert "four spaces further to the right than its `def`" in said


def test_an_older_stub_is_not_judged_either(run):
    run("def my_total(numbers):\n    return ...", HOME)
    assert checked(run).startswith("○ Not yet")
    run(MISSPELT, HOME)
    assert "The cell above defines `mytotal`" in checked(run)


def test_no_attempt_is_recorded(run):
    run(RIGHT, HOME)
    checked(run)
    before = run("my_work('my_total')")
    run(UNFINISHED, HOME)
    checked(run)
    assert run("my_work('my_total')") == before == RIGHT


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (None, "There is no `my_total` yet. Run the cell above"),
        (UNFINISHED, "stopped with a SyntaxError, so there is"),
        (MISSPELT, "The cell above defines `mytotal`, and this exercise is called `my_total`, so"),
        ("numbers = 3", "The cell above does not define `my_total`, so there is no `my_total`"),
    ],
)
def test_a_name_that_is_not_there_at_all_is_explained_below_the_error(run, code, words):
    if code:
        run(code, HOME)
    said = checked(run)
    assert said.startswith("NameError: name 'my_total' is not defined\n○ Not yet: my_total")
    assert words in said and 'hint("my_total", 1)' in said


def test_another_cell_than_the_notebooks_own(run):
    """A learner's own cell that did define it, then did not."""
    run(RIGHT, "another")
    assert checked(run).startswith("✓ Passed")
    run(UNFINISHED, "another")
    said = checked(run)
    assert "The last cell meant for `my_total` stopped with a SyntaxError" in said


def test_a_front_end_that_names_no_cells_still_hears_of_an_error(run):
    run(RIGHT)
    run(UNFINISHED)
    assert "The last cell meant for `my_total` stopped with a SyntaxError" in checked(run, None)
    run(RIGHT)
    assert checked(run, None).startswith("✓ Passed")


# --- It is silent -----------------------------------------------------------------------------

FINE = {
    "run again": [(RIGHT, HOME), (RIGHT, HOME)],
    "mended": [(RIGHT, HOME), (UNFINISHED, HOME), (RIGHT, HOME)],
    "defined elsewhere": [(UNFINISHED, HOME), (RIGHT, "another")],
    "moved elsewhere, its cell used for a call": [
        (RIGHT, HOME), (RIGHT, "another"), ("my_total(np.array([1, 2]))", HOME)
    ],
    "moved elsewhere, its cell empty": [(RIGHT, HOME), (RIGHT, "another"), ("", HOME)],
    "moved above it, its cell about another thing": [(RIGHT, "another"), ("x = 3", HOME)],
    "named again": [(MISSPELT, HOME), ("my_total = mytotal", "another")],
    "named again in its cell": [(f"{MISSPELT}\nmy_total = mytotal", HOME)] * 2,
    "the same, bound again": [(RIGHT, HOME), ("my_total = my_total", HOME)],
    "Python's own": [("my_total = sum", HOME)] * 2,
    "lambda": [("my_total = lambda numbers: numbers.sum()", HOME)] * 2,
    "recalled": [(RIGHT, HOME), (CHECK, "c"), ('my_total = recall("my_total")', HOME)],
    "timed": [("%%time\n" + RIGHT, HOME)] * 2,
    "an error after it": [(RIGHT, HOME), (f"{RIGHT}\nmy_total(1, 2, 3)", HOME)],
    "through globals": [(f"{RIGHT}\nf = my_total", "x"), ('globals()["my_total"] = f', HOME)] * 2,
    "through exec": [(f"text = {RIGHT!r}\nexec(text)", HOME)] * 2,
    "a star": [("import sys, types", "m"), ("m = sys.modules['mm'] = types.ModuleType('mm')\n"
               f"exec({RIGHT!r}, m.__dict__)", "m"), *[("from mm import *", HOME)] * 2],
    "imported": [("from numpy import sum as my_total", HOME)] * 2,
    "in a loop": [("for my_total in [np.sum]:\n    pass", HOME)] * 2,
    "another's error": [(RIGHT, HOME), ("1 / 0", "another"), ("1 +", "another")],
    "a remark in a broken cell": [(RIGHT, HOME), ("# my_total = 3\n1 +", "another")],
    "no ids at all": [(RIGHT, None), ("x = 1", None), (MISSPELT, None), ("1 / 0", None)],
}  # fmt: skip


@pytest.mark.parametrize("steps", FINE.values(), ids=FINE)
def test_what_a_learner_does_on_purpose_is_judged(run, steps):
    for code, cell in steps:
        run(code, cell)
    assert checked(run, steps[-1][1] and "my-total-check").startswith("✓ Passed")


def test_another_object_than_the_name_holds_is_judged(run):
    run(RIGHT, HOME)
    run(MISSPELT, HOME)
    assert run('check("my_total", mytotal)', "c").startswith("✓ Passed")
    assert run('check("my_total", lambda n: n.sum())', "c").startswith("✓ Passed")


def test_defined_and_checked_in_one_cell(run):
    run(RIGHT, HOME)
    run(UNFINISHED, HOME)
    assert run(f"{RIGHT}\n{CHECK}", HOME).startswith("✓ Passed")


def test_a_name_error_of_another_kind_is_left_to_python(run):
    assert run("my_total(3)", "x") == "NameError: name 'my_total' is not defined"
    assert run("check('my_total', nothing)", "x") == "NameError: name 'nothing' is not defined"


def test_run_all_in_order(run):
    """The committed stub, then a learner's notebook run from top to bottom, twice."""
    for _ in range(2):
        run("def my_total(numbers):\n    return ...", HOME)
        assert checked(run).startswith("○ Not yet")
        run(RIGHT, HOME)
        run("def my_shares(counts):\n    return counts / counts.sum()", "my-shares")
        assert run('check("my_shares", my_shares)', "my-shares-check").startswith("✓ Passed")
        assert checked(run).startswith("✓ Passed")


def test_an_answer_that_is_a_value(run):
    run("my_other_logits = [3, 1, 0]", "my-other-logits")
    asked = 'check("my_other_logits", my_other_logits)'
    assert run(asked).startswith("✓ Passed")
    run("my_other_logits = [3, 1, 0", "my-other-logits")
    assert "The cell above stopped with a SyntaxError" in run(asked)
    run("my_other_logits = ...", "my-other-logits")
    assert run(asked).startswith("○ Not yet")
    run("my_other_logits = (4, 2, 1)", "my-other-logits")
    assert run(asked).startswith("✓ Passed")
    run("my_other_logits = (4, 2, 1)", "my-other-logits")
    assert run(asked).startswith("✓ Passed")


def test_nothing_of_it_is_in_the_way_where_there_is_no_ipython():
    assert cells._watcher is None
    cells.watch()
    assert cells._watcher is None
    assert cells.older("my_total", sum) == "" == cells.defined_by("my_total", sum)


def test_a_hook_that_fails_is_not_heard(run):
    """Whatever a later version of IPython hands over."""
    assert run("from softmax_lib.exercises import cells\ncells._watcher.after(None)\n"
               "cells._watcher.after(object())") == ""  # fmt: skip
