"""Run a learner's function so that nothing it does can hurt the notebook."""

import contextlib
import copy
import ctypes
import io
import linecache
import math
import threading
import traceback
import warnings
import zlib
from dataclasses import dataclass, field
from typing import Any

import numpy as np

__all__ = ["Outcome", "Run", "build", "run"]

SECONDS = 5.0


class _TimeIsUp(BaseException):
    """Raised inside the learner's function; a bare ``except Exception`` does not catch it."""


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


def run(function, probes, seconds=SECONDS):
    """Call `function` on each probe, in a thread that is given up when the time is over.

    Parameters
    ----------
    function : callable
        Anything; it may loop, raise, print, exit or change its arguments.
    probes : sequence of tuple
        Arguments for each call; the function gets copies.
    seconds : float, default 5
        Limit for all calls together.

    Returns
    -------
    Run
    """
    result, printed = Run(), io.StringIO()

    def work():
        try:
            with warnings.catch_warnings(), np.errstate(all="ignore"):
                warnings.simplefilter("ignore")
                for probe in probes:
                    result.outcomes.append(_call(function, probe))
        except _TimeIsUp:
            pass

    worker = threading.Thread(target=work, daemon=True)
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(io.StringIO()):
        worker.start()
        worker.join(seconds)
    result.outcomes = list(result.outcomes)
    result.timed_out = worker.is_alive()
    if result.timed_out:
        threading.Thread(target=_end, args=(worker,), daemon=True).start()
    result.printed = printed.getvalue()
    return result


def _call(function, probe):
    arguments = copy.deepcopy(probe)
    try:
        value = function(*arguments)
        # A copy, for a function that returns its own argument and changes it later.
        outcome = Outcome(value=copy.deepcopy(value))
    except _TimeIsUp:
        raise
    except BaseException as error:  # exit() and KeyboardInterrupt too: this is a trial run
        outcome = Outcome(error=error, line=_learner_line(error))
    outcome.changed_input = not _same(arguments, probe)
    return outcome


def _learner_line(error):
    """Return the innermost source line outside of this module and of installed packages."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if frame.filename != __file__ and "site-packages" not in frame.filename:
            return frame.line or ""
    return ""


def _same(left, right):
    return all(
        np.array_equal(a, b, equal_nan=True) if isinstance(b, np.ndarray) else a == b
        for a, b in zip(left, right)
    )


def _end(worker):
    """Interrupt the abandoned thread until it stops; give up on one that waits in C code."""
    for _ in range(100):
        if not worker.is_alive():
            return
        ctypes.pythonapi.PyThreadState_SetAsyncExc(
            ctypes.c_ulong(worker.ident), ctypes.py_object(_TimeIsUp)
        )
        worker.join(0.1)
