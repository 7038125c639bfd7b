"""Run a learner's function so that nothing it does can hurt the notebook."""

import builtins
import contextlib
import copy
import ctypes
import io
import linecache
import math
import os
import threading
import traceback
import warnings
import zlib
from dataclasses import dataclass, field
from typing import Any

import numpy as np

__all__ = ["CHECK_SECONDS", "EXPLORER_SECONDS", "Outcome", "Run", "build", "run"]

# How long a learner's function may take, for all its calls together: in a check, and in an
# explorer, which asks again with every move.
CHECK_SECONDS = 5.0
EXPLORER_SECONDS = 1.0
INTERRUPTS = 20
_COURSE = os.path.dirname(os.path.abspath(__file__))
_PYTHON = os.path.dirname(os.path.abspath(os.__file__))


class _TimeIsUp(BaseException):
    """Raised inside the learner's function; ``except Exception`` does not catch it.

    A bare ``except:`` inside a loop does, every time. A thread that goes on like this is parked
    here instead: it waits for ever and costs nothing.
    """

    def __init__(self):
        thread = threading.current_thread()
        thread.interrupts = getattr(thread, "interrupts", 0) + 1
        if thread.interrupts > INTERRUPTS:
            threading.Event().wait()


class _Printed(io.StringIO):
    """Keeps the start of what is printed: a loop that prints must not fill the memory."""

    LIMIT = 10_000

    def write(self, text):
        super().write(text[: max(0, self.LIMIT - self.tell())])
        return len(text)


@dataclass
class Outcome:
    """What one call came to: a value, or an error and the learner's line that raised it."""

    value: Any = None
    error: BaseException | None = None
    line: str = ""
    changed_input: bool = False


@dataclass
class Run:
    """What all calls came to: fewer outcomes than calls when the time ran out."""

    outcomes: list[Outcome] = field(default_factory=list)
    timed_out: bool = False
    printed: str = ""


def build(code, name, namespace=None):
    """Execute an answer's source and return what it defines.

    Parameters
    ----------
    code : str
        Python source that defines `name`.
    name : str
    namespace : dict, optional
        Names that the code may use besides ``np`` and ``math``.

    Returns
    -------
    object
        What `name` is bound to.

    Raises
    ------
    Exception
        Whatever the code raises; KeyError when it does not define `name`.
    """
    scope = {"np": np, "math": math, "__name__": "softmax_answer", **(namespace or {})}
    place = f"<{name} {zlib.crc32(code.encode())}>"
    # With the source in linecache, an error's line can be shown and getsource works.
    linecache.cache[place] = (len(code), None, code.splitlines(keepends=True), place)
    exec(compile(code, place, "exec"), scope)
    return scope[name]


def run(function, probes, seconds=CHECK_SECONDS):
    """Call `function` on each probe, in a thread that is given up when the time is over.

    Parameters
    ----------
    function : callable
        Anything; it may loop, raise, print, exit or change its arguments.
    probes : sequence of tuple
        Arguments for each call; the function gets copies.
    seconds : float, optional
        Limit for all calls together; `CHECK_SECONDS` by default.

    Returns
    -------
    Run
    """
    outcomes, printed = [], _Printed()

    def work():
        with contextlib.suppress(_TimeIsUp), np.errstate(all="ignore"):
            for probe in probes:
                outcomes.append(_call(function, probe))

    worker = threading.Thread(target=work, daemon=True)
    try:
        with _quiet(printed, getattr(function, "__globals__", {})):
            worker.start()
            worker.join(seconds)
            timed_out = worker.is_alive()
            if timed_out:  # most loops end here, before what they print can be seen
                _interrupt(worker)
                worker.join(0.5)
    finally:
        if worker.is_alive():
            threading.Thread(target=_end, args=(worker,), daemon=True).start()
    # The last call may have ended a moment too late, but it is the one that took too long.
    kept = outcomes[: len(probes) - 1] if timed_out else outcomes
    return Run(list(kept), timed_out, printed.getvalue())


@contextlib.contextmanager
def _quiet(printed, scope):
    """Catch what is printed, silence warnings, answer no `input`, and let nobody leave.

    All of it belongs to the process, so the main thread sets and restores it: a thread that is
    given up could not. `scope` is where the learner's function looks up its names: there IPython
    puts an `exit` of its own, which ends the kernel.
    """
    before = []
    for names in (vars(builtins), scope):
        for name, replacement in {"input": _no_input, "exit": _no_exit, "quit": _no_exit}.items():
            original = names.get(name)
            from_ipython = type(original).__module__.startswith("IPython.")
            if from_ipython or names is vars(builtins) and name in names:
                before.append((names, name, original))
                names[name] = replacement
    try:
        with (
            contextlib.redirect_stdout(printed),
            contextlib.redirect_stderr(_Printed()),
            warnings.catch_warnings(),
        ):
            warnings.simplefilter("ignore")
            yield
    finally:
        for names, name, original in before:
            if names.get(name) in (_no_input, _no_exit):
                names[name] = original


def _no_input(prompt="", /):
    raise EOFError("nobody is there to type during a check; use the arguments")


def _no_exit(*_):
    raise SystemExit("it ends the whole program; end the function with `return`")


def _call(function, probe):
    arguments = copy.deepcopy(probe)
    try:
        value = _copied(function(*arguments))
    except _TimeIsUp:
        raise
    except BaseException as error:  # exit() and KeyboardInterrupt too: this is a trial run
        return Outcome(error=error, line=_learner_line(error))
    return Outcome(value=value, changed_input=not _same(arguments, probe))


def _copied(value):
    """Return a copy, for a function that returns its own argument and changes it later."""
    try:
        return copy.deepcopy(value)
    except Exception:  # a generator, for example
        return value


def _learner_line(error):
    """Return the innermost source line outside of the course, Python and installed packages."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        file = frame.filename
        if not file.startswith((_COURSE, _PYTHON)) and "site-packages" not in file:
            return frame.line or ""
    return ""


def _same(left, right):
    return all(
        np.array_equal(a, b, equal_nan=True) if isinstance(b, np.ndarray) else a == b
        for a, b in zip(left, right)
    )


def _interrupt(worker):
    ctypes.pythonapi.PyThreadState_SetAsyncExc(
        ctypes.c_ulong(worker.ident), ctypes.py_object(_TimeIsUp)
    )


def _end(worker):
    """Interrupt the abandoned thread until it stops, or parks; one in C code hears it later."""
    pause = 0.02
    while worker.is_alive() and getattr(worker, "interrupts", 0) <= INTERRUPTS:
        _interrupt(worker)
        worker.join(pause)
        pause = min(pause * 1.1, 5.0)
